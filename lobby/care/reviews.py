"""Which interaction records a supervisor looks at: a few of each teller's in a week, drawn by chance that cannot be
chosen: the same draw for whoever asks, from the week and the record alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256

from lobby.care.casebook import Kept

EACH = 2
"""Records of each teller and week."""


def sample(records: Iterable[Kept], week: str, reviewed: Collection[int] = (), each: int = EACH) -> tuple[Kept, ...]:
    """At most `each` records of every teller: those that were `reviewed` already (their numbers), then by the smallest
    hash of week and record number."""
    by_teller: dict[str, list[Kept]] = {}
    for record in records:
        by_teller.setdefault(record.teller, []).append(record)
    drawn = [
        one
        for found in by_teller.values()
        for one in sorted(found, key=lambda one: (one.seq not in reviewed, _lot(week, one.seq)))[:each]
    ]
    return tuple(sorted(drawn, key=lambda one: one.seq))


def _lot(week: str, seq: int) -> bytes:
    return sha256(f"{week}/{seq}".encode()).digest()
