"""The opening hours of a date cut into half-hours, and counters' half-hours put together into a roster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from lobby.queue.opening import spans_of
from lobby.queue.services import Setup
from lobby.waits.planning.arrivals import HALF_HOUR_S, HALVES, Counts
from lobby.waits.planning.day_run import DRAIN_S, Roster

Plan = Mapping[int, frozenset[int]]
"""The counters that are open in each half-hour."""


class Opening(msgspec.Struct, frozen=True):
    """`spans` in seconds since midnight, in order of time."""

    spans: tuple[tuple[float, float], ...]

    @property
    def halves(self) -> tuple[int, ...]:
        """Every half-hour of which some part is open."""
        found = (range(int(start // HALF_HOUR_S), int(-(-end // HALF_HOUR_S))) for start, end in self.spans)
        return tuple(sorted({half for halves in found for half in halves}))

    def part(self, half: int) -> list[tuple[float, float]]:
        """What is open of a half-hour."""
        begin, end = half * HALF_HOUR_S, (half + 1) * HALF_HOUR_S
        both = [(max(begin, first), min(end, last)) for first, last in self.spans]
        return [(float(first), float(last)) for first, last in both if first < last]

    def roster(self, setup: Setup, plan: Plan) -> Roster:
        """The plan as spans of each counter. At the end of each opening span whoever is open stays for those who are
        still there."""
        spans: dict[int, list[tuple[float, float]]] = {}
        for half in sorted(plan):
            for counter in plan[half]:
                own = spans.setdefault(counter, [])
                for first, last in self.part(half):
                    stays = self._stays(last)
                    if own and own[-1][1] >= first:
                        own[-1] = (own[-1][0], stays)
                    else:
                        own.append((first, stays))
        services = {counter: setup.counters[counter].services for counter in spans}
        return Roster({counter: tuple(own) for counter, own in spans.items()}, services)

    def _stays(self, last: float) -> float:
        if not any(last == end for _, end in self.spans):
            return last
        following = [start for start, _ in self.spans if start >= last]
        return min([last + DRAIN_S, *following])


def opening(setup: Setup, day: date, expected: Counts) -> Opening:
    """The branch's hours on that day. Where none are set, from the first to the last half-hour in which somebody is
    expected (`expected`: the mean by half-hour)."""
    spans = spans_of(setup, None, datetime.combine(day, time(12), ZoneInfo(setup.zone)))
    if spans is not None:
        return Opening(tuple((span.start * 60.0, span.end * 60.0) for span in spans))
    busy = np.flatnonzero(expected[:HALVES] >= BUSY)
    if not len(busy):
        return Opening(())
    return Opening(((float(busy[0]) * HALF_HOUR_S, float(busy[-1] + 1) * HALF_HOUR_S),))


BUSY = 0.5
"""Arrivals expected in a half-hour that has somebody in it."""
