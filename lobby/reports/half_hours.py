"""Demand and what stood against it, by the half-hour of the branch's own clock in which visits arrived."""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.past import BREAK, OPEN, SERVING
from lobby.reports.columns import Ints, groups
from lobby.reports.judged import Judged
from lobby.reports.local_clock import HALF_HOURS, LocalClock, in_quarters, time_of
from lobby.reports.scopes import Scope
from lobby.reports.spread import share
from lobby.reports.visit_columns import visit_figures
from lobby.reports.visits import VisitFigures


class HalfHourFigures(Scope, frozen=True, kw_only=True):
    """One half-hour (`key`: its start on the branch's clock, such as 09:30) over all days of the period. `visits` are
    those that arrived in it. `open_on_average` is how many counters were open and not on a break, on average over the
    half-hour and the days; `busy` the share of that time in which they served."""

    visits: VisitFigures
    issued_per_day: float
    open_on_average: float
    busy: float | None


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """One half-hour of one weekday (0 is Monday): `days` such weekdays are in the period; demand, open counters and
    what came of it, on average over them. `half_hour` is its start, such as 09:30."""

    weekday: int
    half_hour: str
    days: int
    issued_per_day: float
    open_on_average: float
    wait_mean_s: float | None
    service_level: float | None


class HalfHours:
    """A period cut into half-hours of the branch's clock: for each weekday and half-hour how long its days had it, how
    long counters were open in it without a break, and how long they served, in ms; and of each visit where it fell."""

    def __init__(self, judged: Judged) -> None:
        days, visits, spans = judged.rows.days, judged.rows.visits, judged.rows.spans
        self._judged = judged
        self._weekday = np.array([judged.setup.local(day.start).weekday() for day in days], dtype=np.int64)
        self._clock = LocalClock(judged.setup.zone, days[0].start, days[-1].end)
        self.days = np.bincount(self._weekday, minlength=7)
        self.visit_cell = self._cell(visits.day, self._clock.half_hour(visits.arrived_at))
        whole = np.arange(len(days))
        starts = np.array([day.start for day in days], dtype=np.int64)
        ends = np.array([day.end if day.closed else at for day, at in zip(days, judged.at, strict=True)])
        self.lasted = self._ms(whole, starts, ends)
        kind, length = spans.kind, {}
        for name in (OPEN, BREAK, SERVING):
            of_kind = np.flatnonzero(kind.codes == kind.code(name))
            length[name] = self._ms(spans.day[of_kind], spans.start[of_kind], judged.span_end[of_kind])
        self.at_work, self.serving = length[OPEN] - length[BREAK], length[SERVING]

    def _cell(self, day: Ints, half_hour: Ints) -> Ints:
        cell: Ints = self._weekday[day] * HALF_HOURS + half_hour
        return cell

    def _ms(self, day: Ints, start: Ints, end: Ints) -> Ints:
        """How much of these spans, each of a day, falls into each weekday and half-hour."""
        span, begin, length = in_quarters(start, end)
        cells = self._cell(day[span], self._clock.half_hour(begin))
        return np.bincount(cells, length, 7 * HALF_HOURS).astype(np.int64).reshape(7, HALF_HOURS)

    def by_half_hour(self) -> tuple[HalfHourFigures, ...]:
        """Every half-hour in which anybody came or a counter was open, in the order of the business day."""
        found = groups(self.visit_cell % HALF_HOURS, HALF_HOURS)
        at_work, serving, lasted = (sums.sum(axis=0) for sums in (self.at_work, self.serving, self.lasted))
        return tuple(
            HalfHourFigures(
                scope="half_hour",
                key=time_of(half),
                visits=visit_figures(self._judged, found[half]),
                issued_per_day=round(len(found[half]) / len(self._judged.rows.days), 2),
                open_on_average=_per(at_work[half], lasted[half]),
                busy=share(int(serving[half]), int(at_work[half])),
            )
            for half in self._in_order()
            if len(found[half]) or at_work[half]
        )

    def heat(self) -> tuple[HeatCell, ...]:
        """The same by weekday, from Monday on."""
        found = groups(self.visit_cell, 7 * HALF_HOURS)
        cells = []
        for weekday in range(7):
            for half in self._in_order():
                which = found[weekday * HALF_HOURS + half]
                if not len(which) and not self.at_work[weekday, half]:
                    continue
                visits = visit_figures(self._judged, which)
                cells.append(
                    HeatCell(
                        weekday=weekday,
                        half_hour=time_of(half),
                        days=(days := int(self.days[weekday])),
                        issued_per_day=round(len(which) / days, 2),
                        open_on_average=_per(self.at_work[weekday, half], self.lasted[weekday, half]),
                        wait_mean_s=visits.wait.wait_mean_s,
                        service_level=visits.service_level,
                    )
                )
        return tuple(cells)

    def _in_order(self) -> list[int]:
        """The half-hours from the start of the business day on."""
        begin = self._judged.setup.day_starts_min // 30
        return [(begin + half) % HALF_HOURS for half in range(HALF_HOURS)]


def _per(ms: int, lasted_ms: int) -> float:
    return round(float(ms / lasted_ms), 2) if lasted_ms else 0.0
