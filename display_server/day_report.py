"""The report of one business day, folded from that day's part of the journal."""

from __future__ import annotations

from lobby.desk import Desk
from lobby.errors import BadField
from lobby.queue.services import day_of
from lobby.reports.day import day_record
from lobby.reports.figures import DayFigures, day_figures


def day_report(desk: Desk, date: str) -> DayFigures | None:
    """The figures of the business day `date` (ISO), None when nothing happened on it."""
    try:
        day = day_of(desk.setup, date)
    except ValueError:
        raise BadField(field="day", problem="a date such as 2026-11-22") from None
    record = day_record(desk.state.setup, desk.journal.stream(desk.journal.before(day.start)), date)
    return day_figures(record, desk.now()) if record is not None else None
