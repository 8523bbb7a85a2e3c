"""A duty is what one process of a branch does for all: it speaks to other programs, looks at clocks, moves the signs.

Where several processes share a database, it is held by an advisory lock of PostgreSQL, on a connection of its own. The
lock ends with the process that holds it, and another takes the duty over within `LOOK_S` and a moment; a holder that
cannot reach the database gives it up within `SURE_S`, and one that stands still loses it after `SILENT_MS`. In between
two may believe that they hold it, so whatever is done on duty must bear to be done twice: commands have keys,
deliveries their ids.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lobby.records.lock import lock_key
from lobby.records.store import Store

if TYPE_CHECKING:
    from lobby.records.postgresql import Connection

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often it is looked who holds it."""

SURE_S = 3.0
"""A holder that was not answered for so long does not count on holding it."""

SILENT_MS = 5_000
"""A holder that says nothing for so long loses it: its process was stopped, and its connection lives on."""


class Duty:
    """The duty of a branch that one process serves: held from the start."""

    held = True

    def follow(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever the duty is taken up or lost. It must return at once and never fail."""

    def stop(self) -> None:
        """Let it go."""


class SharedDuty(Duty):
    """The duty of a branch that several processes serve. `run` stays until `stop`, on a thread (or greenlet) of its
    own."""

    def __init__(self, store: Store, branch: str) -> None:
        self.held = False
        self._url = store.url
        self._key = lock_key("duty", branch)
        self._changed: list[Callable[[], None]] = []
        self._stopped = threading.Event()

    def follow(self, changed: Callable[[], None]) -> None:
        self._changed.append(changed)

    def run(self) -> None:
        """Hold the duty whenever nobody else does."""
        from psycopg import Error  # the driver is an extra, and this module is loaded without it too

        from lobby.records.postgresql import alone

        while not self._stopped.is_set():
            try:
                with alone(self._url) as connection:
                    connection.answer_s = SURE_S
                    self._mind(connection)
            except Error as fault:
                log.warning("the duty cannot be held: %s", str(fault).strip().splitlines()[:1])
            except Exception:  # a fault of ours may not leave the branch without anybody on duty until the next start
                log.exception("the duty cannot be held")
            finally:
                self._hold(False)
            self._stopped.wait(LOOK_S)

    def stop(self) -> None:
        """Let it go, within `LOOK_S`."""
        self._stopped.set()

    def _mind(self, connection: Connection) -> None:
        connection.execute("SELECT set_config('idle_session_timeout', %s, false)", [str(SILENT_MS)])
        while not self._stopped.is_set():
            if self.held:
                connection.execute("SELECT 1")
            else:
                found = connection.execute("SELECT pg_try_advisory_lock(%s)", [self._key]).fetchone()
                self._hold(bool(found and found[0]))
            self._stopped.wait(LOOK_S)

    def _hold(self, held: bool) -> None:
        if held == self.held:
            return
        self.held = held
        log.info("this process %s", "is on duty" if held else "is off duty")
        for changed in self._changed:
            changed()
