"""What is foreseen of the waits at a moment. Computed beside the branch and given to it, as its setup is: no event
depends on an outlook, except that a promise made at issue keeps the `Basis` it was made on.
"""

from __future__ import annotations

import msgspec


class Basis(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that was known when a wait was foreseen, so that the foresight can be judged and corrected afterwards.
    Seconds, of the whole wait from now: the simulation's `median_s`, `q10_s`, `q80_s`, `q90_s`; the classic predictors
    `ql_s` (queue length), `qlm_s` (the same with leavers), `les_s` (wait of the last of this service to enter service),
    `hol_s` (elapsed wait of the head of line), `recent_s` (mean wait of the last five called). `ahead` are those who
    wait before, `waiting` all who wait, `posts` the counters open for the service, `hour` the branch's local hour.
    None: not known."""

    median_s: float | None = None
    q10_s: float | None = None
    q80_s: float | None = None
    q90_s: float | None = None
    ql_s: float | None = None
    qlm_s: float | None = None
    les_s: float | None = None
    hol_s: float | None = None
    recent_s: float | None = None
    ahead: int = 0
    waiting: int = 0
    posts: int = 0
    hour: float = 0.0


class Joining(msgspec.Struct, frozen=True):
    """What a customer who takes a number for a service now would be promised: seconds. `about`: the branch has seen too
    little to be sure of the range. `basis` is what it rests on."""

    low_s: float
    high_s: float
    median_s: float
    about: bool
    basis: Basis


class Foreseen(msgspec.Struct, frozen=True):
    """What may be told to one who waits: seconds from the outlook's time until the call, as a range (its start may be
    past already), and the median of what is foreseen. `late` is the chance (0 to 1) of being called after the end of
    what was told for good."""

    low_s: float
    high_s: float
    median_s: float
    late: float = 0.0


class Outlook(msgspec.Struct, frozen=True):
    """What is foreseen after the event `seq`, at `at` (ms UTC): for a newcomer by service, and for each waiting ticket
    by its id. A service that no counter will give has none."""

    seq: int = 0
    at: int = 0
    joining: dict[str, Joining] = {}
    waiting: dict[str, Foreseen] = {}
