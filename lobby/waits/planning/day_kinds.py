"""What kind of day a date is for a branch: ordinary, a payday or a holiday, or the open day beside one.

A payday is a day of the month that `branch.toml` names (`paydays`), a holiday a date on which the branch is closed
(`holidays`). The days beside are the last open day before it and the first after it: who cannot come on a holiday comes
there. Of several kinds a day has the first in the order of `KINDS`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lobby.errors import N_
from lobby.queue.opening import DAYS_AHEAD, spans_of
from lobby.queue.services import Setup

CLOSED, PAYDAY, BESIDE_HOLIDAY, BESIDE_PAYDAY, ORDINARY = (
    "closed",
    "payday",
    "beside_holiday",
    "beside_payday",
    "ordinary",
)
KINDS = (CLOSED, PAYDAY, BESIDE_HOLIDAY, BESIDE_PAYDAY, ORDINARY)

KIND_NAMES = {
    CLOSED: N_("closed"),
    PAYDAY: N_("payday"),
    BESIDE_HOLIDAY: N_("beside a holiday"),
    BESIDE_PAYDAY: N_("beside a payday"),
    ORDINARY: N_("ordinary day"),
}


def open_on(setup: Setup, day: date) -> bool:
    """Whether the branch opens at all on that day by its hours; open where none are set."""
    return spans_of(setup, None, datetime.combine(day, time(12), ZoneInfo(setup.zone))) != ()


def kind_of(setup: Setup, day: date) -> str:
    """One of `KINDS`."""
    if not open_on(setup, day):
        return CLOSED
    if day.day in setup.paydays:
        return PAYDAY
    around = [*_up_to_the_next_open_day(setup, day, 1), *_up_to_the_next_open_day(setup, day, -1)]
    if any(other.isoformat() in setup.holidays for other in around):
        return BESIDE_HOLIDAY
    if any(other.day in setup.paydays for other in around):
        return BESIDE_PAYDAY
    return ORDINARY


def _up_to_the_next_open_day(setup: Setup, day: date, step: int) -> list[date]:
    """The days after `day` (before it, for a step of -1) up to the first open one."""
    found = []
    for days in range(1, DAYS_AHEAD + 1):
        found.append(day + timedelta(days=days * step))
        if open_on(setup, found[-1]):
            break
    return found
