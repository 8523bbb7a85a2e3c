"""A branch on a port, with the live side, and a customer's ticket in it that can be brought into every state."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from flask_socketio import SocketIO

from display_server.live.sender import Live
from display_server.live.told import TICKET
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from tests.builders import ANN, KIOSK, VISITOR, Clock
from tests.display_server.served import served
from tests.end_to_end.house import House, a_house

COUNTER = 6
"""It serves everything, and nobody else does; it is on the right."""


class PhoneHouse:
    """The house, on a port; `do` has the branch carry a command out."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.clock = Clock()
        self._keys = count(1)
        self.house: House = a_house(folder, self.clock, _with_a_way)
        self.server = self.house.server
        sockets = SocketIO(self.house.app, async_mode="threading", cors_allowed_origins=[])
        self.live = Live(sockets, self.server)
        tickets, lock = sockets.server.namespace_handlers[TICKET], threading.RLock()
        self.live._tell = _alone(self.live._tell, lock)  # type: ignore[method-assign]
        tickets.on_resync = _alone(tickets.on_resync, lock)
        self.live.start(sockets.start_background_task, threading.Event(), time.sleep)
        self._http = served(self.house.app)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.do(c.OpenCounter(COUNTER))

    def close(self) -> None:
        self._http.shutdown()

    def do(self, command: c.Command, actor: Actor = ANN) -> Answer:
        return self.server.desk.submit(command, key=f"phone-{next(self._keys)}", actor=actor)

    def ticket(self, language: str = "en", service: str = "cash") -> Ticket:
        """A customer's own, the last in the queue."""
        issued = self.do(c.Issue(service, language), KIOSK).ticket
        assert issued is not None
        return Ticket(self, issued.id, issued.token)

    def reopen(self) -> None:
        """The next morning."""
        self.do(c.OpenCounter(COUNTER))

    def empty(self) -> None:
        """Nobody waits or is at the counter any more."""
        tickets = self.server.desk.state.tickets
        for id in [id for id, one in tickets.items() if one.state in {"waiting", "called", "parked"}]:
            self.do(c.Cancel(id))
        if self.server.desk.state.counter(COUNTER).ticket:
            self.do(c.Finish(COUNTER))


def _alone(tell: Callable[..., None], lock: threading.RLock) -> Callable[..., None]:
    """As on the server's one loop: between looking at a ticket and sending it nobody sends what is newer."""

    def telling(*given: Any) -> None:
        with lock:
            tell(*given)

    return telling


def _with_a_way(branch_file: str) -> str:
    return branch_file.replace(f"number = {COUNTER} ", f'direction = "right"\nnumber = {COUNTER} ')


class Ticket:
    """One customer's."""

    def __init__(self, house: PhoneHouse, id: str, token: str) -> None:
        self.house, self.id, self.token = house, id, token
        self.path = f"/t/{token}"

    def is_called(self) -> None:
        self.house.do(c.CallTicket(COUNTER, self.id, "phone"))

    def is_called_again(self) -> None:
        self.house.do(c.Recall(COUNTER))

    def is_finished_now(self) -> None:
        """Who was called is served to the end."""
        self.house.do(c.Start(COUNTER))
        self.house.do(c.Finish(COUNTER))

    def is_served(self) -> None:
        self.is_called()
        self.house.do(c.Start(COUNTER))

    def is_parked(self) -> None:
        self.is_served()
        self.house.do(c.Park(COUNTER))

    def is_finished(self) -> None:
        self.is_served()
        self.house.do(c.Finish(COUNTER))

    def missed_it(self) -> None:
        self.is_called()
        self.house.clock.forward(minutes=2)
        self.house.do(c.Recall(COUNTER))
        self.house.clock.forward(minutes=2)
        self.house.do(c.DeclareNoShow(COUNTER))

    def missed_it_again(self) -> None:
        self.missed_it()
        self.house.do(c.Return(self.id), VISITOR)
        self.missed_it()

    def came_too_late(self) -> None:
        self.missed_it()
        self.house.clock.forward(minutes=16)

    def is_held(self) -> None:
        self.house.do(c.Hold(self.id), VISITOR)

    def is_cancelled(self) -> None:
        self.house.do(c.Cancel(self.id), VISITOR)

    def said_how_it_was(self) -> None:
        self.is_finished()
        self.house.do(c.GiveFeedback(5, ticket=self.id), VISITOR)


STATES: dict[str, Callable[[Ticket], Any]] = {
    "waiting": lambda ticket: None,
    "held": Ticket.is_held,
    "called": Ticket.is_called,
    "serving": Ticket.is_served,
    "parked": Ticket.is_parked,
    "finished": Ticket.is_finished,
    "answered": Ticket.said_how_it_was,
    "missed": Ticket.missed_it,
    "too_late": Ticket.came_too_late,
    "no_show": Ticket.missed_it_again,
    "cancelled": Ticket.is_cancelled,
}
