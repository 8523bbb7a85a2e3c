"""A branch's printers in service: one spool, one press a printer, and someone who minds them all.

The first printer is the main one; each later one takes over while those before it cannot print. When none can for
longer than it takes to change a roll, what waits is held, so that no customer waits for paper in vain and no old slips
come out of a mended printer. Whoever mends it releases what is still wanted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence

from hardware.alerts import Alert, Sighting
from hardware.document import Document
from hardware.duty import on_duty
from hardware.errors import DeviceError
from hardware.minder import Minder
from hardware.press import InService, Pace, Press
from hardware.print_job import Job
from hardware.room_view import Doing, PrinterView, RoomView
from hardware.spool import Spool

GRACE_S = 4.0  # for the slip in hand, when the room ends
END_S = 10.0  # for a slip that was given up

log = logging.getLogger(__name__)


class PrintRoom:
    """Prints what is put into the spool, and keeps watch. Without a printer every slip is held, and nobody is alarmed.

    `on_change` is told of each job that ended or was put back; `on_alert(alert, raised)` of each alert when it begins
    and when it is over, in order. Both are called on threads of the operating system and may take their time.
    `already_open` are alerts that an earlier process raised: they are not raised again, and resolved when over.
    """

    def __init__(
        self,
        spool: Spool,
        printers: Sequence[InService],
        on_change: Callable[[Job], None] | None = None,
        on_alert: Callable[[Alert, bool], None] | None = None,
        *,
        pace: Pace | None = None,
        already_open: Iterable[Alert] = (),
    ) -> None:
        if len({place.name for place in printers}) < len(printers):
            raise DeviceError("Two printers have the same name. Name each differently.", permanent=True)
        self._spool = spool
        self._pace = pace or Pace()
        self._on_change = on_change
        self._rolls = {place.name: spool.roll(place.name, place.roll_m) for place in printers if place.roll_m}
        self._presses = [
            Press(place, spool, self._pace, self._turn_of(index), self._ended, self._saw)
            for index, place in enumerate(printers)
        ]
        self._minder = Minder(
            spool, self._presses, self._rolls, self._pace, self._tell, on_alert or (lambda _, __: None), already_open
        )
        self._started = False

    def start(self) -> None:
        """Begins to print; again does nothing. Refuses (permanent) where another process prints from the spool."""
        if self._started:
            return
        if not self._spool.is_owner:
            raise DeviceError("Another process prints from this spool already.", permanent=True)
        self._started = True
        for press in self._presses:
            press.start()
        self._minder.start()

    def stop(self, timeout_s: float | None = None) -> bool:
        """Ends after the slips in hand; one that a printer keeps for longer than `GRACE_S` seconds is given up. Whether
        all has ended within `timeout_s` seconds, by default long enough."""
        now = time.monotonic()
        deadline = now + (GRACE_S + END_S if timeout_s is None else timeout_s)
        for press in self._presses:
            press.stop_soon()
        for press in self._presses:
            if not press.join(max(0.0, min(deadline, now + GRACE_S) - time.monotonic())):
                press.interrupt()
        ended = [press.join(max(0.0, deadline - time.monotonic())) for press in self._presses]
        ended.append(self._minder.stop(max(0.0, deadline - time.monotonic())))
        self._started = not all(ended)
        return all(ended)

    def wake(self) -> None:
        """Tells the room that a job was put, so that it does not wait for its next look."""
        for press in self._presses:
            press.wake()
        self._minder.wake()

    def release(self, job_id: int) -> Job | None:
        """A person's decision: print a held or unknown slip (again). None where it is neither."""
        job = self._spool.release(job_id)
        self._try_now()
        return job

    def drop(self, job_id: int) -> Job | None:
        """A person's decision: never print it. None where it is printed, being sent, or dropped already."""
        job = self._spool.drop(job_id)
        self._minder.wake()
        return job

    def paper_changed(self, printer: str) -> None:
        """A new roll is in: its metres are counted anew, and the printers are tried at once."""
        self._expect(printer)
        if printer in self._rolls:
            self._rolls[printer].changed()
        self._try_now()

    def test_print(self, printer: str, document: Document) -> Job:
        """Prints a slip on this very printer, on duty or not; held at once where it cannot print."""
        self._expect(printer)
        job = self._spool.put_test(printer, document)
        self._try_now()
        return job

    def can_print(self) -> bool:
        """Whether any printer can take a slip now."""
        return self._on_duty() is not None

    def alerts(self) -> tuple[Alert, ...]:
        """The open alerts, oldest first."""
        return self._minder.alerts

    def view(self) -> RoomView:
        """How everything stands now."""
        turn = self._on_duty()
        return RoomView(
            tuple(self._printer_view(press, index == turn) for index, press in enumerate(self._presses)),
            len(self._spool.jobs(("queued",))),
            tuple(self._spool.jobs(("held", "unknown"))),
            self.alerts(),
        )

    def _printer_view(self, press: Press, has_turn: bool) -> PrinterView:
        job, trouble = press.job, press.standing.trouble
        doing: Doing = "printing" if job else "unable" if trouble else "on_duty" if has_turn else "standing_by"
        roll = self._rolls.get(press.name)
        return PrinterView(
            press.name,
            press.printer.kind,
            doing,
            job.ticket if job else "",
            trouble,
            press.status,
            roll.left_m() if roll else None,
        )

    def _on_duty(self) -> int | None:
        return on_duty([press.standing for press in self._presses], time.monotonic(), self._pace.slow_s)

    def _turn_of(self, index: int) -> Callable[[], bool]:
        return lambda: self._on_duty() == index

    def _ended(self, job: Job) -> None:
        self._tell(job)
        self.wake()

    def _saw(self, sighting: Sighting) -> None:
        self._minder.saw(sighting)
        self.wake()

    def _tell(self, job: Job) -> None:
        if self._on_change is not None:
            try:
                self._on_change(job)
            except Exception:  # whoever listens must not stop the printing
                log.exception("whoever follows the spool failed on ticket %s", job.ticket)

    def _try_now(self) -> None:
        for press in self._presses:
            press.try_now()
        self._minder.wake()

    def _expect(self, printer: str) -> None:
        if all(press.name != printer for press in self._presses):
            raise DeviceError(f"There is no printer '{printer}'.", permanent=True)
