"""The branch at a moment, as a simulation sees it: who waits in which line, what each counter is doing, and the rule.

A line holds those whom the calling rule treats alike, in order of their clocks: same service, same class, appointment
or not, same counters. Within a line the rule is first come, first served, so only the head of each line can be next.
Whoever asked for a few minutes stands in a line alone, and holds nobody up.
Times are seconds relative to the scene's own moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from lobby.queue.services import Ratio, Reserve


class ServiceTimes(msgspec.Struct, frozen=True):
    """The empirical distribution of serving times of one service: ascending, in seconds, winsorised at the 99th
    percentile; not empty. `seen` is how many of them were observed; the rest stand in for what was not seen yet."""

    ascending: tuple[float, ...]
    seen: int = 0

    @property
    def mean_s(self) -> float:
        return sum(self.ascending) / len(self.ascending)


class Line(msgspec.Struct, frozen=True):
    """Those whom the rule treats alike. `rank`, `credit_s`, `target_s` as in `lobby.queue.calling`; `counters` may call
    them. What is to come while the simulation runs: `arrivals_per_s` more of them, of whom a share `no_show` does not
    come when called, and who give up after `patience_s` on average (inf: nobody does). `priority`: the class's code."""

    service: str
    counters: tuple[int, ...]
    target_s: float
    priority: str = ""
    rank: int | None = None
    credit_s: float = 0.0
    arrivals_per_s: float = 0.0
    no_show: float = 0.0
    patience_s: float = float("inf")


class Waiting(msgspec.Struct, frozen=True):
    """One who waits in the line with this index, for `waited_s` by the clock that the rule looks at (negative: an
    appointment whose slot is still to come). `order` breaks ties: the lowest first. For `away_s` yet nobody calls
    them."""

    id: str
    line: int
    waited_s: float
    order: int = 0
    away_s: float = 0.0


class Post(msgspec.Struct, frozen=True):
    """A counter. `doing`: free; serving (or called) a customer of `service` for `for_s` so far; away on a break, back
    in `back_in_s`. `closes_in_s` is when it is expected to close, after the customer who is there (inf: not today).
    `idle_s` is how long it has been free; `skills` how many services it gives (free counters: fewest first, then the
    longest idle)."""

    number: int
    doing: Literal["free", "serving", "away"] = "free"
    service: str = ""
    for_s: float = 0.0
    back_in_s: float = 0.0
    closes_in_s: float = float("inf")
    idle_s: float = 0.0
    skills: int = 1


class Rule(msgspec.Struct, frozen=True):
    """What else decides. `in_a_row` counts the latest calls in a row of each class that has a ratio."""

    age_cap_s: float = 3600.0
    age_cap_targets: float = 4.0
    reserves: tuple[Reserve, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    in_a_row: tuple[str, int] = ("", 0)


class Scene(msgspec.Struct, frozen=True):
    """All of it. `call_s` is the time from a call to the start of the service; `no_show_s` how long a counter waits for
    one who does not come. The queue takes nobody after `closes_in_s`."""

    lines: tuple[Line, ...]
    waiting: tuple[Waiting, ...]
    posts: tuple[Post, ...]
    times: Mapping[str, ServiceTimes]
    rule: Rule = Rule()
    call_s: float = 0.0
    no_show_s: float = 60.0
    closes_in_s: float = float("inf")
