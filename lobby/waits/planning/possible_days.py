"""Days that may come, drawn from the days behind: so many arrivals in each half-hour as the forecast allows, each of
them like a customer who came in that half-hour before, with the same services, class, handling times and patience
(a bootstrap of customers). Appointments that are booked come besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec
import numpy as np

from lobby.queue.services import Setup
from lobby.waits.planning.arrivals import HALF_HOUR_S, HALVES, Arrivals, half_of
from lobby.waits.planning.came import Leg, Visit

ENOUGH = 30
"""Customers to draw from; where a half-hour of the weekday has fewer, the half-hour of any day, then any of the day."""


class Booked(msgspec.Struct, frozen=True):
    """An appointment: its slot, in seconds since midnight, and its service."""

    at_s: float
    service: str


def possible_days(
    behind: Arrivals, setup: Setup, day: date, booked: Sequence[Booked], paths: int, rng: np.random.Generator
) -> list[list[Visit]]:
    """`paths` of them, each in order of time. Every appointment is kept, at its slot: who does not come to one is not
    in the journal."""
    counts = behind.counts(setup, day, paths, rng).astype(int)
    of_half = _pools(behind, day.weekday())
    days: list[list[Visit]] = [[] for _ in range(paths)]
    for half in np.flatnonzero(counts.sum(axis=0)):
        models = of_half(int(half))
        for path, count in enumerate(counts[:, half]):
            which = rng.integers(len(models), size=count).tolist()
            at = (half * HALF_HOUR_S + rng.random(count) * HALF_HOUR_S).tolist()
            days[path] += [
                msgspec.structs.replace(models[w], at_s=a, limit_s=None, ahead_s=0.0)
                for w, a in zip(which, at, strict=True)
            ]
    appointments = [(one, _like(behind, one.service)) for one in booked]
    for path in range(paths):
        for one, models in appointments:
            model = models[int(rng.integers(len(models)))]
            days[path].append(Visit(one.at_s, model.legs, model.priority, appointment=True))
        days[path].sort(key=lambda visit: visit.at_s)
    return days


def _pools(behind: Arrivals, weekday: int) -> Callable[[int], list[Visit]]:
    own = _by_half(visit for one in behind.seen if one.weekday == weekday for visit in one.walk_ins)
    every = _by_half(visit for one in behind.seen for visit in one.walk_ins)
    everybody = [visit for visits in every for visit in visits]

    def pool(half: int) -> list[Visit]:
        return next((found for found in (own[half], every[half]) if len(found) >= ENOUGH), everybody)

    return pool


def _by_half(visits: Iterable[Visit]) -> list[list[Visit]]:
    found: list[list[Visit]] = [[] for _ in range(HALVES)]
    for visit in visits:
        found[half_of(visit.shown_s)].append(visit)
    return found


def _like(behind: Arrivals, service: str) -> list[Visit]:
    """Visits like an appointment for this service: those by appointment, else those without, else one of which nothing
    is known."""
    kept = [visit for one in behind.seen for visit in one.appointments if visit.legs[0].service == service]
    came = [visit for one in behind.seen for visit in one.walk_ins if visit.legs[0].service == service]
    return kept or came or [Visit(0.0, (Leg(service),))]
