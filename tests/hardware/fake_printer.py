"""A printer that ends each job and answers each question as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import ClassVar

from hardware.profiles import EIGHTY_MM, Profile
from hardware.status import PrinterStatus
from tests.hardware.drivers import DEADLINE_S

WELL = PrinterStatus(True, "ok")
OUT = PrinterStatus(False, "out")


class FakePrinter:
    """Raises each of `ends` in turn, then prints. `state` is what it says of itself; while `gate` is closed, a slip
    waits in it."""

    kind: ClassVar[str] = "tcp"

    def __init__(self, *ends: Exception, state: PrinterStatus = WELL, profile: Profile = EIGHTY_MM) -> None:
        self.name = "fake printer"
        self.interrupted = False
        self.profile = profile
        self.state = state
        self.payloads: list[bytes] = []
        self.looks = 0
        self.looked_within_a_slip = False
        self.gate = threading.Event()
        self.gate.set()
        self._ends = list(ends)
        self._printing = False

    def print(self, payload: bytes, deadline_s: float) -> None:
        self._printing = True
        try:
            assert self.gate.wait(DEADLINE_S)
            if self._ends:
                raise self._ends.pop(0)
            self.payloads.append(payload)
        finally:
            self._printing = False

    def interrupt(self) -> None:
        self.interrupted = True

    def status(self) -> PrinterStatus:
        self.looked_within_a_slip |= self._printing
        self.looks += 1
        return self.state


def until(so: Callable[[], object], what: str = "it never came to that") -> None:
    """Waits until it is so."""
    deadline = time.monotonic() + DEADLINE_S
    while not so():
        assert time.monotonic() < deadline, what
        time.sleep(0.002)
