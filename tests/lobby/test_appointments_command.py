"""Appointments out of a CSV file: every mistake at once with its line, times on the branch's own clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lobby.command_line.appointments import BadRows, Row, rows, slot
from lobby.queue.commands import Book
from tests.builders import moment

ZONE = "Europe/London"
HEADING = "date,time,service,code,language,for"


def read(*lines: str, heading: str = HEADING, zone: str = ZONE) -> list[Row]:
    return rows("\n".join((heading, *lines)), zone)


def mistakes(*lines: str, heading: str = HEADING) -> list[str]:
    with pytest.raises(BadRows) as refused:
        read(*lines, heading=heading)
    return str(refused.value).splitlines()


# -- what is read


def test_a_row_is_an_appointment_on_the_branchs_own_clock() -> None:
    (row,) = read("2026-07-24,14:30,loans,K7M-Q2,ar,Mrs Example")
    assert row.line == 2
    assert row.command == Book("loans", moment("2026-07-24 14:30"), "K7M-Q2", "ar", "Mrs Example")
    assert datetime.fromtimestamp(row.command.slot / 1000, UTC).hour == 13


def test_columns_may_come_in_any_order_and_only_three_are_needed() -> None:
    (row,) = read("loans, 14:30 ,2026-11-24", heading=" Service ,TIME,date")
    assert row.command == Book("loans", moment("2026-11-24 14:30"))


def test_quoted_fields_may_hold_commas_quotes_and_line_ends() -> None:
    (row,) = read('2026-11-24,14:30,loans,,,"Example, ""Ann""\nand family"')
    assert row.command.note == 'Example, "Ann"\nand family'


@pytest.mark.parametrize("text", ["", "\n\n", HEADING, f"{HEADING}\n\n\n"])
def test_a_file_without_rows_holds_no_appointments_or_says_which_columns_it_wants(text: str) -> None:
    if text.strip():
        assert rows(text, ZONE) == []
    else:
        with pytest.raises(BadRows, match="line 1: there is no column date, there is no column time"):
            rows(text, ZONE)


def test_the_same_row_has_the_same_key_wherever_it_stands() -> None:
    (first,) = read("2026-11-24,14:30,loans,,,Ann")
    (again,) = read("Ann,loans,14:30,2026-11-24", heading="for,service,time,date")
    others = read("2026-11-24,14:30,loans,,,Bob", "2026-11-24,14:31,loans,,,Ann", "2026-11-24,14:30,cash,,,Ann")
    assert again.key == first.key
    assert len({first.key, *(row.key for row in others)}) == 4
    assert first.key.isascii()


# -- what is wrong


def test_every_mistake_is_said_at_once_with_the_line_where_it_stands() -> None:
    said = mistakes(
        "2026-11-24,14:30,loans,,,Ann",
        "24.11.2026,14:30,loans,,,Bob",
        "",
        '2026-11-24,half past two,loans,,,"Cem\nand Dora"',
        "2026-02-30,14:30,loans,,,Eve",
        "2026-11-24",
    )
    assert said == [
        'line 3: "24.11.2026 14:30" is not a date and time; write 2026-11-24 and 14:30',
        'line 6: "2026-11-24 half past two" is not a date and time; write 2026-11-24 and 14:30',
        'line 7: "2026-02-30 14:30" is not a date and time; write 2026-11-24 and 14:30',
        'line 8: "2026-11-24 " is not a date and time; write 2026-11-24 and 14:30',
    ]


@pytest.mark.parametrize(
    "time", ["", "14", "14:30:59", "14:30Z", "14:30+02:00", "24:00", "2:30 pm", "14.30", "14:60", "T14:30"]
)
def test_a_time_is_written_in_one_way(time: str) -> None:
    with pytest.raises(ValueError, match="write 2026-11-24 and 14:30"):
        slot("2026-11-24", time, ZONE)


@pytest.mark.parametrize("date", ["", "20261124", "2026-W48-2", "2026-13-01", "2026-11-31", "24/11/2026", "tomorrow"])
def test_a_date_is_written_in_one_way(date: str) -> None:
    with pytest.raises(ValueError, match="write 2026-11-24 and 14:30"):
        slot(date, "14:30", ZONE)


def test_a_time_that_the_clock_skips_is_a_mistake() -> None:
    assert mistakes("2026-03-29,01:30,loans,,,") == ["line 2: 2026-03-29 01:30 does not exist: the clocks change then"]
    assert slot("2026-03-29", "02:00", ZONE) - slot("2026-03-29", "00:59", ZONE) == 60_000


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert slot("2026-10-25", "01:30", ZONE) == int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)


def test_two_rows_that_nobody_can_tell_apart_are_a_mistake() -> None:
    """Taken for one appointment, one of two customers would be sent away."""
    same = "2026-11-24,14:30,loans"
    assert mistakes(f"{same},,,", f"{same},,ru,", f"{same},,,Ann", f"{same},,,") == [
        "line 3: as line 2; tell them apart by code or for",
        "line 5: as line 2; tell them apart by code or for",
    ]
    assert len(read(f"{same},K7M,,", f"{same},K8M,,", f"{same},,,Ann", f"{same},,,")) == 4


def test_what_a_comma_has_torn_apart_is_a_mistake() -> None:
    (said,) = mistakes("2026-11-24,14:30,loans,,,Example, Ann")
    assert said == "line 2: it has more fields than the heading; quote what has a comma in it"


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("date;time;service", ["there is no column date", '"date;time;service" is not a column here']),
        ("date,time", ["there is no column service"]),
        ("date,time,service,name", ['"name" is not a column here']),
        ("date,time,service,", ['"" is not a column here']),
        ("2026-11-24,14:30,loans", ["there is no column date", '"loans" is not a column here']),
    ],
)
def test_a_heading_that_is_none_is_said_with_the_columns_that_are_known(heading: str, says: list[str]) -> None:
    (said,) = mistakes("2026-11-24,14:30,loans", heading=heading)
    assert said.startswith("line 1: ")
    assert said.endswith("known are date, time, service, code, language, for")
    for part in says:
        assert part in said
