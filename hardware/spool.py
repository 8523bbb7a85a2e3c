"""Slips that wait for paper, in an SQLite file of their own (WAL, synchronous FULL): what is put survives a power cut.

A slip is known by (ticket, copy), so the same order given twice prints once. These are the states
and the only ways between them:

    queued -> sending -> printed
                      -> queued    nothing was sent; it is tried again
                      -> held      a person must mend something first
                      -> unknown   something was sent and not confirmed
    held, unknown -> queued        only by a person (`release`)
    queued, held, unknown -> dropped   only by a person (`drop`)

A spool that opens after a crash finds what was in `sending` and makes it `unknown`: the paper may be out already.
Which process is the owner, and so may say that a crash happened, is settled by a file lock, which dies with the
process; a second one that opens the file meanwhile only looks and gives orders.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

from hardware import document as slips
from hardware.document import Document
from hardware.errors import DeviceError
from hardware.native import new_lock

State = Literal["queued", "sending", "printed", "held", "unknown", "dropped"]
STATES: tuple[State, ...] = get_args(State)

WAYS: dict[State, frozenset[State]] = {
    "queued": frozenset(("sending", "held", "dropped")),
    "sending": frozenset(("printed", "queued", "held", "unknown")),
    "held": frozenset(("queued", "dropped")),
    "unknown": frozenset(("queued", "dropped")),
    "printed": frozenset(),
    "dropped": frozenset(),
}
INTERRUPTED = "the machine or the program stopped while this slip was being printed"
BUSY_MS = 5000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket TEXT NOT NULL,
  copy INTEGER NOT NULL,
  document BLOB NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  created_at REAL NOT NULL,
  changed_at REAL NOT NULL,
  UNIQUE (ticket, copy)
) STRICT;
CREATE INDEX IF NOT EXISTS job_by_state ON job (state, id);
"""
_COLUMNS = "id, ticket, copy, document, state, tries, reason, created_at, changed_at"


@dataclass(frozen=True, slots=True)
class Job:
    """A slip in the spool. `tries` counts sendings that certainly printed nothing; times are seconds since 1970."""

    id: int
    ticket: str
    copy: int
    data: bytes
    state: State
    tries: int
    reason: str
    created_at: float
    changed_at: float

    @property
    def document(self) -> Document:
        """The slip; raises DeviceError (permanent) where its record is damaged."""
        return slips.decode(self.data)


class Spool:
    """The queue in front of one printer. May be used by several threads, and by greenlets."""

    def __init__(self, path: Path | str, clock: Callable[[], float] = time.time) -> None:
        self.path = Path(path)
        self._clock = clock
        self._lock = new_lock()
        try:
            self._owner = _become_owner(self.path)
            self._db = sqlite3.connect(self.path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as fault:
            raise DeviceError(f"The spool {self.path} cannot be opened: {fault}", permanent=True) from fault
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # a slip that was put must outlive a power cut
            self._db.executescript(_SCHEMA)
            if self.is_owner:
                self._db.execute(
                    "UPDATE job SET state = 'unknown', reason = ?, changed_at = ? WHERE state = 'sending'",
                    (INTERRUPTED, clock()),
                )
        except sqlite3.Error as fault:
            self.close()
            raise DeviceError(f"The spool {self.path} is damaged or not a spool: {fault}", permanent=True) from fault

    @property
    def is_owner(self) -> bool:
        """Whether this is the process whose worker prints from the spool."""
        return self._owner is not None

    def put(self, ticket: str, copy: int, document: Document) -> Job:
        """Queues a slip; the same ticket and copy again gives the job that exists and prints nothing new."""
        now = self._clock()
        self._write(
            "INSERT INTO job (ticket, copy, document, state, created_at, changed_at) VALUES (?, ?, ?, 'queued', ?, ?) "
            "ON CONFLICT (ticket, copy) DO NOTHING",
            (ticket, copy, slips.encode(document), now, now),
        )
        found = self.job(ticket, copy)
        if found is None:
            raise DeviceError(f"The spool {self.path} did not keep ticket {ticket}", permanent=True)
        return found

    def next(self) -> Job | None:
        """The oldest queued job, left as it is; `mark` it sending before anything goes to the printer."""
        found = self._read("WHERE state = 'queued' ORDER BY id LIMIT 1", ())
        return found[0] if found else None

    def mark(self, job_id: int, state: State, reason: str = "", failed_try: bool = False) -> Job | None:
        """Moves a job; None, and nothing changed, where no way leads from its present state to that one."""
        sources = [source for source, targets in WAYS.items() if state in targets]
        places = ", ".join("?" * len(sources))
        moved = self._write(
            "UPDATE job SET state = ?, reason = ?, tries = tries + ?, changed_at = ? "
            f"WHERE id = ? AND state IN ({places})",
            (state, reason, int(failed_try), self._clock(), job_id, *sources),
        )
        return self._by_id(job_id) if moved else None

    def jobs(self, states: Iterable[State] = STATES) -> list[Job]:
        """The jobs in any of these states, oldest first."""
        wanted = tuple(states)
        return self._read(f"WHERE state IN ({', '.join('?' * len(wanted))}) ORDER BY id", wanted)

    def job(self, ticket: str, copy: int = 0) -> Job | None:
        """The job for this ticket and copy."""
        found = self._read("WHERE ticket = ? AND copy = ?", (ticket, copy))
        return found[0] if found else None

    def release(self, job_id: int) -> Job | None:
        """A person's decision: print a held or unknown job (again). None where it is neither."""
        moved = self._write(
            "UPDATE job SET state = 'queued', reason = '', tries = 0, changed_at = ? "
            "WHERE id = ? AND state IN ('held', 'unknown')",
            (self._clock(), job_id),
        )
        return self._by_id(job_id) if moved else None

    def drop(self, job_id: int) -> Job | None:
        """A person's decision: never print it.

        It stays on record, so that a repeated order does not print it after all.
        """
        return self.mark(job_id, "dropped", "taken out by staff")

    def forget(self, before: float) -> int:
        """Erases printed and dropped jobs last changed before that time (seconds since 1970); how many."""
        return self._write("DELETE FROM job WHERE state IN ('printed', 'dropped') AND changed_at < ?", (before,))

    def close(self) -> None:
        """Lets go of the file and of its ownership."""
        self._db.close()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _by_id(self, job_id: int) -> Job:
        return self._read("WHERE id = ?", (job_id,))[0]

    def _read(self, condition: str, values: tuple[object, ...]) -> list[Job]:
        try:
            with self._lock:
                rows = self._db.execute(f"SELECT {_COLUMNS} FROM job {condition}", values).fetchall()
        except sqlite3.Error as fault:
            raise DeviceError(f"The spool {self.path} cannot be read: {fault}", permanent=False) from fault
        return [Job(*row) for row in rows]

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        try:
            with self._lock:
                return self._db.execute(statement, values).rowcount
        except sqlite3.Error as fault:
            raise DeviceError(f"The spool {self.path} cannot be written: {fault}", permanent=False) from fault


def _become_owner(path: Path) -> int | None:
    """A descriptor that holds the spool's lock, or None while another spool holds it."""
    descriptor = os.open(path.with_name(path.name + "-owner"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
