"""The one who carries slips from the spool to the printer, in order, one at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.native import NativeThread, Signal
from hardware.printer import NoPrinter, Printer
from hardware.spool import Job, Spool, State

PRINT_DEADLINE_S = 30.0
MAX_TRIES = 10  # with the rests between them over a minute: time to change a roll
FIRST_REST_S = 0.5
LONGEST_REST_S = 15.0
LOOK_AGAIN_S = 1.0  # another process may have put or released a job

log = logging.getLogger(__name__)


class PrintWorker:
    """Prints what is queued. One worker a printer: printers take no turns.

    A fault before anything was sent puts the job back and rests (0.5 s, then twice as long each time); after
    `max_tries` it is held with the reason. A fault that a person must mend holds it at once. What may be on paper
    becomes unknown. `on_change` is told of each job that ended or was put back, on the worker's own thread.
    """

    def __init__(
        self,
        spool: Spool,
        printer: Printer,
        on_change: Callable[[Job], None] | None = None,
        *,
        max_tries: int = MAX_TRIES,
        first_rest_s: float = FIRST_REST_S,
        deadline_s: float = PRINT_DEADLINE_S,
    ) -> None:
        self._spool = spool
        self._printer = printer
        self._on_change = on_change
        self._max_tries = max_tries
        self._first_rest_s = first_rest_s
        self._deadline_s = deadline_s
        self._faults = 0
        self._rest_until = 0.0
        self._wake = Signal()
        self._stopping = False
        self._thread: NativeThread | None = None

    def run_once(self) -> bool:
        """Takes the oldest queued job as far as it goes; whether there was one."""
        job = self._spool.next()
        if job is None:
            return False
        try:
            payload = encode_slip(draw(job.document, self._printer.profile), self._printer.profile)
        except DeviceError as fault:
            self._end(job, "held", fault.message)
            return True
        if self._spool.mark(job.id, "sending") is None:
            return True  # a person took it out meanwhile
        try:
            self._printer.print(payload, self._deadline_s)
        except OutcomeUnknown as fault:
            self._end(job, "unknown", fault.message)
        except DeviceError as fault:
            self._not_printed(job, fault)
        except Exception:
            self._end(job, "unknown", "the program failed while this slip was being printed; see the log")
            raise
        else:
            self._faults = 0
            self._end(job, "printed", "")
        return True

    def start(self) -> None:
        """Begins to print on a thread of its own; again does nothing."""
        if self._thread is None:
            self._stopping = False
            self._thread = NativeThread(self._run)

    def stop(self, timeout_s: float = PRINT_DEADLINE_S + 5) -> bool:
        """Ends after the job in hand; whether the worker has ended within `timeout_s` seconds."""
        if self._thread is None:
            return True
        self._stopping = True
        self._wake.raise_flag()
        ended = self._thread.join(timeout_s)
        if ended:
            self._thread = None
        return ended

    def wake(self) -> None:
        """Tells the worker that a job was put, so that it does not wait for its next look. A rest goes on."""
        self._wake.raise_flag()

    def try_now(self) -> None:
        """Ends a rest: someone has mended the printer or released a job."""
        self._rest_until = 0.0
        self._faults = 0
        self._wake.raise_flag()

    def _run(self) -> None:
        while not self._stopping:
            rest_s = self._rest_until - time.monotonic()
            if rest_s > 0:
                self._wake.wait(rest_s)
                continue
            try:
                found = self.run_once()
            except Exception:
                log.exception("printing on %s failed", self._printer.name)
                self._rest()
                continue
            if not found:
                self._wake.wait(LOOK_AGAIN_S)

    def _not_printed(self, job: Job, fault: DeviceError) -> None:
        tries = job.tries + 1
        if fault.permanent or tries >= self._max_tries:
            self._end(job, "held", fault.message, failed_try=True)
        else:
            self._rest()
            self._end(job, "queued", fault.message, failed_try=True)

    def _rest(self) -> None:
        self._rest_until = time.monotonic() + min(self._first_rest_s * 2.0**self._faults, LONGEST_REST_S)
        self._faults += 1

    def _end(self, job: Job, state: State, reason: str, failed_try: bool = False) -> None:
        changed = self._spool.mark(job.id, state, reason, failed_try)
        if state != "printed":
            expected = isinstance(self._printer, NoPrinter)
            level = logging.INFO if expected else logging.WARNING
            log.log(level, "ticket %s (copy %d) is %s: %s", job.ticket, job.copy, state, reason)
        if changed is not None and self._on_change is not None:
            try:
                self._on_change(changed)
            except Exception:
                log.exception("whoever follows the spool failed on ticket %s", job.ticket)
