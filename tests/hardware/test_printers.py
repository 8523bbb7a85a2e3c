from __future__ import annotations

import ctypes.util
import os
import select
import socket
import threading
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import usb.core
from PIL import Image

from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.file_printer import FilePrinter
from hardware.network_printer import NetworkPrinter
from hardware.printer import NoPrinter, Printer, open_printer
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM
from hardware.serial_printer import SerialPrinter
from hardware.stream_printer import StreamPrinter
from hardware.usb_printer import UsbPrinter, find_device
from hardware.virtual_paper import VirtualPaper
from hardware.virtual_printer import VirtualPrinter
from hardware.wire import Wire
from tests.hardware.drivers import hurried

PICTURE = draw(Document((Number("A047"),), "en"), EIGHTY_MM)
SLIP = encode_slip(PICTURE, EIGHTY_MM)


def shown(device: VirtualPrinter) -> list[bytes]:
    return [Image.open(path).tobytes() for path in device.tickets()]


def test_a_printed_slip_is_on_the_paper_dot_by_dot(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    driver.print(SLIP, 5)
    assert shown(device) == [PICTURE.tobytes()]


def test_a_model_without_process_marks_is_fenced_by_parsing(tmp_path: Path) -> None:
    device = VirtualPrinter(tmp_path, process_marks=False)
    driver = hurried(NetworkPrinter("127.0.0.1", device.start()))
    try:
        driver.print(SLIP, 5)
        assert shown(device) == [PICTURE.tobytes()]
        device.paper_out(after_rows=20)
        with pytest.raises(OutcomeUnknown):
            driver.print(SLIP, 1)
    finally:
        device.stop()


def test_unasked_status_and_flow_control_do_not_disturb(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.chatter()
    driver.print(SLIP, 5)
    assert driver.status().paper == "ok"


@pytest.mark.parametrize(
    ("fault", "words"), [("paper_out", "out of paper"), ("cover_open", "cover is open"), ("stall", "does not answer")]
)
def test_a_fault_before_the_slip_is_certainly_not_printed(
    device: VirtualPrinter, driver: NetworkPrinter, fault: str, words: str
) -> None:
    getattr(device, fault)()
    with pytest.raises(DeviceError, match=words) as refusal:
        driver.print(SLIP, 3)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert not refusal.value.permanent
    device.heal()
    driver.print(SLIP, 5)
    assert shown(device) == [PICTURE.tobytes()]


def test_answers_that_make_no_sense_are_no_consent(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.garble()
    with pytest.raises(DeviceError) as refusal:
        driver.print(SLIP, 3)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert shown(device) == []


def test_low_paper_prints_and_is_reported(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.paper_near_end()
    assert driver.status().paper == "near_end"
    driver.print(SLIP, 5)
    assert len(shown(device)) == 1


def test_paper_that_ends_within_a_slip_leaves_its_outcome_unknown(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    device.paper_out(after_rows=60)
    with pytest.raises(OutcomeUnknown, match="out of paper"):
        driver.print(SLIP, 1)
    device.heal()
    assert shown(device) != [PICTURE.tobytes()]


def test_a_connection_that_breaks_within_a_slip_leaves_its_outcome_unknown(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, 5)
    device.drop_after(1000)
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, 1)


def test_a_picture_cut_off_by_a_broken_connection_does_not_swallow_the_next_slip(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, 5)
    device.drop_after(1000)
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, 1)
    driver.print(SLIP, 5)
    papers = shown(device)
    assert len(papers) == 3
    assert papers[0] == papers[2] == PICTURE.tobytes()
    assert papers[1] != PICTURE.tobytes()


def test_a_peer_that_never_reads_is_never_believed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driver = hurried(NetworkPrinter("127.0.0.1", silent.getsockname()[1]))
        with pytest.raises(DeviceError, match="does not answer"):
            driver.print(SLIP, 2)
        assert not driver.status().online


def test_a_peer_that_answers_status_and_takes_no_bytes_ends_unknown_in_time(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, 5)
    device.stall(after_bytes=200)
    with pytest.raises(OutcomeUnknown, match="no longer answers"):
        driver.print(SLIP, 0.6)


def test_a_printer_that_is_not_there_is_certainly_not_printed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    driver = NetworkPrinter("127.0.0.1", port)
    with pytest.raises(DeviceError, match="cannot be reached") as refusal:
        driver.print(SLIP, 2)
    assert not refusal.value.permanent
    status = driver.status()
    assert not status.online
    assert "cannot be reached" in status.error


def test_a_one_way_printer_is_believed_when_its_owner_says_so(device: VirtualPrinter) -> None:
    driver = open_printer(device.address + "?answers=no")
    driver.print(SLIP, 5)
    assert driver.status().online
    assert len(device.wait_for_tickets(1)) == 1


@contextmanager
def line_printer() -> Iterator[tuple[str, list[bytes]]]:
    """A printer behind a terminal device: its path, and the papers it cut."""
    papers: list[bytes] = []
    inside = VirtualPaper(EIGHTY_MM, lambda paper: papers.append(paper.tobytes()))
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    end_read, end_write = os.pipe()

    def answer(reply: bytes) -> None:
        os.write(ours, reply)

    def serve() -> None:
        while end_read not in select.select([ours, end_read], [], [])[0]:
            inside.take(os.read(ours, 4096), answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield os.ttyname(theirs), papers
    finally:
        os.write(end_write, b"x")
        thread.join()
        for descriptor in (ours, theirs, end_read, end_write):
            os.close(descriptor)


def test_a_serial_printer_prints() -> None:
    with line_printer() as (path, papers):
        driver = SerialPrinter(path)
        driver.print(SLIP, 10)
        assert papers == [PICTURE.tobytes()]
        assert driver.status().online


def test_a_device_file_prints() -> None:
    with line_printer() as (path, papers):
        driver = FilePrinter(path)
        driver.print(SLIP, 10)
        assert papers == [PICTURE.tobytes()]
        assert driver.status().paper == "ok"


def test_a_serial_line_that_takes_nothing_ends_in_time() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    driver = SerialPrinter(os.ttyname(theirs), answers=False)
    try:
        with pytest.raises(OutcomeUnknown):
            driver.print(SLIP * 20, 0.3)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    "driver", [SerialPrinter("/dev/no-such-line"), FilePrinter("/dev/no-such-device")], ids=["serial", "file"]
)
def test_a_line_that_is_not_there_is_certainly_not_printed(driver: Printer) -> None:
    with pytest.raises(DeviceError, match="cannot be reached") as refusal:
        driver.print(SLIP, 1)
    assert not refusal.value.permanent
    assert not driver.status().online


def test_a_device_file_that_takes_nothing_ends_in_time() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    driver = FilePrinter(os.ttyname(theirs), answers=False)
    try:
        with pytest.raises(OutcomeUnknown, match="too slowly"):
            driver.print(SLIP * 20, 0.3)
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_device_file_that_never_answers_is_certainly_not_printed() -> None:
    driver = FilePrinter("/dev/null")
    driver.answer_s = 0.2
    with pytest.raises(DeviceError) as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert not driver.status().online


def test_a_folder_that_takes_no_file_is_a_fault_that_may_pass(tmp_path: Path) -> None:
    (tmp_path / "0001.part").mkdir()
    with pytest.raises(DeviceError, match="cannot be written") as refusal:
        FilePrinter(tmp_path).print(SLIP, 1)
    assert not refusal.value.permanent


class GatedPrinter(NetworkPrinter):
    """Connects only while its gate is open."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port)
        self.at_the_gate, self.gate = threading.Event(), threading.Event()

    def _open(self, deadline: float) -> Wire:
        self.at_the_gate.set()
        assert self.gate.wait(10)
        return super()._open(deadline)


def test_while_a_slip_is_printed_its_printer_is_in_use_and_the_last_status_is_given(device: VirtualPrinter) -> None:
    driver = GatedPrinter(device.port)
    driver.gate.set()
    device.paper_near_end()
    assert driver.status().paper == "near_end"
    device.heal()
    driver.gate.clear()
    driver.at_the_gate.clear()
    job = threading.Thread(target=driver.print, args=(SLIP, 10))
    job.start()
    assert driver.at_the_gate.wait(5)
    assert driver.status().paper == "near_end"
    with pytest.raises(DeviceError, match="in use"):
        driver.print(SLIP, 0.05)
    driver.gate.set()
    job.join(10)
    assert driver.status().paper == "ok"
    assert shown(device) == [PICTURE.tobytes()]


class OnlyStatus:
    """A printer whose paper path hangs: it answers status questions, and nothing that waits for the data before it."""

    def __init__(self) -> None:
        self._answers = b""

    def send(self, data: bytes, deadline: float) -> None:
        self._answers += b"\x12" if data.startswith(b"\x10\x04") else b""

    def receive(self, deadline: float) -> bytes:
        first, self._answers = self._answers[:1], self._answers[1:]
        return first

    def close(self) -> None:
        self._answers = b""


class HangingPrinter(StreamPrinter):
    def _open(self, deadline: float) -> Wire:
        return OnlyStatus()


def test_a_printer_that_takes_no_commands_is_certainly_not_printed() -> None:
    driver = HangingPrinter("hanging printer", EIGHTY_MM)
    driver.knock_s = 0.05
    with pytest.raises(DeviceError, match="busy and takes no job") as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)


def test_a_driver_without_a_connection_of_its_own_cannot_even_be_made() -> None:
    with pytest.raises(TypeError, match="_open"):
        StreamPrinter("nothing", EIGHTY_MM)  # type: ignore[abstract]


class FakeEndpoint:
    bmAttributes = 2

    def __init__(self, address: int) -> None:
        self.bEndpointAddress = address


class FakeInterface(list[FakeEndpoint]):
    bInterfaceClass = 7
    bInterfaceNumber = 0


class FakeUsbDevice:
    """A USB printer with a device inside; `stuck` after so many bytes."""

    def __init__(self, stuck: int | None = None) -> None:
        self.papers: list[bytes] = []
        self.detached = False
        self._inside = VirtualPaper(EIGHTY_MM, lambda paper: self.papers.append(paper.tobytes()))
        self._replies: deque[bytes] = deque()
        self._room = stuck

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
            raise usb.core.USBTimeoutError("Operation timed out", errno=110)
        return self._replies.popleft()


def test_a_usb_printer_prints_and_takes_the_device_from_the_kernel() -> None:
    device = FakeUsbDevice()
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: device)
    driver.print(SLIP, 5)
    assert device.papers == [PICTURE.tobytes()]
    assert device.detached
    assert driver.status().online


def test_a_usb_printer_that_sticks_within_a_slip_ends_unknown() -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: FakeUsbDevice(stuck=5000))
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, 1)


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
        (Unplugged, "broke off before anything was sent"),
    ],
)
def test_a_usb_device_that_cannot_be_spoken_to_is_certainly_not_printed(
    device: type[FakeUsbDevice], words: str
) -> None:
    driver = UsbPrinter(0x04B8, 0x0E15, find=lambda *_: device())
    driver.answer_s = 0.05
    with pytest.raises(DeviceError, match=words) as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)


def test_looking_for_a_usb_printer_finds_nothing_or_says_what_is_missing() -> None:
    if ctypes.util.find_library("usb-1.0"):
        assert find_device(0x0001, 0x0001) is None
    else:
        with pytest.raises(DeviceError, match=r"libusb-1\.0-0"):
            find_device(0x0001, 0x0001)


def test_a_folder_keeps_each_job_as_a_file(tmp_path: Path) -> None:
    driver = open_printer(f"file://{tmp_path}")
    driver.print(SLIP, 1)
    driver.print(SLIP[:10], 1)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["0001.escpos", "0002.escpos"]
    assert (tmp_path / "0001.escpos").read_bytes() == SLIP
    assert driver.status().online


def test_a_path_that_is_no_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DeviceError, match="neither a printer's device file nor a folder") as refusal:
        FilePrinter(tmp_path / "notes.txt").print(SLIP, 1)
    assert refusal.value.permanent


def test_without_a_printer_each_slip_is_refused_for_good() -> None:
    driver = open_printer("none", FIFTY_EIGHT_MM)
    assert driver.profile is FIFTY_EIGHT_MM
    with pytest.raises(DeviceError, match="no printer is set up") as refusal:
        driver.print(SLIP, 1)
    assert refusal.value.permanent
    assert driver.status().obstacle == "no printer is set up"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("tcp://192.0.2.7:9100", NetworkPrinter),
        ("tcp://printer.example", NetworkPrinter),
        ("serial:///dev/ttyUSB0?baud=115200", SerialPrinter),
        ("serial:///dev/ttyS0?flow=rts&baud=19200", SerialPrinter),
        ("usb://04b8:0e15", UsbPrinter),
        ("file:///dev/usb/lp0", FilePrinter),
        ("none", NoPrinter),
    ],
)
def test_each_address_opens_its_driver(address: str, kind: type[Any]) -> None:
    assert isinstance(open_printer(address, EIGHTY_MM), kind)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lp0",
        "http://x",
        "tcp://",
        "tcp://x:99999",
        "tcp://x/queue",
        "tcp://[x",
        "tcp://x?answers=maybe",
        "tcp://x?colour=red",
        "serial://ttyS0",
        "serial:///dev/ttyS0?baud=fast",
        "serial:///dev/ttyS0?baud=300",
        "serial:///dev/ttyS0?flow=maybe",
        "usb://04b8",
        "usb://zzzz:0000",
        "file://host/x",
    ],
)
def test_a_wrong_address_is_refused_with_what_to_write(address: str) -> None:
    with pytest.raises(DeviceError, match="Write tcp://HOST:9100") as refusal:
        open_printer(address, EIGHTY_MM)
    assert refusal.value.permanent
