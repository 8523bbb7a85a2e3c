"""An anchor: how far journal and audit trail go at a moment, in one line that is kept where nobody who could change the
database can reach it: on paper, in a mail, at another program.

    anchor main-street 2026-11-22T17:30:04Z 48211 K7Q2-9MXD-... 1203 0TRB-Q4WN-... 5Z1K

are branch, moment, the journal's last row and its hash, the trail's last row and its hash, and a check over the line
itself, so that a slip of the pen is not taken for a forgery. Of each hash it has the first 160 bits: two histories with
the same ones cannot be made (2^80 tries; NIST SP 800-107, 5.1).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal
from urllib.parse import quote, unquote

import msgspec
from sqlalchemy import func, select

from lobby.records.groups import NotACode, grouped, same
from lobby.records.store import Store
from lobby.records.verify import JOURNAL, TRAIL, Chain, Examined, hash_at

HASH_BITS = 160
CHECK_BITS = 20

State = Literal["agrees", "cut off", "rewritten"]


class NotAnAnchor(ValueError):
    """A text that is no anchor, or one that was mistyped; the sentence says which."""


class Anchor(msgspec.Struct, frozen=True):
    """`at` in ms UTC, whole seconds; row 0 is a chain without any. Hashes in groups, as `lobby.records.groups`. An id
    that is no word, as that of a head office, stands in the line as in an address (`%20`)."""

    branch: str
    at: int
    journal_seq: int
    journal_hash: str
    trail_seq: int
    trail_hash: str

    @classmethod
    def now(cls, store: Store, branch: str, at: int) -> Anchor:
        """The anchor of a branch as its records stand; `at` in ms UTC."""
        return cls(branch, at // 1000 * 1000, *_head(store, JOURNAL, branch), *_head(store, TRAIL, branch))

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self.at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        heads = f"{self.journal_seq} {self.journal_hash} {self.trail_seq} {self.trail_hash}"
        line = f"anchor {quote(self.branch)} {moment} {heads}"
        return f"{line} {_check(line)}"


def read_anchor(text: str) -> Anchor:
    """The anchor that a line says, also with small letters or an O for a 0; `NotAnAnchor` where it says none."""
    parts = text.split()
    if len(parts) != 8 or parts[0].casefold() != "anchor":
        raise NotAnAnchor("is no anchor; one has eight words and begins with “anchor”")
    _, branch, moment, journal_seq, journal_hash, trail_seq, trail_hash, check = parts
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\dz", moment, re.ASCII | re.IGNORECASE):
            raise ValueError(moment)
        at = int(datetime.fromisoformat(moment.upper()).timestamp() * 1000)
        seqs = [int(one) for one in (journal_seq, trail_seq) if re.fullmatch(r"[0-9]{1,18}", one)]
        hashes = [same(one, HASH_BITS) for one in (journal_hash, trail_hash)]
        found = Anchor(unquote(branch), at, seqs[0], hashes[0], seqs[1], hashes[1])
        mistyped = same(check, CHECK_BITS) != str(found).rpartition(" ")[2]
    except (NotACode, ValueError, IndexError, OverflowError):
        mistyped = True
    if mistyped:
        raise NotAnAnchor("was mistyped: its last word does not fit the others")
    return found


def read_anchors(text: str) -> list[Anchor]:
    """The anchors of a file or a mail: every line that begins with “anchor”, quoted or not; `NotAnAnchor` where one was
    mistyped."""
    lines = (line.lstrip("\ufeff> \t") for line in text.splitlines())
    return [read_anchor(line) for line in lines if line.casefold().startswith("anchor ")]


def holds(store: Store, chain: Chain, examined: Examined, anchor: Anchor) -> State:
    """How the chain, examined just now, stands to an anchor."""
    journal = chain is JOURNAL
    seq, hashed = (anchor.journal_seq, anchor.journal_hash) if journal else (anchor.trail_seq, anchor.trail_hash)
    if seq > examined.rows and not examined.more:
        return "cut off"
    found = hash_at(store, chain, anchor.branch, seq)
    return "agrees" if found and grouped(found, HASH_BITS) == hashed else "rewritten"


def goes_on(store: Store, anchor: Anchor) -> bool:
    """Whether both chains of a store have the rows that the anchor saw last, whatever came after them."""
    seen = ((JOURNAL, anchor.journal_seq, anchor.journal_hash), (TRAIL, anchor.trail_seq, anchor.trail_hash))
    return all(
        (found := hash_at(store, chain, anchor.branch, seq)) is not None and grouped(found, HASH_BITS) == hashed
        for chain, seq, hashed in seen
    )


def _head(store: Store, chain: Chain, branch: str) -> tuple[int, str]:
    table = chain.table.c
    with store.read() as connection:
        last = select(func.max(table.seq)).where(table.branch == branch)
        seq = connection.execute(last).scalar() or 0
    return seq, grouped(hash_at(store, chain, branch, seq) or b"", HASH_BITS)


def _check(line: str) -> str:
    return grouped(sha256(line.encode()).digest(), CHECK_BITS)
