"""Where several processes write one journal, they take turns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from lobby.queue.events import Recorded
from lobby.records.entries import News, PrivateNote, Receipt
from lobby.records.store import Store

if TYPE_CHECKING:  # the journal gives the turns
    from lobby.records.journal import Journal


class Turn:
    """A branch's turn to write, which begins with `news`: while it is held, no other process writes on. It ends with
    `append` or `end`, and by itself when the process does, or holds it for longer than it may
    (`lobby.records.postgresql`)."""

    def __init__(self, journal: Journal, store: Store) -> None:
        self._journal = journal
        with ExitStack() as stack:
            self._connection = stack.enter_context(store.write())
            self._held = stack.pop_all()

    def news(self, after: int) -> News:
        """Wait for the turn; what others wrote before it came. See `Journal.news`."""
        return self._journal._news(self._connection, after, in_turn=True)

    def append(self, recorded: Sequence[Recorded], receipts: Sequence[Receipt], notes: Sequence[PrivateNote]) -> None:
        """As `Journal.append`, after the `news`."""
        with self._held:
            rows = self._journal._write(self._connection, recorded, receipts, notes)
        self._journal._stands_at(rows, receipts)

    def end(self) -> None:
        """Let others write. What was not appended is not written."""
        with suppress(_NothingToWrite), self._held:
            raise _NothingToWrite


class _NothingToWrite(Exception):
    pass
