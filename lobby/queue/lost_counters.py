"""Counters that the branch file has lost while they were open. They are closed, and nobody is left behind at them.

Whoever was called to one waits again, with the wait of before; whoever was being served is parked, so that any counter
can take them up again and go on. Whoever waited for that counter alone waits for anybody. All of it is said by events
that any replay folds as they are, whatever its branch file has. A rehearsal's own counters are no lost ones.
"""

from __future__ import annotations

from lobby.command_shape import Command
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.reasons import COUNTER_GONE
from lobby.queue.supervision_events import TicketReassigned
from lobby.queue.ticket import State, Ticket


class CloseLostCounters(Command, frozen=True):
    """Close what is open and not in the branch file any more. The server's own."""


def close_lost_counters(branch: Branch, command: CloseLostCounters, given: Given) -> list[e.Event]:
    """Nothing where none is lost, nor once the day is over: its end closes every counter."""
    if not branch.day_start <= given.at < branch.day_end:
        return []
    lost = [counter for counter in branch.counters.values() if counter.open and branch.has_lost(counter.number)]
    made: list[e.Event] = []
    for counter in sorted(lost, key=lambda counter: counter.number):
        if counter.ticket is not None:
            made.append(_away_from(counter.number, branch.tickets[counter.ticket]))
        made.append(e.CounterClosed(counter.number))
    waiting = sorted(branch.waiting_tickets(), key=lambda ticket: ticket.issued_seq)
    return made + [event for ticket in waiting for event in for_anybody(branch, ticket)]


def _away_from(counter: int, ticket: Ticket) -> e.Event:
    if ticket.state is State.SERVING:
        return e.TicketParked(ticket.id, counter, COUNTER_GONE)
    return e.TicketTransferred(ticket.id, counter, ticket.service, to_teller=ticket.for_teller, reason=COUNTER_GONE)


def for_anybody(branch: Branch, ticket: Ticket) -> list[e.Event]:
    """What has a ticket that waits for a lost counter alone wait for anybody; nothing for any other."""
    if ticket.for_counter is None or not branch.has_lost(ticket.for_counter):
        return []
    return [
        TicketReassigned(ticket.id, ticket.service, ticket.service, to_teller=ticket.for_teller, reason=COUNTER_GONE)
    ]
