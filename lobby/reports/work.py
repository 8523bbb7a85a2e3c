"""Figures about work: how long services took, what counters did with their time, how many customers an hour.

    occupancy  = serving time / staffed time without breaks          the rest is idle
    throughput = customers whose service was finished / staffed hours without breaks

Handling time runs from the start of a service to its end without the time in which the ticket was parked; a service
that was still going on at day close ends there. Where a service was parked and taken up at another counter, the step
belongs to the one that ended it, the serving time to each that gave some.
"""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from lobby.queue.past import BREAK, OPEN, SERVING, Span
from lobby.queue.ticket import State, Step, Ticket
from lobby.reports.spread import Spread, seconds, share, spread
from lobby.reports.visits import LEFT, waited_ms

HOUR_S = 3600


class HandlingFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Handling time per step, in seconds, and how many steps it was taken of."""

    steps: int
    handling_mean_s: float | None
    handling_median_s: float | None
    handling_p90_s: float | None


class TimeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Counter time in seconds, and what came of it."""

    staffed_s: float
    break_s: float
    serving_s: float
    occupancy: float | None
    customers: int
    per_hour: float | None


class Part(NamedTuple):
    """A step and the ticket that it belongs to."""

    ticket: Ticket
    step: Step


def parts(tickets: Iterable[Ticket]) -> list[Part]:
    return [Part(ticket, step) for ticket in tickets for step in ticket.steps]


def handling(steps: Iterable[Part]) -> HandlingFigures:
    times = [ms for part in steps if (ms := part.step.handled_ms) is not None]
    over = spread(times)
    return HandlingFigures(
        steps=over.n, handling_mean_s=over.mean_s, handling_median_s=over.median_s, handling_p90_s=over.p90_s
    )


def visit_handling_mean_s(tickets: Iterable[Ticket]) -> float | None:
    """Mean over the visits that were served of all their handling times together."""
    times = [sum(step.handled_ms or 0 for step in ticket.steps) for ticket in tickets if ticket.state is State.FINISHED]
    return seconds(sum(times) / len(times)) if times else None


def time_figures(spans: Sequence[Span], steps: Iterable[Part], now: int) -> TimeFigures:
    """What came of these spans and these steps; spans that still go on are counted up to `now` (ms UTC)."""
    ms = dict.fromkeys((OPEN, BREAK, SERVING), 0)
    for span in spans:
        ms[span.kind] += span.length_ms(now)
    customers = len({part.ticket.id for part in steps if part.step.ended == "finished"})
    at_work_s = (ms[OPEN] - ms[BREAK]) / 1000
    return TimeFigures(
        staffed_s=seconds(ms[OPEN]),
        break_s=seconds(ms[BREAK]),
        serving_s=seconds(ms[SERVING]),
        occupancy=share(ms[SERVING] / 1000, at_work_s),
        customers=customers,
        per_hour=round(customers * HOUR_S / at_work_s, 2) if at_work_s else None,
    )


def mix(steps: Iterable[Part]) -> dict[str, int]:
    """How many services of each kind were finished: what a throughput must be read beside. Most frequent first."""
    count = Count(part.step.service for part in steps if part.step.ended == "finished")
    return dict(sorted(count.items(), key=lambda item: (-item[1], item[0])))


def waits_of_first_calls(steps: Iterable[Part]) -> Spread:
    """Waits of the visits whose first call was one of these steps, but for those who left."""
    return spread(
        [
            waited_ms(part.ticket, 0)
            for part in steps
            if part.step is part.ticket.steps[0] and part.step.started_at is not None and part.ticket.state not in LEFT
        ]
    )
