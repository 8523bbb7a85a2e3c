"""How long one waits on average for one of several like counters, by formula: Erlang B and C, where nobody
leaves. Arrivals by chance (Poisson), exponential services, first come first served, and all of it the same for ever.

A. K. Erlang 1917; W. Whitt, Improving service by informing customers about anticipated delays, 1999. Only
where a stationary law is near enough: a day at a branch is better played (`lobby.waits.engine`).

`load` is arrivals x mean service, in counters' worth of work.
"""

from __future__ import annotations

from math import exp, inf


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
