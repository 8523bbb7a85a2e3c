"""The spool's SQLite file (WAL, synchronous FULL): what is put survives a power cut.

Which process owns it, and so prints from it and may say that a crash happened, is settled by a file lock, which dies
with the process; a second one that opens the file meanwhile only looks and gives orders.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardware.errors import DeviceError
from hardware.native import new_lock

BUSY_MS = 5000
ROOM_BYTES = 16384  # more than a long slip takes

STEPS = (
    (
        """CREATE TABLE IF NOT EXISTS job (
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
        ) STRICT""",
        "CREATE INDEX IF NOT EXISTS job_by_state ON job (state, id)",
    ),
    (
        "ALTER TABLE job ADD COLUMN printer TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE job ADD COLUMN wanted TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE roll (printer TEXT PRIMARY KEY, used_mm REAL NOT NULL) STRICT",
    ),
)
"""What each version of the file added to the one before. PRAGMA user_version counts them; the first spools say 0."""


class SpoolFile:
    """One connection, for all threads and greenlets of this process. Raises DeviceError that says what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """Why the file could not be written; empty once `probe` has found room again. A write that needs no room, such
        as a change of state, does not prove that there is any."""
        self._lock = new_lock()
        self._owner: int | None = None
        try:
            self._owner = _become_owner(path)
            self._db = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as fault:
            self._let_go()
            raise DeviceError(
                f"The spool {path} cannot be opened: {fault}. The folder must exist, and this program must be "
                "allowed to write into it.",
                permanent=True,
            ) from fault
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # a slip that was put must outlive a power cut
            if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damaged(path, "its pages do not fit together")
            self._take_steps()
        except sqlite3.Error as fault:
            self.close()
            raise _explained(path, fault) from fault
        except DeviceError:
            self.close()
            raise

    @property
    def is_owner(self) -> bool:
        """Whether this is the process that prints from the spool."""
        return self._owner is not None

    def read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that the query gives."""
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as fault:
            raise _explained(self.path, fault) from fault

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything in it is written, durably, or nothing is."""
        try:
            with self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                except BaseException:
                    with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back already
                        self._db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as fault:
            explained = _explained(self.path, fault)
            self.trouble = explained.message
            raise explained from fault

    def probe(self) -> None:
        """Tries whether there is room for a slip, for `trouble`; leaves nothing behind."""
        with contextlib.suppress(DeviceError), self.transaction() as db:
            db.execute(
                "INSERT INTO job (ticket, copy, document, state, created_at, changed_at) "
                "VALUES ('', -1, zeroblob(?), 'dropped', 0, 0)",
                (ROOM_BYTES,),
            )
            db.execute("DELETE FROM job WHERE ticket = '' AND copy = -1")
            self.trouble = ""

    def close(self) -> None:
        """Lets go of the file and of its ownership."""
        self._db.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def _take_steps(self) -> None:
        with self.transaction() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(STEPS):
                raise DeviceError(
                    f"The spool {self.path} was written by a newer version of this program. Start that version.",
                    permanent=True,
                )
            for step in STEPS[version:]:
                for statement in step:
                    db.execute(statement)
            if version < len(STEPS):
                db.execute(f"PRAGMA user_version = {len(STEPS)}")


def _become_owner(path: Path) -> int | None:
    """A descriptor that holds the spool's lock, or None while another process holds it."""
    descriptor = os.open(path.with_name(path.name + "-owner"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _explained(path: Path, fault: sqlite3.Error) -> DeviceError:
    """What happened to the file and what to do, by SQLite's primary result code."""
    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path, str(fault))
    sentences = {
        sqlite3.SQLITE_FULL: f"The disk of the spool {path} is full. Free some space; what was put before is safe.",
        sqlite3.SQLITE_READONLY: f"The spool {path} is read-only. Allow this program to write the file and its folder.",
        sqlite3.SQLITE_BUSY: f"The spool {path} is kept busy by another program.",
        sqlite3.SQLITE_IOERR: f"The disk of the spool {path} fails or is full: {fault}.",
    }
    return DeviceError(sentences.get(code, f"The spool {path} cannot be used: {fault}."), permanent=False)


def _damaged(path: Path, detail: str) -> DeviceError:
    return DeviceError(
        f"The spool {path} is damaged or not a spool: {detail}. Stop the program, move {path.name} and the files "
        f"{path.name}-wal and {path.name}-shm beside it away, and start again with an empty spool; tickets whose slips "
        "were still waiting can be printed again as copies.",
        permanent=True,
    )
