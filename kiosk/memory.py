"""What a kiosk machine remembers by itself: SQLite, durable before anything is shown or printed.

    said      what the server last told: the branch's setup, its public address, this installation's name
    lease     numbers that this installation may give alone, and how far each day has used them
    answer    what was answered to a touch, by its key: the same touch again gets the same ticket
    outbox    what the server has not heard of yet, in the order in which it happened

One connection, one lock; every write is one transaction with synchronous=FULL.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from lobby.door import Answer
from lobby.errors import KeyReused, StorageBusy, StorageDamaged, StorageFull, Unavailable
from lobby.queue.alerts import Alert
from lobby.queue.commands import AnyCommand, Command, RaiseAlert, ResolveAlert
from lobby.queue.leases import Lease
from lobby.views import Briefing

FILE = "kiosk.db"
KEEP_MS = 3 * 24 * 3600 * 1000
"""For how long an answer is kept for a touch that comes again."""

LEASE_MARGIN_MS = 26 * 3600 * 1000
"""A lease is not used on its last day: the kiosk's clock may differ from the server's."""

WRONG_MS = 1000
"""A moment that lies further in the server's future was not its."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS said (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (
  service TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, until INTEGER NOT NULL,
  day TEXT NOT NULL DEFAULT '', next INTEGER NOT NULL, PRIMARY KEY (service, first)
) STRICT;
CREATE TABLE IF NOT EXISTS answer (
  key TEXT PRIMARY KEY, command BLOB NOT NULL, body BLOB NOT NULL, ticket TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answer_by_ticket ON answer (ticket);
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, command BLOB NOT NULL, wish BLOB,
  refusal TEXT NOT NULL DEFAULT ''
) STRICT;
"""

T = TypeVar("T")

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
_command = msgspec.json.Decoder(AnyCommand).decode
_answer = msgspec.json.Decoder(Answer).decode
_alerts = msgspec.json.Decoder(list[Alert]).decode
_briefing = msgspec.json.Decoder(Briefing).decode


class Unsent(NamedTuple):
    """Something that the server has not heard of: the command, its key, and the touch that it stands for (for a ticket
    that was issued alone)."""

    id: int
    key: str
    command: Command
    wish: Command | None


class Memory:
    """The kiosk's own database in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.lock = threading.RLock()
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise _storage(error, self.path) from error
        self.holder = self._said("holder").decode() or self._new_holder()
        self._last_at = int(self._said("at") or 0)
        self._told: set[int] = set()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept, durably, or nothing is. Nested ones join the outer."""
        with self.lock:
            if self._db.in_transaction:
                yield
                return
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise _storage(error, self.path) from error
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self.lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _storage(error, self.path) from error

    # -- what the server said

    def _said(self, name: str) -> bytes:
        rows = self._rows("SELECT body FROM said WHERE name = ?", name)
        return bytes(rows[0][0]) if rows else b""

    def _read(self, name: str, decode: Callable[[bytes], T]) -> T | None:
        """What was kept under this name. What cannot be read is as if it had never been: the server says it again."""
        body = self._said(name)
        try:
            return decode(body) if body else None
        except msgspec.DecodeError as error:
            log.warning("what %s keeps of the %s cannot be read, and is left aside: %s", self.path, name, error)
            return None

    def _say(self, name: str, body: bytes) -> None:
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO said VALUES (?, ?)", (name, body))

    def _new_holder(self) -> str:
        """A name for this installation; a new database is a new one, so that it can never give old numbers again."""
        holder = secrets.token_hex(8)
        self._say("holder", holder.encode())
        return holder

    def briefing(self) -> Briefing | None:
        """What the server last told; None before the first contact, or where another version kept it."""
        return self._read("briefing", _briefing)

    def brief(self, briefing: Briefing) -> None:
        self._say("briefing", _encode(briefing))

    def volume(self) -> int | None:
        """What staff set, in percent."""
        body = self._said("volume")
        return int(body) if body else None

    def set_volume(self, percent: int) -> None:
        self._say("volume", str(percent).encode())

    def alerts(self) -> list[Alert]:
        """The alerts of this machine's devices that were raised and are not over."""
        return self._read("alerts", _alerts) or []

    def alert(self, told: RaiseAlert | ResolveAlert, since: int, key: str) -> None:
        """Keep what is open, and have the server told."""
        with self.transaction():
            same = (told.device, told.problem, told.subject)
            others = [one for one in self.alerts() if (one.device, one.problem, one.subject) != same]
            if isinstance(told, RaiseAlert):
                others.append(Alert(*same, told.detail, since))
            self._say("alerts", _encode(others))
            self.put(key, told)

    # -- time and numbers

    def moment(self, now: int) -> int:
        """`now` (ms UTC), never before a moment that was given to a ticket: a clock set back is not obeyed. Inside a
        transaction."""
        at = max(now, self._last_at)
        self._last_at = at
        self._say("at", str(at).encode())
        return at

    def set_right(self, now: int) -> None:
        """The server, which has heard of everything, says that it is `now`: what we gave later was a wrong clock's."""
        if self._last_at > now + WRONG_MS:
            self._last_at = now
            self._say("at", str(now).encode())

    def ahead_ms(self) -> int:
        """How far the server's clock was ahead of ours."""
        return int(self._said("ahead_ms") or 0)

    def set_ahead_ms(self, ahead_ms: int) -> None:
        self._say("ahead_ms", str(ahead_ms).encode())

    def lease(self, service: str, leases: tuple[Lease, ...]) -> None:
        """Take note of what this installation holds of a service: these, and nothing else any more (a server that was
        restored from a backup may give it to another). Where a stretch is cut otherwise than before, it goes on behind
        all that was given of it on the latest day."""
        with self.transaction():
            before = self._rows("SELECT first, last, day, next FROM lease WHERE service = ?", service)
            self._db.execute("DELETE FROM lease WHERE service = ?", (service,))
            for lease in leases:
                shared = [row for row in before if row[0] <= lease.last and lease.first <= row[1]]
                day, reached = max((row[2:] for row in shared), default=("", lease.first))
                goes_on = min(max(reached, lease.first), lease.last + 1)
                self._db.execute(
                    "INSERT INTO lease (service, first, last, until, day, next) VALUES (?, ?, ?, ?, ?, ?)",
                    (service, lease.first, lease.last, lease.until, day, goes_on),
                )

    def left(self, service: str, day: str, now: int) -> int:
        """How many numbers of the service are left for `day`."""
        rows = self._usable(service, now)
        return sum(last - (reached if used == day else first) + 1 for first, last, used, reached in rows)

    def leased(self, service: str, now: int) -> int:
        """How many numbers of the service this installation holds."""
        return sum(last - first + 1 for first, last, _, _ in self._usable(service, now))

    def take_number(self, service: str, day: str, now: int) -> int | None:
        """The next leased number of the service for `day`, used up by this call; None when there is none. Inside a
        transaction."""
        for first, last, used, reached in self._usable(service, now):
            number = reached if used == day else first
            if number <= last:
                self._db.execute(
                    "UPDATE lease SET day = ?, next = ? WHERE service = ? AND first = ?",
                    (day, number + 1, service, first),
                )
                return number
        return None

    def _usable(self, service: str, now: int) -> list[tuple[int, int, str, int]]:
        return self._rows(
            "SELECT first, last, day, next FROM lease WHERE service = ? AND until > ? ORDER BY rowid",
            service,
            now + LEASE_MARGIN_MS,
        )

    # -- answers

    def answered(self, key: str, command: Command) -> Answer | None:
        """What was answered to this very touch; `KeyReused` when the key was another touch's."""
        for touch, body in self._rows("SELECT command, body FROM answer WHERE key = ?", key):
            if bytes(touch) != _encode(command):
                raise KeyReused()
            return _answer(body)
        return None

    def answer(self, key: str, command: Command, answer: Answer, now: int) -> Answer:
        """Keep an answer before it is given; what is to be given is what was kept first."""
        ticket = answer.ticket
        with self.transaction():
            earlier = self.answered(key, command)
            if earlier is not None:
                return earlier
            self._db.execute(
                "INSERT INTO answer VALUES (?, ?, ?, ?, ?)",
                (key, _encode(command), _encode(answer), ticket.number if ticket is not None else "", now),
            )
            if ticket is not None:
                self.moment(ticket.arrived_at)
            self._db.execute("DELETE FROM answer WHERE at < ?", (now - KEEP_MS,))
        return answer

    def latest(self, reference: str) -> Answer | None:
        """The last answer about a ticket, by its id or number."""
        wanted = reference.upper()
        for (body,) in self._rows(
            "SELECT body FROM answer WHERE ticket IN (?, ?) ORDER BY rowid DESC", wanted, wanted.rpartition("-")[2]
        ):
            found = _answer(body)
            if found.ticket is not None and wanted in (found.ticket.number, found.ticket.id):
                return found
        return None

    # -- the outbox

    def put(self, key: str, command: Command, wish: Command | None = None) -> None:
        """Have the server told, once for each key."""
        with self.transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO outbox (key, command, wish) VALUES (?, ?, ?)",
                (key, _encode(command), None if wish is None else _encode(wish)),
            )

    def unsent(self, limit: int = 100) -> list[Unsent]:
        """What is to be told, oldest first."""
        rows = self._rows(
            "SELECT id, key, command, wish FROM outbox WHERE refusal = '' ORDER BY id LIMIT ?", limit + len(self._told)
        )
        found: list[Unsent] = []
        for id, key, body, wish in rows:
            if id in self._told:
                continue
            try:
                found.append(Unsent(id, key, _command(body), None if wish is None else _command(wish)))
            except msgspec.DecodeError as error:
                log.error("what the server was to be told cannot be read, and stays on record: %s", error)
                with suppress(Unavailable):  # at the next look
                    self.refused(id, f"cannot be read: {error}")
        return found[:limit]

    def tickets_unsent(self) -> bool:
        """Whether the server has still to hear of a ticket; an alert may wait without keeping the line down."""
        return any(one.wish is not None for one in self.unsent())

    def unsent_count(self) -> int:
        """How much the server has not heard of, what it refused included."""
        return int(self._rows("SELECT count(*) FROM outbox")[0][0])

    def sent(self, id: int) -> None:
        """The server has it. Where that cannot be kept, it is sent again after the next start, and counts once."""
        self._over(id, "DELETE FROM outbox WHERE id = ?", id)

    def refused(self, id: int, refusal: str) -> None:
        """The server will not have it: it stays on record for a person, and is not sent again."""
        self._over(id, "UPDATE outbox SET refusal = ? WHERE id = ?", refusal, id)

    def _over(self, id: int, change: str, *values: object) -> None:
        self._told.add(id)
        with self.transaction():
            self._db.execute(change, values)
        self._told.discard(id)


_cannot_write = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)
_in_use = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _storage(error: sqlite3.Error, path: Path) -> Unavailable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    if code in _cannot_write:
        return StorageFull()
    return StorageBusy() if code in _in_use else StorageDamaged(path=str(path))
