"""Deadlines on a business calendar. What is expected was reckoned by hand on paper calendars, offsets and all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.care.calendars import Calendar, Deadline, Unit, due
from lobby.care.jurisdictions import SUNDAY_TO_THURSDAY

EVERY_DAY = frozenset(range(7))


def ms(moment: str) -> int:
    """`2026-03-29T02:00+01:00` as ms UTC."""
    return (datetime.fromisoformat(moment) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


LONDON = Calendar(
    "Europe/London",
    holidays=frozenset({"2026-04-03", "2026-04-06", "2026-05-25", "2026-12-25", "2026-12-28", "2027-01-01"}),
)
LONDON_DAILY = Calendar("Europe/London", EVERY_DAY)
MADRID = Calendar("Europe/Madrid", holidays=frozenset({"2026-10-12", "2026-11-02"}))
SHANGHAI = Calendar(
    "Asia/Shanghai",
    holidays=frozenset({"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"}),
    worked=frozenset({"2026-10-10"}),
)
MOSCOW = Calendar("Europe/Moscow", holidays=frozenset({"2026-05-01", "2026-05-11"}))
RIYADH = Calendar("Asia/Riyadh", SUNDAY_TO_THURSDAY, frozenset({"2026-02-22"}))
KOLKATA = Calendar("Asia/Kolkata", frozenset(range(6)), frozenset({"2026-11-14", "2026-11-28"}))
CAIRO = Calendar("Africa/Cairo", SUNDAY_TO_THURSDAY)
CAIRO_DAILY = Calendar("Africa/Cairo", EVERY_DAY)
HAVANA_DAILY = Calendar("America/Havana", EVERY_DAY)

DAY_OF_PROMISE = [
    # start, due
    pytest.param(LONDON, "2026-05-20T10:15+01:00", "2026-05-21T10:15+01:00", id="in the week"),
    pytest.param(LONDON, "2026-05-15T15:00+01:00", "2026-05-18T15:00+01:00", id="over a weekend"),
    pytest.param(LONDON, "2026-05-15T23:59+01:00", "2026-05-18T23:59+01:00", id="a minute before the weekend"),
    pytest.param(LONDON, "2026-05-22T23:59+01:00", "2026-05-26T23:59+01:00", id="over a long weekend"),
    pytest.param(LONDON, "2026-05-16T11:00+01:00", "2026-05-18T23:59:59.999+01:00", id="on a Saturday"),
    pytest.param(LONDON, "2026-05-25T11:00+01:00", "2026-05-26T23:59:59.999+01:00", id="on a holiday"),
    pytest.param(LONDON, "2026-05-15T00:00+01:00", "2026-05-15T23:59:59.999+01:00", id="midnight into a workday"),
    pytest.param(LONDON, "2026-05-16T00:00+01:00", "2026-05-18T23:59:59.999+01:00", id="midnight out of one"),
    pytest.param(LONDON, "2026-12-31T15:00+00:00", "2027-01-04T15:00+00:00", id="over the year's end"),
    pytest.param(LONDON, "2028-02-28T15:00+00:00", "2028-02-29T15:00+00:00", id="into a leap day"),
    pytest.param(LONDON, "2026-03-27T15:00+00:00", "2026-03-30T15:00+01:00", id="the lost hour lies in the weekend"),
    pytest.param(LONDON, "2026-10-23T15:00+01:00", "2026-10-26T15:00+00:00", id="the extra hour lies in the weekend"),
    pytest.param(LONDON_DAILY, "2026-03-28T15:00+00:00", "2026-03-29T16:00+01:00", id="over the lost hour"),
    pytest.param(LONDON_DAILY, "2026-10-24T15:00+01:00", "2026-10-25T14:00+00:00", id="over the extra hour"),
    pytest.param(LONDON_DAILY, "2026-03-29T00:59:59.999+00:00", "2026-03-30T01:59:59.999+01:00", id="before the gap"),
    pytest.param(LONDON_DAILY, "2026-03-29T02:00+01:00", "2026-03-30T02:00+01:00", id="after the gap"),
    pytest.param(LONDON_DAILY, "2026-10-25T01:30+01:00", "2026-10-26T00:30+00:00", id="01:30 the first time"),
    pytest.param(LONDON_DAILY, "2026-10-25T01:30+00:00", "2026-10-26T01:30+00:00", id="01:30 the second time"),
    pytest.param(MADRID, "2026-10-09T18:30+02:00", "2026-10-13T18:30+02:00", id="Madrid, a holiday on Monday"),
    pytest.param(MADRID, "2026-10-23T15:00+02:00", "2026-10-26T15:00+01:00", id="Madrid, the extra hour"),
    pytest.param(MADRID, "2026-03-27T23:59+01:00", "2026-03-30T23:59+02:00", id="Madrid, the lost hour"),
    pytest.param(SHANGHAI, "2026-09-30T15:00+08:00", "2026-10-08T15:00+08:00", id="Shanghai, a week of holidays"),
    pytest.param(SHANGHAI, "2026-10-09T15:00+08:00", "2026-10-10T15:00+08:00", id="Shanghai, a worked Saturday"),
    pytest.param(SHANGHAI, "2026-03-28T15:00+08:00", "2026-03-30T23:59:59.999+08:00", id="Shanghai, no summer time"),
    pytest.param(MOSCOW, "2026-04-30T23:59+03:00", "2026-05-04T23:59+03:00", id="Moscow, into May"),
    pytest.param(RIYADH, "2026-02-05T15:00+03:00", "2026-02-08T15:00+03:00", id="Riyadh, Thursday to Sunday"),
    pytest.param(RIYADH, "2026-02-19T15:00+03:00", "2026-02-23T15:00+03:00", id="Riyadh, a holiday on Sunday"),
    pytest.param(RIYADH, "2026-02-06T11:00+03:00", "2026-02-08T23:59:59.999+03:00", id="Riyadh, on a Friday"),
    pytest.param(KOLKATA, "2026-11-07T20:00+05:30", "2026-11-09T20:00+05:30", id="Kolkata, the first Saturday"),
    pytest.param(KOLKATA, "2026-11-14T11:00+05:30", "2026-11-16T23:59:59.999+05:30", id="Kolkata, the second Saturday"),
    pytest.param(CAIRO, "2026-10-29T12:00+03:00", "2026-11-01T11:00+02:00", id="Cairo, a business day of 25 hours"),
    pytest.param(CAIRO_DAILY, "2026-04-23T12:00+02:00", "2026-04-24T13:00+03:00", id="Cairo, no midnight"),
]


@pytest.mark.parametrize(("calendar", "start", "end"), DAY_OF_PROMISE)
def test_a_promise_of_24_hours_runs_while_business_days_last(calendar: Calendar, start: str, end: str) -> None:
    assert due(ms(start), Deadline(24, "hours"), calendar) == ms(end)


WHOLE_DAYS = [
    # start, amount, unit, due
    pytest.param(LONDON, "2026-05-15T23:59+01:00", 1, "business_days", "2026-05-18T23:59:59.999+01:00", id="Friday"),
    pytest.param(LONDON, "2026-05-25T09:00+01:00", 1, "business_days", "2026-05-26T23:59:59.999+01:00", id="holiday"),
    pytest.param(LONDON, "2026-12-24T09:00+00:00", 5, "business_days", "2027-01-05T23:59:59.999+00:00", id="New Year"),
    pytest.param(LONDON, "2028-02-25T09:00+00:00", 3, "business_days", "2028-03-01T23:59:59.999+00:00", id="leap day"),
    pytest.param(SHANGHAI, "2026-10-09T09:00+08:00", 1, "business_days", "2026-10-10T23:59:59.999+08:00", id="worked"),
    pytest.param(RIYADH, "2026-02-05T23:59+03:00", 5, "business_days", "2026-02-12T23:59:59.999+03:00", id="Riyadh"),
    pytest.param(LONDON, "2026-03-27T09:00+00:00", 2, "days", "2026-03-29T23:59:59.999+01:00", id="ends on a Sunday"),
    pytest.param(LONDON, "2026-10-23T09:00+01:00", 2, "days", "2026-10-25T23:59:59.999+00:00", id="a day of 25 hours"),
    pytest.param(LONDON, "2028-02-28T09:00+00:00", 2, "days", "2028-03-01T23:59:59.999+00:00", id="over a leap day"),
    pytest.param(LONDON, "2026-12-18T09:00+00:00", 2, "weeks", "2027-01-01T23:59:59.999+00:00", id="ends on a holiday"),
    pytest.param(LONDON, "2026-12-15T09:00+00:00", 1, "months", "2027-01-15T23:59:59.999+00:00", id="a month"),
    pytest.param(LONDON, "2026-01-31T09:00+00:00", 1, "months", "2026-02-28T23:59:59.999+00:00", id="a short month"),
    pytest.param(LONDON, "2028-01-31T09:00+00:00", 1, "months", "2028-02-29T23:59:59.999+00:00", id="a leap February"),
    pytest.param(LONDON, "2026-12-31T09:00+00:00", 14, "months", "2028-02-29T23:59:59.999+00:00", id="fourteen months"),
    pytest.param(CAIRO_DAILY, "2026-04-22T09:00+02:00", 1, "days", "2026-04-23T23:59:59.999+02:00", id="no midnight"),
    pytest.param(HAVANA_DAILY, "2026-10-30T09:00-04:00", 1, "days", "2026-10-31T23:59:59.999-04:00", id="two of them"),
    pytest.param(KOLKATA, "2026-11-13T23:59:59.999+05:30", 1, "days", "2026-11-14T23:59:59.999+05:30", id="a last ms"),
    pytest.param(KOLKATA, "2026-11-14T00:00+05:30", 1, "days", "2026-11-15T23:59:59.999+05:30", id="a first ms"),
]


@pytest.mark.parametrize(("calendar", "start", "amount", "unit", "end"), WHOLE_DAYS)
def test_days_leave_out_the_first_and_end_with_the_last(
    calendar: Calendar, start: str, amount: int, unit: Unit, end: str
) -> None:
    assert due(ms(start), Deadline(amount, unit), calendar) == ms(end)


def test_only_the_part_on_business_days_counts() -> None:
    friday, monday = ms("2026-05-15T15:00+01:00"), ms("2026-05-18T15:00+01:00")
    assert LONDON.business_ms(friday, monday) == 24 * 3_600_000
    assert LONDON.business_ms(ms("2026-05-16T10:00+01:00"), ms("2026-05-17T10:00+01:00")) == 0
    assert CAIRO.business_ms(ms("2026-10-29T00:00+03:00"), ms("2026-10-30T12:00+02:00")) == 25 * 3_600_000


@pytest.mark.parametrize("amount", [0, -1, 8761])
def test_a_deadline_of_nothing_or_of_years_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="write an amount from 1 to 8760"):
        Deadline(amount, "hours")


@pytest.mark.parametrize("workdays", [frozenset[int](), frozenset({7}), frozenset({-1, 0})])
def test_a_week_without_workdays_or_with_an_eighth_is_refused(workdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Calendar("Europe/London", workdays)


def test_a_calendar_in_which_every_day_is_a_holiday_is_refused_when_it_is_asked() -> None:
    first = date(2026, 1, 1)
    closed = frozenset((first + timedelta(days=day)).isoformat() for day in range(400))
    with pytest.raises(ValueError, match="look at the holidays"):
        due(ms("2026-01-01T09:00+00:00"), Deadline(1, "hours"), Calendar("Europe/London", holidays=closed))


# -- for every calendar

ZONES = (
    *("Europe/London", "Europe/Madrid", "Asia/Shanghai", "Europe/Moscow", "Asia/Riyadh", "Asia/Kolkata"),
    *("Africa/Cairo", "America/Havana", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"),
)
FIRST, LAST = ms("2026-01-01T00:00+00:00"), ms("2032-12-31T00:00+00:00")
QUARTER_MS = 900_000

days = st.dates(date(2026, 1, 1), date(2033, 12, 31)).map(date.isoformat)
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(days, max_size=40),
    st.frozensets(days, max_size=10),
)
moments = st.integers(FIRST, LAST)
units = st.sampled_from(["hours", "business_days", "days", "weeks", "months"])
amounts = st.integers(1, 40)


def local(at: int, calendar: Calendar) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(ZoneInfo(calendar.zone))


@given(calendars, moments, moments, units, amounts)
def test_whoever_comes_later_is_never_due_sooner(
    calendar: Calendar, one: int, other: int, unit: Unit, amount: int
) -> None:
    sooner, later = sorted((one, other))
    deadline = Deadline(amount, unit)
    assert due(sooner, deadline, calendar) <= due(later, deadline, calendar)


@given(calendars, moments, st.integers(0, 90_000), units, amounts)
def test_minutes_later_is_never_due_sooner(calendar: Calendar, start: int, by_s: int, unit: Unit, amount: int) -> None:
    deadline = Deadline(amount, unit)
    assert due(start, deadline, calendar) <= due(start + by_s * 1000, deadline, calendar)


@given(calendars, moments, units, amounts)
def test_more_time_is_later_and_never_before_the_start(calendar: Calendar, start: int, unit: Unit, amount: int) -> None:
    end = due(start, Deadline(amount, unit), calendar)
    assert start < end < due(start, Deadline(amount + 1, unit), calendar)


@given(calendars, moments, st.sampled_from(["hours", "business_days"]), amounts)
def test_what_counts_business_time_is_due_on_a_business_day(
    calendar: Calendar, start: int, unit: Unit, amount: int
) -> None:
    assert calendar.is_business_day(local(due(start, Deadline(amount, unit), calendar), calendar).date())


@given(calendars, moments, amounts)
def test_so_many_business_days_lie_after_the_first(calendar: Calendar, start: int, amount: int) -> None:
    first = local(start, calendar).date()
    last = local(due(start, Deadline(amount, "business_days"), calendar), calendar).date()
    between = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert sum(calendar.is_business_day(day) for day in between) == amount


@settings(max_examples=50)
@given(calendars, st.integers(FIRST // QUARTER_MS, LAST // QUARTER_MS), st.integers(1, 30))
def test_so_many_hours_of_business_days_pass(calendar: Calendar, quarter: int, amount: int) -> None:
    """Counted by the quarter of an hour, the step of every zone's offset."""
    start = quarter * QUARTER_MS
    end = due(start, Deadline(amount, "hours"), calendar)
    quarters = sum(calendar.is_business_day(local(at, calendar).date()) for at in range(start, end, QUARTER_MS))
    assert quarters == amount * 4


@given(calendars, moments, units, amounts)
def test_whole_days_end_with_the_last_moment_of_a_day(calendar: Calendar, start: int, unit: Unit, amount: int) -> None:
    end = due(start, Deadline(amount, unit), calendar)
    if unit != "hours":
        assert local(end + 1, calendar).date() > local(end, calendar).date()
