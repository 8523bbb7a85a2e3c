"""Who listens: the Socket.IO namespaces, and what a client is told when it joins or asks again. Who may join, and send
what, stands in `display_server.gate.permissions`.

A client that connects joins its room first and gets its snapshot then, so that nothing falls between the two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from flask import request as flask_request
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO, join_room

from display_server.branch_server import BranchServer
from display_server.gate.access import chosen, same_origin, tokens_of
from display_server.gate.permissions import SOCKETS, known_messages, may_send
from display_server.live.presence import Presence
from display_server.live.told import CONSOLE, DASHBOARD, DISPLAY, TICKET, Told
from lobby import access
from lobby.errors import Forbidden, LobbyError, NotSignedIn, UnknownTicket

EVERYONE = "everyone"
RESYNC_EVENTS = 500
"""Who is further behind than this gets a snapshot instead of the events."""


class Listener(NamedTuple):
    """The tokens by which a client may listen, and the roles that they stood for when it came."""

    tokens: list[str]
    roles: frozenset[str]


class Listeners:
    """Everybody who listens to one branch server. `present` holds them by namespace and connection; `tickets`, by
    connection, the ticket that a customer's page is of; `watched` how many pages each has open."""

    def __init__(self, socketio: SocketIO, house: BranchServer) -> None:
        self.socketio = socketio
        self.house = house
        socketio.server.async_handlers = False  # a client's messages wait for each other; no flood fills the memory
        self.presence = Presence()
        self.told = Told(house, self.presence)
        self.present: dict[str, dict[str, Listener]] = defaultdict(dict)
        self.tickets: dict[str, str] = {}
        self.watched: Counter[str] = Counter()
        house.voices.send = self.have_said
        for namespace in (_Display, _Console, _Dashboard, _Ticket):
            socketio.on_namespace(namespace(self))

    def connected(self, sid: str, namespace: str) -> bool:
        """Whether the connection is really there, whatever its client says."""
        return bool(self.socketio.server.manager.is_connected(sid, namespace))

    def have_said(self, sid: str, message: dict[str, Any]) -> None:
        """Have a speaker say a call: see `display_server.voice.room`."""
        self.socketio.emit("say", message, namespace=DISPLAY, to=sid)

    def part_from_strangers(self, pause: Callable[[], None] = lambda: None) -> None:
        """Disconnect whoever has lost the right to listen since connecting: signed out, revoked, expired; customers
        when their day is over. To look up a token takes as long as to send to a few screens: `pause` lets others run
        after each."""
        for namespace in (_Display, _Console, _Dashboard):
            for sid, listener in list(self.present[namespace.path].items()):
                pause()
                try:
                    roles = self.admitted(listener.tokens, namespace.path)
                except LobbyError:
                    self.socketio.server.disconnect(sid, namespace=namespace.path)
                    continue
                if sid in self.present[namespace.path]:
                    self.present[namespace.path][sid] = Listener(listener.tokens, roles)
        for sid, reference in list(self.tickets.items()):
            if self.house.ticket_tokens.is_over(reference):
                self.socketio.server.disconnect(sid, namespace=TICKET)
        self._forget_screens(pause)

    def admitted(self, tokens: list[str], namespace: str) -> frozenset[str]:
        """The roles of these tokens, or the refusal where none of them may join."""
        found = self.house.holders(tokens) or _nobody()
        chosen(found, str(SOCKETS[namespace, "connect"]))
        return frozenset(holder.role for holder in found)

    def _forget_screens(self, pause: Callable[[], None]) -> None:
        """A screen that went and is not paired any more is nobody's to miss, unless the branch file names it."""
        house = self.house
        for name in self.presence.gone:
            pause()
            if not (house.config.signage.screen(name) or house.tokens.is_held(name, (access.DISPLAY,), house.clock())):
                self.presence.forget(name)


def _nobody() -> NoReturn:
    raise NotSignedIn()


def _sid() -> str:
    """The connection that the handler runs for."""
    return str(flask_request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO puts it there


class _Guarded(Namespace):  # type: ignore[misc]  # the library ships no types
    """A namespace in which a message is heard from whoever may send it, and from nobody else."""

    path = ""

    def __init__(self, rooms: Listeners) -> None:
        super().__init__(self.path)
        self.rooms = rooms
        known_messages(self.path, {name.removeprefix("on_") for name in dir(self) if name.startswith("on_")})

    def trigger_event(self, event: str, *args: Any) -> Any:
        sid = str(args[0]) if args else ""
        if event in {"connect", "disconnect"} or self.may_send(event, sid):
            return super().trigger_event(event, *args)
        return None

    def may_send(self, event: str, sid: str) -> bool:
        """Whether this client, which is connected, may send this."""
        raise NotImplementedError


class _Numbered(_Guarded):
    """A namespace with numbered events for everyone who may listen."""

    def may_send(self, event: str, sid: str) -> bool:
        listener = self.rooms.present[self.path].get(sid)
        return listener is not None and may_send(self.path, event, listener.roles)

    def on_connect(self, *given: Any) -> None:
        if _sid() in self.rooms.present[self.path]:
            return  # a client that only says that it connects
        auth = given[0] if given and isinstance(given[0], dict) else {}
        try:
            listener = self._admit(auth)
        except LobbyError as refusal:
            raise ConnectionRefusedError(refusal.name) from None
        join_room(EVERYONE)
        self.rooms.present[self.path][_sid()] = listener
        self.came(listener.tokens, auth)
        self.socketio.emit("snapshot", self.rooms.told.snapshot(self.path), namespace=self.path, to=_sid())

    def on_disconnect(self, *given: Any) -> None:
        if not self.rooms.connected(_sid(), self.path):
            self.rooms.present[self.path].pop(_sid(), None)
            self.went()

    def came(self, tokens: list[str], auth: dict[str, Any]) -> None:
        """Somebody listens from now on."""

    def went(self) -> None:
        """And no more."""

    def _admit(self, auth: dict[str, Any]) -> Listener:
        """By what this client may listen, or the refusal."""
        house, token = self.rooms.house, auth.get("token")
        if token:
            tokens = [str(token)]
        elif same_origin(flask_request):
            tokens = tokens_of(flask_request)
        else:
            raise Forbidden()
        roles = self.rooms.admitted(tokens, self.path)
        house.branch_desk(str(auth.get("branch") or house.id))
        return Listener(tokens, roles)

    def on_resync(self, *given: Any) -> None:
        message = given[0] if given else None
        after = message.get("after") if isinstance(message, dict) else None
        desk = self.rooms.house.desk
        if type(after) is int and 0 <= after <= desk.seq <= after + RESYNC_EVENTS:
            for recorded in desk.events(after, RESYNC_EVENTS):
                told = self.rooms.told.event(self.path, recorded)
                self.socketio.emit("event", told, namespace=self.path, to=_sid())
            return
        self.socketio.emit("snapshot", self.rooms.told.snapshot(self.path), namespace=self.path, to=_sid())


class _Display(_Numbered):
    path = DISPLAY

    def came(self, tokens: list[str], auth: dict[str, Any]) -> None:
        house = self.rooms.house
        device = next((one for one in house.holders(tokens) if one.role == access.DISPLAY), None)
        if device is not None:
            shown = house.config.signage.screen(str(auth.get("screen", "")))
            name = shown.name if shown else device.name
            self.rooms.presence.came(_sid(), name, house.clock())
            house.voices.came(_sid(), name)

    def went(self) -> None:
        self.rooms.presence.went(_sid(), self.rooms.house.clock())
        self.rooms.house.voices.went(_sid())

    def on_said(self, *given: Any) -> None:
        self.rooms.house.voices.said(_sid(), given[0] if given else None)

    def on_health(self, *given: Any) -> None:
        house = self.rooms.house
        self.rooms.presence.said(_sid(), given[0] if given else None, house.desk.seq, house.clock())


class _Console(_Numbered):
    path = CONSOLE


class _Dashboard(_Numbered):
    path = DASHBOARD


class _Ticket(_Guarded):
    """A customer's page: only its own ticket, for whoever holds the ticket's token."""

    path = TICKET

    def may_send(self, event: str, sid: str) -> bool:
        return (self.path, event) in SOCKETS and sid in self.rooms.tickets

    def on_connect(self, *given: Any) -> None:
        if _sid() in self.rooms.tickets:
            return  # a client that only says that it connects
        token = given[0].get("ticket") if given and isinstance(given[0], dict) else None
        if not isinstance(token, str):
            raise ConnectionRefusedError(UnknownTicket.__name__)
        try:
            reference = self.rooms.house.ticket_tokens.ticket(token, flask_request.remote_addr or "").id
        except LobbyError as refusal:
            raise ConnectionRefusedError(refusal.name) from None
        self.rooms.tickets[_sid()] = reference
        self.rooms.watched[reference] += 1
        join_room(EVERYONE)
        join_room(reference)
        self.on_resync()

    def on_disconnect(self, *given: Any) -> None:
        if self.rooms.connected(_sid(), self.path):
            return  # a client that only says that it goes
        reference = self.rooms.tickets.pop(_sid(), None)
        if reference is not None:
            self.rooms.watched[reference] -= 1
            if not self.rooms.watched[reference]:
                del self.rooms.watched[reference]

    def on_resync(self, *given: Any) -> None:
        reference = self.rooms.tickets.get(_sid())
        if reference in self.rooms.house.desk.state.tickets:
            told = self.rooms.told.of_ticket(reference)
            self.socketio.emit("snapshot", told, namespace=self.path, to=_sid())
