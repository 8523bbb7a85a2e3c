"""The figures of any range of business days: a day, a week, a month, a year, and what came before."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import msgspec

from lobby.queue.services import Setup, business_day, day_of, named
from lobby.reports.by_scope import (
    branch_figures,
    class_figures,
    counter_figures,
    day_lines,
    language_figures,
    service_figures,
    teller_figures,
)
from lobby.reports.cases import NO_CASES, Cases
from lobby.reports.columns import Columns
from lobby.reports.half_hours import HalfHourFigures, HalfHours, HeatCell
from lobby.reports.honesty import Honesty, HonestyFigures, branch_honesty, honesty
from lobby.reports.judged import Judged
from lobby.reports.legal import LegalFigures, legal
from lobby.reports.said import Said, said
from lobby.reports.scopes import BranchFigures, DayLine, GroupFigures, PlaceFigures, ServiceFigures


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """The period before, to compare with: its first and last business day (ISO), on how many of its days anything
    happened, and its figures. Not `whole`: as much of it as the period, which is under way, has had so far. `services`
    are those that the period has too."""

    first: str
    last: str
    days: int
    whole: bool
    overall: BranchFigures
    honesty: HonestyFigures
    services: tuple[ServiceFigures, ...]


class PeriodFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The report of the business days from `first` to `last` (ISO dates). `day` is the one date, or both with a slash;
    `days` on how many of them anything happened; `at` the time that it speaks of (ms UTC); a period that is not
    `closed` may still change. `languages` and `classes` hold the visits by the customer's language and by priority
    class; `half_hours` by the half-hour of arrival; `by_day` one line a day; `heat` by weekday and half-hour;
    `said` what customers said. `legal` is None where no law of the branch's place limits waits; `before` None where
    nothing is known of that time."""

    branch: str
    name: str
    day: str
    first: str
    last: str
    days: int
    zone: str
    at: int
    closed: bool
    service_level_target_s: float
    overall: BranchFigures
    services: tuple[ServiceFigures, ...]
    counters: tuple[PlaceFigures, ...]
    tellers: tuple[PlaceFigures, ...]
    languages: tuple[GroupFigures, ...]
    classes: tuple[GroupFigures, ...]
    half_hours: tuple[HalfHourFigures, ...]
    by_day: tuple[DayLine, ...]
    heat: tuple[HeatCell, ...]
    honesty: Honesty
    legal: LegalFigures | None
    said: Said = Said()
    before: Before | None = None


def reached(rows: Columns, setup: Setup, last: str, now: int) -> str:
    """How far a period that ends on the business day `last` (ISO) has come at `now` (ms UTC): to `last` when it is
    over; else to the day before the present one, which counts as soon as anything happened on it."""
    today = date.fromisoformat(business_day(setup, now).date)
    begun = bool(rows.days) and rows.days[-1].day >= today.isoformat()
    return min(last, (today if begun else today - timedelta(days=1)).isoformat())


def period_before(first: str, last: str, until: str = "") -> tuple[str, str]:
    """The business days (ISO) to compare with: for whole months or whole years as many before; else the days that lie
    whole weeks earlier, so that weekdays meet their like: a day has the same weekday of the week before. A period that
    has come to `until` only is compared with the same part: Monday to Wednesday with these days, the 1st to the 12th
    with the 1st to the 12th."""
    since, to = date.fromisoformat(first), date.fromisoformat(last)
    part = max(since, min(to, date.fromisoformat(until or last)))
    after = to + timedelta(days=1)
    if since.day == 1 and after.day == 1:
        months = (after.year - since.year) * 12 + after.month - since.month
        end = since - timedelta(days=1) if part == to else _months_earlier(part, months)
        return _months_earlier(since, months).isoformat(), end.isoformat()
    back = timedelta(weeks=-(-((after - since).days) // 7))
    return (since - back).isoformat(), (part - back).isoformat()


def _months_earlier(day: date, months: int) -> date:
    """The same day of an earlier month, its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_figures(
    rows: Columns,
    setup: Setup,
    first: str,
    last: str,
    now: int,
    cases: Cases = NO_CASES,
    before: Columns | None = None,
) -> PeriodFigures:
    """All figures of the business days from `first` to `last` (ISO) of which `rows` are, at `now` (ms UTC), which
    matters only for what still goes on. Of all `cases`, those of the period count as they stand at `now`. `before` are
    the rows of `period_before(first, last, reached(rows, setup, last, now))`."""
    days = rows.days
    judged = Judged(rows, setup, now)
    whole = last < business_day(setup, now).date or (bool(days) and days[-1].end >= day_of(setup, last).end)
    half_hours = HalfHours(judged) if days else None
    return PeriodFigures(
        branch=setup.id,
        name=named(setup.names, setup.languages[0], setup.id),
        day=first if first == last else f"{first}/{last}",
        first=first,
        last=last,
        days=len(days),
        zone=setup.zone,
        at=int(judged.at[-1]) if days else now,
        closed=whole and all(day.closed for day in days),
        service_level_target_s=setup.rules.service_level_s,
        overall=branch_figures(judged, _of_days(cases, setup, first, last), now),
        services=service_figures(judged),
        counters=counter_figures(judged),
        tellers=teller_figures(judged),
        languages=language_figures(judged),
        classes=class_figures(judged),
        half_hours=half_hours.by_half_hour() if half_hours else (),
        by_day=day_lines(judged),
        heat=half_hours.heat() if half_hours else (),
        honesty=honesty(judged),
        legal=legal(judged),
        said=said([one for day in days for one in day.opinions], setup),
        before=_before(before, judged, first, last, cases, now) if before is not None and before.days else None,
    )


def _before(rows: Columns, after: Judged, first: str, last: str, cases: Cases, now: int) -> Before:
    judged = Judged(rows, after.setup, now)
    had = {service for service in after.rows.steps.service.names}
    until = reached(after.rows, after.setup, last, now)
    since, to = period_before(first, last, until)
    return Before(
        first=since,
        last=to,
        days=len(rows.days),
        whole=until == last,
        overall=branch_figures(judged, _of_days(cases, after.setup, since, to), now),
        honesty=branch_honesty(judged),
        services=tuple(one for one in service_figures(judged) if one.key in had),
    )


def _of_days(cases: Cases, setup: Setup, first: str, last: str) -> Cases:
    return cases.within(day_of(setup, first).start, day_of(setup, last).end)
