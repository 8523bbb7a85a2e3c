"""The branches of a chain as they are now, the worst first: what a head office looks at.

Figures of the whole chain come from sums and never from averages of averages: a promise kept is one promise, in
whichever branch. A branch that was not heard of shows the last that was known, and says how old it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import msgspec

from lobby.care.complaints import Complaint
from lobby.care.feedback import GOOD_FROM
from lobby.queue.branch import Branch
from lobby.queue.opening import open_at
from lobby.queue.services import business_day
from lobby.reports.spread import share
from lobby.reports.visits import visit_figures

SILENT_MS = 90_000
"""A branch that was not heard of for so long is not shown as live; it sends a greeting every quarter of a minute."""

WELL, SILENT, FORKED, NEVER, UNREADABLE = "well", "silent", "forked", "never", "unreadable"
NEVER_DUE = 2**53
"""ms UTC; of a complaint none of whose clocks runs."""

STATES = (FORKED, UNREADABLE, SILENT, NEVER, WELL)
"""How it stands with a branch's journal, the worst first."""


class DaySoFar(msgspec.Struct, frozen=True):
    """What does not change while nothing happens in the branch. `kept` of `promised` promises were kept today, and
    `satisfied` of `rated` answers were good. `occupied` counters have somebody called to them or served. `due` has for
    each complaint that is open the first of its clocks that runs out (ms UTC), in order."""

    seq: int
    day: str
    served: int
    left: int
    promised: int
    kept: int
    counters: int
    at_work: int
    occupied: int
    rated: int
    satisfied: int
    due: tuple[int, ...]


class Waiting(msgspec.Struct, frozen=True):
    """Who waits at a moment: how many, the longest wait (s), how many longer than their target, and the largest share
    of a target that anybody has waited (1.5: half as long again)."""

    count: int = 0
    longest_s: int = 0
    over: int = 0
    worst: float = 0.0


class Heard(msgspec.Struct, frozen=True):
    """How far a branch's journal has arrived: when it was last heard of (ms UTC; 0: never), how many rows are missing,
    the row of a fork (0: none), and how far its clock is before this one (ms)."""

    at: int = 0
    behind: int = 0
    forked: int = 0
    readable: bool = True
    ahead_ms: int = 0

    def state(self, now: int) -> str:
        if self.forked:
            return FORKED
        if not self.readable:
            return UNREADABLE
        if not self.at:
            return NEVER
        return SILENT if now - self.at > SILENT_MS else WELL


class BranchNow(msgspec.Struct, frozen=True, kw_only=True):
    """One branch. `state` is one of `STATES`; `heard_s` how long ago it was last heard of (None: never), `behind` how
    many rows of its journal have not arrived. Where nothing is known of today, `day` is empty and figures are zero, but
    for complaints, which are those that are open."""

    branch: str
    names: dict[str, str]
    state: str
    heard_s: int | None
    behind: int
    forked: int
    open: bool = False
    day: str = ""
    waiting: int = 0
    longest_s: int = 0
    over: int = 0
    worst: float = 0.0
    at_work: int = 0
    counters: int = 0
    served: int = 0
    left: int = 0
    promised: int = 0
    kept: int = 0
    promise_kept: float | None = None
    occupied: int = 0
    rated: int = 0
    satisfied: int = 0
    complaints: int = 0
    complaints_over: int = 0


class ChainNow(msgspec.Struct, frozen=True, kw_only=True):
    """The whole chain at `at` (ms UTC): sums over its branches, the longest wait of all, and each branch, the worst
    first. `live` branches are heard of, `open` of these give numbers now."""

    at: int
    branches: tuple[BranchNow, ...]
    live: int
    open: int
    waiting: int
    longest_s: int
    over: int
    at_work: int
    served: int
    left: int
    promised: int
    promise_kept: float | None
    occupied: int
    rated: int
    satisfied: int
    complaints: int
    complaints_over: int


def day_so_far(branch: Branch) -> DaySoFar:
    """What is known of the branch's present business day."""
    figures = visit_figures(branch.tickets.values(), branch.setup.rules.service_level_s, branch.at)
    return DaySoFar(
        seq=branch.seq,
        day=branch.day,
        served=figures.served,
        left=figures.left,
        promised=figures.promised,
        kept=round((figures.promise_kept or 0) * figures.promised),  # a share of four digits, of hundreds: exact
        counters=len(branch.setup.counters),
        at_work=sum(not one.on_break for one in branch.open_counters()),
        occupied=sum(one.ticket is not None for one in branch.open_counters()),
        rated=len(branch.opinions),
        satisfied=sum(one.rating >= GOOD_FROM for one in branch.opinions.values()),
        due=tuple(sorted(_first_due(one) for one in branch.care.complaints.values() if one.is_open)),
    )


def _first_due(complaint: Complaint) -> int:
    return min((clock.due for clock in complaint.clocks() if clock.stopped is None), default=NEVER_DUE)


def waiting_now(branch: Branch, now: int) -> Waiting:
    """Who waits in the branch at `now` (ms UTC, by the branch's clock)."""
    waits = [
        (max(0, now - branch.tickets[ticket].waiting_since) / 1000, branch.setup.known_service(code).target_s)
        for code, line in branch.waiting.items()
        for ticket in line
    ]
    if not waits:
        return Waiting()
    return Waiting(
        count=len(waits),
        longest_s=int(max(wait for wait, _ in waits)),
        over=sum(wait > target for wait, target in waits),
        worst=round(max((wait / target for wait, target in waits if target), default=0.0), 2),
    )


def branch_now(id: str, heard: Heard, now: int, branch: Branch | None, so_far: DaySoFar | None) -> BranchNow:
    """One branch at `now` (ms UTC); nothing of an earlier day, whose figures would look like today's. Waits and the day
    are by the branch's own clock, as they are in the branch."""
    alone = BranchNow(
        branch=id,
        names=branch.setup.names if branch is not None else {},
        state=heard.state(now),
        heard_s=max(0, now - heard.at) // 1000 if heard.at else None,
        behind=heard.behind,
        forked=heard.forked,
    )
    there = now + heard.ahead_ms
    if so_far is not None:
        over = bisect_left(so_far.due, there)
        alone = msgspec.structs.replace(alone, complaints=len(so_far.due), complaints_over=over)
    if branch is None or so_far is None or business_day(branch.setup, there).date != so_far.day:
        return alone
    waiting = waiting_now(branch, there)
    return msgspec.structs.replace(
        alone,
        open=not branch.day_closed and open_at(branch.setup, None, there),
        day=so_far.day,
        waiting=waiting.count,
        longest_s=waiting.longest_s,
        over=waiting.over,
        worst=waiting.worst,
        at_work=so_far.at_work,
        counters=so_far.counters,
        served=so_far.served,
        left=so_far.left,
        promised=so_far.promised,
        kept=so_far.kept,
        promise_kept=share(so_far.kept, so_far.promised),
        occupied=so_far.occupied,
        rated=so_far.rated,
        satisfied=so_far.satisfied,
    )


def chain_now(branches: Iterable[BranchNow], now: int) -> ChainNow:
    """All of them together. What a silent branch said last is in its own line, but in no sum."""
    lines = sorted(branches, key=_rank)
    live = [one for one in lines if one.state == WELL]
    promised = _sum(live, "promised")
    return ChainNow(
        at=now,
        branches=tuple(lines),
        live=len(live),
        open=_sum(live, "open"),
        waiting=_sum(live, "waiting"),
        longest_s=max((one.longest_s for one in live), default=0),
        over=_sum(live, "over"),
        at_work=_sum(live, "at_work"),
        served=_sum(live, "served"),
        left=_sum(live, "left"),
        promised=promised,
        promise_kept=share(_sum(live, "kept"), promised),
        occupied=_sum(live, "occupied"),
        rated=_sum(live, "rated"),
        satisfied=_sum(live, "satisfied"),
        complaints=_sum(live, "complaints"),
        complaints_over=_sum(live, "complaints_over"),
    )


def _rank(one: BranchNow) -> tuple[int, float, int, float, str]:
    """What cannot be trusted first; then by the worst wait against its target, then the longest queue, then broken
    promises."""
    kept = 1.0 if one.promise_kept is None else one.promise_kept
    return (STATES.index(one.state), -one.worst, -one.waiting, kept, one.branch)


def _sum(lines: Sequence[BranchNow], field: str) -> int:
    return sum(getattr(one, field) for one in lines)
