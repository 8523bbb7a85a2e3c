"""Coming back after a missed call: the customer has the old place again, once, while the branch allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given
from lobby.queue.lost_counters import for_anybody
from lobby.queue.ticket import State, Ticket

if TYPE_CHECKING:  # the branch holds the tickets
    from lobby.queue.branch import Branch


def return_until(branch: Branch, ticket: Ticket) -> int | None:
    """The last moment (ms UTC) at which the customer may come back, be it over or not; None where there is none."""
    return_s = branch.setup.rules.return_s
    if ticket.state is not State.NO_SHOW or ticket.returned or branch.day_closed or not return_s:
        return None
    return min((ticket.step.ended_at or 0) + round(return_s * 1000), branch.day_end - 1)


def may_return(branch: Branch, ticket: Ticket, now: int) -> bool:
    """Whether the customer may come back at `now` (ms UTC)."""
    until = return_until(branch, ticket)
    return until is not None and now <= until


def come_back(branch: Branch, command: c.Return, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketReturned)
    if branch.day_closed or given.at >= branch.day_end:
        raise errors.BranchClosed()
    if not may_return(branch, ticket, given.at):
        raise errors.TooLateToReturn(number=ticket.number)
    return [e.TicketReturned(ticket.id), *for_anybody(branch, ticket)]
