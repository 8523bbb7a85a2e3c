"""When something is due, as a teller types it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lobby.words import LANGUAGES, words
from lobby.words.moments import moment

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 25, 10, 40, tzinfo=LONDON)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [
        ("en", "fri", "2026-11-27 17:00"),
        ("en", "Friday 9:30", "2026-11-27 09:30"),
        ("en", "tomorrow 10:00", "2026-11-26 10:00"),
        ("en", "tom 10.15", "2026-11-26 10:15"),
        ("en", "16:00", "2026-11-25 16:00"),
        ("en", "wed", "2026-11-25 17:00"),
        ("en", "wed 9:00", "2026-12-02 09:00"),
        ("en", "+3d", "2026-11-28 17:00"),
        ("en", "+3d 9:00", "2026-11-28 09:00"),
        ("en", "+2h", "2026-11-25 12:40"),
        ("en", "+1w", "2026-12-02 17:00"),
        ("en", "2026-12-24 12:00", "2026-12-24 12:00"),
        ("en", "24.12", "2026-12-24 17:00"),
        ("en", "2.1. 9:00", "2027-01-02 09:00"),
        ("ru", "пт 10:00", "2026-11-27 10:00"),
        ("ru", "понедельник", "2026-11-30 17:00"),
        ("ru", "fri", "2026-11-27 17:00"),
        ("zh", "周五", "2026-11-27 17:00"),
        ("zh", "星期五 10：00", "2026-11-27 10:00"),
        ("ar", "الجمعة ١٠:٠٠", "2026-11-27 10:00"),
        ("ar", "+٣d", "2026-11-28 17:00"),
    ],
)
def test_days_and_hours_are_understood(language: str, said: str, meant: str) -> None:
    found = moment(said, NOW, words(language))
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize("language", LANGUAGES)
def test_today_and_tomorrow_are_words_of_each_language(language: str) -> None:
    say = words(language)
    assert moment(say("tomorrow") + " 10:00", NOW, say) == NOW.replace(day=26, hour=10, minute=0)
    assert moment(say("today"), NOW, say) == NOW.replace(hour=17, minute=0)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "t",
        "to",
        "s",
        "10",
        "25:00",
        "yesterday",
        "9:00",
        "2026-11-24",
        "30.2",
        "+0d 9:00",
        "+999w",
        "+2h 9:00",
    ],
)
def test_what_is_unclear_past_or_too_far_is_not_guessed(said: str) -> None:
    assert moment(said, NOW, words("en")) is None


def test_a_day_of_the_week_that_is_over_today_is_next_week() -> None:
    evening = NOW.replace(hour=18)
    found = moment("wed", evening, words("en"))
    assert found is not None
    assert found.date().isoformat() == "2026-12-02"


def test_an_hour_that_the_clocks_skip_is_what_they_show() -> None:
    before = datetime(2027, 3, 26, 12, 0, tzinfo=LONDON)
    found = moment("28.3.2027 1:30", before, words("en"))
    assert found is not None
    assert f"{found:%H:%M %z}" == "02:30 +0100"


def test_hours_are_hours_though_the_clocks_change() -> None:
    before = datetime(2027, 3, 28, 0, 30, tzinfo=LONDON)
    found = moment("+2h", before, words("en"))
    assert found is not None
    assert f"{found:%H:%M}" == "03:30"
