"""Everything that leaves by Socket.IO leaves from here; docs/sockets.md is the contract.

One dispatcher follows the journal with its own cursor and sends each event, in order, after the commit. A beat twice a
second says where the journal stands, so that a client that lost the last event notices, and one that lost the server
knows within two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask_socketio import SocketIO

from display_server.branch_server import BranchServer
from display_server.live.giving_way import give_way
from display_server.live.listeners import EVERYONE, Listeners
from display_server.live.phone_looks import PhoneLooks
from display_server.live.told import CONSOLE, DASHBOARD, DISPLAY, TICKET, is_private
from display_server.running.repeating import attempt, every
from lobby.access import KIOSK
from lobby.queue.events import TicketIssued

BEAT_S = 0.5
LOBBY_AGAIN = 4
"""The lobby's part is in a beat when it has changed, and in every fourth: each two seconds."""

FIGURES = 2
"""The manager's figures are in every second beat."""

LOOK_S = 1.0
"""How often it is looked whether customers' pages must be told something else."""

STRANGERS_S = 2.0
"""How often it is looked who has lost the right to listen."""


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
        self._phones = PhoneLooks(house.desk)
        self._cursor = house.desk.seq
        self._beats = 0
        self._lobby: dict[str, Any] = {}
        self._gave: dict[str, int] = {}

    def start(self, spawn: Callable[..., Any], event: Any, sleep: Callable[[float], None]) -> None:
        """Run dispatcher and beat with the server's own kind of threads; `event` is set after each commit. Whoever
        committed steps aside then: a call is on the screens before its answer is even put together."""

        def committed() -> None:
            event.set()
            sleep(0)

        self.house.desk.follow(committed)
        event.set()  # there may be something already: the rules, taken up at the start
        spawn(self._dispatch, event)
        spawn(every, BEAT_S, self.send_beat, "the beat")
        spawn(every, LOOK_S, partial(self.look_at_phones, give_way), "the look at the customers' pages")
        spawn(every, LOOK_S, self.look_at_kiosks, "the look at who gives numbers")
        part = partial(self.listeners.part_from_strangers, give_way)
        spawn(every, STRANGERS_S, part, "the look at who may still listen")

    # -- what goes out

    def _dispatch(self, event: Any) -> None:
        while True:
            event.wait()
            event.clear()
            attempt(
                self._send_all, "the dispatcher"
            )  # a fault of ours in one event must not leave all screens standing

    def _send_all(self) -> None:
        while self.send_new():
            pass

    def send_new(self) -> int:
        """Send what the journal has beyond the cursor; return how many events that was."""
        fresh = self.house.desk.events(self._cursor)
        for recorded in fresh:
            self._cursor = recorded.seq
            if isinstance(recorded.event, TicketIssued):
                self._gave[recorded.actor] = recorded.at
            for namespace in (DISPLAY, CONSOLE, DASHBOARD):
                if self.present[namespace]:
                    self._send("event", self.told.event(namespace, recorded), namespace)
            reference = "" if is_private(recorded) else getattr(recorded.event, "ticket", "")
            if reference in self.watched and reference in self.house.desk.state.tickets:
                self._tell(reference)
        return len(fresh)

    def look_at_kiosks(self) -> None:
        """Note which kiosks have given numbers. The database is asked who is one, and no screen waits for that."""
        gave, self._gave = self._gave, {}
        for name, at in gave.items():
            if self.presence.knows_kiosk(name) or self.house.tokens.is_held(name, (KIOSK,), self.house.clock()):
                self.presence.issued(name, at)

    def send_beat(self) -> None:
        """Where the journal stands, to everybody; to the screens and the managers, what their pages show beside. An
        event that comes meanwhile says more, and ends the beat."""
        seq = self._cursor
        beat = {"epoch": self.house.epoch, "seq": seq, "at": self.house.desk.now()}
        if self.present[DISPLAY]:
            self._pass_on(beat | self._lobby_news(), DISPLAY, lambda: self._cursor == seq)
        if self.present[CONSOLE]:
            self._pass_on(beat, CONSOLE, lambda: self._cursor == seq)
        if self.present[DASHBOARD]:
            figures = self.told.of_manager() if self._beats % FIGURES == 0 else {}
            self._pass_on(beat | figures, DASHBOARD, lambda: self._cursor == seq)
        if self.watched:
            self._pass_on({"epoch": beat["epoch"], "at": beat["at"]}, TICKET, lambda: True)
        self._beats += 1

    def _lobby_news(self) -> dict[str, Any]:
        found = self.told.of_lobby()
        if found == self._lobby and self._beats % LOBBY_AGAIN:
            return {}
        self._lobby = found
        return found

    def look_at_phones(self, pause: Callable[[], None] = lambda: None) -> None:
        """Tell the customers' pages whose ticket or wait is not what they were told last; `pause` lets others run."""
        for reference in self._phones.changed(list(self.watched), pause):
            self._tell(reference)

    def _tell(self, reference: str) -> None:
        """The customer's own ticket, to each page that is open of it."""
        self._phones.said(reference)
        self._send("snapshot", self.told.of_ticket(reference), TICKET, room=reference)

    def _send(self, message: str, payload: dict[str, Any], namespace: str, room: str = EVERYONE) -> None:
        self.socketio.emit(message, payload, namespace=namespace, to=room)

    def _pass_on(self, beat: dict[str, Any], namespace: str, while_true: Callable[[], bool]) -> None:
        """A beat goes to whoever is up to date: another comes soon, and who is behind is not to look alive."""
        manager = self.socketio.server.manager
        manager.emit("beat", beat, namespace=namespace, to=EVERYONE, while_true=while_true)
