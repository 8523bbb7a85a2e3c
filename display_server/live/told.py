"""What each kind of listener may see of the branch, as it is at the moment of asking."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from display_server.branch_server import BranchServer
from display_server.live.presence import Presence
from display_server.release import release
from lobby.board import board_view, counter_sign, counter_signs
from lobby.care.events import CareEvent, CommentSettled
from lobby.queue.events import FeedbackGiven, InteractionRecorded, Recorded, TicketRenumbered
from lobby.queue.notices import shown
from lobby.queue.rules_in_force import RulesChanged
from lobby.queue.supervision_events import VoiceQuieted
from lobby.reports.live import live_figures
from lobby.views import branch_view, counter_view, queue_view, service_views, ticket_view

DISPLAY, CONSOLE, DASHBOARD, TICKET = "/display", "/console", "/dashboard", "/ticket"
"""The namespaces: lobby screens, tellers, managers, a customer's own page."""

BEHIND_THE_COUNTER = (*get_args(CareEvent), FeedbackGiven, InteractionRecorded, RulesChanged)
"""Who complained, what is said of a visit: nothing for the lobby, which hears only that the journal went on."""

ANSWERS = (FeedbackGiven, CommentSettled)
"""What a visit's customer answered: no colleague is told whose it was."""

MOVING = ("code", "open", "hours", "waiting", "wait", "opens_at", "full", "closed_because")
"""The fields of a `ServiceView` that a lobby screen shows and that change while it shows them."""


class Told:
    """The views of one branch server."""

    def __init__(self, house: BranchServer, presence: Presence) -> None:
        self.house = house
        self.presence = presence

    def event(self, namespace: str, recorded: Recorded) -> dict[str, Any]:
        """One event as this namespace may see it."""
        if namespace == DISPLAY:
            return self.public(recorded)
        if namespace == CONSOLE and not isinstance(recorded.event, ANSWERS):
            return self.internal(recorded)
        return _bare(recorded)

    def public(self, recorded: Recorded) -> dict[str, Any]:
        """An event for the lobby screens: numbers, counters and queues, no person."""
        if is_private(recorded):
            return _bare(recorded) | {"kind": "Other"}
        told, state = self._seen(recorded), self.house.desk.state
        if told.get("counter") in state.setup.counters:
            told["sign"] = _plain(counter_sign(state, told["counter"], self.house.desk.now()))
        return told

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
        if isinstance(event, VoiceQuieted):
            told["until"] = event.until
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
        }

    def snapshot(self, namespace: str) -> dict[str, Any]:
        desk = self.house.desk
        state, now = desk.state, desk.now()
        base = {"epoch": self.house.epoch, "seq": state.seq, "at": now}
        if namespace == DISPLAY:
            return base | {"release": release(), "board": _plain(board_view(state, now))}
        if namespace == CONSOLE:
            return base | {"queue": _plain(queue_view(state, now)), "branch": _plain(branch_view(state, now))}
        return base | self.of_manager()

    def of_manager(self) -> dict[str, Any]:
        """The day's figures, and the devices of the branch."""
        state, now = self.house.desk.state, self.house.desk.now()
        config = self.house.config
        printers = [printer.name for printer in config.printers]
        devices = self.presence.devices(printers, state.alerts.values(), config.signage.screens)
        return {"figures": _plain(live_figures(state, now)), "devices": _plain(devices)}

    def of_lobby(self) -> dict[str, Any]:
        """What of the services moves, the notices, and how the counters stand, for the lobby screens."""
        state, now = self.house.desk.state, self.house.desk.now()
        services = [{name: getattr(view, name) for name in MOVING} for view in service_views(state, now)]
        counters = _plain(counter_signs(state, now))
        return {"services": _plain(services), "notices": _plain(shown(state, now)), "counters": counters}


def is_private(recorded: Recorded) -> bool:
    """Whether it concerns the staff alone."""
    return isinstance(recorded.event, BEHIND_THE_COUNTER)


def _bare(recorded: Recorded) -> dict[str, Any]:
    return {"seq": recorded.seq, "at": recorded.at, "kind": type(recorded.event).__name__}


def _plain(view: Any) -> Any:
    return msgspec.to_builtins(view, str_keys=True)
