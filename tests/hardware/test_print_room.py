from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.alerts import Alert, Kind, Sighting
from hardware.document import Document, Number, Qr
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.press import InService, Pace, Press
from hardware.print_job import Job, State
from hardware.print_room import PrintRoom
from hardware.printer import NoPrinter, Printer
from hardware.spool import Spool
from hardware.status import PrinterStatus
from tests.hardware.drivers import DEADLINE_S
from tests.hardware.fake_printer import OUT, WELL, FakePrinter, until

QUICK = Pace(
    look_s=0.02, deadline_s=5.0, slow_s=600.0, first_rest_s=0.005, longest_rest_s=0.02, patience_s=600.0, max_tries=3
)
IMPATIENT = replace(QUICK, patience_s=0.0)
COVER = DeviceError("the cover is open", permanent=False)
SILENT = PrinterStatus(False, error="it does not answer", fault="silent")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    with Spool(path) as opened:
        yield opened


def slip(number: str) -> Document:
    return Document((Number(number, height_mm=6),), "en")


class Room:
    """A print room at work, and everything that it told."""

    def __init__(self, spool: Spool, *places: InService, pace: Pace, already_open: tuple[Alert, ...] = ()) -> None:
        self.changes: list[Job] = []
        self.alerts: list[tuple[Kind, str, bool]] = []
        self.spool = spool
        self.room = PrintRoom(spool, places, self.changes.append, self._hear, pace=pace, already_open=already_open)

    def _hear(self, alert: Alert, raised: bool) -> None:
        self.alerts.append((alert.kind, alert.subject, raised))

    def put(self, *tickets: str) -> None:
        for ticket in tickets:
            self.spool.put(ticket, 0, slip(ticket))
        self.room.wake()

    def states(self) -> dict[str, State]:
        return {job.ticket: job.state for job in self.spool.jobs()}

    def ends(self, **states: State) -> None:
        """Waits until these tickets are in these states."""
        until(lambda: states.items() <= self.states().items(), f"never {states}")

    def raised(self, kind: Kind, subject: str = "") -> None:
        until(lambda: (kind, subject, True) in self.alerts, f"{kind} {subject} was never raised")

    def tells(self, *changes: tuple[State, str]) -> None:
        """Waits until it has told that a slip came to these states, each at this printer. What two printers tell comes
        in the order of their threads."""
        until(lambda: sorted((job.state, job.printer) for job in self.changes) == sorted(changes), f"never {changes}")

    def resolved(self, kind: Kind, subject: str = "") -> None:
        until(lambda: (kind, subject, False) in self.alerts, f"{kind} {subject} was never resolved")


@contextmanager
def working(
    spool: Spool, *printers: Printer | InService, pace: Pace = QUICK, already_open: tuple[Alert, ...] = ()
) -> Iterator[Room]:
    """A room with these printers, called main, spare, third."""
    names = iter(("main", "spare", "third"))
    places = [place if isinstance(place, InService) else InService(next(names), place) for place in printers]
    room = Room(spool, *places, pace=pace, already_open=already_open)
    room.room.start()
    room.room.start()
    try:
        yield room
    finally:
        assert room.room.stop(DEADLINE_S)


def looks_again(printer: FakePrinter) -> None:
    """Waits until the printer's press has begun anew: what it saw of the others before no longer counts."""
    looks = printer.looks
    until(lambda: printer.looks > looks)


def test_what_is_put_is_printed_and_the_change_is_told(spool: Spool) -> None:
    main = FakePrinter()
    with working(spool, main) as room:
        room.put("t1", "t2")
        room.ends(t1="printed", t2="printed")
    assert [(job.ticket, job.state, job.printer) for job in room.changes] == [
        ("t1", "printed", "main"),
        ("t2", "printed", "main"),
    ]
    assert len(main.payloads) == 2
    assert room.alerts == []


def test_a_fault_before_sending_is_tried_again_on_a_printer_that_is_alone(spool: Spool) -> None:
    main = FakePrinter(COVER, COVER)
    with working(spool, main) as room:
        room.put("t1")
        room.ends(t1="printed")
    assert [(job.state, job.tries) for job in room.changes] == [("queued", 1), ("queued", 2), ("printed", 2)]


def test_after_enough_tries_a_slip_is_held_with_the_reason_and_the_next_one_goes_on(spool: Spool) -> None:
    with working(spool, FakePrinter(COVER, COVER, COVER)) as room:
        room.put("t1", "t2")
        room.ends(t1="held", t2="printed")
        room.raised("slip_held", "t1")
        job = spool.job("t1")
        assert job is not None
        assert job.reason == "the cover is open"


def test_a_slip_that_was_certainly_not_printed_goes_to_the_spare_at_once(spool: Spool) -> None:
    main, spare = FakePrinter(COVER), FakePrinter()
    with working(spool, main, spare, pace=replace(QUICK, first_rest_s=60.0, longest_rest_s=60.0)) as room:
        room.put("t1")
        room.ends(t1="printed")
        room.tells(("queued", "main"), ("printed", "spare"))
        view = room.room.view()
        assert [printer.doing for printer in view.printers] == ["unable", "on_duty"]


def test_the_spare_is_idle_while_the_main_printer_can_print(spool: Spool) -> None:
    main, spare = FakePrinter(), FakePrinter()
    with working(spool, main, spare) as room:
        room.put(*(f"t{number}" for number in range(20)))
        room.ends(**dict.fromkeys((f"t{number}" for number in range(20)), "printed"))
    assert (len(main.payloads), len(spare.payloads)) == (20, 0)


def test_the_spare_takes_over_from_a_printer_without_paper_and_steps_back(spool: Spool) -> None:
    main, spare = FakePrinter(state=OUT), FakePrinter()
    with working(spool, main, spare) as room:
        until(lambda: main.looks)
        room.put("t1", "t2")
        room.ends(t1="printed", t2="printed")
        room.raised("paper_out")
        main.state = WELL
        room.resolved("paper_out")
        looks_again(spare)
        room.put("t3")
        room.ends(t3="printed")
    assert (len(main.payloads), len(spare.payloads)) == (1, 2)


def test_a_third_printer_stands_in_for_both(spool: Spool) -> None:
    third = FakePrinter()
    with working(spool, FakePrinter(COVER, state=OUT), FakePrinter(state=SILENT), third) as room:
        room.put("t1")
        room.ends(t1="printed")
    assert len(third.payloads) == 1


def test_a_slip_that_keeps_a_printer_too_long_makes_the_others_go_to_the_spare(spool: Spool) -> None:
    main, spare = FakePrinter(), FakePrinter()
    main.gate.clear()
    with working(spool, main, spare, pace=replace(QUICK, slow_s=0.05)) as room:
        room.put("t1", "t2")
        room.ends(t1="sending", t2="printed")
        main.gate.set()
        room.ends(t1="printed")
    assert (len(main.payloads), len(spare.payloads)) == (1, 1)


def test_a_slip_whose_end_is_unknown_is_printed_by_no_printer_until_a_person_says_so(spool: Spool) -> None:
    main, spare = FakePrinter(OutcomeUnknown("no answer")), FakePrinter()
    with working(spool, main, spare) as room:
        room.put("t1", "t2")
        room.ends(t1="unknown", t2="printed")
        room.raised("slip_unknown", "t1")
        room.put("t1")
        (job,) = room.room.view().stopped
        assert (job.number, job.reason, job.printer) == ("t1", "no answer", "main")
        assert len(main.payloads) + len(spare.payloads) == 1
        assert room.room.release(job.id) is not None
        room.ends(t1="printed")
        room.resolved("slip_unknown", "t1")
    assert len(main.payloads) + len(spare.payloads) == 2


def test_a_dropped_slip_is_never_printed_and_its_alert_is_over(spool: Spool) -> None:
    main = FakePrinter(OutcomeUnknown("no answer"))
    with working(spool, main) as room:
        room.put("t1")
        room.raised("slip_unknown", "t1")
        (job,) = room.room.view().stopped
        assert room.room.drop(job.id) is not None
        room.resolved("slip_unknown", "t1")
        room.put("t1", "t2")
        room.ends(t1="dropped", t2="printed")
    assert len(main.payloads) == 1


def test_when_no_printer_can_print_for_too_long_everything_that_waits_is_held(spool: Spool) -> None:
    main, spare = FakePrinter(state=OUT), FakePrinter(state=SILENT)
    with working(spool, main, spare, pace=IMPATIENT) as room:
        room.put("t1", "t2")
        room.ends(t1="held", t2="held")
        room.raised("slip_held", "t1")
        room.raised("slip_held", "t2")
        assert spool.jobs()[0].reason == "the printer is out of paper; it does not answer"
        assert {(job.ticket, job.state) for job in room.changes} == {("t1", "held"), ("t2", "held")}
        room.raised("paper_out")
        main.state = WELL
        room.resolved("paper_out")
        room.put("t3")
        room.ends(t1="held", t2="held", t3="printed")


def test_a_short_outage_is_waited_for(spool: Spool) -> None:
    main = FakePrinter(state=OUT)
    with working(spool, main) as room:
        room.put("t1")
        room.raised("paper_out")
        assert room.states() == {"t1": "queued"}
        main.state = WELL
        room.ends(t1="printed")


@pytest.mark.parametrize("printers", [[], [NoPrinter()]])
def test_without_a_printer_slips_are_held_at_once_and_nobody_is_alarmed(spool: Spool, printers: list[Printer]) -> None:
    with working(spool, *printers) as room:
        room.put("t1")
        room.ends(t1="held")
        assert spool.jobs()[0].reason == "no printer is set up"
    assert room.alerts == []


def test_a_printer_that_this_machine_cannot_have_holds_at_once_and_alarms(spool: Spool) -> None:
    fault = DeviceError("USB printers need the Python package pyusb.", permanent=True)
    state = PrinterStatus(False, error=fault.message, fault="not_set_up")
    with working(spool, FakePrinter(fault, state=state)) as room:
        room.put("t1")
        room.ends(t1="held")
        room.raised("not_set_up")
        room.raised("slip_held", "t1")


def test_a_slip_that_cannot_be_drawn_is_held_and_does_not_stop_the_others(spool: Spool) -> None:
    main = FakePrinter()
    with working(spool, main) as room:
        spool.put("t1", 0, Document((Qr("x" * 5000),), "en"))
        room.put("t2")
        room.ends(t1="held", t2="printed")
    assert len(main.payloads) == 1


def test_a_mistake_in_the_program_leaves_the_slip_unknown_and_the_printing_goes_on(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    with working(spool, FakePrinter(ZeroDivisionError())) as room:
        room.put("t1", "t2")
        room.ends(t1="unknown", t2="printed")
    assert "ZeroDivisionError" in caplog.text


def test_followers_that_fail_do_not_stop_the_printing(spool: Spool) -> None:
    def fails(*_: object) -> None:
        raise ValueError("the follower's own mistake")

    room = PrintRoom(spool, [InService("main", FakePrinter(OutcomeUnknown("?")))], fails, fails, pace=QUICK)
    room.start()
    for ticket in ("t1", "t2"):
        spool.put(ticket, 0, slip(ticket))
    room.wake()
    until(lambda: [job.state for job in spool.jobs()] == ["unknown", "printed"] and room.alerts())
    assert room.stop(DEADLINE_S)


def test_an_idle_printer_is_looked_at_and_one_that_prints_never(spool: Spool) -> None:
    main = FakePrinter()
    with working(spool, main) as room:
        until(lambda: main.looks > 3)
        main.gate.clear()
        room.put("t1")
        room.ends(t1="sending")
        before = main.looks
        main.gate.set()
        room.ends(t1="printed")
        until(lambda: main.looks > before)
    assert not main.looked_within_a_slip


def test_a_condition_is_raised_once_and_resolved_once(spool: Spool) -> None:
    main = FakePrinter(state=PrinterStatus(True, "near_end"))
    with working(spool, main) as room:
        until(lambda: main.looks > 6)
        room.put("t1")
        room.ends(t1="printed")
        main.state = SILENT
        room.raised("silent")
        main.state = WELL
        room.resolved("silent")
        room.resolved("paper_near_end")
    assert sorted(room.alerts) == [
        ("paper_near_end", "", False),
        ("paper_near_end", "", True),
        ("silent", "", False),
        ("silent", "", True),
    ]


def test_open_alerts_are_found_again_after_a_restart_each_raised_once(path: Path) -> None:
    with Spool(path) as spool, working(spool, FakePrinter(state=OUT)) as room:
        room.raised("paper_out")
    with Spool(path) as spool:
        spool.put("t1", 0, slip("t1"))
        assert spool.claim("main") is not None  # and is killed
    main = FakePrinter(state=OUT)
    with Spool(path) as spool, working(spool, main) as room:
        room.raised("paper_out")
        room.raised("slip_unknown", "t1")
        until(lambda: main.looks > 5)
        assert [alert.kind for alert in room.room.alerts()] == ["slip_unknown", "paper_out"]
    assert len(room.alerts) == 2


def test_alerts_of_an_earlier_process_are_not_raised_again_and_end_when_they_are_over(spool: Spool) -> None:
    earlier = [
        Alert("main", "paper_out", "", 1.0, "the printer is out of paper"),
        Alert("main", "cover_open", "", 2.0, "the printer's cover is open"),
        Alert("main", "slip_unknown", "t1", 3.0, "no answer"),
        Alert("sold last year", "silent", "", 4.0, "it does not answer"),
    ]
    with working(spool, FakePrinter(state=OUT), already_open=tuple(earlier)) as room:
        for kind, subject in (("cover_open", ""), ("slip_unknown", "t1"), ("silent", "")):
            room.resolved(kind, subject)  # type: ignore[arg-type]
        assert room.room.alerts() == (earlier[0],)
    assert all(not raised for _, _, raised in room.alerts)


def test_a_test_print_goes_to_its_own_printer_though_it_is_a_spare(spool: Spool) -> None:
    main, spare = FakePrinter(), FakePrinter()
    with working(spool, main, spare) as room:
        job = room.room.test_print("spare", slip("TEST"))
        assert job.ticket == "test-1"
        room.ends(**{"test-1": "printed"})
    assert (len(main.payloads), len(spare.payloads)) == (0, 1)


def test_a_test_print_on_a_printer_that_cannot_print_is_held_at_once(spool: Spool) -> None:
    with working(spool, FakePrinter(), FakePrinter(state=OUT)) as room:
        room.room.test_print("spare", slip("TEST"))
        room.ends(**{"test-1": "held"})
        assert spool.jobs()[0].reason == "the printer is out of paper"


def test_a_test_print_for_a_printer_that_is_gone_is_held(spool: Spool) -> None:
    spool.put_test("old", slip("TEST"))
    with working(spool, FakePrinter()) as room:
        room.ends(**{"test-1": "held"})
        with pytest.raises(DeviceError, match="no printer 'old'"):
            room.room.test_print("old", slip("TEST"))


def test_a_mended_printer_is_tried_at_once_when_staff_say_so(spool: Spool) -> None:
    main = FakePrinter(COVER)
    with working(spool, main, pace=replace(QUICK, first_rest_s=3600.0, longest_rest_s=3600.0)) as room:
        room.put("t1")
        until(lambda: room.changes)
        room.room.paper_changed("main")
        room.ends(t1="printed")


class SlowToAnswer(FakePrinter):
    """A printer that is mended, and tested, while it is still being asked how it was."""

    def __init__(self) -> None:
        super().__init__(state=OUT)
        self.answer = self.gate
        self.asked = 0

    def status(self) -> PrinterStatus:
        said = self.state
        self.asked += 1
        assert self.answer.wait(DEADLINE_S)
        super().status()
        return said


def test_a_look_that_began_before_the_printer_was_mended_is_not_believed(spool: Spool) -> None:
    main = SlowToAnswer()
    main.answer.clear()
    with working(spool, main) as room:
        until(lambda: main.asked)
        main.state = WELL
        room.room.test_print("main", slip("TEST"))
        main.answer.set()
        room.ends(**{"test-1": "printed"})
    assert [job.state for job in room.changes] == ["printed"]


def test_a_printer_that_staff_mended_while_its_look_was_being_told_is_looked_at_before_it_prints(spool: Spool) -> None:
    main = FakePrinter(state=OUT)

    def mended(_: Sighting) -> None:
        if main.looks == 1:
            press.try_now()

    press = Press(InService("main", main), spool, QUICK, lambda: True, lambda _: None, mended)
    spool.put("t1", 0, slip("t1"))
    for looks in (1, 2):
        press.step()
        assert (main.looks, main.payloads) == (looks, [])


def test_the_roll_is_counted_by_what_is_printed_and_warns_before_its_end(spool: Spool) -> None:
    main = FakePrinter()
    with working(spool, InService("main", main, roll_m=0.4)) as room:
        assert room.room.view().printers[0].metres_left == pytest.approx(0.4)
        names = [f"t{number}" for number in range(20)]
        room.put(*names)
        room.ends(**dict.fromkeys(names, "printed"))
        room.raised("roll_low")
        assert room.room.view().printers[0].metres_left == 0.0
        room.room.paper_changed("main")
        room.resolved("roll_low")
        assert room.room.view().printers[0].metres_left == pytest.approx(0.4)
        with pytest.raises(DeviceError, match="no printer"):
            room.room.paper_changed("other")


def test_a_view_shows_each_printer_and_what_waits(spool: Spool) -> None:
    main, spare = FakePrinter(), FakePrinter(state=PrinterStatus(False, "ok", cover_open=True))
    main.gate.clear()
    with working(spool, main, spare, InService("old", NoPrinter())) as room:
        room.put("t1", "t2")
        until(lambda: [printer.doing for printer in room.room.view().printers] == ["printing", "unable", "unable"])
        view = room.room.view()
        assert [printer.name for printer in view.printers] == ["main", "spare", "old"]
        assert [printer.kind for printer in view.printers] == ["tcp", "tcp", "none"]
        assert view.printers[0].ticket == "t1"
        assert view.printers[1].status == PrinterStatus(False, "ok", cover_open=True)
        assert view.printers[1].trouble == "the printer's cover is open"
        assert view.printers[0].metres_left is None
        assert (view.waiting, view.stopped) == (1, ())
        main.gate.set()
        room.ends(t1="printed", t2="printed")


def test_old_jobs_are_forgotten_by_themselves(spool: Spool, path: Path) -> None:
    for ticket in ("t1", "t2", "t3"):
        spool.put(ticket, 0, slip(ticket))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE job SET state = 'printed', changed_at = 0 WHERE ticket = 't1'")
        other.execute("UPDATE job SET state = 'held', changed_at = 0 WHERE ticket = 't2'")
    other.close()
    with working(spool, FakePrinter()) as room:
        room.ends(t2="held", t3="printed")
        until(lambda: "t1" not in room.states())
    with working(spool) as room:
        until(lambda: "t2" not in room.states())


def test_a_spool_that_cannot_be_written_is_an_alert_and_no_slip_is_sent_that_could_not_be_recorded(
    spool: Spool,
) -> None:
    main = FakePrinter()
    with working(spool, main) as room:
        main.gate.clear()
        room.put("t1", "t2")
        room.ends(t1="sending")
        spool._file.read("PRAGMA query_only = ON")
        main.gate.set()
        room.raised("spool")
        assert room.states() == {"t1": "sending", "t2": "queued"}
        assert len(main.payloads) == 1
        spool._file.read("PRAGMA query_only = OFF")
        room.ends(t1="printed", t2="printed")
        room.resolved("spool")
    assert len(main.payloads) == 2


def test_only_the_process_that_owns_the_spool_prints_from_it(spool: Spool, path: Path) -> None:
    with Spool(path) as onlooker, pytest.raises(DeviceError, match="Another process prints"):
        PrintRoom(onlooker, [InService("main", FakePrinter())]).start()


def test_two_printers_of_one_name_are_refused(spool: Spool) -> None:
    with pytest.raises(DeviceError, match="same name"):
        PrintRoom(spool, [InService("main", FakePrinter()), InService("main", FakePrinter())])


def test_a_room_that_is_stopped_prints_no_more_and_can_begin_again(spool: Spool) -> None:
    main = FakePrinter()
    with working(spool, main) as room:
        assert room.room.stop(DEADLINE_S)
        assert room.room.stop(DEADLINE_S)
        room.put("t1")
        assert room.states() == {"t1": "queued"}
        room.room.start()
        room.ends(t1="printed")


def test_stopping_does_not_wait_for_a_slip_without_end(spool: Spool) -> None:
    main = FakePrinter()
    main.gate.clear()
    with working(spool, main) as room:
        room.put("t1")
        room.ends(t1="sending")
        assert not room.room.stop(0.05)
        assert main.interrupted
        main.gate.set()


GEVENT = """
import gevent.monkey
gevent.monkey.patch_all()
import sys, time, gevent
from pathlib import Path
from hardware.press import InService
from hardware.print_room import PrintRoom
from hardware.printer import open_printer
from hardware.sample_slip import sample_slip
from hardware.spool import Spool
from hardware.virtual_printer_process import VirtualPrinterProcess
folder = Path(sys.argv[1])
with VirtualPrinterProcess(folder / "main") as main, VirtualPrinterProcess(folder / "spare") as spare:
    with Spool(folder / "spool.db") as spool:
        places = [InService("main", open_printer(main.address)), InService("spare", open_printer(spare.address))]
        alerts = []
        room = PrintRoom(spool, places, on_alert=lambda alert, raised: alerts.append(alert.kind))
        room.start()
        turns, deadline = 0, time.monotonic() + 60
        def until_printed(slips):
            global turns
            while len(spool.jobs(("printed",))) < slips and time.monotonic() < deadline:
                turns += 1
                gevent.sleep(0.002)
        for number in range(5):
            spool.put(f"t{number}", 0, sample_slip(number=f"A{number:03}"))
        room.wake()
        until_printed(5)
        main.tell("stall")  # whoever asks it anything now waits for more than a second
        turns = 0
        spool.put("t5", 0, sample_slip())
        room.wake()
        until_printed(6)
        assert room.stop(60), "the room did not stop"
        papers = len(main.tickets()) + len(spare.tickets())
        print(len(spool.jobs(("printed",))) - papers, len(spool.jobs(("queued", "sending"))), turns > 5)
"""


def test_the_room_works_beside_a_loop_that_gevent_has_patched(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GEVENT, str(tmp_path)], capture_output=True, text=True, timeout=180, check=False
    )
    assert done.stdout == "0 0 True\n", done.stderr
