"""Waits against the law's limit of the branch's place, each breach listed; see `lobby.queue.law`."""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.law import WAIT_LIMITS, wait_limit_min
from lobby.queue.past import BREAK, OPEN
from lobby.reports.columns import NEVER, Flags, Ints, count
from lobby.reports.judged import Judged
from lobby.reports.local_clock import DAY_MS, LocalClock
from lobby.reports.spread import share

MINUTE_MS = 60_000


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that waited longer than the law allows. `waited_s` runs from the issue to the first call, or until the
    customer left (`called_at` None), or until now. `all_open`: every counter of the branch was open and none on a break
    all through this wait. For `held_s` of it the customer asked not to be called: the law knows no such wish, and its
    clock runs on. Times in ms UTC."""

    day: str
    ticket: str
    number: str
    service: str
    priority: str
    language: str
    appointment: bool
    arrived_at: int
    called_at: int | None
    left: bool
    waited_s: float
    limit_s: int
    all_open: bool
    held_s: float


class LimitFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The visits that had this limit, and how many of them waited longer."""

    limit_min: int
    judged: int
    breaches: int


class LegalFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The law's table for the place in minutes, and what came of it. `judged` are visits that were called, or waited
    longer than their limit without a call; `within` is the share of these within their limit."""

    place: str
    normal_min: int
    near_holiday_min: int
    payday_min: int
    all_open_min: int
    judged: int
    within: float | None
    limits: tuple[LimitFigures, ...]
    breaches: tuple[Breach, ...]


def legal(judged: Judged) -> LegalFigures | None:
    """What the law of the branch's place makes of the waits; None where it limits none."""
    setup, visits = judged.setup, judged.rows.visits
    law = WAIT_LIMITS.get(setup.jurisdiction)
    if law is None:
        return None
    all_open = _all_open(judged)
    limit_min = _limits(judged, all_open)
    over = judged.waited_ms > limit_min * MINUTE_MS
    counts = over | (visits.called_at != NEVER)
    return LegalFigures(
        place=law.place,
        normal_min=law.normal,
        near_holiday_min=law.near_holiday,
        payday_min=law.payday,
        all_open_min=law.all_open,
        judged=(judged_all := count(counts)),
        within=share(judged_all - count(over), judged_all),
        limits=tuple(
            LimitFigures(
                limit_min=limit,
                judged=count(counts & (limit_min == limit)),
                breaches=count(over & (limit_min == limit)),
            )
            for limit in np.unique(limit_min[counts]).tolist()
        ),
        breaches=tuple(
            Breach(
                day=judged.rows.days[visits.day[row]].day,
                ticket=visits.ticket[row],
                number=visits.number[row],
                service=visits.service.names[visits.service.codes[row]],
                priority=visits.priority.names[visits.priority.codes[row]],
                language=visits.language.names[visits.language.codes[row]],
                appointment=bool(visits.appointment[row]),
                arrived_at=int(visits.arrived_at[row]),
                called_at=None if visits.called_at[row] == NEVER else int(visits.called_at[row]),
                left=bool(judged.left[row]),
                waited_s=float(judged.waited_ms[row] / 1000),
                limit_s=int(limit_min[row]) * 60,
                all_open=bool(all_open[row]),
                held_s=float(judged.held_ms[row] / 1000),
            )
            for row in np.flatnonzero(over).tolist()
        ),
    )


def _limits(judged: Judged, all_open: Flags) -> Ints:
    """The limit of each visit in minutes, by the calendar day on which it arrived."""
    arrived = judged.rows.visits.arrived_at
    if not len(arrived):
        return np.empty(0, dtype=np.int64)
    clock = LocalClock(judged.setup.zone, int(arrived.min()), int(arrived.max()) + 1)
    _, one_of_each, which = np.unique(clock.local_ms(arrived) // DAY_MS, return_index=True, return_inverse=True)
    moments = arrived[one_of_each].tolist()
    usual, longer = (
        np.array([wait_limit_min(judged.setup, at, all_open=everything) for at in moments], dtype=np.int64)
        for everything in (False, True)
    )
    return np.where(all_open, longer[which], usual[which])


def _all_open(judged: Judged) -> Flags:
    """For each visit whether every counter of the branch was open and none on a break all through its wait."""
    spans, visits = judged.rows.spans, judged.rows.visits
    steps = [
        (moments, np.full(len(moments), change, dtype=np.int64))
        for kind, opens in ((OPEN, 1), (BREAK, -1))
        for rows in [np.flatnonzero(spans.kind.codes == spans.kind.code(kind))]
        for moments, change in ((spans.start[rows], opens), (judged.span_end[rows], -opens))
    ]
    moments, which = np.unique(np.concatenate([at for at, _ in steps]), return_inverse=True)
    working = np.cumsum(np.bincount(which, np.concatenate([change for _, change in steps]), len(moments)))
    full = np.append(working >= len(judged.setup.counters), False)
    begins = np.flatnonzero(full & ~np.insert(full[:-1], 0, False))
    ends = np.flatnonzero(~full & np.insert(full[:-1], 0, False))
    if not len(begins):
        return np.zeros(len(visits.day), dtype=np.bool_)
    since, until = moments[begins], moments[ends]
    latest = np.searchsorted(since, visits.arrived_at, side="right") - 1
    called = visits.arrived_at + judged.waited_ms
    found: Flags = (latest >= 0) & (until[np.maximum(latest, 0)] >= called)
    return found
