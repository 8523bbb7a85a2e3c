"""The staff page of one kiosk over its printers: what is shown, and what each button does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hardware.errors import DeviceError
from hardware.print_job import Job
from hardware.room_view import PrinterView, RoomView
from kiosk.pin import StaffPin
from kiosk.place import Kiosk
from kiosk.printing import Printing, paper_words
from kiosk.slip import trial
from kiosk.staff import PrinterLine, SlipLine, StaffState
from lobby import errors
from lobby.errors import N_
from lobby.queue.alerts import PROBLEMS
from lobby.words import words

STATES = {"printing": "printing", "on_duty": "ready", "standing_by": "ready", "unable": "trouble"}


class NoSuchSlip(errors.NotThere):
    message = N_("This slip does not wait for a decision any more.")


class NoSuchPrinter(errors.NotThere):
    message = N_("There is no printer “%(printer)s” here.")


class SpoolUnusable(errors.Unavailable):
    message = N_("The list of tickets to print cannot be used. Please check the disk.")


class PrintersRoom:
    """A `kiosk.staff.StaffRoom` over a kiosk, its printing and its PIN. `unsent` counts what the server has not heard
    of; `set_volume` keeps the percentage; `offload` runs the slow check of a PIN away from a server's loop."""

    def __init__(
        self,
        kiosk: Kiosk,
        printing: Printing,
        pin: StaffPin,
        now: Callable[[], int],
        keep_volume: Callable[[int], None],
        unsent: Callable[[], int] = lambda: 0,
        offload: Callable[[Callable[[], None]], None] = lambda work: work(),
    ) -> None:
        self._kiosk = kiosk
        self._printing = printing
        self._pin = pin
        self._now = now
        self._keep_volume = keep_volume
        self._unsent = unsent
        self._offload = offload

    def allowed(self) -> object:
        return self._kiosk.door()

    def now(self) -> int:
        return self._now()

    def check_pin(self, pin: str) -> None:
        now = self._now()
        self._offload(lambda: self._pin.check(pin, now))

    def state(self) -> StaffState:
        with _spool():
            view = self._printing.room.view()
        return StaffState(
            printers=tuple(_printer(printer, self._troubles(view, printer.name)) for printer in view.printers),
            slips=tuple(map(_slip, view.stopped)),
            volume=self._kiosk.volume(),
            connected=self._kiosk.connected(),
            unsent=self._unsent(),
        )

    def paper_changed(self, printer: str) -> None:
        self._expect(printer)
        with _spool():
            self._printing.room.paper_changed(printer)

    def test_print(self, printer: str) -> None:
        self._expect(printer)
        branch = self._kiosk.door().branch()
        own = paper_words(branch.languages[0], branch.languages)
        with _spool():
            self._printing.room.test_print(printer, trial(printer, branch.at, branch.zone, own))

    def release(self, slip: int) -> None:
        with _spool():
            job = self._printing.room.release(slip)
        if job is None:
            raise NoSuchSlip()

    def drop(self, slip: int) -> None:
        with _spool():
            job = self._printing.room.drop(slip)
        if job is None:
            raise NoSuchSlip()

    def set_volume(self, percent: int) -> None:
        self._keep_volume(percent)

    def _troubles(self, view: RoomView, printer: str) -> str:
        """What its open alerts say, in the branch's own language; empty before there are any."""
        own = words(self._kiosk.door().branch().languages[0])
        kinds = [alert.kind for alert in view.alerts if alert.device == printer and not alert.subject]
        return " ".join(own(PROBLEMS[kind]) for kind in kinds)

    def _expect(self, printer: str) -> None:
        if printer not in self._printing.names:
            raise NoSuchPrinter(printer=printer)


@contextmanager
def _spool() -> Iterator[None]:
    """What the spool's disk refuses, as staff read it; an alert says more."""
    try:
        yield
    except DeviceError as fault:
        raise SpoolUnusable() from fault


def _printer(printer: PrinterView, troubles: str) -> PrinterLine:
    paper = printer.status.paper if printer.status is not None else "unknown"
    return PrinterLine(printer.name, STATES[printer.doing], troubles or printer.trouble, paper, printer.metres_left)


def _slip(job: Job) -> SlipLine:
    return SlipLine(job.id, job.number or job.ticket, job.state, job.reason, int(job.changed_at * 1000))
