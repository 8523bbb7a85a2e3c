"""“I need a few minutes”: a customer who waits keeps the place and is nobody's turn for a while, once a visit.

The clock that decides the turn runs on, so that whoever is back stands where they would have stood. Until then no rule
calls them, neither law nor age: only a person does, by hand. A hold ends by time alone, with "I am here", with a call
by hand, or with the wait itself; nothing has to happen for it to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given
from lobby.queue.ticket import State, Ticket, with_step

if TYPE_CHECKING:  # the branch holds the tickets
    from lobby.queue.branch import Branch

_replace = msgspec.structs.replace


def may_hold(branch: Branch, ticket: Ticket, now: int) -> bool:
    """Whether the customer is offered a few minutes at `now` (ms UTC)."""
    offered = branch.setup.rules.hold_s > 0 and now < branch.day_end
    return offered and ticket.state is State.WAITING and not ticket.held


def hold(branch: Branch, command: c.Hold, given: Given) -> list[e.Event]:
    """Asked again while it lasts, it is as it is."""
    ticket = _waiting(branch, command.ticket, e.TicketHeld)
    if ticket.is_held(given.at):
        return []
    if given.at >= branch.day_end:
        raise errors.BranchClosed()
    hold_s = branch.setup.rules.hold_s
    if not hold_s:
        raise errors.HoldNotOffered()
    if ticket.held:
        raise errors.HeldBefore(number=ticket.number)
    return [e.TicketHeld(ticket.id, min(given.at + round(hold_s * 1000), branch.day_end))]


def release(branch: Branch, command: c.Release, given: Given) -> list[e.Event]:
    """Nothing, where the few minutes are over already."""
    ticket = _waiting(branch, command.ticket, e.TicketReleased)
    return [e.TicketReleased(ticket.id)] if ticket.is_held(given.at) else []


def _waiting(branch: Branch, reference: str, event: type[e.Happened]) -> Ticket:
    ticket = branch.ticket(reference)
    if ticket.state is State.CALLED:
        raise errors.CalledAlready(number=ticket.number, counter=ticket.counter or 0)
    ticket.after(event)
    return ticket


def on_held(branch: Branch, event: e.TicketHeld, at: int) -> None:
    ticket = branch.tickets[event.ticket]
    step = _replace(ticket.step, held_at=at, held_until=event.until)
    branch.put(with_step(ticket, step, state=ticket.after(e.TicketHeld)))


def on_released(branch: Branch, event: e.TicketReleased, at: int) -> None:
    ticket = branch.tickets[event.ticket]
    branch.put(with_step(ticket, ticket.step.there(at), state=ticket.after(e.TicketReleased)))
