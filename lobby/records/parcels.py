"""What a branch sends its head office, and what that answers: a parcel of journal rows, and how far they have arrived.

    parcel      the rows that follow row `after`, with their hashes, and the hash of row `after` itself
    standing    the last row that the head office holds, and its hash

Each answer says all that the next parcel needs, so neither side remembers anything of the other: a parcel that is lost,
comes twice, late or beside another does no harm. On the line a parcel is MessagePack, compressed by zlib, whose
checksum finds what a bad line changed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated

import msgspec

from lobby.errors import BadRequest
from lobby.queue.services import Setup
from lobby.records.chain import GENESIS
from lobby.records.entries import Entry

MOST_ROWS = 2000
MOST_CHARACTERS = 2_000_000
"""Of all bodies of a parcel together, unless one row alone is longer."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a parcel when it is unpacked; what claims to be larger is refused before it is."""

CONTENT_TYPE = "application/vnd.branch-lobby.parcel"


Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Parcel(msgspec.Struct, frozen=True):
    """`rows` continue the journal after row `after`, whose hash there is `after_hash`. `head` is the journal's last
    row, `now` the branch's clock (ms UTC). `lost`: the head office says that it holds rows which this journal has not,
    or not any more. `setup` is what the branch offers, as JSON; sent when the head office holds another (`mark_of`)."""

    after: Number
    after_hash: bytes
    head: Number
    now: Number
    rows: tuple[Entry, ...] = ()
    lost: bool = False
    setup: str = ""


class Standing(msgspec.Struct, frozen=True):
    """The last row that the head office holds, and its hash; the mark of the setup that it has. `forked` is a row of
    which another version was sent than the one that is held (0: there is none), until a person has settled it."""

    seq: int = 0
    hash: bytes = GENESIS
    setup_mark: str = ""
    forked: int = 0


_pack, _unpack = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Parcel).decode
_write_setup, _read_setup = msgspec.json.Encoder().encode, msgspec.json.Decoder(Setup).decode
_answer, _read_answer = msgspec.json.Encoder().encode, msgspec.json.Decoder(Standing).decode


def packed(parcel: Parcel) -> bytes:
    """The parcel as it goes over the line."""
    return zlib.compress(_pack(parcel))


def unpacked(sent: bytes) -> Parcel:
    """The parcel that was sent, or `BadRequest`: it was changed on the way, or is none."""
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(sent, LARGEST)
        if not reader.eof:
            raise BadRequest(problem="the parcel is cut off or too large")
        return _unpack(plain)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest(problem="this is no parcel") from None


def answer(standing: Standing) -> bytes:
    """The standing as JSON."""
    return _answer(standing)


def read_answer(body: bytes) -> Standing:
    """The standing that was answered; ValueError where it is none."""
    return _read_answer(body)


def setup_text(setup: Setup) -> str:
    """What the branch offers, as it travels: services, counters, targets, zone; nothing of who works there."""
    return _write_setup(setup).decode()


def read_setup(text: str) -> Setup:
    """The setup that was sent, or `BadRequest`."""
    try:
        return _read_setup(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(problem=f"the setup cannot be read: {error}") from None


def mark_of(text: str) -> str:
    """Tells one setup from another."""
    return sha256(text.encode()).hexdigest()


def fitting(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """As many of these rows as one parcel holds, at least one."""
    taken: list[Entry] = []
    characters = 0
    for entry in entries:
        characters += len(entry.body)
        if taken and (len(taken) == MOST_ROWS or characters > MOST_CHARACTERS):
            break
        taken.append(entry)
    return tuple(taken)
