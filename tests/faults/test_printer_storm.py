"""A printer whose paper runs out and comes back all the time, and five hundred slips at once: nobody waits at a kiosk
for it, every slip is printed once, and each alarm is told once and over at the end."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import ClassVar

import pytest

from hardware.alerts import Alert
from hardware.document import Document, Number
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.press import InService, Pace
from hardware.print_room import PrintRoom
from hardware.profiles import EIGHTY_MM, Profile
from hardware.spool import Spool
from hardware.status import PrinterStatus
from tests.end_to_end.branch_process import until
from tests.hardware.fake_printer import OUT, WELL

SLIPS = 500
PUT_WITHIN_S = 0.25
OVER_IN_THE_END = ("paper_out", "cover_open", "offline")
PACE = Pace(look_s=0.01, deadline_s=5.0, first_rest_s=0.001, longest_rest_s=0.004, patience_s=60.0, max_tries=1000)


class Flapping:
    """Prints a few slips, is out of paper for a few, breaks off in the middle of every hundredth."""

    kind: ClassVar[str] = "tcp"
    name = "flapping"

    def __init__(self) -> None:
        self.profile: Profile = EIGHTY_MM
        self.printed = 0
        self.calm = False
        self._asked = 0
        self._turn = threading.Lock()

    def print(self, payload: bytes, deadline_s: float) -> None:
        with self._turn:
            self._asked += 1
            if self._asked % 100 == 0:
                raise OutcomeUnknown("it broke off in the middle")
            if self._asked % 7 < 3:
                raise DeviceError("the printer is out of paper", permanent=False)
            self.printed += 1

    def interrupt(self) -> None:
        """It never takes long."""

    def status(self) -> PrinterStatus:
        with self._turn:
            self._asked += 1
            return OUT if self._asked % 7 < 2 and not self.calm else WELL


@pytest.mark.slow
def test_five_hundred_slips_on_a_printer_that_comes_and_goes_are_each_printed_once(tmp_path: Path) -> None:
    printer, alerts = Flapping(), []

    def hear(alert: Alert, raised: bool) -> None:
        alerts.append((alert.kind, raised))

    with Spool(tmp_path / "spool.db") as spool, ExitStack() as ended:
        room = PrintRoom(spool, (InService("main", printer, mode="hybrid"),), lambda job: None, hear, pace=PACE)
        room.start()
        ended.callback(room.stop)
        took_s = []
        for number in range(SLIPS):
            began = time.monotonic()
            spool.put(f"t{number}", 0, Document((Number(f"A{number}", height_mm=6),), "en"))
            room.wake()
            took_s.append(time.monotonic() - began)
        until(lambda: {job.state for job in spool.jobs()} <= {"printed", "unknown", "held"}, "the storm is over")
        states = Counter(job.state for job in spool.jobs())
        printer.calm = True
        until(lambda: not {alert.kind for alert in room.alerts()} & set(OVER_IN_THE_END), "every alarm is over")
        assert room.stop()
    assert states["printed"] == printer.printed
    assert states["printed"] + states["unknown"] == SLIPS
    assert median(took_s) < PUT_WITHIN_S, "whoever puts a slip waits for the printer"
    for kind in OVER_IN_THE_END:
        turns = [raised for told, raised in alerts if told == kind]
        assert turns == [True, False] * (len(turns) // 2)
    print(dict(states), Counter(alerts))
