"""Everything that leaves by Socket.IO leaves from here; docs/sockets.md is the contract.

One dispatcher follows the journal with its own cursor and sends each event, in order, after the commit. A client that
connects joins its room first and gets its snapshot then, so that nothing falls between the two. A beat a second says
where the journal stands, so that a client that lost the last event notices.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from flask import request as flask_request
from flask_socketio import Namespace, SocketIO, join_room

from display_server.access import COOKIE, same_origin
from display_server.branch_server import BranchServer
from lobby.access import require
from lobby.errors import BadRequest, Forbidden, LobbyError, UnknownTicket
from lobby.queue.events import Recorded
from lobby.reports.live import live_figures
from lobby.views import board_view, branch_view, counter_view, queue_view, service_views, ticket_view

log = logging.getLogger(__name__)

EVERYONE = "everyone"
BEAT_S = 1.0
RESYNC_EVENTS = 500
"""Who is further behind than this gets a snapshot instead of the events."""


class Live:
    """The live side of one branch server."""

    def __init__(self, socketio: SocketIO, house: BranchServer) -> None:
        self.socketio = socketio
        self.house = house
        self.watched: Counter[str] = Counter()
        self.present: Counter[str] = Counter()
        self._cursor = house.desk.seq
        for namespace in (_Display, _Console, _Dashboard, _Ticket):
            socketio.on_namespace(namespace(self))

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
            while self.send_new():
                pass

    def send_new(self) -> int:
        """Send what the journal has beyond the cursor; return how many events that was."""
        fresh = self.house.desk.events(self._cursor)
        for recorded in fresh:
            self._cursor = recorded.seq
            for namespace in (_Display.path, _Console.path, _Dashboard.path):
                if self.present[namespace]:
                    told = self.told(namespace, recorded)
                    self.socketio.emit("event", told, namespace=namespace, to=EVERYONE)
            reference = getattr(recorded.event, "ticket", "")
            if reference in self.watched:
                self.socketio.emit("snapshot", self.of_ticket(reference), namespace=_Ticket.path, to=reference)
        return len(fresh)

    def _beat(self, sleep: Callable[[float], None]) -> None:
        while True:
            sleep(BEAT_S)
            try:
                self.send_beat()
            except Exception:  # a beat that fails must not be the last one
                log.exception("the beat failed")

    def send_beat(self) -> None:
        state, now = self.house.desk.state, self.house.desk.now()
        beat = {"epoch": self.house.epoch, "seq": self._cursor, "at": now}
        if self.present[_Display.path]:
            services = _plain(service_views(state, now))
            self.socketio.emit("beat", beat | {"services": services}, namespace=_Display.path, to=EVERYONE)
        if self.present[_Console.path]:
            self.socketio.emit("beat", beat, namespace=_Console.path, to=EVERYONE)
        if self.present[_Dashboard.path]:
            figures = _plain(live_figures(state, now))
            self.socketio.emit("beat", beat | {"figures": figures}, namespace=_Dashboard.path, to=EVERYONE)
        for reference in list(self.watched):
            if reference in state.tickets:
                self.socketio.emit("beat", self.of_ticket(reference), namespace=_Ticket.path, to=reference)

    # -- what each namespace may see

    def public(self, recorded: Recorded) -> dict[str, Any]:
        """An event for the lobby screens: numbers, counters and queues, no person."""
        told = _bare(recorded)
        event, state = recorded.event, self.house.desk.state
        touched = {getattr(event, "service", "")}
        ticket = state.tickets.get(getattr(event, "ticket", ""))
        if ticket is not None:
            told |= {"number": ticket.number, "service": ticket.service, "language": ticket.language}
            told["calls"] = ticket.step.calls
            touched |= {step.service for step in ticket.steps}
        if getattr(event, "counter", None) is not None:
            told["counter"] = event.counter  # type: ignore[union-attr]  # asked for in the line above
        told["waiting"] = {code: len(state.waiting.get(code, ())) for code in touched if code in state.setup.services}
        return told

    def internal(self, recorded: Recorded) -> dict[str, Any]:
        """An event for the consoles: ticket and counter as they are now."""
        told = self.public(recorded)
        state = self.house.desk.state
        ticket = state.tickets.get(getattr(recorded.event, "ticket", ""))
        if ticket is not None:
            told["ticket"] = _plain(ticket_view(state, ticket))
        if told.get("counter") in state.setup.counters:
            told["counter_state"] = _plain(counter_view(state, state.counter(told["counter"])))
        return told

    def of_ticket(self, reference: str) -> dict[str, Any]:
        """A customer's own ticket, with how the branch stands for it."""
        state, now = self.house.desk.state, self.house.desk.now()
        ticket = state.ticket(reference)
        service = next((s for s in service_views(state, now) if s.code == ticket.service), None)
        return {
            "epoch": self.house.epoch,
            "seq": ticket.version,
            "at": now,
            "ticket": _plain(ticket_view(state, ticket)),
            "wait": _plain(service.wait) if service else None,
        }

    def snapshot(self, namespace: str) -> dict[str, Any]:
        desk = self.house.desk
        state, now = desk.state, desk.now()
        base = {"epoch": self.house.epoch, "seq": state.seq, "at": now}
        if namespace == _Display.path:
            return base | {"board": _plain(board_view(state, now))}
        if namespace == _Console.path:
            return base | {"queue": _plain(queue_view(state, now)), "branch": _plain(branch_view(state, now))}
        return base | {"figures": _plain(live_figures(state, now))}

    def told(self, namespace: str, recorded: Recorded) -> dict[str, Any]:
        """One event as this namespace may see it."""
        if namespace == _Display.path:
            return self.public(recorded)
        return self.internal(recorded) if namespace == _Console.path else _bare(recorded)


def _bare(recorded: Recorded) -> dict[str, Any]:
    return {"seq": recorded.seq, "at": recorded.at, "kind": type(recorded.event).__name__}


def _sid() -> str:
    """The connection that the handler runs for."""
    return str(flask_request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO puts it there


def _plain(view: Any) -> Any:
    return msgspec.to_builtins(view, str_keys=True)


class _Numbered(Namespace):  # type: ignore[misc]  # the library ships no types
    """A namespace with numbered events for everyone who may listen."""

    path = ""
    permission = ""

    def __init__(self, live: Live) -> None:
        super().__init__(self.path)
        self.live = live

    def on_connect(self, auth: Any = None) -> None:
        try:
            self._admit(auth if isinstance(auth, dict) else {})
        except LobbyError as refusal:
            raise ConnectionRefusedError(refusal.name) from None
        join_room(EVERYONE)
        self.live.present[self.path] += 1
        self.socketio.emit("snapshot", self.live.snapshot(self.path), namespace=self.path, to=_sid())

    def on_disconnect(self, reason: Any = None) -> None:
        self.live.present[self.path] -= 1

    def _admit(self, auth: dict[str, Any]) -> None:
        token = auth.get("token")
        if not token:
            if not same_origin(flask_request):
                raise Forbidden()
            token = flask_request.cookies.get(COOKIE, "")
        house = self.live.house
        if not isinstance(token, str):
            raise BadRequest(problem="token")
        require(house.holder(token).role, self.permission)
        house.branch_desk(str(auth.get("branch") or house.id))

    def on_resync(self, message: Any = None) -> None:
        after = message.get("after") if isinstance(message, dict) else None
        desk = self.live.house.desk
        last = desk.seq
        if isinstance(after, int) and not isinstance(after, bool) and 0 <= last - after <= RESYNC_EVENTS and after >= 0:
            for recorded in desk.events(after, RESYNC_EVENTS):
                self.socketio.emit("event", self.live.told(self.path, recorded), namespace=self.path, to=_sid())
            return
        self.socketio.emit("snapshot", self.live.snapshot(self.path), namespace=self.path, to=_sid())


class _Display(_Numbered):
    path, permission = "/display", "see the branch"


class _Console(_Numbered):
    path, permission = "/console", "see the queue"


class _Dashboard(_Numbered):
    path, permission = "/dashboard", "see figures"


class _Ticket(Namespace):  # type: ignore[misc]  # the library ships no types
    """A customer's page: only its own ticket, for whoever holds the ticket's token."""

    path = "/ticket"

    def __init__(self, live: Live) -> None:
        super().__init__(self.path)
        self.live = live
        self._tickets: dict[str, str] = {}

    def on_connect(self, auth: Any = None) -> None:
        token = auth.get("ticket") if isinstance(auth, dict) else None
        reference = self.live.house.desk.state.tokens.get(token) if isinstance(token, str) else None
        if reference is None:
            raise ConnectionRefusedError(UnknownTicket.__name__)
        self._tickets[_sid()] = reference
        self.live.watched[reference] += 1
        join_room(reference)
        self.on_resync()

    def on_disconnect(self, reason: Any = None) -> None:
        reference = self._tickets.pop(_sid(), None)
        if reference is not None:
            self.live.watched[reference] -= 1
            if not self.live.watched[reference]:
                del self.live.watched[reference]

    def on_resync(self, message: Any = None) -> None:
        reference = self._tickets.get(_sid())
        if reference in self.live.house.desk.state.tickets:
            told = self.live.of_ticket(reference)
            self.socketio.emit("snapshot", told, namespace=self.path, to=_sid())
