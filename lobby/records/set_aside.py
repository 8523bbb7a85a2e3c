"""Rows that a head office has received, and that gave way to another version of the same journal.

That happens on an administrator's word alone, when a branch was restored from a backup older than what the head office
has: nothing could ever follow the rows that the branch has lost. They are moved, not deleted, into a table of their own
with their hashes, under the moment when they were set aside; what was reckoned from them is forgotten.

Where the two versions part is found by halving: the head office names a row in the middle of what is not known yet, and
the parcel with which the branch answers shows whether it has that very row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, text

from lobby.records import schema
from lobby.records.entries import Entry
from lobby.records.store import Store

PORTION = 1000

_rows, _kept = schema.events.c, schema.set_aside.c


class SetAside(msgspec.Struct, frozen=True):
    """Rows `first` to `last` of a branch's journal, of the time from `since` to `until`, gave way at `at` (ms UTC)."""

    branch: str
    at: int
    first: int
    last: int
    since: int
    until: int


def set_aside(store: Store, branch: str = "") -> list[SetAside]:
    """What was set aside of this branch (empty: of all), the oldest first."""
    ends = [end(column) for column in (_kept.seq, _kept.at) for end in (func.min, func.max)]
    query = select(_kept.branch, _kept.set_aside_at, *ends).group_by(_kept.branch, _kept.set_aside_at)
    if branch:
        query = query.where(_kept.branch == branch)
    with store.read() as connection:
        return [SetAside(*row) for row in connection.execute(query.order_by(_kept.branch, _kept.set_aside_at))]


def rows_set_aside(store: Store, branch: str, at: int) -> Iterator[Entry]:
    """The rows of a branch that were set aside at this moment, in order, as they were."""
    after = 0
    columns = [_kept[name] for name in Entry.__struct_fields__]
    while True:
        query = select(*columns).where(_kept.branch == branch, _kept.set_aside_at == at, _kept.seq > after)
        with store.read() as connection:
            found = [Entry(*row) for row in connection.execute(query.order_by(_kept.seq).limit(PORTION))]
        yield from found
        if len(found) < PORTION:
            return
        after = found[-1].seq


def move_aside(connection: Connection, branch: str, first: int, at: int) -> None:
    """Set the rows of the journal from `first` on aside, and forget what was made of them; `at` (ms UTC) names them."""
    from_there = (_rows.branch == branch, _rows.seq >= first)
    moved = [_rows[name] for name in Entry.__struct_fields__]
    named = select(_rows.branch, text(str(int(at))), *moved).where(*from_there)
    names = ["branch", "set_aside_at", *Entry.__struct_fields__]
    connection.execute(insert(schema.set_aside).from_select(names, named))
    with _unguarded(connection):
        connection.execute(delete(schema.events).where(*from_there))
    forget_from(connection, branch, first)


def forget_from(connection: Connection, branch: str, first: int) -> None:
    """Forget the snapshot and the figures of days that rest on rows from `first` on: they are made anew."""
    days, snapshots = schema.past_days.c, schema.snapshots.c
    stale = select(days.opened_seq).where(days.branch == branch, days.last_seq >= first).scalar_subquery()
    for table in (schema.visits, schema.spans, schema.past_days):
        connection.execute(delete(table).where(table.c.branch == branch, table.c.opened_seq.in_(stale)))
    connection.execute(delete(schema.snapshots).where(snapshots.branch == branch, snapshots.seq >= first))


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """The journal's guard against deletion is away for the block, which ends with the transaction or before it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE ONLY events DISABLE TRIGGER events_append_only"))
        yield
        connection.execute(text("ALTER TABLE ONLY events ENABLE TRIGGER events_append_only"))
        return
    guard = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'events_no_delete'")).scalar_one()
    connection.execute(text("DROP TRIGGER events_no_delete"))
    yield
    connection.exec_driver_sql(guard)
