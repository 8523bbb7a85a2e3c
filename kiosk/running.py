"""A kiosk machine put together: line, memory, printers, pages; everything that it starts it stops."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardware.alerts import Alert
from kiosk import alerting
from kiosk.line import Line
from kiosk.machine import KioskMachine
from kiosk.memory import Memory
from kiosk.pin import StaffPin
from kiosk.printing import Printing, paper_notes
from kiosk.serve import create_app, serve
from kiosk.speech import add_speech
from kiosk.staff import add_staff
from kiosk.staff_room import PrintersRoom
from lobby.config import PrinterSetup
from lobby.errors import ServerUnreachable, Unavailable
from lobby.records.lock import FolderLock
from lobby.remote import Patience, RemoteDesk

log = logging.getLogger(__name__)

IMPATIENT = Patience(connect_s=0.5, answer_s=3.0, tries=1)
"""A customer stands there: rather a number of our own than a long wait."""


class RunningKiosk:
    """A kiosk machine for one branch; `serve` blocks until it is told to stop."""

    def __init__(self, folder: Path, server: str, token: str, name: str, printers: tuple[PrinterSetup, ...]) -> None:
        self._lock = FolderLock(folder)
        self.memory = Memory(folder)
        known = self.memory.briefing()
        branch = known.setup.id if known is not None else _branch(server, token)
        desk = RemoteDesk(server, token, branch, patience=IMPATIENT, prints=False)
        self.line = Line(desk, self.memory)
        self._spool = f"{name} spool"
        told = self.memory.alerts()  # also of printers that are not here any more: those are over
        unresolved = alerting.still_open(told, [one.device for one in told], self._spool)
        self.printing = Printing(folder, printers, _at_once, self._alert, unresolved)
        self.machine = KioskMachine(self.line, self.memory, self.printing)
        room = PrintersRoom(
            self.machine,
            self.printing,
            StaffPin(folder),
            self.line.now,
            self.memory.set_volume,
            self.memory.unsent_count,
        )
        self.app = create_app(
            self.machine,
            lambda routes: add_speech(routes, self.machine.door),
            lambda routes: add_staff(routes, room),
        )

    def _alert(self, alert: Alert, raised: bool) -> None:
        """The branch is told when the line is up."""
        try:
            told = alerting.command(alert, raised, self._spool)
            self.memory.alert(told, int(alert.since * 1000), alerting.key(alert, raised))
        except Unavailable as fault:
            log.warning("an alert about %s cannot be kept: %s", alert.device, fault)
        self.line.lookout()

    def serve(self, port: int, ready: Callable[[str], None]) -> None:
        self.line.start()
        if self.line.briefing is not None:
            setup = self.line.briefing.setup
            for note in paper_notes(setup.languages):
                log.warning("%s", note)
            self.printing.warm_up(setup.languages, setup.zone)
        try:
            serve(self.app, port, ready)
        finally:
            self.line.stop()
            self.printing.close()
            self.memory.close()
            self._lock.release()


def _branch(server: str, token: str) -> str:
    """The branch that the server holds; a kiosk that was never told of it needs the server once."""
    found = RemoteDesk.branches(server, token)
    if not found:
        raise ServerUnreachable()
    return found[0]


def _at_once(work: Callable[[], Any]) -> None:
    work()
