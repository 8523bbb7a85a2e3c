"""A whole day played by the engine: who comes as drawn, the counters open as a roster says, the branch's rules.

What is by chance is drawn once, by customer, into a `Day`; it is then run under any roster and any setup, so that two
of them differ by nothing else (common random numbers). Times are seconds since the midnight of the day's date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.queue.services import Service, Setup
from lobby.waits import engine
from lobby.waits.planning.arrivals import HALF_HOUR_S, HALVES, Counts, Range, in_range
from lobby.waits.planning.came import Visit
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Rule, ServiceTimes

DRAIN_S = 6 * 3600.0
"""Counters that are open at the end stay until nobody waits, so long at most."""

NAN = float("nan")

Row: TypeAlias = tuple[float, float, float, float, float, float]

LOST = ServiceTimes((Service("", {}).mean_service_s,))
"""Of a service that the branch file has lost meanwhile, and that nobody was given."""


class Habits(msgspec.Struct, frozen=True):
    """What is drawn for a customer whose own was not seen: the time at the counter from `times` by service, how much
    longer one would have waited from an exponential law with the mean `patience_s` (total waiting time over leavers;
    inf: nobody leaves). A no-show keeps a counter for `no_show_s`. A service starts `call_s` after its call, and the
    counter can call the next `turnover_s` after its end; `times` has the latter in it."""

    times: Mapping[str, ServiceTimes]
    patience_s: float = float("inf")
    no_show_s: float = 60.0
    call_s: float = 0.0
    turnover_s: float = 0.0


class Roster(msgspec.Struct, frozen=True):
    """When each counter is open, breaks left out, and what it gives (empty: everything)."""

    spans: Mapping[int, tuple[tuple[float, float], ...]]
    services: Mapping[int, tuple[str, ...]] = {}

    def gives(self, counter: int, service: str) -> bool:
        own = self.services.get(counter, ())
        return not own or service in own


class Kind(NamedTuple):
    """Those whom the rules treat alike."""

    service: str
    priority: str
    appointment: bool


class Drawn(msgspec.Struct, frozen=True, eq=False):
    """All of one kind, in order of their clocks; arrays are (people, paths). `since` is inf for one who does not come,
    `limit_s` NaN where no wait was promised, `first` where it is the visit's first wait; `came` when the visit did, NaN
    where its wait is in no mean: that of a no-show, and all but the first."""

    kind: Kind
    since: Floats
    keeps_s: Floats
    leaves: Floats
    limit_s: Floats
    first: NDArray[np.bool_]
    came: Floats


class Day(msgspec.Struct, frozen=True, eq=False):
    """`paths` possible courses of a day."""

    drawn: tuple[Drawn, ...]
    paths: int


class Outcome(msgspec.Struct, frozen=True, eq=False):
    """What came of a day. By half-hour of arrival and path: the first waits `judged`, and those `kept`, the call coming
    within the promised wait, or within the target where none was promised. Who left in that time is not judged: nobody
    can say. `missed`, by service: how many were judged and not kept in each half-hour, on average. By path: `wait_s`,
    the mean wait of those who were served, as reports count it; of the first waits those that ended with the customer
    gone (`left`) and those never called (`unserved`); `done_s`, when the last counter was done."""

    kept: Counts
    judged: Counts
    missed: dict[str, Floats]
    wait_s: Floats
    left: Floats
    unserved: Floats
    done_s: Floats


class Effect(msgspec.Struct, frozen=True):
    """How many more first waits are kept in a day than otherwise (fewer, where negative): the mean, the range that
    holds in eight of ten courses of the day, and the mean's own standard error, which is the simulation's."""

    mean: float
    low: float
    high: float
    error: float


def drawn(days: Sequence[Sequence[Visit]], habits: Habits, rng: np.random.Generator) -> Day:
    """A path for each of `days`, with what was not seen of their customers drawn from `habits`. The same day many times
    gives as many courses of it."""
    rows: dict[Kind, list[list[Row]]] = {}
    for path, visits in enumerate(days):
        for kind, row in _rows(visits, habits, rng):
            rows.setdefault(kind, [[] for _ in days])[path].append(row)
    return Day(tuple(_drawn(kind, paths) for kind, paths in sorted(rows.items())), len(days))


def run(day: Day, setup: Setup, roster: Roster) -> Outcome:
    """The day under this roster and the rules of `setup`."""
    counters = sorted(roster.spans)
    crowds = tuple(_crowd(setup, one, roster, counters) for one in day.drawn)
    shifts = tuple(_shift(setup, roster, counter) for counter in counters if roster.spans[counter])
    played = engine.run(Play(crowds, shifts, day.paths, _rule(setup)))
    sums = _Sums(day.paths)
    for one, crowd, called, left in zip(day.drawn, crowds, played.called, played.left, strict=True):
        sums.add(one, crowd.line.target_s, called, left)
    done = list(played.free_at.values())
    return sums.outcome(np.max(done, axis=0) if done else np.full(day.paths, -np.inf))


class _Sums:
    """An outcome as it is added up, kind by kind."""

    def __init__(self, paths: int) -> None:
        self.paths = paths
        self.kept, self.judged = np.zeros((HALVES, paths)), np.zeros((HALVES, paths))
        self.missed: dict[str, Floats] = {}
        self.waited_s, self.served, self.left, self.unserved = (np.zeros(paths) for _ in range(4))

    def add(self, one: Drawn, target_s: float, called: Floats, left: NDArray[np.bool_]) -> None:
        came = np.isfinite(one.since)
        since = np.where(came, one.since, 0.0)
        limit_s = np.where(np.isnan(one.limit_s), target_s, one.limit_s)
        wait_s = called - since
        left = left & np.isfinite(one.leaves)
        excused = left & (one.leaves - since <= limit_s)
        half = np.clip(since // HALF_HOUR_S, 0, HALVES - 1).astype(np.int64)
        kept = self._by_half(half, came & one.first & ~left & (wait_s <= limit_s))
        judged = self._by_half(half, came & one.first & ~excused)
        service = one.kind.service
        self.kept += kept
        self.judged += judged
        self.missed[service] = self.missed.get(service, np.zeros(HALVES)) + (judged - kept).mean(axis=1)
        there = came & ~left & np.isfinite(called)
        served = there & np.isfinite(one.came)
        self.waited_s += np.where(served, called - np.where(served, one.came, 0.0), 0.0).sum(axis=0)
        self.served += served.sum(axis=0)
        self.left += (came & one.first & left).sum(axis=0)
        self.unserved += (came & one.first & ~left & ~there).sum(axis=0)

    def outcome(self, done_s: Floats) -> Outcome:
        mean_wait_s = self.waited_s / np.maximum(self.served, 1)
        return Outcome(self.kept, self.judged, self.missed, mean_wait_s, self.left, self.unserved, done_s)

    def _by_half(self, half: NDArray[np.int64], which: NDArray[np.bool_]) -> Counts:
        flat = (half * self.paths + np.arange(self.paths))[which]
        return np.bincount(flat, minlength=HALVES * self.paths).reshape(HALVES, self.paths).astype(float)


def effect(changed: Outcome, before: Outcome) -> Effect:
    """The difference that a change makes, path by path."""
    more = changed.kept.sum(axis=0) - before.kept.sum(axis=0)
    spread: Range = in_range(more)
    error = float(more.std(ddof=1) / np.sqrt(len(more))) if len(more) > 1 else float("inf")
    return Effect(spread.mean, spread.low, spread.high, error)


def _rows(visits: Sequence[Visit], habits: Habits, rng: np.random.Generator) -> Iterator[tuple[Kind, Row]]:
    """For each wait its kind, and since, keeps_s, leaves, limit_s, first, came. Two draws a wait, whether they are used
    or not: one customer's fate never depends on another's."""
    chances = rng.random((sum(len(visit.legs) for visit in visits), 2)).tolist()
    row = 0
    for visit in visits:
        limit = NAN if visit.limit_s is None else visit.limit_s
        came = NAN if any(leg.no_show for leg in visit.legs) else visit.at_s - visit.early_s
        for index, leg in enumerate(visit.legs):
            service_chance, patience_chance = chances[row]
            row += 1
            since = visit.at_s + leg.after_s
            times = habits.times.get(leg.service, LOST).ascending
            if leg.no_show:
                keeps = habits.no_show_s
            elif leg.service_s is None:
                keeps = habits.call_s + times[int(service_chance * len(times))]
            else:
                turnover_s = habits.turnover_s if leg.turnover_s is None else leg.turnover_s
                keeps = leg.service_s + turnover_s
            more = 0.0 if leg.left else -habits.patience_s * float(np.log1p(-patience_chance))
            yield (
                Kind(leg.service, visit.priority, visit.appointment),
                (since, keeps, since + leg.waited_s + more, limit, float(index == 0), NAN if index else came),
            )


def _drawn(kind: Kind, paths: Sequence[list[Row]]) -> Drawn:
    people = max(len(rows) for rows in paths)
    columns = np.full((6, people, len(paths)), np.inf)
    for path, rows in enumerate(paths):
        if rows:
            columns[:, : len(rows), path] = np.array(sorted(rows, key=lambda row: row[0])).T
    since, keeps, leaves, limit, first, came = columns
    return Drawn(kind, since, np.where(np.isfinite(keeps), keeps, 0.0), leaves, limit, first == 1.0, came)


def _crowd(setup: Setup, one: Drawn, roster: Roster, counters: Sequence[int]) -> Crowd:
    code, priority, appointment = one.kind
    service, its_class = setup.known_service(code), setup.known_priority(priority)
    target_s = service.appointment_target_s if appointment else service.target_s
    line = Line(
        service=code,
        counters=tuple(counter for counter in counters if roster.gives(counter, code)),
        target_s=its_class.target_s or target_s,
        priority=priority,
        rank=its_class.rank,
        credit_s=its_class.credit_s,
    )
    return Crowd(line, one.since, one.keeps_s, leaves=one.leaves)


def _shift(setup: Setup, roster: Roster, counter: int) -> Shift:
    return Shift(
        counter,
        np.array(roster.spans[counter], dtype=float),
        skills=len(roster.services.get(counter, ())) or len(setup.services),
    )


def _rule(setup: Setup) -> Rule:
    rules = setup.rules
    return Rule(rules.age_cap_s, rules.age_cap_targets, rules.reserves, rules.ratios)
