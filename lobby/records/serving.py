"""Who serves a branch on PostgreSQL: one process, or several that all say that there are others.

An advisory lock says so, held by a connection of its own as long as the process serves. A database that starts again
forgets it: then it is taken again. With it goes the lock by which nobody changes the tables under a server that runs.
"""

from __future__ import annotations

import logging
import threading
import time

import psycopg
from sqlalchemy import URL

from lobby.errors import BranchLocked
from lobby.records.lock import TABLES, lock_key
from lobby.records.postgresql import Connection, alone

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked whether the right is held still."""

ASK_AGAIN_S = 0.1
ENDING_S = 3.0
"""How long it is waited for a process that ends."""


class Serving:
    """The right to serve a branch, alone, or beside others that are `shared` too; held from construction to `close`.
    `BranchLocked` when another process has it; one that ends just now is waited for. `run` sees that it stays held, on
    a thread (or greenlet) of its own, until `close`."""

    def __init__(self, url: URL, branch: str, *, shared: bool) -> None:
        self._url = url
        self._branch = branch
        kind = "_shared" if shared else ""
        self._question = (
            f"SELECT pg_try_advisory_lock_shared({lock_key(*TABLES)})"
            f" AND pg_try_advisory_lock{kind}({lock_key('serve', branch)})"
        )
        self._stopped = threading.Event()
        self._connection = self._claimed()

    def run(self) -> None:
        """Hold on to it, whatever happens to the database."""
        while not self._stopped.wait(LOOK_S):
            try:
                self._hold_on()
            except BranchLocked:
                log.critical("another server took %s over while the database was away: stop one of them", self._branch)
            except psycopg.Error as fault:
                log.warning("nothing keeps others from serving now: %s", str(fault).strip().splitlines()[:1])
            except Exception:  # a fault of ours ends one look, not the hold on the branch
                log.exception("nothing keeps others from serving now")

    def close(self) -> None:
        """Let others serve."""
        self._stopped.set()
        self._connection.close()

    def _hold_on(self) -> None:
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            if not self._stopped.is_set():
                self._connection.close()
                self._connection = self._claimed()
                if self._stopped.is_set():  # meanwhile: `close` may have seen the lost one only
                    self._connection.close()

    def _claimed(self) -> Connection:
        connection, ends = alone(self._url), time.monotonic() + ENDING_S
        try:
            while connection.execute(self._question.encode()).fetchone() != (True,):
                if time.monotonic() > ends:
                    raise BranchLocked(path=f"{self._url.host or ''}/{self._url.database}")
                time.sleep(ASK_AGAIN_S)
        except BaseException:
            connection.close()
            raise
        return connection
