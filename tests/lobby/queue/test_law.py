"""What the law says: how long a customer may wait by the kind of day, and who goes first."""

from __future__ import annotations

import pytest

from lobby.queue import commands as c
from lobby.queue.law import LEGAL_CLASSES, WAIT_LIMITS, is_date, wait_limit_min
from lobby.queue.services import PriorityClass, Setup
from lobby.views import branch_view
from lobby.words import words
from tests.builders import ANN, BOB, CEM, Room, a_room, a_setup, moment

MANAUS = "America/Manaus"


def brazil(place: str, **changes: object) -> Setup:
    """A branch in a Brazilian place: paydays on the 5th and 20th, Christmas and New Year."""
    return a_setup(
        zone=MANAUS,
        jurisdiction=place,
        paydays=(5, 20),
        holidays=("2024-12-25", "2025-01-01"),
        **changes,  # type: ignore[arg-type]
    )


def limit(place: str, date: str, *, all_open: bool = False) -> int:
    return wait_limit_min(brazil(place), moment(f"{date} 11:00", MANAUS), all_open=all_open)


@pytest.mark.parametrize(
    ("place", "normal", "near_holiday", "payday"),
    [
        ("br-uberaba", 20, 25, 30),
        ("br-rio-branco", 30, 45, 45),
        ("br-manaus", 30, 40, 50),
        ("br-joao-pessoa", 20, 35, 30),
    ],
)
def test_the_longest_lawful_wait_is_that_of_the_place_and_of_the_kind_of_day(
    place: str, normal: int, near_holiday: int, payday: int
) -> None:
    assert limit(place, "2024-12-10") == normal
    assert limit(place, "2024-12-24") == near_holiday
    assert limit(place, "2024-12-26") == near_holiday
    assert limit(place, "2024-12-20") == payday
    assert limit(place, "2024-12-23") == normal
    assert limit(place, "2024-12-27") == normal


def test_every_place_is_in_the_table_of_this_file() -> None:
    assert set(WAIT_LIMITS) == {"br-uberaba", "br-rio-branco", "br-manaus", "br-joao-pessoa"}


def test_the_days_beside_a_holiday_may_lie_in_another_month_or_year() -> None:
    assert limit("br-uberaba", "2024-12-31") == 25
    assert limit("br-uberaba", "2025-01-02") == 25


def test_where_every_counter_is_open_manaus_allows_ten_minutes_more_and_others_none() -> None:
    assert [limit("br-manaus", f"2024-12-{day}", all_open=True) for day in (10, 24, 20)] == [40, 50, 60]
    assert limit("br-uberaba", "2024-12-10", all_open=True) == 20


def test_a_place_without_such_a_law_has_no_limit() -> None:
    assert limit("", "2024-12-20") == 0
    assert wait_limit_min(a_setup(), moment("2024-12-20 11:00"), all_open=True) == 0


def test_the_kind_of_day_is_that_of_the_branchs_own_calendar() -> None:
    setup = brazil("br-uberaba")
    last, first = moment("2024-12-04 23:59", MANAUS), moment("2024-12-05 00:00", MANAUS)
    assert (wait_limit_min(setup, last), wait_limit_min(setup, first)) == (20, 30)
    assert (wait_limit_min(setup, moment("2024-12-05 23:59", MANAUS)), limit("br-uberaba", "2024-12-06")) == (30, 20)


def test_the_branch_shows_todays_limit_and_the_longer_one_once_every_counter_is_open() -> None:
    room = a_room(brazil("br-manaus"), at=moment("2024-12-10 11:00", MANAUS))

    def shown() -> int:
        return branch_view(room.branch, room.clock()).legal_wait_min

    assert shown() == 30
    room.open(1, ANN)
    room.open(2, BOB)
    assert shown() == 30
    room.open(3, CEM)
    assert shown() == 40
    room.do(c.CloseCounter(2), BOB)
    assert shown() == 30
    room.clock.now = moment("2024-12-20 11:00", MANAUS)
    assert shown() == 50


# -- who goes first


def test_a_legal_class_has_words_a_rank_and_its_source() -> None:
    for kind in LEGAL_CLASSES.values():
        assert kind.words
        assert kind.rank >= 1
        assert "law 10.048" in kind.source
        assert words("en")(kind.words) == kind.words


def test_who_the_law_puts_first_goes_before_blood_donors_and_they_before_all_others() -> None:
    classes = tuple(PriorityClass(code, {"en": kind.words}, rank=kind.rank) for code, kind in LEGAL_CLASSES.items())
    room = a_room(a_setup(priorities=classes))
    room.issue()
    room.clock.forward(minutes=50)
    donor, first = room.issue(priority="br-10048-donor"), room.issue(priority="br-10048")
    room.open(1, ANN)
    assert _called(room) == [first, donor, "A001"]


def _called(room: Room) -> list[str]:
    called = []
    for _ in range(3):
        called.append(room.serve())
        room.do(c.Finish(1), ANN)
    return called


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2024-12-25", True),
        ("2024-02-29", True),
        ("2023-02-29", False),
        ("2024-13-01", False),
        ("25.12.2024", False),
        ("20241225", False),
        ("2024-W52-3", False),
        ("2024-12-25T00:00", False),
        ("", False),
        ("christmas", False),
    ],
)
def test_a_holiday_is_written_as_a_day_of_the_calendar_is_compared(text: str, right: bool) -> None:
    assert is_date(text) is right
