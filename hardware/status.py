"""What a printer says of itself, read from its status bytes.

Source: Epson ESC/POS command reference, "DLE EOT n" (real-time status) and "GS r n" (status in the order of the
data).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["ok", "near_end", "out", "unknown"]
Fault = Literal["", "cutter", "error", "silent", "wrong_device", "not_set_up"]
"""What `error` is about: the cutter, another fault that the printer reports, no answer at all (switched off, cable
pulled, refused), something else at its address, or a printer that this machine cannot have as it is set up."""

ASK_PRINTER, ASK_OFFLINE_CAUSE, ASK_ERROR_CAUSE, ASK_PAPER = (b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4))
OFFLINE = 0x08  # n = 1
COVER_OPEN, STOPPED_BY_PAPER_END, ERROR = 0x04, 0x20, 0x40  # n = 2
CUTTER_ERROR, UNRECOVERABLE_ERROR, PASSING_ERROR = 0x08, 0x20, 0x40  # n = 3
PAPER_NEAR_END, PAPER_OUT = 0x0C, 0x60  # n = 4
GS_R_PAPER_OUT = 0x0C  # GS r 1


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """Online means that the printer would take a job now. `error` is empty or says what a person has to mend."""

    online: bool
    paper: Paper = "unknown"
    cover_open: bool = False
    error: str = ""
    fault: Fault = ""

    @property
    def obstacle(self) -> str:
        """Why nothing can be printed now; empty when something can."""
        if self.paper == "out":
            return "the printer is out of paper"
        if self.cover_open:
            return "the printer's cover is open"
        if self.error:
            return self.error
        return "" if self.online else "the printer is offline"


def read_status(printer: int, offline: int | None, error: int | None, paper: int | None) -> PrinterStatus:
    """The status that the answers to DLE EOT 1 to 4 mean; None where a model leaves a question unanswered."""
    offline, error = offline or 0, error or 0
    roll: Paper = "unknown"
    if paper is not None:
        roll = "out" if paper & PAPER_OUT else "near_end" if paper & PAPER_NEAR_END else "ok"
    if offline & STOPPED_BY_PAPER_END:
        roll = "out"
    trouble, fault = _trouble(offline, error)
    return PrinterStatus(not printer & OFFLINE, roll, bool(offline & COVER_OPEN), trouble, fault)


def _trouble(offline: int, error: int) -> tuple[str, Fault]:
    if error & CUTTER_ERROR:
        return "the printer's cutter is jammed", "cutter"
    if error & UNRECOVERABLE_ERROR:
        return "the printer has failed and must be switched off and on", "error"
    if error & PASSING_ERROR:
        return "the printer's head is too hot and is cooling down", "error"
    if offline & ERROR:
        return "the printer reports an error", "error"
    return "", ""
