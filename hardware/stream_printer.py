"""A printer at the end of a wire: one fresh connection a job, and one of three ends.

- `print` returns: the printer has answered the fence.
- `DeviceError`: nothing of the slip was sent, so it is certainly not printed; it may be tried again.
- `OutcomeUnknown`: something was sent and the fence was not answered.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Literal

from hardware.conversation import ASK_IN_ORDER, Conversation, NotAPrinter, ask_process, new_mark
from hardware.errors import DeviceError, OutcomeUnknown, WrongDevice
from hardware.native import new_lock
from hardware.profiles import Profile
from hardware.status import GS_R_PAPER_OUT, PrinterStatus
from hardware.wire import Interruptible, Wire, WireBroken

Fence = Literal["process", "parsed"]
LOOK_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a driver waits for its printer, in seconds."""

    connect_s: float = 3.0
    answer_s: float = 1.5  # for a status question
    knock_s: float = 5.0  # for a question in order, which waits for the paper before it
    late_s: float = 0.3  # for answers that an earlier slip still owes


class StreamPrinter(ABC):
    """What the drivers share; each opens its own wire.

    `answers=False` is for a one-way cable or print server: then a job counts as printed when its bytes were taken,
    which proves nothing, and only whoever set the printer up can decide that.
    """

    kind: ClassVar[str]
    hint: ClassVar[str] = ""
    """What to look at where something answers that is no receipt printer."""

    def __init__(self, place: str, profile: Profile, answers: bool = True, patience: Patience | None = None) -> None:
        self.place = place
        self.name = f"printer {place}"
        self.profile = profile
        self._patience = patience or Patience()
        self._answers = answers
        self._fence: Fence | None = None
        self._unsettled = True  # an earlier slip may hang out of the printer, or owe answers
        self._taken = new_lock()  # one connection at a time: most printers refuse a second
        self._last_status: PrinterStatus | None = None
        self._interrupted = False

    @abstractmethod
    def _open(self, deadline: float) -> Wire:
        """A new connection; raises WireBroken or DeviceError."""

    def print(self, payload: bytes, deadline_s: float) -> None:
        """Prints `payload` within `deadline_s` seconds from now; returns only when it is printed."""
        deadline = time.monotonic() + deadline_s
        while not self._taken.acquire(blocking=False):  # never blocks a loop whose other greenlet holds it
            if time.monotonic() > deadline:
                raise DeviceError(f"{self.name} is in use", permanent=False)
            time.sleep(LOOK_AGAIN_S)
        self._interrupted = False
        try:
            with self._connected(deadline) as wire:
                self._print(wire, payload, deadline)
        except OutcomeUnknown:
            self._unsettled, self._fence = True, None  # perhaps it is another printer by now
            raise
        finally:
            self._taken.release()

    def interrupt(self) -> None:
        """Has the slip in hand given up, within a second: what becomes of it is unknown."""
        self._interrupted = True

    def status(self) -> PrinterStatus:
        """What the printer says of itself now, or said before the job it is printing; offline with the reason where it
        cannot be asked. Never raises."""
        if not self._taken.acquire(blocking=False):
            return self._last_status or PrinterStatus(online=True)
        try:
            self._last_status = self._ask()
            return self._last_status
        finally:
            self._taken.release()

    def _print(self, wire: Wire, payload: bytes, deadline: float) -> None:
        talk = Conversation(Interruptible(wire, lambda: self._interrupted))
        if not self._answers:
            self._send(talk, payload, deadline)
            return
        fence = self._make_ready(talk, wire, deadline)
        mark = new_mark()
        self._send(talk, payload + (ask_process(mark) if fence == "process" else ASK_IN_ORDER), deadline)
        try:
            proven = talk.printed(mark, deadline) if fence == "process" else self._parsed_and_well(talk, deadline)
        except WireBroken as fault:
            raise OutcomeUnknown(f"{self.name} broke off before it confirmed the slip: {fault}") from fault
        if not proven:
            raise OutcomeUnknown(f"{self.name}: the printer did not confirm the slip; {self._why(talk)}")

    def _ask(self) -> PrinterStatus:
        deadline = time.monotonic() + self._patience.connect_s + self._patience.answer_s
        try:
            with self._connected(deadline) as wire:
                if not self._answers:
                    return PrinterStatus(online=True)
                return self._greet(Conversation(wire), wire, deadline)
        except WrongDevice as fault:
            return PrinterStatus(online=False, error=fault.message, fault="wrong_device")
        except DeviceError as fault:
            return PrinterStatus(online=False, error=fault.message, fault="not_set_up" if fault.permanent else "silent")
        except WireBroken as fault:
            return PrinterStatus(online=False, error=f"{self.name} broke off: {fault}", fault="silent")

    @contextmanager
    def _connected(self, deadline: float) -> Iterator[Wire]:
        try:
            wire = self._open(deadline)
        except WireBroken as fault:
            raise DeviceError(f"{self.name} cannot be reached: {fault}", permanent=False) from fault
        abandon = False
        try:
            yield wire
        except OutcomeUnknown:
            abandon = True
            raise
        finally:
            wire.close(abandon)

    def _greet(self, talk: Conversation, wire: Wire, deadline: float) -> PrinterStatus:
        """The status of a peer that answers as a printer does; raises DeviceError where it does not, or is silent."""
        try:
            found = talk.first_status(min(deadline, time.monotonic() + self._patience.answer_s))
        except NotAPrinter as stranger:
            raise self._wrong_device() from stranger
        if found is None:
            if self._gives_itself_away(talk, wire):
                raise self._wrong_device()
            raise DeviceError(f"{self.name} does not answer", permanent=False)
        return found

    def _gives_itself_away(self, talk: Conversation, wire: Wire) -> bool:
        """Whether a silent peer can be made to show that it is no printer."""
        return False

    def _wrong_device(self) -> WrongDevice:
        return WrongDevice(f"something answers at {self.place}, but not as a receipt printer{self.hint}")

    def _make_ready(self, talk: Conversation, wire: Wire, deadline: float) -> Fence:
        """Asks whether the printer can print, brings it between commands, and finds out which fence it knows."""
        try:
            status = self._last_status = self._greet(talk, wire, deadline)
            if status.obstacle:
                raise DeviceError(f"{self.name}: {status.obstacle}", permanent=False)
            if not talk.knock(self._knock_deadline(deadline)):
                self._unsettled = True
                talk.fill_open_picture(deadline)
                if not talk.knock(self._knock_deadline(deadline)):
                    raise DeviceError(f"{self.name} is busy and takes no job", permanent=False)
            elif self._unsettled:
                talk.cut_off_remains(deadline)
            if self._fence is None:
                known = talk.knows_process_marks(min(deadline, time.monotonic() + self._patience.answer_s))
                if known is None:
                    raise DeviceError(f"{self.name} is busy and takes no job", permanent=False)
                self._fence = "process" if known else "parsed"
            if self._unsettled and self._fence == "parsed":
                talk.hear_out(self._patience.late_s, deadline)
            self._unsettled = False
        except WireBroken as fault:
            raise DeviceError(f"{self.name} broke off before anything was sent: {fault}", permanent=False) from fault
        return self._fence

    def _knock_deadline(self, deadline: float) -> float:
        now = time.monotonic()
        return min(now + self._patience.knock_s, now + max(0.0, deadline - now) / 3)

    def _send(self, talk: Conversation, data: bytes, deadline: float) -> None:
        try:
            talk.send(data, deadline)
        except WireBroken as fault:
            if fault.sent == 0:
                raise DeviceError(f"{self.name} took nothing: {fault}", permanent=False) from fault
            raise OutcomeUnknown(f"{self.name} took {fault.sent} of {len(data)} bytes: {fault}") from fault

    def _parsed_and_well(self, talk: Conversation, deadline: float) -> bool:
        """The weaker fence: parsed to the end, paper under the head, and no fault afterwards."""
        value = talk.parsed(deadline)
        if value is None or value & GS_R_PAPER_OUT:
            return False
        status = talk.status(time.monotonic() + self._patience.answer_s)
        return status is not None and not status.obstacle

    def _why(self, talk: Conversation) -> str:
        try:
            status = talk.status(time.monotonic() + self._patience.answer_s)
        except WireBroken as fault:
            return str(fault)
        return "it no longer answers" if status is None else status.obstacle or "it says nothing is wrong"
