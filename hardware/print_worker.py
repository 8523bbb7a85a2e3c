"""The print room under its former name, for one printer."""

from __future__ import annotations

from hardware.press import InService
from hardware.print_room import PrintRoom
from hardware.printer import Printer
from hardware.spool import Spool


def PrintWorker(spool: Spool, printer: Printer) -> PrintRoom:
    """A room with this one printer."""
    return PrintRoom(spool, [InService("printer", printer)])
