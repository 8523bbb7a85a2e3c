from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import CUT_AT_CUTTER, encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.file_printer import FilePrinter
from hardware.network_printer import NetworkPrinter
from hardware.printer import NoPrinter, open_printer
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM
from hardware.serial_printer import SerialPrinter
from hardware.stream_printer import Patience, StreamPrinter
from hardware.usb_printer import UsbPrinter
from hardware.virtual_device import VirtualPrinter
from hardware.wire import Wire
from tests.hardware.drivers import DEADLINE_S, PATIENT, WITHIN_A_SLIP_S, fair, hurried, patient

PICTURE = draw(Document((Number("A047"),), "en"), EIGHTY_MM)
SLIP = encode_slip(PICTURE, EIGHTY_MM)


def shown(device: VirtualPrinter) -> list[bytes]:
    return [Image.open(path).tobytes() for path in device.tickets()]


def test_a_printed_slip_is_on_the_paper_dot_by_dot(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    driver.print(SLIP, DEADLINE_S)
    assert shown(device) == [PICTURE.tobytes()]


def test_a_model_without_process_marks_is_fenced_by_parsing(tmp_path: Path) -> None:
    device = VirtualPrinter(tmp_path, process_marks=False)
    driver = fair(device.start())
    try:
        driver.print(SLIP, DEADLINE_S)
        assert shown(device) == [PICTURE.tobytes()]
        device.paper_out(after_rows=20)
        with pytest.raises(OutcomeUnknown):
            driver.print(SLIP, WITHIN_A_SLIP_S)
    finally:
        device.stop()


def test_unasked_status_and_flow_control_do_not_disturb(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.chatter()
    driver.print(SLIP, DEADLINE_S)
    assert driver.status().paper == "ok"


@pytest.mark.parametrize(
    ("fault", "words", "asking"),
    [
        ("paper_out", "out of paper", patient),
        ("cover_open", "cover is open", patient),
        ("stall", "does not answer", hurried),
    ],
)
def test_a_fault_before_the_slip_is_certainly_not_printed(
    device: VirtualPrinter, driver: NetworkPrinter, fault: str, words: str, asking: Callable[[int], NetworkPrinter]
) -> None:
    getattr(device, fault)()
    with pytest.raises(DeviceError, match=words) as refusal:
        asking(device.port).print(SLIP, DEADLINE_S)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert not refusal.value.permanent
    device.heal()
    driver.print(SLIP, DEADLINE_S)
    assert shown(device) == [PICTURE.tobytes()]


def test_answers_that_make_no_sense_are_no_consent(device: VirtualPrinter) -> None:
    device.garble()
    with pytest.raises(DeviceError) as refusal:
        hurried(device.port).print(SLIP, DEADLINE_S)
    assert not isinstance(refusal.value, OutcomeUnknown)
    assert shown(device) == []


def test_low_paper_prints_and_is_reported(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.paper_near_end()
    assert driver.status().paper == "near_end"
    driver.print(SLIP, DEADLINE_S)
    assert len(shown(device)) == 1


def test_paper_that_ends_within_a_slip_leaves_its_outcome_unknown(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    device.paper_out(after_rows=60)
    with pytest.raises(OutcomeUnknown, match="out of paper"):
        driver.print(SLIP, WITHIN_A_SLIP_S)
    device.heal()
    assert shown(device) != [PICTURE.tobytes()]


def test_a_connection_that_breaks_within_a_slip_leaves_its_outcome_unknown(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, DEADLINE_S)
    device.drop_after(1000)
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, DEADLINE_S)


def test_a_picture_cut_off_by_a_broken_connection_does_not_swallow_the_next_slip(device: VirtualPrinter) -> None:
    driver = NetworkPrinter("127.0.0.1", device.port, patience=replace(PATIENT, knock_s=5.0))
    driver.print(SLIP, DEADLINE_S)
    device.drop_after(1000)
    with pytest.raises(OutcomeUnknown):
        driver.print(SLIP, DEADLINE_S)
    driver.print(SLIP, DEADLINE_S)
    papers = shown(device)
    assert len(papers) == 3
    assert papers[0] == papers[2] == PICTURE.tobytes()
    assert papers[1] != PICTURE.tobytes()


def test_what_an_earlier_process_left_hanging_is_cut_off_before_the_first_slip(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP[: -len(CUT_AT_CUTTER)], DEADLINE_S)
    assert shown(device) == []
    patient(device.port).print(SLIP, DEADLINE_S)
    assert [paper == PICTURE.tobytes() for paper in shown(device)] == [False, True]


def test_a_peer_that_never_reads_is_never_believed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driver = hurried(silent.getsockname()[1])
        with pytest.raises(DeviceError, match="does not answer"):
            driver.print(SLIP, 2)
        assert not driver.status().online


def test_a_peer_that_answers_status_and_takes_no_bytes_ends_unknown_in_time(device: VirtualPrinter) -> None:
    driver = fair(device.port)
    driver.print(SLIP, DEADLINE_S)
    device.stall(after_bytes=200)
    with pytest.raises(OutcomeUnknown, match="no longer answers"):
        driver.print(SLIP, WITHIN_A_SLIP_S)


def test_a_printer_that_is_not_there_is_certainly_not_printed() -> None:
    with socket.socket() as nobody:  # the port is kept, so that nobody else begins to listen there
        nobody.bind(("127.0.0.1", 0))
        driver = NetworkPrinter("127.0.0.1", nobody.getsockname()[1])
        with pytest.raises(DeviceError, match="cannot be reached") as refusal:
            driver.print(SLIP, 2)
        status = driver.status()
    assert not refusal.value.permanent
    assert not status.online
    assert "cannot be reached" in status.error


def test_a_one_way_printer_is_believed_when_its_owner_says_so(device: VirtualPrinter) -> None:
    driver = open_printer(device.address + "?answers=no")
    driver.print(SLIP, DEADLINE_S)
    assert driver.status().online
    assert len(device.wait_for_tickets(1, DEADLINE_S)) == 1


class GatedPrinter(NetworkPrinter):
    """Connects only while its gate is open."""

    def __init__(self, port: int) -> None:
        super().__init__("127.0.0.1", port, patience=PATIENT)
        self.at_the_gate, self.gate = threading.Event(), threading.Event()

    def _open(self, deadline: float) -> Wire:
        self.at_the_gate.set()
        assert self.gate.wait(DEADLINE_S)
        return super()._open(deadline)


def test_while_a_slip_is_printed_its_printer_is_in_use_and_the_last_status_is_given(device: VirtualPrinter) -> None:
    driver = GatedPrinter(device.port)
    driver.gate.set()
    device.paper_near_end()
    assert driver.status().paper == "near_end"
    device.heal()
    driver.gate.clear()
    driver.at_the_gate.clear()
    job = threading.Thread(target=driver.print, args=(SLIP, DEADLINE_S))
    job.start()
    assert driver.at_the_gate.wait(DEADLINE_S)
    assert driver.status().paper == "near_end"
    with pytest.raises(DeviceError, match="in use"):
        driver.print(SLIP, 0.05)
    driver.gate.set()
    job.join()
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

    def close(self, abandon: bool = False) -> None:
        self._answers = b""


class HangingPrinter(StreamPrinter):
    def _open(self, deadline: float) -> Wire:
        return OnlyStatus()


def test_a_printer_that_takes_no_commands_is_certainly_not_printed() -> None:
    driver = HangingPrinter("hanging printer", EIGHTY_MM, patience=Patience(knock_s=0.05))
    with pytest.raises(DeviceError, match="busy and takes no job") as refusal:
        driver.print(SLIP, 1)
    assert not isinstance(refusal.value, OutcomeUnknown)


def test_a_driver_without_a_connection_of_its_own_cannot_even_be_made() -> None:
    with pytest.raises(TypeError, match="_open"):
        StreamPrinter("nothing", EIGHTY_MM)  # type: ignore[abstract]


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
        "tcp://printer..local:9100",
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
