"""How long a customer who joins now would wait, as an honest range.

The queue-length predictor (QL; Whitt 1999, Ibrahim & Whitt 2009) for services that share counters: the work ahead is
the sum over all who wait of their mean serving time, each counted with the share of its counters that also give this
service; it is worked off by the counters that are open for it. The range is the mean less and plus 1.28 standard
deviations of that sum (the middle 80 % of a normal law), with the coefficient of variation of serving times taken as
1, as for exponential times (measured in real bank calls: squared, 1.1 and above).
"""

from __future__ import annotations

from math import sqrt

import msgspec

from lobby.queue.at_counter import Spent
from lobby.queue.branch import Branch

PRIOR_WEIGHT = 10
"""The configured mean counts as much as this many observed services."""

SPREAD = 1.2816
"""Standard deviations from the mean to the 10 % and 90 % points of a normal law."""


class Wait(msgspec.Struct, frozen=True):
    """An estimate in seconds: the mean, and the range that holds with a chance of about 80 %."""

    mean_s: float
    low_s: float
    high_s: float


def mean_service_s(branch: Branch, service: str) -> float:
    """Mean serving time in seconds: today's own, drawn towards the configured one while there is little of it."""
    spent = branch.spent.get(service, Spent())
    prior = branch.setup.known_service(service).mean_service_s
    return (prior * PRIOR_WEIGHT + spent.total_ms / 1000) / (PRIOR_WEIGHT + spent.count)


def estimate(branch: Branch, service: str) -> Wait | None:
    """The wait of a customer who takes a number for `service` now; None while no counter is open for it."""
    open_counters = branch.open_counters()
    ours = {c.number for c in open_counters if branch.serves(c, service)}
    if not ours:
        return None
    work = variance = 0.0
    for other, ids in branch.waiting.items():
        if not ids:
            continue
        theirs = {c.number for c in open_counters if branch.serves(c, other)}
        if not theirs:
            continue
        share = len(theirs & ours) / len(theirs)
        mean = mean_service_s(branch, other)
        work += len(ids) * mean * share
        variance += len(ids) * (mean * share) ** 2
    if any(branch.counters[number].ticket is None and not branch.counters[number].on_break for number in ours):
        residual = 0.0
    else:
        residual = mean_service_s(branch, service)
    work += residual
    variance += residual**2
    mean = work / len(ours)
    spread = SPREAD * sqrt(variance) / len(ours)
    return Wait(mean, max(0.0, mean - spread), mean + spread)
