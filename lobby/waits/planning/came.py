"""Who came on a day that is over, as a forecast and a simulation take them: visits with the services that each asked
for, in seconds since the midnight with which the day's date began; and what the report says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from lobby.queue.past import PastDay, PastStep
from lobby.queue.services import Setup
from lobby.reports.columns import columns_of
from lobby.reports.judged import Judged
from lobby.reports.visit_columns import visit_figures
from lobby.reports.visits import VisitFigures
from lobby.waits.planning.day_clock import DayClock

NONE: Mapping[tuple[str, int], float] = {}
SERVED = frozenset({"finished", "transferred"})
LEFT = "cancelled_by_customer"


class Leg(msgspec.Struct, frozen=True):
    """One wait for one service: it began `after_s` after the visit did, and lasted `waited_s` until the first call;
    where it was never `called`, until the customer gave up (`left`), it ended otherwise, or as far as the day went.
    `service_s` is from that call to the end of the service, the time for which it took a counter; None where nothing
    was given. `turnover_s` is from there until the counter could call the next (None: nobody waited, so nobody knows).
    `no_show`: called, and did not come."""

    service: str
    after_s: float = 0.0
    waited_s: float = 0.0
    service_s: float | None = None
    turnover_s: float | None = None
    called: bool = False
    left: bool = False
    no_show: bool = False


class Visit(msgspec.Struct, frozen=True):
    """A customer whose wait began at `at_s`, in passed seconds (`day_clock`), which were `ahead_s` ahead of the wall.
    `limit_s` is the end of the wait that was promised at issue (None: no promise). Who had an appointment was there
    `early_s` before its time."""

    at_s: float
    legs: tuple[Leg, ...]
    priority: str = ""
    appointment: bool = False
    limit_s: float | None = None
    ahead_s: float = 0.0
    early_s: float = 0.0

    @property
    def shown_s(self) -> float:
        """What the clock on the wall showed at `at_s`."""
        return self.at_s - self.ahead_s


def visits_of(day: PastDay, setup: Setup, turnovers: Mapping[tuple[str, int], float] = NONE) -> list[Visit]:
    """Every visit of the day, in order of arrival, with the `turnovers` of `rosters.staffed`. What a ticket still waits
    for when the day's rows were made counts as far as it went."""
    by_ticket: dict[str, list[PastStep]] = {}
    for step in day.steps:
        by_ticket.setdefault(step.ticket, []).append(step)
    clock = DayClock(day, setup)
    visits = [_visit(day, clock, steps, turnovers) for steps in by_ticket.values()]
    return sorted(visits, key=lambda visit: visit.at_s)


def figures_of(day: PastDay, setup: Setup) -> VisitFigures:
    """What the report says of the day's visits."""
    return visit_figures(Judged(columns_of([day]), setup, day.at))


def _visit(
    day: PastDay, clock: DayClock, steps: Iterable[PastStep], turnovers: Mapping[tuple[str, int], float]
) -> Visit:
    ordered = sorted(steps, key=lambda step: step.step)
    first = ordered[0]
    start = max(first.since, first.arrived_at) if first.appointment else first.arrived_at
    return Visit(
        at_s=clock.passed_s(start),
        legs=tuple(_leg(step, start, day.at, turnovers.get((step.ticket, step.step))) for step in ordered),
        priority=first.priority,
        appointment=first.appointment,
        limit_s=None if first.promise is None else float(first.promise.high_s),
        ahead_s=clock.ahead_s(start),
        early_s=(start - first.arrived_at) / 1000,
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
        called=called is not None,
        left=called is None and step.ended == LEFT,
        no_show=step.ended == "no_show",
    )
