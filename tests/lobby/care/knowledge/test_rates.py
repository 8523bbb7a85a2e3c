"""Tables of rates and fees: which version holds on which day, and what is wrong with a file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.care.knowledge.article import BadArticle
from lobby.care.knowledge.library import Library
from lobby.care.knowledge.rates import Rates, RateTable, read_rates
from tests.lobby.care.knowledge.writing import TODAY, an_article

TABLE = """
title = { en = "Savings | rates", ru = "Ставки" }
owner = "Product desk"
[[columns]]
name = { en = "Term", ru = "Срок" }
[[columns]]
name = "%"
[[versions]]
valid_from = 2026-01-01
rows = [[{ en = "1 year", ru = "1 год" }, 2.5]]
[[versions]]
valid_from = 2026-12-01
rows = [[{ en = "1 year", ru = "1 год" }, "2.75"]]
"""


def a_table(text: str = TABLE) -> RateTable:
    return read_rates("rates/savings.toml", text, services=("cash",))


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadArticle) as refused:
        a_table(text)
    return [str(mistake) for mistake in refused.value.mistakes]


def valid_from(rates: Rates) -> tuple[date | None, date | None]:
    return rates.now and rates.now.valid_from, rates.coming and rates.coming.valid_from


@pytest.mark.parametrize(
    ("day", "now", "coming"),
    [
        (date(2025, 12, 31), None, date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 1)),
        (date(2026, 11, 30), date(2026, 1, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2026, 12, 1), None),
    ],
)
def test_a_version_holds_from_its_day_until_the_next_one_and_the_next_is_announced(
    day: date, now: date | None, coming: date | None
) -> None:
    assert valid_from(a_table().on(day)) == (now, coming)


def test_a_table_is_markdown_in_the_language_asked_for() -> None:
    assert a_table().on(TODAY).markdown("ru") == "**Ставки**\n\n| Срок | % |\n| --- | --- |\n| 1 год | 2.5 |\n"


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert a_table().on(TODAY).markdown("en").startswith("**Savings \\| rates**")


def test_a_language_that_a_table_lacks_takes_the_first_it_has() -> None:
    assert "| 1 year | 2.5 |" in a_table().on(TODAY).markdown("zh")


def test_an_article_shows_the_tables_it_names_as_they_stand_that_day() -> None:
    article = an_article(body="Before\n\n{{rates:savings}}\n\nAfter {{ rates:gold }}")
    library = Library([article], [a_table()])
    body = library.body(article, date(2026, 12, 1), lambda rates: f"since {rates.now and rates.now.valid_from}")
    assert body.startswith("Before\n\n**Savings \\| rates**\n")
    assert "| 1 year | 2.75 |\n\nsince 2026-12-01" in body
    assert body.endswith("After {{ rates:gold }}")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("title =", "titel =", "titel: is not a key here"),
        ('ru = "Срок"', 'xx = "Terme"', "columns[0].name.xx: is not a language"),
        ('name = "%"', 'name = "%"\nwidth = 3', "columns[1].width: is not a key here; known are name, code"),
        ('name = "%"', "name = []", "columns[1].name: must be a text"),
        ("2026-12-01", "2025-12-01", "versions: 2025-12-01 must come after 2026-01-01"),
        ("2026-12-01", '"soon"', "versions[1].valid_from: must be a day"),
        ('[[{ en = "1 year", ru = "1 год" }, "2.75"]]', "[]", "versions[1].rows: must be a list of rows"),
        (', "2.75"', "", "versions[1].rows[0]: has 1 cells for 2 columns"),
        ('"2.75"', r'"2\u0007"', "versions[1].rows[0][1]: holds a control character"),
        ("[[columns]]", "[[column]]", "columns: must be one or more tables"),
        ("owner", "=", "TOML: "),
    ],
)
def test_a_broken_table_is_refused_with_its_place(right: str, wrong: str, told: str) -> None:
    found = mistakes(TABLE.replace(right, wrong))
    assert any(mistake.startswith(told) for mistake in found), found


def test_a_name_that_could_not_be_written_in_an_article_is_refused() -> None:
    with pytest.raises(BadArticle, match=r"rates/Our rates\.toml: name: must be like exchange\.toml"):
        read_rates("rates/Our rates.toml", TABLE)


def test_a_table_before_its_first_day_is_its_title() -> None:
    assert a_table().on(date(2025, 1, 1)).markdown("en") == "**Savings \\| rates**\n"


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(0, len(TABLE)))
def test_whatever_is_in_a_file_it_is_a_table_or_a_bad_one(rubbish: str, at: int) -> None:
    try:
        a_table(TABLE[:at] + rubbish + TABLE[at:])
    except BadArticle as refused:
        bad = refused
    else:
        return
    assert all(mistake.what for mistake in bad.mistakes)
    assert bad.mistakes


def test_a_version_that_ends_holds_through_its_last_day() -> None:
    table = a_table(TABLE.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_until = 2026-06-30"))
    assert valid_from(table.on(date(2026, 6, 30))) == (date(2026, 1, 1), date(2026, 12, 1))
    assert valid_from(table.on(date(2026, 7, 1))) == (None, date(2026, 12, 1))
    assert valid_from(table.on(date(2026, 12, 1))) == (date(2026, 12, 1), None)


@pytest.mark.parametrize("until", ["2025-12-31", '"2026-06-30"'])
def test_an_end_must_be_a_day_and_not_before_the_beginning(until: str) -> None:
    text = TABLE.replace("valid_from = 2026-01-01", f"valid_from = 2026-01-01\nvalid_until = {until}")
    assert "versions[0].valid_until: must be a day without quotes, not before 2026-01-01" in mistakes(text)


def test_a_table_is_for_the_lobby_unless_it_says_otherwise() -> None:
    assert a_table().on_screens
    assert not a_table(f"on_screens = false\n{TABLE}").on_screens
    assert mistakes(f'on_screens = "no"\n{TABLE}') == ["on_screens: must be true or false"]
