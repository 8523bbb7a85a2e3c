"""Everything that leaves by Socket.IO leaves from here; docs/sockets.md is the contract.

One dispatcher follows the journal with its own cursor and sends each event, in order, after the commit. A beat a second
says where the journal stands, so that a client that lost the last event notices.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_socketio import SocketIO

from display_server.branch_server import BranchServer
from display_server.listeners import EVERYONE, Listeners
from display_server.told import CONSOLE, DASHBOARD, DISPLAY, TICKET, is_private
from lobby.access import KIOSK
from lobby.queue.events import TicketIssued

log = logging.getLogger(__name__)

BEAT_S = 1.0


class Live:
    """The live side of one branch server."""

    def __init__(self, socketio: SocketIO, house: BranchServer) -> None:
        self.socketio = socketio
        self.house = house
        self.listeners = Listeners(socketio, house)
        self.told = self.listeners.told
        self.presence = self.listeners.presence
        self.present = self.listeners.present
        self.watched = self.listeners.watched
        self._cursor = house.desk.seq

    def start(self, spawn: Callable[..., Any], event: Any, sleep: Callable[[float], None]) -> None:
        """Run dispatcher and beat with the server's own kind of threads; `event` is set after each commit."""
        self.house.desk.follow(event.set)
        spawn(self._dispatch, event)
        spawn(self._beat, sleep)

    # -- what goes out

    def _dispatch(self, event: Any) -> None:
        while True:
            event.wait()
            event.clear()
            with _whatever_happens("the dispatcher"):
                while self.send_new():
                    pass

    def send_new(self) -> int:
        """Send what the journal has beyond the cursor; return how many events that was."""
        fresh = self.house.desk.events(self._cursor)
        for recorded in fresh:
            self._cursor = recorded.seq
            if isinstance(recorded.event, TicketIssued) and self._is_kiosk(recorded.actor):
                self.presence.issued(recorded.actor, recorded.at)
            for namespace in (DISPLAY, CONSOLE, DASHBOARD):
                if self.present[namespace]:
                    told = self.told.event(namespace, recorded)
                    self.socketio.emit("event", told, namespace=namespace, to=EVERYONE)
            reference = "" if is_private(recorded) else getattr(recorded.event, "ticket", "")
            if reference in self.watched and reference in self.house.desk.state.tickets:
                self.socketio.emit("snapshot", self.told.of_ticket(reference), namespace=TICKET, to=reference)
        return len(fresh)

    def _is_kiosk(self, name: str) -> bool:
        return self.presence.knows_kiosk(name) or self.house.tokens.is_held(name, (KIOSK,), self.house.clock())

    def _beat(self, sleep: Callable[[float], None]) -> None:
        while True:
            sleep(BEAT_S)
            with _whatever_happens("the beat"):
                self.send_beat()
            with _whatever_happens("the look at who may still listen"):
                self.listeners.part_from_strangers()

    def send_beat(self) -> None:
        state, now = self.house.desk.state, self.house.desk.now()
        beat = {"epoch": self.house.epoch, "seq": self._cursor, "at": now}
        if self.present[DISPLAY]:
            self.socketio.emit("beat", beat | self.told.of_lobby(), namespace=DISPLAY, to=EVERYONE)
        if self.present[CONSOLE]:
            self.socketio.emit("beat", beat, namespace=CONSOLE, to=EVERYONE)
        if self.present[DASHBOARD]:
            self.socketio.emit("beat", beat | self.told.of_manager(), namespace=DASHBOARD, to=EVERYONE)
        for reference in list(self.watched):
            if reference in state.tickets:
                self.socketio.emit("beat", self.told.of_ticket(reference), namespace=TICKET, to=reference)


@contextmanager
def _whatever_happens(what: str) -> Iterator[None]:
    """Work that goes on after a failure: what failed is logged, and the next round comes."""
    try:
        yield
    except Exception:
        log.exception("%s failed", what)
