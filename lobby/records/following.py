"""What other server processes write on the same database is taken in as it comes.

PostgreSQL tells of each commit (LISTEN, on a connection of its own). As a word may be lost, with the connection or
without, it is looked every few seconds too, and at once when a connection is new.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import psycopg
from psycopg import sql

from lobby.errors import LobbyError
from lobby.records import postgresql
from lobby.records.journal import Journal
from lobby.records.store import Store

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked though nothing was told."""

AGAIN_S = 1.0
"""How long after a lost connection the next is tried."""


class Following:
    """Calls `catch_up` when others than the journal itself have written. `run` stays until `stop`, on a thread (or
    greenlet) of its own."""

    def __init__(self, store: Store, journal: Journal, catch_up: Callable[[], None]) -> None:
        self._url = store.url
        self._journal = journal
        self._catch_up = catch_up
        self._stopped = threading.Event()

    def run(self) -> None:
        """Listen and look, whatever happens to the database."""
        while not self._stopped.is_set():
            try:
                with postgresql.alone(self._url) as connection:
                    self._follow(connection)
            except (psycopg.Error, LobbyError) as fault:
                log.warning("what other processes write is not heard: %s", str(fault).strip().splitlines()[:1])
            except Exception:  # a fault of ours in one event must not leave this process behind for good
                log.exception("what other processes write could not be taken in")
            self._stopped.wait(AGAIN_S)

    def stop(self) -> None:
        """End `run` within `LOOK_S`."""
        self._stopped.set()

    def _follow(self, connection: postgresql.Connection) -> None:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._journal.channel)))
        self._catch_up()
        while not self._stopped.is_set():
            told = [note.payload for note in connection.notifies(timeout=LOOK_S, stop_after=1)]
            if not told or any(mark != self._journal.mark for mark in told):
                self._catch_up()
