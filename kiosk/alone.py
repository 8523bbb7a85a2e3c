"""What a kiosk does without the branch server: numbers from its lease, by the branch's hours, in the order of arrival.

How many wait and how long is not known then, and is not said. What needs the branch's own memory, such as an
appointment, is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec

from kiosk.memory import Memory
from lobby import errors
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue import opening
from lobby.queue.branch import Branch
from lobby.queue.services import Service, Setup, business_day, named
from lobby.queue.services_open import Closure, closure
from lobby.queue.ticket import State
from lobby.views import BranchView, TicketView, branch_view


class ByHand(msgspec.Struct, frozen=True):
    """What the branch had closed by hand when it was last heard of: the business day (empty: none), and services."""

    day: str = ""
    services: dict[str, Closure] = {}


NOTHING = ByHand()


def closed_by_hand(latest: BranchView | None, setup: Setup) -> ByHand:
    """What `latest` says of it."""
    if latest is None:
        return NOTHING
    day = business_day(setup, latest.at)
    closed = not latest.open and opening.open_at(setup, None, latest.at)
    services = {
        service.code: Closure(service.closed_because, latest.at, service.opens_at or day.end)
        for service in latest.services
        if service.closed_because
    }
    return ByHand(day.date if closed else "", services)


def carry_out(
    memory: Memory, setup: Setup, command: c.Command, key: str, now: Callable[[], int], closed: ByHand = NOTHING
) -> Answer:
    """Do without the server what can be done, durably, and have it told later; or refuse."""
    with memory.transaction():
        answer = memory.answered(key, command)
        if answer is not None:
            return answer
        at = memory.moment(now())
        if isinstance(command, c.Issue):
            if business_day(setup, at).date == closed.day:
                raise errors.BranchClosed()
            answer = _issue(memory, Branch(setup, closures=closed.services), command, key, at)
        elif isinstance(command, c.Reprint):
            answer = _reprint(memory, command, key, business_day(setup, at).start)
        elif isinstance(command, c.TakeList | c.GiveFeedback):
            memory.put(key, command)
            answer = Answer(0)
        else:
            raise errors.NotWithoutServer()
        return memory.answer(key, command, answer, at)


def view(setup: Setup, now: int, closed: ByHand = NOTHING) -> BranchView:
    """The branch as far as it is known: what it offers and when; nobody waits, as far as anybody can tell."""
    return branch_view(Branch(setup, closures=closed.services), now)


def _issue(memory: Memory, branch: Branch, wish: c.Issue, key: str, at: int) -> Answer:
    setup = branch.setup
    services = [_service(setup, code) for code in (wish.service, *wish.then)]
    service = services[0]
    name = named(service.names, wish.language or setup.languages[0], service.code)
    if wish.priority and wish.priority not in setup.priorities:
        raise errors.UnknownPriority(priority=wish.priority)
    if wish.language and wish.language not in setup.languages:
        raise errors.UnknownLanguage(language=wish.language)
    if not opening.open_at(setup, None, at):
        raise errors.BranchClosed()
    if not opening.open_at(setup, service, at):
        raise errors.ServiceClosed(service=name, hours=opening.hours_on(setup, service, at) or "-")
    if closure(branch, service.code, at) is not None:
        raise errors.ServiceClosedByHand(service=name)
    day = business_day(setup, at).date
    sequence = memory.take_number(service.code, day, at)
    if sequence is None:
        raise errors.NumbersExhausted(service=name)
    number, token = service.number(sequence), secrets.token_urlsafe(9)
    language = wish.language or setup.languages[0]
    handed_in = c.HandIn(
        number=number,
        service=service.code,
        holder=memory.holder,
        token=token,
        arrived_at=at,
        language=language,
        priority=wish.priority,
        then=wish.then,
        documents=wish.documents,
    )
    memory.put(key, handed_in, wish)
    ticket = TicketView(
        id=f"{day}-{number}",
        number=number,
        service=service.code,
        service_name=named(service.names, language, service.code),
        language=language,
        state=State.WAITING,
        arrived_at=at,
        ahead=None,
        priority=wish.priority,
        then=wish.then,
        documents=wish.documents,
        token=token,
    )
    return Answer(0, ticket)


def _service(setup: Setup, code: str) -> Service:
    try:
        return setup.services[code]
    except KeyError:
        raise errors.UnknownService(service=code) from None


def _reprint(memory: Memory, command: c.Reprint, key: str, today: int) -> Answer:
    found = memory.latest(command.ticket)
    if found is None or found.ticket is None or found.ticket.arrived_at < today:
        raise errors.NotWithoutServer()
    again = msgspec.structs.replace(found.ticket, copies=found.ticket.copies + 1)
    memory.put(key, c.Reprint(again.number))
    return Answer(0, again)
