"""A wire whose owner gives up."""

from __future__ import annotations

import threading
import time

import pytest

from hardware.wire import CHUNK, Interruptible, WireBroken, seconds_left


class Silent:
    """A peer that takes bytes and never answers; `after` is called with each piece that was sent."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.asked = threading.Event()

    def send(self, data: bytes, deadline: float) -> None:
        self.taken.append(data)

    def receive(self, deadline: float) -> bytes:
        self.asked.set()
        threading.Event().wait(seconds_left(deadline))
        return b""

    def close(self, abandon: bool = False) -> None:
        self.taken.append(b"closed, abandoned" if abandon else b"closed")


def test_an_answer_that_never_comes_is_waited_for_until_the_deadline() -> None:
    wire = Interruptible(Silent(), lambda: False)
    began = time.monotonic()
    assert wire.receive(began + 0.7) == b""
    assert time.monotonic() - began >= 0.7


def test_whoever_waits_for_an_answer_stops_soon_when_it_is_given_up() -> None:
    silent, given_up = Silent(), threading.Event()
    wire = Interruptible(silent, given_up.is_set)
    giving_up = threading.Thread(target=lambda: silent.asked.wait(60) and given_up.set())
    giving_up.start()
    with pytest.raises(WireBroken, match="stopped"):  # at the deadline there would be no answer, and no fault
        wire.receive(time.monotonic() + 60)
    giving_up.join()


def test_a_slip_that_is_given_up_half_way_says_how_much_was_sent() -> None:
    silent = Silent()
    wire = Interruptible(silent, lambda: len(silent.taken) == 2)
    with pytest.raises(WireBroken) as broken:
        wire.send(bytes(5 * CHUNK), time.monotonic() + 30)
    assert broken.value.sent == 2 * CHUNK
    assert sum(map(len, silent.taken)) == 2 * CHUNK


def test_a_slip_goes_through_whole_and_the_end_is_passed_on() -> None:
    silent = Silent()
    wire = Interruptible(silent, lambda: False)
    data = bytes(range(256)) * 50
    wire.send(data, time.monotonic() + 30)
    wire.close(abandon=True)
    assert b"".join(silent.taken) == data + b"closed, abandoned"
