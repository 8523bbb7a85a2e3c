"""Commands on their way into the journal: decided, or refused, and waiting for their commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lobby.door import Answer
from lobby.group_commit import Place
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Actor
from lobby.records.entries import PrivateNote, Receipt


class Pending(Place):
    """A command that is decided and waits for its commit; or that was refused, and waits until it is sure that no other
    process has written what would allow it."""

    __slots__ = ("actor", "answer", "at", "command", "fingerprint", "key", "notes", "receipt", "recorded")

    def __init__(self, command: c.Command, key: str, fingerprint: bytes, actor: Actor, at: int | None) -> None:
        super().__init__()
        self.command = command
        self.key = key
        self.fingerprint = fingerprint
        self.actor = actor
        self.at = at
        self.forget()
        self.answer: Answer | None = None

    def forget(self) -> None:
        """As if nobody had decided it yet."""
        self.recorded: list[e.Recorded] = []
        self.notes: list[PrivateNote] = []
        self.receipt: Receipt | None = None
        self.error = None

    def outcome(self) -> Answer:
        """What the caller is told of a command that is done."""
        if self.error is not None:
            raise self.error
        assert self.answer is not None
        return self.answer


class Written(NamedTuple):
    """What a batch writes."""

    recorded: list[e.Recorded]
    receipts: list[Receipt]
    notes: list[PrivateNote]


def written(batch: Sequence[Place]) -> Written:
    """What those in the batch write who were not refused."""
    accepted = [(one, one.receipt) for one in batch if isinstance(one, Pending) and one.receipt is not None]
    return Written(
        [recorded for pending, _ in accepted for recorded in pending.recorded],
        [receipt for _, receipt in accepted],
        [note for pending, _ in accepted for note in pending.notes],
    )
