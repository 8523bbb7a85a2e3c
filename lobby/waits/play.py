"""A branch played forward many times: what goes in, and what comes out (`lobby.waits.engine` plays it).

What is by chance is drawn beforehand, for each customer and not for each event: when they come, how long they keep a
counter, when they give up. A `Play` is that, with the counters' hours. Two plays with the same draws under two rules
or two staffings are therefore paired, customer by customer (common random numbers).

Times are seconds on one clock; where zero is, is up to whoever makes the play. Arrays have the paths last: `(people,
paths)`, or `(people, 1)` for what is the same in all of them.

Whoever has given up stays in line, and when called takes no time: nobody is delayed by it, and one learns how long
the wait would have been. A ghost is a customer who gave up before coming.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.waits.scene import Line, Rule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Crowd(msgspec.Struct, frozen=True, eq=False):
    """Everybody of one line (`line.arrivals_per_s`, `no_show` and `patience_s` are not looked at: who comes is drawn).

    `since`: start of the clock that the rule looks at, ascending; inf for one who does not come at all. `keeps_s`: how
    long the counter is kept from the call on, way to the counter included; for a no-show, how long the counter waits.
    `joins`: from when they can be called (None: from `since`). `leaves`: when they give up if not called before (None:
    never). `order`, `(people,)`, breaks ties between lines, the lowest first (None: the order of the lines)."""

    line: Line
    since: Floats
    keeps_s: Floats
    joins: Floats | None = None
    leaves: Floats | None = None
    order: Ints | None = None


class Shift(msgspec.Struct, frozen=True, eq=False):
    """A counter's hours: it calls within `spans`, from their start up to their end, and serves to the end whom it has
    called; a service that runs into a break shortens the break. `spans` is `(spans, 2)` or `(spans, 2, paths)`,
    ascending. `free_at`: when it is first free, one number or one for each path. `skills`: how many services it
    gives."""

    number: int
    spans: Floats
    free_at: Floats | float = -np.inf
    skills: int = 1


class Play(msgspec.Struct, frozen=True, eq=False):
    """All that is needed to play `paths` times. `watched`: for each line, how many of its first people are of interest;
    a path may stop when all of them are called (None: everybody is)."""

    crowds: tuple[Crowd, ...]
    shifts: tuple[Shift, ...]
    paths: int
    rule: Rule = Rule()
    watched: tuple[int, ...] | None = None


class Played(msgspec.Struct, frozen=True, eq=False):
    """What came of it, by line of the play. `called`: time of the call, `(people, paths)`, inf where never; for those
    who gave up before, the call that they would have had. `left`: whether they gave up before it. `counter`: the number
    of the counter that called, 0 where never. `free_at`: by counter number, when it was done with its last customer,
    `(paths,)`."""

    called: tuple[Floats, ...]
    left: tuple[Flags, ...]
    counter: tuple[Ints, ...]
    free_at: dict[int, Floats]
