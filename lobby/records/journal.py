"""The journal: append-only, numbered without a gap, each row carrying the hash of the one before.

    hash(n) = SHA-256( hash(n-1) | branch | seq | at | actor | body )        as `lobby.records.chain` says

What one command made is written in one transaction: its events, its receipt (for the same idempotency key) and the
personal note that it may carry. Many commands share a transaction; see `lobby.desk`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError

from lobby.errors import StorageDamaged, StorageNewer
from lobby.queue.branch import Branch
from lobby.queue.events import Event, Recorded
from lobby.queue.services import Setup
from lobby.records import schema
from lobby.records.chain import GENESIS, BrokenChain, link
from lobby.records.entries import Entry, News, PrivateNote, Receipt, Stale
from lobby.records.lock import lock_key
from lobby.records.snapshots import Snapshots
from lobby.records.store import Bulk, Store
from lobby.records.straight import Straight
from lobby.records.together import together
from lobby.records.turn import Turn
from lobby.records.verify import JOURNAL, examine, hash_at

UNKNOWN = -1
"""How many commands were answered at the end of the journal, before anybody has looked."""

RECENT = 1024
"""So many of the last rows' hashes are remembered: slips bear them, and most are printed at once."""

_events, _kept = schema.events.c, schema.receipts.c
_branch: BindParameter[str] = bindparam("branch")
_after: BindParameter[int] = bindparam("after")
_own = (_events.branch == _branch, _events.seq >= _after)

TURN = select(func.pg_advisory_xact_lock(bindparam("key")))
"""On PostgreSQL the turns of processes that share a branch come in the order in which they were asked for. SQLite knows
nothing but turns."""

TOLD = select(func.pg_notify(bindparam("channel"), bindparam("mark")))
LAST = select(_events.seq, _events.hash).where(_events.branch == _branch).order_by(_events.seq.desc()).limit(1)
WRITTEN = select(_events.seq, _events.at, _events.actor, _events.body, _events.hash).where(*_own).order_by(_events.seq)
ANSWERED = select(_kept.seq, _kept.key, _kept.fingerprint, _kept.at, _kept.answer).where(_kept.branch == _branch)
SINCE, FROM = ANSWERED.where(_kept.at >= _after), ANSWERED.where(_kept.seq >= _after)

_write_events, _write_receipts, _write_notes = Bulk(schema.events), Bulk(schema.receipts), Bulk(schema.people)
_encode_event = msgspec.json.Encoder().encode
_decode_event = msgspec.json.Decoder(Event).decode

log = logging.getLogger(__name__)


class Journal:
    """The journal of one branch in a store. One writer at a time; `append` raises `Stale` when there was another.

    `shared`: several processes write it, on PostgreSQL. Then writers take turns, in the order in which they come, and
    each commit is told on `channel`, with the `mark` of who wrote."""

    def __init__(self, store: Store, branch: str, *, shared: bool = False) -> None:
        self._store = store
        self.branch = branch
        self.snapshots = Snapshots(store, branch)
        self.mark = secrets.token_hex(4)
        self.channel = f"lobby_{sha256(branch.encode()).hexdigest()[:16]}" if shared and store.is_postgresql else ""
        self._key = lock_key("journal", branch)
        self._seq, self._hash = self.head()
        self._answered = UNKNOWN
        self._recent: list[tuple[int, bytes]] = [(0, GENESIS)] * RECENT

    def head(self) -> tuple[int, bytes]:
        """The number and the hash of the last row, as the database has it now."""
        with self._store.read() as connection:
            row = connection.execute(LAST, {"branch": self.branch}).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def append(
        self, recorded: Sequence[Recorded], receipts: Sequence[Receipt] = (), notes: Sequence[PrivateNote] = ()
    ) -> None:
        """Write all of it durably, or none of it. `recorded` continues the journal without a gap."""
        if recorded and not self._store.is_postgresql:
            rows = self._rows(recorded)
            with self._store.straight() as straight:
                self._insert(straight, rows, receipts, notes)
        else:
            with self._store.write() as connection:
                self._be_last(connection)
                rows = self._write(connection, recorded, receipts, notes)
        self._stands_at(rows, receipts)

    def turn(self) -> Turn:
        """The branch's turn to write, for which `Turn.news` waits."""
        return Turn(self, self._store)

    def news(self, after: int) -> News:
        """What was written after event `after`; `append` continues from there. `StorageDamaged` when a row that this
        process wrote or read is not there any more: a standby took over that lacks the end."""
        with self._store.read() as connection:
            return self._news(connection, after)

    def _news(self, connection: Connection, after: int, *, in_turn: bool = False) -> News:
        """The same by this connection; `in_turn`: nobody else writes from then on until the end of its transaction."""
        with together(connection) as ask:
            if in_turn and self._store.is_postgresql:
                ask(TURN, key=self._key)
            written, answered = (ask(query, branch=self.branch, after=after) for query in (WRITTEN, FROM))
        rows, receipts = written.fetchall(), _receipts(answered.fetchall())
        if self._seq and (self._seq, self._hash) not in [(row[0], row[-1]) for row in rows[: self._seq - after + 1]]:
            log.critical("the database has lost event %d of %s, which it had", self._seq, self.branch)
            raise StorageDamaged(path=str(self._store.url.database))
        try:
            news = [Recorded(seq, at, actor, _decode_event(body)) for seq, at, actor, body, _ in rows if seq > after]
        except msgspec.ValidationError as error:  # the other process is of a newer version
            raise StorageNewer(path=str(self._store.url.database)) from error
        if rows:
            self._seq, self._hash = rows[-1][0], rows[-1][-1]
        self._answered = sum(1 for one in receipts if one.seq == self._seq)
        return News(news, receipts)

    def _rows(self, recorded: Sequence[Recorded]) -> list[dict[str, Any]]:
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
        return rows

    def _be_last(self, connection: Connection) -> None:
        """`Stale` when somebody wrote on, if only an answer to a command that made no event: a retry that comes here
        gets it. Those who share the branch wait for their turn before."""
        with together(connection) as ask:
            if self.channel:
                ask(TURN, key=self._key)
            head = ask(LAST, branch=self.branch)
            answered = ask(FROM, branch=self.branch, after=self._seq) if self.channel else None
        last = tuple(next(iter(head.fetchall()), (0, GENESIS)))
        if last != (self._seq, self._hash) or (answered and self._seq and len(answered.fetchall()) != self._answered):
            raise Stale()

    def _write(
        self,
        connection: Connection,
        recorded: Sequence[Recorded],
        receipts: Sequence[Receipt],
        notes: Sequence[PrivateNote],
    ) -> list[dict[str, Any]]:
        """Write on; those who share the branch are told."""
        rows = self._rows(recorded)
        with together(connection) as ask:
            self._insert(connection, rows, receipts, notes)
            if self.channel:
                ask(TOLD, channel=self.channel, mark=self.mark)
        return rows

    def _insert(
        self,
        connection: Connection | Straight,
        rows: list[dict[str, Any]],
        receipts: Sequence[Receipt],
        notes: Sequence[PrivateNote],
    ) -> None:
        try:
            if rows:
                _write_events(connection, rows)
            if receipts:
                _write_receipts(connection, [self._receipt_row(r) for r in receipts])
            if notes:
                _write_notes(connection, [{"branch": self.branch, **msgspec.structs.asdict(note)} for note in notes])
        except IntegrityError as error:
            raise Stale() from error

    def _stands_at(self, rows: list[dict[str, Any]], receipts: Sequence[Receipt]) -> None:
        for row in rows:
            self._recent[row["seq"] % RECENT] = row["seq"], row["hash"]
        if rows:
            self._seq, self._hash, self._answered = rows[-1]["seq"], rows[-1]["hash"], 0
        self._answered += sum(1 for one in receipts if one.seq == self._seq)

    def hash_of(self, seq: int) -> bytes | None:
        """The hash of one row, from memory when this process wrote it lately; None where there is no such row."""
        known, hashed = self._recent[seq % RECENT]
        return hashed if known == seq else hash_at(self._store, JOURNAL, self.branch, seq)

    def _receipt_row(self, receipt: Receipt) -> dict[str, object]:
        return {"branch": self.branch, **msgspec.structs.asdict(receipt), "answer": receipt.answer.decode()}

    def read(self, after: int = 0, limit: int | None = None) -> list[Recorded]:
        """Events with `seq > after`, in order, at most `limit`."""
        return list(self.stream(after, limit))

    def stream(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        """The same one by one, with flat memory."""
        for entry in self.entries(after, limit):
            yield self._recorded(entry)

    def _recorded(self, entry: Entry) -> Recorded:
        try:
            return Recorded(entry.seq, entry.at, entry.actor, _decode_event(entry.body))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StorageDamaged(path=str(self._store.url.database)) from error

    def _checked(self, after: int) -> Iterator[Recorded]:
        """Events with `seq > after`, each as it was written: `StorageDamaged` where the chain is broken."""
        previous = self.hash_of(after) if after else GENESIS
        for entry in self.entries(after):
            expected = link(previous or b"", self.branch, entry.seq, entry.at, entry.actor, entry.body)
            if entry.hash != expected:
                log.critical("row %d of the journal of %s is not as it was written", entry.seq, self.branch)
                raise StorageDamaged(path=str(self._store.url.database))
            previous = entry.hash
            yield self._recorded(entry)

    def before(self, at: int) -> int:
        """The number of the last event earlier than `at` (ms UTC), 0 without one. Time never decreases in a journal,
        so some twenty look-ups find it among a million."""
        table = schema.events.c
        low, high = 0, self.head()[0]
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
        with self._store.read() as connection:
            return _receipts(connection.execute(SINCE, {"branch": self.branch, "after": since}).all())

    def forget_receipts(self, before: int) -> None:
        """Drop receipts older than `before` (ms UTC); no retry comes that late."""
        table = schema.receipts
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.branch == self.branch, table.c.at < before))

    def replay(self, setup: Setup) -> Branch:
        """The branch as it is now: the snapshot, if there is one, and the events since."""
        branch = self.snapshots.newest() or Branch(setup)
        branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)
        for recorded in self._checked(branch.seq):
            branch.apply(recorded)
        if branch.seq > self._seq:  # another process has written since this journal was opened
            self._seq, self._hash = branch.seq, self.hash_of(branch.seq) or b""
        return branch

    def verify(self) -> int:
        """Check the whole chain; return the number of rows, or raise `BrokenChain` naming the first wrong row."""
        found = examine(self._store, JOURNAL, self.branch)
        if found.wrong:
            raise BrokenChain(found.wrong[0].seq)
        return found.rows

    def count(self) -> int:
        query = select(func.count()).select_from(schema.events).where(schema.events.c.branch == self.branch)
        with self._store.read() as connection:
            return int(connection.execute(query).scalar_one())


def _receipts(rows: Iterable[Sequence[Any]]) -> list[Receipt]:
    return [Receipt(seq, key, fingerprint, at, answer.encode()) for seq, key, fingerprint, at, answer in rows]
