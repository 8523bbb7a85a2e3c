"""What a day asks for by half-hour, and the first guess at the counters for it: Erlang C for each half-hour by itself
(SIPP: stationary, independent, period by period), filled with counters that together give every service asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lobby.queue.services import Setup
from lobby.waits.erlang import served_within
from lobby.waits.planning.arrivals import HALF_HOUR_S, HALVES, Counts
from lobby.waits.planning.day_run import Day
from lobby.waits.planning.opening_hours import Opening

MOST = 1000
"""Counters that no branch has."""


class Demand:
    """By service and half-hour, on average: the waits that begin (`came`) and the work that they bring (`work_s`). By
    half-hour of the opening and course: the first waits (`arrivals`)."""

    def __init__(self, day: Day, setup: Setup, open_: Opening) -> None:
        self.setup, self.open = setup, open_
        self.came, self.work_s = _demand(day)
        self._period = _periods(open_.halves)
        self.arrivals = self.by_period(_arrivals(day))

    def by_period(self, counts: Counts) -> Counts:
        """By half-hour of the opening: who came before belongs to the first half-hour after."""
        found = np.zeros_like(counts)
        np.add.at(found, self._period, counts)
        return found

    def erlang(self, half: int, goal: float) -> int:
        """The fewest counters with which the share `goal` would wait no longer than the mean target for ever."""
        came = sum(self.came[service][half] for service in self.came)
        work = sum(self.work_s[service][half] for service in self.came)
        if not came:
            return 1
        target = sum(self.setup.known_service(s).target_s * self.came[s][half] for s in self.came) / came
        load = float(work) / sum(last - first for first, last in self.open.part(half))
        enough = (n for n in range(1, MOST) if served_within(load, n, work / came, target) >= goal)
        return next(enough, MOST)

    def counters(self, half: int, count: int, before: frozenset[int]) -> frozenset[int]:
        """At least `count`, and enough that every service somebody may ask for is given: first who gives most of what
        nobody gives yet, then who is open `before`, then who can share in most work."""
        wanted = {service for service, came in self.came.items() if came[half] > 0}
        chosen: list[int] = []
        while len(chosen) < len(self.setup.counters):
            given = {service for service in wanted if any(self.gives(counter, service) for counter in chosen)}
            if len(chosen) >= count and (given == wanted or not self._more(chosen, wanted - given)):
                break
            rank = {
                counter: (
                    len(self._own(counter, wanted - given)),
                    counter in before,
                    self._load(counter, half, chosen),
                    -counter,
                )
                for counter in self.setup.counters
                if counter not in chosen
            }
            chosen.append(max(rank, key=lambda counter: rank[counter]))
        return frozenset(chosen)

    def gives(self, counter: int, service: str) -> bool:
        """Whether the counter as built gives the service."""
        own = self.setup.counters[counter].services
        return not own or service in own

    def _more(self, chosen: list[int], wanted: set[str]) -> bool:
        return any(self._own(counter, wanted) for counter in self.setup.counters if counter not in chosen)

    def _own(self, counter: int, services: set[str]) -> list[str]:
        return [service for service in services if self.gives(counter, service)]

    def _load(self, counter: int, half: int, chosen: list[int]) -> float:
        """The work that the counter could share in, each service's by as many as give it then."""
        return sum(
            float(work[half]) / (1 + sum(self.gives(other, service) for other in chosen))
            for service, work in self.work_s.items()
            if self.gives(counter, service)
        )


def _demand(day: Day) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """By service and half-hour: the waits that begin, and the work that they bring in seconds, on average."""
    came: dict[str, Counts] = {}
    work: dict[str, Counts] = {}
    for one in day.drawn:
        there = np.isfinite(one.since)
        half = np.clip(one.since[there] // HALF_HOUR_S, 0, HALVES - 1).astype(np.int64)
        for found, weight in ((came, None), (work, one.keeps_s[there])):
            summed = np.bincount(half, weight, minlength=HALVES) / day.paths
            found[one.kind.service] = found.get(one.kind.service, np.zeros(HALVES)) + summed
    return came, work


def _arrivals(day: Day) -> Counts:
    """First waits by half-hour and path."""
    found = np.zeros((HALVES, day.paths))
    for one in day.drawn:
        people, path = np.nonzero(np.isfinite(one.since) & one.first)
        half = np.clip(one.since[people, path] // HALF_HOUR_S, 0, HALVES - 1).astype(np.int64)
        np.add.at(found, (half, path), 1)
    return found


def _periods(halves: tuple[int, ...]) -> NDArray[np.int64]:
    """The half-hour of the plan to which each half-hour of the day belongs: itself, the next one, or the last."""
    return np.array([next((open_ for open_ in halves if open_ >= half), halves[-1]) for half in range(HALVES)])
