"""What a branch's past says of the waits to come: how long services take, who comes when, who does not come when
called, how long a break is.

While little was seen, an exponential law with the configured mean stands in: each service that was seen takes the place
of one of its twenty points, and after twenty only what was seen counts. An exponential law, because real serving times
spread as widely or wider (measured in real bank calls: cv² of 1.1 and above).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, log
from statistics import fmean, median

import msgspec

from lobby.queue.past import BREAK, PastDay, PastStep
from lobby.queue.services import Setup
from lobby.waits.rates import Rates, rates
from lobby.waits.scene import ServiceTimes

STAND_INS = 20
POINTS = 200
"""A distribution is kept as at most so many points: means of equal shares of what was seen."""

CALL_S = 15.0
BREAK_S = 900.0
LONGEST_TURNOVER_S = 300.0
"""A counter that calls nobody for longer, though somebody waits, is doing something else."""

FEW = 5
"""Of fewer than so many, no mean is taken."""

NO_SHOWS = 1, 50
"""Before anything was seen: so many no-shows in so many calls."""


class Learnt(msgspec.Struct, frozen=True):
    """What was learnt. `times`, by service: from start to end; `breaks`: how long they are. `call_s`: from a call to
    the start; `turnover_s`: from an end to the next call, while somebody waits. `no_show`: share of those called who
    do not come, for whom a counter waits `no_show_s`. `patience_s`: after how long those who wait give up, on average
    (inf: nobody was seen to). `rates`: who comes when."""

    times: dict[str, ServiceTimes]
    breaks: ServiceTimes
    call_s: float = CALL_S
    turnover_s: float = 0.0
    no_show: float = NO_SHOWS[0] / NO_SHOWS[1]
    no_show_s: float = 60.0
    patience_s: float = float("inf")
    rates: Rates = Rates()


def distribution(seen: Sequence[float], mean_s: float) -> ServiceTimes:
    """The distribution of what was `seen`, in seconds, winsorised at the 99th percentile, with stand-ins of mean
    `mean_s` while that is little."""
    ascending = sorted(seen)
    if len(ascending) > 1:
        cap = ascending[ceil(0.99 * len(ascending)) - 1]
        ascending = [min(value, cap) for value in ascending]
    missing = max(0, STAND_INS - len(ascending))
    if missing:
        stand_ins = [-mean_s * log(1 - (place + 0.5) / missing) for place in range(missing)]
        ascending = sorted([*ascending, *stand_ins])
    return ServiceTimes(tuple(_fewer(ascending)), len(seen))


def expected_left_s(times: ServiceTimes, elapsed_s: float) -> float:
    """How much longer something takes that took `elapsed_s` so far; 0 for what is longer than all that was seen."""
    longer = times.ascending[bisect_right(times.ascending, elapsed_s) :]
    return fmean(longer) - elapsed_s if longer else 0.0


def learnt(days: Sequence[PastDay], setup: Setup) -> Learnt:
    """What `days` teach; the last may be today, as far as it goes."""
    steps = [step for day in days for step in day.steps]
    services = {step.service for step in steps} | set(setup.services)
    served: dict[str, list[float]] = {service: [] for service in services}
    for step in steps:
        handled = _handled_s(step)
        if handled is not None:
            served[step.service].append(handled)
    calls = [step for step in steps if step.called_at is not None]
    no_shows = [_s(step.called_at, step.ended_at) for step in calls if step.ended == "no_show"]
    left = sum(step.ended == "cancelled_by_customer" and step.called_at is None for step in steps)
    waited_s = sum(_s(step.queued_at, step.called_at or step.ended_at) for step in steps)
    spans = [span for day in days for span in day.spans if span.kind == BREAK and span.end is not None]
    rules = setup.rules
    return Learnt(
        times={code: distribution(served[code], setup.known_service(code).mean_service_s) for code in sorted(served)},
        breaks=distribution([_s(span.start, span.end) for span in spans], BREAK_S),
        call_s=_median([_s(step.called_at, step.started_at) for step in calls if step.started_at], CALL_S),
        turnover_s=_median([gap for day in days for gap in _turnovers(day)], 0.0),
        no_show=(len(no_shows) + NO_SHOWS[0]) / (len(calls) + NO_SHOWS[1]),
        no_show_s=_median(no_shows, rules.no_show_grace_s * (1 + rules.recalls)),
        patience_s=waited_s / left if left >= FEW else float("inf"),
        rates=rates(days, setup),
    )


def _s(start: int | None, end: int | None) -> float:
    return 0.0 if start is None or end is None else max(0, end - start) / 1000


def _median(values: Sequence[float], otherwise: float) -> float:
    return median(values) if len(values) >= FEW else otherwise


def _fewer(ascending: list[float]) -> Iterator[float]:
    if len(ascending) <= POINTS:
        return iter(ascending)
    cuts = [place * len(ascending) // POINTS for place in range(POINTS + 1)]
    return (fmean(ascending[start:end]) for start, end in pairwise(cuts))


def _handled_s(step: PastStep) -> float | None:
    if step.started_at is None or step.ended_at is None or step.ended not in {"finished", "transferred"}:
        return None
    return max(0, step.ended_at - step.started_at - step.parked_ms) / 1000


def _turnovers(day: PastDay) -> Iterator[float]:
    """How long a counter took from the end of a service to the next call, each time that the next was waiting."""
    by_counter: dict[int, list[PastStep]] = {}
    for step in day.steps:
        if step.counter is not None and step.called_at is not None and step.ended_at is not None:
            by_counter.setdefault(step.counter, []).append(step)
    for steps in by_counter.values():
        steps.sort(key=lambda step: step.called_at or 0)
        for before, after in pairwise(steps):
            freed_at, could_at = before.ended_at or 0, max(after.queued_at, after.held_until or 0)
            gap_s = ((after.called_at or 0) - freed_at) / 1000
            if could_at <= freed_at and 0 <= gap_s <= LONGEST_TURNOVER_S:
                yield gap_s
