"""How it went: the one answer that a visit has."""

from __future__ import annotations

from lobby import errors
from lobby.access import ROLE_NAMES, STAFF
from lobby.care.feedback import was_good
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.services import Setup
from lobby.queue.ticket import State, Ticket
from lobby.queue.ticket_decisions import known, new_day, served_by


def give_feedback(branch: Branch, command: c.GiveFeedback, given: Given) -> list[e.Event]:
    known(branch, *([command.service] if command.service else []), priority="", language=command.language)
    if command.ticket and given.actor.role in STAFF:  # the one answer is the customer's
        raise errors.NotAllowed(role=ROLE_NAMES[given.actor.role])
    ticket = _visit(branch, command.ticket, given.at) if command.ticket else None
    service = command.service or (ticket.service if ticket is not None else "")
    said = e.FeedbackGiven(
        command.rating,
        given.actor.place,
        command.language or (ticket.language if ticket is not None else branch.setup.languages[0]),
        service,
        _chosen(branch.setup, service, command),
        served_by(ticket) if ticket is not None else "",
        ticket.id if ticket is not None else "",
        given.note,
    )
    return [*new_day(branch, given.at), said]


def _visit(branch: Branch, reference: str, at: int) -> Ticket:
    """The ticket of a visit that may be judged: of today, not judged yet, and no longer in the queue for the first
    time."""
    ticket = branch.ticket(reference)
    if at >= branch.day_end:
        raise errors.UnknownTicket(ticket=reference)
    if ticket.id in branch.answered:
        raise errors.AlreadyAnswered()
    if ticket.state in {State.WAITING, State.CALLED} and not served_by(ticket):
        raise errors.TooSoonToSay()
    return ticket


def _chosen(setup: Setup, service: str, command: c.GiveFeedback) -> tuple[str, ...]:
    """The choices, each once; only codes that were offered, so that nobody's words come into the journal."""
    offered = [one.code for one in setup.feedback.choices(service, was_good(command.rating))]
    for code in command.choices:
        if code not in offered:
            raise errors.BadField(field="choices", problem=f"known are {', '.join(offered)}")
    return tuple(dict.fromkeys(command.choices))
