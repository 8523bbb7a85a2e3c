"""Who came on a day that is over, as a forecast and a simulation take them: visits with the services that each asked
for, on the branch's own clock, in seconds since the midnight with which the day's date began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from lobby.queue.past import PastDay, PastStep
from lobby.queue.services import Setup

NONE: Mapping[tuple[str, int], float] = {}
SERVED = frozenset({"finished", "transferred"})
LEFT = "cancelled_by_customer"


class Leg(msgspec.Struct, frozen=True):
    """One wait for one service: it began `after_s` after the visit did, and lasted `waited_s` until the first call, or
    until the customer left or was left at close (`left`). `service_s` is from that call to the end of the service, the
    time for which it took a counter; None where nothing was given. `turnover_s` is from there until the counter could
    call the next (None: nobody waited, so nobody knows). `no_show`: called, and did not come."""

    service: str
    after_s: float = 0.0
    waited_s: float = 0.0
    service_s: float | None = None
    turnover_s: float | None = None
    left: bool = False
    no_show: bool = False


class Visit(msgspec.Struct, frozen=True):
    """A customer who came at `at_s`. `limit_s` is the end of the wait that was promised at issue (None: no promise)."""

    at_s: float
    legs: tuple[Leg, ...]
    priority: str = ""
    appointment: bool = False
    limit_s: float | None = None


def wall_s(setup: Setup, day: str, at: int) -> float:
    """`at` (ms UTC) in seconds since the midnight of `day` (ISO date) as the branch's clock shows them: a quarter past
    nine is 33,300 on every day, whether the clocks changed in the night or not."""
    local = setup.local(at)
    days = (local.date() - date.fromisoformat(day)).days
    return days * 86400 + local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6


def visits_of(day: PastDay, setup: Setup, turnovers: Mapping[tuple[str, int], float] = NONE) -> list[Visit]:
    """Every visit of the day, in order of arrival, with the `turnovers` of `rosters.staffed`. What a ticket still waits
    for when the day's rows were made counts as far as it went."""
    by_ticket: dict[str, list[PastStep]] = {}
    for step in day.steps:
        by_ticket.setdefault(step.ticket, []).append(step)
    visits = [_visit(day, steps, setup, turnovers) for steps in by_ticket.values()]
    return sorted(visits, key=lambda visit: visit.at_s)


def _visit(day: PastDay, steps: Iterable[PastStep], setup: Setup, turnovers: Mapping[tuple[str, int], float]) -> Visit:
    ordered = sorted(steps, key=lambda step: step.step)
    first = ordered[0]
    start = max(first.since, first.arrived_at) if first.appointment else first.arrived_at
    return Visit(
        at_s=wall_s(setup, day.day, start),
        legs=tuple(_leg(step, start, day.at, turnovers.get((step.ticket, step.step))) for step in ordered),
        priority=first.priority,
        appointment=first.appointment,
        limit_s=None if first.promise is None else float(first.promise.high_s),
    )


def _leg(step: PastStep, start: int, at: int, turnover_s: float | None) -> Leg:
    began = max(start, step.queued_at)
    called = step.called_at
    ended = step.ended_at if step.ended_at is not None else at
    served = step.started_at is not None and step.ended in SERVED
    return Leg(
        service=step.service,
        after_s=(began - start) / 1000,
        waited_s=max(0, (called if called is not None else ended) - began) / 1000,
        service_s=max(0, ended - (called or ended) - step.parked_ms) / 1000 if served else None,
        turnover_s=turnover_s,
        left=called is None and step.ended == LEFT,
        no_show=step.ended == "no_show",
    )
