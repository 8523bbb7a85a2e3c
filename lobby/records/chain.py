"""A chain of rows: each carries the hash of the one before, so that none can be changed, removed or moved unseen.

    hash(n) = SHA-256( hash(n-1) | field | field ... )        hash(0) = 32 zero bytes

with the fields as UTF-8 text, each after a line feed, so that anyone can check a chain with a few lines of code.
"""

from __future__ import annotations

from hashlib import sha256

GENESIS = bytes(32)


def link(previous: bytes, *fields: object) -> bytes:
    """The hash of a row with these fields, in this order, after the one whose hash is `previous`."""
    return sha256(previous + "".join(f"\n{field}" for field in fields).encode()).digest()


class BrokenChain(Exception):
    """Row `seq` of `what` is missing, changed or out of order."""

    def __init__(self, seq: int, what: str = "journal") -> None:
        super().__init__(f"the {what} is broken at row {seq}")
        self.seq = seq
        self.what = what
