"""The information board: what holds today, in every language, and nothing that is out of date."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from display_server.information import board
from lobby.care.knowledge.library import Library
from lobby.care.knowledge.rates import RateTable, read_rates
from tests.builders import ZONE, Clock, a_setup, moment
from tests.end_to_end.house import a_house

COLUMNS = """
[[columns]]
name = { en = "Currency", ar = "العملة" }
[[columns]]
name = { en = "We buy at", ar = "شراء" }
"""


def a_table(id: str, *versions: str, head: str = "") -> RateTable:
    """A table whose versions hold as these lines say."""
    rows = "".join(f'[[versions]]\n{version}\nrows = [["USD", "0.7320"]]\n' for version in versions)
    return read_rates(
        f"rates/{id}.toml", f'title = {{ en = "Cash", ar = "نقد" }}\nowner = "Desk"\n{head}\n{COLUMNS}{rows}'
    )


def shown(at: str, *tables: RateTable) -> dict[str, Any]:
    """The tables of the board at a local time, by name."""
    local = a_setup().local(moment(at))
    return {table.id: table for table in board(Library(tables=tables), local).tables}


def test_a_table_is_shown_with_the_day_from_which_it_holds_and_the_day_on_which_it_changes() -> None:
    table = a_table("cash", "valid_from = 2024-03-01", "valid_from = 2024-04-01")
    found = shown("2024-03-05 09:00", table)["cash"]
    assert (found.valid_from, found.changes_on) == ("2024-03-01", "2024-04-01")
    assert found.title == {"en": "Cash", "ar": "نقد"}
    assert found.rows == (({"": "USD"}, {"": "0.7320"}),)
    found = shown("2024-04-01 00:00", table)["cash"]
    assert (found.valid_from, found.changes_on) == ("2024-04-01", "")


def test_what_does_not_hold_yet_or_any_more_is_not_shown() -> None:
    coming = a_table("coming", "valid_from = 2024-03-06")
    over = a_table("over", "valid_from = 2024-03-01\nvalid_until = 2024-03-04")
    last = a_table("last", "valid_from = 2024-03-01\nvalid_until = 2024-03-05")
    assert list(shown("2024-03-05 23:59", coming, over, last)) == ["last"]


def test_a_table_that_is_for_tellers_alone_is_not_shown() -> None:
    assert shown("2024-03-05 09:00", a_table("inside", "valid_from = 2024-03-01", head="on_screens = false")) == {}


@pytest.mark.parametrize(
    ("at", "day", "until"),
    [
        ("2024-03-05 00:00", date(2024, 3, 5), "2024-03-06 00:00"),
        ("2024-03-05 23:59", date(2024, 3, 5), "2024-03-06 00:00"),
        ("2024-03-31 00:30", date(2024, 3, 31), "2024-04-01 00:00"),  # a day of 23 hours
        ("2024-10-27 00:30", date(2024, 10, 27), "2024-10-28 00:00"),  # a day of 25 hours
    ],
)
def test_a_board_is_good_until_the_branch_s_midnight(at: str, day: date, until: str) -> None:
    found = board(Library(), a_setup().local(moment(at, ZONE)))
    assert (found.day, found.until) == (day.isoformat(), moment(until, ZONE))


def test_a_screen_gets_the_board(memory_folder: Any) -> None:
    house = a_house(memory_folder / "information", Clock())
    rates = house.server.folder / "knowledge" / "rates"
    rates.mkdir(parents=True, exist_ok=True)
    (rates / "cash.toml").write_text(
        f'title = "Cash"\nowner = "Desk"\n{COLUMNS}[[versions]]\nvalid_from = 2024-03-01\nrows = [["USD", 1.5]]\n',
        "utf-8",
    )
    house.server.read_knowledge()
    answer = house.client().get("/information", headers={"Authorization": f"Bearer {house.token('display')}"})
    assert answer.status_code == 200
    assert [table["id"] for table in json.loads(answer.data)["tables"]] == ["cash"]
    house.server.close()
