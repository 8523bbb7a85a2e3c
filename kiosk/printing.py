"""Tickets on their way to paper: composed for the customer, put into the spool, printed by a worker of its own.

Issuing never waits for paper, nor for the spool's disk. `virtual` as a printer's address starts a printer that keeps
each slip as a picture.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hardware.document import Document
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

log = logging.getLogger(__name__)


def mistakes(printer: PrinterSetup) -> Iterator[tuple[str, str]]:
    """What is wrong with a printer of the branch file, by key."""
    try:
        profile_named(printer.profile)
    except DeviceError as fault:
        yield "profile", fault.message
    if printer.address != VIRTUAL:
        try:
            open_printer(printer.address)
        except DeviceError as fault:
            yield "address", fault.message


class Printing:
    """The branch's ticket printer and its spool. With no printer set up, slips are held and nothing else stops.
    `background` runs work somewhere else and returns at once."""

    def __init__(
        self, folder: Path, printers: tuple[PrinterSetup, ...], background: Callable[[Callable[[], Any]], Any]
    ) -> None:
        self._virtual: VirtualPrinterProcess | None = None
        self._background = background
        self._under_way: dict[tuple[str, int], str] = {}
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

    def send(self, ticket: TicketView, branch: BranchView, url: str) -> None:
        """Send a ticket's slip on its way, once for each copy. Never waits and never fails: what becomes of it is the
        slip's state."""
        self._send(ticket.id, ticket.copies, lambda: slip(ticket, branch, words(ticket.language), url=url))

    def send_slip(self, id: str, document: Document) -> None:
        """The same for a slip that is no ticket."""
        self._send(id, 0, lambda: document)

    def _send(self, id: str, copy: int, compose: Callable[[], Document]) -> None:
        self._under_way[id, copy] = "queued"
        self._background(lambda: self._put(id, copy, compose))

    def _put(self, id: str, copy: int, compose: Callable[[], Document]) -> None:
        try:
            self.spool.put(id, copy, compose())
        except DeviceError as fault:
            log.warning("the slip of %s cannot be put into the spool: %s", id, fault.message)
            self._under_way[id, copy] = "held"
            return
        self._under_way.pop((id, copy), None)  # a retry of the same tap may have been quicker
        self._worker.wake()

    def state(self, ticket_id: str, copy: int = 0) -> str:
        """The state of a slip; `none` when there is none."""
        under_way = self._under_way.get((ticket_id, copy))
        if under_way is not None:
            return under_way
        job = self.spool.job(ticket_id, copy)
        return job.state if job is not None else "none"

    def close(self) -> None:
        self._worker.stop()
        self.spool.close()
        if self._virtual is not None:
            self._virtual.stop()
