"""Business days by chance, with everything in them that reports count: for what must hold of any days."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.past import BREAK, OPEN, SERVING, PastDay, PastOpinion, PastStep, Span
from lobby.queue.services import Setup, day_of

MINUTE = 60_000
GRAIN = 10_000
"""Times of tickets fall on whole tens of seconds, times of counters on whole minutes."""

ENDS = ("finished", "finished", "finished", "no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close")
STATES = {"finished": "finished", "no_show": "no_show"}
UNDER_WAY = ("waiting", "called", "serving", "parked")


def random_days(
    setup: Setup, seed: int, first: str, count: int = 3, visits: int = 40, *, over: bool = True
) -> list[PastDay]:
    """So many days in a row; the last one is still going on unless they are `over`."""
    chance, start = Random(seed), date.fromisoformat(first)
    days = [start + timedelta(days=n) for n in range(count)]
    return [_day(setup, chance, day.isoformat(), visits, over or day != days[-1]) for day in days]


def _day(setup: Setup, chance: Random, day: str, visits: int, closed: bool) -> PastDay:
    _, start, end = day_of(setup, day)
    opens, last = start + 5 * 60 * MINUTE, start + 12 * 60 * MINUTE
    arrivals = sorted(chance.randrange(opens - 20 * MINUTE, last, GRAIN) for _ in range(visits))
    steps = [
        step for n, arrived in enumerate(arrivals, 1) for step in _visit(setup, chance, day, n, arrived, last, closed)
    ]
    return PastDay(
        day=day,
        start=start,
        end=end,
        at=last + 30 * MINUTE,
        closed=closed,
        steps=tuple(steps),
        spans=tuple(_spans(setup, chance, opens, last, closed)),
        services_at={1: ("cash",), 3: ()},
        lists_taken=chance.randrange(4),
        handed_in_late=chance.randrange(3),
        opinions=tuple(_opinion(setup, chance) for _ in range(chance.randrange(2 * visits // 3 + 2))),
    )


def _opinion(setup: Setup, chance: Random) -> PastOpinion:
    return PastOpinion(
        rating=chance.randint(1, 5),
        place=chance.choice(("phone", "phone", "kiosk", "counter")),
        language=chance.choice(setup.languages),
        service=chance.choice(["", *setup.services]),
        choices=tuple(chance.sample(("wait", "staff", "done"), chance.randrange(3))),
        teller=chance.choice(("", "ann", "bob")),
        worded=chance.random() < 0.3,
        visit=chance.random() < 0.5,
    )


def _visit(setup: Setup, chance: Random, day: str, n: int, arrived: int, last: int, closed: bool) -> list[PastStep]:
    ended = chance.choice(ENDS) if closed or chance.random() < 0.5 else ""
    state = STATES.get(ended, "cancelled") if ended else chance.choice(UNDER_WAY)
    services = chance.choices([*setup.services, "gone"], k=chance.choice((1, 1, 1, 2, 3)))
    promise = Promise(60 * (low := chance.randrange(15)), 60 * (low + chance.randrange(2, 20)), chance.random() < 0.2)
    promised = chance.random() < 0.8
    told_at = arrived + chance.randrange(0, 40 * MINUTE, GRAIN) if promised and chance.random() < 0.2 else None
    told = Promise(60 * (low := chance.randrange(30)), 60 * (low + 10)) if told_at is not None else None
    common: dict[str, Any] = {
        "day": day,
        "ticket": f"{day}-T{n:03d}",
        "number": f"T{n:03d}",
        "first_service": services[0],
        "language": chance.choice(("en", "en", "ar", "tlh")),
        "priority": chance.choice(("", "", "", *setup.priorities, "gone")),
        "appointment": chance.random() < 0.1,
        "arrived_at": arrived,
        "since": arrived,
        "state": state,
        "steps": len(services),
        "promise": promise if promised else None,
        "told": told,
        "told_at": told_at,
        "basis": _basis(chance) if promised and chance.random() < 0.9 else None,
    }
    steps, queued = [], arrived
    for index, service in enumerate(services):
        own_end = ended if index == len(services) - 1 else chance.choice(("transferred", "finished", "no_show"))
        course = _course(chance, queued, own_end, state)
        steps.append(PastStep(step=index, service=service, queued_at=queued, **course, **common))
        queued = steps[-1].ended_at or queued
    return steps


def _course(chance: Random, queued: int, ended: str, state: str) -> dict[str, Any]:
    """One step: waits, perhaps a call, perhaps a service, an end."""
    called = queued + chance.randrange(GRAIN, 45 * MINUTE, GRAIN)
    started = called + chance.randrange(GRAIN, 2 * MINUTE, GRAIN)
    over = started + chance.randrange(MINUTE, 20 * MINUTE, GRAIN)
    uncalled = (ended.startswith("cancelled") and chance.random() < 0.7) or ended == "left_at_close"
    uncalled |= not ended and state == "waiting"
    unserved = (
        uncalled or (bool(ended) and ended not in {"finished", "transferred"}) or (not ended and state == "called")
    )
    held = queued + chance.randrange(0, called - queued, GRAIN) if chance.random() < 0.2 else None
    at_counter = {} if uncalled else {"counter": chance.choice((1, 2, 3, 7)), "teller": chance.choice(("ann", "bob"))}
    return {
        "called_at": None if uncalled else called,
        "last_called_at": None if uncalled else called + chance.choice((0, 0, 3 * GRAIN)),
        "calls": 0 if uncalled else 1,
        "started_at": None if unserved else started,
        "ended_at": over if ended else None,
        "parked_ms": 0 if unserved else chance.choice((0, 0, 3 * GRAIN)),
        "ended": ended,
        "outcome": "",
        "counter": None,
        "teller": "",
        "rule": "index",
        "held_at": held,
        "held_until": None if held is None else min(held + 5 * MINUTE, called),
        **at_counter,
    }


def _basis(chance: Random) -> Basis:
    seconds = [name for name in Basis.__struct_fields__ if name.endswith("_s")]
    known: dict[str, Any] = {name: chance.choice((None, round(chance.uniform(0, 1800), 1))) for name in seconds}
    return Basis(**known, ahead=chance.randrange(9), waiting=chance.randrange(20), posts=3, hour=10.5)


def _spans(setup: Setup, chance: Random, opens: int, last: int, closed: bool) -> list[Span]:
    made = []
    for counter in setup.counters:
        teller = chance.choice(("ann", "bob", "cem"))
        for _ in range(3):
            start = chance.randrange(opens, last, MINUTE)
            made.append(Span(SERVING, counter, teller, start, start + chance.randrange(MINUTE, 40 * MINUTE, MINUTE)))
        lunch = chance.randrange(opens + 60 * MINUTE, last - 60 * MINUTE, MINUTE)
        made.append(Span(OPEN, counter, teller, opens, last if closed or counter != 1 else None))
        made.append(Span(BREAK, counter, teller, lunch, lunch + chance.randrange(MINUTE, 45 * MINUTE, MINUTE)))
    return made
