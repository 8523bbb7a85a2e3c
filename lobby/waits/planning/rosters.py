"""Which counters were there to call on a day that is over. Those that were open to the end stay, when it is played
again, for whoever is left then.

A counter that is open is not always there: between two customers there is something to finish, and some breaks are not
written down. Who plays a day again with counters that never pause finds shorter waits than there were. So the time in
which a counter was open and idle although somebody waited for one of its services is read from the day itself. Up to
`TURNOVER_S` after a service it belongs to that service; where it is longer, or follows no service and is no shorter
than `AWAY_S`, the counter was away. Whom later ones of the same service and class have overtaken waits for somebody in
particular, and speaks against no counter.
"""

from __future__ import annotations

from typing import NamedTuple

from lobby.queue.past import BREAK, OPEN, PastDay, PastStep
from lobby.queue.services import Setup
from lobby.waits.planning.day_clock import DayClock
from lobby.waits.planning.day_run import DRAIN_S, Roster
from lobby.waits.planning.stretches import Stretch, both, joined, without

TURNOVER_S = 300.0
AWAY_S = 60.0
END_S = 900.0
"""A counter that closes so shortly before the last one was open to the end."""


class Staffed(NamedTuple):
    """The day's roster; and by ticket and step, for the services after whose end somebody waited, how long it took the
    counter to call the next, in seconds."""

    roster: Roster
    turnovers: dict[tuple[str, int], float]


def staffed(day: PastDay, setup: Setup) -> Staffed:
    """As the day was. A counter gave what it gave when it was last open."""
    steps: dict[int, list[PastStep]] = {}
    for step in day.steps:
        if step.counter is not None and step.called_at is not None:
            steps.setdefault(step.counter, []).append(step)
    clock = DayClock(day, setup)
    wanted = _wanted(day, clock)
    services: dict[int, tuple[str, ...]] = {}
    turnovers: dict[tuple[str, int], float] = {}
    there: dict[int, tuple[Stretch, ...]] = {}
    for counter, hours in _hours(day, clock).items():
        built = setup.counters.get(counter)
        services[counter] = day.services_at.get(counter, built.services if built else ())
        own = {_busy(day, clock, step): step for step in steps.get(counter, ())}
        for_it = joined(wait for code in (services[counter] or wanted) for wait in wanted.get(code, ()))
        after = {end: step for (_, end), step in own.items()}
        lost: list[Stretch] = []
        for start, end in both(without(hours, joined(own)), for_it):
            served = after.get(start)
            if served is not None and end - start <= TURNOVER_S:
                turnovers[served.ticket, served.step] = end - start
            elif end - start >= AWAY_S:
                lost.append((start, end))
        there[counter] = tuple(without(hours, joined(lost)))
    return Staffed(Roster(_to_the_end(there), services), turnovers)


def _hours(day: PastDay, clock: DayClock) -> dict[int, list[Stretch]]:
    """When each counter was open, less its breaks."""
    found: dict[str, dict[int, list[Stretch]]] = {OPEN: {}, BREAK: {}}
    for span in day.spans:
        if span.kind in found:
            until = day.at if span.end is None else span.end
            stretch = clock.passed_s(span.start), clock.passed_s(until)
            found[span.kind].setdefault(span.counter, []).append(stretch)
    breaks = found[BREAK]
    return {
        counter: without(joined(own), joined(breaks.get(counter, ()))) for counter, own in sorted(found[OPEN].items())
    }


def _busy(day: PastDay, clock: DayClock, step: PastStep) -> Stretch:
    """From the call to the end."""
    ended = day.at if step.ended_at is None else step.ended_at
    return clock.passed_s(step.called_at or ended), clock.passed_s(ended)


def _wanted(day: PastDay, clock: DayClock) -> dict[str, list[Stretch]]:
    """By service, when somebody waited for whoever would call."""
    lines: dict[tuple[str, str, bool], list[PastStep]] = {}
    for step in day.steps:
        lines.setdefault((step.service, step.priority, step.appointment), []).append(step)
    found: dict[str, list[Stretch]] = {}
    for (service, _, _), steps in lines.items():
        overtaken = day.at
        for step in sorted(steps, key=_began, reverse=True):
            until = step.called_at or step.ended_at or day.at
            overtaken = min(overtaken, step.called_at or overtaken)
            wait = clock.passed_s(_began(step)), clock.passed_s(min(until, overtaken))
            found.setdefault(service, []).append(wait)
    return {service: joined(waits) for service, waits in found.items()}


def _began(step: PastStep) -> int:
    return max(step.queued_at, step.since)


def _to_the_end(there: dict[int, tuple[Stretch, ...]]) -> dict[int, tuple[Stretch, ...]]:
    last = max((spans[-1][1] for spans in there.values() if spans), default=0.0)
    return {
        counter: (*spans[:-1], (spans[-1][0], last + DRAIN_S)) if spans and spans[-1][1] >= last - END_S else spans
        for counter, spans in there.items()
    }
