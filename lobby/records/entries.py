"""What stands in a branch's records, and what one command leaves there."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from lobby.queue.events import Recorded


class Stale(Exception):
    """Another process has written on: catch up and decide again."""


class Receipt(msgspec.Struct, frozen=True):
    """That a command was carried out: same key and fingerprint, same answer (JSON). `seq` is where the journal stood
    afterwards: receipts are kept in its order, so that a commit touches the end of the table and nothing else."""

    seq: int
    key: str
    fingerprint: bytes
    at: int
    answer: bytes


class News(NamedTuple):
    """What other processes wrote, in order."""

    recorded: list[Recorded]
    receipts: list[Receipt]

    def __bool__(self) -> bool:
        return bool(self.recorded)


class PrivateNote(msgspec.Struct, frozen=True):
    """Free text that may name someone, on its way into the erasable store."""

    reference: str
    kind: str
    at: int
    body: str


class Entry(msgspec.Struct, frozen=True):
    """A row as stored, for whoever checks the chain."""

    seq: int
    at: int
    kind: str
    actor: str
    body: str
    hash: bytes
