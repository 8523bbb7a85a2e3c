"""What is over, as it is kept for good: one row for each time that a ticket waited for a service, and the spans of the
counters. Reports, forecasts and what the branch has learnt of waits all rest on these rows and nothing else.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis

OPEN, BREAK, SERVING = "open", "break", "serving"


class PastStep(msgspec.Struct, frozen=True):
    """One step of a ticket: it waited for `service`, from `queued_at` (ms UTC). `step` counts from 0; the visit arrived
    at `arrived_at` and waits by the clock that starts at `since`, and was issued for `first_service`; it has `steps`
    in all and ended in `state`. `ended` is how the step ended: finished, transferred, no_show, cancelled_by_customer,
    cancelled_by_staff, left_at_close, or empty while it goes on. `rule` is the rule of the step's first call.
    `promise` was made at issue, `told` is the last that the customer was told (None: no more than the promise) and
    `told_at` when; `basis` is what the promise rested on. `appointment`: it came by one. From `held_at` up to
    `held_until` the customer asked not to be called."""

    day: str
    ticket: str
    number: str
    step: int
    service: str
    first_service: str
    language: str
    priority: str
    appointment: bool
    arrived_at: int
    since: int
    queued_at: int
    called_at: int | None
    last_called_at: int | None
    calls: int
    started_at: int | None
    ended_at: int | None
    parked_ms: int
    ended: str
    outcome: str
    counter: int | None
    teller: str
    state: str
    steps: int
    rule: str = ""
    promise: Promise | None = None
    told: Promise | None = None
    told_at: int | None = None
    basis: Basis | None = None
    held_at: int | None = None
    held_until: int | None = None

    @property
    def resolved_at(self) -> int | None:
        """When it became known what the promise was worth, ms UTC: at the first call, or when the customer left or
        asked for a few minutes, from when on it was no longer the branch that decided. None while it is open."""
        if self.held_at is not None:
            return self.held_at
        return self.ended_at if self.called_at is None else self.called_at


class Span(msgspec.Struct, frozen=True):
    """`counter`, held by `teller`, was `kind` from `start` to `end` (ms UTC); `end` is None while it goes on."""

    kind: str
    counter: int
    teller: str
    start: int
    end: int | None = None


class PastOpinion(msgspec.Struct, frozen=True):
    """How it went, from 1 (bad) to 5 (good), as a customer said on the day at `place`. `service` is what the visit was
    issued for; `choices` what was good or could be better; `worded`: with words. `visit`: it is the one answer of a
    visit that was served."""

    rating: int
    place: str
    language: str
    service: str = ""
    choices: tuple[str, ...] = ()
    teller: str = ""
    worded: bool = False
    visit: bool = False


class PastDay(msgspec.Struct, frozen=True):
    """A business day that is over, or the present one so far: its ISO date, its half-open range (ms UTC), the time of
    its last event, and what happened on it; none of its times lies beyond `end`. `closed`: nothing in it can change any
    more. `services_at` are the services that each counter gave when it was last open (empty tuple: all).
    `handed_in_late`: numbers that a kiosk gave without the server and that reached it here, after their own day."""

    day: str
    start: int
    end: int
    at: int
    closed: bool
    steps: tuple[PastStep, ...] = ()
    spans: tuple[Span, ...] = ()
    services_at: dict[int, tuple[str, ...]] = {}
    lists_taken: int = 0
    handed_in_late: int = 0
    opinions: tuple[PastOpinion, ...] = ()

    @property
    def ratings(self) -> dict[int, int]:
        """How often each answer from 1 (bad) to 5 (good) was given."""
        return Counter(opinion.rating for opinion in self.opinions)
