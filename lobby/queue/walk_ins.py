"""A number for whoever takes one, and for who stands at a counter without a ticket the call there in the same step:
between the two nobody else can call them."""

from __future__ import annotations

from lobby.access import require
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.counter_decisions import call_ticket
from lobby.queue.given import Given
from lobby.queue.reasons import WALK_IN
from lobby.queue.ticket_decisions import issue


def issue_and_call(branch: Branch, command: c.Issue, given: Given) -> list[e.Event]:
    """The number alone, unless a counter is named; where the counter may not call it, neither."""
    if command.at_counter is None:
        return issue(branch, command, given)
    require(given.actor.role, "serve")
    *before, issued = issue(branch, command, given)
    assert isinstance(issued, e.TicketIssued)
    after = branch.copy()
    for event in (*before, issued):
        after.apply(e.Recorded(after.seq + 1, given.at, given.actor.name, event))
    return [*before, issued, *call_ticket(after, c.CallTicket(command.at_counter, issued.ticket, WALK_IN), given)]
