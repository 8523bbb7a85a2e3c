"""Decisions about the day and about tickets: what the branch gives out, takes back, and closes."""

from __future__ import annotations

import msgspec

from lobby import errors
from lobby.queue import appointments, leases, opening, services_open
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.page_marks import mark_of
from lobby.queue.recording import interaction
from lobby.queue.services import Service, business_day, named
from lobby.queue.ticket import State, Ticket


def new_day(branch: Branch, at: int) -> list[e.Event]:
    """Whatever must happen so that `at` lies in the branch's present day: close an old day, open the new one."""
    if branch.day_start <= at < branch.day_end:
        return []
    old: list[e.Event] = [e.DayClosed(branch.day)] if branch.day and not branch.day_closed else []
    return [*old, e.DayOpened(*business_day(branch.setup, at))]


def close_day(branch: Branch, command: c.CloseDay, given: Given) -> list[e.Event]:
    if branch.day_closed or not branch.day:
        raise errors.DayAlreadyClosed()
    return [e.DayClosed(branch.day)]


def reopen_day(branch: Branch, command: c.ReopenDay, given: Given) -> list[e.Event]:
    if not branch.day_closed or given.at >= branch.day_end:
        raise errors.DayNotClosed()
    return [e.DayReopened(branch.day)]


def start_rehearsal(branch: Branch, command: c.StartRehearsal, given: Given) -> list[e.Event]:
    if branch.seq > branch.rules.version and not branch.rehearsal:  # more than its rules is on record
        raise errors.BranchIsLive()
    services = dict(branch.setup.services)
    for service in command.services:
        if not (service.target_s > 0 and service.mean_service_s > 0 and 0 <= service.first <= service.last):
            raise errors.BadField(field="services", problem=f"{service.code}: times above 0, first not after last")
        if any(service.clashes(other) for other in services.values() if other.code != service.code):
            raise errors.BadField(field="services", problem=f"{service.code}: another service has these numbers")
        services[service.code] = service
    for place in command.counters:
        for code in place.services:
            if code not in services:
                raise errors.UnknownService(service=code)
    return [e.RehearsalStarted(command.services, command.counters)]


# -- tickets


def issue(branch: Branch, command: c.Issue, given: Given) -> list[e.Event]:
    known(branch, command.service, *command.then, priority=command.priority, language=command.language)
    slot = command.appointment
    if slot is not None and given.at > slot + branch.setup.rules.appointment_grace_s * 1000:
        slot = None
    return _issued(branch, command, given, slot)


def check_in(branch: Branch, command: c.CheckIn, given: Given) -> list[e.Event]:
    """The number of an appointment: before its slot the clock starts at the slot, too late it is a walk-in's."""
    found = appointments.known(branch, command.code)
    appointments.may_check_in(branch, found, given.at)
    language = command.language or found.language
    taken = c.Issue(found.service, language, command.priority, found.slot, (), command.documents)
    *before, issued = issue(branch, taken, given)
    assert isinstance(issued, e.TicketIssued)
    return [*before, msgspec.structs.replace(issued, code=found.code)]


def hand_in(branch: Branch, command: c.HandIn, given: Given) -> list[e.Event]:
    """A ticket from a kiosk's lease joins the queue where it would have been; when its day is over it is only noted."""
    known(branch, command.service, *command.then, priority=command.priority, language=command.language)
    sequence, arrived_at = leases.handed_in(branch, command, given)
    day = new_day(branch, given.at)
    language = command.language or branch.setup.languages[0]
    date, starts = (
        (day[-1].day, day[-1].start) if day and isinstance(day[-1], e.DayOpened) else (branch.day, branch.day_start)
    )
    today = arrived_at >= starts
    taken = branch.tickets.get(branch.numbers.get(command.number, "")) if today and not day else None
    if taken is not None and taken.token == mark_of(command.token):
        return []
    if taken is not None:
        raise errors.NumberTaken(number=command.number)
    if not today or (branch.day_closed and not day):
        late = business_day(branch.setup, arrived_at).date
        return [e.TicketHandedInLate(f"{late}-{command.number}", command.number, command.service, language, arrived_at)]
    ghost = None if day else branch.tickets.get(command.replaces)
    if ghost is not None and ghost.state is not State.CANCELLED:
        leases.may_be_replaced(branch, ghost, command)
        return leases.renumber(ghost, command, arrived_at)
    before = () if day else branch.waiting.get(command.service, ())
    issued = e.TicketIssued(
        ticket=f"{date}-{command.number}",
        number=command.number,
        sequence=sequence,
        service=command.service,
        language=language,
        token=mark_of(command.token),
        ahead=sum(branch.tickets[id].since <= arrived_at for id in before),
        priority=command.priority,
        then=command.then,
        arrived_at=arrived_at,
        documents=command.documents,
    )
    return [*day, issued]


def known(branch: Branch, *services: str, priority: str, language: str) -> None:
    """Refuse what the branch does not offer."""
    for service in services:
        branch.service(service)
    if priority and priority not in branch.setup.priorities:
        raise errors.UnknownPriority(priority=priority)
    if language and language not in branch.setup.languages:
        raise errors.UnknownLanguage(language=language)


def _issued(branch: Branch, command: c.Issue, given: Given, slot: int | None) -> list[e.Event]:
    setup = branch.setup
    service = branch.service(command.service)
    day = new_day(branch, given.at)
    if branch.day_closed and not day:
        raise errors.BranchClosed()
    if not branch.rehearsal:
        _within_hours(branch, service, command.language, given.at)
    name = service_name(branch, service, command.language)
    if slot is None and services_open.closure(branch, service.code, given.at) is not None:
        raise errors.ServiceClosedByHand(service=name)
    booked = command.appointment is not None
    if service.daily_limit and not booked and not day and branch.issued.get(service.code, 0) >= service.daily_limit:
        raise errors.DailyLimitReached(service=name)
    reached = service.first if day else branch.next_number.get(service.code, service.first)
    sequence = leases.next_free(branch, service, reached, given.at)
    if sequence > service.last:
        raise errors.NumbersExhausted(service=name)
    number = service.number(sequence)
    date = day[-1].day if day and isinstance(day[-1], e.DayOpened) else branch.day
    issued = e.TicketIssued(
        ticket=f"{date}-{number}",
        number=number,
        sequence=sequence,
        service=service.code,
        language=command.language or setup.languages[0],
        token=mark_of(given.token),
        ahead=0 if day else len(branch.waiting.get(service.code, ())),
        priority=command.priority,
        appointment=slot,
        since=None if slot is None or slot <= given.at else slot,
        then=command.then,
        promise=given.promise,
        basis=given.basis,
        documents=command.documents,
    )
    return [*day, issued]


def _within_hours(branch: Branch, service: Service, language: str, at: int) -> None:
    """Refuse outside the branch's and the service's opening hours, and on a holiday."""
    if not opening.open_at(branch.setup, None, at):
        raise errors.BranchClosed()
    if not opening.open_at(branch.setup, service, at):
        today = opening.hours_on(branch.setup, service, at) or "-"
        raise errors.ServiceClosed(service=service_name(branch, service, language), hours=today)


def service_name(branch: Branch, service: Service, language: str) -> str:
    """The service's name for whoever reads the refusal."""
    return named(service.names, language or branch.setup.languages[0], service.code)


def cancel(branch: Branch, command: c.Cancel, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketCancelled)
    by = "customer" if given.actor.role in {"customer", "kiosk"} else command.by or "staff"
    return [e.TicketCancelled(ticket.id, by, command.reason, given.note)]


def revise_promises(branch: Branch, command: c.RevisePromises, given: Given) -> list[e.Event]:
    """Who waits for the first call is told; the others have been called, and no promise stands any more."""
    waiting = {
        one.ticket: one
        for one in command.revisions
        if (ticket := branch.tickets.get(one.ticket)) is not None
        and ticket.state is State.WAITING
        and ticket.first_called_at is None
    }
    return [
        e.PromiseRevised(id, one.low_s, max(one.low_s, one.high_s), _was_about(branch.tickets[id]))
        for id, one in waiting.items()
    ]


def _was_about(ticket: Ticket) -> bool:
    """Whether the promise said that the branch is not sure."""
    return ticket.promise is not None and ticket.promise.about


def reprint(branch: Branch, command: c.Reprint, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    return [e.TicketReprinted(ticket.id, ticket.copies + 1)]


def record(branch: Branch, command: c.RecordInteraction, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    if not command.outcome and not given.note and command.record is None:
        raise errors.BadField(field="outcome", problem="say what came of it, or write a note")
    return [interaction(branch, ticket, ticket.step.counter or 0, command, given)]


def served_by(ticket: Ticket) -> str:
    """Who served the ticket last; empty while nobody has."""
    return next((step.teller for step in reversed(ticket.steps) if step.started_at is not None), "")


def take_list(branch: Branch, command: c.TakeList, given: Given) -> list[e.Event]:
    known(branch, command.service, priority="", language=command.language)
    language = command.language or branch.setup.languages[0]
    return [*new_day(branch, given.at), e.DocumentListTaken(command.service, language)]
