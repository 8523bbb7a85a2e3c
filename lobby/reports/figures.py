"""The figures of a day: over the branch, and by service, counter and teller. Each is defined in `definitions`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lobby.care.complaints import Complaint
from lobby.queue.past import Span
from lobby.queue.services import Setup, named
from lobby.reports.complaints import ComplaintCounts, complaint_counts
from lobby.reports.day import DayRecord
from lobby.reports.live import LiveFigures, live_figures
from lobby.reports.visits import VisitFigures, WaitFigures, visit_figures
from lobby.reports.work import (
    HandlingFigures,
    Part,
    TimeFigures,
    handling,
    mix,
    parts,
    time_figures,
    visit_handling_mean_s,
    waits_of_first_calls,
)

__all__ = [
    "BranchFigures",
    "DayFigures",
    "LiveFigures",
    "PlaceFigures",
    "ServiceFigures",
    "day_figures",
    "live_figures",
]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What figures are about: `scope` is branch, service, counter or teller; `key` its code, number or user name;
    `name` what people call it in the branch's own language, `names` in each."""

    scope: str
    key: str
    name: str
    names: dict[str, str] = {}


class ServiceFigures(Scope, frozen=True, kw_only=True):
    """Visits that were issued for one service, and the steps in which it was given."""

    visits: VisitFigures
    handling: HandlingFigures


class BranchFigures(Scope, frozen=True, kw_only=True):
    """All visits, all steps, all counters. `mix` is how many services of each kind were finished; ratings go from 1 to
    5."""

    visits: VisitFigures
    handling: HandlingFigures
    visit_handling_mean_s: float | None
    time: TimeFigures
    mix: dict[str, int]
    lists_taken: int = 0
    ratings: int = 0
    rating_mean: float | None = None
    complaints: ComplaintCounts = ComplaintCounts()


class PlaceFigures(Scope, frozen=True, kw_only=True):
    """What was done at one counter, or by one teller. `wait` is of the visits whose first call was here."""

    called: int
    no_show: int
    wait: WaitFigures
    handling: HandlingFigures
    time: TimeFigures
    mix: dict[str, int]


class DayFigures(msgspec.Struct, frozen=True):
    """The report of a day. `at` is the time it speaks of (ms UTC); a day that is not `closed` may still change."""

    branch: str
    name: str
    day: str
    zone: str
    at: int
    closed: bool
    service_level_target_s: float
    overall: BranchFigures
    services: tuple[ServiceFigures, ...]
    counters: tuple[PlaceFigures, ...]
    tellers: tuple[PlaceFigures, ...]


def day_figures(record: DayRecord, now: int, complaints: Sequence[Complaint] = ()) -> DayFigures:
    """All figures of `record` at `now` (ms UTC), which matters only for what still goes on: who waits, which counters
    are open. A day that is over is spoken of as it ended, except for `complaints`: those received on it count as they
    stand at `now`."""
    setup = record.setup
    at = record.at if record.closed else max(record.at, min(now, record.end))
    target_s = setup.rules.service_level_s
    steps = parts(record.tickets)
    return DayFigures(
        branch=setup.id,
        name=named(setup.names, setup.languages[0], setup.id),
        day=record.day,
        zone=setup.zone,
        at=at,
        closed=record.closed,
        service_level_target_s=target_s,
        overall=_overall(record, steps, target_s, at, complaint_counts(complaints, record.start, record.end, now)),
        services=_services(record, steps, target_s, at),
        counters=_places(record, steps, "counter", at),
        tellers=_places(record, steps, "teller", at),
    )


def _overall(
    record: DayRecord, steps: list[Part], target_s: float, at: int, complaints: ComplaintCounts
) -> BranchFigures:
    setup = record.setup
    return BranchFigures(
        scope="branch",
        key=setup.id,
        name=named(setup.names, setup.languages[0], setup.id),
        names=setup.names,
        visits=visit_figures(record.tickets, target_s, at),
        handling=handling(steps),
        time=time_figures(record.spans, steps, at),
        visit_handling_mean_s=visit_handling_mean_s(record.tickets),
        mix=mix(steps),
        lists_taken=record.lists_taken,
        ratings=(answers := sum(record.ratings.values())),
        rating_mean=round(sum(rating * n for rating, n in record.ratings.items()) / answers, 2) if answers else None,
        complaints=complaints,
    )


def _services(record: DayRecord, steps: list[Part], target_s: float, at: int) -> tuple[ServiceFigures, ...]:
    """In the order of the branch file; services without any visit or step are left out."""
    asked: dict[str, list[Part]] = {}
    given: dict[str, list[Part]] = {}
    for part in steps:
        given.setdefault(part.step.service, []).append(part)
        if part.step is part.ticket.steps[0]:
            asked.setdefault(part.step.service, []).append(part)
    known = [code for code in record.setup.services if code in given]
    return tuple(
        ServiceFigures(
            scope="service",
            key=code,
            name=named(names := _service_names(record.setup, code), record.setup.languages[0], code),
            names=names,
            visits=visit_figures((part.ticket for part in asked.get(code, ())), target_s, at),
            handling=handling(given[code]),
        )
        for code in [*known, *sorted(given.keys() - set(known))]
    )


def _places(record: DayRecord, steps: list[Part], scope: str, at: int) -> tuple[PlaceFigures, ...]:
    """By counter, in order of number, or by teller, in order of name."""
    by_counter = scope == "counter"
    done: dict[int | str, list[Part]] = {}
    spent: dict[int | str, list[Span]] = {}
    for part in steps:
        if part.step.counter is not None:
            done.setdefault(part.step.counter if by_counter else part.step.teller, []).append(part)
    for span in record.spans:
        spent.setdefault(span.counter if by_counter else span.teller, []).append(span)
    keys = sorted(done.keys() | spent.keys(), key=lambda key: (key, "") if isinstance(key, int) else (0, key))
    return tuple(
        _place(scope, key, _counter_name(record.setup, key), done.get(key, []), spent.get(key, []), at) for key in keys
    )


def _place(scope: str, key: int | str, name: str, done: list[Part], spent: list[Span], at: int) -> PlaceFigures:
    return PlaceFigures(
        scope=scope,
        key=str(key),
        name=name,
        called=len({part.ticket.id for part in done}),
        no_show=sum(part.step.ended == "no_show" for part in done),
        wait=WaitFigures.of(waits_of_first_calls(done)),
        handling=handling(done),
        time=time_figures(spent, done, at),
        mix=mix(done),
    )


def _service_names(setup: Setup, code: str) -> dict[str, str]:
    service = setup.services.get(code)
    return service.names if service else {}


def _counter_name(setup: Setup, key: int | str) -> str:
    place = setup.counters.get(key) if isinstance(key, int) else None
    return place.name if place else ""
