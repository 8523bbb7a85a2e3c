"""The table of laws: each row's week and times, and that its page says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.care.calendars import Deadline
from lobby.care.jurisdictions import JURISDICTIONS, SUNDAY_TO_THURSDAY, Matter, calendar_of, legal_time

PAGE = (Path(__file__).parents[3] / "docs" / "complaint-clocks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "matter", "time"),
    [
        ("gb", "general", Deadline(8, "weeks")),
        ("gb", "payments", Deadline(15, "business_days")),
        ("eu", "payments", Deadline(15, "business_days")),
        ("es", "general", Deadline(1, "months")),
        ("cn", "general", Deadline(15, "days")),
        ("ru", "general", Deadline(15, "business_days")),
        ("sa", "general", Deadline(5, "business_days")),
        ("in", "general", Deadline(30, "days")),
        ("us", "payments", Deadline(10, "business_days")),
    ],
)
def test_the_time_for_an_answer(place: str, matter: Matter, time: Deadline) -> None:
    found = legal_time(place, matter)
    assert found
    assert found.ordinary == time


def test_a_payment_has_the_general_time_where_the_law_has_no_other() -> None:
    assert legal_time("cn", "payments") == legal_time("cn", "general")


@pytest.mark.parametrize(
    ("place", "matter"), [("eu", "general"), ("us", "general"), ("", "general"), ("xx", "payments")]
)
def test_where_we_know_of_no_law_there_is_no_time(place: str, matter: Matter) -> None:
    assert legal_time(place, matter) is None


def test_the_week_is_the_places_and_the_holidays_are_the_branchs() -> None:
    calendar = calendar_of("sa", "Asia/Riyadh", frozenset({"2026-02-22"}), frozenset({"2026-02-27"}))
    assert calendar.workdays == SUNDAY_TO_THURSDAY
    assert calendar.holidays == {"2026-02-22"}
    assert calendar.worked == {"2026-02-27"}


def test_a_place_without_a_law_works_monday_to_friday() -> None:
    assert calendar_of("", "UTC", frozenset()).workdays == frozenset(range(5))


@pytest.mark.parametrize("place", JURISDICTIONS)
def test_the_page_names_the_place_and_each_source(place: str) -> None:
    for time in JURISDICTIONS[place].times.values():
        assert any(line.startswith(f"| `{place}` |") and f"| {time.source} |" in line for line in PAGE.splitlines())


@pytest.mark.parametrize("place", JURISDICTIONS)
def test_a_law_extends_by_one_way_at_most(place: str) -> None:
    assert all(time.extended is None or time.added is None for time in JURISDICTIONS[place].times.values())
