"""Figures about visits: how many came, how they ended, how long they waited, whether the promise was kept.

A visit is one ticket. It counts once, under the service that it was issued for and the hour in which it arrived,
whatever it was transferred to later. At any moment

    issued = served + left + waiting + at a counter + parked

A promise says nothing of a visit whose customer asked for a few minutes before its end: what would have come of it
nobody knows, as of one who left. Asked for later, it was broken already, and is judged.

Waits are those of visits that were served or are being served. Who left is not in a mean of waits, and neither is who
still waits: both are counted beside it. So is, in the service level, who left after more than the target.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.queue.ticket import AT_COUNTER, State, Ticket
from lobby.reports.spread import FEW, Spread, percentile, seconds, share, spread

LEFT = frozenset({State.NO_SHOW, State.CANCELLED})
WAYS = ("no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close")
"""The ways to leave without being served: four figures, never one."""


class WaitFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Waits in seconds. None where there are none, percentiles also where they are few."""

    wait_mean_s: float | None
    wait_median_s: float | None
    wait_p90_s: float | None
    wait_max_s: float | None

    @classmethod
    def of(cls, over: Spread) -> WaitFigures:
        return cls(wait_mean_s=over.mean_s, wait_median_s=over.median_s, wait_p90_s=over.p90_s, wait_max_s=over.max_s)


class VisitFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a set of visits; the field names are the keys of `lobby.reports.definitions`. Seconds and shares."""

    issued: int
    called: int
    served: int
    left: int
    no_show: int
    cancelled_by_customer: int
    cancelled_by_staff: int
    left_at_close: int
    waiting: int
    waiting_over_target: int
    at_counter: int
    parked: int
    wait: WaitFigures
    service_level: float | None
    promised: int
    promise_kept: float | None
    promise_late: float | None
    promise_error_mean_s: float | None
    promise_late_p90_s: float | None


def waited_ms(ticket: Ticket, now: int) -> int:
    """First call less issue; until leaving for who left before any call, until `now` for who waits."""
    first = ticket.steps[0]
    if first.called_at is not None:
        return first.called_at - ticket.arrived_at
    return (now if first.ended_at is None else first.ended_at) - ticket.arrived_at


def promise_open(ticket: Ticket) -> bool:
    """Whether the customer asked for a few minutes before the promised range was over."""
    held_at, promise = ticket.steps[0].held_at, ticket.promise
    return held_at is not None and promise is not None and held_at - ticket.arrived_at <= promise.high_s * 1000


def _was_served(ticket: Ticket) -> bool:
    return ticket.state is State.FINISHED or any(step.started_at is not None for step in ticket.steps)


def visit_figures(tickets: Iterable[Ticket], target_s: float, now: int) -> VisitFigures:
    """All figures of these visits at `now` (ms UTC), with the service level against `target_s`: quick for the visits of
    one day as they are in the branch. `lobby.reports.visit_columns` has the same for any number of visits."""
    target_ms = target_s * 1000
    states = dict.fromkeys(State, 0)
    ways = dict.fromkeys(WAYS, 0)
    waits: list[int] = []
    errors: list[float] = []
    late: list[int] = []
    issued = called = kept = waiting_over = left_over = 0
    for ticket in tickets:
        issued += 1
        states[ticket.state] += 1
        called += ticket.steps[0].called_at is not None
        if ticket.state in LEFT:
            ways[ticket.step.ended] += 1
            left_over += waited_ms(ticket, now) > target_ms
        elif _was_served(ticket):
            wait = waited_ms(ticket, now)
            waits.append(wait)
            if ticket.promise is not None and not promise_open(ticket):
                low, high = ticket.promise.low_s * 1000, ticket.promise.high_s * 1000
                errors.append(wait - (low + high) / 2)
                kept += low <= wait <= high
                if wait > high:
                    late.append(wait - high)
        elif ticket.state is State.WAITING:
            waiting_over += waited_ms(ticket, now) > target_ms
    within = sum(one <= target_ms for one in waits)
    return VisitFigures(
        issued=issued,
        called=called,
        served=states[State.FINISHED],
        left=sum(ways.values()),
        no_show=ways["no_show"],
        cancelled_by_customer=ways["cancelled_by_customer"],
        cancelled_by_staff=ways["cancelled_by_staff"],
        left_at_close=ways["left_at_close"],
        waiting=states[State.WAITING],
        waiting_over_target=waiting_over,
        at_counter=sum(states[state] for state in AT_COUNTER),
        parked=states[State.PARKED],
        wait=WaitFigures.of(spread(waits)),
        service_level=share(within, len(waits) + left_over),
        promised=len(errors),
        promise_kept=share(kept, len(errors)),
        promise_late=share(len(late), len(errors)),
        promise_error_mean_s=seconds(sum(errors) / len(errors)) if errors else None,
        promise_late_p90_s=seconds(percentile(sorted(late), 0.9)) if len(late) >= FEW else None,
    )
