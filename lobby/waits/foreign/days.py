"""The days of a foreign log: which of them are working days, which are to learn from and which to judge on.

Working days are those of weekdays that are not much quieter than the rest: on average at least `QUIET` of what comes on
the middle weekday.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from lobby.waits.foreign.visit import Visit

QUIET = 0.5
TRAINING = 0.6


class TooShort(Exception):
    """The log has too few days or customers to learn on some and judge on others; the text says what there is."""


def working_days(visits: Iterable[Visit], zone: str) -> list[date]:
    """The days of the log, in order, without those of quiet weekdays."""
    clock = ZoneInfo(zone)
    counts: dict[date, int] = {}
    for visit in visits:
        day = datetime.fromtimestamp(visit.arrived / 1000, clock).date()
        counts[day] = counts.get(day, 0) + 1
    by_weekday: dict[int, list[int]] = {}
    for day, count in counts.items():
        by_weekday.setdefault(day.weekday(), []).append(count)
    means = {weekday: sum(of) / len(of) for weekday, of in by_weekday.items()}
    least = QUIET * median(means.values()) if means else 0.0
    return sorted(day for day in counts if means[day.weekday()] >= least)


def split(days: Sequence[date]) -> tuple[list[date], list[date]]:
    """The days to learn from, and those to judge on."""
    learning = round(len(days) * TRAINING)
    if not 0 < learning < len(days):
        raise TooShort(f"a back-test needs two working days or more; the log has {len(days)}")
    return list(days[:learning]), list(days[learning:])
