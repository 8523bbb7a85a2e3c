"""Whether the server can do its work: the journal can be written, and the loop turns.

A busy branch proves it with every event. Where nothing happens, one small durable write every `BEAT_S` does, so that a
full disk or a database that went away is known before the next customer comes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import text

from lobby.errors import LobbyError
from lobby.records.store import Store

log = logging.getLogger(__name__)

BEAT_S = 10.0
LATE_S = 30.0
"""After so long without anything written the server is not ready: three beats, or one that hangs."""

FAULT = "Fault"
"""What a failed write is called that is no refusal of the store: the log says more."""


class Reason(msgspec.Struct, frozen=True):
    """Why the server is not ready: `Stopping`, or `NotWritten`, with what the last attempt met (the refusal's name;
    empty while it hangs) and for how many seconds nothing was written."""

    name: str
    cause: str = ""
    for_s: int = 0


def touch(store: Store) -> None:
    """Write durably, and change nothing: the schema's revision is replaced by itself."""
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


class Pulse:
    """`seq` says where the journal stands, `write` writes something durably or raises; `clock` counts seconds."""

    def __init__(
        self, seq: Callable[[], int], write: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seq = seq
        self._write = write
        self._clock = clock
        self._known = seq()
        self._written_at = clock()
        self._cause = ""
        self.stopping = False

    @property
    def unwritten_s(self) -> float:
        """Seconds since something was written durably, as far as is known."""
        self._take_note()
        return self._clock() - self._written_at

    def beat(self) -> None:
        """Take note of what was written since the last beat, or else write. To be called every `BEAT_S` seconds."""
        if self._take_note():
            return
        try:
            self._write()
        except LobbyError as refusal:
            if refusal.name != self._cause:  # told once, not at every beat
                log.error("nothing can be written to the database: %s", refusal.name)
            self._cause = refusal.name
        except Exception:  # whatever it is, nothing was written: the server is not ready, and tries again
            log.exception("writing to the database failed")
            self._cause = FAULT
        else:
            self._written()

    def _take_note(self) -> bool:
        """Whether the journal has gone on since this was last asked, which proves that it is written."""
        seq = self._seq()
        if seq == self._known:
            return False
        self._known = seq
        self._written()
        return True

    def _written(self) -> None:
        if self._cause:
            log.warning("the database can be written again, after %.0f s", self._clock() - self._written_at)
        self._written_at, self._cause = self._clock(), ""

    def reasons(self) -> list[Reason]:
        """Why the server is not ready; none when it is."""
        found = [Reason("Stopping")] if self.stopping else []
        late_s = self.unwritten_s
        if self._cause or late_s > LATE_S:
            found.append(Reason("NotWritten", self._cause, int(late_s)))
        return found


LAG_LOOK_S = 0.5


def watch_lag(sleep: Callable[[float], None], note: Callable[[float], None]) -> None:
    """Note again and again by how many seconds the loop came back later than it was asked to, for ever."""
    while True:
        asked = time.perf_counter()
        sleep(LAG_LOOK_S)
        note(max(0.0, time.perf_counter() - asked - LAG_LOOK_S))
