"""A kiosk machine put together: line, memory, printers, pages; everything that it starts it stops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.line import Line
from kiosk.machine import KioskMachine
from kiosk.memory import Memory
from kiosk.printing import Printing
from kiosk.serve import create_app, serve
from lobby.config import PrinterSetup
from lobby.errors import ServerUnreachable
from lobby.records.lock import FolderLock
from lobby.remote import Patience, RemoteDesk

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
        self.printing = Printing(folder, printers, _at_once)
        self.machine = KioskMachine(self.line, self.memory, self.printing, lambda: ())
        self.app = create_app(self.machine)

    def serve(self, port: int, ready: Callable[[str], None]) -> None:
        self.line.start()
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
