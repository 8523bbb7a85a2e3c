"""What happened, in the past tense. The journal keeps these and nothing else; every state and figure is a fold of them.

An event holds pseudonyms only: names, phone numbers and free text live in the `people` store under a reference.
Times are milliseconds since the epoch, UTC; the journal adds the time of the event itself. A `reason` is a choice from
a list; in somebody's own words it is under `note`, see `lobby.queue.reasons`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from lobby.care.events import CareEvent
from lobby.happened import Happened as Happened
from lobby.queue.outlook import Basis
from lobby.queue.rules_in_force import RulesChanged as RulesChanged
from lobby.queue.services import CounterPlace, Service
from lobby.queue.supervision_events import SupervisionEvent


class DayOpened(Happened, frozen=True):
    """The business day `day` runs from `start` up to `end`, ms UTC."""

    day: str
    start: int
    end: int


class DayClosed(Happened, frozen=True):
    """The day ended: counters close, who waits or is parked has left at close, who is being served is finished."""

    day: str


class DayReopened(Happened, frozen=True):
    day: str


class ClockSetBack(Happened, frozen=True):
    """The machine's clock went back by `behind_ms`. Recorded, not obeyed: time stands still until it catches up."""

    behind_ms: int


class RehearsalStarted(Happened, frozen=True):
    """The branch replays foreign history: it takes the time from outside and has these services and counters too."""

    services: tuple[Service, ...]
    counters: tuple[CounterPlace, ...]


class CounterOpened(Happened, frozen=True):
    """`services` are those given here from now on; none named means all."""

    counter: int
    teller: str
    services: tuple[str, ...] = ()


class CounterClosed(Happened, frozen=True):
    counter: int


class BreakStarted(Happened, frozen=True):
    counter: int
    reason: str = ""
    note: str = ""


class BreakEnded(Happened, frozen=True):
    counter: int


class CounterReady(Happened, frozen=True):
    """The counter takes whoever comes: the next to wait for it is called by itself."""

    counter: int


class CounterNotReady(Happened, frozen=True):
    counter: int


class CounterOffered(Happened, frozen=True):
    """The counter is to be handed over, to `to_teller` or (empty) whoever opens it."""

    counter: int
    to_teller: str = ""


class CounterKept(Happened, frozen=True):
    counter: int


class CounterTakenOver(Happened, frozen=True):
    """Another teller goes on at the counter, with the customer who is there."""

    counter: int
    teller: str


class Promise(msgspec.Struct, frozen=True):
    """What the customer was told at issue: a wait between `low_s` and `high_s` seconds. Frozen. `about`: the branch had
    seen too little to be sure, and said so."""

    low_s: int
    high_s: int
    about: bool = False


class TicketIssued(Happened, frozen=True):
    """`ticket` is the id, day and number; `token` is the mark of what opens the customer's page (see
    `lobby.queue.page_marks`); `then` are further services of the visit;
    `since` is where the waiting clock starts, when that is not the issue: the slot of an appointment in time.
    `arrived_at` is when it was issued, where that is not now: by a kiosk without the server. `code` is the appointment
    that was checked in; `documents` that the customer said to have what is needed; the promise rests on `basis`."""

    ticket: str
    number: str
    sequence: int
    service: str
    language: str
    token: str
    ahead: int
    priority: str = ""
    appointment: int | None = None
    since: int | None = None
    then: tuple[str, ...] = ()
    promise: Promise | None = None
    arrived_at: int | None = None
    code: str = ""
    documents: bool = False
    basis: Basis | None = None


class PromiseRevised(Happened, frozen=True):
    """The promise will not hold, and the customer is told another wait before finding out: the whole wait, as in
    `Promise`. What was said at issue stays what reports judge."""

    ticket: str
    low_s: int
    high_s: int
    about: bool = False


class TicketRenumbered(Happened, frozen=True):
    """The ticket's paper has another number than `was`: its kiosk lost the server in between and issued one of its own,
    at `arrived_at` (ms UTC)."""

    ticket: str
    was: str
    number: str
    token: str
    arrived_at: int


class TicketHandedInLate(Happened, frozen=True):
    """A ticket that a kiosk issued without the server reached it when its day was over."""

    ticket: str
    number: str
    service: str
    language: str
    arrived_at: int


class NumbersLeased(Happened, frozen=True):
    """The kiosk installation `holder` may give the numbers `first` to `last` each day without asking, until `until`
    (ms UTC); nobody else does."""

    holder: str
    service: str
    first: int
    last: int
    until: int


class AppointmentBooked(Happened, frozen=True):
    """`slot` in ms UTC; `note` is a reference into the erasable store."""

    code: str
    service: str
    slot: int
    language: str = ""
    note: str = ""


class AppointmentCancelled(Happened, frozen=True):
    code: str


class DocumentListTaken(Happened, frozen=True):
    """A customer took the list of documents away and no number."""

    service: str
    language: str


class FeedbackGiven(Happened, frozen=True):
    """`rating` from 1 (bad) to 5 (good); `place` is where it was given; `choices` are codes of what was good or could
    be better; `teller` is who served and `ticket` the visit, where known; under `note` are the customer's words."""

    rating: int
    place: str
    language: str
    service: str = ""
    choices: tuple[str, ...] = ()
    teller: str = ""
    ticket: str = ""
    note: str = ""


class AlertRaised(Happened, frozen=True):
    """Something about a device needs a person. `subject` is what it concerns, such as a ticket; empty: the device."""

    device: str
    problem: str
    subject: str = ""
    detail: str = ""


class AlertResolved(Happened, frozen=True):
    device: str
    problem: str
    subject: str = ""


class Why(msgspec.Struct, frozen=True):
    """Why this ticket was called: the rule of `lobby.queue.calling` and its figures; for a call by hand `reason`."""

    rule: str
    waited_s: int
    target_s: int
    index: float
    runner_up: str = ""
    reason: str = ""


class TicketCalled(Happened, frozen=True):
    """`rule` and the figures say why this ticket and no other: see `lobby.queue.calling`."""

    ticket: str
    counter: int
    teller: str
    rule: str
    waited_s: int
    target_s: int
    index: float
    runner_up: str = ""
    reason: str = ""
    note: str = ""


class TicketRecalled(Happened, frozen=True):
    ticket: str
    counter: int


class ServiceStarted(Happened, frozen=True):
    ticket: str
    counter: int


class ServiceAdded(Happened, frozen=True):
    ticket: str
    counter: int
    service: str


class ServiceFinished(Happened, frozen=True):
    """One service of the visit is done. With services left the ticket waits again, for the next of them. `recorded`
    says that the event before is its record, which an undo takes back with it."""

    ticket: str
    counter: int
    outcome: str = ""
    recorded: bool = False


class TicketParked(Happened, frozen=True):
    ticket: str
    counter: int
    reason: str = ""
    note: str = ""


class TicketResumed(Happened, frozen=True):
    ticket: str
    counter: int
    teller: str


class TicketTransferred(Happened, frozen=True):
    """Back to waiting with the original arrival; kept for a counter or a teller where one is named."""

    ticket: str
    counter: int
    service: str
    to_counter: int | None = None
    to_teller: str = ""
    reason: str = ""
    note: str = ""


class NoShowDeclared(Happened, frozen=True):
    ticket: str
    counter: int


class TicketReturned(Happened, frozen=True):
    """A customer who missed the call came back in time and has the old place again, once."""

    ticket: str


class TicketHeld(Happened, frozen=True):
    """The customer needs a few minutes: the ticket keeps its place and is not called before `until` (ms UTC)."""

    ticket: str
    until: int


class TicketReleased(Happened, frozen=True):
    """The customer is there before the few minutes are over."""

    ticket: str


class TicketCancelled(Happened, frozen=True):
    """`by` is `customer` or `staff`."""

    ticket: str
    by: str
    reason: str = ""
    note: str = ""


class TicketReprinted(Happened, frozen=True):
    ticket: str
    copy: int


class StepUndone(Happened, frozen=True):
    """The last step at the counter never counted; `step` is its kind. Ticket and counter are as before it."""

    ticket: str
    counter: int
    step: str


class InteractionRecorded(Happened, frozen=True):
    """A short structured record; see `lobby.care.interactions`. `note` and `private` are references into the erasable
    store, empty where there is nothing; `fields` hold what is no personal data."""

    ticket: str
    counter: int
    outcome: str
    note: str = ""
    interaction: str = ""
    service: str = ""
    delivered: tuple[str, ...] = ()
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    steps: tuple[str, ...] = ()
    private: str = ""


class CallAnnounced(Happened, frozen=True):
    """What became of a call by voice in `room`: see `lobby.queue.announcing`. `calls` says which call of the step it
    was, `called_seq` which event; `languages` are those that it was spoken in."""

    ticket: str
    counter: int
    calls: int
    called_seq: int
    room: str
    outcome: str
    why: str = ""
    languages: tuple[str, ...] = ()


class BranchAnchored(Happened, frozen=True):
    """An anchor was made of all that is recorded before: see `lobby.records.anchor`."""

    anchor: str


Event: TypeAlias = (
    DayOpened
    | DayClosed
    | DayReopened
    | ClockSetBack
    | RehearsalStarted
    | RulesChanged
    | CounterOpened
    | CounterClosed
    | BreakStarted
    | BreakEnded
    | CounterReady
    | CounterNotReady
    | CounterOffered
    | CounterKept
    | CounterTakenOver
    | TicketIssued
    | PromiseRevised
    | TicketRenumbered
    | TicketHandedInLate
    | NumbersLeased
    | AppointmentBooked
    | AppointmentCancelled
    | DocumentListTaken
    | FeedbackGiven
    | AlertRaised
    | AlertResolved
    | TicketCalled
    | TicketRecalled
    | ServiceStarted
    | ServiceAdded
    | ServiceFinished
    | TicketParked
    | TicketResumed
    | TicketTransferred
    | NoShowDeclared
    | TicketReturned
    | TicketHeld
    | TicketReleased
    | TicketCancelled
    | TicketReprinted
    | StepUndone
    | InteractionRecorded
    | CallAnnounced
    | BranchAnchored
    | SupervisionEvent
    | CareEvent
)


class Recorded(msgspec.Struct, frozen=True):
    """An event as the journal holds it: number without a gap from 1, time (ms UTC, never decreasing), who did it."""

    seq: int
    at: int
    actor: str
    event: Event
