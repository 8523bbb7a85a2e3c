"""Which business days a day, a week, a month and a range are."""

from __future__ import annotations

from datetime import date

import pytest

from lobby.reports.asked import Asked, Kind, asked


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", "2024-03-05", "2024-03-05", "2024-03-05"),
        ("week", "2024-03-05", "2024-03-04", "2024-03-10"),
        ("week", "2024-12-31", "2024-12-30", "2025-01-05"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2023-12-01", "2023-12-01", "2023-12-31"),
    ],
)
def test_a_period_is_the_one_in_which_the_day_lies(kind: Kind, day: str, first: str, last: str) -> None:
    assert asked(kind, date.fromisoformat(day)) == Asked(kind, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("kind", ["day", "week", "month"])
def test_the_period_after_the_one_before_is_the_same(kind: Kind) -> None:
    for day in (date(2024, 1, 1), date(2024, 2, 29), date(2023, 12, 31)):
        assert asked(kind, day).before().after() == asked(kind, day)
        assert asked(kind, day).before().last < asked(kind, day).first


def test_a_range_moves_by_its_own_length() -> None:
    days = Asked("range", date(2024, 3, 5), date(2024, 3, 7))
    assert days.before() == Asked("range", date(2024, 3, 2), date(2024, 3, 4))
    assert days.after() == Asked("range", date(2024, 3, 8), date(2024, 3, 10))


def test_a_report_has_a_name_of_its_own() -> None:
    assert asked("week", date(2024, 3, 5)).code == "week/2024-03-04"
    assert Asked("range", date(2024, 3, 5), date(2024, 3, 7)).code == "range/2024-03-05/2024-03-07"


@pytest.mark.parametrize(
    ("first", "last"), [("2024-03-05", "2024-03-04"), ("2020-01-01", "2022-01-01"), ("1969-12-31", "1970-01-01")]
)
def test_days_that_are_no_period_are_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"first day|two years|year"):
        Asked("range", date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="year"):
        asked("month", day)
