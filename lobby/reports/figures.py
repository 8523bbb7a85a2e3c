"""The figures of one business day, from its record."""

from __future__ import annotations

from collections.abc import Sequence

from lobby.care.complaints import Complaint
from lobby.reports.columns import columns_of
from lobby.reports.day import DayRecord
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_figures

DayFigures = PeriodFigures


def day_figures(record: DayRecord, now: int, complaints: Sequence[Complaint] = ()) -> PeriodFigures:
    """All figures of `record`, a day or several joined, at `now` (ms UTC), which matters only for what still goes on:
    who waits, which counters are open. Complaints received in the time count as they stand at `now`."""
    first, _, last = record.day.partition("/")
    return period_figures(columns_of([past_day(record)]), record.setup, first, last or first, now, complaints)
