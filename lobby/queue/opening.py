"""When the branch and its services are open: now, today, and next."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lobby.queue.services import Service, Setup, Span

DAYS_AHEAD = 15
"""How far a next opening is looked for: beyond the longest row of holidays."""


def spans_of(setup: Setup, service: Service | None, local: datetime) -> tuple[Span, ...] | None:
    """Opening spans on the day of `local`: those in which both the branch and the service (None: the branch alone) are
    open. None where no hours are set, so that it is open whenever the day is."""
    if local.date().isoformat() in setup.holidays:
        return ()
    branch = setup.hours.today(local) if setup.hours is not None else None
    if service is None or service.hours is None:
        return branch
    own = service.hours.today(local)
    if branch is None:
        return own
    both = [Span(max(a.start, b.start), min(a.end, b.end)) for a in branch for b in own]
    return tuple(span for span in both if span.start < span.end)


def open_at(setup: Setup, service: Service | None, at: int) -> bool:
    """Whether the branch (and the service) is open by its hours at `at` (ms UTC)."""
    local = setup.local(at)
    spans = spans_of(setup, service, local)
    minute = local.hour * 60 + local.minute
    return spans is None or any(span.start <= minute < span.end for span in spans)


def hours_on(setup: Setup, service: Service | None, at: int) -> str:
    """Today's hours as text, `09:00-13:00, 14:00-17:00`; empty when there are none or none are set."""
    return ", ".join(map(str, spans_of(setup, service, setup.local(at)) or ()))


def next_opening(setup: Setup, service: Service | None, at: int) -> int | None:
    """The next moment after `at` (ms UTC) at which it opens by its hours; None when none is set or none comes soon."""
    zone = ZoneInfo(setup.zone)
    today = setup.local(at).date()
    for days in range(DAYS_AHEAD):
        date = today + timedelta(days=days)
        spans = spans_of(setup, service, datetime.combine(date, time(12), zone))
        if spans is None:  # open all day, and today's day has begun
            return int(datetime.combine(date, time(), zone).timestamp() * 1000) if days else None
        for span in spans:
            opens = int(datetime.combine(date, time(span.start // 60, span.start % 60), zone).timestamp() * 1000)
            if opens > at:
                return opens
    return None
