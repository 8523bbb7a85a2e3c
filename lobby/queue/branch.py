"""The branch as a fold: `apply` is the only thing that changes it, and only an event can be applied.

The branch of a business day holds the day's tickets, the counters, the next numbers and the last step of each counter
(for undo). When the next day opens, yesterday's tickets leave the state; the journal keeps them for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from lobby.care.casebook import Casebook, Kept
from lobby.care.events import CareEvent
from lobby.errors import UnknownCounter, UnknownService, UnknownTicket
from lobby.queue import (
    alerts,
    announcing,
    appointments,
    at_counter,
    counters,
    holding,
    leases,
    notices,
    opinions,
    reassigning,
    services_open,
    taking_back,
)
from lobby.queue import events as e
from lobby.queue import supervision_events as s
from lobby.queue.alerts import Alert
from lobby.queue.appointments import Appointment
from lobby.queue.at_counter import Spent
from lobby.queue.counters import Counter
from lobby.queue.leases import Lease
from lobby.queue.notices import Notice
from lobby.queue.opinions import Opinion
from lobby.queue.outlook import Outlook
from lobby.queue.page_marks import mark_of, recorded_mark
from lobby.queue.rules_in_force import InForce, RulesChanged, on_rules_changed
from lobby.queue.services import CounterPlace, Service, Setup
from lobby.queue.services_open import Closure
from lobby.queue.taking_back import Undo
from lobby.queue.ticket import AT_COUNTER, LIVE, State, Step, Ticket, ended, waiting_again, with_step
from lobby.queue.workdays import worked_on

_replace = msgspec.structs.replace


OF_THE_DAY = (
    "tickets",
    "numbers",
    "tokens",
    "next_number",
    "undo",
    "spent",
    "issued",
    "calls",
    "lists_taken",
    "opinions",
    "answered",
    "alerts_over",
)
"""What begins anew with each business day, besides who waits."""


class Branch(msgspec.Struct):
    """State of one branch after the event `seq`. Mutable on purpose: a copy per event would cost more than the event.
    Values are frozen, so `copy` is cheap and a snapshot is safe to hand out. `calls` holds, by the number of the event
    and in order, the class of each ticket that was called today; `alerts_over`, likewise, the alerts resolved today;
    `opinions`, likewise, what customers said today, and `answered` the answer (1 to 5) of each visit (ticket id);
    calls are not spoken before `quiet_until` (ms UTC)."""

    setup: Setup
    seq: int = 0
    at: int = 0
    day: str = ""
    day_start: int = 0
    day_end: int = 0
    day_closed: bool = False
    set_back_at: int | None = None
    rules: InForce = InForce()
    rehearsal: bool = False
    rehearsal_services: tuple[Service, ...] = ()
    rehearsal_counters: tuple[CounterPlace, ...] = ()
    tickets: dict[str, Ticket] = {}
    numbers: dict[str, str] = {}
    tokens: dict[str, str] = {}
    waiting: dict[str, dict[str, None]] = {}
    counters: dict[int, Counter] = {}
    next_number: dict[str, int] = {}
    undo: dict[int, Undo] = {}
    spent: dict[str, Spent] = {}
    issued: dict[str, int] = {}
    calls: dict[int, str] = {}
    lists_taken: dict[str, int] = {}
    opinions: dict[int, Opinion] = {}
    answered: dict[str, int] = {}
    leases: dict[str, tuple[Lease, ...]] = {}
    appointments: dict[str, Appointment] = {}
    alerts: dict[str, Alert] = {}
    alerts_over: dict[int, Alert] = {}
    closures: dict[str, Closure] = {}
    notices: dict[str, Notice] = {}
    quiet_until: int = 0
    outlook: Outlook = Outlook()
    care: Casebook = msgspec.field(default_factory=Casebook)

    def copy(self) -> Branch:
        twin: Branch = _replace(self)
        for name in (*OF_THE_DAY, "counters", "leases", "appointments", "alerts", "closures", "notices"):
            setattr(twin, name, dict(getattr(self, name)))
        twin.care = self.care.copy()
        twin.waiting = {service: dict(ids) for service, ids in self.waiting.items()}
        return twin

    # -- looking things up, with a refusal where they are not there

    def service(self, code: str) -> Service:
        try:
            return self.setup.services[code]
        except KeyError:
            raise UnknownService(service=code) from None

    def counter(self, number: int) -> Counter:
        if self.has_lost(number):
            raise UnknownCounter(counter=number)
        return self.counters.get(number) or Counter(number)

    def has_lost(self, number: int) -> bool:
        """Whether the branch has no such counter, or not any more."""
        return number not in self.setup.counters

    def open_counters(self) -> list[Counter]:
        """The counters that are open, in no particular order; never one that the branch has lost."""
        return [one for number, one in self.counters.items() if one.open and not self.has_lost(number)]

    def ticket(self, reference: str) -> Ticket:
        """The ticket with this id, or with this number today."""
        ticket = self.tickets.get(reference) or self.tickets.get(self.numbers.get(reference.upper(), ""))
        if ticket is None:
            raise UnknownTicket(ticket=reference)
        return ticket

    def ticket_by(self, token: str) -> Ticket | None:
        """Today's ticket whose page this token opens."""
        return self.tickets.get(self.tokens.get(mark_of(token), ""))

    def serves(self, counter: Counter, service: str) -> bool:
        """Whether the counter as it is open now gives this service."""
        return not counter.services or service in counter.services

    def waiting_tickets(self) -> list[Ticket]:
        """All who wait, in no particular order."""
        return [self.tickets[id] for ids in self.waiting.values() for id in ids]

    # -- the fold

    def apply(self, recorded: e.Recorded) -> None:
        """Fold one event in. It must be the next one: `recorded.seq == self.seq + 1`."""
        if recorded.seq != self.seq + 1:
            raise ValueError(f"event {recorded.seq} does not follow {self.seq}")
        event = recorded.event
        fold = _APPLY.get(type(event))
        if fold is not None:
            fold(self, event, recorded.at)
        elif isinstance(event, e.InteractionRecorded):
            self._on_interaction(event, recorded)
        elif isinstance(event, CareEvent):
            self.care.apply(event, recorded.at, recorded.actor)
        self.seq = recorded.seq
        self.at = recorded.at

    def put(self, ticket: Ticket) -> None:
        """Store a ticket and keep the index of who waits in step with its state."""
        before = self.tickets.get(ticket.id)
        if before is not None and before.state is State.WAITING:
            self.waiting[before.service].pop(ticket.id, None)
        if ticket.state is State.WAITING:
            self.waiting.setdefault(ticket.service, {})[ticket.id] = None
        self.tickets[ticket.id] = _replace(ticket, version=self.seq + 1)

    def _on_day_opened(self, event: e.DayOpened, at: int) -> None:
        self.care.end_day(worked_on(self.day, self.tickets.values()))
        self.day, self.day_start, self.day_end = event.day, event.start, event.end
        self.day_closed = False
        for name in (*OF_THE_DAY, "waiting"):
            setattr(self, name, {})
        appointments.forget_past(self)
        services_open.forget_over(self, at)
        self.care.forget_past(at)

    def _on_day_closed(self, event: e.DayClosed, at: int) -> None:
        for ticket in list(self.tickets.values()):
            if ticket.state in LIVE:
                state = ticket.after(e.DayClosed)
                self.put(ended(ticket, state, at, "finished" if state is State.FINISHED else "left_at_close"))
        for number, counter in self.counters.items():
            if counter.open:
                self.counters[number] = Counter(number, since=at)
        self.undo = {}
        self.day_closed = True

    def _on_day_reopened(self, event: e.DayReopened, at: int) -> None:
        self.day_closed = False

    def _on_clock_set_back(self, event: e.ClockSetBack, at: int) -> None:
        self.set_back_at = at

    def _on_rehearsal_started(self, event: e.RehearsalStarted, at: int) -> None:
        self.rehearsal = True
        self.rehearsal_services += event.services
        self.rehearsal_counters += event.counters
        self.setup = self.setup.with_more(event.services, event.counters)

    def _on_taken_over(self, event: e.CounterTakenOver, at: int) -> None:
        counters.on_taken_over(self, event, at)
        held = self.counters[event.counter].ticket
        if held is not None:
            ticket = self.tickets[held]
            self.put(with_step(ticket, _replace(ticket.step, teller=event.teller)))

    def _on_interaction(self, event: e.InteractionRecorded, recorded: e.Recorded) -> None:
        self.care.keep(
            Kept(
                seq=recorded.seq,
                at=recorded.at,
                teller=recorded.actor,
                ticket=event.ticket,
                service=event.service,
                kind=event.interaction,
                outcome=event.outcome,
                note=event.note,
                private=event.private,
                steps=event.steps,
                delivered=event.delivered,
                fields=event.fields,
            )
        )

    def _on_issued(self, event: e.TicketIssued, at: int) -> None:
        arrived_at = at if event.arrived_at is None else event.arrived_at
        if event.arrived_at is None:  # a number from a lease moves nobody else's
            self.next_number[event.service] = event.sequence + 1
        self.issued[event.service] = self.issued.get(event.service, 0) + 1
        self.numbers[event.number] = event.ticket
        token = recorded_mark(event.token)
        self.tokens[token] = event.ticket
        if event.code:
            appointments.on_checked_in(self, event.code, event.ticket)
        self.put(
            Ticket(
                id=event.ticket,
                number=event.number,
                service=event.service,
                language=event.language,
                token=token,
                arrived_at=arrived_at,
                since=arrived_at if event.since is None else event.since,
                steps=(Step(event.service, arrived_at),),
                priority=event.priority,
                appointment=event.appointment,
                then=event.then,
                ahead=event.ahead,
                promise=event.promise,
                basis=event.basis,
                documents=event.documents,
                issued_seq=self.seq + 1,
            )
        )

    def _on_renumbered(self, event: e.TicketRenumbered, at: int) -> None:
        ticket = self.tickets[event.ticket]
        token = recorded_mark(event.token)
        for index, old, new in ((self.numbers, ticket.number, event.number), (self.tokens, ticket.token, token)):
            index.pop(old, None)
            index[new] = ticket.id
        first = _replace(ticket.steps[0], queued_at=event.arrived_at)
        self.put(
            _replace(
                ticket,
                number=event.number,
                token=token,
                arrived_at=event.arrived_at,
                since=event.arrived_at if ticket.appointment is None else ticket.since,
                steps=(first, *ticket.steps[1:]),
            )
        )

    def _on_promise_revised(self, event: e.PromiseRevised, at: int) -> None:
        """No step of the ticket: it stands where it stood, and what a counter did with it may still be undone."""
        told = e.Promise(event.low_s, event.high_s, event.about)
        self.tickets[event.ticket] = _replace(self.tickets[event.ticket], told=told, told_at=at)

    def _on_list_taken(self, event: e.DocumentListTaken, at: int) -> None:
        self.lists_taken[event.service] = self.lists_taken.get(event.service, 0) + 1

    def _on_returned(self, event: e.TicketReturned, at: int) -> None:
        ticket = self.tickets[event.ticket]
        ticket.after(e.TicketReturned)
        self.put(waiting_again(ticket, ticket.service, at, ticket.for_counter, ticket.for_teller, returned=True))

    def _on_cancelled(self, event: e.TicketCancelled, at: int) -> None:
        ticket = self.tickets[event.ticket]
        number = ticket.counter if ticket.state in AT_COUNTER else None
        self.put(ended(ticket, ticket.after(e.TicketCancelled), at, f"cancelled_by_{event.by}"))
        if number is not None:
            at_counter.free(self, number, at)
            self.undo.pop(number, None)

    def _on_reprinted(self, event: e.TicketReprinted, at: int) -> None:
        self.put(_replace(self.tickets[event.ticket], copies=event.copy))

    def _on_nothing(self, event: e.Happened, at: int) -> None:
        """What is on record and changes nothing."""


_APPLY: dict[type[e.Happened], Callable[[Branch, Any, int], None]] = {
    e.DayOpened: Branch._on_day_opened,
    e.DayClosed: Branch._on_day_closed,
    e.DayReopened: Branch._on_day_reopened,
    e.ClockSetBack: Branch._on_clock_set_back,
    e.RehearsalStarted: Branch._on_rehearsal_started,
    RulesChanged: on_rules_changed,
    e.CounterOpened: counters.on_opened,
    e.CounterClosed: counters.on_closed,
    s.CounterSkillsSet: counters.on_skills_set,
    e.BreakStarted: counters.on_break_started,
    e.BreakEnded: counters.on_break_ended,
    e.CounterReady: counters.on_ready,
    e.CounterNotReady: counters.on_not_ready,
    e.CounterOffered: counters.on_offered,
    e.CounterKept: counters.on_kept,
    e.CounterTakenOver: Branch._on_taken_over,
    e.TicketIssued: Branch._on_issued,
    e.TicketCalled: at_counter.on_called,
    e.TicketRecalled: at_counter.on_recalled,
    e.ServiceStarted: at_counter.on_started,
    e.ServiceAdded: at_counter.on_service_added,
    e.ServiceFinished: at_counter.on_finished,
    e.TicketParked: at_counter.on_parked,
    e.TicketResumed: at_counter.on_resumed,
    e.TicketTransferred: at_counter.on_transferred,
    e.NoShowDeclared: at_counter.on_no_show,
    e.TicketReturned: Branch._on_returned,
    e.TicketHeld: holding.on_held,
    e.TicketReleased: holding.on_released,
    e.TicketCancelled: Branch._on_cancelled,
    e.TicketReprinted: Branch._on_reprinted,
    e.StepUndone: taking_back.on_undone,
    e.PromiseRevised: Branch._on_promise_revised,
    e.TicketRenumbered: Branch._on_renumbered,
    e.TicketHandedInLate: Branch._on_nothing,
    e.DocumentListTaken: Branch._on_list_taken,
    e.FeedbackGiven: opinions.on_given,
    e.NumbersLeased: leases.on_leased,
    e.AppointmentBooked: appointments.on_booked,
    e.AppointmentCancelled: appointments.on_cancelled,
    e.AlertRaised: alerts.on_raised,
    e.AlertResolved: alerts.on_resolved,
    s.AlertTaken: alerts.on_taken,
    s.AlertAcknowledged: alerts.on_acknowledged,
    s.ServiceClosed: services_open.on_closed,
    s.ServiceOpened: services_open.on_opened,
    s.NoticePosted: notices.on_posted,
    s.NoticeTakenDown: notices.on_taken_down,
    s.VoiceQuieted: announcing.on_quieted,
    s.VoiceRestored: announcing.on_restored,
    s.TicketReassigned: reassigning.on_reassigned,
}
