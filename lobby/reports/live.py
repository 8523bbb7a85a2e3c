"""The figures of the manager's page: the day so far, now. Fast enough to be sent every second."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable

import msgspec

from lobby.care.clocks import Standing
from lobby.care.complaints import Complaint
from lobby.care.follow_ups import FollowUp
from lobby.queue.alerts import Alert
from lobby.queue.branch import Branch
from lobby.queue.counters import Counter
from lobby.queue.events import Promise
from lobby.queue.services import named
from lobby.queue.ticket import State, Ticket
from lobby.reports.definitions import LIVE
from lobby.reports.visits import WAYS, VisitFigures, visit_figures
from lobby.waits.telling import offered


class LiveService(msgspec.Struct, frozen=True):
    """`waiting` and `longest_s` are of those who wait for this service now; the rest of visits issued for it. `wait` is
    what a customer who comes now would be told, None while no counter is open for it."""

    code: str
    name: str
    waiting: int
    longest_s: int
    served: int
    left: int
    mean_wait_s: float | None
    p90_wait_s: float | None
    service_level: float | None
    wait: Promise | None


class LiveCounter(msgspec.Struct, frozen=True):
    """`state` is closed, free, called, serving or break; `since` in ms UTC; `ticket` the number called or served."""

    number: int
    name: str
    state: str
    teller: str
    ticket: str | None
    since: int


class OnTheClock(msgspec.Struct, frozen=True):
    """Of complaints or follow-ups, how many are open, and of these how many have a clock that will soon run out, and
    how many one that has. Each counts once, by its worst clock."""

    open: int = 0
    soon: int = 0
    over: int = 0


class LiveFigures(msgspec.Struct, frozen=True):
    """The day so far. `alerts` are about devices, the oldest first."""

    day: str
    waiting: int
    longest_s: int
    open_counters: int
    counters_total: int
    served: int
    left: int
    left_by: dict[str, int]
    mean_wait_s: float | None
    p90_wait_s: float | None
    service_level: float | None
    service_level_target_s: int
    definitions: dict[str, str]
    services: tuple[LiveService, ...]
    counters: tuple[LiveCounter, ...]
    alerts: tuple[Alert, ...] = ()
    complaints: OnTheClock = OnTheClock()
    follow_ups: OnTheClock = OnTheClock()


def live_figures(branch: Branch, now: int, say: Callable[[str], str] = str, language: str = "") -> LiveFigures:
    """The day so far at `now` (ms UTC). `say` translates the definitions; `language` picks the names of services."""
    setup = branch.setup
    language = language or setup.languages[0]
    target_s = setup.rules.service_level_s
    by_service: dict[str, list[Ticket]] = {}
    for ticket in branch.tickets.values():
        by_service.setdefault(ticket.steps[0].service, []).append(ticket)
    overall = visit_figures(branch.tickets.values(), target_s, now)
    services = tuple(
        _service(
            branch,
            code,
            named(service.names, language, code),
            visit_figures(by_service.get(code, ()), target_s, now),
            now,
        )
        for code, service in setup.services.items()
    )
    counters = tuple(_counter(branch, branch.counter(number)) for number in sorted(setup.counters))
    return LiveFigures(
        day=branch.day,
        waiting=overall.waiting,
        longest_s=max((service.longest_s for service in services), default=0),
        open_counters=sum(counter.state != "closed" for counter in counters),
        counters_total=len(counters),
        served=overall.served,
        left=overall.left,
        left_by={way: getattr(overall, way) for way in WAYS},
        mean_wait_s=overall.wait.wait_mean_s,
        p90_wait_s=overall.wait.wait_p90_s,
        service_level=overall.service_level,
        service_level_target_s=int(target_s),
        definitions={key: say(sentence) for key, sentence in LIVE.items()},
        services=services,
        counters=counters,
        alerts=tuple(sorted(branch.alerts.values(), key=lambda alert: alert.since)),
        complaints=_on_the_clock(branch.care.complaints.values(), now),
        follow_ups=_on_the_clock(branch.care.follow_ups.values(), now),
    )


def _on_the_clock(cases: Iterable[Complaint | FollowUp], now: int) -> OnTheClock:
    """Soon is what the journal has warned of: to reckon business time for every clock would take longer than the beat
    allows, and the watch does it every minute."""
    found = Tally(_standing(case, now) for case in cases if case.is_open)
    return OnTheClock(found.total(), found[Standing.SOON], found[Standing.OVER])


def _standing(case: Complaint | FollowUp, now: int) -> Standing:
    running = [clock for clock in case.clocks() if clock.stopped is None]
    if any(now > clock.due for clock in running):
        return Standing.OVER
    return Standing.SOON if any(clock.kind in case.warned for clock in running) else Standing.OK


def _service(branch: Branch, code: str, name: str, figures: VisitFigures, now: int) -> LiveService:
    waiting = branch.waiting.get(code, {})
    oldest = min((branch.tickets[id].waiting_since for id in waiting), default=now)
    return LiveService(
        code=code,
        name=name,
        waiting=len(waiting),
        longest_s=max(0, (now - oldest) // 1000),
        served=figures.served,
        left=figures.left,
        mean_wait_s=figures.wait.wait_mean_s,
        p90_wait_s=figures.wait.wait_p90_s,
        service_level=figures.service_level,
        wait=offered(branch, code, now),
    )


def _counter(branch: Branch, counter: Counter) -> LiveCounter:
    ticket = branch.tickets.get(counter.ticket) if counter.ticket else None
    if not counter.open:
        state = "closed"
    elif counter.on_break:
        state = "break"
    elif ticket is None:
        state = "free"
    else:
        state = "serving" if ticket.state is State.SERVING else "called"
    place = branch.setup.counters[counter.number]
    return LiveCounter(
        counter.number, place.name, state, counter.teller, ticket.number if ticket else None, counter.since
    )
