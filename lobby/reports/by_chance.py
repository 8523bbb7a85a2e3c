"""Whether a branch differs from the others by more than chance.

Customers of one day share its queue, so they are no independent draws, and a share over thousands of them looks far
surer than it is. Days are taken as the draws: a share is a ratio of sums over days, and its variance comes from how the
days differ from it (the ratio estimator: Cochran 1977, Sampling Techniques, 6.4). It is never taken for less than that
of as many independent customers: a few days on which nobody left do not differ, and prove little. The difference from
all other branches together is held against Student's t with as many degrees of freedom as the branch has days, less
one. Of so many branches some would differ by chance alone; the level is therefore shared out among all that is compared
(Bonferroni), so that less than one report in twenty shows a difference where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan, cos, pi, sin, sqrt
from typing import NamedTuple

import msgspec

from lobby.reports.columns import Floats

DAYS = 5
"""Of fewer business days nothing is said."""

LEVEL = 0.05


class Against(msgspec.Struct, frozen=True):
    """A branch's share less that of all others together; `beyond` chance or not (None: there are too few days)."""

    difference: float | None = None
    beyond: bool | None = None


class ByDay(NamedTuple):
    """A share of which the numerator and the denominator of each business day are known; days on which there was
    nothing to take it of do not count."""

    part: Floats
    whole: Floats


class _Sums(NamedTuple):
    """Over days: how many, their parts, their wholes, and the products of these."""

    days: float
    part: float
    whole: float
    part_part: float
    part_whole: float
    whole_whole: float

    def __sub__(self, other: _Sums) -> _Sums:
        return _Sums(*(mine - its for mine, its in zip(self, other, strict=True)))

    def share(self) -> float:
        return self.part / self.whole

    def variance(self, of_all: float) -> float:
        """Of the share: the mean square of what each day's part is off it, over the square of the whole; at least that
        of independent draws of the share `of_all`."""
        share = self.share()
        off = self.part_part - 2 * share * self.part_whole + share**2 * self.whole_whole
        by_days = self.days / (self.days - 1) * off / self.whole**2
        return max(by_days, of_all * (1 - of_all) / self.whole)


def against_others(branches: Sequence[Mapping[str, ByDay]]) -> list[dict[str, Against]]:
    """Each share of these branches against that of all others together."""
    sums = [{key: _sums(days) for key, days in branch.items()} for branch in branches]
    judged = sum(one.days >= DAYS for branch in sums for one in branch.values())
    total = {key: _Sums(*map(sum, zip(*(branch[key] for branch in sums), strict=True))) for key in sums[0]}
    return [{key: _against(one, total[key] - one, judged) for key, one in branch.items()} for branch in sums]


def _sums(days: ByDay) -> _Sums:
    there = days.whole > 0
    part, whole = days.part[there], days.whole[there]
    return _Sums(
        len(part),
        float(part.sum()),
        float(whole.sum()),
        float((part * part).sum()),
        float((part * whole).sum()),
        float((whole * whole).sum()),
    )


def _against(own: _Sums, others: _Sums, judged: int) -> Against:
    if not own.days or not others.days:
        return Against()
    difference = own.share() - others.share()
    if min(own.days, others.days) < DAYS:
        return Against(round(difference, 4))
    of_all = (own.part + others.part) / (own.whole + others.whole)
    error = sqrt(own.variance(of_all) + others.variance(of_all))
    chance = two_sided(abs(difference) / error, int(own.days) - 1) if error else 1.0
    return Against(round(difference, 4), chance < LEVEL / judged)


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
