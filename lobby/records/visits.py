"""The projection: days that are over, made from the journal day by day and, whenever asked, made anew from it. The
journal stays the only truth.

A day is kept twice, in one transaction. As rows, for whoever asks the database itself: `visits` has one for each time
that a ticket waited for a service, `spans` one for each time that a counter was open, on a break or serving. And packed
into its row of `past_days`, which is what reports and forecasts read: a year of rows would take them ten times as long.

A day is written when it is closed. Should anything happen afterwards that belongs to it (it is opened again, a customer
says in the evening how it went), the next projection sees that the journal goes on otherwise than with a new day, and
writes the day again. So any number of processes may project at once: what a slow one leaves, the next one mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from lobby.queue.events import DayClosed, DayOpened, DayReopened, Recorded, RehearsalStarted
from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.records import schema
from lobby.records.journal import Journal
from lobby.records.store import Bulk, Store
from lobby.records.visit_rows import day_row, span_row, step_row
from lobby.reports.columns import Columns, columns
from lobby.reports.day import day_records
from lobby.reports.packed import PackedDay, packed, unpacked
from lobby.reports.past import past_day

FORMAT = "3"
"""Changes whenever the shape or the meaning of `PastDay` does, or how it is packed; days in another format are written
again."""

PORTION = 32
"""Days that are fetched at once."""

_write_day, _write_visits, _write_spans = Bulk(schema.past_days), Bulk(schema.visits), Bulk(schema.spans)
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(PackedDay).decode
_days = schema.past_days.c


class DayEvents(NamedTuple):
    """The events of a business day, from its opening to the last before the next; `over`: it is closed, or another
    followed."""

    setup: Setup
    recorded: list[Recorded]
    over: bool

    @property
    def opened_seq(self) -> int:
        return self.recorded[0].seq

    @property
    def last_seq(self) -> int:
        return self.recorded[-1].seq

    def folded(self) -> PastDay:
        return past_day(next(day_records(self.setup, self.recorded)))


def _silent(_day: str) -> None:
    pass


class Visits:
    """The projection of one branch in a store. Any number of processes may read it and project at once."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch

    # -- writing

    def project(self, journal: Journal, setup: Setup, told: Callable[[str], None] = _silent) -> int:
        """Bring the projection up to date with the days that are over; how many days were written. `told` hears of each
        day (ISO date) as soon as it is written. Quick when there is nothing new."""
        return len(self._write_all(by_day(journal, setup, self._settled(journal)), told))

    def rebuild(self, journal: Journal, setup: Setup, told: Callable[[str], None] = _silent) -> int:
        """Make every day anew, one by one, so that reports go on meanwhile; how many days were written."""
        made = self._write_all(by_day(journal, setup, 0), told)
        with self._store.read() as connection:
            known = connection.execute(select(_days.opened_seq).where(_days.branch == self._branch)).scalars().all()
        for opened_seq in set(known) - made:
            with self._store.write() as connection:
                self._forget(connection, opened_seq, schema.past_days, schema.visits, schema.spans)
        return len(made)

    def under_way(self, journal: Journal, setup: Setup) -> PastDay | None:
        """The latest day, folded from the journal now, when the projection does not have it as it is: a day that is not
        closed, or went on after it was projected. None when the projection says it all."""
        latest = None
        for one in by_day(journal, setup, self._settled(journal)):
            latest = one
        return latest.folded() if latest is not None else None

    def _settled(self, journal: Journal) -> int:
        """The number of the last event of which the projection says all that there is to say."""
        own = _days.branch == self._branch
        with self._store.read() as connection:
            old = connection.execute(select(func.min(_days.opened_seq)).where(own, _days.format != FORMAT)).scalar()
            query = select(_days.opened_seq, _days.last_seq).where(own).order_by(_days.opened_seq.desc()).limit(1)
            last = connection.execute(query).first()
        if old is not None:
            return int(old) - 1
        if last is None:
            return 0
        following = journal.read(last.last_seq, 1)
        went_on = bool(following) and not isinstance(following[0].event, DayOpened)
        return int(last.opened_seq) - 1 if went_on else int(last.last_seq)

    def _write_all(self, days: Iterable[DayEvents], told: Callable[[str], None]) -> set[int]:
        written = set()
        for one in days:
            if one.over:
                day = one.folded()
                self._write(one.opened_seq, one.last_seq, day)
                written.add(one.opened_seq)
                told(day.day)
        return written

    def _write(self, opened_seq: int, last_seq: int, past: PastDay) -> None:
        """Put the day in the place of what was known of it. The day's own row comes first: whoever else writes this day
        waits for it. Where both write it for the first time, what the other one wrote stands."""
        key = {"branch": self._branch, "opened_seq": opened_seq}
        day = {"last_seq": last_seq, "format": FORMAT, "packed": _pack(packed(past))} | day_row(past)
        visits = [key | {"place": place} | step_row(step) for place, step in enumerate(past.steps)]
        spans = [key | {"place": place} | span_row(span) for place, span in enumerate(past.spans)]
        try:
            with self._store.write() as connection:
                own = _of_day(schema.past_days, self._branch, opened_seq)
                if not connection.execute(update(schema.past_days).where(own).values(day)).rowcount:
                    _write_day(connection, [key | day])
                self._forget(connection, opened_seq, schema.visits, schema.spans)
                if visits:
                    _write_visits(connection, visits)
                if spans:
                    _write_spans(connection, spans)
        except IntegrityError:
            return

    def _forget(self, connection: Connection, opened_seq: int, *tables: Table) -> None:
        for table in tables:
            connection.execute(delete(table).where(_of_day(table, self._branch, opened_seq)))

    # -- reading

    def known(self) -> list[str]:
        """The ISO dates of the projected business days, in order."""
        with self._store.read() as connection:
            query = select(_days.day).where(*self._between("", "")).order_by(_days.opened_seq)
            return list(connection.execute(query).scalars())

    def days(self, first: str = "", last: str = "") -> Iterator[PastDay]:
        """The projected business days from `first` to `last` (ISO dates, both included; empty: from the very first, to
        the very last), in order, with a few in memory at a time."""
        return map(unpacked, self.packed(first, last))

    def columns(self, first: str = "", last: str = "") -> Columns:
        """The same days as columns, for figures over many of them."""
        return columns(self.packed(first, last))

    def packed(self, first: str = "", last: str = "") -> Iterator[PackedDay]:
        """The same days as they are kept."""
        after = 0
        while True:
            query = select(_days.opened_seq, _days.packed).where(*self._between(first, last), _days.opened_seq > after)
            with self._store.read() as connection:
                rows = connection.execute(query.order_by(_days.opened_seq).limit(PORTION)).all()
            for row in rows:
                yield _unpack(row.packed)
            if len(rows) < PORTION:
                return
            after = rows[-1].opened_seq

    def _between(self, first: str, last: str) -> list[ColumnElement[bool]]:
        found = [_days.branch == self._branch, _days.format == FORMAT]
        if first:
            found.append(_days.day >= first)
        if last:
            found.append(_days.day <= last)
        return found


def _of_day(table: Table, branch: str, opened_seq: int) -> ColumnElement[bool]:
    return and_(table.c.branch == branch, table.c.opened_seq == opened_seq)


def by_day(journal: Journal, setup: Setup, after: int) -> Iterator[DayEvents]:
    """The business days in the journal after the event `after`, which is 0 or the last one of a day."""
    recorded: list[Recorded] = []
    closed = False
    for item in journal.stream(after):
        match item.event:
            case DayOpened():
                if recorded:
                    yield DayEvents(setup, recorded, over=True)
                recorded, closed = [], False
            case DayClosed():
                closed = True
            case DayReopened():
                closed = False
            case RehearsalStarted(services=services, counters=counters):
                setup = setup.with_more(services, counters)
        if recorded or isinstance(item.event, DayOpened):
            recorded.append(item)
    if recorded:
        yield DayEvents(setup, recorded, over=closed)
