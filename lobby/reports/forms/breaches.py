"""The law's part of a report: its limits, how they were kept, and each wait that was longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lobby.errors import N_
from lobby.reports.definitions import FIGURES
from lobby.reports.forms.document import Cell, Column, Grid, Headed, Headline, Line
from lobby.reports.forms.shown import NOTHING, Words, cell, moment_cell, name_of, said
from lobby.reports.legal import Breach, LegalFigures
from lobby.reports.scopes import GroupFigures

KEYS = ("legal_judged", "legal_within")


def law_notes(legal: LegalFigures, words: Words) -> Iterator[str]:
    """The law's table, and whether it was kept."""
    yield words(
        N_(
            "Longest lawful wait in %(place)s: %(normal)s minutes; beside a holiday %(near_holiday)s, on a payday "
            "%(payday)s."
        ),
        place=legal.place,
        normal=legal.normal_min,
        near_holiday=legal.near_holiday_min,
        payday=legal.payday_min,
    )
    if legal.all_open_min:
        yield words(N_("While every counter is open, %(minutes)s minutes more."), minutes=legal.all_open_min)
    if not legal.breaches:
        yield words(N_("No wait was longer than the law allows."))


def law_headline(legal: LegalFigures, words: Words) -> Headline:
    return Headline(
        words(N_("The law's limit")),
        tuple(
            Headed(key, words(FIGURES[key].title), cell(FIGURES[key], value, words))
            for key, value in zip(KEYS, (legal.judged, legal.within), strict=True)
        ),
    )


def law_grids(
    legal: LegalFigures, zone: str, services: Mapping[str, str], classes: Sequence[GroupFigures], words: Words
) -> Iterator[Grid]:
    """How often each limit was kept, and each wait that was longer than its own."""
    limits = tuple(
        Line(
            str(limit.limit_min),
            words(N_("%(minutes)s minutes"), minutes=limit.limit_min),
            tuple(
                cell(FIGURES[key], value, words)
                for key, value in (("legal_judged", limit.judged), ("breaches", limit.breaches))
            ),
        )
        for limit in legal.limits
    )
    columns = tuple(Column(key, words(FIGURES[key].title)) for key in ("legal_judged", "breaches"))
    title = words(N_("By the law's limit"))
    yield Grid("limit", title, title, columns, limits)
    title = words(N_("Waits longer than the law allows"))
    names = {one.key: name_of(one, words) for one in classes}
    lines = tuple(
        Line(breach.ticket, breach.number, tuple(_facts(breach, zone, services, names, words)))
        for breach in legal.breaches
    )
    yield Grid("breach", title, words(N_("Longer than allowed")), _breach_columns(words), lines)


def _breach_columns(words: Words) -> tuple[Column, ...]:
    return (
        Column("service", words(N_("Service"))),
        Column("class", words(N_("Class"))),
        Column("arrived", words(N_("Issued at"))),
        Column("called", words(N_("Called at"))),
        Column("ended", words(N_("What came of it"))),
        Column("waited_s", words(N_("Waited"))),
        Column("limit_s", words(N_("Limit"))),
        Column("held_s", words(N_("At the customer's wish"))),
        Column("all_open", words(N_("Every counter open"))),
    )


def _facts(
    breach: Breach, zone: str, services: Mapping[str, str], classes: Mapping[str, str], words: Words
) -> Iterator[Cell]:
    yield said(services.get(breach.service, breach.service))
    yield said(classes.get(breach.priority, breach.priority) if breach.priority else NOTHING)
    yield moment_cell(breach.arrived_at, zone, words)
    yield moment_cell(breach.called_at, zone, words)
    yield said(_end(breach, words))
    yield cell(FIGURES["wait_max_s"], breach.waited_s, words)
    yield cell(FIGURES["wait_max_s"], breach.limit_s, words)
    yield cell(FIGURES["wait_max_s"], breach.held_s, words) if breach.held_s else said(NOTHING)
    yield said(words(N_("Yes")) if breach.all_open else words(N_("No")))


def _end(breach: Breach, words: Words) -> str:
    if breach.left:
        return words(N_("Left"))
    return words(N_("Called")) if breach.called_at is not None else words(N_("Waiting"))
