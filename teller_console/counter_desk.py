"""A branch over HTTP as a counter needs it: no paper tickets for whoever stands there, but the slip of a complaint."""

from __future__ import annotations

from lobby.care.commands import TakeComplaint
from lobby.door import Answer
from lobby.queue.commands import Command
from lobby.remote import RemoteDesk


class CounterDesk(RemoteDesk):
    """Commands come one at a time."""

    def submit(self, command: Command, *, key: str, at: int | None = None) -> Answer:
        self._prints = isinstance(command, TakeComplaint)
        return super().submit(command, key=key, at=at)
