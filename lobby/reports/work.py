"""Figures about work: how long services took, what counters did with their time, how many customers an hour.

    occupancy  = serving time / staffed time without breaks          the rest is idle
    throughput = customers whose service was finished / staffed hours without breaks

Handling time runs from the start of a service to its end without the time in which the ticket was parked; a service
that was still going on at day close ends there. Where a service was parked and taken up at another counter, the step
belongs to the one that ended it, the serving time to each that gave some.
"""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.past import BREAK, OPEN, SERVING
from lobby.queue.ticket import State
from lobby.reports.columns import NEVER, STATES, Flags, distinct
from lobby.reports.judged import ALL, Judged, Rows
from lobby.reports.spread import Spread, mean_s, seconds, share, spread

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


def handling(judged: Judged, steps: Rows = ALL) -> HandlingFigures:
    times = judged.rows.steps.handled_ms[steps]
    over = spread(times[times != NEVER])
    return HandlingFigures(
        steps=over.n, handling_mean_s=over.mean_s, handling_median_s=over.median_s, handling_p90_s=over.p90_s
    )


def visit_handling_mean_s(judged: Judged) -> float | None:
    """Mean over the visits that were served of all their handling times together."""
    steps, visits = judged.rows.steps, judged.rows.visits
    handled = np.bincount(steps.visit, np.maximum(steps.handled_ms, 0), len(visits.state))
    return mean_s(handled[visits.state == STATES.index(State.FINISHED)])


def time_figures(judged: Judged, spans: Rows = ALL, steps: Rows = ALL) -> TimeFigures:
    """What came of these spans and these steps."""
    kind = judged.rows.spans.kind
    lengths = judged.span_end[spans] - judged.rows.spans.start[spans]
    ms = {name: int(lengths[kind.codes[spans] == kind.code(name)].sum()) for name in (OPEN, BREAK, SERVING)}
    customers = distinct(judged.rows.steps.visit[steps][_finished(judged, steps)])
    at_work_s = (ms[OPEN] - ms[BREAK]) / 1000
    return TimeFigures(
        staffed_s=seconds(ms[OPEN]),
        break_s=seconds(ms[BREAK]),
        serving_s=seconds(ms[SERVING]),
        occupancy=share(ms[SERVING] / 1000, at_work_s),
        customers=customers,
        per_hour=round(customers * HOUR_S / at_work_s, 2) if at_work_s else None,
    )


def mix(judged: Judged, steps: Rows = ALL) -> dict[str, int]:
    """How many services of each kind were finished: what a throughput must be read beside. Most frequent first."""
    service = judged.rows.steps.service
    counts = np.bincount(service.codes[steps][_finished(judged, steps)], minlength=len(service.names)).tolist()
    found = [(name, count) for name, count in zip(service.names, counts, strict=True) if count]
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def waits_of_first_calls(judged: Judged, steps: Rows) -> Spread:
    """Waits of the visits whose first call was one of these steps, but for those who left."""
    columns = judged.rows.steps
    visits = columns.visit[steps][columns.first[steps] & (columns.started_at[steps] != NEVER)]
    return spread(judged.waited_ms[visits[~judged.left[visits]]])


def _finished(judged: Judged, steps: Rows) -> Flags:
    ended = judged.rows.steps.ended
    finished: Flags = ended.codes[steps] == ended.code("finished")
    return finished
