"""How many counters, and which, in each half-hour, so that enough customers are called within their target.

Erlang C by half-hour (SIPP: stationary, independent, period by period) is where the search begins. It knows nothing of
who is left over from the half-hour before, of those who wait at the door, of the last ones at closing, of counters that
give some services only. So the engine plays the day on many possible courses and the plan is mended by what it shows:
counters are added where the goal is missed, the earliest half-hour first, and taken away where it holds without them.
All plans are played on the same courses, so that what a counter changes is not drowned in chance.

The goal is a share of those judged (see `day_run.Outcome`) in each half-hour of arrival. What one counter more and one
fewer would change, in the whole day, comes with its range. A plan says which counters, not who: shifts are not planned.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from lobby.queue.services import Setup
from lobby.waits.planning.arrivals import HALVES, Counts, Range, in_range
from lobby.waits.planning.day_run import Day, Effect, Outcome, effect, run
from lobby.waits.planning.demand import Demand
from lobby.waits.planning.opening_hours import BUSY, Opening

GOAL = 0.8
"""Of ten customers, so many are to be called within their target, unless the branch asks for another share."""

_Plan = dict[int, frozenset[int]]


class Change(msgspec.Struct, frozen=True):
    """One counter more or fewer for a half-hour, and what it changes in the day."""

    counter: int
    effect: Effect


class Period(msgspec.Struct, frozen=True):
    """A half-hour of the plan. `erlang` is how many counters the stationary formula asks for; `arrivals` the first
    waits that begin in it; `share` of those judged is called within target (None: nobody comes). `short`: below the
    goal, and no counter is left that would help."""

    start_min: int
    counters: tuple[int, ...]
    erlang: int
    arrivals: Range
    share: float | None
    short: bool
    one_more: Change | None = None
    one_fewer: Change | None = None


class Staffing(msgspec.Struct, frozen=True):
    """A plan for a day: the `goal`, the half-hours, how many first waits are judged and kept in the whole day, when the
    last customer is done (minutes since midnight), and on how many courses of the day it rests."""

    goal: float
    periods: tuple[Period, ...]
    judged: Range
    kept: Range
    done_min: Range | None
    paths: int


def staffing(
    day: Day, setup: Setup, open_: Opening, goal: float = GOAL, progress: Callable[[str], None] = lambda doing: None
) -> Staffing:
    """The plan for `day`. `progress` is told what is being done, a line at a time."""
    search = Search(day, setup, open_, goal)
    progress("first guess")
    search.begin()
    progress("adding counters")
    search.add()
    progress("taking counters away")
    search.take_away()
    search.close_gaps()
    progress("one more, one fewer")
    return search.found()


class Search:
    """The plan as it stands, `plan`, and what came of it, `outcome`."""

    def __init__(self, day: Day, setup: Setup, open_: Opening, goal: float) -> None:
        self.day, self.setup, self.open, self.goal = day, setup, open_, goal
        self.demand = Demand(day, setup, open_)
        self.erlang = {half: self.demand.erlang(half, goal) for half in open_.halves}
        self.plan: _Plan = {}
        self.outcome: Outcome

    # -- the search

    def begin(self) -> None:
        """The formula's counts, by counters that together give every service that is asked for."""
        plan: _Plan = {}
        for half in self.open.halves:
            plan[half] = self.demand.counters(half, self.erlang[half], plan.get(half - 1, frozenset()))
        self._take(plan)

    def add(self) -> None:
        """Counters where the goal is missed; where all are open, before and after it, as long as it helps there."""
        hopeless: set[int] = set()
        while missed := [half for half in self._missing() if half not in hopeless]:
            half = missed[0]
            before = self._share(self.outcome)[half]
            for where in (half, half - 1, half + 1):
                counter = self._most_missed(where, half)
                if counter is None:
                    continue
                kept = self.plan, self.outcome
                self._take({**self.plan, where: self.plan[where] | {counter}})
                if where == half or self._share(self.outcome)[half] > before + WORTH:
                    break
                self.plan, self.outcome = kept
            else:
                hopeless.add(half)

    def take_away(self) -> None:
        """Counters without which every half-hour keeps the goal, or is hardly further below it; first where the goal is
        outdone by most."""
        needed: set[int] = set()
        while spare := [half for half in self._spare() if half not in needed]:
            half = spare[0]
            missing = set(self._missing())
            tried = [self._without(half, counter) for counter in self._unlike(half)]
            plan, outcome = max(tried, key=lambda one: float(one[1].kept.sum()))
            if set(self._missing(outcome)) <= missing and not (missing and self._worse(outcome)):
                self.plan, self.outcome = plan, outcome
            else:
                needed.add(half)

    def close_gaps(self) -> None:
        """Nobody closes a counter for half an hour: where more are open before and after, those stay."""
        plan = dict(self.plan)
        for half in self.open.halves:
            before, after = plan.get(half - 1, frozenset()), plan.get(half + 1, frozenset())
            if len(plan[half]) < min(len(before), len(after)):
                plan[half] |= before & after
        if plan != self.plan:
            self._take(plan)

    def found(self) -> Staffing:
        share, missing = self._share(self.outcome), set(self._missing())
        done = self.outcome.done_s[np.isfinite(self.outcome.done_s)]
        return Staffing(
            goal=self.goal,
            periods=tuple(
                Period(
                    start_min=half * 30,
                    counters=tuple(sorted(self.plan[half])),
                    erlang=self.erlang[half],
                    arrivals=in_range(self.demand.arrivals[half]),
                    share=None if np.isnan(share[half]) else round(float(share[half]), 3),
                    short=half in missing,
                    one_more=self._one_more(half),
                    one_fewer=self._one_fewer(half),
                )
                for half in self.open.halves
            ),
            judged=in_range(self.outcome.judged.sum(axis=0)),
            kept=in_range(self.outcome.kept.sum(axis=0)),
            done_min=in_range(done / 60) if len(done) else None,
            paths=self.day.paths,
        )

    # -- what it is made of

    def _take(self, plan: _Plan) -> None:
        self.plan, self.outcome = plan, self._play(plan)

    def _play(self, plan: _Plan) -> Outcome:
        return run(self.day, self.setup, self.open.roster(self.setup, plan))

    def _missing(self, outcome: Outcome | None = None) -> list[int]:
        outcome = outcome or self.outcome
        share, judged = self._share(outcome), self.demand.by_period(outcome.judged).mean(axis=1)
        return [half for half in self.open.halves if judged[half] >= BUSY and share[half] < self.goal]

    def _worse(self, outcome: Outcome) -> bool:
        """Whether anybody would feel it, where the goal is missed anyway."""
        lost = float(self.outcome.kept.sum() - outcome.kept.sum()) / self.day.paths
        return lost > WORTH or float(outcome.wait_s.mean()) > (1 + WORTH) * float(self.outcome.wait_s.mean())

    def _share(self, outcome: Outcome) -> Counts:
        judged, kept = (
            self.demand.by_period(outcome.judged).sum(axis=1),
            self.demand.by_period(outcome.kept).sum(axis=1),
        )
        share: Counts = np.divide(kept, judged, out=np.full(HALVES, np.nan), where=judged > 0)
        return share

    def _spare(self) -> list[int]:
        """Half-hours with more than one counter, that with the largest share kept first."""
        share = np.nan_to_num(self._share(self.outcome), nan=2.0)
        return sorted((half for half in self.open.halves if len(self.plan[half]) > 1), key=lambda half: -share[half])

    def _most_missed(self, where: int, half: int) -> int | None:
        """The closed counter that gives what is missed most in `half`; None where all are open, or it is no opening."""
        if where not in self.plan:
            return None
        closed = [counter for counter in self.setup.counters if counter not in self.plan[where]]
        beside = self.plan.get(where - 1, frozenset()) | self.plan.get(where + 1, frozenset())
        return max(closed, key=lambda one: (round(self._missed(one, half), 3), one in beside, -one), default=None)

    def _missed(self, counter: int, half: int) -> float:
        own = [missed for service, missed in self.outcome.missed.items() if self.demand.gives(counter, service)]
        return sum(float(self.demand.by_period(missed)[half]) for missed in own)

    def _unlike(self, half: int) -> list[int]:
        """Of the open counters one of each set of services: rather one that is closed before or after."""
        beside = self.plan.get(half - 1, frozenset()) & self.plan.get(half + 1, frozenset())
        last = sorted(self.plan[half], key=lambda counter: (counter not in beside, counter))
        return sorted({frozenset(self.setup.counters[counter].services): counter for counter in last}.values())

    def _without(self, half: int, counter: int) -> tuple[_Plan, Outcome]:
        plan = {**self.plan, half: self.plan[half] - {counter}}
        return plan, self._play(plan)

    def _one_more(self, half: int) -> Change | None:
        counter = self._most_missed(half, half)
        if counter is None:
            return None
        changed = self._play({**self.plan, half: self.plan[half] | {counter}})
        return Change(counter, effect(changed, self.outcome))

    def _one_fewer(self, half: int) -> Change | None:
        tried = [(counter, self._without(half, counter)[1]) for counter in self._unlike(half)]
        if not tried:
            return None
        counter, changed = max(tried, key=lambda one: float(one[1].kept.sum()))
        return Change(counter, effect(changed, self.outcome))


WORTH = 0.01
"""A share, or a customer a day, that is not worth a counter."""
