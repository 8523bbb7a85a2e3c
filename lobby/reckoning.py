"""A branch's reports, reckoned from its database: what a command, a mail and the server's pages show is the same.

Days that are over are read from the projection, which is brought up to date first; the day under way is folded from the
journal as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, get_args

import msgspec
from sqlalchemy import select

from lobby.care.events import CareEvent
from lobby.queue.events import Event, Happened, Recorded, RehearsalStarted
from lobby.queue.services import Setup, business_day
from lobby.records.journal import Journal
from lobby.records.schema import events
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.asked import Asked
from lobby.reports.cases import cases_of
from lobby.reports.columns import Columns, columns
from lobby.reports.complaints import ComplaintFigures, complaint_figures
from lobby.reports.packed import packed
from lobby.reports.period import PeriodFigures, period_before, period_figures, reached


def _silent(_day: str) -> None:
    pass


class Reckoning:
    """Reports of the branch that `setup` describes, as `store` has it now. `told` hears of each day (ISO) that is read
    from the journal for the first time."""

    def __init__(self, store: Store, setup: Setup, told: Callable[[str], None] = _silent) -> None:
        self._store = store
        self._branch = setup.id
        journal = Journal(store, setup.id)
        started = [one.event for one in self._of_kinds([RehearsalStarted])]
        for rehearsal in started:
            assert isinstance(rehearsal, RehearsalStarted)
            setup = setup.with_more(rehearsal.services, rehearsal.counters)
        self.setup = setup
        self._rehearsed = bool(started)
        self._visits = Visits(store, setup.id)
        self._visits.project(journal, setup, told)
        self._under_way = self._visits.under_way(journal, setup)

    def days(self) -> list[str]:
        """The business days (ISO) on which anything happened, in order."""
        days = self._visits.known()
        if self._under_way is not None and self._under_way.day not in days:
            days.append(self._under_way.day)
        return days

    def is_over(self, day: str, now: int) -> bool:
        """Whether this business day (ISO) has ended: it was closed, or its hours are past."""
        if day < business_day(self.setup, now).date:
            return True
        return day in self._visits.known() and (self._under_way is None or self._under_way.day != day)

    def period(self, asked: Asked, now: int) -> PeriodFigures | None:
        """The figures of these business days, as they stand at `now` (ms UTC); None when nothing happened on any, and
        no complaint was received."""
        first, last = asked.first.isoformat(), asked.last.isoformat()
        rows = self._columns(first, last)
        at = rows.days[-1].at if self._rehearsed and rows.days else now
        before = self._columns(*period_before(first, last, reached(rows, self.setup, last, at)))
        cases = cases_of(self._of_kinds(get_args(CareEvent)))
        figures = period_figures(rows, self.setup, first, last, at, cases, before)
        return figures if rows.days or figures.overall.complaints.complaints_received else None

    def complaints(self, first: str, last: str, now: int) -> ComplaintFigures:
        """The figures of the complaints received on the business days from `first` to `last` (ISO)."""
        complaints = cases_of(self._of_kinds(get_args(CareEvent))).complaints
        return complaint_figures(complaints or (), self.setup, first, last, now)

    def _columns(self, first: str, last: str) -> Columns:
        today = self._under_way
        if today is None or not first <= today.day <= last:
            return self._visits.columns(first, last)
        past = (day for day in self._visits.packed(first, last) if day.day != today.day)
        return columns(chain(past, [packed(today)]))

    def _of_kinds(self, kinds: Iterable[type[Happened]]) -> list[Recorded]:
        """Every event of these kinds, in order."""
        table = events.c
        query = select(table.seq, table.at, table.actor, table.body).where(
            table.branch == self._branch, table.kind.in_([kind.__name__ for kind in kinds])
        )
        with self._store.read() as connection:
            rows: list[Any] = list(connection.execute(query.order_by(table.seq)))
        decode = msgspec.json.Decoder(Event).decode
        return [Recorded(seq, at, actor, decode(body)) for seq, at, actor, body in rows]
