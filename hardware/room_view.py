"""A print room as a staff page shows it, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hardware.alerts import Alert
from hardware.print_job import Job
from hardware.status import PrinterStatus

Doing = Literal["printing", "on_duty", "standing_by", "unable"]


@dataclass(frozen=True, slots=True)
class PrinterView:
    """One printer: its name in the branch, how it is reached ("tcp", "serial", "usb", "file", "none"), what it is
    doing and with which ticket, why it cannot print (empty when it can), what it last said of itself (None before it
    was asked), and the metres of paper left by counting (None where nobody counts)."""

    name: str
    kind: str
    doing: Doing
    ticket: str
    trouble: str
    status: PrinterStatus | None
    metres_left: float | None


@dataclass(frozen=True, slots=True)
class RoomView:
    """The printers, main one first; how many slips wait; the held and unknown ones, for a person to decide; the open
    alerts, oldest first."""

    printers: tuple[PrinterView, ...]
    waiting: int
    stopped: tuple[Job, ...]
    alerts: tuple[Alert, ...]
