"""Commands decided into events. A decision changes nothing; it returns what happened, or raises the refusal.

Whoever decides brings what is not in the branch: the time, who asks, a random token for the customer's page, the
promise made to the customer, and a reference under which a note was put away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch, Counter
from lobby.queue.calling import BY_HAND, Candidate, may_call, pick, weigh
from lobby.queue.services import Service, business_day, named
from lobby.queue.ticket import Ticket


class Actor(msgspec.Struct, frozen=True):
    """Who asks: a name (a staff user, a device) and a role."""

    name: str
    role: str


class Given(msgspec.Struct, frozen=True):
    """What a decision needs besides the branch. `at` in ms UTC."""

    at: int
    actor: Actor
    token: str = ""
    promise: e.Promise | None = None
    note: str = ""


def decide(branch: Branch, command: c.Command, given: Given) -> list[e.Event]:
    """The events that `command` makes of `branch`, perhaps none; or a `LobbyError`, and nothing happened."""
    return _DECIDE[type(command)](branch, command, given)


# -- the day


def _day(branch: Branch, at: int) -> list[e.Event]:
    """Whatever must happen so that `at` lies in the branch's present day: close an old day, open the new one."""
    if branch.day_start <= at < branch.day_end:
        return []
    old: list[e.Event] = [e.DayClosed(branch.day)] if branch.day and not branch.day_closed else []
    return [*old, e.DayOpened(*business_day(branch.setup, at))]


def _close_day(branch: Branch, command: c.CloseDay, given: Given) -> list[e.Event]:
    if branch.day_closed or not branch.day:
        raise errors.DayAlreadyClosed()
    return [e.DayClosed(branch.day)]


def _reopen_day(branch: Branch, command: c.ReopenDay, given: Given) -> list[e.Event]:
    if not branch.day_closed or given.at >= branch.day_end:
        raise errors.DayNotClosed()
    return [e.DayReopened(branch.day)]


def _start_rehearsal(branch: Branch, command: c.StartRehearsal, given: Given) -> list[e.Event]:
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


def _issue(branch: Branch, command: c.Issue, given: Given) -> list[e.Event]:
    setup = branch.setup
    service = branch.service(command.service)
    for further in command.then:
        branch.service(further)
    if command.priority and command.priority not in setup.priorities:
        raise errors.UnknownPriority(priority=command.priority)
    if command.language and command.language not in setup.languages:
        raise errors.UnknownLanguage(language=command.language)
    day = _day(branch, given.at)
    if branch.day_closed and not day:
        raise errors.BranchClosed()
    if not branch.rehearsal:
        _within_hours(branch, service, command.language, given.at)
    sequence = service.first if day else branch.next_number.get(service.code, service.first)
    if sequence > service.last:
        raise errors.NumbersExhausted(service=_name(branch, service, command.language))
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
        raise errors.ServiceClosed(service=_name(branch, service, language), hours=today)


def _name(branch: Branch, service: Service, language: str) -> str:
    """The service's name for whoever reads the refusal."""
    return named(service.names, language or branch.setup.languages[0], service.code)


def _cancel(branch: Branch, command: c.Cancel, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketCancelled)
    by = "customer" if given.actor.role in {"customer", "kiosk"} else command.by or "staff"
    return [e.TicketCancelled(ticket.id, by, command.reason)]


def _return(branch: Branch, command: c.Return, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketReturned)
    if branch.day_closed or given.at >= branch.day_end:
        raise errors.BranchClosed()
    missed_at = ticket.step.ended_at or 0
    if ticket.returned or given.at > missed_at + branch.setup.rules.return_s * 1000:
        raise errors.TooLateToReturn(number=ticket.number)
    return [e.TicketReturned(ticket.id)]


def _reprint(branch: Branch, command: c.Reprint, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    return [e.TicketReprinted(ticket.id, ticket.copies + 1)]


def _record(branch: Branch, command: c.RecordInteraction, given: Given) -> list[e.Event]:
    ticket = branch.ticket(command.ticket)
    return [e.InteractionRecorded(ticket.id, ticket.step.counter or 0, command.outcome, given.note)]


# -- counters


def _held(branch: Branch, number: int, given: Given) -> Counter:
    """The counter, open, and held by whoever asks; supervisors and managers may act at any counter."""
    counter = branch.counter(number)
    if not counter.open:
        raise errors.CounterNotOpen(counter=number)
    if given.actor.role == "teller" and counter.teller != given.actor.name:
        raise errors.CounterTaken(counter=number, teller=counter.teller)
    return counter


def _working(branch: Branch, number: int, given: Given) -> Counter:
    counter = _held(branch, number, given)
    if counter.on_break:
        raise errors.CounterOnBreak(counter=number)
    return counter


def _free(branch: Branch, number: int, given: Given) -> Counter:
    counter = _working(branch, number, given)
    if counter.ticket is not None:
        raise errors.CounterBusy(counter=number, number=branch.tickets[counter.ticket].number)
    return counter


def _present(branch: Branch, number: int, given: Given, event: type[e.Happened]) -> Ticket:
    """The ticket at the counter, in a state from which `event` is possible."""
    counter = _working(branch, number, given)
    if counter.ticket is None:
        raise errors.NothingAtCounter(counter=number)
    ticket = branch.tickets[counter.ticket]
    ticket.after(event)
    return ticket


def _open(branch: Branch, command: c.OpenCounter, given: Given) -> list[e.Event]:
    counter = branch.counter(command.counter)
    for code in command.services:
        branch.service(code)
    day = _day(branch, given.at)
    if branch.day_closed and not day:
        raise errors.BranchClosed()
    if counter.open and not day:
        if counter.teller != given.actor.name:
            raise errors.CounterTaken(counter=counter.number, teller=counter.teller)
        if not command.services or command.services == counter.services:
            return []
    can = branch.setup.counters[counter.number].services
    for code in command.services:
        if can and code not in can:
            raise errors.WrongService(counter=counter.number, service=_name(branch, branch.service(code), ""))
    services = command.services or can
    return [*day, e.CounterOpened(counter.number, given.actor.name, services)]


def _close(branch: Branch, command: c.CloseCounter, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    if counter.ticket is not None:
        raise errors.CounterBusy(counter=counter.number, number=branch.tickets[counter.ticket].number)
    return [e.CounterClosed(counter.number)]


def _break(branch: Branch, command: c.TakeBreak, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    return [e.BreakStarted(counter.number, command.reason)]


def _back(branch: Branch, command: c.EndBreak, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    if not counter.on_break:
        raise errors.CounterNotOnBreak(counter=counter.number)
    return [e.BreakEnded(counter.number)]


def _called(counter: Counter, chosen: Candidate, rule: str, runner_up: str, reason: str) -> e.TicketCalled:
    return e.TicketCalled(
        ticket=chosen.ticket.id,
        counter=counter.number,
        teller=counter.teller,
        rule=rule,
        waited_s=int(max(0.0, chosen.elapsed_s)),
        target_s=int(chosen.target_s),
        index=round(chosen.index, 4),
        runner_up=runner_up,
        reason=reason,
    )


def _call_next(branch: Branch, command: c.CallNext, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    decision = pick(branch, counter, given.at)
    if decision is None:
        raise errors.NobodyWaiting()
    runner_up = decision.ranked[1].ticket.number if len(decision.ranked) > 1 else ""
    return [_called(counter, decision.chosen, decision.rule, runner_up, "")]


def _call_ticket(branch: Branch, command: c.CallTicket, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketCalled)
    if not may_call(branch, counter, ticket):
        if ticket.for_counter is not None or ticket.for_teller:
            raise errors.NotYourTicket(number=ticket.number)
        raise errors.WrongService(counter=counter.number, service=_name(branch, branch.service(ticket.service), ""))
    decision = pick(branch, counter, given.at)
    ahead = decision.chosen.ticket.number if decision and decision.chosen.ticket.id != ticket.id else ""
    return [_called(counter, weigh(branch, ticket, given.at), BY_HAND, ahead, command.reason)]


def _recall(branch: Branch, command: c.Recall, given: Given) -> list[e.Event]:
    return [e.TicketRecalled(_present(branch, command.counter, given, e.TicketRecalled).id, command.counter)]


def _start(branch: Branch, command: c.Start, given: Given) -> list[e.Event]:
    return [e.ServiceStarted(_present(branch, command.counter, given, e.ServiceStarted).id, command.counter)]


def _add_service(branch: Branch, command: c.AddService, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.ServiceAdded)
    return [e.ServiceAdded(ticket.id, command.counter, branch.service(command.service).code)]


def _finish(branch: Branch, command: c.Finish, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.ServiceFinished)
    record: list[e.Event] = []
    if command.outcome or given.note:
        record = [e.InteractionRecorded(ticket.id, command.counter, command.outcome, given.note)]
    return [*record, e.ServiceFinished(ticket.id, command.counter, command.outcome)]


def _park(branch: Branch, command: c.Park, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.TicketParked)
    return [e.TicketParked(ticket.id, command.counter, command.reason)]


def _resume(branch: Branch, command: c.Resume, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketResumed)
    return [e.TicketResumed(ticket.id, counter.number, counter.teller)]


def _transfer(branch: Branch, command: c.Transfer, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.TicketTransferred)
    if not (command.service or command.to_counter is not None or command.to_teller):
        raise errors.BadField(field="service", problem="a service, a counter or a colleague is needed")
    service = branch.service(command.service or ticket.service)
    if command.to_counter is not None:
        branch.counter(command.to_counter)
    return [
        e.TicketTransferred(
            ticket.id, command.counter, service.code, command.to_counter, command.to_teller, command.reason
        )
    ]


def _no_show(branch: Branch, command: c.DeclareNoShow, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.NoShowDeclared)
    rules = branch.setup.rules
    step = ticket.step
    recalls_left = max(0, rules.recalls + 1 - step.calls)
    since_s = (given.at - (step.last_called_at or given.at)) / 1000
    seconds_left = max(0, int(rules.no_show_grace_s - since_s + 0.999))
    if recalls_left or seconds_left:
        raise errors.TooSoonForNoShow(recalls=recalls_left, seconds=seconds_left)
    return [e.NoShowDeclared(ticket.id, command.counter)]


def _undo(branch: Branch, command: c.UndoStep, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    last = branch.undo.get(counter.number)
    if last is None or branch.tickets[last.before.id].version != last.seq:
        raise errors.NothingToUndo(counter=counter.number)
    if given.at > last.at + branch.setup.rules.undo_s * 1000:
        raise errors.TooLateToUndo()
    return [e.StepUndone(last.before.id, counter.number, last.step)]


_DECIDE: dict[type[c.Command], Callable[[Branch, Any, Given], list[e.Event]]] = {
    c.Issue: _issue,
    c.OpenCounter: _open,
    c.CloseCounter: _close,
    c.TakeBreak: _break,
    c.EndBreak: _back,
    c.CallNext: _call_next,
    c.CallTicket: _call_ticket,
    c.Recall: _recall,
    c.Start: _start,
    c.AddService: _add_service,
    c.Finish: _finish,
    c.Park: _park,
    c.Resume: _resume,
    c.Transfer: _transfer,
    c.DeclareNoShow: _no_show,
    c.UndoStep: _undo,
    c.Cancel: _cancel,
    c.Return: _return,
    c.Reprint: _reprint,
    c.RecordInteraction: _record,
    c.CloseDay: _close_day,
    c.ReopenDay: _reopen_day,
    c.StartRehearsal: _start_rehearsal,
}
