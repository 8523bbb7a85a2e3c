"""The morning and the evening brief in words: what is to be known first as sentences, then the half-hours."""

from __future__ import annotations

from collections.abc import Iterator

from lobby.errors import N_
from lobby.queue.services import Setup, named
from lobby.reports.brief_definitions import BRIEF, EIGHT_OF_TEN
from lobby.reports.forms.document import Cell, Column, Document, Grid, Headed, Headline, Line
from lobby.reports.forms.range_cells import changes, clock, column, definitions, figure, number
from lobby.reports.forms.shown import NOTHING, Words, day_shown, said
from lobby.reports.forms.staffing_layout import (
    HALF_HOURS,
    about_days,
    about_plan,
    course_grid,
    expected_sentence,
    half_hours,
)
from lobby.waits.planning.arrivals import NothingToForecastFrom
from lobby.waits.planning.brief import Evening, Morning

COUNTED = ("came", "served", "left", "no_show", "wait_p90_s", "ratings", "rating_mean")
TOLD = ("came", "served", "left", "no_show", "in_time", "wait_mean_s", "wait_p90_s", "ratings", "rating_mean")


def morning_document(brief: Morning, setup: Setup, words: Words) -> Document:
    """The brief for the branch that `setup` describes."""
    grids = []
    shown = ["expected"]
    if brief.staffing is not None:
        grids.append(half_hours(brief.staffing, words))
        shown += HALF_HOURS
    if brief.breaks:
        grids.append(_breaks(brief, words))
        shown += ["break_costs", "break_worst"]
    if brief.appointments:
        grids.append(_appointments(brief, setup, words))
    return Document(
        title=_title(N_("%(branch)s, morning brief: %(day)s"), brief.day, setup, words),
        about=(("branch", setup.id), ("day", brief.day), ("zone", setup.zone)),
        scope="branch",
        notes=tuple(_morning(brief, words)),
        headlines=(),
        grids=tuple(grids),
        definitions=definitions(tuple(shown), words),
    )


def _morning(brief: Morning, words: Words) -> Iterator[str]:
    yield from about_days(brief.forecast, words)
    booked = sum(len(slots) for slots in brief.appointments.values())
    if booked:
        yield words(N_("Appointments: %(count)s."), count=booked)
    if brief.staffing is not None:
        yield from about_plan(brief.staffing, words)
    if brief.breaks:
        yield words(
            N_("Breaks are put where they hurt least, for counters that are open for more than six hours: %(breaks)s."),
            breaks=", ".join(
                words(N_("counter %(counter)s at %(time)s"), counter=one.counter, time=clock(one.start_min))
                for one in brief.breaks
            ),
        )
    yield words(EIGHT_OF_TEN)


def _breaks(brief: Morning, words: Words) -> Grid:
    lines = tuple(
        Line(
            str(one.counter),
            words(N_("Counter %(counter)s"), counter=one.counter),
            (
                said(f"{clock(one.start_min)}–{clock(one.end_min)}"),
                changes(one.effect, words),
                changes(one.worst, words),
            ),
        )
        for one in brief.breaks
    )
    columns = (Column("", words(N_("Break"))), column("break_costs", words), column("break_worst", words))
    return Grid("counter", words(N_("Breaks")), words(N_("Breaks")), columns, lines)


def _appointments(brief: Morning, setup: Setup, words: Words) -> Grid:
    lines = tuple(
        Line(
            code,
            named(setup.known_service(code).names, words.language, code),
            (Cell(len(slots), "count", str(len(slots))), said(", ".join(map(clock, slots)))),
        )
        for code, slots in brief.appointments.items()
    )
    columns = (Column("", words(N_("Booked"))), Column("", words(N_("Times"))))
    return Grid("service", words(N_("Appointments")), words(N_("Appointments")), columns, lines)


def evening_document(brief: Evening, setup: Setup, words: Words) -> Document:
    """The brief of the day that is over, or as far as it went."""
    was = brief.happened
    figures = {key: getattr(brief, key) for key in COUNTED}
    figures["wait_mean_s"] = was.wait_s
    figures["in_time"] = was.kept / was.judged if was.judged else None
    told = tuple(Headed(key, words(BRIEF[key].title), figure(key, figures[key], words)) for key in TOLD)
    played = () if brief.played is None else (course_grid(words, was, brief.played, None),)
    shown = (*TOLD, *(("judged", "kept", "lost") if played else ()))
    return Document(
        title=_title(N_("%(branch)s, evening brief: %(day)s"), brief.day, setup, words),
        about=(("branch", setup.id), ("day", brief.day), ("zone", setup.zone)),
        scope="branch",
        notes=tuple(_evening(brief, words)),
        headlines=(Headline(words(N_("The day")), told),),
        grids=played,
        definitions=definitions(shown, words),
    )


def _evening(brief: Evening, words: Words) -> Iterator[str]:
    if brief.forecast is None:
        yield words(NothingToForecastFrom.message)
    else:
        yield words(
            N_("Came: %(came)s. Expected without an appointment: %(expected)s."),
            came=brief.came,
            expected=expected_sentence(brief.forecast, words),
        )
    yield words(N_("Called in time: %(kept)s of %(judged)s."), kept=brief.happened.kept, judged=brief.happened.judged)
    if brief.worst_min is not None:
        yield words(
            N_("The hardest half-hour began at %(time)s: %(missed)s of those who came then were not called in time."),
            time=clock(brief.worst_min),
            missed=brief.worst_missed,
        )
    found = brief.suggestion
    if found is not None:
        yield words(
            N_(
                "Counter %(counter)s open from %(start)s to %(end)s, besides the %(open)s that were open then, would "
                "have kept %(mean)s more promises (%(low)s to %(high)s)."
            ),
            counter=found.counter,
            start=clock(found.start_min),
            end=clock(found.end_min),
            open=found.open,
            mean=number(round(found.effect.mean), words),
            low=number(found.effect.low, words),
            high=number(found.effect.high, words),
        )
    elif brief.all_open:
        yield words(N_("No closed counter would have changed that, open for an hour."))
    yield words(EIGHT_OF_TEN)


def _title(sentence: str, day: str, setup: Setup, words: Words) -> str:
    return words(sentence, branch=named(setup.names, words.language, setup.id) or NOTHING, day=day_shown(day, words))
