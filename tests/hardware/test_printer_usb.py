"""Printers on USB: a device that is not there, is pulled out, refuses, or is no printer."""

from __future__ import annotations

import ctypes.util
import sys
import time
from collections import deque

import pytest
import usb.core

from hardware import conversation, stream_printer, usb_printer, wire
from hardware.conversation import ASK_IN_ORDER
from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.profiles import EIGHTY_MM
from hardware.stream_printer import Patience
from hardware.usb_printer import UsbPrinter, find_device
from hardware.virtual_paper import VirtualPaper
from tests.hardware.drivers import DEADLINE_S, PATIENT

PICTURE = draw(Document((Number("A047"),), "en"), EIGHTY_MM)
SLIP = encode_slip(PICTURE, EIGHTY_MM)
QUICK = Patience(answer_s=0.1, knock_s=0.1, late_s=0.05)


class FakeEndpoint:
    bmAttributes = 2

    def __init__(self, address: int) -> None:
        self.bEndpointAddress = address


class FakeInterface(list[FakeEndpoint]):
    bInterfaceClass = 7
    bInterfaceNumber = 0


class FakeUsbDevice:
    """A USB printer with a device inside; `stuck` after so many bytes."""

    def __init__(self, stuck: int | None = None, process_marks: bool = True) -> None:
        self.papers: list[bytes] = []
        self.detached = False
        self._inside = VirtualPaper(EIGHTY_MM, lambda paper: self.papers.append(paper.tobytes()), process_marks)
        self._replies: deque[bytes] = deque()
        self._room = stuck

    def owes(self, *replies: bytes) -> None:
        """Answers to a host that went away."""
        self._replies.extend(replies)

    def get_active_configuration(self) -> list[FakeInterface]:
        return [FakeInterface([FakeEndpoint(0x01), FakeEndpoint(0x82)])]

    def is_kernel_driver_active(self, _: int) -> bool:
        return True

    def detach_kernel_driver(self, _: int) -> None:
        self.detached = True

    def write(self, endpoint: int, data: bytes, timeout_ms: int) -> int:
        assert endpoint == 0x01
        assert timeout_ms > 0
        if self._room is not None:
            self._room -= len(data)
            if self._room < 0:
                raise usb.core.USBTimeoutError("Operation timed out", errno=110)
        self._inside.take(data, self._replies.append)
        return len(data)

    def read(self, endpoint: int, _: int, timeout_ms: int) -> bytes:
        assert endpoint == 0x82
        assert timeout_ms > 0
        if not self._replies:
            time.sleep(timeout_ms / 1000)
            raise usb.core.USBTimeoutError("Operation timed out", errno=110)
        return self._replies.popleft()


def test_a_usb_printer_prints_and_takes_the_device_from_the_kernel() -> None:
    device = FakeUsbDevice()
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: device)
    driver.print(SLIP, DEADLINE_S)
    assert device.papers == [PICTURE.tobytes()]
    assert device.detached
    assert driver.status().online


def test_a_usb_printer_that_sticks_within_a_slip_ends_unknown() -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: FakeUsbDevice(stuck=1500))
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, DEADLINE_S)


def test_a_usb_printer_that_is_not_plugged_in_is_certainly_not_printed() -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: None)
    with pytest.raises(DeviceError, match="plugged in"):
        driver.print(SLIP, 1)


class DeafUsbDevice(FakeUsbDevice):
    """Has no way back to the host."""

    def get_active_configuration(self) -> list[FakeInterface]:
        return [FakeInterface([FakeEndpoint(0x01)])]

    def is_kernel_driver_active(self, _: int) -> bool:
        raise NotImplementedError


class Keyboard(FakeUsbDevice):
    def get_active_configuration(self) -> list[FakeInterface]:
        interface = FakeInterface([FakeEndpoint(0x82)])
        interface.bInterfaceClass = 3
        return [interface]


class Forbidden(FakeUsbDevice):
    def get_active_configuration(self) -> list[FakeInterface]:
        raise usb.core.USBError("Access denied", errno=13)


class Unplugged(FakeUsbDevice):
    def read(self, endpoint: int, size: int, timeout_ms: int) -> bytes:
        raise usb.core.USBError("No such device", errno=19)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (DeafUsbDevice, "does not answer"),
        (Keyboard, "no printer interface"),
        (Forbidden, "may this user open the device"),
        (Unplugged, "cannot be reached"),
    ],
)
def test_a_usb_device_that_cannot_be_spoken_to_is_certainly_not_printed(
    device: type[FakeUsbDevice], words: str
) -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, patience=QUICK, find=lambda *_: device())
    with pytest.raises(DeviceError, match=words) as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)


def test_looking_for_a_usb_printer_finds_nothing_or_says_what_is_missing() -> None:
    if ctypes.util.find_library("usb-1.0"):
        assert find_device(0x0001, 0x0001) is None
    else:
        with pytest.raises(DeviceError, match=r"libusb-1\.0-0"):
            find_device(0x0001, 0x0001)


class Pulled(FakeUsbDevice):
    """The cable is pulled when so many more bytes were written, and so are the answers to them."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def write(self, endpoint: int, data: bytes, timeout_ms: int) -> int:
        self.left -= len(data)
        self._check(self.left > -len(data))
        return super().write(endpoint, data, timeout_ms)

    def read(self, endpoint: int, size: int, timeout_ms: int) -> bytes:
        self._check(self.left > 0)
        return super().read(endpoint, size, timeout_ms)

    def _check(self, plugged: bool) -> None:
        if not plugged:
            raise usb.core.USBError("No such device (it may have been disconnected)", errno=19)


def test_a_cable_pulled_anywhere_is_certain_before_the_slip_and_unknown_within_it() -> None:
    ends = []
    device = Pulled(10**9)
    UsbPrinter(0x04B8, 0x0E15, patience=PATIENT, find=lambda *_: device).print(SLIP, DEADLINE_S)
    whole = 10**9 - device.left
    for after in [*range(0, whole - len(SLIP) + 10, 3), whole - len(SLIP) + 2000, whole - 1]:
        device = Pulled(after)
        driver = UsbPrinter(0x04B8, 0x0E15, patience=PATIENT, find=lambda *_, device=device: device)
        with pytest.raises(DeviceError) as refusal:
            driver.print(SLIP, DEADLINE_S)
        unknown = isinstance(refusal.value, OutcomeUnknown)
        ends.append(unknown)
        if not unknown:
            assert device.papers == []
        assert not refusal.value.permanent
    assert ends == sorted(ends)
    assert ends[0] is False
    assert ends[-1] is True


def test_a_cable_that_is_plugged_in_again_prints_again() -> None:
    device = FakeUsbDevice()
    found: list[FakeUsbDevice | None] = [None, device]
    driver = UsbPrinter(0x04B8, 0x0E15, patience=QUICK, find=lambda *_: found.pop(0))
    assert driver.status().fault == "silent"
    driver.print(SLIP, DEADLINE_S)
    assert device.papers == [PICTURE.tobytes()]


def test_a_bus_that_fails_while_the_device_is_looked_for_is_certainly_not_printed() -> None:
    def find(*_: int) -> None:
        raise usb.core.USBError("Input/Output Error", errno=5)

    with pytest.raises(DeviceError, match="cannot be reached"):
        UsbPrinter(0x04B8, 0x0E15, find=find).print(SLIP, 1)


def test_waiting_for_a_device_without_a_way_back_costs_no_computing() -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, patience=Patience(answer_s=0.3), find=lambda *_: DeafUsbDevice())
    before = time.thread_time()
    assert driver.status().fault == "silent"
    assert time.thread_time() - before < 0.1


def test_answers_that_nobody_read_are_not_taken_for_new_ones() -> None:
    device = FakeUsbDevice()
    device.owes(b"\x12", b"\x16")
    driver = UsbPrinter(0x04B8, 0x0E15, patience=PATIENT, find=lambda *_: device)
    assert driver.status().obstacle == ""
    driver.print(SLIP, DEADLINE_S)


class Waited:
    """A clock on which time goes by only where somebody waits, and at once."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def monotonic(self) -> float:
        return self._now_s

    def sleep(self, seconds: float) -> None:
        self._now_s += seconds


@pytest.fixture
def waiting_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Waited()
    for module in (conversation, stream_printer, usb_printer, wire, sys.modules[__name__]):
        monkeypatch.setattr(module, "time", clock)


class Drowsy(FakeUsbDevice):
    """Answers status questions also when it is asleep. Turns over at the second knock, does all that it was sent so
    far, and sleeps on."""

    def __init__(self) -> None:
        super().__init__(process_marks=False)
        self.asleep = False
        self._kept = b""

    def write(self, endpoint: int, data: bytes, timeout_ms: int) -> int:
        if not self.asleep or data.startswith(b"\x10\x04"):
            return super().write(endpoint, data, timeout_ms)
        self._kept += data.lstrip(b"\0")  # outside of a picture they mean nothing, and thousands take their time
        if self._kept.count(ASK_IN_ORDER) == 2:
            kept, self._kept = self._kept, b""
            super().write(endpoint, kept, timeout_ms)
        return len(data)


@pytest.mark.usefixtures("waiting_takes_no_time")
def test_a_late_answer_to_a_knock_is_not_taken_for_the_proof_of_the_slip() -> None:
    device = Drowsy()
    driver = UsbPrinter(0x04B8, 0x0E15, patience=PATIENT, find=lambda *_: device)
    driver.print(SLIP, DEADLINE_S)
    device.asleep = True
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, DEADLINE_S)
    assert device.papers == [PICTURE.tobytes()]
