"""What a day's report shows, in which order: the same grids for the terminal, the page and the printed sheet."""

from __future__ import annotations

from collections.abc import Sequence

from lobby.errors import N_
from lobby.reports.definitions import FIGURES, PERCENTILES
from lobby.reports.document import Column, Document, Grid, Headline, Line
from lobby.reports.figures import DayFigures, Scope
from lobby.reports.shown import Words, day_shown, duration, name_of, service_names, shown, time_shown, values

HEADLINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Visits"), ("issued", "called", "served", "left", "waiting", "at_counter", "parked")),
    (
        N_("Left without being served"),
        ("left", "no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close"),
    ),
    (
        N_("Waits"),
        ("wait_mean_s", "wait_median_s", "wait_p90_s", "wait_max_s", "service_level", "waiting_over_target"),
    ),
    (
        N_("Promises"),
        ("promised", "promise_kept", "promise_late", "promise_error_mean_s", "promise_late_p90_s"),
    ),
    (
        N_("Work"),
        (
            "steps",
            "handling_mean_s",
            "handling_median_s",
            "handling_p90_s",
            "visit_handling_mean_s",
            "staffed_s",
            "break_s",
            "serving_s",
            "occupancy",
            "customers",
            "per_hour",
            "mix",
        ),
    ),
    (N_("Besides the queue"), ("lists_taken", "ratings", "rating_mean")),
    (
        N_("Complaints"),
        ("complaints_received", "complaints_open", "complaints_over", "complaints_promise_kept"),
    ),
)

SERVICE_GRIDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("By service: visits"),
        (
            "issued",
            "served",
            "left",
            "no_show",
            "cancelled_by_customer",
            "cancelled_by_staff",
            "left_at_close",
            "waiting",
        ),
    ),
    (
        N_("By service: waits"),
        ("wait_mean_s", "wait_median_s", "wait_p90_s", "wait_max_s", "service_level", "promise_kept"),
    ),
    (N_("By service: handling"), ("steps", "handling_mean_s", "handling_median_s", "handling_p90_s")),
)

DONE = ("called", "no_show", "customers", "wait_mean_s", "wait_p90_s", "handling_mean_s", "handling_p90_s")
TIME = ("staffed_s", "break_s", "serving_s", "occupancy", "per_hour", "mix")
COUNTER_GRIDS = ((N_("By counter: customers"), DONE), (N_("By counter: time"), TIME))
TELLER_GRIDS = ((N_("By teller: customers"), DONE), (N_("By teller: time"), TIME))


def document(figures: DayFigures, words: Words) -> Document:
    """The report of a day in words."""
    return Document(
        title(figures, words),
        notes(figures, words),
        headlines(figures, words),
        grids(figures, words),
        definitions(figures, words),
    )


def title(figures: DayFigures, words: Words) -> str:
    return f"{name_of(figures.overall, words)}: {day_shown(figures.day, words)}"


def notes(figures: DayFigures, words: Words) -> list[str]:
    """What a reader must know beside the numbers."""
    return [
        words(N_("The day is closed."))
        if figures.closed
        else words(N_("As of %(time)s; the day is still open."), time=time_shown(figures.at, figures.zone, words)),
        words(N_("Service level target: called within %(target)s."), target=duration(figures.service_level_target_s)),
        words(
            N_("Spans of time are minutes:seconds, from an hour on hours:minutes:seconds. Time zone: %(zone)s."),
            zone=figures.zone,
        ),
        words(PERCENTILES),
    ]


def headlines(figures: DayFigures, words: Words) -> list[Headline]:
    have = dict(values(figures.overall))
    services = service_names(figures, words)
    return [
        Headline(
            words(heading),
            tuple((key, words(FIGURES[key].title), shown(key, have[key], words, services)) for key in keys),
        )
        for heading, keys in HEADLINES
    ]


def grids(figures: DayFigures, words: Words) -> list[Grid]:
    """By service, by counter, by teller; each in parts, so that the columns fit a terminal and a sheet of paper."""
    services = service_names(figures, words)
    return [
        _grid(heading, keys, scopes, words, services)
        for of_kind, scopes in (
            (SERVICE_GRIDS, figures.services),
            (COUNTER_GRIDS, figures.counters),
            (TELLER_GRIDS, figures.tellers),
        )
        for heading, keys in of_kind
        if scopes
    ]


def _grid(heading: str, keys: tuple[str, ...], scopes: Sequence[Scope], words: Words, services: dict[str, str]) -> Grid:
    lines = []
    for scope in scopes:
        have = dict(values(scope))
        lines.append(Line(name_of(scope, words), tuple(shown(key, have[key], words, services) for key in keys)))
    return Grid(words(heading), tuple(Column(key, words(FIGURES[key].title)) for key in keys), tuple(lines))


def definitions(figures: DayFigures, words: Words) -> list[tuple[str, str, str]]:
    """Key, title and definition of every figure that the report shows."""
    keys = [key for _, keys in (*HEADLINES, *SERVICE_GRIDS, *COUNTER_GRIDS) for key in keys]
    return [(key, words(FIGURES[key].title), words(FIGURES[key].definition)) for key in dict.fromkeys(keys)]
