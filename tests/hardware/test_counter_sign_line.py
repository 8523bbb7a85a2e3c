"""Signs on a serial line, real down to the bytes: a pair of pseudo-terminals stands for the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from hardware import counter_sign_wire
from hardware.counter_sign import SignAddress, read_address
from hardware.counter_sign_line import REPEAT_S, RETRY_S, STEADY_S, SignLine, SignNews, SignStanding
from hardware.counter_sign_wire import ModbusWire
from hardware.errors import DeviceError
from tests.hardware.sign_line import SignsOnAPty, soon


@pytest.fixture(autouse=True)
def signs_may_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of these tests are threads of a machine that may be busy."""
    monkeypatch.setattr(counter_sign_wire, "ANSWER_S", 20.0)


@pytest.fixture
def only_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that never comes right is waited for twice as long."""
    monkeypatch.setattr(counter_sign_wire, "ANSWER_S", 1.0)


@pytest.fixture
def line() -> Iterator[SignsOnAPty]:
    """The signs 1 and 2."""
    signs = SignsOnAPty(1, 2)
    yield signs
    signs.close()


def address(device: str, unit: int) -> SignAddress:
    return read_address(f"modbus://{device}?baud=115200&unit={unit}")


class Clock:
    """A clock to turn, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class ListenedWire:
    """A wire that notes what was written, by unit, and fails for those that are `dead`."""

    def __init__(self) -> None:
        self.written: list[tuple[int, str]] = []
        self.dead: set[int] = set()
        self.closed = False

    def write(self, sign: SignAddress, values: Sequence[int]) -> None:
        self.written.append((sign.unit, bytes(values).decode("ascii").strip()))
        if sign.unit in self.dead:
            raise DeviceError(f"unit {sign.unit} does not answer", permanent=False)

    def close(self) -> None:
        self.closed = True

    def taken(self) -> list[tuple[int, str]]:
        taken, self.written = self.written, []
        return taken


def minded(
    wire: ListenedWire, clock: Clock, units: Sequence[int] = (1, 2), gone: Sequence[str] = ()
) -> tuple[SignLine, list[SignNews]]:
    news: list[SignNews] = []
    addresses = {f"sign {unit}": address("/dev/null", unit) for unit in units}
    return SignLine(addresses, wire, news.append, gone, clock), news


# -- on the wire


def test_a_number_reaches_the_sign_and_nobody_else(line: SignsOnAPty) -> None:
    wire = ModbusWire(address(line.device, 1).line)
    wire.write(address(line.device, 1), [0x41, 0x30, 0x34, 0x37])
    assert line.text(1) == "A047"
    assert line.text(2) == "    "
    wire.close()


@pytest.mark.usefixtures("only_for_a_second")
def test_a_sign_that_does_not_answer_is_tried_twice_and_then_said_to_be_silent(line: SignsOnAPty) -> None:
    line.silent = {2}
    wire = ModbusWire(address(line.device, 2).line)
    with pytest.raises(DeviceError, match=r"unit 2 on .* does not answer") as silent:
        wire.write(address(line.device, 2), [0x37])
    assert not silent.value.permanent
    assert soon(lambda: len(line.frames) == 2)
    wire.write(address(line.device, 1), [0x37])
    assert line.held[1] == {0: 0x37}
    wire.close()


def test_a_sign_that_refuses_the_registers_needs_a_person(line: SignsOnAPty) -> None:
    line.refuse = {1}
    wire = ModbusWire(address(line.device, 1).line)
    with pytest.raises(DeviceError, match="refuses 2 registers from 0 on") as refused:
        wire.write(address(line.device, 1), [0x37, 0x38])
    assert refused.value.permanent
    wire.close()


@pytest.mark.usefixtures("only_for_a_second")
def test_noise_on_the_line_is_a_failure_and_the_next_write_is_clean(line: SignsOnAPty) -> None:
    line.noise = b"\xff\x00"
    wire = ModbusWire(address(line.device, 1).line)
    with pytest.raises(DeviceError):
        wire.write(address(line.device, 1), [0x37])
    line.noise = b""
    wire.write(address(line.device, 1), [0x38])
    assert line.held[1] == {0: 0x38}
    wire.close()


def test_a_line_that_is_not_there_is_said_so() -> None:
    wire = ModbusWire(address("/dev/no-such-line", 1).line)
    with pytest.raises(DeviceError, match="/dev/no-such-line cannot be opened"):
        wire.write(address("/dev/no-such-line", 1), [0x37])
    wire.close()


def test_a_minded_line_shows_what_it_is_told_and_is_left_blank(line: SignsOnAPty) -> None:
    news: list[SignNews] = []
    one, two = address(line.device, 1), address(line.device, 2)
    signs = SignLine({"sign 1": one, "sign 2": two}, ModbusWire(one.line), news.append)
    signs.start()
    signs.show({"sign 1": "A047", "sign 2": "--"})
    assert soon(lambda: (line.text(1), line.text(2)) == ("A047", "  --"))
    signs.show({"sign 1": "B101"})
    assert soon(lambda: line.text(1) == "B101")
    assert signs.stop(60)
    assert (line.text(1), line.text(2)) == ("    ", "    ")
    assert news == []


# -- what is due


def test_only_what_changed_is_written_at_once_and_the_rest_now_and_then() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, _ = minded(wire, clock)
    signs.show({"sign 1": "A1", "sign 2": "B1"})
    assert signs.step() == REPEAT_S
    assert wire.taken() == [(1, "A1"), (2, "B1")]
    signs.show({"sign 2": "B2"})
    signs.step()
    assert wire.taken() == [(2, "B2")]
    clock.now += REPEAT_S
    signs.step()
    assert sorted(wire.taken()) == [(1, "A1"), (2, "B2")]


def test_a_call_goes_before_the_attempts_at_dead_signs() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, _ = minded(wire, clock, units=(1, 2, 3))
    wire.dead = {1, 2}
    signs.step()
    wire.taken()
    clock.now += RETRY_S
    signs.show({"sign 3": "C7", "sign 1": "A1", "sign 2": "B1"})
    signs.step()
    assert wire.taken()[0] == (3, "C7")


def test_a_sign_that_comes_back_shows_what_it_missed() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, _ = minded(wire, clock, units=(1,))
    signs.show({"sign 1": "A1"})
    signs.step()
    wire.dead = {1}
    signs.show({"sign 1": "A2"})
    assert signs.step() == RETRY_S
    signs.show({"sign 1": "A3"})
    wire.dead = set()
    clock.now += RETRY_S
    signs.step()
    assert wire.taken() == [(1, "A1"), (1, "A2"), (1, "A3")]


def test_a_sign_is_said_to_be_gone_once_and_to_be_back_once() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, news = minded(wire, clock, units=(1,))
    wire.dead = {1}
    for _ in range(20):
        signs.step()
        clock.now += RETRY_S
    assert news == [SignNews("sign 1", True, "unit 1 does not answer")]
    wire.dead = set()
    for _ in range(20):
        signs.step()
        clock.now += REPEAT_S
    assert news[1:] == [SignNews("sign 1", False)]


def test_a_sign_that_flaps_is_no_stream_of_alerts() -> None:
    standing, told = SignStanding(), []
    for second in range(300):
        told.append(standing.see(second % 7 != 0, float(second)))
    assert set(told) == {None}


def test_a_sign_known_to_be_gone_is_not_told_again_and_its_return_is() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, news = minded(wire, clock, units=(1,), gone=["sign 1"])
    wire.dead = {1}
    for _ in range(20):
        signs.step()
        clock.now += RETRY_S
    assert news == []
    wire.dead = set()
    signs.step()
    clock.now += STEADY_S
    signs.step()
    assert news == [SignNews("sign 1", False)]


def test_the_end_blanks_the_signs_that_answer_and_waits_for_no_other() -> None:
    wire, clock = ListenedWire(), Clock()
    signs, _ = minded(wire, clock)
    wire.dead = {2}
    signs.show({"sign 1": "A1", "sign 2": "B1"})
    signs.step()
    wire.taken()
    signs.leave()
    assert wire.taken() == [(1, "")]
    assert wire.closed
