"""A running branch with printers that a test may break: taps at its kiosk, its staff page, its papers, its alerts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import httpx
import zxingcpp
from PIL import Image

from hardware.virtual_device import VirtualPrinter
from kiosk.pin import StaffPin
from lobby.queue import events as e
from lobby.records.tokens import DEVICE, Tokens
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until
from tests.end_to_end.listener import Listener

PIN = "246813"
MAIN, SPARE = "ticket", "spare"


class PaperBranch:
    """The branch over HTTP, as its kiosk, its staff and its manager's page see it."""

    def __init__(self, branch: BranchProcess, kiosk: httpx.Client, manager: RemoteDesk, dashboard: Listener) -> None:
        self.branch = branch
        self._kiosk = kiosk
        self._manager = manager
        self._dashboard = dashboard
        self._keys = count()

    # -- at the kiosk

    def tap(self, service: str = "cash", **more: Any) -> dict[str, Any]:
        """Take a ticket: what the kiosk's page is told."""
        answer = self.post("/kiosk/tickets", {"service": service, **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def post(self, path: str, body: Any, key: str = "") -> httpx.Response:
        return self._kiosk.post(path, json=body, headers={"Idempotency-Key": key or f"tap-{next(self._keys)}"})

    def paper(self, slip: str, copy: int = 0) -> str:
        """How far a slip is, as the page asks."""
        return str(self._kiosk.get(f"/kiosk/slips/{slip}/paper/{copy}").json()["state"])

    def comes_to(self, state: str, *taps: dict[str, Any]) -> None:
        """Wait until the slips of these taps are in that state."""
        for tap in taps:
            id = tap["ticket"]["id"]
            until(lambda: self.paper(id) == state, f"{id} is {state}")  # noqa: B023  # called at once

    # -- the staff page

    def sign_in(self) -> dict[str, Any]:
        """Open the staff page: what it shows."""
        return self.staff("sign-in", pin=PIN)

    def staff(self, deed: str, **body: Any) -> dict[str, Any]:
        """Do something on the staff page: what it shows then."""
        answer = self.post(f"/kiosk/staff/{deed}", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def staff_state(self) -> dict[str, Any]:
        answer = self._kiosk.get("/kiosk/staff/state")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    # -- what the manager sees, and what is on record

    def alerts(self) -> list[tuple[str, str, str]]:
        """The open alerts on the manager's page: device, problem, subject."""
        figures = [beat["figures"] for beat in self._dashboard.all("beat") if "figures" in beat]
        shown = figures[-1]["alerts"] if figures else []
        return [(one["device"], one["problem"], one["subject"]) for one in shown]

    def is_alerted(self, problem: str, device: str = MAIN, subject: str = "") -> None:
        """Wait until the manager's page shows this alert."""
        alert = (device, problem, subject)
        until(lambda: alert in self.alerts(), f"{alert} among {self.alerts()}")

    def is_calm(self) -> None:
        """Wait until the manager's page shows no alert any more."""
        until(lambda: self.alerts() == [], "every alert is resolved")

    def told(self, problem: str, device: str = MAIN) -> list[type[e.Event]]:
        """What the journal says of this problem of a device, in order."""
        return [
            type(recorded.event)
            for recorded in self._manager.events()
            if isinstance(recorded.event, e.AlertRaised | e.AlertResolved)
            and (recorded.event.device, recorded.event.problem) == (device, problem)
        ]


@contextmanager
def open_to_all(branch: BranchProcess) -> Iterator[PaperBranch]:
    """The running branch with a kiosk, a PIN for its staff page, and a manager's page."""
    with closing(branch.store()) as store:
        now = time.time_ns() // 1_000_000
        kiosks, managers = (Tokens(store).create(DEVICE, role, role, now) for role in ("kiosk", "manager"))
    StaffPin(branch.folder).set(PIN)
    headers = {"Authorization": f"Bearer {kiosks}"}
    with (
        httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as kiosk,
        closing(branch.desk(managers)) as manager,
        Listener(branch.url, "/dashboard", {"token": managers}, reconnects=True) as dashboard,
    ):
        yield PaperBranch(branch, kiosk, manager, dashboard)


def printed_by(printer: VirtualPrinter) -> Counter[str]:
    """How often each ticket came out whole, by the address in its QR code."""
    found: Counter[str] = Counter()
    for file in printer.tickets():
        with Image.open(file) as picture:
            codes = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
        found.update(code.text for code in codes)
    return found
