from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.network_printer import NetworkPrinter
from hardware.profiles import EIGHTY_MM, TM_T88
from hardware.virtual_device import VirtualPrinter
from hardware.virtual_paper import VirtualPaper
from hardware.virtual_printer_process import VirtualPrinterProcess
from tests.hardware.drivers import DEADLINE_S, WITHIN_A_SLIP_S, fair, hurried, patient

SLIP = encode_slip(draw(Document((Number("B101"),), "en"), EIGHTY_MM), EIGHTY_MM)


def papers(data: bytes) -> list[Image.Image]:
    found: list[Image.Image] = []
    VirtualPaper(EIGHTY_MM, found.append).take(data, lambda _: None)
    return found


def test_only_the_newest_pictures_are_kept_and_numbers_go_on(tmp_path: Path) -> None:
    for expected in (["0002.png", "0003.png"], ["0005.png", "0006.png"]):
        device = VirtualPrinter(tmp_path, keep=2)
        driver = patient(device.start())
        for _ in range(3):
            driver.print(SLIP, DEADLINE_S)
        device.stop()
        assert [path.name for path in device.tickets()] == expected


def test_plain_text_shows_as_text() -> None:
    (paper,) = papers(b"\x1b@\x1ba\x01Lobby\nopen\n\x1bd\x02\x1dV\x00")
    assert paper.height == 4 * 30
    assert paper.getextrema() == (0, 255)


def test_text_wraps_at_the_columns_of_the_printer() -> None:
    (paper,) = papers(b"x" * 49 + b"\n\x1dV\x01")
    assert paper.height == 2 * 30


def test_white_paper_that_is_cut_is_no_ticket() -> None:
    assert papers(b"\x1bJ\x50\n\x1dV\x42\x00") == []


def test_a_feed_is_half_a_dot_a_unit_until_the_driver_says_otherwise() -> None:
    line = b"\x1dv0\x00\x01\x00\x01\x00\xff"
    (half,) = papers(line + b"\x1bJ\x64\x1dV\x00")
    (whole,) = papers(b"\x1dP\xcb\xcb" + line + b"\x1bJ\x64\x1dV\x00")
    assert (half.height, whole.height) == (51, 101)


def test_commands_without_effect_are_read_with_their_length() -> None:
    (paper,) = papers(b"\x1b!\x30\x1dB\x01\x1b$AA\x1dLAA\x1bpAAA\x1b2\x1d(A\x02\x00AA\x1c.\x00Z\n\x1dV\x00")
    assert paper.height == 30


def test_a_connection_without_a_job_does_no_harm(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    assert driver.status().online
    assert device.tickets() == []


def test_a_printer_that_is_not_started_has_no_port(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = VirtualPrinter(tmp_path).port


def test_waiting_for_a_ticket_ends_with_a_sentence(device: VirtualPrinter) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 tickets"):
        device.wait_for_tickets(1, timeout_s=0.01)


def test_a_printer_that_is_switched_off_refuses_and_comes_back_at_its_address(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, DEADLINE_S)
    device.switch_off()
    with pytest.raises(DeviceError, match="cannot be reached"):
        driver.print(SLIP, DEADLINE_S)
    assert driver.status().fault == "silent"
    device.heal()
    driver.print(SLIP, DEADLINE_S)
    assert len(device.wait_for_tickets(2)) == 2


def test_a_printer_that_hangs_up_takes_nothing(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.hang_up()
    with pytest.raises(DeviceError, match=r"broke off|cannot be reached") as refusal:
        driver.print(SLIP, DEADLINE_S)
    assert not isinstance(refusal.value, OutcomeUnknown)
    device.heal()
    driver.print(SLIP, DEADLINE_S)
    assert len(device.tickets()) == 1


def test_a_broken_way_back_prints_and_is_not_believed(device: VirtualPrinter) -> None:
    driver = fair(device.port)
    driver.print(SLIP, DEADLINE_S)
    device.silent(after_bytes=200)
    with pytest.raises(OutcomeUnknown, match="no longer answers"):
        driver.print(SLIP, WITHIN_A_SLIP_S)
    assert len(device.wait_for_tickets(2, DEADLINE_S)) == 2
    device.silent()
    with pytest.raises(DeviceError, match="does not answer"):
        hurried(device.port).print(SLIP, DEADLINE_S)


def test_a_slow_printer_is_waited_for_until_the_deadline(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    driver.print(SLIP, DEADLINE_S)
    device.slow(2 * len(SLIP))
    driver.print(SLIP, DEADLINE_S)
    assert len(device.tickets()) == 2
    device.slow(200)
    with pytest.raises(OutcomeUnknown):
        fair(device.port).print(SLIP, WITHIN_A_SLIP_S)


def test_a_jammed_cutter_stops_the_next_slip(device: VirtualPrinter, driver: NetworkPrinter) -> None:
    device.cutter_error()
    assert driver.status().fault == "cutter"
    with pytest.raises(DeviceError, match="cutter is jammed") as refusal:
        driver.print(SLIP, DEADLINE_S)
    assert not isinstance(refusal.value, OutcomeUnknown)


def test_a_cutter_that_jams_below_a_slip_leaves_its_outcome_unknown(
    device: VirtualPrinter, driver: NetworkPrinter
) -> None:
    driver.print(SLIP, DEADLINE_S)
    device.cutter_error_at_the_cut()
    with pytest.raises(OutcomeUnknown, match="cutter is jammed"):
        driver.print(SLIP, WITHIN_A_SLIP_S)
    assert len(device.tickets()) == 1


def test_it_runs_as_a_process_of_its_own_and_takes_orders(tmp_path: Path) -> None:
    device = VirtualPrinterProcess(tmp_path, profile=TM_T88)
    with device:
        driver = patient(int(device.address.rpartition(":")[2]), TM_T88)
        driver.print(encode_slip(draw(Document((Number("B101"),), "en"), TM_T88), TM_T88), DEADLINE_S)
        assert len(device.tickets()) == 1
        device.tell("paper_out")
        assert driver.status().paper == "out"
        device.tell("switch_off")
        assert not driver.status().online
        for order in ("drop_after 1000", "silent 10", "slow 100", "chatter", "garble", "hang_up", "cutter_error"):
            device.tell(order)
        device.tell("heal")
        assert driver.status().paper == "ok"
        with pytest.raises(DeviceError, match="known are stall"):
            device.tell("explode")
    with pytest.raises(DeviceError, match="not running"):
        device.tell("heal")
    assert not driver.status().online


def test_a_process_that_cannot_listen_is_reported(tmp_path: Path, device: VirtualPrinter) -> None:
    with pytest.raises(DeviceError, match="did not start"):
        VirtualPrinterProcess(tmp_path, port=device.port).start()


def test_the_command_says_when_it_is_ready_and_ends_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "hardware.virtual_printer", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready tcp://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
