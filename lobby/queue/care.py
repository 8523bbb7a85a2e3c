"""The queue's part of complaints, follow-ups and praise: what they are about. `lobby.care` decides the rest."""

from __future__ import annotations

import msgspec

from lobby import errors
from lobby.care import commands as c
from lobby.care import decisions
from lobby.care.facts import Facts
from lobby.care.interactions import cleaned
from lobby.command_shape import Command
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.ticket_decisions import served_by

_replace = msgspec.structs.replace


def decide(branch: Branch, command: Command, given: Given) -> list[e.Event]:
    """See `lobby.queue.decisions.decide`."""
    for name in command.private[:1]:  # what it is about; a name or a contact may be empty
        if (said := getattr(command, name)) and not cleaned(said):
            raise errors.BadField(field=name, problem="nothing in it can be read")
    facts = Facts(
        at=given.at,
        actor=given.actor.name,
        place=given.actor.place,
        setup=branch.setup.care,
        calendar=branch.setup.calendar,
        reference=given.reference,
        note=given.note,
    )
    return [*decisions.decide(branch.care, _placed(branch, command, given), facts)]


def _placed(branch: Branch, command: Command, given: Given) -> Command:
    """The command with the ticket's own id, service and language where it names a ticket."""
    match command:
        case c.TakeComplaint() | c.PromiseFollowUp():
            ticket = branch.ticket(command.ticket) if command.ticket else None
            service, language = command.service, command.language
            if service:
                branch.service(service)
            if language and language not in branch.setup.languages:
                raise errors.UnknownLanguage(language=language)
            if ticket is None:
                return _replace(command, language=language or branch.setup.languages[0])
            return _replace(
                command, ticket=ticket.id, service=service or ticket.service, language=language or ticket.language
            )
        case c.Praise():
            if command.teller and given.actor.place == "counter":
                return command
            if command.teller:
                raise errors.BadField(field="teller", problem="say the ticket; we know who served it")
            if not command.ticket:
                raise errors.BadField(field="teller", problem="name the colleague, or the ticket that was served")
            ticket = branch.ticket(command.ticket)
            teller = served_by(ticket)
            if not teller:
                raise errors.NobodyToPraise(number=ticket.number)
            return _replace(command, teller=teller, ticket=ticket.id)
    return command
