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
from lobby.reports.columns import NEVER, STATES, Flags, Ints, distinct
from lobby.reports.judged import ALL, Judged, Rows
from lobby.reports.spread import Spread, mean_s, seconds, share, spread

HOUR_S = 3600
KINDS = (OPEN, BREAK, SERVING)


class HandlingFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Handling time per step, in seconds, and how many steps it was taken of."""

    steps: int
    handling_mean_s: float | None
    handling_median_s: float | None
    handling_p90_s: float | None


class TimeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Counter time in seconds, and what came of it; at a head office, None what would be told of single people."""

    staffed_s: float
    break_s: float | None
    serving_s: float | None
    occupancy: float | None
    customers: int
    per_hour: float | None


class CounterFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many counters were open and not on a break, and how many of them served, on average over the time for which
    at least one was open; a chain's are on average over all such times of its branches."""

    counters_open: float | None
    counters_serving: float | None


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
    ms = {name: int(lengths[kind.codes[spans] == kind.code(name)].sum()) for name in KINDS}
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


def counters_together(judged: Judged) -> CounterFigures:
    """What all counters did together."""
    spans, end = judged.rows.spans, judged.span_end
    ms = {name: int((end - spans.start)[spans.kind.codes == spans.kind.code(name)].sum()) for name in KINDS}
    is_open = np.flatnonzero(spans.kind.codes == spans.kind.code(OPEN))
    order = is_open[np.lexsort((spans.start[is_open], spans.day[is_open]))]
    days = np.split(order, np.flatnonzero(np.diff(spans.day[order])) + 1)
    open_ms = sum(_covered_ms(spans.start[rows], end[rows]) for rows in days)
    return CounterFigures(
        counters_open=round((ms[OPEN] - ms[BREAK]) / open_ms, 2) if open_ms else None,
        counters_serving=round(ms[SERVING] / open_ms, 2) if open_ms else None,
    )


def _covered_ms(start: Ints, end: Ints) -> int:
    """How long at least one of these spans lasted, which are in order of their start."""
    if not len(start):
        return 0
    reached = np.maximum.accumulate(end)
    before = np.concatenate(([start[0]], reached[:-1]))
    return int(np.maximum(reached - np.maximum(before, start), 0).sum())


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
