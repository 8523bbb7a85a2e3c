"""The one counter more, for an hour, that would have kept most promises on a day that is over.

Every closed counter is tried at every start, on few courses of the day; the best is played again on others, because the
best of many looks better than it is on the courses that chose it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lobby.queue.services import Setup
from lobby.waits.planning.came import Visit
from lobby.waits.planning.day_clock import DayClock
from lobby.waits.planning.day_run import Day, Effect, Habits, Roster, effect, run
from lobby.waits.planning.what_if import Change, Slot, changed, courses_of, missed_its_limit

GRID_S = 600.0
LONG_S = 3600.0
FEW = 20
"""Courses on which every start is tried."""


class Suggestion(msgspec.Struct, frozen=True):
    """`counter` open from `start_min` to `end_min` (minutes since midnight, by the wall), besides the `open` counters
    that were open at the start, would have kept so many more first waits."""

    counter: int
    start_min: int
    end_min: int
    open: int
    effect: Effect


def one_more(
    visits: Sequence[Visit],
    setup: Setup,
    roster: Roster,
    habits: Habits,
    clock: DayClock,
    *,
    paths: int,
    seed: int,
) -> Suggestion | None:
    """None where nothing was missed, no counter was closed when it was, or none would have kept anything."""
    few = courses_of(list(visits), habits, FEW, seed)
    before = run(few, setup, roster)
    tried = {
        slot: float((run(few, setup, changed(roster, Change(opened=(slot,)), setup)).kept - before.kept).sum())
        for slot in _slots(visits, setup, roster)
    }
    if not tried:
        return None
    best = max(tried, key=lambda slot: (tried[slot], -slot.counter, -slot.start_s))
    many: Day = courses_of(list(visits), habits, paths, seed + 1)
    found = effect(run(many, setup, changed(roster, Change(opened=(best,)), setup)), run(many, setup, roster))
    if found.mean < 0.5:
        return None
    open_ = sum(any(start <= best.start_s < end for start, end in spans) for spans in roster.spans.values())
    start_s, end_s = clock.shown_s(best.start_s), clock.shown_s(best.end_s)
    return Suggestion(best.counter, int(start_s // 60), int(end_s // 60), open_, found)


def _slots(visits: Sequence[Visit], setup: Setup, roster: Roster) -> list[Slot]:
    """Every start from an hour before one who was missed; of closed counters that are alike one."""
    opens = min((start for spans in roster.spans.values() for start, _ in spans), default=0.0)
    missed = {int(visit.at_s // GRID_S) for visit in visits if missed_its_limit(visit, setup)}
    steps = range(-int(LONG_S // GRID_S), 1)
    starts = sorted({(place + step) * GRID_S for place in missed for step in steps})
    return [
        Slot(counter, start, start + LONG_S)
        for start in starts
        if start >= opens
        for counter in _closed(setup, roster, start, start + LONG_S)
    ]


def _closed(setup: Setup, roster: Roster, start: float, end: float) -> list[int]:
    alike = {}
    for counter, place in sorted(setup.counters.items(), reverse=True):
        if not any(first < end and start < last for first, last in roster.spans.get(counter, ())):
            alike[frozenset(place.services)] = counter
    return sorted(alike.values())
