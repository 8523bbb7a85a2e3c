"""The business days that a report is asked for: a day, a week, a month, or from one day to another.

Weeks are those of ISO 8601, from Monday to Sunday. A business day belongs to the date on which it began.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

import msgspec

Kind: TypeAlias = Literal["day", "week", "month", "range"]
KINDS: tuple[Kind, ...] = get_args(Kind)

YEARS = range(1970, 9000)
"""No report of days outside these years: there was no branch then, and a calendar has ends."""

LONGEST = timedelta(days=731)
"""No report of more days than this."""


class Asked(msgspec.Struct, frozen=True):
    """From `first` to `last`, both included."""

    kind: Kind
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the first day must not come after the last")
        if self.last - self.first >= LONGEST:
            raise ValueError("a report is of two years at most")
        if self.first.year not in YEARS or self.last.year not in YEARS:
            raise ValueError("nothing is known of that year")

    @property
    def code(self) -> str:
        """`week/2024-03-04`: names the report for a program."""
        return f"{self.kind}/{self.first}" + (f"/{self.last}" if self.kind == "range" else "")

    def before(self) -> Asked:
        """The day, week or month before; of a range as many days before."""
        return self._beside(self.first - timedelta(days=1), -1)

    def after(self) -> Asked:
        """The day, week or month after; of a range as many days after."""
        return self._beside(self.last + timedelta(days=1), 1)

    def _beside(self, day: date, way: int) -> Asked:
        if self.kind != "range":
            return asked(self.kind, day)
        length = (self.last - self.first + timedelta(days=1)) * way
        return Asked("range", self.first + length, self.last + length)


def asked(kind: Kind, day: date) -> Asked:
    """The day, the week or the month in which `day` lies; as a range, this day alone. ValueError outside of `YEARS`."""
    if day.year not in YEARS:
        raise ValueError("nothing is known of that year")
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Asked(kind, monday, monday + timedelta(days=6))
    if kind == "month":
        next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return Asked(kind, day.replace(day=1), next_month - timedelta(days=1))
    return Asked(kind, day, day)
