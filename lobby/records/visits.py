"""The projection: days that are over as rows, one for each time that a ticket waited for a service, and one for each
span of a counter. It is made from the journal, day by day, each in one transaction, and can be made anew from it
whenever asked: the journal stays the only truth.

A day is written when it is closed. Should anything happen afterwards that belongs to it (it is opened again, a customer
says in the evening how it went), the next projection sees that the journal goes on otherwise than with a new day, and
writes the day again. So any number of processes may project at once: what a slow one leaves, the next one mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, Table, delete, func, select
from sqlalchemy.exc import IntegrityError

from lobby.queue.events import DayOpened, Recorded, RehearsalStarted
from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.records import schema
from lobby.records.journal import Journal
from lobby.records.store import Bulk, Store
from lobby.records.visit_rows import bases, day_of_row, day_row, span_of_row, span_row, step_of_row, step_row
from lobby.reports.columns import NEVER, Columns, RawSteps, columns
from lobby.reports.day import day_records
from lobby.reports.past import past_day

PORTION = 10_000
"""Rows that are fetched at once."""

STEP_COLUMNS = ("opened_seq", *RawSteps.__slots__[1:], "basis")
SPAN_COLUMNS = ("opened_seq", "kind", "counter", "teller", "start_at", "end_at")

_write_day, _write_visits, _write_spans = Bulk(schema.past_days), Bulk(schema.visits), Bulk(schema.spans)


class Folded(msgspec.Struct, frozen=True):
    """A day, the numbers of its first and last events, and whether it is over: closed, or followed by another."""

    opened_seq: int
    last_seq: int
    over: bool
    past: PastDay


def _silent(_day: str) -> None:
    pass


class Visits:
    """The projection of one branch in a store. Any number of processes may read it and project at once."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch

    # -- writing

    def project(self, journal: Journal, setup: Setup, told: Callable[[str], None] = _silent) -> int:
        """Bring the rows up to date with the days that are over; how many days were written. `told` hears of each day
        (ISO date) as soon as it is written. Quick when there is nothing new."""
        return len(self._write_all(folded(journal, setup, self._settled(journal)), told))

    def rebuild(self, journal: Journal, setup: Setup, told: Callable[[str], None] = _silent) -> int:
        """Make every row anew, day by day, so that reports go on meanwhile; how many days were written."""
        made = self._write_all(folded(journal, setup, 0), told)
        for mark in self._marks():
            if mark.opened_seq not in made:
                with self._store.write() as connection:
                    self._forget(connection, mark.opened_seq)
        return len(made)

    def under_way(self, journal: Journal, setup: Setup) -> PastDay | None:
        """The latest day, folded from the journal now, when the rows do not have it as it is: a day that is not closed,
        or went on after it was projected. None when the rows say it all."""
        latest = None
        for one in folded(journal, setup, self._settled(journal)):
            latest = one.past
        return latest

    def _settled(self, journal: Journal) -> int:
        """The number of the last event of which the rows say all that there is to say."""
        table = schema.past_days.c
        query = select(table.opened_seq, table.last_seq).where(table.branch == self._branch)
        with self._store.read() as connection:
            last = connection.execute(query.order_by(table.opened_seq.desc()).limit(1)).first()
        if last is None:
            return 0
        following = journal.read(last.last_seq, 1)
        went_on = bool(following) and not isinstance(following[0].event, DayOpened)
        return int(last.opened_seq) - 1 if went_on else int(last.last_seq)

    def _write_all(self, days: Iterable[Folded], told: Callable[[str], None]) -> set[int]:
        written = set()
        for one in days:
            if one.over:
                self._write(one)
                written.add(one.opened_seq)
                told(one.past.day)
        return written

    def _write(self, one: Folded) -> None:
        """Put the day in the place of what was known of it. Where another process writes the same day at this very
        moment, its rows stand."""
        key = {"branch": self._branch, "opened_seq": one.opened_seq}
        visits = [key | {"place": place} | step_row(step) for place, step in enumerate(one.past.steps)]
        spans = [key | {"place": place} | span_row(span) for place, span in enumerate(one.past.spans)]
        try:
            with self._store.write() as connection:
                self._forget(connection, one.opened_seq)
                _write_day(connection, [key | {"last_seq": one.last_seq} | day_row(one.past)])
                if visits:
                    _write_visits(connection, visits)
                if spans:
                    _write_spans(connection, spans)
        except IntegrityError:
            return

    def _forget(self, connection: Connection, opened_seq: int) -> None:
        for table in (schema.past_days, schema.visits, schema.spans):
            connection.execute(delete(table).where(table.c.branch == self._branch, table.c.opened_seq == opened_seq))

    # -- reading

    def known(self) -> list[str]:
        """The ISO dates of the projected business days, in order."""
        return [mark.day for mark in self._marks()]

    def days(self, first: str = "", last: str = "") -> Iterator[PastDay]:
        """The projected business days from `first` to `last` (ISO dates, both included; empty: from the very first, to
        the very last), in order, with one day in memory at a time."""
        for mark in self._marks(first, last):
            opened = mark.opened_seq
            with self._store.read() as connection:
                steps = connection.execute(self._rows(select(schema.visits), schema.visits, opened, opened)).all()
                spans = connection.execute(self._rows(select(schema.spans), schema.spans, opened, opened)).all()
            yield day_of_row(mark, tuple(map(step_of_row, steps)), tuple(map(span_of_row, spans)))

    def columns(self, first: str = "", last: str = "") -> Columns:
        """The same days as columns, for figures over many of them."""
        marks = self._marks(first, last)
        place = {mark.opened_seq: index for index, mark in enumerate(marks)}
        low, high = (marks[0].opened_seq, marks[-1].opened_seq) if marks else (0, -1)
        *steps, bodies = self._read(schema.visits, STEP_COLUMNS, low, high)
        spans = self._read(schema.spans, SPAN_COLUMNS, low, high)
        raw = RawSteps([place[opened] for opened in steps[0]], *steps[1:])
        heads = [body for step, body in zip(raw.step, bodies, strict=True) if step == 0]
        span_days = [place[opened] for opened in spans[0]]
        return columns(tuple(map(day_of_row, marks)), raw, bases(heads), [span_days, *spans[1:]])

    def _marks(self, first: str = "", last: str = "") -> list[Row[Any]]:
        table = schema.past_days
        query = select(table).where(table.c.branch == self._branch)
        if first:
            query = query.where(table.c.day >= first)
        if last:
            query = query.where(table.c.day <= last)
        with self._store.read() as connection:
            return list(connection.execute(query.order_by(table.c.opened_seq)))

    def _read(self, table: Table, names: tuple[str, ...], low: int, high: int) -> list[list[Any]]:
        """These columns of the days that were opened from event `low` to `high`, with `NEVER` for missing numbers."""
        chosen = [
            func.coalesce(table.c[name], NEVER) if table.c[name].nullable and name != "basis" else table.c[name]
            for name in names
        ]
        found: list[list[Any]] = [[] for _ in names]
        with self._store.read() as connection:
            for rows in connection.execute(self._rows(select(*chosen), table, low, high)).partitions(PORTION):
                for column, values in zip(found, zip(*rows, strict=True), strict=True):
                    column.extend(values)
        return found

    def _rows(self, query: Select[Any], table: Table, low: int, high: int) -> Select[Any]:
        within = (table.c.branch == self._branch, table.c.opened_seq >= low, table.c.opened_seq <= high)
        return query.where(*within).order_by(table.c.opened_seq, table.c.place)


def folded(journal: Journal, setup: Setup, after: int) -> Iterator[Folded]:
    """The business days in the journal after the event `after`, which is 0 or the last one of a day."""
    part: list[Recorded] = []
    for item in journal.stream(after):
        if isinstance(item.event, DayOpened) and part:
            yield _folded(setup, part, followed=True)
            part = []
        if isinstance(item.event, RehearsalStarted):
            setup = setup.with_more(item.event.services, item.event.counters)
        if part or isinstance(item.event, DayOpened):
            part.append(item)
    if part:
        yield _folded(setup, part, followed=False)


def _folded(setup: Setup, part: list[Recorded], *, followed: bool) -> Folded:
    past = past_day(next(day_records(setup, part)))
    return Folded(part[0].seq, part[-1].seq, past.closed or followed, past)
