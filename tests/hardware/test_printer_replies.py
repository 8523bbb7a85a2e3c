from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.conversation import ASK_IN_ORDER, Conversation, ask_process
from hardware.replies import InOrder, Noise, Process, RealTime, ReplyReader, Unasked
from hardware.status import PrinterStatus, read_status
from hardware.wire import WireBroken, seconds_left

ASB = b"\x14\x00\x00\x0f"
DEADLINE = float("inf")


class ScriptedWire:
    """A wire that expects these bytes in this order and gives these answers; anything else fails with a sentence."""

    def __init__(self, *exchanges: tuple[bytes, bytes]) -> None:
        self._exchanges = deque(exchanges)
        self._answers = b""

    def send(self, data: bytes, deadline: float) -> None:
        assert self._exchanges, f"nothing more was expected, but {data!r} was sent"
        expected, answer = self._exchanges.popleft()
        assert data == expected, f"expected {expected!r}, but {data!r} was sent"
        self._answers += answer

    def receive(self, deadline: float) -> bytes:
        if not self._answers:
            raise WireBroken("the script has no answer here")
        first, self._answers = self._answers[:1], self._answers[1:]
        return first

    def close(self, abandon: bool = False) -> None:
        assert not self._exchanges, f"never sent: {list(self._exchanges)}"


def asked(
    first: bytes, offline: bytes = b"\x12", error: bytes = b"\x12", paper: bytes = b"\x12"
) -> PrinterStatus | None:
    answers = (first, offline, error, paper)
    wire = ScriptedWire(*((b"\x10\x04" + bytes((n,)), answer) for n, answer in enumerate(answers, 1)))
    status = Conversation(wire).status(DEADLINE)
    wire.close()
    return status


def test_a_ready_printer_says_so() -> None:
    assert asked(b"\x12") == PrinterStatus(online=True, paper="ok")


def test_each_fault_is_told_apart() -> None:
    assert asked(b"\x1a", offline=b"\x16") == PrinterStatus(False, "ok", cover_open=True)
    assert asked(b"\x1a", paper=b"\x7e") == PrinterStatus(False, "out")
    assert asked(b"\x1a", offline=b"\x32") == PrinterStatus(False, "out")
    assert asked(b"\x12", paper=b"\x1e") == PrinterStatus(True, "near_end")
    for error, words in ((b"\x1a", "cutter"), (b"\x32", "switched off and on"), (b"\x52", "too hot")):
        status = asked(b"\x1a", error=error)
        assert status is not None
        assert words in status.obstacle
    assert read_status(0x1A, 0x52, 0x12, 0x12).obstacle == "the printer reports an error"


def test_an_offline_printer_without_a_cause_is_an_obstacle() -> None:
    assert PrinterStatus(online=False).obstacle == "the printer is offline"
    assert PrinterStatus(online=True, paper="near_end").obstacle == ""
    assert read_status(0x12, None, None, None) == PrinterStatus(True, "unknown")


def test_leftover_bytes_are_not_taken_for_no_paper() -> None:
    assert asked(b"\x11" + ASB + b"\x12", paper=b"\x13" + ASB + b"\x12") == PrinterStatus(True, "ok")


def test_the_fence_is_known_by_its_mark_alone() -> None:
    wire = ScriptedWire((b"slip", b"\x37\x22OLD!\x00" + ASB + b"\x00\x37\x22MARK\x00"))
    talk = Conversation(wire)
    talk.send(b"slip", DEADLINE)
    assert talk.printed(b"MARK", DEADLINE)


def test_a_fence_that_reports_a_failure_is_no_proof() -> None:
    wire = ScriptedWire((b"slip", b"\x37\x22MARK\x01"))
    talk = Conversation(wire)
    talk.send(b"slip", DEADLINE)
    with pytest.raises(WireBroken):
        talk.printed(b"MARK", DEADLINE)


def test_the_questions_have_the_bytes_of_the_manual() -> None:
    assert ask_process(b"abcd") == bytes.fromhex("1D 28 48 06 00 30 30 61 62 63 64")
    assert bytes.fromhex("1D 72 01") == ASK_IN_ORDER


def test_an_answer_in_order_keeps_its_value() -> None:
    talk = Conversation(ScriptedWire((ASK_IN_ORDER, b"\x12\x0c")))
    talk.send(ASK_IN_ORDER, DEADLINE)
    assert talk.parsed(DEADLINE) == 0x0C


def test_a_reply_may_arrive_in_pieces() -> None:
    reader = ReplyReader()
    assert reader.feed(b"\x37") == []
    assert reader.feed(b"\x22AB") == []
    assert reader.feed(b"CD\x00\x12\x14") == [Process(b"ABCD"), RealTime(0x12)]
    assert reader.feed(b"\x00\x00\x0f\x03") == [Unasked(ASB), InOrder(3)]


@given(st.lists(st.binary(max_size=12)))
def test_noise_never_stops_the_reader_and_loses_no_byte(pieces: list[bytes]) -> None:
    reader = ReplyReader()
    sizes = {RealTime: 1, InOrder: 1, Process: 7}
    read = 0
    for piece in pieces:
        for reply in reader.feed(piece):
            read += len(reply.data) if isinstance(reply, Unasked | Noise) else sizes[type(reply)]
    assert 0 <= sum(map(len, pieces)) - read < 7


def test_no_time_is_left_after_a_deadline() -> None:
    assert seconds_left(0.0) == 0.0
    assert seconds_left(DEADLINE) == DEADLINE
