"""What if: a day that is over under another staffing or other rules.

The customers of the day come again as they came, each with the time that was spent on them and with the patience they
had, as far as it was seen; what was not seen (how long one who was served would have waited, how long one who left would
have taken) is drawn, in every course anew. Both days are played on the same draws: the difference is the change's own,
and its range is much narrower than that of either day. What the range holds is the chance in what was not seen. That
the engine calls a little otherwise than people do is not in it; `Played` beside `Happened` shows how far it is off.
"""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.waits.arrivals import Range, in_range
from lobby.waits.came import Visit, visits_of
from lobby.waits.day_run import Day, Effect, Habits, Outcome, Roster, drawn, effect, run
from lobby.waits.rosters import joined, roster_of, without

PATHS = 200


class Slot(msgspec.Struct, frozen=True):
    """A counter from `start_s` up to `end_s`, seconds since midnight."""

    counter: int
    start_s: float
    end_s: float


class Change(msgspec.Struct, frozen=True):
    """Counters open that were not, counters closed that were open, and another branch file (None: the branch's own)."""

    opened: tuple[Slot, ...] = ()
    closed: tuple[Slot, ...] = ()
    setup: Setup | None = None


class Course(msgspec.Struct, frozen=True):
    """How a day went: first waits judged and kept, their mean in seconds, customers who left or were never called."""

    judged: Range
    kept: Range
    wait_s: Range
    lost: Range


class WhatIf(msgspec.Struct, frozen=True):
    """A day as it was `played` again, as it would have been `changed`, and how many more would have been kept;
    `kept` and `judged` are what truly happened."""

    day: str
    kept: int
    judged: int
    played: Course
    changed: Course
    effect: Effect
    paths: int


def what_if(
    day: PastDay, setup: Setup, change: Change, habits: Habits, *, paths: int = PATHS, seed: int = 0
) -> WhatIf:
    """Play `day` as it was and with the change."""
    visits, roster = visits_of(day, setup), roster_of(day, setup)
    courses = courses_of(visits, habits, paths, seed)
    before = run(courses, setup, roster)
    after = run(courses, change.setup or setup, changed(roster, change, change.setup or setup))
    kept, judged = happened(visits, setup)
    return WhatIf(day.day, kept, judged, course(before), course(after), effect(after, before), paths)


def courses_of(visits: list[Visit], habits: Habits, paths: int, seed: int) -> Day:
    """The same customers in each of `paths` courses."""
    return drawn([visits] * paths, habits, np.random.default_rng(seed))


def changed(roster: Roster, change: Change, setup: Setup) -> Roster:
    """The roster with the change; a counter that was closed all day gives what it is built for."""
    spans = dict(roster.spans)
    services = dict(roster.services)
    for slot in change.opened:
        spans[slot.counter] = tuple(joined([*spans.get(slot.counter, ()), (slot.start_s, slot.end_s)]))
        services.setdefault(slot.counter, setup.counters[slot.counter].services)
    for slot in change.closed:
        spans[slot.counter] = tuple(without(spans.get(slot.counter, ()), [(slot.start_s, slot.end_s)]))
    return Roster(spans, services)


def happened(visits: list[Visit], setup: Setup) -> tuple[int, int]:
    """First waits kept and judged, by the same rule as in `day_run.Outcome`."""
    kept = judged = 0
    for visit in visits:
        first = visit.legs[0]
        within = first.waited_s <= limit_s(visit, setup)
        kept += within and not first.left
        judged += not (within and first.left)
    return kept, judged


def limit_s(visit: Visit, setup: Setup) -> float:
    """The end of the promised wait, or the target where none was promised; seconds."""
    if visit.limit_s is not None:
        return visit.limit_s
    service = setup.known_service(visit.legs[0].service)
    target_s = service.appointment_target_s if visit.appointment else service.target_s
    return setup.known_priority(visit.priority).target_s or target_s


def course(outcome: Outcome) -> Course:
    return Course(
        judged=in_range(outcome.judged.sum(axis=0)),
        kept=in_range(outcome.kept.sum(axis=0)),
        wait_s=in_range(outcome.wait_s),
        lost=in_range(outcome.left + outcome.unserved),
    )
