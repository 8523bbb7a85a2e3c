"""The journal: append-only, numbered without a gap, each row carrying the hash of the one before.

    hash(n) = SHA-256( hash(n-1) | branch | seq | at | actor | body )        as `lobby.records.chain` says

What one command made is written in one transaction: its events, its receipt (for the same idempotency key) and the
personal note that it may carry. Many commands share a transaction; see `lobby.desk`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from lobby.queue.branch import Branch
from lobby.queue.events import Event, Recorded
from lobby.queue.services import Setup
from lobby.records import schema
from lobby.records.chain import GENESIS, BrokenChain, link
from lobby.records.store import Bulk, Store

SNAPSHOT_FORMAT = "7"
"""Changes whenever the shape of `Branch` does; a snapshot in another format is left aside, the journal folded anew."""

_write_events, _write_receipts, _write_notes = Bulk(schema.events), Bulk(schema.receipts), Bulk(schema.people)
_encode_event = msgspec.json.Encoder().encode
_decode_event = msgspec.json.Decoder(Event).decode


class Stale(Exception):
    """Another process has written on: catch up and decide again."""


class Receipt(msgspec.Struct, frozen=True):
    """That a command was carried out: same key and fingerprint, same answer (JSON). `seq` is where the journal stood
    afterwards: receipts are kept in its order, so that a commit touches the end of the table and nothing else."""

    seq: int
    key: str
    fingerprint: bytes
    at: int
    answer: bytes


class PrivateNote(msgspec.Struct, frozen=True):
    """Free text that may name someone, on its way into the erasable store."""

    reference: str
    kind: str
    at: int
    body: str


class Entry(msgspec.Struct, frozen=True):
    """A row as stored, for whoever checks the chain."""

    seq: int
    at: int
    kind: str
    actor: str
    body: str
    hash: bytes


class Journal:
    """The journal of one branch in a store. One writer at a time; `append` raises `Stale` when there was another."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self.branch = branch
        self._seq, self._hash = self._head()

    def _head(self) -> tuple[int, bytes]:
        query = (
            select(schema.events.c.seq, schema.events.c.hash)
            .where(schema.events.c.branch == self.branch)
            .order_by(schema.events.c.seq.desc())
            .limit(1)
        )
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def append(
        self, recorded: Sequence[Recorded], receipts: Sequence[Receipt] = (), notes: Sequence[PrivateNote] = ()
    ) -> None:
        """Write all of it durably, or none of it. `recorded` continues the journal without a gap."""
        branch, seq, previous = self.branch, self._seq, self._hash
        rows = []
        for item in recorded:
            if item.seq != seq + 1:
                raise Stale()
            body = _encode_event(item.event).decode()
            seq, previous = item.seq, link(previous, branch, item.seq, item.at, item.actor, body)
            rows.append(
                {
                    "branch": branch,
                    "seq": item.seq,
                    "at": item.at,
                    "kind": type(item.event).__name__,
                    "actor": item.actor,
                    "body": body,
                    "hash": previous,
                }
            )
        try:
            with self._store.write() as connection:
                if rows:
                    _write_events(connection, rows)
                if receipts:
                    _write_receipts(connection, [self._receipt_row(r) for r in receipts])
                if notes:
                    _write_notes(connection, [{"branch": branch, **msgspec.structs.asdict(note)} for note in notes])
        except IntegrityError as error:
            raise Stale() from error
        self._seq, self._hash = seq, previous

    def _receipt_row(self, receipt: Receipt) -> dict[str, object]:
        return {"branch": self.branch, **msgspec.structs.asdict(receipt), "answer": receipt.answer.decode()}

    def behind(self) -> bool:
        """Whether another process has written on."""
        return self._head()[0] != self._seq

    def catch_up(self) -> None:
        """Take note of what another process wrote, so that `append` continues after it."""
        self._seq, self._hash = self._head()

    def read(self, after: int = 0, limit: int | None = None) -> list[Recorded]:
        """Events with `seq > after`, in order, at most `limit`."""
        return list(self.stream(after, limit))

    def stream(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """The same one by one, with flat memory."""
        for entry in self.entries(after, limit):
            yield Recorded(entry.seq, entry.at, entry.actor, _decode_event(entry.body))

    def before(self, at: int) -> int:
        """The number of the last event earlier than `at` (ms UTC), 0 without one. Time never decreases in a journal,
        so some twenty look-ups find it among a million."""
        table = schema.events.c
        low, high = 0, self._head()[0]
        with self._store.read() as connection:
            while low < high:
                middle = (low + high + 1) // 2
                query = select(table.at).where(table.branch == self.branch, table.seq == middle)
                if connection.execute(query).scalar_one() < at:
                    low = middle
                else:
                    high = middle - 1
        return low

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """Rows with `seq > after`, in order, read in portions so that memory stays flat."""
        portion = 5000
        table = schema.events.c
        while limit is None or limit > 0:
            query = (
                select(table.seq, table.at, table.kind, table.actor, table.body, table.hash)
                .where(table.branch == self.branch, table.seq > after)
                .order_by(table.seq)
                .limit(portion if limit is None else min(portion, limit))
            )
            with self._store.read() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield Entry(row.seq, row.at, row.kind, row.actor, row.body, row.hash)
            if len(rows) < portion:
                return
            after = rows[-1].seq
            limit = None if limit is None else limit - len(rows)

    def receipts(self, since: int) -> list[Receipt]:
        """Receipts no older than `since` (ms UTC)."""
        table = schema.receipts.c
        query = select(table.seq, table.key, table.fingerprint, table.at, table.answer).where(
            table.branch == self.branch, table.at >= since
        )
        with self._store.read() as connection:
            return [Receipt(r.seq, r.key, r.fingerprint, r.at, r.answer.encode()) for r in connection.execute(query)]

    def forget_receipts(self, before: int) -> None:
        """Drop receipts older than `before` (ms UTC); no retry comes that late."""
        table = schema.receipts
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.branch == self.branch, table.c.at < before))

    def save_snapshot(self, branch: Branch) -> None:
        """Keep the fold up to `branch.seq` for a fast start."""
        table = schema.snapshots
        with self._store.write() as connection:
            at_seq = select(schema.events.c.hash).where(
                schema.events.c.branch == self.branch, schema.events.c.seq == branch.seq
            )
            connection.execute(delete(table).where(table.c.branch == self.branch))
            connection.execute(
                insert(table),
                {
                    "branch": self.branch,
                    "seq": branch.seq,
                    "hash": connection.execute(at_seq).scalar_one(),
                    "format": SNAPSHOT_FORMAT,
                    "body": msgspec.json.encode(branch),
                },
            )

    def load_snapshot(self) -> Branch | None:
        """The newest snapshot that this code can read and that belongs to this very journal."""
        table = schema.snapshots.c
        own_hash = select(schema.events.c.hash).where(
            schema.events.c.branch == table.branch, schema.events.c.seq == table.seq
        )
        query = select(table.body).where(
            table.branch == self.branch, table.format == SNAPSHOT_FORMAT, table.hash == own_hash.scalar_subquery()
        )
        with self._store.read() as connection:
            body = connection.execute(query).scalar()
        try:
            return None if body is None else msgspec.json.decode(body, type=Branch)
        except msgspec.DecodeError:
            return None

    def replay(self, setup: Setup) -> Branch:
        """The branch as it is now: the snapshot, if there is one, and the events since."""
        branch = self.load_snapshot() or Branch(setup)
        branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)
        for recorded in self.read(branch.seq):
            branch.apply(recorded)
        return branch

    def verify(self) -> int:
        """Check the whole chain; return the number of rows, or raise `BrokenChain` naming the first wrong row."""
        previous, expected = GENESIS, 1
        for entry in self.entries():
            right = link(previous, self.branch, entry.seq, entry.at, entry.actor, entry.body)
            named = entry.body.startswith(f'{{"kind":"{entry.kind}"')
            if entry.seq != expected or right != entry.hash or not named:
                raise BrokenChain(expected)
            previous, expected = entry.hash, expected + 1
        return expected - 1

    def count(self) -> int:
        query = select(func.count()).select_from(schema.events).where(schema.events.c.branch == self.branch)
        with self._store.read() as connection:
            return int(connection.execute(query).scalar_one())
