"""Which business days the options of `lobby report` mean."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lobby.reckoning import Reckoning
    from lobby.reports.asked import Asked, Kind

LAST = "last"
"""What `--day`, `--week` and `--month` mean without a date."""


def a_date(value: str, *more: str) -> date:
    """The day that `2024-03-05`, or a text in one of the forms `more`, means."""
    found: datetime = click.DateTime(["%Y-%m-%d", *more]).convert(value, None, None)
    return found.date()


def a_day(value: str) -> date | str:
    """A date; `LAST` stays as it is."""
    return value if value == LAST else a_date(value)


def a_month(value: str) -> date | str:
    """A day in the month that `2024-03` or `2024-03-05` means; `LAST` stays as it is."""
    return value if value == LAST else a_date(value, "%Y-%m")


class Choice:
    """The options as given; `click.UsageError` where they do not fit each other."""

    def __init__(
        self,
        day: date | str | None,
        week: date | str | None,
        month: date | str | None,
        first: date | None,
        last: date | None,
        *,
        complaints: bool,
    ) -> None:
        of_kind: dict[Kind, date | str | None] = {"day": day, "week": week, "month": month}
        self._named = [(kind, value) for kind, value in of_kind.items() if value is not None]
        self._first, self._last = first, last
        if complaints and self._named:
            raise click.UsageError("--complaints takes --from and --to, not --day, --week or --month")
        if not complaints and (len(self._named) + bool(first or last) > 1 or bool(first) != bool(last)):
            raise click.UsageError("write one of --day, --week, --month, or --from with --to")

    def asked(self, reckoning: Reckoning, now: int, *, only_over: bool) -> Asked:
        """The days that are meant at `now` (ms UTC); the last that are over where `only_over` is asked for.
        `click.UsageError` where there is no report of them."""
        try:
            return self._asked(reckoning, now, only_over)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def _asked(self, reckoning: Reckoning, now: int, only_over: bool) -> Asked:
        from lobby.queue.services import business_day
        from lobby.reports.asked import Asked, asked

        if self._first is not None and self._last is not None:
            return Asked("range", self._first, self._last)
        kind, value = self._named[0] if self._named else ("day", LAST)
        if isinstance(value, date):
            return asked(kind, value)
        today = date.fromisoformat(business_day(reckoning.setup, now).date)
        if only_over and kind != "day":
            return asked(kind, today).before()
        days = reckoning.days()
        if only_over:
            days = [day for day in days if reckoning.is_over(day, now)]
        if not days and not only_over:
            raise click.ClickException(f'branch "{reckoning.setup.id}" has no business day in its journal yet')
        return asked(kind, date.fromisoformat(max(days))) if days else asked(kind, today).before()
