"""The bytes that a printer sends, told apart by their fixed bits.

A reply may arrive between an unasked status (ASB) and a flow-control byte, so position means nothing; the bits do.
Source: Epson ESC/POS reference, "Differences between status transmissions": DLE EOT 0xx1xx10, ASB 0xx1xx00 and
three bytes 0xx0xxxx, GS r 0xx0xxxx, XON 0x11, XOFF 0x13, GS ( H fn 48 0x37 0x22 d1 d2 d3 d4 0x00.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

FLOW_CONTROL = (0x11, 0x13)
PROCESS_HEADER = b"\x37\x22"
PROCESS_LENGTH = 7
ASB_LENGTH = 4


@dataclass(frozen=True, slots=True)
class RealTime:
    """The answer to DLE EOT n."""

    value: int


@dataclass(frozen=True, slots=True)
class InOrder:
    """The answer to GS r n: all before it has been parsed."""

    value: int


@dataclass(frozen=True, slots=True)
class Process:
    """The answer to GS ( H fn 48: all before it has been printed.

    `mark` is the four bytes that the question carried.
    """

    mark: bytes


@dataclass(frozen=True, slots=True)
class Unasked:
    """What a printer may say at any time: automatic status, flow control, a fence that reports a failure."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte that no printer sends."""

    data: bytes


Reply: TypeAlias = RealTime | InOrder | Process | Unasked | Noise


class ReplyReader:
    """Collects bytes and gives the replies that are complete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that `data` completes, in order."""
        data, at = self._rest + data, 0
        found: list[Reply] = []
        while at < len(data):
            reply, length = _first(data[at : at + PROCESS_LENGTH])
            if reply is None:
                break
            found.append(reply)
            at += length
        self._rest = data[at:]
        return found

    @property
    def rest(self) -> bytes:
        """The beginning of a reply that has not ended."""
        return self._rest


def _first(data: bytes) -> tuple[Reply | None, int]:
    """The first reply and its length; None while it is not complete. None is longer than PROCESS_LENGTH."""
    byte = data[0]
    if byte in FLOW_CONTROL:
        return Unasked(data[:1]), 1
    if byte == PROCESS_HEADER[0]:
        if data[:2] != PROCESS_HEADER[: len(data)]:
            return Noise(data[:1]), 1
        if len(data) < PROCESS_LENGTH:
            return None, 0
        return (Process(data[2:6]) if data[6] == 0 else Unasked(data[:PROCESS_LENGTH])), PROCESS_LENGTH
    if byte & 0x93 == 0x12:
        return RealTime(byte), 1
    if byte & 0x93 == 0x10:
        tail = data[1:ASB_LENGTH]
        if any(follower & 0x90 for follower in tail):
            return Noise(data[:1]), 1
        return (None, 0) if len(data) < ASB_LENGTH else (Unasked(data[:ASB_LENGTH]), ASB_LENGTH)
    if byte & 0x90 == 0:
        return InOrder(byte), 1
    return Noise(data[:1]), 1
