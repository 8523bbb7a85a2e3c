"""The visits of a period as they stand at a time: how long each has waited, and how it counts."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.queue.ticket import State
from lobby.reports.columns import NEVER, STATES, Columns, Flags, Ints
from lobby.reports.visits import LEFT

Rows: TypeAlias = Ints | Flags | slice
"""Some rows of a column."""

ALL = slice(None)


def moment(day: PastDay, now: int) -> int:
    """The time (ms UTC) of which the figures of a day speak at `now`: a day that is over is spoken of as it ended."""
    return day.at if day.closed else max(day.at, min(now, day.end))


class Judged:
    """`at` is the time of each day (ms UTC). For each visit: `waited_ms` from issue to first call, or until it left, or
    until now, and `held_ms` of it at the customer's wish; `left` that it ended without being served; `served` that it
    was served or is being served; `promise_open` that the customer asked for a few minutes before the promised range
    was over, so that nobody knows whether it would have been kept. For each span of a counter `span_end`: when it
    ended, or now."""

    def __init__(self, rows: Columns, setup: Setup, now: int) -> None:
        visits, spans = rows.visits, rows.spans
        self.rows, self.setup = rows, setup
        self.at = np.array([moment(day, now) for day in rows.days], dtype=np.int64)
        until = np.where(visits.ended_at == NEVER, self.at[visits.day], visits.ended_at)
        self.waited_ms = np.where(visits.called_at == NEVER, until, visits.called_at) - visits.arrived_at
        held = visits.held_at != NEVER
        held_until = np.minimum(visits.held_until, self.at[visits.day])
        self.held_ms = np.where(held, np.maximum(held_until - visits.held_at, 0), 0)
        self.promise_open = held & (visits.held_at - visits.arrived_at <= visits.promise_high_s * 1000)
        self.left = np.isin(visits.state, [STATES.index(state) for state in LEFT])
        self.served = ~self.left & ((visits.state == STATES.index(State.FINISHED)) | visits.started)

        ends = np.where(spans.end == NEVER, self.at[spans.day], spans.end)
        self.span_end = np.maximum(ends, spans.start)

    @property
    def target_ms(self) -> float:
        return self.setup.rules.service_level_s * 1000
