"""How many customers of each kind come just now: by weekday and half-hour of the days behind, as busy as today is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from lobby.queue.past import PastDay
from lobby.queue.services import Setup

HALF_HOUR_MS = 1_800_000
HALVES = 48
NEVER = float("inf")

SAME_WEEKDAY = 3
"""From so many days on, a weekday goes by itself."""

CALM = 20
"""Today counts as an ordinary day until about so many customers were expected."""

Cell = tuple[int, int]
"""Weekday (Monday 0) and half-hour of the local day."""


class Stream(NamedTuple):
    """Customers who are alike to the calling rule."""

    service: str
    priority: str
    appointment: bool


class Rates(msgspec.Struct, frozen=True):
    """`came`: customers, by stream and cell; `looked`: over how many days, by cell. `level`: how busy today is, against
    the days behind (1: as they were)."""

    came: dict[Stream, dict[Cell, int]] = {}
    looked: dict[Cell, float] = {}
    level: float = 1.0

    def per_s(self, stream: Stream, cell: Cell) -> float:
        """How many of the stream come a second, in this half-hour and those beside it."""
        return self.level * self.ordinary_per_s(stream, cell)

    def ordinary_per_s(self, stream: Stream, cell: Cell) -> float:
        """The same, as on the days behind."""
        came = self.came.get(stream, {})
        weekday, half = cell
        weekdays = (weekday,) if self.looked.get(cell, 0.0) >= SAME_WEEKDAY else range(7)
        near = [(day, half + beside) for day in weekdays for beside in (-1, 0, 1)]
        looked = sum(self.looked.get(one, 0.0) for one in near)
        return sum(came.get(one, 0) for one in near) / (looked * HALF_HOUR_MS / 1000) if looked else 0.0


def rates(days: Sequence[PastDay], setup: Setup) -> Rates:
    """The rates of `days`, of which the last may be today as far as it goes. A day on which nobody came does not count;
    today counts for what is usual only while there is no other."""
    seen = [_Seen(day, setup) for day in days if day.steps]
    behind = [day for day in seen if day.over] or seen
    came: dict[Stream, dict[Cell, int]] = {}
    looked: dict[Cell, float] = {}
    for day in behind:
        for (stream, cell), count in day.came.items():
            cells = came.setdefault(stream, {})
            cells[cell] = cells.get(cell, 0) + count
        for cell, part in day.looked.items():
            looked[cell] = looked.get(cell, 0.0) + part
    usual = Rates(came, looked)
    if not seen or seen[-1].over or len(behind) == len(seen):
        return usual
    return msgspec.structs.replace(usual, level=_level(usual, seen[-1]))


class _Seen:
    """One day: who came, and which part of each half-hour is over."""

    def __init__(self, day: PastDay, setup: Setup) -> None:
        first = min(step.queued_at for step in day.steps)
        local = setup.local(first)
        midnight = first - ((local.hour * 60 + local.minute) * 60 + local.second) * 1000
        self.over = day.closed
        self.came = Counter(
            (
                Stream(step.service, step.priority, step.appointment and step.step == 0),
                (local.weekday(), (step.queued_at - midnight) // HALF_HOUR_MS % HALVES),
            )
            for step in day.steps
        )
        until = NEVER if day.closed else day.at
        self.looked = {
            (local.weekday(), half): part
            for half in range(HALVES)
            if (part := min(1.0, (until - midnight) / HALF_HOUR_MS - half)) > 0
        }


def _level(usual: Rates, today: _Seen) -> float:
    """Who came today so far over who usually would have, drawn towards 1 while that is few."""
    expected = sum(
        part * usual.ordinary_per_s(stream, cell) * HALF_HOUR_MS / 1000
        for stream in usual.came
        for cell, part in today.looked.items()
    )
    return (sum(today.came.values()) + CALM) / (expected + CALM)
