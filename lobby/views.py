"""What the fronts show: plain, frozen pictures of a branch at a moment. Pure; the HTTP API sends them as they are.

Times are ms UTC as in the journal; the API adds nothing and hides nothing but the customer's token, which only who
may print the ticket sees. Waits are ranges in seconds.
"""

from __future__ import annotations

import msgspec

from lobby.queue import holding, law, open_now, opening, returning, services_open
from lobby.queue.branch import Branch
from lobby.queue.calling import weigh
from lobby.queue.counters import Counter, all_open
from lobby.queue.events import Promise, Why
from lobby.queue.places import people_ahead
from lobby.queue.services import KioskOptions, Setup, named
from lobby.queue.ticket import State, Step, Ticket
from lobby.signage import Look
from lobby.waits.telling import offered, telling


class TicketView(msgspec.Struct, frozen=True):
    """One ticket. `ahead` is how many wait for the same service before it, now (None where a kiosk without the server
    cannot know); `promise` what was said at issue; `documents` that the customer said to have what is needed;
    `first_called_at` and `called_at` are the first and the latest call of the present step. `wait` is what the customer
    is told now, in seconds from now (None: nothing), `call_from` and `call_to` the same as moments (ms UTC); `at_risk`
    that it will hardly hold; `revised` that it is not what was promised any more. `held_until` (ms UTC) is there while
    the customer needs a few minutes and is not called; `may_hold` that these may be asked for. `return_until` (ms UTC)
    is there after a missed call that allows it: so long the customer may come back. `issued_seq` is the row of the
    journal that issued it, and `check` what its slip bears of that row's hash (see `lobby.records.ticket_check`); only
    who may print the ticket sees them."""

    id: str
    number: str
    service: str
    service_name: str
    language: str
    state: State
    arrived_at: int
    ahead: int | None
    priority: str = ""
    appointment: int | None = None
    then: tuple[str, ...] = ()
    promise: Promise | None = None
    counter: int | None = None
    for_counter: int | None = None
    for_teller: str = ""
    first_called_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    parked_at: int | None = None
    ended_at: int | None = None
    ended: str = ""
    calls: int = 0
    copies: int = 0
    documents: bool = False
    token: str = ""
    wait: Promise | None = None
    call_from: int | None = None
    call_to: int | None = None
    at_risk: bool = False
    revised: bool = False
    held_until: int | None = None
    may_hold: bool = False
    return_until: int | None = None
    issued_seq: int = 0
    check: str = ""


class ServiceView(msgspec.Struct, frozen=True):
    """A service as the kiosk, the screens and the console show it. `wait` is None while no counter is open for it;
    `hours` are today's own, `opens_at` (ms UTC) the next opening of one that is closed; `full` that its tickets of the
    day are all given; `closed_because` a code of `lobby.queue.services_open` where it was closed by hand."""

    code: str
    name: str
    names: dict[str, str]
    group: str
    icon: str
    prefix: str
    open: bool
    hours: str
    waiting: int
    longest_s: int
    wait: Promise | None
    documents: dict[str, tuple[str, ...]] = {}
    target_s: int = 600
    outcomes: tuple[str, ...] = ()
    opens_at: int | None = None
    full: bool = False
    closed_because: str = ""


class CounterView(msgspec.Struct, frozen=True):
    """A counter now. `ready`: whoever comes next is called by itself; `offered`: to be handed over, to `offered_to` or
    (empty) whoever opens it."""

    number: int
    name: str
    open: bool
    teller: str
    services: tuple[str, ...]
    on_break: bool
    break_reason: str
    since: int
    ticket: TicketView | None = None
    why: Why | None = None
    ready: bool = False
    offered: bool = False
    offered_to: str = ""


class PriorityView(msgspec.Struct, frozen=True):
    code: str
    names: dict[str, str]
    declared: bool


class GroupView(msgspec.Struct, frozen=True):
    code: str
    names: dict[str, str]


class BranchView(msgspec.Struct, frozen=True):
    """The branch and what it offers now. `day_starts_min` in minutes after midnight, `service_level_s` in seconds;
    `hours` are today's, `opens_at` (ms UTC) the next opening of a closed branch; `legal_wait_min` the longest lawful
    wait today in minutes, 0 where no law sets one; `categories` what a complaint may be about, `good`
    and `bad` what was good or could be better (ours have no names of their own: see `lobby.care.codes`); `at` the
    branch's time (ms UTC)."""

    id: str
    name: str
    names: dict[str, str]
    languages: tuple[str, ...]
    zone: str
    day: str
    open: bool
    rehearsal: bool
    services: tuple[ServiceView, ...]
    counters: tuple[CounterView, ...]
    groups: tuple[GroupView, ...]
    priorities: tuple[PriorityView, ...]
    break_reasons: tuple[str, ...]
    outcomes: tuple[str, ...]
    day_starts_min: int = 240
    service_level_s: float = 600.0
    hours: str = ""
    opens_at: int | None = None
    legal_wait_min: int = 0
    at: int = 0
    kiosk: KioskOptions = KioskOptions()
    categories: tuple[GroupView, ...] = ()
    good: tuple[GroupView, ...] = ()
    bad: tuple[GroupView, ...] = ()
    recalls: int = 1
    no_show_grace_s: float = 30.0


class Briefing(msgspec.Struct, frozen=True):
    """What a kiosk must know to go on alone: the branch's setup, the address of customers' pages (empty: none), the
    branch's time (ms UTC), and how the bank wants its pages."""

    setup: Setup
    public_url: str
    at: int
    look: Look = Look()


class AppointmentView(msgspec.Struct, frozen=True):
    """An appointment as the staff see it; `number` is that of its ticket once it is checked in."""

    code: str
    service: str
    slot: int
    language: str
    number: str
    cancelled: bool


class QueueView(msgspec.Struct, frozen=True):
    """What a console shows: who waits, in the order of the calling index; who is parked; the counters; who missed the
    call lately and may still come back, the latest first."""

    seq: int
    at: int
    waiting: tuple[TicketView, ...]
    parked: tuple[TicketView, ...]
    counters: tuple[CounterView, ...]
    longest_s: int
    missed: tuple[TicketView, ...] = ()


def ticket_view(
    branch: Branch, ticket: Ticket, now: int | None = None, *, ahead: int | None = None, token: str = ""
) -> TicketView:
    """The ticket at `now` (ms UTC; the time of the last event unless given); `ahead` is counted unless the caller knows
    it."""
    step: Step = ticket.step
    now = branch.at if now is None else now
    told = telling(branch, ticket, now)
    service = branch.setup.known_service(ticket.service)
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        service=ticket.service,
        service_name=named(service.names, ticket.language, ticket.service),
        language=ticket.language,
        state=ticket.state,
        arrived_at=ticket.arrived_at,
        ahead=people_ahead(branch, ticket) if ahead is None else ahead,
        priority=ticket.priority,
        appointment=ticket.appointment,
        then=ticket.then,
        promise=ticket.promise,
        counter=ticket.counter,
        for_counter=ticket.for_counter,
        for_teller=ticket.for_teller,
        first_called_at=step.called_at,
        called_at=step.last_called_at,
        started_at=step.started_at,
        parked_at=step.parked_at,
        ended_at=step.ended_at,
        ended=step.ended,
        calls=step.calls,
        copies=ticket.copies,
        documents=ticket.documents,
        token=token,
        wait=told.wait,
        call_from=told.from_,
        call_to=told.to,
        at_risk=told.at_risk,
        revised=told.revised,
        held_until=ticket.held_until if ticket.is_held(now) else None,
        may_hold=holding.may_hold(branch, ticket, now),
        return_until=returning.return_until(branch, ticket),
    )


def issued_view(branch: Branch, ticket: Ticket, token: str) -> TicketView:
    """The ticket as the kiosk prints it: with the token of its page (empty for a copy: whoever answers looks it up),
    the row of its issue, and the people ahead counted then."""
    view = ticket_view(branch, ticket, ahead=ticket.ahead, token=token)
    return msgspec.structs.replace(view, issued_seq=ticket.issued_seq)


def service_views(branch: Branch, now: int) -> tuple[ServiceView, ...]:
    setup = branch.setup
    closed = open_now.day_closed(branch, now)
    today = now < branch.day_end  # until the first event of a new day the branch holds the last one
    views = []
    for service in setup.services.values():
        waiting = branch.waiting.get(service.code, {}) if today else {}
        oldest = min((branch.tickets[id].waiting_since for id in waiting), default=now)
        by_hand = services_open.closure(branch, service.code, now)
        views.append(
            ServiceView(
                code=service.code,
                name=named(service.names, setup.languages[0], service.code),
                names=service.names,
                group=service.group,
                icon=service.icon,
                prefix=service.prefix,
                open=not closed and by_hand is None and opening.open_at(setup, service, now),
                hours=opening.hours_on(setup, service, now) if service.hours else "",
                waiting=len(waiting),
                longest_s=max(0, (now - oldest) // 1000),
                wait=offered(branch, service.code, now) if today else None,
                documents=service.documents,
                target_s=int(service.target_s),
                outcomes=service.outcomes or setup.outcomes,
                opens_at=open_now.opens_at(branch, service, now),
                full=today and bool(service.daily_limit) and branch.issued.get(service.code, 0) >= service.daily_limit,
                closed_because=by_hand.reason if by_hand is not None else "",
            )
        )
    return tuple(views)


def counter_view(branch: Branch, counter: Counter) -> CounterView:
    place = branch.setup.counters.get(counter.number)
    return CounterView(
        number=counter.number,
        name=place.name if place else "",
        open=counter.open,
        teller=counter.teller,
        services=counter.services or (place.services if place else ()),
        on_break=counter.on_break,
        break_reason=counter.break_reason,
        since=counter.since,
        ticket=ticket_view(branch, branch.tickets[counter.ticket]) if counter.ticket else None,
        why=counter.why,
        ready=counter.ready,
        offered=counter.offered,
        offered_to=counter.offered_to,
    )


def counter_views(branch: Branch) -> tuple[CounterView, ...]:
    return tuple(counter_view(branch, branch.counter(number)) for number in sorted(branch.setup.counters))


def branch_view(branch: Branch, now: int) -> BranchView:
    setup = branch.setup
    return BranchView(
        id=setup.id,
        name=named(setup.names, setup.languages[0], setup.id),
        names=setup.names,
        languages=setup.languages,
        zone=setup.zone,
        day=branch.day,
        open=open_now.is_open(branch, now),
        rehearsal=branch.rehearsal,
        services=service_views(branch, now),
        counters=counter_views(branch),
        groups=tuple(GroupView(group.code, group.names) for group in setup.groups.values()),
        priorities=tuple(PriorityView(p.code, p.names, p.declared) for p in setup.priorities.values()),
        break_reasons=setup.break_reasons,
        outcomes=setup.outcomes,
        day_starts_min=setup.day_starts_min,
        service_level_s=setup.rules.service_level_s,
        hours=opening.hours_on(setup, None, now),
        opens_at=open_now.opens_at(branch, None, now),
        legal_wait_min=law.wait_limit_min(setup, now, all_open=all_open(branch)),
        at=now,
        kiosk=setup.kiosk,
        recalls=setup.rules.recalls,
        no_show_grace_s=setup.rules.no_show_grace_s,
        categories=tuple(GroupView(one.code, one.names) for one in setup.care.complaints.categories),
        good=tuple(GroupView(one.code, one.names) for one in setup.feedback.choices("", True)),
        bad=tuple(GroupView(one.code, one.names) for one in setup.feedback.choices("", False)),
    )


def appointment_views(branch: Branch, now: int) -> tuple[AppointmentView, ...]:
    """The appointments that are known, in the order of their slots."""
    found = sorted(branch.appointments.values(), key=lambda one: (one.slot, one.code))
    return tuple(
        AppointmentView(one.code, one.service, one.slot, one.language, _number(branch, one.ticket), one.cancelled)
        for one in found
    )


def _number(branch: Branch, ticket: str) -> str:
    return branch.tickets[ticket].number if ticket in branch.tickets else ""


def queue_view(branch: Branch, now: int) -> QueueView:
    waiting = sorted(
        (weigh(branch, t, now) for t in branch.waiting_tickets()),
        key=lambda c: (c.order, c.ticket.arrived_at, c.ticket.issued_seq),
    )
    parked = [t for t in branch.tickets.values() if t.state is State.PARKED]
    return QueueView(
        seq=branch.seq,
        at=now,
        waiting=tuple(ticket_view(branch, c.ticket, now) for c in waiting),
        parked=tuple(ticket_view(branch, t) for t in parked),
        counters=counter_views(branch),
        longest_s=max([0, *(int(c.elapsed_s) for c in waiting)]),
        missed=tuple(ticket_view(branch, t) for t in _missed(branch, now)),
    )


def _missed(branch: Branch, now: int) -> list[Ticket]:
    """Those who did not come when called and may still have their old place again."""
    missed = [ticket for ticket in branch.tickets.values() if returning.may_return(branch, ticket, now)]
    return sorted(missed, key=lambda ticket: -(ticket.step.ended_at or 0))
