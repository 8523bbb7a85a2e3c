"""How long one waits on average for one of several like counters, by formula: Erlang B, C (nobody leaves) and A (who
has waited too long does). Arrivals by chance (Poisson), exponential services, first come first served, and all of it
the same for ever.

A. K. Erlang 1917; C. Palm 1946; W. Whitt, Improving service by informing customers about anticipated delays, 1999. Only
where a stationary law is near enough: a day at a branch is better played (`lobby.waits.engine`).

`load` is arrivals x mean service, in counters' worth of work.
"""

from __future__ import annotations

from math import exp, inf, log

import msgspec

NEGLIGIBLE = 1e-15


def erlang_b(load: float, counters: int) -> float:
    """The share that finds all counters busy where nobody may wait."""
    blocked = 1.0
    for counter in range(1, counters + 1):
        blocked = load * blocked / (counter + load * blocked)
    return blocked


def erlang_c(load: float, counters: int) -> float:
    """The share that has to wait; 1 where the counters cannot do the work."""
    if load >= counters:
        return 1.0
    blocked = erlang_b(load, counters)
    return blocked / (1 - load / counters * (1 - blocked))


def mean_wait_s(load: float, counters: int, service_s: float, cv2: float = 1.0) -> float:
    """The mean wait of all, in seconds; inf where the counters cannot do the work. With `cv2`, the squared coefficient
    of variation of the service, other than 1 it is an approximation (Lee & Longton 1959)."""
    if load >= counters:
        return inf
    return erlang_c(load, counters) * service_s / (counters - load) * (1 + cv2) / 2


def served_within(load: float, counters: int, service_s: float, limit_s: float) -> float:
    """The share that waits no longer than `limit_s`."""
    if load >= counters:
        return 0.0
    return 1 - erlang_c(load, counters) * exp(-(counters - load) * limit_s / service_s)


class WithLeavers(msgspec.Struct, frozen=True):
    """A queue that some leave: the shares of those who have to wait and of those who leave, the mean wait of all in
    seconds, and the share of the time that a counter is busy."""

    waits: float
    leaves: float
    mean_wait_s: float
    busy: float


def erlang_a(arrivals_per_s: float, service_s: float, patience_s: float, counters: int) -> WithLeavers:
    """With leavers: each gives up after an exponential time of mean `patience_s`. Summed in logarithms, so that large
    loads do not overflow."""
    logs = [0.0]
    most = 0.0
    while len(logs) <= counters or logs[-1] > most + log(NEGLIGIBLE):
        there = len(logs)
        leaving_per_s = min(there, counters) / service_s + max(0, there - counters) / patience_s
        logs.append(logs[-1] + log(arrivals_per_s / leaving_per_s))
        most = max(most, logs[-1])
    weights = [exp(one - most) for one in logs]
    total = sum(weights)
    waiting = sum(weight * max(0, there - counters) for there, weight in enumerate(weights)) / total
    busy = sum(weight * min(there, counters) for there, weight in enumerate(weights)) / total
    return WithLeavers(
        waits=sum(weights[counters:]) / total,
        leaves=waiting / patience_s / arrivals_per_s,
        mean_wait_s=waiting / arrivals_per_s,
        busy=busy / counters,
    )
