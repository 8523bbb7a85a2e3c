"""Everything that leaves by Socket.IO leaves from here; docs/sockets.md is the contract.

One dispatcher follows the journal with its own cursor and sends each event, in order, after the commit. A client that
connects joins its room first and gets its snapshot then, so that nothing falls between the two. A beat a second says
where the journal stands, so that a client that lost the last event notices.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, get_args

import msgspec
from flask import request as flask_request
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO, join_room

from display_server.access import chosen, same_origin, tokens_of
from display_server.branch_server import BranchServer
from display_server.presence import Presence
from lobby.access import DISPLAY, KIOSK
from lobby.care.events import CareEvent
from lobby.errors import Forbidden, LobbyError, NotSignedIn, UnknownTicket
from lobby.queue.events import InteractionRecorded, Recorded, TicketIssued, TicketRenumbered
from lobby.queue.notices import shown
from lobby.queue.rules_in_force import RulesChanged
from lobby.reports.live import live_figures
from lobby.views import board_view, branch_view, counter_view, queue_view, service_views, ticket_view
from lobby.waits.telling import offered

log = logging.getLogger(__name__)

EVERYONE = "everyone"
BEAT_S = 1.0
RESYNC_EVENTS = 500
"""Who is further behind than this gets a snapshot instead of the events."""

BEHIND_THE_COUNTER = (*get_args(CareEvent), InteractionRecorded, RulesChanged)
"""Who complained, what is written of a visit: nothing for the lobby, which hears only that the journal went on."""


class Live:
    """The live side of one branch server."""

    def __init__(self, socketio: SocketIO, house: BranchServer) -> None:
        self.socketio = socketio
        self.house = house
        self.watched: Counter[str] = Counter()
        self.present: dict[str, dict[str, list[str]]] = defaultdict(dict)
        self.presence = Presence()
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
            for namespace in (_Display.path, _Console.path, _Dashboard.path):
                if self.present[namespace]:
                    told = self.told(namespace, recorded)
                    self.socketio.emit("event", told, namespace=namespace, to=EVERYONE)
            reference = "" if _is_private(recorded) else getattr(recorded.event, "ticket", "")
            if reference in self.watched and reference in self.house.desk.state.tickets:
                self.socketio.emit("snapshot", self.of_ticket(reference), namespace=_Ticket.path, to=reference)
        return len(fresh)

    def _is_kiosk(self, name: str) -> bool:
        return self.presence.knows_kiosk(name) or self.house.tokens.is_held(name, (KIOSK,), self.house.clock())

    def _beat(self, sleep: Callable[[float], None]) -> None:
        while True:
            sleep(BEAT_S)
            with _whatever_happens("the beat"):
                self.send_beat()
            with _whatever_happens("the look at who may still listen"):
                self.part_from_strangers()

    def part_from_strangers(self) -> None:
        """Disconnect whoever has lost the right to listen since connecting: signed out, revoked, expired."""
        for namespace in (_Display, _Console, _Dashboard):
            for sid, tokens in list(self.present[namespace.path].items()):
                try:
                    chosen(self.house.holders(tokens) or _nobody(), namespace.permission)
                except LobbyError:
                    self.socketio.server.disconnect(sid, namespace=namespace.path)

    def send_beat(self) -> None:
        state, now = self.house.desk.state, self.house.desk.now()
        beat = {"epoch": self.house.epoch, "seq": self._cursor, "at": now}
        if self.present[_Display.path]:
            told = {"services": _plain(service_views(state, now)), "notices": _plain(shown(state, now))}
            self.socketio.emit("beat", beat | told, namespace=_Display.path, to=EVERYONE)
        if self.present[_Console.path]:
            self.socketio.emit("beat", beat, namespace=_Console.path, to=EVERYONE)
        if self.present[_Dashboard.path]:
            self.socketio.emit("beat", beat | self.of_manager(), namespace=_Dashboard.path, to=EVERYONE)
        for reference in list(self.watched):
            if reference in state.tickets:
                self.socketio.emit("beat", self.of_ticket(reference), namespace=_Ticket.path, to=reference)

    # -- what each namespace may see

    def public(self, recorded: Recorded) -> dict[str, Any]:
        """An event for the lobby screens: numbers, counters and queues, no person."""
        return _bare(recorded) | {"kind": "Other"} if _is_private(recorded) else self._seen(recorded)

    def _seen(self, recorded: Recorded) -> dict[str, Any]:
        """An event with its number, counter and queues."""
        told = _bare(recorded)
        event, state = recorded.event, self.house.desk.state
        touched = {getattr(event, "service", ""), getattr(event, "from_service", "")}
        ticket = state.tickets.get(getattr(event, "ticket", ""))
        if ticket is not None:
            told |= {"number": ticket.number, "service": ticket.service, "language": ticket.language}
            told["calls"] = ticket.step.calls
            touched |= {step.service for step in ticket.steps}
        if isinstance(event, TicketRenumbered):
            told["was"] = event.was
        if getattr(event, "counter", None) is not None:
            told["counter"] = event.counter  # type: ignore[union-attr]  # asked for in the line above
        told["waiting"] = {code: len(state.waiting.get(code, ())) for code in touched if code in state.setup.services}
        return told

    def internal(self, recorded: Recorded) -> dict[str, Any]:
        """An event for the consoles: ticket and counter as they are now."""
        told = self._seen(recorded)
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
        return {
            "epoch": self.house.epoch,
            "seq": ticket.version,
            "at": now,
            "ticket": _plain(ticket_view(state, ticket, now)),
            "wait": _plain(offered(state, ticket.service, now)),
        }

    def connected(self, sid: str, namespace: str) -> bool:
        """Whether the connection is really there, whatever its client says."""
        return bool(self.socketio.server.manager.is_connected(sid, namespace))

    def snapshot(self, namespace: str) -> dict[str, Any]:
        desk = self.house.desk
        state, now = desk.state, desk.now()
        base = {"epoch": self.house.epoch, "seq": state.seq, "at": now}
        if namespace == _Display.path:
            return base | {"board": _plain(board_view(state, now))}
        if namespace == _Console.path:
            return base | {"queue": _plain(queue_view(state, now)), "branch": _plain(branch_view(state, now))}
        return base | self.of_manager()

    def of_manager(self) -> dict[str, Any]:
        """The day's figures, and the devices of the branch."""
        state, now = self.house.desk.state, self.house.desk.now()
        printers = [printer.name for printer in self.house.config.printers]
        devices = self.presence.devices(printers, state.alerts.values())
        return {"figures": _plain(live_figures(state, now)), "devices": _plain(devices)}

    def told(self, namespace: str, recorded: Recorded) -> dict[str, Any]:
        """One event as this namespace may see it."""
        if namespace == _Display.path:
            return self.public(recorded)
        return self.internal(recorded) if namespace == _Console.path else _bare(recorded)


@contextmanager
def _whatever_happens(what: str) -> Iterator[None]:
    """Work that goes on after a failure: what failed is logged, and the next round comes."""
    try:
        yield
    except Exception:
        log.exception("%s failed", what)


def _nobody() -> NoReturn:
    raise NotSignedIn()


def _bare(recorded: Recorded) -> dict[str, Any]:
    return {"seq": recorded.seq, "at": recorded.at, "kind": type(recorded.event).__name__}


def _is_private(recorded: Recorded) -> bool:
    return isinstance(recorded.event, BEHIND_THE_COUNTER)


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

    def on_connect(self, *given: Any) -> None:
        if _sid() in self.live.present[self.path]:
            return  # a client that only says that it connects
        try:
            tokens = self._admit(given[0] if given and isinstance(given[0], dict) else {})
        except LobbyError as refusal:
            raise ConnectionRefusedError(refusal.name) from None
        join_room(EVERYONE)
        self.live.present[self.path][_sid()] = tokens
        self.came(tokens)
        self.socketio.emit("snapshot", self.live.snapshot(self.path), namespace=self.path, to=_sid())

    def on_disconnect(self, *given: Any) -> None:
        if not self.live.connected(_sid(), self.path):
            self.live.present[self.path].pop(_sid(), None)
            self.went()

    def came(self, tokens: list[str]) -> None:
        """Somebody listens from now on."""

    def went(self) -> None:
        """And no more."""

    def _admit(self, auth: dict[str, Any]) -> list[str]:
        """The tokens by which this client may listen, or the refusal."""
        house, token = self.live.house, auth.get("token")
        if token:
            tokens = [str(token)]
        elif same_origin(flask_request):
            tokens = tokens_of(flask_request)
        else:
            raise Forbidden()
        chosen(house.holders(tokens) or _nobody(), self.permission)
        house.branch_desk(str(auth.get("branch") or house.id))
        return tokens

    def on_resync(self, *given: Any) -> None:
        message = given[0] if given else None
        after = message.get("after") if isinstance(message, dict) else None
        desk = self.live.house.desk
        if type(after) is int and 0 <= after <= desk.seq <= after + RESYNC_EVENTS:
            for recorded in desk.events(after, RESYNC_EVENTS):
                told = self.live.told(self.path, recorded)
                self.socketio.emit("event", told, namespace=self.path, to=_sid())
            return
        self.socketio.emit("snapshot", self.live.snapshot(self.path), namespace=self.path, to=_sid())


class _Display(_Numbered):
    path, permission = "/display", "see the branch"

    def came(self, tokens: list[str]) -> None:
        screen = next((one for one in self.live.house.holders(tokens) if one.role == DISPLAY), None)
        if screen is not None:
            self.live.presence.came(_sid(), screen.name, self.live.house.clock())

    def went(self) -> None:
        self.live.presence.went(_sid(), self.live.house.clock())


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

    def on_connect(self, *given: Any) -> None:
        if _sid() in self._tickets:
            return  # a client that only says that it connects
        token = given[0].get("ticket") if given and isinstance(given[0], dict) else None
        reference = self.live.house.desk.state.tokens.get(token) if isinstance(token, str) else None
        if reference is None:
            raise ConnectionRefusedError(UnknownTicket.__name__)
        self._tickets[_sid()] = reference
        self.live.watched[reference] += 1
        join_room(reference)
        self.on_resync()

    def on_disconnect(self, *given: Any) -> None:
        if self.live.connected(_sid(), self.path):
            return  # a client that only says that it goes
        reference = self._tickets.pop(_sid(), None)
        if reference is not None:
            self.live.watched[reference] -= 1
            if not self.live.watched[reference]:
                del self.live.watched[reference]

    def on_resync(self, *given: Any) -> None:
        reference = self._tickets.get(_sid())
        if reference in self.live.house.desk.state.tickets:
            told = self.live.of_ticket(reference)
            self.socketio.emit("snapshot", told, namespace=self.path, to=_sid())
