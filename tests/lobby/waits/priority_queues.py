"""The mean wait of each class at several like counters, by formula, for the two rules that the branch's own is made of:
strict priority, and priority that grows with the wait (Kleinrock 1964; several counters: Stanford, Taylor & Ziedins
2014). Arrivals by chance, exponential services of one mean, for ever the same. Times in seconds.

Whatever the rule, the sum of arrivals x wait over the classes is the same (Kleinrock's conservation law), as long as no
counter is idle while somebody waits and nobody looks at how long a service will take.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from lobby.waits.erlang import erlang_c


def strict_priority_s(arrivals_per_s: Sequence[float], service_s: float, counters: int) -> list[float]:
    """The mean wait of each class, the first being called before all others (Cobham 1954); inf from the class on that
    is never reached."""
    first = _behind_all_s(arrivals_per_s, service_s, counters)
    waits, before = [], 0.0
    for arrivals in arrivals_per_s:
        used = before + arrivals * service_s / counters
        waits.append(first / ((1 - before) * (1 - used)) if used < 1 else inf)
        before = used
    return waits


def accumulating_priority_s(
    arrivals_per_s: Sequence[float], rates: Sequence[float], service_s: float, counters: int
) -> list[float]:
    """The mean wait of each class where whoever has the largest rate x wait is called; in the branch's rule the rate is
    1 / target."""
    used = [arrivals * service_s / counters for arrivals in arrivals_per_s]
    if sum(used) >= 1:
        return [inf] * len(used)
    fcfs = _behind_all_s(arrivals_per_s, service_s, counters) / (1 - sum(used))
    waits = [0.0] * len(used)
    slower: list[int] = []
    for this in sorted(range(len(used)), key=lambda each: rates[each]):
        faster = (each for each in range(len(used)) if rates[each] > rates[this])
        overtaken = sum(used[each] * waits[each] * (1 - rates[each] / rates[this]) for each in slower)
        waits[this] = (fcfs - overtaken) / (1 - sum(used[each] * (1 - rates[this] / rates[each]) for each in faster))
        slower.append(this)
    return waits


def _behind_all_s(arrivals_per_s: Sequence[float], service_s: float, counters: int) -> float:
    """The mean time until a counter is free for the next, for one who comes."""
    return erlang_c(sum(arrivals_per_s) * service_s, counters) * service_s / counters
