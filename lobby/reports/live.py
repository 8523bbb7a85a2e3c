"""The figures of the manager's page: the day so far, now. Fast enough to be sent every second."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

import msgspec

from lobby.care.clocks import Standing
from lobby.care.complaints import Complaint
from lobby.care.follow_ups import FollowUp
from lobby.queue.alerts import Alert, alerts_of
from lobby.queue.branch import Branch
from lobby.queue.counters import Counter
from lobby.queue.events import Promise
from lobby.queue.notices import Notice, shown
from lobby.queue.services import named
from lobby.queue.services_open import Closure, closure
from lobby.queue.ticket import State, Ticket
from lobby.reports.opinions import OpinionFigures, opinion_figures, past_opinion
from lobby.reports.risks import AtRisk, at_risk
from lobby.reports.visits import WAYS, VisitFigures, visit_figures
from lobby.waits.telling import offered

LAST_CALLS, LAST_ALERTS, WORST = 8, 8, 12
"""How many calls, alerts that are over, and customers at risk are shown."""


class LiveService(msgspec.Struct, frozen=True):
    """`waiting`, `longest_s` and `at_risk` are of those who wait for this service now; the rest of visits issued for
    it. `wait` is what a customer who comes now would be told, None while no counter is open for it; `posts` are the
    counters at work that give it; `closure` says that it gives no numbers for a while."""

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
    target_s: int = 0
    at_risk: int = 0
    posts: int = 0
    promise_kept: float | None = None
    closure: Closure | None = None


class LiveCounter(msgspec.Struct, frozen=True):
    """`state` is closed, free, called, serving or break; `since` in ms UTC; `ticket` the number called or served.
    `services` are given there now, of a closed counter those it was built for (none named: all)."""

    number: int
    name: str
    state: str
    teller: str
    ticket: str | None
    since: int
    services: tuple[str, ...] = ()
    service: str = ""
    break_reason: str = ""


class LiveCall(msgspec.Struct, frozen=True):
    """A customer's first call for a service: to which counter, when (ms UTC), after which wait, by which rule."""

    ticket: str
    number: str
    service: str
    counter: int
    at: int
    waited_s: int
    rule: str


class OnTheClock(msgspec.Struct, frozen=True):
    """Of complaints or follow-ups, how many are open, and of these how many have a clock that will soon run out, and
    how many one that has. Each counts once, by its worst clock."""

    open: int = 0
    soon: int = 0
    over: int = 0


class LiveFigures(msgspec.Struct, frozen=True):
    """The day so far. `at_risk` are the worst of the `at_risk_count` who wait too long or will; `calls` the latest, the
    newest first; `opinions` what customers said; `comments` how many bad answers with words wait for somebody, of
    whichever day; `alerts` what needs a person, the oldest
    first, `alerts_over` what was over last today, the latest first; `notices` what the lobby screens show; calls
    are not spoken up to `quiet_until` (ms UTC; 0: they are)."""

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
    services: tuple[LiveService, ...]
    counters: tuple[LiveCounter, ...]
    alerts: tuple[Alert, ...] = ()
    alerts_over: tuple[Alert, ...] = ()
    complaints: OnTheClock = OnTheClock()
    follow_ups: OnTheClock = OnTheClock()
    promised: int = 0
    promise_kept: float | None = None
    at_risk: tuple[AtRisk, ...] = ()
    at_risk_count: int = 0
    calls: tuple[LiveCall, ...] = ()
    opinions: OpinionFigures = OpinionFigures()
    comments: int = 0
    notices: tuple[Notice, ...] = ()
    quiet_until: int = 0


def live_figures(branch: Branch, now: int, language: str = "") -> LiveFigures:
    """The day so far at `now` (ms UTC). `language` picks the names of services; the figures are defined in
    `lobby.reports.live_definitions`."""
    setup = branch.setup
    language = language or setup.languages[0]
    target_s = setup.rules.service_level_s
    by_service: dict[str, list[Ticket]] = {}
    for ticket in branch.tickets.values():
        by_service.setdefault(ticket.steps[0].service, []).append(ticket)
    overall = visit_figures(branch.tickets.values(), target_s, now)
    alerts = alerts_of(branch, now)
    risks = at_risk(branch, now)
    risky = Tally(risk.service for risk in risks)
    services = tuple(
        _service(
            branch,
            code,
            named(service.names, language, code),
            visit_figures(by_service.get(code, ()), target_s, now),
            risky[code],
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
        services=services,
        counters=counters,
        alerts=alerts.open,
        alerts_over=alerts.over[:LAST_ALERTS],
        complaints=_on_the_clock(branch.care.complaints.values(), now),
        follow_ups=_on_the_clock(branch.care.follow_ups.values(), now),
        promised=overall.promised,
        promise_kept=overall.promise_kept,
        at_risk=risks[:WORST],
        at_risk_count=len(risks),
        calls=_last_calls(branch),
        opinions=opinion_figures(
            [past_opinion(said, branch.tickets.get(said.ticket)) for said in branch.opinions.values()], overall.served
        ),
        comments=sum(comment.waits for comment in branch.care.comments.values()),
        notices=shown(branch, now),
        quiet_until=branch.quiet_until if now < branch.quiet_until else 0,
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


def _service(branch: Branch, code: str, name: str, figures: VisitFigures, at_risk: int, now: int) -> LiveService:
    waiting = branch.waiting.get(code, {})
    oldest = min((branch.tickets[id].waiting_since for id in waiting), default=now)
    at_work = (one for one in branch.open_counters() if not one.on_break)
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
        target_s=int(branch.setup.services[code].target_s),
        at_risk=at_risk,
        posts=sum(branch.serves(counter, code) for counter in at_work),
        promise_kept=figures.promise_kept,
        closure=closure(branch, code, now),
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
        number=counter.number,
        name=place.name,
        state=state,
        teller=counter.teller,
        ticket=ticket.number if ticket else None,
        since=counter.since,
        services=counter.services if counter.open else place.services,
        service=ticket.service if ticket else "",
        break_reason=counter.break_reason,
    )


def _last_calls(branch: Branch) -> tuple[LiveCall, ...]:
    called = [
        LiveCall(
            ticket=ticket.id,
            number=ticket.number,
            service=step.service,
            counter=step.counter,
            at=step.called_at,
            waited_s=max(0, step.called_at - max(ticket.since, step.queued_at)) // 1000,
            rule=step.rule,
        )
        for ticket in branch.tickets.values()
        for step in ticket.steps
        if step.called_at is not None and step.counter is not None
    ]
    return tuple(sorted(called, key=lambda call: (-call.at, call.number))[:LAST_CALLS])
