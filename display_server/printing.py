"""Tickets on their way to paper: composed for the customer, put into the spool, printed by a worker of its own.

Issuing never waits for paper. `virtual` as a printer's address starts a printer that keeps each slip as a picture.
"""

from __future__ import annotations

from pathlib import Path

from hardware.errors import DeviceError
from hardware.print_worker import PrintWorker
from hardware.printer import NoPrinter, Printer, open_printer
from hardware.profiles import EIGHTY_MM, profile_named
from hardware.spool import Spool
from hardware.virtual_printer_process import VirtualPrinterProcess
from kiosk.slip import slip
from lobby.config import PrinterSetup
from lobby.views import BranchView, TicketView
from lobby.words import words

VIRTUAL = "virtual"
PICTURES = "printed"
"""The folder beside the branch file in which a virtual printer keeps its slips."""


class Printing:
    """The branch's ticket printer and its spool. With no printer set up, slips are held and nothing else stops."""

    def __init__(self, folder: Path, printers: tuple[PrinterSetup, ...]) -> None:
        self._virtual: VirtualPrinterProcess | None = None
        self.pictures = folder / PICTURES
        self.printer = self._open(printers)
        self.spool = Spool(folder / "spool.db")
        self._worker = PrintWorker(self.spool, self.printer)
        self._worker.start()

    def _open(self, printers: tuple[PrinterSetup, ...]) -> Printer:
        if not printers:
            return NoPrinter(EIGHTY_MM)
        chosen = printers[0]
        profile = profile_named(chosen.profile)
        if chosen.address != VIRTUAL:
            return open_printer(chosen.address, profile)
        self._virtual = VirtualPrinterProcess(self.pictures, profile=profile)
        return open_printer(self._virtual.start(), profile)

    def put(self, ticket: TicketView, branch: BranchView, url: str, *, copy: int = 0) -> str:
        """Queue a ticket's slip, once for each copy; return its state."""
        document = slip(ticket, branch, words(ticket.language), url=url, copy=copy)
        state: str = self.spool.put(ticket.id, copy, document).state
        self._worker.wake()
        return state

    def state(self, ticket_id: str, copy: int = 0) -> str:
        """The state of a slip in the spool; `none` when it never went there."""
        job = self.spool.job(ticket_id, copy)
        return job.state if job is not None else "none"

    def close(self) -> None:
        self._worker.stop()
        self.spool.close()
        if self._virtual is not None:
            self._virtual.stop()


__all__ = ["VIRTUAL", "DeviceError", "Printing"]
