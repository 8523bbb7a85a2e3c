"""The staff page of a kiosk, behind a PIN: printers and paper, slips that wait for a decision, volume.

A PIN opens it for five minutes at a time, on that kiosk only.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Protocol

import msgspec
from flask import Blueprint, Response, request

from kiosk.requests import answer, body
from lobby import errors

COOKIE = "lobby-kiosk-staff"
OPEN_MS = 5 * 60 * 1000


class PrinterLine(msgspec.Struct, frozen=True):
    """A printer as staff see it. `state` is ready, printing or trouble; `problem` says what a person has to mend, empty
    when nothing; `paper` is ok, near_end, out or unknown; `metres_left` is counted where the roll's length is known."""

    name: str
    state: str
    problem: str
    paper: str
    metres_left: float | None = None


class SlipLine(msgspec.Struct, frozen=True):
    """A slip that waits for a person: `held` was certainly not printed, `unknown` may have been. `at` in ms UTC."""

    id: int
    number: str
    state: str
    reason: str
    at: int


class StaffState(msgspec.Struct, frozen=True):
    """All that the staff page shows. `unsent` counts what waits to be handed in to the server."""

    printers: tuple[PrinterLine, ...]
    slips: tuple[SlipLine, ...]
    volume: int
    connected: bool
    unsent: int = 0


class StaffRoom(Protocol):
    """What the staff page works on."""

    def allowed(self) -> object:
        """Refuses a request that is not from a kiosk."""
        ...

    def now(self) -> int:
        """ms UTC."""
        ...

    def check_pin(self, pin: str) -> None:
        """Refuses with `WrongPin`, `TooManyAttempts` or `NoPinSet`."""
        ...

    def state(self) -> StaffState: ...

    def paper_changed(self, printer: str) -> None: ...

    def test_print(self, printer: str) -> None: ...

    def release(self, slip: int) -> None:
        """Print a held or unknown slip (again)."""
        ...

    def drop(self, slip: int) -> None:
        """Never print it."""
        ...

    def set_volume(self, percent: int) -> None: ...


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pin: str


class WhichPrinter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    printer: str


class WhichSlip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    slip: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class Loudness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    percent: Annotated[int, msgspec.Meta(ge=0, le=100)]


def add_staff(blueprint: Blueprint, room: StaffRoom) -> None:
    """The routes of the staff page, under `staff/`."""
    open_until: dict[str, int] = {}

    def inside() -> None:
        room.allowed()
        session, now = request.cookies.get(COOKIE, ""), room.now()
        for old in [one for one, until in open_until.items() if until < now]:
            open_until.pop(old, None)  # another thread may have been here
        if session not in open_until:
            raise errors.NotSignedIn()
        open_until[session] = now + OPEN_MS

    def state() -> Response:
        return answer(room.state())

    @blueprint.post("/staff/sign-in")
    def staff_sign_in() -> Response:
        room.allowed()
        room.check_pin(body(Pin).pin)
        session = secrets.token_urlsafe(16)
        open_until[session] = room.now() + OPEN_MS
        response = state()
        response.set_cookie(
            COOKIE, session, httponly=True, samesite="Strict", secure=request.is_secure, path="/kiosk/staff"
        )
        return response

    @blueprint.post("/staff/sign-out")
    def staff_sign_out() -> Response:
        open_until.pop(request.cookies.get(COOKIE, ""), None)
        response = Response(status=204)
        response.delete_cookie(COOKIE, path="/kiosk/staff")
        return response

    @blueprint.get("/staff/state")
    def staff_state() -> Response:
        inside()
        return state()

    @blueprint.post("/staff/paper-changed")
    def staff_paper_changed() -> Response:
        inside()
        room.paper_changed(body(WhichPrinter).printer)
        return state()

    @blueprint.post("/staff/test-print")
    def staff_test_print() -> Response:
        inside()
        room.test_print(body(WhichPrinter).printer)
        return state()

    @blueprint.post("/staff/release")
    def staff_release() -> Response:
        inside()
        room.release(body(WhichSlip).slip)
        return state()

    @blueprint.post("/staff/drop")
    def staff_drop() -> Response:
        inside()
        room.drop(body(WhichSlip).slip)
        return state()

    @blueprint.post("/staff/volume")
    def staff_volume() -> Response:
        inside()
        room.set_volume(body(Loudness).percent)
        return state()
