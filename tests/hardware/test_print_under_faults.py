"""Three hundred slips on a printer that fails at three in ten: what the spool claims, against what the paper shows.

The printer is the virtual one, a process of its own at a real TCP port. Papers are told apart by their QR codes, read
by a reader that shares nothing with the writer, and compared dot by dot with what was to be printed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hardware.alerts import Alert
from hardware.document import Document, Number, Qr
from hardware.drawing import draw
from hardware.network_printer import NetworkPrinter
from hardware.press import InService, Pace
from hardware.print_room import PrintRoom
from hardware.profiles import EIGHTY_MM
from hardware.spool import Spool
from hardware.stream_printer import Patience
from hardware.virtual_printer_process import VirtualPrinterProcess
from tests.hardware.drivers import DEADLINE_S, FAIR
from tests.hardware.fake_printer import until

pytestmark = pytest.mark.slow

JOBS = 300
FAULTY, HARMLESS = 0.30, 0.05  # of the slips
SLIP_BYTES = 2500  # a little more than one of these slips and its questions
HASTE = Patience(connect_s=0.5, answer_s=0.12, knock_s=0.12, late_s=0.05)
PACE = Pace(look_s=0.5, deadline_s=0.45, first_rest_s=0.5, longest_rest_s=0.5, patience_s=0.0, max_tries=4)

FAULTS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f"stall {chance.choice((0, 14, chance.randrange(SLIP_BYTES)))}",
    lambda chance: f"drop_after {chance.choice((1, 14, chance.randrange(1, SLIP_BYTES)))}",
    lambda chance: f"silent {chance.choice((0, 14, chance.randrange(SLIP_BYTES)))}",
    lambda chance: f"paper_out {chance.choice((0, chance.randrange(200)))}",
    lambda chance: f"slow {chance.choice((100, 1000, 5000))}",
    lambda _: "cover_open",
    lambda _: "cutter_error",
    lambda _: "cutter_error_at_the_cut",
    lambda _: "garble",
    lambda _: "hang_up",
    lambda _: "switch_off",
)


def slip(ticket: str) -> Document:
    return Document((Number(ticket, height_mm=6), Qr(ticket, module_dots=4)), "en")


@dataclass(frozen=True)
class Papers:
    """What came out: how often each ticket's slip did, whole; whose code is on spoiled strips; all spoiled strips."""

    whole: Counter[str]
    readable: Counter[str]
    spoiled: int


def read(devices: list[VirtualPrinterProcess], tickets: list[str]) -> Papers:
    wanted = {draw(slip(ticket), EIGHTY_MM).tobytes(): ticket for ticket in tickets}
    whole, readable, spoiled = Counter[str](), Counter[str](), 0
    for device in devices:
        for path in device.tickets():
            paper = Image.open(path)
            codes = [code.text for code in zxingcpp.read_barcodes(paper.convert("L"))]
            ticket = wanted.get(paper.tobytes())
            if ticket is None:
                spoiled += 1
                readable.update(codes)
            else:
                assert codes == [ticket]
                whole[ticket] += 1
    return Papers(whole, readable, spoiled)


def port_of(device: VirtualPrinterProcess) -> int:
    return int(device.address.rpartition(":")[2])


class Trial:
    """Printers that fail at random, a room that prints on them, and the alerts that it told."""

    def __init__(
        self, spool: Spool, devices: list[VirtualPrinterProcess], pace: Pace, patience: Patience = HASTE
    ) -> None:
        self.spool = spool
        self.devices = devices
        self.told: list[tuple[Alert, bool]] = []
        places = [
            InService(f"printer {index}", NetworkPrinter("127.0.0.1", port_of(device), patience=patience))
            for index, device in enumerate(devices)
        ]
        self.room = PrintRoom(spool, places, on_alert=lambda *alert: self.told.append(alert), pace=pace)

    def put(self, ticket: str) -> None:
        self.spool.put(ticket, 0, slip(ticket))
        self.room.wake()

    def settled(self, ticket: str) -> bool:
        job = self.spool.job(ticket)
        return job is not None and job.state not in ("queued", "sending")

    def mend(self) -> None:
        """Staff mend each printer and say so."""
        for index, device in enumerate(self.devices):
            device.tell("heal")
            self.room.paper_changed(f"printer {index}")
        until(lambda: all(not printer.trouble and printer.status for printer in self.room.view().printers))

    def judge(self, tickets: list[str]) -> dict[str, int]:
        """Compares what is claimed with the paper; the counts."""
        papers = read(self.devices, tickets)
        jobs = {job.ticket: job for job in self.spool.jobs()}
        claims = Counter(job.state for job in jobs.values())
        for ticket, job in jobs.items():
            seen = papers.whole[ticket]
            assert seen <= 1, f"{ticket} came out {seen} times"
            if job.state == "printed":
                assert seen == 1, f"{ticket} is claimed printed and is not"
            if job.state == "held":
                assert seen + papers.readable[ticket] == 0, f"{ticket} is held and yet printed"
        doubtful = {ticket for ticket, job in jobs.items() if job.state in ("held", "unknown")}
        until(lambda: {alert.subject for alert in self.room.alerts() if alert.subject} == doubtful)
        raised = Counter(alert.key for alert, raised in self.told if raised and alert.subject)
        assert set(raised.values()) <= {1}, "an alert was raised twice"
        return {
            "printed": claims["printed"],
            "held": claims["held"],
            "unknown": claims["unknown"],
            "unknown, yet whole on paper": sum(papers.whole[t] for t in jobs if jobs[t].state == "unknown"),
            "spoiled strips": papers.spoiled,
            "open alerts": len(doubtful),
        }


@contextmanager
def trial(folder: Path, printers: int, pace: Pace = PACE, old_model: bool = False) -> Iterator[Trial]:
    with ExitStack() as stack:
        devices = [
            stack.enter_context(VirtualPrinterProcess(folder / f"paper{index}", keep=10 * JOBS, old_model=old_model))
            for index in range(printers)
        ]
        spool = stack.enter_context(Spool(folder / "spool.db"))
        running = Trial(spool, devices, pace)
        running.room.start()
        try:
            yield running
        finally:
            assert running.room.stop(DEADLINE_S)


@contextmanager
def at_leisure(spool: Spool, devices: list[VirtualPrinterProcess]) -> Iterator[Trial]:
    """Nothing fails any more, and nobody is in a hurry: whatever does not come out now is not the machine's load."""
    running = Trial(spool, devices, Pace(look_s=0.5), FAIR)
    running.room.start()
    try:
        yield running
    finally:
        assert running.room.stop(DEADLINE_S)


TRIALS = {
    "one printer": {"seed": 20261122, "jobs": JOBS, "printers": 1},
    "with a spare": {"seed": 3, "jobs": JOBS // 3, "printers": 2},
    "old model": {"seed": 5, "jobs": JOBS // 3, "printers": 1, "old_model": True},
}


def counts_of(folder: Path, *, seed: int, jobs: int, printers: int, old_model: bool = False) -> dict[str, int]:
    """Prints so many slips while the printers fail, then all that did not come out; the counts before that."""
    chance = random.Random(seed)
    tickets = [f"A{number:03}" for number in range(jobs)]
    faults = 0
    with trial(folder, printers, old_model=old_model) as running:
        running.mend()
        for ticket in tickets:
            for device in running.devices:
                if chance.random() < FAULTY:
                    device.tell(chance.choice(FAULTS)(chance))
                    faults += 1
                elif chance.random() < HARMLESS:
                    device.tell(chance.choice(("chatter", "paper_near_end")))
            running.put(ticket)
            until(lambda ticket=ticket: running.settled(ticket))
            running.mend()
        counts = {"faults": faults, **running.judge(tickets)}
        assert running.room.stop(DEADLINE_S)
        with at_leisure(running.spool, running.devices) as well:
            release_all(well)
            until(lambda: not any(alert.subject for alert in well.room.alerts()))
    return counts


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, int]]]]:
    """All under way at once, as each waits for its printers most of the time."""
    with ThreadPoolExecutor(len(TRIALS)) as hands:
        yield {
            name: hands.submit(partial(counts_of, tmp_path_factory.mktemp("trial"), **told))  # type: ignore[arg-type]
            for name, told in TRIALS.items()
        }


@pytest.mark.parametrize("name", TRIALS)
def test_of_three_hundred_slips_none_is_claimed_printed_that_was_not(
    trials: dict[str, Future[dict[str, int]]], name: str, record_property: Callable[[str, object], None]
) -> None:
    counts, jobs = trials[name].result(), TRIALS[name]["jobs"]
    print(f"\n{TRIALS[name]}:", ", ".join(f"{count} {what}" for what, count in counts.items()))
    record_property("counts", counts)
    assert counts["printed"] + counts["held"] + counts["unknown"] == jobs
    assert counts["held"]
    assert counts["unknown"]


def release_all(running: Trial) -> None:
    """Staff have every slip printed that is held or unknown."""
    for job in running.spool.jobs(("held", "unknown")):
        running.room.release(job.id)
    until(lambda: all(job.state == "printed" for job in running.spool.jobs()))


def test_faults_at_any_moment_on_two_printers_print_no_slip_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    tickets = [f"B{number:03}" for number in range(60)]
    pace = replace(PACE, look_s=0.1, first_rest_s=0.05, longest_rest_s=0.1, slow_s=0.2, patience_s=0.5)
    with trial(tmp_path, 2, pace) as running:
        for ticket in tickets:
            running.put(ticket)
            chance.choice(running.devices).tell(chance.choice(FAULTS)(chance))
            if chance.random() < 0.7:
                chance.choice(running.devices).tell("heal")
        for device in running.devices:
            device.tell("heal")
        until(lambda: all(running.settled(ticket) for ticket in tickets))
        counts = running.judge(tickets)
        assert counts["printed"]


KILLED = """
import sys
from hardware.press import InService
from hardware.print_room import PrintRoom
from hardware.printer import open_printer
from hardware.spool import Spool
room = PrintRoom(Spool(sys.argv[1]), [InService("printer 0", open_printer(sys.argv[2]))])
room.start()
sys.stdin.read()
"""


def test_a_process_that_is_killed_again_and_again_prints_no_slip_twice(tmp_path: Path) -> None:
    chance = random.Random(9)
    tickets = [f"C{number:03}" for number in range(40)]
    file = tmp_path / "spool.db"
    with VirtualPrinterProcess(tmp_path / "paper", keep=10 * JOBS) as device:
        device.tell("slow 50000")  # so that a kill falls within a slip
        for first in range(0, len(tickets), 10):
            with Spool(file) as spool:
                for ticket in tickets[first : first + 10]:
                    spool.put(ticket, 0, slip(ticket))
            out = len(device.tickets())
            command = [sys.executable, "-c", KILLED, str(file), device.address]
            with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
                until(lambda out=out: len(device.tickets()) >= out + 5)
                threading.Event().wait(chance.random() * 0.1)
                process.kill()
        device.tell("slow 10000000")
        with Spool(file) as spool, at_leisure(spool, [device]) as running:
            until(lambda: all(running.settled(ticket) for ticket in tickets))
            counts = running.judge(tickets)
    assert counts["printed"] + counts["unknown"] == len(tickets)
    assert counts["unknown"] <= 4
