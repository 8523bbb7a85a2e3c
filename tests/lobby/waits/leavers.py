"""Erlang A, the formula of a queue that some leave (C. Palm 1946), against which the engine is held."""

from __future__ import annotations

from math import exp, log

import msgspec

NEGLIGIBLE = 1e-15


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
