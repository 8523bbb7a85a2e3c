"""Whether a chain of rows is whole; and where it is not, which row is wrong, and how.

Each row is checked against the hash that is written in the row before it, so one wrong row does not make all that
follow wrong. Rows that do not fit are looked at together: a row that fits at another place was moved there, one that
fits nowhere was changed, and a number that is not there was removed. A tail that was cut off leaves a chain that is
whole: only an anchor from elsewhere knows of it (`lobby.records.anchor`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, select

from lobby.records import schema
from lobby.records.chain import GENESIS, link
from lobby.records.store import Store

PORTION = 5000
WINDOW = 40
"""So many rows that do not fit are looked at together."""

MOST = 20
"""After so many findings the rest of the chain is not looked at: whoever reads knows enough."""


class Chain(NamedTuple):
    """A table whose rows are chained, and the columns that its hash goes over, `seq` first."""

    name: str
    table: Table
    columns: tuple[str, ...]


JOURNAL = Chain("journal", schema.events, ("seq", "at", "actor", "body"))
TRAIL = Chain("audit trail", schema.acts, ("seq", "at", "actor", "role", "kind", "about", "detail"))


class Wrong(msgspec.Struct, frozen=True):
    """Rows `seq` to `last` are wrong: changed, missing, or moved here from where row `was` belongs."""

    seq: int
    last: int
    what: Literal["changed", "missing", "moved"]
    was: int = 0

    def __str__(self) -> str:
        rows = f"row {self.seq} is" if self.seq == self.last else f"rows {self.seq} to {self.last} are"
        how = {"changed": "not as written", "missing": "missing", "moved": f"out of order: it was row {self.was}"}
        return f"{rows} {how[self.what]}"


class Examined(msgspec.Struct, frozen=True):
    """How a chain stands: its rows as far as it was looked at, the hash of the last, and all that is wrong in order;
    `more` when it was not looked at any further."""

    rows: int
    hash: bytes
    wrong: tuple[Wrong, ...] = ()
    more: bool = False


class _Row(NamedTuple):
    seq: int
    rest: tuple[Any, ...]
    hash: bytes
    named: bool

    def after(self, previous: bytes, branch: str, seq: int) -> bytes:
        return link(previous, branch, seq, *self.rest)


def examine(store: Store, chain: Chain, branch: str) -> Examined:
    """Look at every row of a branch's chain, with flat memory."""
    wrong: list[Wrong] = []
    unfit: list[_Row] = []
    previous, good, last = GENESIS, GENESIS, 0
    for row in _rows(store, chain, branch):
        gap = row.seq != last + 1
        fits = not gap and row.named and row.after(previous, branch, row.seq) == row.hash
        if fits or gap or len(unfit) == WINDOW:
            wrong += _explained(good, unfit, branch)
            unfit, good = [], previous
        if gap:
            below = row.seq <= last  # only a number below 1 can be: rows come in order
            wrong.append(Wrong(row.seq, row.seq, "changed") if below else Wrong(last + 1, row.seq - 1, "missing"))
            good = row.hash  # nothing says what came before this row, so it cannot be judged
        elif fits:
            good = row.hash
        else:
            unfit.append(row)
        previous, last = row.hash, row.seq
        if len(wrong) >= MOST:
            return Examined(last, previous, tuple(wrong), more=True)
    wrong += _explained(good, unfit, branch)
    return Examined(last, previous, tuple(wrong))


def hash_at(store: Store, chain: Chain, branch: str, seq: int) -> bytes | None:
    """The hash that is written in one row; that of the beginning for row 0, None where there is no such row."""
    if seq == 0:
        return GENESIS
    table = chain.table.c
    with store.read() as connection, _any_text(connection):
        found = connection.execute(select(table.hash).where(table.branch == branch, table.seq == seq)).scalar()
    return _bytes(found) if found is not None else None


def _rows(store: Store, chain: Chain, branch: str) -> Iterator[_Row]:
    table, after = chain.table.c, -(2**62)
    named = chain is JOURNAL
    while True:
        columns = [table[name] for name in chain.columns]
        query = select(*columns, table.hash, table.kind).where(table.branch == branch, table.seq > after)
        with store.read() as connection, _any_text(connection):
            rows = connection.execute(query.order_by(table.seq).limit(PORTION)).all()
        for row in rows:
            right = not named or str(row.body).startswith(f'{{"kind":"{row.kind}"')
            yield _Row(row.seq, tuple(row[1 : len(columns)]), _bytes(row.hash), right)
        if len(rows) < PORTION:
            return
        after = rows[-1].seq


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """SQLite gives back whatever was put into a column; here what is no UTF-8 is a row that is not as written."""
    driver: Any = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.text_factory = lambda text: text.decode("utf-8", "replace")
    try:
        yield
    finally:
        driver.text_factory = str


def _bytes(found: object) -> bytes:
    return found if isinstance(found, bytes) and len(found) == len(GENESIS) else b""


def _explained(good: bytes, unfit: list[_Row], branch: str) -> Iterator[Wrong]:
    """What is wrong with rows that do not fit after the row whose hash is `good`. A row is right where it is, or was
    moved, when some hash that is written here, or that a row here ought to have, makes it fit."""
    if not unfit:
        return
    befores = {good, *(row.hash for row in unfit)}
    befores |= {row.after(good, branch, row.seq) for row in unfit[:1]}
    places = range(max(1, unfit[0].seq - 1), unfit[-1].seq + 3)
    for row in unfit:
        was = next((p for p in (row.seq, *places) for b in befores if row.after(b, branch, p) == row.hash), 0)
        if was == 0 or not row.named:
            yield Wrong(row.seq, row.seq, "changed")
        elif was != row.seq:
            yield Wrong(row.seq, row.seq, "moved", was)
