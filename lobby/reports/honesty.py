"""The honesty report: what customers were promised at issue, against what came.

Judged are visits that were promised a range and whose service began. Who left is censored, not absent: who left before
the end of the promised range says nothing about it and is left out; who left after it had a promise that was broken,
and counts so in `coverage`. Who asked for a few minutes is treated alike: before the end of the range they are left out
(`held`), afterwards the promise was broken. What customers were told later never changes what was promised.
"""

from __future__ import annotations

import msgspec
import numpy as np

from lobby.queue.services import named
from lobby.reports.by_scope import in_order, rows_by_name
from lobby.reports.columns import NEVER, PREDICTORS, Floats, Ints, count, groups
from lobby.reports.judged import ALL, Judged, Rows
from lobby.reports.local_clock import HALF_HOURS, LocalClock, time_of
from lobby.reports.scopes import Scope
from lobby.reports.spread import FEW, mean_s, percentile, seconds, share


class HonestyFigures(Scope, frozen=True, kw_only=True):
    """Promises of one scope (branch, service, hour of arrival, language). Seconds and shares; None where there is
    nothing to say, the percentile also where there are few.

    `promised`: how many were judged. `promise_kept`, `promise_early`, `promise_late`: inside, before, after the range.
    `coverage`: called by the end of the range, as a share of those judged and of those who left after its end; the
    promise aims at .9. `width_mean_s`: of the range. `promise_error_mean_s`: wait less the middle of the range;
    `promise_error_abs_s` without its sign. `promise_late_p90_s`: of the late, the 90th percentile of how much later.
    `held`: visits left out because the customer asked for a few minutes before the end of the range.
    `about`: of those judged, how many were told "about". `revised`: visits (also of those who left) that were told
    another wait while they waited, `told_kept` the share of those served whose wait lay inside what they were told
    last, `warned` the share of the late who had been told before the promise ran out."""

    promised: int
    promise_kept: float | None
    promise_early: float | None
    promise_late: float | None
    coverage: float | None
    width_mean_s: float | None
    promise_error_mean_s: float | None
    promise_error_abs_s: float | None
    promise_late_p90_s: float | None
    held: int
    about: int
    revised: int
    told_kept: float | None
    warned: float | None


class PredictorFigures(Scope, frozen=True, kw_only=True):
    """What would have been better: a predictor (`key`: its field of `lobby.queue.outlook.Basis`) against the middle of
    the promised range, on the same visits: those judged for which it was known at issue. `bias_s` is wait less
    prediction; `closer` the share of these visits where it was nearer than the promise."""

    judged: int
    bias_s: float | None
    mae_s: float | None
    rmse_s: float | None
    promise_mae_s: float | None
    promise_rmse_s: float | None
    closer: float | None


class Honesty(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    overall: HonestyFigures
    services: tuple[HonestyFigures, ...]
    hours: tuple[HonestyFigures, ...]
    languages: tuple[HonestyFigures, ...]
    predictors: tuple[PredictorFigures, ...]


def honesty(judged: Judged) -> Honesty:
    """The honesty report of a period."""
    setup, visits = judged.setup, judged.rows.visits
    services, languages = rows_by_name(visits.service), rows_by_name(visits.language)
    names = {code: setup.known_service(code).names for code in services}
    made = [
        *(
            _figures(judged, rows=services[code], scope="service", key=code, names=names[code])
            for code in in_order(services, setup.services)
        ),
        *(_figures(judged, rows=rows, scope="hour", key=key) for key, rows in _by_hour(judged)),
        *(
            _figures(judged, rows=languages[code], scope="language", key=code)
            for code in in_order(languages, setup.languages)
        ),
    ]
    told = [one for one in made if one.promised or one.revised]
    return Honesty(
        overall=branch_honesty(judged),
        services=tuple(one for one in told if one.scope == "service"),
        hours=tuple(one for one in told if one.scope == "hour"),
        languages=tuple(one for one in told if one.scope == "language"),
        predictors=tuple(_predictor(judged, name, visits.basis[name]) for name in PREDICTORS),
    )


def branch_honesty(judged: Judged) -> HonestyFigures:
    """The promises of the whole branch."""
    return _figures(judged, rows=ALL, scope="branch", key=judged.setup.id, names=judged.setup.names)


def _figures(judged: Judged, rows: Rows, scope: str, key: str, names: dict[str, str] | None = None) -> HonestyFigures:
    visits = judged.rows.visits
    waited = judged.waited_ms[rows]
    low, high = visits.promise_low_s[rows] * 1000, visits.promise_high_s[rows] * 1000
    has, told_at = visits.promise_low_s[rows] != NEVER, visits.told_at[rows]
    known = has & ~judged.promise_open[rows]
    right = known & judged.served[rows]
    late = right & (waited > high)
    left_late = count(known & judged.left[rows] & (waited > high))
    told = right & (told_at != NEVER)
    told_low, told_high = visits.told_low_s[rows] * 1000, visits.told_high_s[rows] * 1000
    error = (waited - (low + high) / 2)[right]
    over = np.sort((waited - high)[late])
    promised = count(right)
    return HonestyFigures(
        scope=scope,
        key=key,
        name=named(names or {}, judged.setup.languages[0], ""),
        names=names or {},
        promised=promised,
        promise_kept=share(count(right & (low <= waited) & (waited <= high)), promised),
        promise_early=share(count(right & (waited < low)), promised),
        promise_late=share(len(over), promised),
        coverage=share(promised - len(over), promised + left_late),
        width_mean_s=mean_s((high - low)[right]),
        promise_error_mean_s=mean_s(error),
        promise_error_abs_s=mean_s(np.abs(error)),
        promise_late_p90_s=seconds(percentile(over, 0.9)) if len(over) >= FEW else None,
        held=count(has & ~known),
        about=count(right & visits.promise_about[rows]),
        revised=count(told_at != NEVER),
        told_kept=share(count(told & (told_low <= waited) & (waited <= told_high)), count(told)),
        warned=share(count(late & (told_at != NEVER) & (told_at <= visits.arrived_at[rows] + high)), len(over)),
    )


def _predictor(judged: Judged, name: str, foretold_s: Floats) -> PredictorFigures:
    visits = judged.rows.visits
    known = (visits.promise_low_s != NEVER) & ~judged.promise_open & ~np.isnan(foretold_s)
    rows = np.flatnonzero(judged.served & known)
    waited_s = judged.waited_ms[rows] / 1000
    error = waited_s - foretold_s[rows]
    promise = waited_s - (visits.promise_low_s[rows] + visits.promise_high_s[rows]) / 2
    return PredictorFigures(
        scope="predictor",
        key=name,
        judged=len(rows),
        bias_s=mean_s(error * 1000),
        mae_s=mean_s(np.abs(error) * 1000),
        rmse_s=_root_mean_square(error),
        promise_mae_s=mean_s(np.abs(promise) * 1000),
        promise_rmse_s=_root_mean_square(promise),
        closer=share(count(np.abs(error) < np.abs(promise)), len(rows)),
    )


def _root_mean_square(errors: Floats) -> float | None:
    return round(float(np.sqrt(np.mean(errors**2))), 3) if len(errors) else None


def _by_hour(judged: Judged) -> list[tuple[str, Ints]]:
    """The visits of each hour of the branch's clock in which they arrived, in the order of the business day."""
    arrived = judged.rows.visits.arrived_at
    if not len(arrived):
        return []
    clock = LocalClock(judged.setup.zone, int(arrived.min()), int(arrived.max()) + 1)
    found = groups(clock.half_hour(arrived) // 2, HALF_HOURS // 2)
    begin = judged.setup.day_starts_min // 60
    hours = [(begin + hour) % (HALF_HOURS // 2) for hour in range(HALF_HOURS // 2)]
    return [(time_of(2 * hour), found[hour]) for hour in hours if len(found[hour])]
