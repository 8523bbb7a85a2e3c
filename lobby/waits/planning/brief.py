"""The morning brief, what today will ask for, and the evening brief, what came of it and what one counter would have
changed. Figures only; the words are in `lobby.waits.brief_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import msgspec
import numpy as np

from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.waits.planning.arrivals import HALVES, Arrivals, Forecast, arrivals, half_of
from lobby.waits.planning.breaks import Break, breaks_of
from lobby.waits.planning.came import figures_of, visits_of
from lobby.waits.planning.day_clock import DayClock
from lobby.waits.planning.day_kinds import CLOSED
from lobby.waits.planning.day_run import Day, drawn, run
from lobby.waits.planning.habits import habits
from lobby.waits.planning.opening_hours import Opening, opening
from lobby.waits.planning.possible_days import Booked, possible_days
from lobby.waits.planning.rosters import staffed
from lobby.waits.planning.staffing import GOAL, Staffing, staffing
from lobby.waits.planning.suggestion import Suggestion, one_more
from lobby.waits.planning.what_if import Course, Happened, course, courses_of, happened, missed_its_limit

PATHS = 100
"""Courses of a day that is planned; twice as many tell what one counter would have changed."""

Progress = Callable[[str], None]


def _silent(_doing: str) -> None:
    pass


class Morning(msgspec.Struct, frozen=True):
    """What `day` (ISO date) will ask for. `staffing` is None on a day on which the branch is closed."""

    day: str
    forecast: Forecast
    appointments: dict[str, tuple[int, ...]]
    staffing: Staffing | None = None
    breaks: tuple[Break, ...] = ()


class Evening(msgspec.Struct, frozen=True):
    """What came of `day`: visits that `came` (`forecast`: those that were expected, None where no day is behind), were
    `served`, gave up (`left`), were `no_show`, and the ninth decile of their waits in seconds, all as the report has
    them; of their first waits what `happened`; the half-hour in which most were missed (minutes since midnight) and how
    many; ratings from 1 to 5. `played` is the day played again, to be held against what happened; `suggestion` the one
    counter more that would have kept most (None: none was closed, or nothing was missed)."""

    day: str
    came: int
    served: int
    left: int
    no_show: int
    happened: Happened
    wait_p90_s: float | None
    forecast: Forecast | None
    worst_min: int | None
    worst_missed: int
    ratings: int
    rating_mean: float | None
    played: Course | None
    suggestion: Suggestion | None
    all_open: bool = False


def forecast(behind: Sequence[PastDay], setup: Setup, day: date, seed: int = 0) -> Forecast:
    """Who will come on `day`."""
    return arrivals(behind, setup).forecast(setup, day, np.random.default_rng(seed))


def planned(
    behind: Sequence[PastDay], setup: Setup, day: date, booked: Sequence[Booked], *, paths: int = PATHS, seed: int = 0
) -> tuple[Arrivals, Day, Opening]:
    """What was learnt, possible courses of `day`, and its opening."""
    with_turnovers = habits(behind, setup)
    learnt = arrivals(behind, setup)
    rng = np.random.default_rng(seed)
    visits = possible_days(learnt, setup, day, booked, paths, rng)
    expected = learnt.counts(setup, day, paths, rng).mean(axis=0)
    for one in booked:
        expected[half_of(one.at_s)] += 1
    return learnt, drawn(visits, with_turnovers, rng), opening(setup, day, expected)


def morning(
    behind: Sequence[PastDay],
    setup: Setup,
    day: date,
    booked: Sequence[Booked] = (),
    *,
    goal: float = GOAL,
    break_min: int = 30,
    paths: int = PATHS,
    seed: int = 0,
    progress: Progress = _silent,
) -> Morning:
    """The brief for `day` from the days `behind`; `NothingToForecastFrom` where there are none. `goal` is a share,
    `break_min` the minutes of a break (0: none are placed), `paths` the courses of the day that are played."""
    progress("courses of the day")
    learnt, courses, open_ = planned(behind, setup, day, booked, paths=paths, seed=seed)
    expected = learnt.forecast(setup, day, np.random.default_rng(seed))
    slots: dict[str, tuple[int, ...]] = {}
    for one in sorted(booked, key=lambda one: one.at_s):
        slots[one.service] = (*slots.get(one.service, ()), int(one.at_s // 60))
    if expected.kind == CLOSED or not open_.halves:
        return Morning(day.isoformat(), expected, slots)
    found = staffing(courses, setup, open_, goal, progress)
    if not break_min:
        return Morning(day.isoformat(), expected, slots, found)
    progress("breaks")
    plan = {period.start_min // 30: frozenset(period.counters) for period in found.periods}
    breaks = breaks_of(courses, setup, open_.roster(setup, plan), open_.spans[-1][1], break_min * 60.0)
    return Morning(day.isoformat(), expected, slots, found, breaks)


def _of_those_missed(suggestion: Suggestion, missed: int) -> Suggestion:
    """No more can have been kept than were missed on the day as it was; the day played again may miss more."""
    effect = suggestion.effect
    most = msgspec.structs.replace(
        effect, mean=min(effect.mean, missed), low=min(effect.low, missed), high=min(effect.high, missed)
    )
    return msgspec.structs.replace(suggestion, effect=most)


def evening(
    day: PastDay,
    behind: Sequence[PastDay],
    setup: Setup,
    *,
    paths: int = 2 * PATHS,
    seed: int = 0,
    progress: Progress = _silent,
) -> Evening:
    """The brief of `day`, over or under way, with the days `behind` it for what was expected and is not known."""
    progress("the day again")
    there = staffed(day, setup)
    visits = visits_of(day, setup, there.turnovers)
    known = habits([*behind, day], setup)
    figures = figures_of(day, setup)
    missed = np.bincount(
        [half_of(visit.shown_s) for visit in visits if missed_its_limit(visit, setup)], minlength=HALVES
    )
    answers = sum(day.ratings.values())
    played = course(run(courses_of(visits, known, paths, seed), setup, there.roster)) if visits else None
    progress("one counter more")
    suggestion = (
        one_more(visits, setup, there.roster, known, DayClock(day, setup), paths=paths, seed=seed)
        if missed.any()
        else None
    )
    if suggestion is not None:
        suggestion = _of_those_missed(suggestion, int(missed.sum()))
    return Evening(
        day=day.day,
        came=figures.issued,
        served=figures.served,
        left=figures.cancelled_by_customer,
        no_show=figures.no_show,
        happened=happened(day, visits, setup),
        wait_p90_s=figures.wait.wait_p90_s,
        forecast=forecast(behind, setup, date.fromisoformat(day.day), seed)
        if any(not step.appointment for one in behind for step in one.steps)
        else None,
        worst_min=int(missed.argmax()) * 30 if missed.any() else None,
        worst_missed=int(missed.max()),
        ratings=answers,
        rating_mean=round(sum(rating * n for rating, n in day.ratings.items()) / answers, 2) if answers else None,
        played=played,
        suggestion=suggestion,
        all_open=bool(missed.any()) and suggestion is None,
    )
