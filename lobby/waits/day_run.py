"""A whole day played by the engine: who comes as drawn, the counters open as a roster says, the branch's rules.

What is by chance is drawn once, by customer, into a `Day`; it is then run under any roster and any setup, so that two
of them differ by nothing else (common random numbers). Times are seconds since the midnight of the day's date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.queue.services import Setup
from lobby.waits import engine
from lobby.waits.arrivals import HALF_HOUR_S, HALVES, Counts, Range, in_range
from lobby.waits.came import Visit
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Rule, ServiceTimes


class Habits(msgspec.Struct, frozen=True):
    """What is drawn for a customer whose own was not seen: the time at the counter from `times` by service, how much
    longer one would have waited from an exponential law with the mean `patience_s` (total waiting time over leavers;
    inf: nobody leaves). A no-show keeps a counter for `no_show_s`."""

    times: Mapping[str, ServiceTimes]
    patience_s: float = float("inf")
    no_show_s: float = 60.0


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
    `limit_s` NaN where no wait was promised, `first` where it is the visit's first wait."""

    kind: Kind
    since: Floats
    keeps_s: Floats
    leaves: Floats
    limit_s: Floats
    first: NDArray[np.bool_]


class Day(msgspec.Struct, frozen=True, eq=False):
    """`paths` possible courses of a day."""

    drawn: tuple[Drawn, ...]
    paths: int


class Outcome(msgspec.Struct, frozen=True, eq=False):
    """What came of a day. By half-hour of arrival and path: the first waits `judged`, and those `kept`, the call coming
    within the promised wait, or within the target where none was promised. Who left in that time is not judged: nobody
    can say. `missed`, by service: how many were judged and not kept in each half-hour, on average. By path: `wait_s`,
    the mean of the first waits of those who were called; `left`; `unserved`, never called; `done_s`, when the last
    counter was done."""

    kept: Counts
    judged: Counts
    missed: dict[str, Floats]
    wait_s: Floats
    left: Floats
    unserved: Floats
    done_s: Floats

    def share(self) -> Floats:
        """By half-hour, the share kept over all paths; NaN where nobody came."""
        judged = self.judged.sum(axis=1)
        return np.divide(self.kept.sum(axis=1), judged, out=np.full(HALVES, np.nan), where=judged > 0)


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
    rows: dict[Kind, list[list[tuple[float, float, float, float, bool]]]] = {}
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
    targets = [crowd.line.target_s for crowd in crowds]
    kept, judged = np.zeros(HALVES * day.paths), np.zeros(HALVES * day.paths)
    missed: dict[str, Floats] = {}
    waited, called_n, left_n, unserved = (np.zeros(day.paths) for _ in range(4))
    for one, target_s, called, left in zip(day.drawn, targets, played.called, played.left, strict=True):
        came = np.isfinite(one.since)
        since = np.where(came, one.since, 0.0)
        limit = np.where(np.isnan(one.limit_s), target_s, one.limit_s)
        wait = np.where(came, called - since, np.inf)
        within = came & ~left & (wait <= limit)
        excused = left & (one.leaves - since <= limit)
        where = np.clip(since // HALF_HOUR_S, 0, HALVES - 1).astype(np.int64) * day.paths + np.arange(day.paths)
        own_kept = np.bincount(where[within & one.first], minlength=HALVES * day.paths)
        own_judged = np.bincount(where[came & one.first & ~excused], minlength=HALVES * day.paths)
        kept += own_kept
        judged += own_judged
        own_missed = (own_judged - own_kept).reshape(HALVES, day.paths).mean(axis=1)
        missed[one.kind.service] = missed.get(one.kind.service, 0.0) + own_missed
        there = came & ~left & np.isfinite(called)
        waited += np.where(there & one.first, wait, 0.0).sum(axis=0)
        called_n += (there & one.first).sum(axis=0)
        left_n += (came & left).sum(axis=0)
        unserved += (came & ~left & ~np.isfinite(called)).sum(axis=0)
    done = [free_at for free_at in played.free_at.values()]
    return Outcome(
        kept=kept.reshape(HALVES, day.paths),
        judged=judged.reshape(HALVES, day.paths),
        missed=missed,
        wait_s=waited / np.maximum(called_n, 1),
        left=left_n,
        unserved=unserved,
        done_s=np.max(done, axis=0) if done else np.full(day.paths, -np.inf),
    )


def effect(changed: Outcome, before: Outcome) -> Effect:
    """The difference that a change makes, path by path."""
    more = changed.kept.sum(axis=0) - before.kept.sum(axis=0)
    spread: Range = in_range(more)
    error = float(more.std(ddof=1) / np.sqrt(len(more))) if len(more) > 1 else float("inf")
    return Effect(spread.mean, spread.low, spread.high, error)


def _rows(
    visits: Sequence[Visit], habits: Habits, rng: np.random.Generator
) -> Iterator[tuple[Kind, tuple[float, float, float, float, bool]]]:
    """For each wait its kind, and since, keeps_s, leaves, limit_s, first. Two draws a wait, whether they are used or
    not: one customer's fate never depends on another's."""
    chances = rng.random((sum(len(visit.legs) for visit in visits), 2)).tolist()
    row = 0
    for visit in visits:
        limit = float("nan") if visit.limit_s is None else visit.limit_s
        for index, leg in enumerate(visit.legs):
            service_chance, patience_chance = chances[row]
            row += 1
            since = visit.at_s + leg.after_s
            times = habits.times[leg.service].ascending
            if leg.no_show:
                keeps = habits.no_show_s
            elif leg.service_s is None:
                keeps = times[int(service_chance * len(times))]
            else:
                keeps = min(leg.service_s, times[-1])
            more = 0.0 if leg.left else -habits.patience_s * float(np.log1p(-patience_chance))
            yield (
                Kind(leg.service, visit.priority, visit.appointment),
                (since, keeps, since + leg.waited_s + more, limit, index == 0),
            )


def _drawn(kind: Kind, paths: Sequence[list[tuple[float, float, float, float, bool]]]) -> Drawn:
    people = max(len(rows) for rows in paths)
    columns = np.full((5, people, len(paths)), np.inf)
    for path, rows in enumerate(paths):
        if rows:
            columns[:, : len(rows), path] = np.array(sorted(rows)).T
    since, keeps, leaves, limit, first = columns
    return Drawn(kind, since, np.where(np.isfinite(keeps), keeps, 0.0), leaves, limit, first == 1.0)


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
