"""What a printer says of itself, read from its status bytes.

Source: Epson ESC/POS command reference, "DLE EOT n" (real-time status) and "GS r n" (status in the order of the
data).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["ok", "near_end", "out", "unknown"]

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
    trouble = ""
    if error & CUTTER_ERROR:
        trouble = "the printer's cutter is jammed"
    elif error & UNRECOVERABLE_ERROR:
        trouble = "the printer has failed and must be switched off and on"
    elif error & PASSING_ERROR:
        trouble = "the printer's head is too hot and is cooling down"
    elif offline & ERROR:
        trouble = "the printer reports an error"
    return PrinterStatus(not printer & OFFLINE, roll, bool(offline & COVER_OPEN), trouble)
