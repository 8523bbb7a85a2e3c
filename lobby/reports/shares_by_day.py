"""Shares of each business day of a branch: what it is compared with others by (`lobby.reports.by_chance`)."""

from __future__ import annotations

import numpy as np

from lobby.care.feedback import GOOD_FROM
from lobby.reports.by_chance import ByDay
from lobby.reports.columns import NEVER, Flags
from lobby.reports.judged import Judged

COMPARED = ("service_level", "left_share", "promise_kept", "satisfied")
"""Keys of `lobby.reports.definitions`; each share is defined as there."""


def shares_by_day(judged: Judged) -> dict[str, ByDay]:
    """Each of `COMPARED`, day by day."""
    visits, served, left = judged.rows.visits, judged.served, judged.left
    over = judged.waited_ms > judged.target_ms
    low, high = visits.promise_low_s * 1000, visits.promise_high_s * 1000
    promised = served & (visits.promise_low_s != NEVER) & ~judged.promise_open
    kept = promised & (low <= judged.waited_ms) & (judged.waited_ms <= high)
    return {
        "service_level": _by_day(judged, served & ~over, served | (left & over)),
        "left_share": _by_day(judged, left, np.ones_like(left)),
        "promise_kept": _by_day(judged, kept, promised),
        "satisfied": _satisfied(judged),
    }


def _by_day(judged: Judged, part: Flags, whole: Flags) -> ByDay:
    day, days = judged.rows.visits.day, len(judged.rows.days)
    of_day, of_all = (np.bincount(day[one], minlength=days).astype(np.float64) for one in (part, whole))
    return ByDay(of_day, of_all)


def _satisfied(judged: Judged) -> ByDay:
    days = judged.rows.days
    return ByDay(
        np.array([sum(one.rating >= GOOD_FROM for one in day.opinions) for day in days], dtype=np.float64),
        np.array([len(day.opinions) for day in days], dtype=np.float64),
    )
