"""The ticket: its states, its steps, and the table that says which event is possible when.

A ticket is issued and waits. It is called to a counter, perhaps recalled, and served; it may be parked and taken up
again, or transferred, which makes it wait again with its original arrival. Reassigned while it waits, it waits on
elsewhere; held at the customer's wish, it waits on and is not called for a while. It ends finished, as a no-show, or
cancelled. A no-show may come back once. A visit may go through several
services on one ticket: when one is finished and others are left, the ticket waits again. Each time that it waits for a
service is a step, and steps are what reports count; a step is never forgotten, so the ticket carries its own history.

    issued --> WAITING --called--> CALLED --started--> SERVING --finished--> FINISHED, or WAITING for the next service
                  ^                  |  ^recalled          |
                  |<--transferred----+---------------------+--parked--> PARKED --resumed--> SERVING
                  |<--returned-- NO_SHOW <--no-show-- CALLED
               CANCELLED <-- cancelled: from WAITING, CALLED, PARKED

`TRANSITIONS` is the only truth: commands are refused and events are folded by the same lookup.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from lobby.errors import N_, WrongState
from lobby.queue import events
from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.supervision_events import TicketReassigned

_replace = msgspec.structs.replace


class State(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.WAITING: N_("waiting"),
    State.CALLED: N_("called"),
    State.SERVING: N_("being served"),
    State.PARKED: N_("parked"),
    State.FINISHED: N_("finished"),
    State.NO_SHOW: N_("a no-show"),
    State.CANCELLED: N_("cancelled"),
}

LIVE = frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED})
AT_COUNTER = frozenset({State.CALLED, State.SERVING})

TRANSITIONS: dict[State, dict[type[events.Happened], State]] = {
    State.WAITING: {
        events.TicketCalled: State.CALLED,
        TicketReassigned: State.WAITING,
        events.TicketHeld: State.WAITING,
        events.TicketReleased: State.WAITING,
        events.TicketCancelled: State.CANCELLED,
        events.DayClosed: State.CANCELLED,
    },
    State.CALLED: {
        events.TicketRecalled: State.CALLED,
        events.ServiceStarted: State.SERVING,
        events.TicketTransferred: State.WAITING,
        events.NoShowDeclared: State.NO_SHOW,
        events.TicketCancelled: State.CANCELLED,
        events.DayClosed: State.CANCELLED,
    },
    State.SERVING: {
        events.ServiceAdded: State.SERVING,
        events.ServiceFinished: State.FINISHED,
        events.TicketParked: State.PARKED,
        events.TicketTransferred: State.WAITING,
        events.DayClosed: State.FINISHED,
    },
    State.PARKED: {
        events.TicketResumed: State.SERVING,
        events.TicketCancelled: State.CANCELLED,
        events.DayClosed: State.CANCELLED,
    },
    State.NO_SHOW: {
        events.TicketReturned: State.WAITING,
    },
    State.FINISHED: {},
    State.CANCELLED: {},
}


class Step(msgspec.Struct, frozen=True):
    """One wait for one service, and what came of it. Times in ms UTC; `ended` is how the step ended: `finished`,
    `transferred`, `no_show`, `cancelled_by_customer`, `cancelled_by_staff`, `left_at_close`, empty while it goes on;
    `rule` is what its first call went by (see `lobby.queue.calling`); from `held_at` up to `held_until` the customer
    asked not to be called (see `lobby.queue.holding`)."""

    service: str
    queued_at: int
    called_at: int | None = None
    last_called_at: int | None = None
    calls: int = 0
    counter: int | None = None
    teller: str = ""
    started_at: int | None = None
    parked_at: int | None = None
    parked_ms: int = 0
    ended_at: int | None = None
    ended: str = ""
    outcome: str = ""
    rule: str = ""
    held_at: int | None = None
    held_until: int | None = None

    def there(self, at: int) -> Step:
        """The step of a customer who is there at `at` (ms UTC), or has left: it is held no longer than until then."""
        return self if self.held_until is None or self.held_until <= at else _replace(self, held_until=at)

    @property
    def handled_ms(self) -> int | None:
        """From start to end without the time in which it was parked; None for a step not served to its end."""
        if self.started_at is None or self.ended_at is None or self.ended not in {"finished", "transferred"}:
            return None
        return self.ended_at - self.started_at - self.parked_ms


class Ticket(msgspec.Struct, frozen=True):
    """A ticket now and all it went through. `arrived_at` is the issue time and never changes; `since` is where its
    waiting clock starts (the slot of an appointment that came early); the last of `steps` is the present one;
    `promise` was made at issue, on `basis`; `told` at `told_at` when it would not hold any more;
    `issued_seq` and `version` are the numbers of the events that made it and last changed it."""

    id: str
    number: str
    service: str
    language: str
    token: str
    arrived_at: int
    since: int
    steps: tuple[Step, ...]
    state: State = State.WAITING
    priority: str = ""
    appointment: int | None = None
    then: tuple[str, ...] = ()
    ahead: int = 0
    promise: Promise | None = None
    told: Promise | None = None
    told_at: int | None = None
    basis: Basis | None = None
    counter: int | None = None
    for_counter: int | None = None
    for_teller: str = ""
    returned: bool = False
    copies: int = 0
    documents: bool = False
    issued_seq: int = 0
    version: int = 0

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def waiting_since(self) -> int:
        """When the present wait began: at the issue, at the slot of an appointment, or at the last transfer."""
        return max(self.since, self.step.queued_at)

    @property
    def first_called_at(self) -> int | None:
        """The first call of the visit. A recall, a transfer or a later service never moves it."""
        return self.steps[0].called_at

    @property
    def held(self) -> bool:
        """Whether the customer has had the few minutes that a visit has."""
        return any(step.held_at is not None for step in self.steps)

    @property
    def held_until(self) -> int | None:
        """Until when no rule calls this ticket, or did (ms UTC); None where its present wait was never held."""
        return self.step.held_until

    def is_held(self, now: int) -> bool:
        """Whether the customer needs a few minutes yet at `now` (ms UTC)."""
        until = self.steps[-1].held_until
        return until is not None and now < until and self.state is State.WAITING

    def after(self, event: type[events.Happened]) -> State:
        """The state that `event` leads to, or the refusal `WrongState`."""
        try:
            return TRANSITIONS[self.state][event]
        except KeyError:
            raise WrongState(number=self.number, state=STATE_NAMES[self.state]) from None


def with_step(ticket: Ticket, step: Step, **changes: Any) -> Ticket:
    """The ticket with its present step replaced."""
    return _replace(ticket, steps=(*ticket.steps[:-1], step), **changes)


def unparked(step: Step, at: int, **changes: Any) -> Step:
    """The step with its time in the park counted; unchanged when it is not parked."""
    if step.parked_at is None:
        return _replace(step, **changes) if changes else step
    return _replace(step, parked_ms=step.parked_ms + at - step.parked_at, parked_at=None, **changes)


def ended(ticket: Ticket, state: State, at: int, ended: str, outcome: str = "") -> Ticket:
    """The ticket with its present step ended, at no counter."""
    step = _replace(unparked(ticket.step.there(at), at), ended_at=at, ended=ended, outcome=outcome)
    return with_step(ticket, step, state=state, counter=None)


def waiting_again(
    ticket: Ticket, service: str, at: int, for_counter: int | None = None, for_teller: str = "", **changes: Any
) -> Ticket:
    """The ticket in a new step, waiting for `service` with its original arrival, for anyone or for the one named."""
    return _replace(
        ticket,
        state=State.WAITING,
        service=service,
        steps=(*ticket.steps, Step(service, at)),
        for_counter=for_counter,
        for_teller=for_teller,
        **changes,
    )
