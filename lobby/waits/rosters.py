"""Which counters were there to call on a day that is over. Those that were open to the end stay, when it is played
again, for whoever is left then.

A counter that is open is not always there: between two customers there is something to finish, and some breaks are not
written down. Who plays a day again with counters that never pause finds shorter waits than there were. So the time in
which a counter was open and idle although somebody waited for one of its services is read from the day itself. Up to
`TURNOVER_S` after a service it belongs to that service; where it is longer, or follows no service and is no shorter
than `AWAY_S`, the counter was away.
"""

from __future__ import annotations

from typing import NamedTuple

from lobby.queue.past import BREAK, OPEN, PastDay, PastStep
from lobby.queue.services import Setup
from lobby.waits.came import wall_s
from lobby.waits.day_run import DRAIN_S, Roster
from lobby.waits.stretches import Stretch, both, joined, without

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
    spans: dict[int, list[Stretch]] = {}
    away: dict[int, list[Stretch]] = {}
    for span in day.spans:
        into = {OPEN: spans, BREAK: away}.get(span.kind)
        if into is not None:
            until = day.at if span.end is None else span.end
            into.setdefault(span.counter, []).append(
                (wall_s(setup, day.day, span.start), wall_s(setup, day.day, until))
            )
    steps: dict[int, list[PastStep]] = {}
    for step in day.steps:
        if step.counter is not None and step.called_at is not None:
            steps.setdefault(step.counter, []).append(step)
    wanted = _wanted(day, setup)
    services: dict[int, tuple[str, ...]] = {}
    turnovers: dict[tuple[str, int], float] = {}
    there: dict[int, tuple[Stretch, ...]] = {}
    for counter, own in sorted(spans.items()):
        built = setup.counters.get(counter)
        services[counter] = day.services_at.get(counter, built.services if built else ())
        for_it = joined(s for code in (services[counter] or wanted) for s in wanted.get(code, ()))
        at_work = {
            (wall_s(setup, day.day, step.called_at or 0), wall_s(setup, day.day, step.ended_at or day.at)): step
            for step in steps.get(counter, ())
        }
        open_ = without(joined(own), joined(away.get(counter, ())))
        paused = both(without(open_, joined(at_work)), for_it)
        after = {end: step for (_, end), step in at_work.items()}
        lost: list[Stretch] = []
        for start, end in paused:
            served = after.get(start)
            if served is not None and end - start <= TURNOVER_S:
                turnovers[served.ticket, served.step] = end - start
            elif end - start >= AWAY_S:
                lost.append((start, end))
        there[counter] = tuple(without(open_, joined(lost)))
    return Staffed(Roster(_to_the_end(there), services), turnovers)


def _to_the_end(there: dict[int, tuple[Stretch, ...]]) -> dict[int, tuple[Stretch, ...]]:
    last = max((spans[-1][1] for spans in there.values() if spans), default=0.0)
    return {
        counter: (*spans[:-1], (spans[-1][0], last + DRAIN_S)) if spans and spans[-1][1] >= last - END_S else spans
        for counter, spans in there.items()
    }


def _wanted(day: PastDay, setup: Setup) -> dict[str, list[Stretch]]:
    """By service, when somebody waited for it."""
    found: dict[str, list[Stretch]] = {}
    for step in day.steps:
        until = step.called_at or step.ended_at or day.at
        found.setdefault(step.service, []).append(
            (wall_s(setup, day.day, max(step.queued_at, step.since)), wall_s(setup, day.day, until))
        )
    return {service: joined(waits) for service, waits in found.items()}
