"""The classic predictors of a wait (Whitt 1999; Ibrahim & Whitt 2009), beside which a simulation has to stand.

LES      the wait of the last who entered service
HOL      the elapsed wait of the head of the line
QL       (Q + 1) / (n mu): those ahead and oneself, over what n busy counters do
QL_m     sum over i = 0..Q of 1 / (n mu + i theta): the same where each who waits gives up at the rate theta
"""

from __future__ import annotations


def queue_length_s(ahead: float, counters: int, service_s: float) -> float:
    """QL in seconds: `ahead` who wait before, a mean service of `service_s`. inf with no counter."""
    return (ahead + 1) * service_s / counters if counters else float("inf")


def queue_length_with_leavers_s(ahead: float, counters: int, service_s: float, theta: float) -> float:
    """QL_m in seconds; `theta` is how often one who waits gives up, per second. A part of a customer ahead counts as
    that part of a term."""
    if not counters:
        return float("inf")
    rate = counters / service_s
    whole = int(ahead)
    terms = sum(1 / (rate + i * theta) for i in range(whole + 1))
    return terms + (ahead - whole) / (rate + (whole + 1) * theta)
