"""Business calendars and deadlines: when something that was promised, or that the law asks for, is due.

A business day lasts from midnight to midnight in the calendar's zone. A deadline in

- hours          runs in real time while business days last, and stands still on the other days;
- business days  leaves out the day on which it begins and ends with the last moment of the last one;
- days, weeks    leave out the day on which they begin and end with the last moment of the last one, whatever day it is;
- months         end with the day of the same date, or with the last of a month that has no such date.

Hours that begin on a day that is no business day begin with the next one. Days of 23 and of 25 hours are what they are.
A deadline never moves on to a later day because its last one is a holiday: see docs/complaint-clocks.md.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Unit = Literal["hours", "business_days", "days", "weeks", "months"]

HOUR_MS = 3_600_000
DAY = timedelta(days=1)

LARGEST = 8760
"""The hours of a year; more of any unit is a mistake, not a deadline."""

LONGEST_CLOSED = 366
"""A calendar without a business day in so many days is a mistake."""


class Deadline(msgspec.Struct, frozen=True):
    """An amount of time, such as 24 hours or 15 business days. Raises ValueError unless the amount is 1 to 8760."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.amount <= LARGEST:
            raise ValueError(f"a deadline of {self.amount} {self.unit} is none; write an amount from 1 to {LARGEST}")


class Calendar(msgspec.Struct, frozen=True):
    """Business days in a zone: `workdays` (0 is Monday) less `holidays`, and the days `worked` although the week says
    otherwise, as the moved days of China and Russia are. Both are ISO dates. Raises ValueError for a week without
    workdays, or with others than 0 to 6."""

    zone: str
    workdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[str] = frozenset()
    worked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.workdays or not self.workdays <= frozenset(range(7)):
            raise ValueError(f"workdays are 0 (Monday) to 6, and at least one, not {sorted(self.workdays)}")

    def is_business_day(self, day: date) -> bool:
        iso = day.isoformat()
        return iso in self.worked or (day.weekday() in self.workdays and iso not in self.holidays)

    def business_day_from(self, day: date) -> date:
        """The day itself or the first business day after it. Raises ValueError if there is none within a year."""
        for _ in range(LONGEST_CLOSED):
            if self.is_business_day(day):
                return day
            day += DAY
        raise ValueError(f"no business day in the {LONGEST_CLOSED} days before {day}; look at the holidays")

    def day_of(self, at: int) -> date:
        """The local day of a moment (ms UTC)."""
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(self.zone)).date()

    def start_of(self, day: date) -> int:
        """The first moment of the day, ms UTC: midnight, the first of two, or what follows if the clocks skip it."""
        return _midnight(self.zone, day)

    def end_of(self, day: date) -> int:
        """The last millisecond of the day, ms UTC."""
        return self.start_of(day + DAY) - 1

    def business_ms(self, start: int, end: int) -> int:
        """How much of the time from `start` to `end` (ms UTC) lies on business days, in ms."""
        day, last, total = self.day_of(start), self.day_of(end), 0
        while day <= last:
            if self.is_business_day(day):
                total += min(end, self.start_of(day + DAY)) - max(start, self.start_of(day))
            day += DAY
        return total

    def after_business_ms(self, start: int, left: int) -> int:
        """The moment (ms UTC) at which `left` ms of business days have passed since `start`. What would be midnight is
        still the day that ends there."""
        day = self.business_day_from(self.day_of(start))
        at = max(start, self.start_of(day))
        while left > (rest := self.start_of(day + DAY) - at):
            left -= rest
            day = self.business_day_from(day + DAY)
            at = self.start_of(day)
        return min(at + left, self.end_of(day))


@lru_cache(maxsize=4096)  # the clocks of all complaints ask for the same days, every minute
def _midnight(zone: str, day: date) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp()) * 1000


def due(start: int, deadline: Deadline, calendar: Calendar) -> int:
    """The last moment (ms UTC) at which a deadline that begins at `start` (ms UTC) is kept."""
    if deadline.unit == "hours":
        return calendar.after_business_ms(start, deadline.amount * HOUR_MS)
    return calendar.end_of(_last_day(calendar.day_of(start), deadline, calendar))


def _last_day(first: date, deadline: Deadline, calendar: Calendar) -> date:
    match deadline.unit:
        case "business_days":
            day = first
            for _ in range(deadline.amount):
                day = calendar.business_day_from(day + DAY)
            return day
        case "months":
            years, month = divmod(first.month - 1 + deadline.amount, 12)
            year, month = first.year + years, month + 1
            return date(year, month, min(first.day, monthrange(year, month)[1]))
        case unit:
            return first + deadline.amount * timedelta(days=7 if unit == "weeks" else 1)
