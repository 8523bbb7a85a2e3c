"""The figures of days as they are folded from a journal, without a projection."""

from __future__ import annotations

from collections.abc import Sequence

from lobby.reports.cases import NO_CASES, Cases
from lobby.reports.columns import columns_of
from lobby.reports.day import DayRecord
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_figures


def figures_of_days(records: Sequence[DayRecord], now: int, cases: Cases = NO_CASES) -> PeriodFigures:
    """All figures of these days, at least one and in order of time, at `now` (ms UTC), which matters only for what
    still goes on: who waits, which counters are open. Of all `cases`, those of the time count."""
    first, last = records[0], records[-1]
    return period_figures(columns_of(map(past_day, records)), last.setup, first.day, last.day, now, cases)
