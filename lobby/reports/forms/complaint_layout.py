"""What the report of complaints shows, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from babel.dates import format_date

from lobby.care.codes import called
from lobby.errors import N_
from lobby.queue.services import named
from lobby.reports.complaint_definitions import COMPLAINTS
from lobby.reports.complaints import ComplaintFigures
from lobby.reports.definitions import PERCENTILES
from lobby.reports.forms.document import Bar, Cell, Column, Definition, Document, Grid, Headed, Headline, Line
from lobby.reports.forms.shown import Words, cell, day_shown, time_shown
from lobby.reports.pareto import Part

HEADLINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Complaints"), ("received", "still_open", "over")),
    (N_("In time"), ("promise_kept", "law_kept")),
    (
        N_("How long it takes"),
        (
            "acknowledged",
            "acknowledged_median_s",
            "acknowledged_p90_s",
            "closed",
            "closed_median_s",
            "closed_p90_s",
        ),
    ),
    (N_("How it ends"), ("upheld", "reopened", "reopened_share", "asked", "solved")),
)

GRIDS = {
    "category": N_("What they are about"),
    "cause": N_("Why it happened, of those that are closed"),
    "service": N_("By service"),
    "place": N_("Where they were taken"),
}
PARETO = ("count", "share", "together")
WEEK = ("received", "reopened")


def document(figures: ComplaintFigures, words: Words) -> Document:
    """The report of complaints in words."""
    days = figures.first if figures.first == figures.last else f"{figures.first}/{figures.last}"
    name = named(figures.names, words.language, figures.branch)
    return Document(
        title=words(N_("%(branch)s, complaints: %(days)s"), branch=name, days=day_shown(days, words)),
        about=(("branch", figures.branch), ("first", figures.first), ("last", figures.last), ("zone", figures.zone)),
        scope="complaints",
        notes=(
            words(N_("As of %(time)s."), time=time_shown(figures.at, figures.zone, words)),
            words(N_("A complaint counts on the day on which it was received.")),
            words(PERCENTILES),
        ),
        headlines=_headlines(figures, words),
        grids=tuple(grid for grid in (*_paretos(figures, words), _trend(figures, words)) if grid.lines),
        definitions=tuple(
            Definition(key, words(known.title), words(known.definition)) for key, known in COMPLAINTS.items()
        ),
    )


def by_code(figures: ComplaintFigures) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """What is counted by code: category, cause, service, place."""
    yield "category", figures.categories
    yield "cause", figures.causes
    yield "service", figures.services
    yield "place", figures.places


def _headlines(figures: ComplaintFigures, words: Words) -> tuple[Headline, ...]:
    return tuple(
        Headline(
            words(heading),
            tuple(
                Headed(key, words(COMPLAINTS[key].title), one)
                for key, one in zip(keys, _cells(keys, figures, words), strict=True)
            ),
        )
        for heading, keys in HEADLINES
    )


def _columns(keys: tuple[str, ...], words: Words) -> tuple[Column, ...]:
    return tuple(Column(key, words(COMPLAINTS[key].title)) for key in keys)


def _cells(keys: tuple[str, ...], of: object, words: Words) -> tuple[Cell, ...]:
    return tuple(cell(COMPLAINTS[key], getattr(of, key), words) for key in keys)


def pareto_grid(what: str, title: str, parts: Sequence[Part], words: Words) -> Grid:
    """What is counted by code, the most frequent first, with bars."""
    lines = tuple(
        Line(
            part.code,
            called(what, part.code, part.names, words),
            _cells(PARETO, part, words),
            Bar(part.share, part.together),
        )
        for part in parts
    )
    return Grid(what, title, title, _columns(PARETO, words), lines)


def _paretos(figures: ComplaintFigures, words: Words) -> Iterator[Grid]:
    for what, parts in by_code(figures):
        yield pareto_grid(what, words(GRIDS[what]), parts, words)


def _trend(figures: ComplaintFigures, words: Words) -> Grid:
    most = max((week.received for week in figures.trend), default=0) or 1
    lines = tuple(
        Line(
            week.monday,
            format_date(date.fromisoformat(week.monday), "medium", locale=words.locale),
            _cells(WEEK, week, words),
            Bar(week.received / most, week.received / most),
        )
        for week in figures.trend
    )
    title = words(N_("By week, from Monday on"))
    return Grid("week", title, title, _columns(WEEK, words), lines)
