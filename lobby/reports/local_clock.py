"""The branch's own clock for many moments at once, right on the days on which clocks change.

Offsets from UTC are looked up by the quarter of an hour: every zone has changed them at whole quarters since 1972.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from lobby.reports.columns import Ints

QUARTER_MS = 900_000
HALF_HOUR_MS = 1_800_000
DAY_MS = 86_400_000
HALF_HOURS = DAY_MS // HALF_HOUR_MS
QUARTERS = DAY_MS // QUARTER_MS


class LocalClock:
    """The clock of a zone for moments from `start` up to `end` (ms UTC)."""

    def __init__(self, zone: str, start: int, end: int) -> None:
        self._first = start // DAY_MS
        days = np.arange(self._first, end // DAY_MS + 2) * DAY_MS
        at_midnight = [_offset_ms(zone, int(day)) for day in days]
        table = np.repeat(np.array(at_midnight[:-1], dtype=np.int64), QUARTERS)
        for day, (before, after) in enumerate(pairwise(at_midnight)):
            if before != after:
                quarters = range(QUARTERS)
                table[day * QUARTERS : (day + 1) * QUARTERS] = [
                    _offset_ms(zone, int(days[day]) + quarter * QUARTER_MS) for quarter in quarters
                ]
        self._table = table

    def local_ms(self, at: Ints) -> Ints:
        """What the clock shows at these moments, as ms since midnight of 1970-01-01."""
        place = at // QUARTER_MS - self._first * QUARTERS
        local: Ints = at + self._table[np.clip(place, 0, len(self._table) - 1)]
        return local

    def half_hour(self, at: Ints) -> Ints:
        """The half-hour of the day that it shows: 0 from midnight, 47 from 23:30."""
        found: Ints = self.local_ms(at) % DAY_MS // HALF_HOUR_MS
        return found


def time_of(half_hour: int) -> str:
    """The start of a half-hour, such as 09:30."""
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"


def in_quarters(start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """These spans cut at each quarter of an hour: for each piece the index of its span, its start and its length in
    ms."""
    first = start // QUARTER_MS
    pieces = np.where(end > start, (end - 1) // QUARTER_MS - first + 1, 0)
    span = np.repeat(np.arange(len(start)), pieces)
    within = np.arange(len(span)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    quarter = (first[span] + within) * QUARTER_MS
    begin = np.maximum(quarter, start[span])
    return span, begin, np.minimum(quarter + QUARTER_MS, end[span]) - begin


def _offset_ms(zone: str, at: int) -> int:
    offset = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() * 1000)
