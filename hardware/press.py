"""One printer at work: a thread of its own that prints what it may, and looks at the printer while it is idle.

So a look never disturbs a slip. A printer that failed rests (0.5 s, then twice as long each time, up to 15 s) and is
looked at before it is given another slip; meanwhile the next printer of the room has the turn.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from hardware.alerts import Sighting, looked, printed
from hardware.duty import Standing
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.native import NativeThread, Signal
from hardware.paper_roll import slip_mm
from hardware.payload import Mode, payload
from hardware.print_job import Job, State
from hardware.printer import Printer
from hardware.spool import Spool
from hardware.status import PrinterStatus

LOOK_FOR_JOBS_S = 1.0  # another process may have put or released one
MOST_DOUBLINGS = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InService:
    """A printer of the branch under its name there, with the metres on a new roll where paper is to be counted, and the
    way in which slips are sent to it."""

    name: str
    printer: Printer
    roll_m: float | None = None
    mode: Mode = "raster"


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of a print room, in seconds, and how often a slip is tried."""

    look_s: float = 3.0  # between two looks at an idle printer
    deadline_s: float = 30.0  # for one slip
    slow_s: float = 10.0  # after which one slip in hand makes the others go to the next printer
    first_rest_s: float = 0.5
    longest_rest_s: float = 15.0
    patience_s: float = 75.0  # with no printer able to print, before slips are held: time to change a roll
    max_tries: int = 10  # certainly unprinted sendings of one slip before it is held


class Press:
    """Prints from the spool on one printer. `my_turn` says whether it may take any slip or only those that want it;
    `on_end` is told of each job that ended or was put back, `on_sighting` of what was seen, both on its thread."""

    def __init__(
        self,
        place: InService,
        spool: Spool,
        pace: Pace,
        my_turn: Callable[[], bool],
        on_end: Callable[[Job], None],
        on_sighting: Callable[[Sighting], None],
    ) -> None:
        self.name = place.name
        self.printer = place.printer
        self._mode = place.mode
        self.standing = Standing()
        self.status: PrinterStatus | None = None
        self.job: Job | None = None
        self._spool = spool
        self._pace = pace
        self._my_turn, self._on_end, self._on_sighting = my_turn, on_end, on_sighting
        self._faults = 0
        self._next_look = self._rest_until = 0.0
        self._doubted = False
        self._owed: tuple[Job, State, str, bool, float] | None = None
        self._wake = Signal()
        self._stopping = False
        self._thread: NativeThread | None = None

    def start(self) -> None:
        """Begins to print."""
        self._stopping = False
        self._thread = NativeThread(self._run)

    def stop_soon(self) -> None:
        """Ends after the slip in hand; does not wait for it."""
        self._stopping = True
        self._wake.raise_flag()

    def interrupt(self) -> None:
        """Gives up the slip in hand; what becomes of it is unknown."""
        self.printer.interrupt()

    def join(self, timeout_s: float) -> bool:
        """Waits for the end; whether it came within `timeout_s` seconds."""
        return self._thread is None or self._thread.join(timeout_s)

    def wake(self) -> None:
        """Something may have changed: a job was put, or the turn. A rest goes on."""
        self._wake.raise_flag()

    def try_now(self) -> None:
        """Ends a rest and looks at once: someone has mended the printer or released a slip."""
        self._doubted = True
        self._faults = 0
        self._rest_until = self._next_look = 0.0
        if self.standing.trouble:
            self.standing = Standing()
        self._wake.raise_flag()

    def step(self) -> float:
        """A look where it is due, and a slip where there is one; the seconds until the next step."""
        self._pay()
        now = time.monotonic()
        if now < self._rest_until:
            return self._rest_until - now
        if self._doubted or now >= self._next_look:
            self._look()
        may_print = not self.standing.trouble and not self._doubted  # asked in this order: `try_now` doubts first
        job = self._spool.claim(self.name, self._my_turn()) if may_print else None
        if job is None:
            return min(LOOK_FOR_JOBS_S, max(0.0, self._next_look - time.monotonic()))
        self._print(job)
        return 0.0

    def _run(self) -> None:
        while not self._stopping:
            try:
                pause_s = self.step()
            except DeviceError as fault:
                log.error("%s cannot go on: %s", self.name, fault.message)  # the spool's disk: nothing is lost
                pause_s = LOOK_FOR_JOBS_S
            except Exception:  # a fault of ours on one slip must not end the printing: it rests, and an alert says so
                log.exception("printing on %s failed", self.name)
                self._rest("the program failed; see the log")
                continue
            if pause_s and not self._stopping:
                self._wake.wait(pause_s)

    def _print(self, job: Job) -> None:
        self.job, self.standing = job, Standing(job_since=time.monotonic())
        try:
            sheet = payload(job.document, self.printer.profile, self._mode)
            paper_mm = slip_mm(sheet.rows, self.printer.profile)
        except DeviceError as fault:
            self.standing = Standing()
            self._end(job, "held", fault.message)
            return
        except Exception:  # `_run` logs it; this slip is not tried for ever
            self._end(job, "held", "the program failed on this slip; see the log")
            raise
        try:
            self.printer.print(sheet.data, self._pace.deadline_s)
        except OutcomeUnknown as fault:
            self._rest(fault.message)
            self._end(job, "unknown", fault.message, paper_mm=paper_mm)
            self._look(by_job=True)
        except DeviceError as fault:
            self._rest(fault.message, fault.permanent)
            state: State = "held" if job.tries + 1 >= self._pace.max_tries else "queued"
            self._end(job, state, fault.message, failed_try=True)
            self._look(by_job=True)
        except Exception:  # `_run` logs it; nobody knows whether the slip is on paper
            self._end(job, "unknown", "the program failed while this slip was being printed; see the log")
            raise
        else:
            self._faults = 0
            self.standing = Standing()
            self._end(job, "printed", paper_mm=paper_mm)
            self._on_sighting(printed(self.name, time.time()))

    def _look(self, by_job: bool = False) -> None:
        """Asks the printer how it is. After a fault that tells staff why; it may print again only after its rest."""
        self._doubted = False
        status = self.status = self.printer.status()
        if self._doubted:
            return  # it was mended meanwhile, and will be looked at again
        if not by_job:
            self.standing = Standing(status.obstacle, status.fault == "not_set_up")
            self._next_look = time.monotonic() + self._pace.look_s
        self._on_sighting(looked(self.name, status, time.time(), by_job))

    def _rest(self, reason: str, hopeless: bool = False) -> None:
        rest_s = self._pace.first_rest_s * 2 ** min(self._faults, MOST_DOUBLINGS)
        self._faults += 1
        self._rest_until = self._next_look = time.monotonic() + min(rest_s, self._pace.longest_rest_s)
        self.standing = Standing(reason, hopeless)

    def _end(
        self, job: Job, state: State, reason: str = "", *, failed_try: bool = False, paper_mm: float = 0.0
    ) -> None:
        self.job = None
        self._owed = job, state, reason, failed_try, paper_mm
        if state != "printed":
            log.info("ticket %s (copy %d) is %s on %s: %s", job.ticket, job.copy, state, self.name, reason)
        self._pay()

    def _pay(self) -> None:
        """Writes how the last job ended. What a full disk refuses is owed, and nothing is printed before it is paid."""
        if self._owed is None:
            return
        job, state, reason, failed_try, paper_mm = self._owed
        ended = self._spool.move(job, state, reason, failed_try=failed_try, paper_mm=paper_mm)
        self._owed = None
        if ended is not None:
            self._on_end(ended)
