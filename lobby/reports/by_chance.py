"""Whether a branch differs from the others by more than chance.

Customers of one day share its queue, so they are no independent draws, and a share over thousands of them looks far
surer than it is. Days are taken as the draws: a share is a ratio of sums over days, and its variance comes from how the
days differ from it (the ratio estimator: Cochran 1977, Sampling Techniques, 6.4). The difference from all other
branches together is held against Student's t with as many degrees of freedom as the branch has days, less one. Of so
many branches some would differ by chance alone; the level is therefore shared out among them (Bonferroni), so that a
whole column without any true difference shows one in less than one report of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan, cos, pi, sin, sqrt
from typing import NamedTuple

import msgspec
import numpy as np

from lobby.reports.columns import Floats

DAYS = 5
"""Of fewer business days nothing is said."""

LEVEL = 0.05


class Against(msgspec.Struct, frozen=True):
    """A branch's share less that of all others together; `beyond` chance or not (None: there are too few days)."""

    difference: float | None = None
    beyond: bool | None = None


class ByDay(NamedTuple):
    """A share of which the numerator and the denominator of each business day are known."""

    part: Floats
    whole: Floats


def against_others(branches: Sequence[ByDay]) -> list[Against]:
    """Each of these branches against all others together."""
    days = [_with_any(one) for one in branches]
    judged = sum(len(one.whole) >= DAYS for one in days)
    return [_against(one, _joined(days[:at] + days[at + 1 :]), judged) for at, one in enumerate(days)]


def _with_any(one: ByDay) -> ByDay:
    there = one.whole > 0
    return ByDay(one.part[there], one.whole[there])


def _joined(days: Sequence[ByDay]) -> ByDay:
    if not days:
        return ByDay(np.empty(0), np.empty(0))
    return ByDay(np.concatenate([one.part for one in days]), np.concatenate([one.whole for one in days]))


def _against(own: ByDay, others: ByDay, judged: int) -> Against:
    if not len(own.whole) or not len(others.whole):
        return Against()
    (share, variance), (their_share, their_variance) = _ratio(own), _ratio(others)
    difference = share - their_share
    if len(own.whole) < DAYS or len(others.whole) < DAYS:
        return Against(round(difference, 4))
    spread = sqrt(variance + their_variance)
    chance = two_sided(abs(difference) / spread, len(own.whole) - 1) if spread else float(difference == 0)
    return Against(round(difference, 4), chance < LEVEL / judged)


def _ratio(days: ByDay) -> tuple[float, float]:
    """The share over all days, and its variance."""
    n, whole = len(days.whole), float(days.whole.sum())
    share = float(days.part.sum()) / whole
    if n < 2:
        return share, 0.0
    return share, n / (n - 1) * float(((days.part - share * days.whole) ** 2).sum()) / whole**2


def two_sided(t: float, freedom: int) -> float:
    """How probable a value of Student's t is that lies at least as far from zero (Abramowitz & Stegun 26.7.3-4)."""
    angle = atan(t / sqrt(freedom))
    term = total = 1.0 if freedom % 2 == 0 else cos(angle)
    for k in range(2 if freedom % 2 == 0 else 3, freedom, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    if freedom % 2 == 0:
        return 1 - sin(angle) * total
    inner = angle + sin(angle) * total if freedom > 1 else angle
    return 1 - 2 / pi * inner
