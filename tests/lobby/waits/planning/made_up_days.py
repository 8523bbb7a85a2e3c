"""Past days of a made-up branch whose truth is known: Poisson arrivals at a rate for each service, exponential times,
first come first served by counters that do everything, all open from nine to five."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np

from lobby.queue import events as e
from lobby.queue.events import Recorded
from lobby.queue.past import OPEN, PastDay, PastOpinion, PastStep, Span
from lobby.queue.services import Setup, day_of

OPENS_S, CLOSES_S = 9 * 3600, 17 * 3600


def made_up_days(
    setup: Setup,
    first: str,
    count: int,
    *,
    per_hour: Mapping[str, float],
    counters: int = 3,
    busier: Mapping[str, float] | None = None,
    weekend: bool = False,
    seed: int = 0,
) -> list[PastDay]:
    """`count` days from `first` (ISO date) on, without weekends and holidays. `per_hour` customers come for each
    service; on the dates in `busier` so many times as many."""
    rng = np.random.default_rng(seed)
    found = []
    for day in _dates(setup, date.fromisoformat(first), count, weekend):
        level = (busier or {}).get(day, 1.0)
        found.append(_day(setup, day, {code: rate * level for code, rate in per_hour.items()}, counters, rng))
    return found


def _dates(setup: Setup, first: date, count: int, weekend: bool) -> Iterator[str]:
    given, day = 0, first
    while given < count:
        if (weekend or day.weekday() < 5) and day.isoformat() not in setup.holidays:
            given += 1
            yield day.isoformat()
        day += timedelta(days=1)


def _day(setup: Setup, day: str, per_hour: Mapping[str, float], counters: int, rng: np.random.Generator) -> PastDay:
    bounds = day_of(setup, day)
    midnight = bounds.start - setup.day_starts_min * 60_000
    hours = (CLOSES_S - OPENS_S) / 3600
    came = sorted(
        (float(at), code)
        for code, rate in per_hour.items()
        for at in rng.uniform(OPENS_S, CLOSES_S, rng.poisson(rate * hours))
    )
    free = [(float(OPENS_S), counter) for counter in range(1, counters + 1)]
    steps = []
    for number, (at, code) in enumerate(came):
        free_at, counter = heapq.heappop(free)
        called = max(free_at, at)
        ended = called + float(rng.exponential(setup.services[code].mean_service_s))
        heapq.heappush(free, (ended, counter))
        times = [midnight + int(s * 1000) for s in (at, called, ended)]
        steps.append(_step(day, f"{day}-{number}", code, times, counter))
    closes = max([CLOSES_S, *(when for when, _ in free)])
    return PastDay(
        day=day,
        start=bounds.start,
        end=bounds.end,
        at=midnight + int(closes * 1000),
        closed=True,
        steps=tuple(steps),
        spans=tuple(
            Span(OPEN, counter, f"t{counter}", midnight + OPENS_S * 1000, midnight + int(closes * 1000))
            for counter in range(1, counters + 1)
        ),
        services_at={counter: () for counter in range(1, counters + 1)},
        opinions=tuple(PastOpinion(rating, "kiosk", "en") for rating in (5, 5, 5, 3)),
    )


def _step(day: str, ticket: str, service: str, times: list[int], counter: int) -> PastStep:
    arrived, called, ended = times
    return PastStep(
        day=day,
        ticket=ticket,
        number=ticket,
        step=0,
        service=service,
        first_service=service,
        language="en",
        priority="",
        appointment=False,
        arrived_at=arrived,
        since=arrived,
        queued_at=arrived,
        called_at=called,
        last_called_at=called,
        calls=1,
        started_at=called,
        ended_at=ended,
        parked_ms=0,
        ended="finished",
        outcome="done",
        counter=counter,
        teller=f"t{counter}",
        state="finished",
        steps=1,
    )


def events_of(days: list[PastDay]) -> list[Recorded]:
    """The same days as a journal tells them."""
    told: list[tuple[int, int, e.Event]] = []
    for day in days:
        told.append((day.start, 0, e.DayOpened(day.day, day.start, day.end)))
        for span in day.spans:
            assert span.end is not None
            told.append((span.start, 1, e.CounterOpened(span.counter, span.teller)))
            told.append((span.end, 5, e.CounterClosed(span.counter)))
        for number, step in enumerate(day.steps, 1):
            assert step.called_at is not None
            assert step.ended_at is not None
            assert step.counter is not None
            ticket, counter = step.ticket, step.counter
            issued = e.TicketIssued(ticket, f"A{number:03d}", number, step.service, "en", f"token-{ticket}", 0)
            called = e.TicketCalled(ticket, counter, step.teller, "index", 0, 600, 0.0)
            told.append((step.arrived_at, 2, issued))
            told.append((step.called_at, 3, called))
            told.append((step.called_at, 4, e.ServiceStarted(ticket, counter)))
            told.append((step.ended_at, 2, e.ServiceFinished(ticket, counter, "done")))
        told.append((day.at, 6, e.DayClosed(day.day)))
    told.sort(key=lambda one: one[:2])
    return [Recorded(seq, at, "made-up", event) for seq, (at, _, event) in enumerate(told, 1)]
