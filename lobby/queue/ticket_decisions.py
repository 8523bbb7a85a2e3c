"""Decisions about the day and about tickets: what the branch gives out, takes back, and closes."""

from __future__ import annotations

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.given import Given
from lobby.queue.services import Service, business_day, named


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
    if branch.seq and not branch.rehearsal:
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
    setup = branch.setup
    service = branch.service(command.service)
    for further in command.then:
        branch.service(further)
    if command.priority and command.priority not in setup.priorities:
        raise errors.UnknownPriority(priority=command.priority)
    if command.language and command.language not in setup.languages:
        raise errors.UnknownLanguage(language=command.language)
    day = new_day(branch, given.at)
    if branch.day_closed and not day:
        raise errors.BranchClosed()
    if not branch.rehearsal:
        _within_hours(branch, service, command.language, given.at)
    sequence = service.first if day else branch.next_number.get(service.code, service.first)
    if sequence > service.last:
        raise errors.NumbersExhausted(service=service_name(branch, service, command.language))
    number = service.number(sequence)
    date = day[-1].day if day and isinstance(day[-1], e.DayOpened) else branch.day
    slot = command.appointment
    if slot is not None and given.at > slot + setup.rules.appointment_grace_s * 1000:
        slot = None
    issued = e.TicketIssued(
        ticket=f"{date}-{number}",
        number=number,
        sequence=sequence,
        service=service.code,
        language=command.language or setup.languages[0],
        token=given.token,
        ahead=0 if day else len(branch.waiting.get(service.code, ())),
        priority=command.priority,
        appointment=slot,
        since=None if slot is None or slot <= given.at else slot,
        then=command.then,
        promise=given.promise,
    )
    return [*day, issued]


def _within_hours(branch: Branch, service: Service, language: str, at: int) -> None:
    """Refuse outside the branch's and the service's opening hours."""
    local, hours = branch.setup.local(at), branch.setup.hours
    if hours is not None and not hours.open_at(local):
        raise errors.BranchClosed()
    if service.hours is not None and not service.hours.open_at(local):
        today = ", ".join(map(str, service.hours.today(local))) or "-"
        raise errors.ServiceClosed(service=service_name(branch, service, language), hours=today)


def service_name(branch: Branch, service: Service, language: str) -> str:
    """The service's name for whoever reads the refusal."""
    return named(service.names, language or branch.setup.languages[0], service.code)


def cancel(branch: Branch, command: c.Cancel, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketCancelled)
    by = "customer" if given.actor.role in {"customer", "kiosk"} else command.by or "staff"
    return [e.TicketCancelled(ticket.id, by, command.reason)]


def come_back(branch: Branch, command: c.Return, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketReturned)
    if branch.day_closed or given.at >= branch.day_end:
        raise errors.BranchClosed()
    missed_at = ticket.step.ended_at or 0
    if ticket.returned or given.at > missed_at + branch.setup.rules.return_s * 1000:
        raise errors.TooLateToReturn(number=ticket.number)
    return [e.TicketReturned(ticket.id)]


def reprint(branch: Branch, command: c.Reprint, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    return [e.TicketReprinted(ticket.id, ticket.copies + 1)]


def record(branch: Branch, command: c.RecordInteraction, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    return [e.InteractionRecorded(ticket.id, ticket.step.counter or 0, command.outcome, given.note)]
