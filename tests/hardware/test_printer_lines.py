"""Printers on a serial line, behind a device file, and the folder that collects jobs."""

from __future__ import annotations

import errno
import os
import select
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown, WrongDevice
from hardware.file_printer import FilePrinter
from hardware.printer import Printer, open_printer
from hardware.profiles import EIGHTY_MM
from hardware.serial_printer import SerialPrinter, SerialWire
from hardware.virtual_paper import VirtualPaper
from hardware.wire import WireBroken
from tests.hardware.drivers import DEADLINE_S, FAIR, HURRIED, PATIENT, WITHIN_A_SLIP_S

PICTURE = draw(Document((Number("A047"),), "en"), EIGHTY_MM)
SLIP = encode_slip(PICTURE, EIGHTY_MM)


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
        driver = SerialPrinter(path, patience=PATIENT)
        driver.print(SLIP, DEADLINE_S)
        assert papers == [PICTURE.tobytes()]
        assert driver.status().online


def test_a_device_file_prints() -> None:
    with line_printer() as (path, papers):
        driver = FilePrinter(path, patience=PATIENT)
        driver.print(SLIP, DEADLINE_S)
        assert papers == [PICTURE.tobytes()]
        assert driver.status().paper == "ok"


def test_a_serial_line_that_takes_nothing_ends_in_time() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    driver = SerialPrinter(os.ttyname(theirs), answers=False)
    try:
        with pytest.raises(OutcomeUnknown):
            driver.print(SLIP * 20, WITHIN_A_SLIP_S)
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
            driver.print(SLIP * 20, WITHIN_A_SLIP_S)
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_device_file_that_never_answers_is_certainly_not_printed() -> None:
    driver = FilePrinter("/dev/null", patience=HURRIED)
    with pytest.raises(DeviceError) as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert not driver.status().online


def test_a_folder_that_takes_no_file_is_a_fault_that_may_pass(tmp_path: Path) -> None:
    (tmp_path / "0001.part").mkdir()
    with pytest.raises(DeviceError, match="cannot be written") as refusal:
        FilePrinter(tmp_path).print(SLIP, 1)
    assert not refusal.value.permanent


@pytest.mark.parametrize("kind", [SerialPrinter, FilePrinter])
def test_a_cable_pulled_within_a_slip_leaves_its_outcome_unknown(kind: type[SerialPrinter | FilePrinter]) -> None:
    inside = VirtualPaper(EIGHTY_MM, lambda paper: None)
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    path = os.ttyname(theirs)

    def serve() -> None:
        while len(data := os.read(ours, 4096)) < 100:  # questions are short
            inside.take(data, lambda reply: os.write(ours, reply) and None)
        os.close(ours)

    os.set_blocking(theirs, False)
    thread = threading.Thread(target=serve)
    thread.start()
    driver = kind(path, patience=PATIENT)
    try:
        with pytest.raises(OutcomeUnknown):
            driver.print(SLIP * 20, DEADLINE_S)
    finally:
        os.close(theirs)  # with which the thread ends too if no slip came
        thread.join()
    with pytest.raises(DeviceError, match="cannot be reached") as refusal:
        driver.print(SLIP, 1)
    assert not refusal.value.permanent
    assert driver.status().fault == "silent"


def test_a_line_at_the_wrong_speed_is_named() -> None:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    done, stop = os.pipe()

    def serve() -> None:
        while done not in select.select([ours, done], [], [])[0]:
            os.read(ours, 4096)
            os.write(ours, b"\xf8\x80\xe0")

    thread = threading.Thread(target=serve)
    thread.start()
    driver = SerialPrinter(os.ttyname(theirs), patience=FAIR)
    try:
        with pytest.raises(WrongDevice, match="is its speed the one that is set here"):
            driver.print(SLIP, DEADLINE_S)
    finally:
        os.write(stop, b"x")
        thread.join()
        for descriptor in (ours, theirs, done, stop):
            os.close(descriptor)


class FakePort:
    """A pyserial port of which `waiting` bytes stay in the kernel, and on which each step fails when told to."""

    def __init__(self, waiting: int = 0, fault: Exception | None = None) -> None:
        self.out_waiting = waiting
        self.in_waiting = 0
        self.steps: list[str] = []
        self._fault = fault

    @property
    def write_timeout(self) -> float | None:
        return None

    @write_timeout.setter
    def write_timeout(self, seconds: float) -> None:
        assert seconds > 0, "pyserial takes 0 for a write that may be cut short"
        self._step("write_timeout")

    def write(self, data: bytes) -> None:
        self._step("write")

    def read(self, size: int) -> bytes:
        self._step("read")
        return b""

    def reset_output_buffer(self) -> None:
        self.out_waiting = 0
        self._step("reset_output_buffer")

    def close(self) -> None:
        assert self.out_waiting == 0, "the kernel would wait for the line"
        self._step("close")

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if self._fault:
            raise self._fault


def test_bytes_that_stay_in_the_kernel_are_not_taken_for_sent_and_do_not_hold_up_the_end() -> None:
    port = FakePort(waiting=300)
    wire = SerialWire(port)
    with pytest.raises(WireBroken, match="too slowly") as broken:
        wire.send(b"x" * 1000, time.monotonic() + 1.0)  # it takes the bytes at once, and keeps some
    assert broken.value.sent == 1000
    wire.close()
    assert port.steps[-2:] == ["reset_output_buffer", "close"]


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "Input/output error"), termios.error(5, "Input/output error")])
def test_an_adapter_that_is_pulled_breaks_the_wire_at_every_step(fault: Exception) -> None:
    wire = SerialWire(FakePort(fault=fault))
    with pytest.raises(WireBroken, match="the line failed") as broken:
        wire.send(b"x", time.monotonic() + DEADLINE_S)
    assert broken.value.sent == 0
    with pytest.raises(WireBroken, match="the line failed"):
        wire.receive(time.monotonic() + DEADLINE_S)
    wire.close()


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
