"""How many customers will come, by half-hour, learnt from the days behind: with what is not known about it.

    level   of a weekday: the mean of its ordinary days
    effect  of a payday, or of a day beside a holiday: what came on such days for each one expected by the weekday,
            with one day more that was as expected
    shape   of a weekday: each half-hour's share of its arrivals, with one day more of the shape of all days together
    day     every day has a factor of its own, gamma with mean 1, that raises or lowers the whole of it
    hour    and so has every half-hour, because a crowd comes at another time each day
    count   in a half-hour: Poisson, given all that

A Poisson mixture: Whitt (1999) for the factor of a day, Jongbloed & Koole (2001) for staffing by it, Avramidis,
Deslauriers & L'Ecuyer (2004) for the shares of the half-hours; Brown et al. (2005) show on a bank's own calls that
Poisson alone is too narrow. docs/staffing.md has the formulas, the figures that speak for them, and what is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.errors import N_, Conflict
from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.waits.planning.came import Visit, visits_of
from lobby.waits.planning.day_kinds import CLOSED, ORDINARY, kind_of

HALF_HOUR_S = 1800
HALVES = 72
"""Half-hours from a date's midnight on: a business day may end twelve hours after the next one."""

DAY_SD, HALF_SD, STAND_IN_DAYS = 0.15, 0.15, 4
"""Standard deviations of the factors of a day and of a half-hour before any were seen; they count as so many days."""

FEW_DAYS = 4
"""With fewer days of a weekday its forecast says "about"."""

WEEKDAYS_KNOWN = timedelta(days=15)
"""Whoever was watched for so long and never opened on some weekday is closed on it."""

LOW, HIGH = 0.1, 0.9
"""Forecasts are ranges that hold on eight days of ten."""

Counts: TypeAlias = NDArray[np.float64]


class NothingToForecastFrom(Conflict):
    """No business day is over, or none so lately that it counts."""

    message = N_("No business day in the weeks before is known; there is nothing to forecast from.")


class SeenDay(msgspec.Struct, frozen=True):
    """A day behind: its date, weekday (0: Monday), kind, and who came without and with an appointment."""

    date: date
    weekday: int
    kind: str
    walk_ins: list[Visit]
    appointments: list[Visit]
    counts: Counts


class Level(msgspec.Struct, frozen=True):
    """The mean of `days` days."""

    mean: float
    days: int


class Range(msgspec.Struct, frozen=True):
    """A mean, and a range that holds on eight days of ten."""

    mean: float
    low: float
    high: float


class HalfHour(msgspec.Struct, frozen=True):
    """`start_min` in minutes since midnight; `arrivals` in it."""

    start_min: int
    arrivals: Range


class Forecast(msgspec.Struct, frozen=True):
    """Who will come on `day` (ISO date) without an appointment. `kind` as in `day_kinds`; `days` in all were seen,
    `like_it` of the same weekday, `of_kind` of the same kind (of no use for an ordinary day). `about`: too few to rely
    on."""

    day: str
    kind: str
    days: int
    like_it: int
    of_kind: int
    about: bool
    total: Range
    half_hours: tuple[HalfHour, ...]


class Arrivals(msgspec.Struct, frozen=True):
    """What was learnt. `levels` and `shapes` go by weekday, `effects` by kind of day; `day_cv2` and `half_cv2` are the
    variances of the factors."""

    seen: tuple[SeenDay, ...]
    levels: dict[int, Level]
    effects: dict[str, Level]
    shapes: dict[int, Counts]
    day_cv2: float
    half_cv2: float

    def kind(self, setup: Setup, day: date) -> str:
        """The kind of `day`: closed too where it never opened on that weekday while it was watched."""
        watched = self.seen[-1].date - self.seen[0].date >= WEEKDAYS_KNOWN
        return CLOSED if watched and day.weekday() not in self.levels else kind_of(setup, day)

    def counts(self, setup: Setup, day: date, paths: int, rng: np.random.Generator) -> Counts:
        """So many possible days: arrivals without appointment, of the shape (paths, HALVES)."""
        kind = self.kind(setup, day)
        if kind == CLOSED:
            return np.zeros((paths, HALVES))
        level, spread = self._level(day.weekday())
        effect = self.effects.get(kind, Level(1.0, 0))
        mean = level * effect.mean
        if effect.days:
            spread += self.day_cv2 / effect.days
        total = _gamma(mean, spread, (paths, 1), rng)
        shape = self.shapes.get(day.weekday(), self.shapes[ANY])
        return rng.poisson(total * shape * _gamma(1.0, self.half_cv2, (paths, HALVES), rng)).astype(float)

    def forecast(self, setup: Setup, day: date, rng: np.random.Generator, paths: int = 2000) -> Forecast:
        """The ranges of `counts`."""
        counts = self.counts(setup, day, paths, rng)
        kind = self.kind(setup, day)
        own = self.levels.get(day.weekday(), Level(0.0, 0))
        of_kind = self.effects.get(kind, Level(1.0, 0)).days
        shown = np.flatnonzero(counts.mean(axis=0) >= SHOWN)
        return Forecast(
            day=day.isoformat(),
            kind=kind,
            days=len(self.seen),
            like_it=own.days,
            of_kind=of_kind,
            about=kind != CLOSED and (own.days < FEW_DAYS or (kind != ORDINARY and not of_kind)),
            total=in_range(counts.sum(axis=1)),
            half_hours=tuple(HalfHour(int(half) * 30, in_range(counts[:, half])) for half in _without_gaps(shown)),
        )

    def _level(self, weekday: int) -> tuple[float, float]:
        """The mean of a day of this weekday and the relative variance of one such day about it, what is not known of
        the mean included. A weekday that was not seen may be like any other."""
        own = self.levels.get(weekday)
        if own is not None:
            return own.mean, self.day_cv2 + (self.day_cv2 + 1 / own.mean) / own.days
        means = np.array([level.mean for level in self.levels.values()])
        return float(means.mean()), float(self.day_cv2 * 2 + means.var() / means.mean() ** 2)


ANY = -1
"""In `shapes`: of all weekdays together."""

SHOWN = 0.05
"""Half-hours with fewer arrivals expected, before the first and after the last of the others, are not shown."""


def arrivals(days: Sequence[PastDay], setup: Setup) -> Arrivals:
    """What these days teach, all of them over. Days on which nobody came are left out; `NothingToForecastFrom`
    where none is left."""
    seen = tuple(sorted((_seen(day, setup) for day in days), key=lambda one: one.date))
    seen = tuple(one for one in seen if one.counts.any())
    if not seen:
        raise NothingToForecastFrom()
    levels = _levels(seen)
    effects = _effects(seen, levels)
    return Arrivals(seen, levels, effects, _shapes(seen), _day_cv2(seen, levels, effects), _half_cv2(seen))


def in_range(values: Counts) -> Range:
    """The mean of `values` and the range in the middle that holds in eight of ten."""
    low, high = np.quantile(values, [LOW, HIGH], method="inverted_cdf")
    return Range(float(values.mean()), float(low), float(high))


def half_of(at_s: float) -> int:
    """The half-hour of a time of day."""
    return min(HALVES - 1, max(0, int(at_s // HALF_HOUR_S)))


def _seen(day: PastDay, setup: Setup) -> SeenDay:
    visits = visits_of(day, setup)
    walk_ins = [visit for visit in visits if not visit.appointment]
    counts = np.bincount([half_of(visit.shown_s) for visit in walk_ins], minlength=HALVES).astype(float)
    when = date.fromisoformat(day.day)
    appointments = [visit for visit in visits if visit.appointment]
    return SeenDay(when, when.weekday(), kind_of(setup, when), walk_ins, appointments, counts)


def _levels(seen: Sequence[SeenDay]) -> dict[int, Level]:
    """By weekday, of its ordinary days; of all its days where none was ordinary."""
    found = {}
    for weekday in sorted({one.weekday for one in seen}):
        own = [one for one in seen if one.weekday == weekday]
        own = [one for one in own if one.kind == ORDINARY] or own
        found[weekday] = Level(float(np.mean([one.counts.sum() for one in own])), len(own))
    return found


def _effects(seen: Sequence[SeenDay], levels: dict[int, Level]) -> dict[str, Level]:
    found = {}
    for kind in {one.kind for one in seen} - {ORDINARY}:
        own = [one for one in seen if one.kind == kind]
        expected = [levels[one.weekday].mean for one in own]
        as_expected = float(np.mean(expected))
        came = sum(float(one.counts.sum()) for one in own)
        found[kind] = Level((came + as_expected) / (sum(expected) + as_expected), len(own))
    return found


def _shapes(seen: Sequence[SeenDay]) -> dict[int, Counts]:
    """Each weekday's shares, drawn towards those of all days, but only from its own first half-hour to its last."""
    together = np.sum([one.counts for one in seen], axis=0)
    found = {ANY: together / together.sum()}
    for weekday in {one.weekday for one in seen}:
        own = [one.counts for one in seen if one.weekday == weekday]
        summed = np.sum(own, axis=0)
        came = np.flatnonzero(summed)
        within = np.zeros(HALVES)
        within[came[0] : came[-1] + 1] = together[came[0] : came[-1] + 1]
        mixed = summed + within / within.sum() * summed.sum() / len(own)
        found[weekday] = mixed / mixed.sum()
    return found


def _day_cv2(seen: Sequence[SeenDay], levels: dict[int, Level], effects: dict[str, Level]) -> float:
    """By moments, over the weekdays: what the totals vary about their mean beyond Poisson, relative to the mean's
    square."""
    beyond = freedom = 0.0
    for weekday, level in levels.items():
        own = [one for one in seen if one.weekday == weekday]
        if len(own) < 2:
            continue
        expected = np.array([level.mean * effects.get(one.kind, Level(1.0, 0)).mean for one in own])
        totals = np.array([one.counts.sum() for one in own])
        free = (len(own) - 1) / len(own)
        beyond += float((((totals - expected) ** 2 / free - expected) / expected**2).sum()) * free
        freedom += len(own) - 1
    return _with_stand_in(beyond, freedom, DAY_SD)


def _half_cv2(seen: Sequence[SeenDay]) -> float:
    """The same for half-hours about the day's own total; the median over the days, for one odd evening (a machine that
    stood still, and then everybody) is no reason to expect one every day."""
    of_days = []
    for weekday in {one.weekday for one in seen}:
        own = [one.counts for one in seen if one.weekday == weekday]
        if len(own) < 2:
            continue
        free = (len(own) - 1) / len(own)
        summed = np.sum(own, axis=0)
        for counts in own:
            expected = counts.sum() * summed / summed.sum()
            beyond = ((counts - expected) ** 2 / free - expected).sum()
            of_days.append(float(beyond / (expected**2).sum()))
    return _with_stand_in(float(np.median(of_days)) * len(of_days) if of_days else 0.0, len(of_days), HALF_SD)


def _with_stand_in(summed: float, days: float, stand_in_sd: float) -> float:
    return max(1e-6, (summed + STAND_IN_DAYS * stand_in_sd**2) / (days + STAND_IN_DAYS))


def _gamma(mean: float, cv2: float, shape: tuple[int, int], rng: np.random.Generator) -> Counts:
    return rng.gamma(1 / cv2, mean * cv2, shape)


def _without_gaps(shown: NDArray[np.intp]) -> range:
    return range(int(shown[0]), int(shown[-1]) + 1) if len(shown) else range(0)
