"""Whatever a printer answers, or something in a printer's place: a slip ends in one of the three ends, in time, and
nothing that was heard is kept for ever."""

from __future__ import annotations

import time
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from hardware.conversation import ASK_IN_ORDER, CUT_OFF, FILL, MOST_HEARD, Conversation
from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.profiles import EIGHTY_MM
from hardware.stream_printer import Patience, StreamPrinter
from hardware.virtual_paper import VirtualPaper
from hardware.wire import Wire, WireBroken
from tests.fuzz.cases import cases, within

SLIP = encode_slip(draw(Document((Number("A047"),), "en"), EIGHTY_MM), EIGHTY_MM)
SHORT = Patience(connect_s=0.01, answer_s=0.01, knock_s=0.01, late_s=0.002)
GOOD = b"\x12"  # the answer to DLE EOT: nothing is wrong
LONG_S = 5.0

ANSWERS = st.one_of(
    st.sampled_from(
        [b"", GOOD, b"\x00", b"\x0c", b"\x32", b"\x37\x22ABCD\x00", b"\x37", b"\x10\x00\x00", b"\x11\x13", b"\x1a"]
    ),
    st.binary(max_size=9),
)


class Babbler:
    """Says the next piece whenever it is listened to; then repeats itself, falls silent, or goes."""

    def __init__(self, pieces: list[bytes], end: str) -> None:
        self._pieces, self._said, self._end = pieces, 0, end

    def send(self, data: bytes, deadline: float) -> None:
        if self._end == "takes nothing":
            raise WireBroken("it takes nothing")
        if self._end == "takes some" and len(data) > 20:
            raise WireBroken("it took some", 20)

    def receive(self, deadline: float) -> bytes:
        self._said += 1
        if self._said <= len(self._pieces):
            return self._pieces[self._said - 1]
        if self._end == "repeats itself" and self._pieces:
            return self._pieces[self._said % len(self._pieces)] * 50
        if self._end == "goes":
            raise WireBroken("it is gone")
        time.sleep(max(0.0, deadline - time.monotonic()))
        return b""

    def close(self, abandon: bool = False) -> None:
        pass


class AtItsEnd(StreamPrinter):
    """The real driver with a babbler at the end of its wire."""

    kind = "babbler"

    def __init__(self, wire: Wire) -> None:
        super().__init__("nowhere", EIGHTY_MM, patience=SHORT)
        self._wire = wire

    def _open(self, deadline: float) -> Wire:
        return self._wire


@cases(60)
@given(
    pieces=st.lists(ANSWERS, max_size=12),
    end=st.sampled_from(["repeats itself", "repeats itself", "goes", "falls silent", "takes nothing", "takes some"]),
)
@example(pieces=[GOOD, GOOD, GOOD, GOOD, b"\x00"], end="repeats itself")
def test_a_slip_ends_in_time_in_one_of_the_three_ends_whatever_is_answered(pieces: list[bytes], end: str) -> None:
    printer = AtItsEnd(Babbler(pieces, end))
    with within(LONG_S):
        assert isinstance(printer.status().online, bool)
        with suppress(DeviceError, OutcomeUnknown):
            printer.print(SLIP, 0.05)


def test_a_printer_that_never_stops_talking_is_not_listened_to_for_ever() -> None:
    talk = Conversation(Babbler([b"\x00" * 4000], "repeats itself"))
    with within(LONG_S):
        assert not talk.printed(b"ABCD", time.monotonic() + 0.05)
        talk.hear_out(0.01, time.monotonic() + 0.05)
    assert len(talk._heard) <= MOST_HEARD


PRINTED = st.sampled_from(
    [SLIP[:40], SLIP, FILL[:50], CUT_OFF, ASK_IN_ORDER, b"\x10\x04\x01", b"\x1b", b"\x1d(", b"\x1dv0"]
)


@cases(100)
@given(st.lists(st.one_of(PRINTED, st.binary(max_size=40)), max_size=6))
@example([b"\x1ba\x03", SLIP])
@example([b"\x1dv0\0\0\0\0\0"])
@example([b"\x1dv0\0\x01\0\0\0"])
@example([b"\x1dv0\0\0\0\x01\0"])
def test_the_virtual_printer_takes_any_bytes(pieces: list[bytes]) -> None:
    paper = VirtualPaper(EIGHTY_MM, lambda strip: None)
    with within(LONG_S):
        for piece in pieces:
            paper.take(piece, lambda reply: None)
