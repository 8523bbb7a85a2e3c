"""Slips on their way to paper: composed for the customer, put into the spool, printed by the printers of the room.

Issuing never waits for paper, nor for the spool's disk. `virtual` as a printer's address starts a printer that keeps
each slip as a picture.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from hardware.alerts import Alert
from hardware.document import Document
from hardware.errors import DeviceError
from hardware.payload import payload
from hardware.press import InService
from hardware.print_room import PrintRoom
from hardware.printer import open_printer
from hardware.profiles import EIGHTY_MM, profile_named
from hardware.shaping import can_draw, undrawable_languages
from hardware.spool import Spool
from hardware.virtual_printer_process import VirtualPrinterProcess
from kiosk.slip import slip, trial
from lobby.config import PrinterSetup
from lobby.views import BranchView, TicketView
from lobby.words import LANGUAGES, Words, words

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


def speaks_on_paper(language: str, languages: Iterable[str]) -> str:
    """The language that a slip is drawn in: the customer's, or the first of the branch's that can be drawn right on
    this machine."""
    return next((one for one in (language, *languages) if can_draw(one)), language)


def paper_words(language: str, languages: Iterable[str]) -> Words:
    """The words of a slip for a customer of that language. Where nobody has translated the sentences they are English,
    and names, documents and dates are the language's own all the same."""
    drawn = speaks_on_paper(language, languages)
    return words(drawn) if drawn in LANGUAGES else Words(drawn)


def paper_notes(languages: tuple[str, ...]) -> list[str]:
    """What whoever installs should know about slips in these languages on this machine, a sentence each."""
    try:
        undrawable = undrawable_languages(languages)
    except DeviceError as fault:
        return [f"No slip can be printed on this machine. {fault.message}"]
    return [
        f"Slips in the language {language} are printed in {speaks_on_paper(language, languages)}: its letters cannot "
        "be drawn right on this machine. Install the Debian package libfribidi0."
        for language in undrawable
    ]


class Printing:
    """The printers of one kiosk and their spool. With no printer set up, slips are held and nothing else stops.
    `background` runs work somewhere else and returns at once; `on_alert` is told of what needs a person."""

    def __init__(
        self,
        folder: Path,
        printers: tuple[PrinterSetup, ...],
        background: Callable[[Callable[[], Any]], Any],
        on_alert: Callable[[Alert, bool], None] | None = None,
        already_open: Iterable[Alert] = (),
    ) -> None:
        self._virtual: list[VirtualPrinterProcess] = []
        self._background = background
        self._under_way: dict[tuple[str, int], str] = {}
        self.names = frozenset(printer.name for printer in printers)
        self.pictures = folder / PICTURES
        self.spool = Spool(folder / "spool.db")
        self.room = PrintRoom(
            self.spool,
            [self._in_service(printer) for printer in printers],
            on_alert=on_alert,
            already_open=already_open,
        )
        self.room.start()

    def _in_service(self, setup: PrinterSetup) -> InService:
        profile = profile_named(setup.profile)
        address = setup.address
        if address == VIRTUAL:
            # The first keeps its pictures in the folder itself, a spare one in a folder of its own.
            pictures = self.pictures / setup.name if self._virtual else self.pictures
            self._virtual.append(VirtualPrinterProcess(pictures, profile=profile))
            address = self._virtual[-1].start()
        return InService(setup.name, open_printer(address, profile), setup.roll_m or None, setup.mode)

    def warm_up(self, languages: tuple[str, ...], zone: str) -> None:
        """Draw a slip in each language now, so that no customer waits while fonts are read."""

        def draw(language: str) -> None:
            with suppress(DeviceError):  # the slips themselves say what is missing
                payload(trial("A 123", 0, zone, paper_words(language, languages)), EIGHTY_MM)

        for language in languages:
            self._background(partial(draw, language))

    def send(self, ticket: TicketView, branch: BranchView, url: str) -> None:
        """Send a ticket's slip on its way, once for each copy. Never waits and never fails: what becomes of it is the
        slip's state."""

        def compose() -> Document:
            return slip(ticket, branch, paper_words(ticket.language, branch.languages), url=url)

        self._send(ticket.id, ticket.copies, compose)

    def send_slip(self, id: str, slip: Document) -> None:
        """The same for a slip that is no ticket."""
        self._send(id, 0, lambda: slip)

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
        self.room.wake()

    def state(self, id: str, copy: int = 0) -> str:
        """The state of a slip; `none` when there is none, `unknown` also where the spool cannot be read. One that waits
        while no printer can print is as good as held: its customer need not wait for it."""
        state = self._recorded(id, copy)
        return "held" if state == "queued" and not self.room.can_print() else state

    def _recorded(self, id: str, copy: int) -> str:
        under_way = self._under_way.get((id, copy))
        if under_way is not None:
            return under_way
        try:
            job = self.spool.job(id, copy)
        except DeviceError as fault:
            log.warning("how the slip of %s stands cannot be read: %s", id, fault.message)
            return "unknown"
        return job.state if job is not None else "none"

    def close(self) -> None:
        self.room.stop()
        self.spool.close()
        for virtual in self._virtual:
            virtual.stop()
