"""Decisions at a counter: opening, calling, serving, sending on, taking back."""

from __future__ import annotations

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue import supervision
from lobby.queue.branch import Branch
from lobby.queue.calling import BY_HAND, Candidate, free_counters, may_call, pick, weigh
from lobby.queue.counters import Counter
from lobby.queue.given import Given
from lobby.queue.recording import interaction
from lobby.queue.supervision_events import CounterSkillsSet
from lobby.queue.ticket import State, Ticket
from lobby.queue.ticket_decisions import new_day, service_name


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


def open_counter(branch: Branch, command: c.OpenCounter, given: Given) -> list[e.Event]:
    counter = branch.counter(command.counter)
    for code in command.services:
        branch.service(code)
    day = new_day(branch, given.at)
    if branch.day_closed and not day:
        raise errors.BranchClosed()
    if counter.offered and not day and counter.teller != given.actor.name:
        if counter.offered_to not in ("", given.actor.name):
            raise errors.CounterOffered(counter=counter.number, teller=counter.offered_to)
        return [e.CounterTakenOver(counter.number, given.actor.name)]
    if counter.open and not day:
        if counter.teller != given.actor.name:
            raise errors.CounterTaken(counter=counter.number, teller=counter.teller)
        if not command.services or _once(command.services) == counter.services:
            return []
    services = _skills(branch, counter.number, command.services)
    return [*day, e.CounterOpened(counter.number, given.actor.name, services)]


def _skills(branch: Branch, number: int, services: tuple[str, ...]) -> tuple[str, ...]:
    """What is to be given at the counter: `services`, each once, or all that it can give; refused where it cannot."""
    can = branch.setup.counters[number].services
    for code in services:
        if can and code not in can:
            raise errors.WrongService(counter=number, service=service_name(branch, branch.service(code), ""))
    return _once(services) or can


def _once(services: tuple[str, ...]) -> tuple[str, ...]:
    """Each service once: how many a counter gives decides which of the free ones is called to first."""
    return tuple(dict.fromkeys(services))


def set_skills(branch: Branch, command: supervision.SetCounterSkills, given: Given) -> list[e.Event]:
    counter = branch.counter(command.counter)
    for code in command.services:
        branch.service(code)
    if not counter.open:
        raise errors.CounterNotOpen(counter=counter.number)
    services = _skills(branch, counter.number, command.services)
    return [CounterSkillsSet(counter.number, services)] if set(services) != set(counter.services) else []


def close_counter(branch: Branch, command: c.CloseCounter, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    if counter.ticket is not None:
        raise errors.CounterBusy(counter=counter.number, number=branch.tickets[counter.ticket].number)
    return [e.CounterClosed(counter.number)]


def take_break(branch: Branch, command: c.TakeBreak, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    return [e.BreakStarted(counter.number, command.reason, given.note)]


def end_break(branch: Branch, command: c.EndBreak, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    if not counter.on_break:
        raise errors.CounterNotOnBreak(counter=counter.number)
    return [e.BreakEnded(counter.number)]


def _called(
    counter: Counter, chosen: Candidate, rule: str, runner_up: str, reason: str = "", note: str = ""
) -> e.TicketCalled:
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
        note=note,
    )


def call_next(branch: Branch, command: c.CallNext, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    decision = pick(branch, counter, given.at)
    if decision is None:
        raise errors.NobodyWaiting()
    return [_called(counter, decision.chosen, decision.rule, decision.runner_up)]


def wait_for_next(branch: Branch, command: c.WaitForNext, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    if pick(branch, counter, given.at) is not None:
        return call_next(branch, c.CallNext(command.counter), given)
    return [] if counter.ready else [e.CounterReady(counter.number)]


def stop_waiting(branch: Branch, command: c.StopWaiting, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    return [e.CounterNotReady(counter.number)] if counter.ready else []


def call_who_is_due(branch: Branch, command: c.CallWhoIsDue, given: Given) -> list[e.Event]:
    """Nothing of its own: after each command the desk makes the calls of `call_by_itself`."""
    return []


def call_by_itself(branch: Branch, at: int) -> tuple[str, e.Event] | None:
    """The call that a counter which waits for the next customer makes now, and its teller, counters in the order of
    `free_counters`. None when no such counter can call anybody, or the day is over."""
    if not branch.day_start <= at < branch.day_end:
        return None
    for counter in free_counters(branch):
        decision = pick(branch, counter, at) if counter.ready else None
        if decision is not None:
            return counter.teller, _called(counter, decision.chosen, decision.rule, decision.runner_up)
    return None


def offer_counter(branch: Branch, command: c.OfferCounter, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    if command.to_teller == counter.teller:
        raise errors.BadField(field="to_teller", problem="this colleague is at the counter already")
    if counter.offered and counter.offered_to == command.to_teller:
        return []
    return [e.CounterOffered(counter.number, command.to_teller)]


def keep_counter(branch: Branch, command: c.KeepCounter, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    return [e.CounterKept(counter.number)] if counter.offered else []


def call_ticket(branch: Branch, command: c.CallTicket, given: Given) -> list[e.Event]:
    if not (command.reason or given.note):
        raise errors.BadField(field="reason", problem="nothing in it can be read")
    counter = _free(branch, command.counter, given)
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketCalled)
    if not may_call(branch, counter, ticket):
        if ticket.for_counter is not None or ticket.for_teller:
            raise errors.NotYourTicket(number=ticket.number)
        wanted = service_name(branch, branch.setup.known_service(ticket.service), "")
        raise errors.WrongService(counter=counter.number, service=wanted)
    decision = pick(branch, counter, given.at)
    ahead = decision.chosen.ticket.number if decision and decision.chosen.ticket.id != ticket.id else ""
    return [_called(counter, weigh(branch, ticket, given.at), BY_HAND, ahead, command.reason, given.note)]


def recall(branch: Branch, command: c.Recall, given: Given) -> list[e.Event]:
    return [e.TicketRecalled(_present(branch, command.counter, given, e.TicketRecalled).id, command.counter)]


def start(branch: Branch, command: c.Start, given: Given) -> list[e.Event]:
    return [e.ServiceStarted(_present(branch, command.counter, given, e.ServiceStarted).id, command.counter)]


def add_service(branch: Branch, command: c.AddService, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.ServiceAdded)
    return [e.ServiceAdded(ticket.id, command.counter, branch.service(command.service).code)]


def finish(branch: Branch, command: c.Finish, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.ServiceFinished)
    outcome = command.outcome or (command.record.outcome if command.record is not None else "")
    record: list[e.Event] = []
    if outcome or given.note or command.record is not None:
        record = [interaction(branch, ticket, command.counter, command, given)]
    return [*record, e.ServiceFinished(ticket.id, command.counter, outcome, recorded=bool(record))]


def park(branch: Branch, command: c.Park, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.TicketParked)
    return [e.TicketParked(ticket.id, command.counter, command.reason, given.note)]


def resume(branch: Branch, command: c.Resume, given: Given) -> list[e.Event]:
    counter = _free(branch, command.counter, given)
    ticket = branch.ticket(command.ticket)
    ticket.after(e.TicketResumed)
    return [e.TicketResumed(ticket.id, counter.number, counter.teller)]


def _not_over_anyones_head(branch: Branch, ticket: Ticket, number: int, given: Given) -> None:
    """A supervisor may act at any counter, but takes no customer away from the colleague who serves them."""
    counter = branch.counter(number)
    if ticket.state is State.SERVING and counter.teller != given.actor.name:
        raise errors.TicketInService(number=ticket.number, counter=number, teller=counter.teller)


def transfer(branch: Branch, command: c.Transfer, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.TicketTransferred)
    _not_over_anyones_head(branch, ticket, command.counter, given)
    if not (command.service or command.to_counter is not None or command.to_teller):
        raise errors.BadField(field="service", problem="a service, a counter or a colleague is needed")
    service = branch.service(command.service or ticket.service)
    if command.to_counter is not None:
        branch.counter(command.to_counter)
    return [
        e.TicketTransferred(
            ticket=ticket.id,
            counter=command.counter,
            service=service.code,
            to_counter=command.to_counter,
            to_teller=command.to_teller,
            reason=command.reason,
            note=given.note,
        )
    ]


def declare_no_show(branch: Branch, command: c.DeclareNoShow, given: Given) -> list[e.Event]:
    ticket = _present(branch, command.counter, given, e.NoShowDeclared)
    rules = branch.setup.rules
    step = ticket.step
    recalls_left = max(0, rules.recalls + 1 - step.calls)
    since_s = (given.at - (step.last_called_at or given.at)) / 1000
    seconds_left = max(0, int(rules.no_show_grace_s - since_s + 0.999))
    if recalls_left or seconds_left:
        raise errors.TooSoonForNoShow(recalls=recalls_left, seconds=seconds_left)
    return [e.NoShowDeclared(ticket.id, command.counter)]


def undo_step(branch: Branch, command: c.UndoStep, given: Given) -> list[e.Event]:
    counter = _held(branch, command.counter, given)
    last = branch.undo.get(counter.number)
    if last is None or branch.tickets[last.before.id].version != last.seq:
        raise errors.NothingToUndo(counter=counter.number)
    if given.at > last.at + branch.setup.rules.undo_s * 1000:
        raise errors.TooLateToUndo()
    return [e.StepUndone(last.before.id, counter.number, last.step)]
