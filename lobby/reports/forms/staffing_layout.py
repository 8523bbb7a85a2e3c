"""Forecast, staffing and what-if in words."""

from __future__ import annotations

from collections.abc import Iterator

from lobby.errors import N_
from lobby.queue.services import Setup, named
from lobby.reports.brief_definitions import EIGHT_OF_TEN
from lobby.reports.forms.document import Cell, Column, Document, Grid, Line
from lobby.reports.forms.range_cells import changes, clock, column, definitions, figure, number, ranged
from lobby.reports.forms.shown import NOTHING, Words, day_shown, in_unit, said
from lobby.reports.units import MEAN, SECONDS
from lobby.waits.planning.arrivals import Forecast
from lobby.waits.planning.day_kinds import CLOSED, KIND_NAMES, ORDINARY
from lobby.waits.planning.staffing import Staffing
from lobby.waits.planning.what_if import Course, Happened, WhatIf

HALF_HOURS = ("arrivals", "counters", "in_time", "one_more", "one_fewer", "erlang")
COURSE = ("judged", "kept", "wait_mean_s", "lost")


def forecast_document(found: Forecast, setup: Setup, words: Words) -> Document:
    """Who will come, by half-hour."""
    lines = tuple(
        Line(clock(half.start_min), clock(half.start_min), (ranged(half.arrivals, words),)) for half in found.half_hours
    )
    title = words(N_("By half-hour"))
    grid = Grid("half_hour", title, title, (column("expected", words),), lines)
    return Document(
        title=words(N_("%(branch)s, forecast: %(day)s"), branch=_name(setup, words), day=day_shown(found.day, words)),
        about=(("branch", setup.id), ("day", found.day), ("zone", setup.zone)),
        scope="branch",
        notes=(*about_days(found, words), words(EIGHT_OF_TEN)),
        headlines=(),
        grids=(grid,) if lines else (),
        definitions=definitions(("expected",), words),
    )


def staffing_document(found: Staffing, forecast: Forecast, setup: Setup, words: Words) -> Document:
    """The counters that a day needs."""
    return Document(
        title=words(
            N_("%(branch)s, counters: %(day)s"), branch=_name(setup, words), day=day_shown(forecast.day, words)
        ),
        about=(("branch", setup.id), ("day", forecast.day), ("zone", setup.zone)),
        scope="branch",
        notes=(*about_days(forecast, words), *about_plan(found, words), words(EIGHT_OF_TEN)),
        headlines=(),
        grids=(half_hours(found, words),),
        definitions=definitions(("expected", *HALF_HOURS), words),
    )


def what_if_document(found: WhatIf, setup: Setup, words: Words) -> Document:
    """A day as it was and as it would have been."""
    notes = (
        words(
            N_("Customers called in time, with the change against without: %(effect)s."),
            effect=changes(found.effect, words).text,
        ),
        words(
            N_(
                "Both days are played %(paths)s times with the same customers, so that they differ by the change alone."
            ),
            paths=found.paths,
        ),
        words(EIGHT_OF_TEN),
    )
    return Document(
        title=words(N_("%(branch)s, what if: %(day)s"), branch=_name(setup, words), day=day_shown(found.day, words)),
        about=(("branch", setup.id), ("day", found.day), ("zone", setup.zone)),
        scope="branch",
        notes=notes,
        headlines=(),
        grids=(course_grid(words, found.happened, found.played, found.changed),),
        definitions=definitions(COURSE, words),
    )


# -- parts that the briefs have too


def about_days(found: Forecast, words: Words) -> Iterator[str]:
    """What is expected, and what that rests on."""
    if found.kind == CLOSED:
        yield words(N_("The branch is closed on this day."))
        return
    yield words(N_("Expected without an appointment: %(expected)s."), expected=expected_sentence(found, words))
    yield words(
        N_("Learnt from %(days)s days, %(like)s of them of the same weekday. What kind of day it is: %(kind)s."),
        days=found.days,
        like=found.like_it,
        kind=words(KIND_NAMES[found.kind]),
    )
    if found.kind != ORDINARY and not found.of_kind:
        yield words(N_("No such day was seen yet; it is taken for an ordinary one."))
    if found.about:
        yield words(N_("That is little to rely on."))


def expected_sentence(found: Forecast, words: Words) -> str:
    """`250 (218–283)`, with "about" where it is little to rely on."""
    text = ranged(found.total, words).text
    return words(N_("about %(number)s"), number=text) if found.about else text


def about_plan(found: Staffing, words: Words) -> Iterator[str]:
    """What the plan reaches, where it falls short, and when the last customer goes."""
    share = found.kept.mean / found.judged.mean if found.judged.mean else None
    yield words(
        N_("With the counters below, %(share)s are called in time; the goal is %(goal)s in each half-hour."),
        share=in_unit("share", share, words),
        goal=in_unit("share", found.goal, words),
    )
    short = [period for period in found.periods if period.short]
    if short:
        yield words(
            N_("With every counter that would help open, it is not reached at %(times)s."),
            times=", ".join(clock(period.start_min) for period in short),
        )
    if found.done_min is not None:
        yield words(
            N_("The last customer is done at about %(time)s; on nine days of ten before %(late)s."),
            time=clock(found.done_min.mean),
            late=clock(found.done_min.high + 1),
        )


def half_hours(found: Staffing, words: Words) -> Grid:
    lines = tuple(
        Line(
            clock(period.start_min),
            clock(period.start_min),
            (
                ranged(period.arrivals, words),
                Cell(len(period.counters), "count", number(len(period.counters), words)),
                said(", ".join(map(str, period.counters)) or NOTHING),
                figure("in_time", period.share, words),
                changes(period.one_more.effect, words, period.one_more.counter)
                if period.one_more
                else Cell(None, MEAN, NOTHING),
                changes(period.one_fewer.effect, words, period.one_fewer.counter)
                if period.one_fewer
                else Cell(None, MEAN, NOTHING),
                figure("erlang", period.erlang, words),
            ),
        )
        for period in found.periods
    )
    keys = list(HALF_HOURS)
    columns = [column(key, words) for key in keys]
    columns.insert(2, Column("", words(N_("Which"))))
    title = words(N_("Counters by half-hour"))
    return Grid("half_hour", title, title, tuple(columns), lines)


def course_grid(words: Words, happened: Happened, played: Course, changed: Course | None) -> Grid:
    """What happened, beside the day played again, beside the day as changed."""
    rows = [("played", words(N_("Played again")), played)]
    if changed is not None:
        rows.append(("changed", words(N_("With the change")), changed))
    was = (
        Cell(happened.judged, MEAN, number(happened.judged, words)),
        Cell(happened.kept, MEAN, number(happened.kept, words)),
        figure("wait_mean_s", happened.wait_s, words),
        Cell(happened.lost, MEAN, number(happened.lost, words)),
    )
    lines = [Line("happened", words(N_("As it was")), was)]
    lines += [
        Line(
            key,
            name,
            (
                ranged(course.judged, words),
                ranged(course.kept, words),
                ranged(course.wait_s, words, SECONDS),
                ranged(course.lost, words),
            ),
        )
        for key, name, course in rows
    ]
    title = words(N_("The day, played again"))
    return Grid("course", title, title, tuple(column(key, words) for key in COURSE), tuple(lines))


def _name(setup: Setup, words: Words) -> str:
    return named(setup.names, words.language, setup.id)
