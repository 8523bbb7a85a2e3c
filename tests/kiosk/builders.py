"""A branch with a kiosk in front of it: the example branch on a real desk, a fake spool, a server to stop and start."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server

from hardware.document import Document
from kiosk import kiosk_blueprint, look_blueprint
from lobby import errors
from lobby.config import load
from lobby.desk import Desk
from lobby.door import Door
from lobby.queue.commands import OpenCounter
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.views import BranchView, TicketView
from tests.builders import ANN, KIOSK, Clock

EXAMPLE = Path(str(files("lobby.examples")))


def example_setup() -> Setup:
    """The example branch: five services in two groups, six counters, one declared priority class."""
    return load(EXAMPLE).setup


@dataclass
class FakeKiosk:
    """A `Kiosk` over a desk. Its paper does what the test says; its spool keeps each (ticket, copy) once."""

    desk: Desk
    signed_in: bool = True
    state: str = "printed"
    address: str = "https://lobby.example"
    spool_error: Exception | None = None
    spooled: dict[tuple[str, int], TicketView] = field(default_factory=dict)
    lists: dict[str, Document] = field(default_factory=dict)
    asked_to_print: int = 0
    at_hand: bool = True
    spoken: tuple[str, ...] = ()

    def door(self) -> Door:
        if not self.signed_in:
            raise errors.NotSignedIn()
        return self.desk.door(KIOSK)

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
        return self.state if (id, copy) in self.spooled or id in self.lists else "none"

    def connected(self) -> bool:
        return self.at_hand

    def speech(self) -> tuple[str, ...]:
        return self.spoken

    def volume(self) -> int:
        return 60

    def ticket_url(self, ticket: TicketView) -> str:
        return f"{self.address}/t/{ticket.token}" if self.address else ""


class KioskBranch:
    """The branch, its kiosk and the app that serves it."""

    def __init__(self, folder: Path, setup: Setup | None = None, clock: Clock | None = None) -> None:
        self.setup = setup or example_setup()
        self.clock = clock or Clock()
        self.desk = Desk(self.setup, Journal(Store.in_folder(folder), self.setup.id), clock=self.clock)
        self.kiosk = FakeKiosk(self.desk)
        self.posts: list[str] = []
        self.lose_answers = 0
        self.app = Flask("kiosk-under-test")
        self.app.register_blueprint(kiosk_blueprint(self.kiosk))
        self.app.register_blueprint(look_blueprint())
        self.app.after_request(self._lose)

    def _lose(self, response: Response) -> Response:
        """Note each try of a tap; give its answer away when told to, after it was carried out."""
        if request.method == "POST":
            self.posts.append(request.headers.get("Idempotency-Key", ""))
            if self.lose_answers:
                self.lose_answers -= 1
                return Response("gateway", 502)
        return response

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def open_counter(self, number: int = 6) -> None:
        self.desk.submit(OpenCounter(number), key=f"open-{number}", actor=ANN)

    def tickets(self) -> list[TicketView]:
        """All tickets there are, in order."""
        return list(self.desk.door(KIOSK).queue().waiting)


class Served:
    """The app on a port of this machine; it can go away and come back at the same address."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = 0
        self.server: BaseWSGIServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/kiosk/"

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def stop(self) -> None:
        if self.server is None:
            return
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.server = None
