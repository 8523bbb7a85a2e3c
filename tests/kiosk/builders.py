"""A branch with a kiosk in front of it: the example branch on a real desk, a fake spool, a server to stop and start."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from flask import Flask, Response, request
from flask.testing import FlaskClient

from hardware.document import Document
from kiosk import kiosk_blueprint, look_blueprint
from kiosk.staff import PrinterLine, SlipLine, StaffState, add_staff
from lobby import errors
from lobby.config import load
from lobby.desk import Desk
from lobby.door import Answer, Door
from lobby.local_door import LocalDoor
from lobby.queue.commands import Command, OpenCounter
from lobby.queue.decisions import Actor
from lobby.queue.services import KioskOptions, Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.signage import Look
from lobby.views import BranchView, TicketView
from tests.builders import ANN, KIOSK, Clock
from tests.end_to_end.branch_process import free_port
from tests.web_server import WebServer

Kind = TypeVar("Kind")
EXAMPLE = Path(str(files("lobby.examples")))
FILES_KEPT_S = 3600


def example_setup(**options: Any) -> Setup:
    """The example branch: five services in two groups, six counters, one declared priority class. Its kiosk has the
    options given, and asks for no documents before the number unless they say so."""
    setup = load(EXAMPLE).setup
    return msgspec.structs.replace(setup, kiosk=KioskOptions(**{"documents_first": False} | options))


class RefusingDoor(LocalDoor):
    """The desk's door, which refuses the commands that it is told to, as a kiosk without its server does."""

    def __init__(self, desk: Desk, actor: Actor, refuses: dict[type[Command], Exception]) -> None:
        super().__init__(desk, actor)
        self._refuses = refuses

    def submit(self, command: Command, *, key: str, at: int | None = None) -> Answer:
        if type(command) in self._refuses:
            raise self._refuses[type(command)]
        return super().submit(command, key=key, at=at)


@dataclass
class FakeKiosk:
    """A `Kiosk` over a desk. Its paper does what the test says, `states` for a single (slip, copy), `state` for all the
    others; its spool keeps each (ticket, copy) once."""

    desk: Desk
    signed_in: bool = True
    state: str = "printed"
    states: dict[tuple[str, int], str] = field(default_factory=dict)
    address: str = "https://lobby.example"
    spool_error: Exception | None = None
    spooled: dict[tuple[str, int], TicketView] = field(default_factory=dict)
    lists: dict[str, Document] = field(default_factory=dict)
    asked_to_print: int = 0
    at_hand: bool = True
    refuses: dict[type[Command], Exception] = field(default_factory=dict)
    spoken: tuple[str, ...] = ()
    bank: Look = field(default_factory=Look)

    def door(self) -> Door:
        if not self.signed_in:
            raise errors.NotSignedIn()
        return RefusingDoor(self.desk, KIOSK, self.refuses)

    def print(self, ticket: TicketView, branch: BranchView) -> None:
        self.asked_to_print += 1
        if self.spool_error is not None:
            raise self.spool_error
        self.spooled.setdefault((ticket.id, ticket.copies), ticket)

    def print_slip(self, id: str, slip: Document) -> None:
        if self.spool_error is not None:
            raise self.spool_error
        self.lists.setdefault(id, slip)

    def paper(self, id: str, copy: int = 0) -> str:
        known = (id, copy) in self.spooled or id in self.lists
        return self.states.get((id, copy), self.state) if known else "none"

    def connected(self) -> bool:
        return self.at_hand

    def look(self) -> Look:
        return self.bank

    def speech(self) -> tuple[str, ...]:
        return self.spoken

    def volume(self) -> int:
        return 60

    def ticket_url(self, ticket: TicketView) -> str:
        return f"{self.address}/t/{ticket.token}" if self.address else ""

    def complaint_url(self, reference: str) -> str:
        return f"{self.address}/c/{reference}" if self.address else ""


@dataclass
class FakeStaffRoom:
    """A `StaffRoom` with one PIN; what is done in it is noted, and fails with `fault` when told to."""

    kiosk: FakeKiosk
    clock: Clock
    pin: str = "271828"
    printers: tuple[PrinterLine, ...] = (PrinterLine("ticket", "ready", "", "ok", 42.0),)
    slips: tuple[SlipLine, ...] = ()
    volume: int = 60
    done: list[tuple[str, str | int]] = field(default_factory=list)
    fault: Exception | None = None

    def allowed(self) -> object:
        return self.kiosk.door()

    def now(self) -> int:
        return self.clock()

    def check_pin(self, pin: str) -> None:
        if self.fault is not None:
            raise self.fault
        if pin != self.pin:
            raise errors.WrongPin()

    def state(self) -> StaffState:
        return StaffState(self.printers, self.slips, self.volume, self.kiosk.at_hand, 0)

    def paper_changed(self, printer: str) -> None:
        self._do("paper changed", printer)

    def test_print(self, printer: str) -> None:
        self._do("test print", printer)

    def release(self, slip: int) -> None:
        self._do("release", slip)
        self.slips = tuple(one for one in self.slips if one.id != slip)

    def drop(self, slip: int) -> None:
        self._do("drop", slip)
        self.slips = tuple(one for one in self.slips if one.id != slip)

    def set_volume(self, percent: int) -> None:
        self._do("volume", percent)
        self.volume = percent

    def _do(self, deed: str, what: str | int) -> None:
        if self.fault is not None:
            raise self.fault
        self.done.append((deed, what))


class KioskBranch:
    """The branch, its kiosk with its staff page, and the app that serves them."""

    def __init__(self, folder: Path, setup: Setup | None = None, clock: Clock | None = None) -> None:
        self.folder = folder
        self.setup = setup or example_setup()
        self.clock = clock or Clock()
        self.desk = Desk(self.setup, Journal(Store.in_folder(folder), self.setup.id), clock=self.clock)
        self.kiosk = FakeKiosk(self.desk)
        self.posts: list[str] = []
        self.asked: list[str] = []
        self.lose_answers = 0
        self.app = Flask("kiosk-under-test")
        self.staff = FakeStaffRoom(self.kiosk, self.clock)
        self.app.register_blueprint(kiosk_blueprint(self.kiosk, lambda pages: add_staff(pages, self.staff)))
        self.app.register_blueprint(look_blueprint(self.kiosk.look, folder))
        self.app.after_request(self._lose)

    def _lose(self, response: Response) -> Response:
        """Note each try of a tap; give its answer away when told to, after it was carried out."""
        if request.method == "POST":
            self.posts.append(request.headers.get("Idempotency-Key", ""))
            self.asked.append(request.path.removeprefix("/kiosk/"))
            if self.lose_answers:
                self.lose_answers -= 1
                return Response("gateway", 502)
        return response

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def open_counter(self, number: int = 6) -> None:
        self.desk.submit(OpenCounter(number), key=f"open-{number}", actor=ANN)

    def happened(self, kind: type[Kind]) -> list[Kind]:
        """All events of that kind, in order."""
        return [recorded.event for recorded in self.desk.events() if isinstance(recorded.event, kind)]

    def tickets(self) -> list[TicketView]:
        """All tickets there are, in order."""
        return list(self.desk.door(KIOSK).queue().waiting)


class Served:
    """An app on a port of this machine; it can go away and come back at the same address, and so can another app."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = free_port()
        self.server: WebServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/kiosk/"

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)

    def start(self) -> None:
        self.server = WebServer(self._answer, self.port)

    def take_over(self, app: Flask) -> None:
        """From now on it is this app that answers; it lets a browser keep what does not change while a test runs."""
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = FILES_KEPT_S
        self.app = app
        if self.server is None:
            self.start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
