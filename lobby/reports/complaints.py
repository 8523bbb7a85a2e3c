"""Figures about complaints: how many, about what, why, how fast, and whether it was solved.

A complaint counts in the span of time in which it was received, whatever happened to it later. A share in time is taken
of those whose clock is decided: stopped, or run out. What is still open and in time is counted beside it.
Causes, categories, services and places come as a Pareto; see `lobby.reports.pareto`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from lobby.care.clocks import ClockKind
from lobby.care.complaints import Complaint
from lobby.care.events import ComplaintReopened, CustomerAsked
from lobby.queue.services import Setup, business_day, day_of
from lobby.reports.pareto import Part, pareto
from lobby.reports.spread import Spread, share, spread

LONGEST = timedelta(days=731)


class Week(msgspec.Struct, frozen=True):
    """One week of the trend, by the ISO date of its Monday in the branch's zone: how many were received, and of these
    how many were opened again."""

    monday: str
    received: int
    reopened: int


class ComplaintCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the report of a branch or a chain says of the complaints received in its time: the figures of
    `ComplaintFigures` that it takes, and how many there were of each category. None where nothing is known of them."""

    complaints_received: int | None = None
    complaints_open: int | None = None
    complaints_over: int | None = None
    complaints_promise_kept: float | None = None
    complaints_law_kept: float | None = None
    complaints_closed_median_s: float | None = None
    complaints_categories: dict[str, int] = {}


class ComplaintFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the complaints received on some business days.

    These are the days from `first` to `last` (ISO); the complaints count as they stand at `at` (ms UTC). Shares are of
    1, None where there is nothing to take them of; times are seconds, None where they are few.
    """

    branch: str
    names: dict[str, str]
    zone: str
    first: str
    last: str
    at: int
    received: int
    still_open: int
    over: int
    promise_kept: float | None
    law_kept: float | None
    acknowledged: int
    acknowledged_median_s: float | None
    acknowledged_p90_s: float | None
    closed: int
    closed_median_s: float | None
    closed_p90_s: float | None
    reopened: int
    reopened_share: float | None
    upheld: int
    asked: int
    solved: float | None
    categories: tuple[Part, ...]
    causes: tuple[Part, ...]
    services: tuple[Part, ...]
    places: tuple[Part, ...]
    trend: tuple[Week, ...]


def asked_days(setup: Setup, first: str, last: str, now: int) -> tuple[str, str]:
    """The first and the last business day (ISO) of a report for which these were asked: up to today where no last day
    was said, four weeks where no first. ValueError, with a sentence, where they are none or the wrong way round."""
    try:
        to = date.fromisoformat(last or business_day(setup, now).date)
        since = date.fromisoformat(first) if first else to - timedelta(days=27)
        day_of(setup, since.isoformat()), day_of(setup, to.isoformat())
    except (ValueError, OverflowError):
        raise ValueError("a date such as 2026-11-22") from None
    if not timedelta() <= to - since <= LONGEST:
        raise ValueError("the first day must come before the last, by two years at most")
    return since.isoformat(), to.isoformat()


def complaint_figures(
    complaints: Iterable[Complaint], setup: Setup, first: str, last: str, now: int
) -> ComplaintFigures:
    """The figures of those received on the business days from `first` to `last`, at `now` (ms UTC). ValueError where
    one of the two is no date."""
    start, end = day_of(setup, first).start, day_of(setup, last).end
    found = sorted((one for one in complaints if start <= one.received_at < end), key=lambda one: one.received_at)
    said = [answer for one in found if (answer := solved(one)) is not None]
    closed = [one for one in found if one.closed_at is not None]
    to_acknowledge = spread([one.acknowledged_at - one.received_at for one in found if one.acknowledged_at is not None])
    to_close = _closing(found)
    reopened = sum(one.times_reopened > 0 for one in found)
    rules = setup.care.complaints
    return ComplaintFigures(
        branch=setup.id,
        names=setup.names,
        zone=setup.zone,
        first=first,
        last=last,
        at=now,
        received=len(found),
        still_open=sum(one.is_open for one in found),
        over=sum(_is_over(one, now) for one in found),
        promise_kept=_kept(found, ClockKind.PROMISE, now),
        law_kept=_kept(found, ClockKind.LAW, now),
        acknowledged=to_acknowledge.n,
        acknowledged_median_s=to_acknowledge.median_s,
        acknowledged_p90_s=to_acknowledge.p90_s,
        closed=to_close.n,
        closed_median_s=to_close.median_s,
        closed_p90_s=to_close.p90_s,
        reopened=reopened,
        reopened_share=share(reopened, sum(one.answered_at is not None for one in found)),
        upheld=sum(one.decision in {"upheld", "partly"} for one in found),
        asked=len(said),
        solved=share(sum(said), len(said)),
        categories=pareto((one.category for one in found), {one.code: one.names for one in rules.categories}),
        causes=pareto((one.cause for one in closed), {one.code: one.names for one in rules.causes}),
        services=pareto((one.service for one in found), {code: one.names for code, one in setup.services.items()}),
        places=pareto(one.place for one in found),
        trend=_trend(found, setup, first, max(first, min(last, business_day(setup, now).date))),
    )


def complaint_counts(found: Sequence[Complaint] | None, now: int) -> ComplaintCounts:
    """The same, in short, of these complaints at `now` (ms UTC); None: they are not known."""
    if found is None:
        return ComplaintCounts()
    return ComplaintCounts(
        complaints_received=len(found),
        complaints_open=sum(one.is_open for one in found),
        complaints_over=sum(_is_over(one, now) for one in found),
        complaints_promise_kept=_kept(found, ClockKind.PROMISE, now),
        complaints_law_kept=_kept(found, ClockKind.LAW, now),
        complaints_closed_median_s=_closing(found).median_s,
        complaints_categories={part.code: part.count for part in pareto(one.category for one in found)},
    )


def solved(complaint: Complaint) -> bool | None:
    """What the customer said when last asked whether it is solved; None when nobody asked. A no opens the complaint
    again in the same moment, and a complaint that is open again does not remember the answer: its story does."""
    if complaint.solved is not None:
        return complaint.solved
    story = complaint.story
    asked = [place for place, entry in enumerate(story) if entry.what == CustomerAsked.__name__]
    if not asked:
        return None
    said, after = story[asked[-1]], story[asked[-1] + 1 :]
    return not (after and after[0].what == ComplaintReopened.__name__ and after[0].at == said.at)


def _is_over(complaint: Complaint, now: int) -> bool:
    return complaint.is_open and any(clock.stopped is None and now > clock.due for clock in complaint.clocks())


def _kept(found: Sequence[Complaint], kind: ClockKind, now: int) -> float | None:
    """Of the clocks of this kind that are decided, the share that was stopped in time."""
    clocks = [clock for one in found for clock in one.clocks() if clock.kind is kind]
    decided = [clock for clock in clocks if clock.stopped is not None or now > clock.due]
    return share(sum(clock.stopped is not None and clock.stopped <= clock.due for clock in decided), len(decided))


def _closing(found: Sequence[Complaint]) -> Spread:
    """How long it took from receipt to the last closing."""
    return spread([one.closed_at - one.received_at for one in found if one.closed_at is not None])


def _trend(found: Sequence[Complaint], setup: Setup, first: str, last: str) -> tuple[Week, ...]:
    """Every week of these business days, also those without any."""
    by_week: dict[str, list[Complaint]] = {}
    monday = _monday(first)
    while monday <= _monday(last):
        by_week[monday.isoformat()] = []
        monday += timedelta(days=7)
    for one in found:
        by_week[_monday(business_day(setup, one.received_at).date).isoformat()].append(one)
    return tuple(
        Week(week, len(those), sum(one.times_reopened > 0 for one in those)) for week, those in by_week.items()
    )


def _monday(day: str) -> date:
    found = date.fromisoformat(day)
    return found - timedelta(days=found.weekday())
