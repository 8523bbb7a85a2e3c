"""What if: a day that is over under another staffing or other rules.

The customers of the day come again as they came, with the patience they had as far as it was seen. How long one who was
served would have waited, and how long one who left would have taken, is drawn. The times at the counter are the day's
own, but which of two who came for a service one after the other needed which of them is chance: neighbours change
places, in half of the courses (a bootstrap by permutation, that stays near the day: its promises were made for its own
queues). Both days are played on the same draws, so that the difference is the change's own, and its range much narrower
than that of either day. That the engine calls a little otherwise than people do is not in that range; `happened` beside
`played` shows how far it is off.
"""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.waits.planning.arrivals import Range, in_range
from lobby.waits.planning.came import Visit, figures_of, visits_of
from lobby.waits.planning.day_clock import DayClock
from lobby.waits.planning.day_run import Day, Effect, Habits, Outcome, Roster, drawn, effect, run
from lobby.waits.planning.rosters import staffed
from lobby.waits.planning.stretches import joined, without

PATHS = 200

replace = msgspec.structs.replace


class Slot(msgspec.Struct, frozen=True):
    """A counter from `start_s` up to `end_s`, seconds since midnight: by the wall where somebody asks, as they passed
    where a day is played."""

    counter: int
    start_s: float
    end_s: float


class Change(msgspec.Struct, frozen=True):
    """Counters open that were not, counters closed that were open, and another branch file (None: the branch's own)."""

    opened: tuple[Slot, ...] = ()
    closed: tuple[Slot, ...] = ()
    setup: Setup | None = None


class Course(msgspec.Struct, frozen=True):
    """How a day went: first waits judged and kept, the mean wait of those who were served in seconds, customers whom
    nobody called before they left, or at all."""

    judged: Range
    kept: Range
    wait_s: Range
    lost: Range


class Happened(msgspec.Struct, frozen=True):
    """The same of the day as it was; `wait_s`, the report's figure, is None where nobody was served. A first wait
    without a call is missed where it went beyond its limit, and not judged where it did not."""

    judged: int
    kept: int
    wait_s: float | None
    lost: int


class WhatIf(msgspec.Struct, frozen=True):
    """A day as it `happened`, as it was `played` again and as it would have been `changed`, and how many more would
    have been kept."""

    day: str
    happened: Happened
    played: Course
    changed: Course
    effect: Effect
    paths: int


def what_if(day: PastDay, setup: Setup, change: Change, habits: Habits, *, paths: int = PATHS, seed: int = 0) -> WhatIf:
    """Play `day` as it was and with the change."""
    there = staffed(day, setup)
    visits, roster = visits_of(day, setup, there.turnovers), there.roster
    courses = courses_of(visits, habits, paths, seed)
    before = run(courses, setup, roster)
    then = _as_passed(change, DayClock(day, setup))
    after = run(courses, change.setup or setup, changed(roster, then, change.setup or setup))
    return WhatIf(day.day, happened(day, visits, setup), course(before), course(after), effect(after, before), paths)


def courses_of(visits: list[Visit], habits: Habits, paths: int, seed: int) -> Day:
    """The same customers in each of `paths` courses."""
    rng = np.random.default_rng(seed)
    return drawn([_changing_places(visits, rng) for _ in range(paths)], habits, rng)


def _changing_places(visits: list[Visit], rng: np.random.Generator) -> list[Visit]:
    legs = [list(visit.legs) for visit in visits]
    alike: dict[str, list[tuple[int, int]]] = {}
    for at, visit in enumerate(visits):
        for which, leg in enumerate(visit.legs):
            if leg.service_s is not None:
                alike.setdefault(leg.service, []).append((at, which))
    for places in alike.values():
        first = int(rng.integers(2))
        pairs = zip(places[first::2], places[first + 1 :: 2], strict=False)
        for ((at, which), (other, of_other)), swap in zip(pairs, rng.random(len(places)) < 0.5, strict=False):
            if swap:
                one, two = legs[at][which], legs[other][of_other]
                legs[at][which] = replace(one, service_s=two.service_s, turnover_s=two.turnover_s)
                legs[other][of_other] = replace(two, service_s=one.service_s, turnover_s=one.turnover_s)
    return [replace(visit, legs=tuple(own)) for visit, own in zip(visits, legs, strict=True)]


def changed(roster: Roster, change: Change, setup: Setup) -> Roster:
    """The roster with the change; a counter that was closed all day gives what it is built for, and so does every
    counter under another branch file."""
    spans = dict(roster.spans)
    services = dict(roster.services)
    if change.setup is not None:
        services |= {counter: place.services for counter, place in change.setup.counters.items() if counter in spans}
    for slot in change.opened:
        spans[slot.counter] = tuple(joined([*spans.get(slot.counter, ()), (slot.start_s, slot.end_s)]))
        if slot.counter not in services and slot.counter in setup.counters:
            services[slot.counter] = setup.counters[slot.counter].services
    for slot in change.closed:
        spans[slot.counter] = tuple(without(list(spans.get(slot.counter, ())), [(slot.start_s, slot.end_s)]))
    return Roster(spans, services)


def _as_passed(change: Change, clock: DayClock) -> Change:
    opened, closed = (
        tuple(Slot(one.counter, clock.passed_at_s(one.start_s), clock.passed_at_s(one.end_s)) for one in slots)
        for slots in (change.opened, change.closed)
    )
    return replace(change, opened=opened, closed=closed)


def happened(day: PastDay, visits: list[Visit], setup: Setup) -> Happened:
    """The day as it was, by the same rules as `day_run.Outcome`."""
    missed = sum(missed_its_limit(visit, setup) for visit in visits)
    kept = sum(visit.legs[0].called and not missed_its_limit(visit, setup) for visit in visits)
    return Happened(
        judged=kept + missed,
        kept=kept,
        wait_s=figures_of(day, setup).wait.wait_mean_s,
        lost=sum(not visit.legs[0].called for visit in visits),
    )


def missed_its_limit(visit: Visit, setup: Setup) -> bool:
    """Whether the first wait went beyond its limit, ended by a call or not."""
    return visit.legs[0].waited_s > limit_s(visit, setup)


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
