"""A waiting customer sent elsewhere: to another service, or to one counter or colleague.

The ticket goes on in the same step with the same arrival, so that its wait and its promise are judged as the customer
knows them: from the arrival to the first call, whatever it was for. The basis of the promise goes: it foresaw another
wait, and nothing is to be learnt from the difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.errors import BadField
from lobby.queue import events as e
from lobby.queue import supervision as c
from lobby.queue import supervision_events as s
from lobby.queue.given import Given
from lobby.queue.ticket import with_step

if TYPE_CHECKING:  # the branch holds the tickets
    from lobby.queue.branch import Branch


def reassign(branch: Branch, command: c.Reassign, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(s.TicketReassigned)
    if not (command.service or command.to_counter is not None or command.to_teller):
        raise BadField(field="service", problem="a service, a counter or a colleague is needed")
    service = branch.service(command.service).code if command.service else ticket.service
    if command.to_counter is not None:
        branch.counter(command.to_counter)
    if (service, command.to_counter, command.to_teller) == (ticket.service, ticket.for_counter, ticket.for_teller):
        return []
    moved = s.TicketReassigned(
        ticket=ticket.id,
        service=service,
        from_service=ticket.service,
        to_counter=command.to_counter,
        to_teller=command.to_teller,
        reason=command.reason,
        note=given.note,
    )
    return [moved]


def on_reassigned(branch: Branch, event: s.TicketReassigned, at: int) -> None:
    ticket = branch.tickets[event.ticket]
    branch.put(
        with_step(
            ticket,
            msgspec.structs.replace(ticket.step, service=event.service),
            state=ticket.after(s.TicketReassigned),
            service=event.service,
            basis=None,
            for_counter=event.to_counter,
            for_teller=event.to_teller,
        )
    )
