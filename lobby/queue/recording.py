"""What was done with a customer, put into the one form in which it is kept."""

from __future__ import annotations

import msgspec

from lobby.care.interactions import Record
from lobby.care.record_check import check_record
from lobby.command_shape import Command
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.ticket import Ticket

_replace = msgspec.structs.replace


def settled(branch: Branch, command: Command) -> Command:
    """The command with its record as it is kept: each value in its one form, all notes in one. Refused with `BadField`
    where the record does not fit the template of the service; unchanged where it speaks of nobody here."""
    if not isinstance(command, c.Finish | c.RecordInteraction) or command.record is None:
        return command
    ticket = _about(branch, command)
    if ticket is None:
        return command
    record = _checked(branch, ticket, command.record, command.outcome)
    note = "\n".join(filter(None, (command.note, record.note)))
    return _replace(command, record=_replace(record, note=""), note=note)


def interaction(
    branch: Branch, ticket: Ticket, counter: int, command: c.RecordInteraction | c.Finish, given: Given
) -> e.InteractionRecorded:
    """What was done for the present service of the ticket, checked against the template of that service."""
    record = command.record or Record()
    outcome = record.outcome or command.outcome
    if command.record is not None:
        record = _checked(branch, ticket, record, outcome)
    return e.InteractionRecorded(
        ticket=ticket.id,
        counter=counter,
        outcome=outcome,
        note=given.note,
        interaction=record.kind,
        service=ticket.service,
        delivered=record.delivered,
        fields=record.fields,
        steps=record.steps,
        private=given.private,
    )


def _checked(branch: Branch, ticket: Ticket, record: Record, outcome: str) -> Record:
    wanted = _replace(record, outcome=record.outcome or outcome)
    return check_record(wanted, branch.setup.care.template(ticket.service))


def _about(branch: Branch, command: c.Finish | c.RecordInteraction) -> Ticket | None:
    """The ticket that it is about, if there is one."""
    if isinstance(command, c.Finish):
        counter = branch.counters.get(command.counter)
        return branch.tickets.get(counter.ticket or "") if counter is not None else None
    return branch.tickets.get(command.ticket) or branch.tickets.get(branch.numbers.get(command.ticket.upper(), ""))
