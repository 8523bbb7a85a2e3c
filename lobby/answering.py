"""What a caller is told: what the answer to a command holds, and what a new customer's promise rests on."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.care.events import AboutComplaint, AboutFollowUp
from lobby.care.views import complaint_view, follow_up_view
from lobby.door import Answer
from lobby.errors import KeyReused
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.appointments import read_code
from lobby.queue.branch import Branch
from lobby.queue.leases import Lease, leases_of
from lobby.queue.outlook import Joining
from lobby.queue.page_marks import mark_of
from lobby.queue.ticket import Ticket
from lobby.records.entries import Receipt
from lobby.views import counter_view, issued_view, ticket_view
from lobby.waits.telling import joining

_decode = msgspec.json.Decoder(Answer).decode


def answer(branch: Branch, command: c.Command, all_recorded: list[e.Recorded], own: int, at: int, token: str) -> Answer:
    """What the caller is told, from the branch right after the command; the first `own` events are the command's.
    `token` opens the page of a ticket that it made."""
    recorded, last = all_recorded[:own], all_recorded[-1].seq if all_recorded else 0
    ticket = counter = why = None
    events = [r.event for r in reversed(recorded) if not isinstance(r.event, e.TicketHandedInLate)]  # that is no ticket
    reference = next((event.ticket for event in events if hasattr(event, "ticket")), None)
    if reference in branch.tickets:
        found = branch.tickets[reference]
        prints = isinstance(command, c.Issue | c.CheckIn | c.HandIn | c.Reprint)
        ticket = issued_view(branch, found, token) if prints else ticket_view(branch, found)
    if isinstance(command, c.CounterCommand):
        counter = counter_view(branch, branch.counter(command.counter))
    if isinstance(command, c.CallNext | c.CallTicket | c.WaitForNext) and counter is not None:
        why = counter.why
    leases: tuple[Lease, ...] = ()
    if isinstance(command, c.LeaseNumbers):
        leases = tuple(one for one in leases_of(branch, command.service, command.holder) if one.until > at)
    appointment = complaint = follow_up = None
    for event in events:  # the command's first counts, which comes last here
        if isinstance(event, e.AppointmentBooked):
            appointment = branch.appointments[event.code]
        elif isinstance(event, AboutComplaint):
            complaint = branch.care.complaints.get(event.complaint)
        elif isinstance(event, AboutFollowUp):
            follow_up = branch.care.follow_ups.get(event.follow_up)
    setup = branch.setup
    return Answer(
        last,
        ticket,
        counter,
        why,
        leases,
        appointment,
        complaint_view(complaint, at, setup.care, setup.calendar) if complaint is not None else None,
        follow_up_view(follow_up, at, setup.care, setup.calendar) if follow_up is not None else None,
    )


def same_answer(receipt: Receipt, fingerprint: bytes) -> Answer:
    """The answer that was given to this key before; `KeyReused` where it was another request."""
    if receipt.fingerprint != fingerprint:
        raise KeyReused()
    return _decode(receipt.answer)


def token_in(receipts: Iterable[Receipt], ticket: Ticket) -> str:
    """What opens the ticket's page, as it was answered when it was given out; empty where no receipt has it. The
    journal has its mark alone."""
    named = f'"{ticket.id}"'.encode()
    for receipt in receipts:
        told = _decode(receipt.answer).ticket if named in receipt.answer else None
        if told is not None and told.token and mark_of(told.token) == ticket.token:
            return told.token
    return ""


def foreseen(branch: Branch, command: c.Issue | c.CheckIn, at: int) -> Joining | None:
    """What a new customer is told rests on. Nothing when a new day begins with them: nobody has opened a counter. Who
    comes in time for an appointment has its time, and no promise: it is not the wait of those without one."""
    service, slot = _asked_for(branch, command)
    if slot is not None and at <= slot + branch.setup.rules.appointment_grace_s * 1000:
        return None
    if service not in branch.setup.services or not branch.day_start <= at < branch.day_end:
        return None
    return joining(branch, service, at)


def _asked_for(branch: Branch, command: c.Issue | c.CheckIn) -> tuple[str, int | None]:
    """The service, and the time of the appointment that the number is for (ms UTC); an appointment that is not known
    has neither."""
    if isinstance(command, c.Issue):
        return command.service, command.appointment
    found = branch.appointments.get(read_code(command.code))
    return (found.service, found.slot) if found is not None else ("", None)
