"""What a teller types into a field, and what is kept of it."""

from __future__ import annotations

import pytest

from lobby.care import entries
from lobby.care.entries import settled
from lobby.care.templates import Field, FieldType, Named
from lobby.errors import BadField
from lobby.words import refusal, words

YESNO = Field("agreed", type=FieldType.YES_NO)
CITY = Field(
    "city", type=FieldType.CHOICE, choices=(Named("a", {"en": "Aden", "ar": "عدن"}), Named("b", {"en": "Bath"}))
)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldType.NUMBER, " 1250 ", "1250"),
        (FieldType.NUMBER, "1.125", "1.125"),
        (FieldType.NUMBER, "0,5", "0.5"),
        (FieldType.NUMBER, "-0", "0"),
        (FieldType.NUMBER, "١٢٥٠٫٥", "1250.5"),
        (FieldType.NUMBER, "۱۲", "12"),
        (FieldType.NUMBER, "１２", "12"),
        (FieldType.NUMBER, "1 250 000,25", "1250000.25"),
        (FieldType.NUMBER, "1,250,000", "1250000"),
        (FieldType.NUMBER, "1.250.000", "1250000"),
        (FieldType.NUMBER, "-0.00", "0"),
        (FieldType.MONEY, "-0.00", "0.00"),
        (FieldType.MONEY, "-3", "-3.00"),
        (FieldType.MONEY, "1,250.5", "1250.50"),
        (FieldType.MONEY, "1.250,5", "1250.50"),
        (FieldType.MONEY, "1'250", "1250.00"),
        (FieldType.MONEY, "٬١٬٢٥٠", "1250.00"),
        (FieldType.DATE, "2026-3-9", "2026-03-09"),
        (FieldType.DATE, "9.3.2026", "2026-03-09"),
        (FieldType.DATE, "09/03/2026", "2026-03-09"),
        (FieldType.DATE, "2026年3月9日", "2026-03-09"),
        (FieldType.DUE, "2026-11-27T17:00", "2026-11-27T17:00"),
        (FieldType.PHONE, "+44 (20) 7946-0018", "+442079460018"),
        (FieldType.PHONE, "٠٥٠١٢٣٤٥٦٧", "0501234567"),
        (FieldType.EMAIL, "name@example.com", "name@example.com"),
        (FieldType.ACCOUNT, "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        (FieldType.ACCOUNT, "1234-5678", "12345678"),
        (FieldType.TEXT, "two\r\nlines\u202e", "two\nlines"),
    ],
)
def test_a_value_is_kept_in_one_form(kind: FieldType, typed: str, kept: str) -> None:
    field = Field("value", type=kind)
    assert settled(typed, field) == kept
    assert settled(kept, field) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "refused"),
    [
        (FieldType.NUMBER, "1,250", entries.TwoWaysToRead),
        (FieldType.MONEY, "1.250", entries.TwoWaysToRead),
        (FieldType.MONEY, "0.005", entries.TwoWaysToRead),
        (FieldType.NUMBER, "12a", entries.NotANumber),
        (FieldType.NUMBER, "1e9", entries.NotANumber),
        (FieldType.NUMBER, "nan", entries.NotANumber),
        (FieldType.NUMBER, "9" * 5000, entries.NotANumber),
        (FieldType.DATE, "30.2.2026", entries.NotADate),
        (FieldType.DATE, "12.3.26", entries.NotADate),
        (FieldType.DUE, "soon", entries.NotAMoment),
        (FieldType.DUE, "2026-11-27T17:00+09:00", entries.NotAMoment),
        (FieldType.DUE, "2026-11-27T17:00Z", entries.NotAMoment),
        (FieldType.YES_NO, "perhaps", entries.NotYesOrNo),
        (FieldType.PHONE, "call me", entries.NotAPhone),
        (FieldType.PHONE, "1234", entries.NotAPhone),
        (FieldType.EMAIL, "name@example", entries.NotAnEmail),
        (FieldType.EMAIL, "two words@example.com", entries.NotAnEmail),
        (FieldType.ACCOUNT, "GB82 WEST 1234 5698 7654 33", entries.NotAnAccount),
        (FieldType.ACCOUNT, "12", entries.NotAnAccount),
        (FieldType.TEXT, "x" * 201, entries.TooLong),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(kind: FieldType, typed: str, refused: type[BadField]) -> None:
    with pytest.raises(refused) as refusal_:
        settled(typed, Field("value", type=kind))
    said = refusal(refusal_.value, words("en"))
    assert said.startswith("value")
    assert len(said) < 160


def test_numbers_have_bounds() -> None:
    field = Field("months", type=FieldType.NUMBER, low=1, high=480)
    assert settled("480", field) == "480"
    with pytest.raises(entries.TooLarge):
        settled("480.5", field)
    with pytest.raises(entries.TooSmall):
        settled("0", field)


@pytest.mark.parametrize("typed", ["a", "1", "١", "aden", "عدن"])
def test_a_choice_is_made_by_code_place_or_name(typed: str) -> None:
    assert settled(typed, CITY) == "a"


def test_the_digit_nought_is_the_tenth_choice() -> None:
    many = Field("category", type=FieldType.CHOICE, choices=tuple(Named(letter) for letter in "abcdefghijk"))
    assert [settled(place, many) for place in ("0", "10", "11")] == ["j", "j", "k"]


@pytest.mark.parametrize("typed", ["c", "0", "3", "99999999999999999999999"])
def test_another_choice_is_refused(typed: str) -> None:
    with pytest.raises(entries.NotAChoice, match="a, b"):
        settled(typed, CITY)


@pytest.mark.parametrize(
    ("typed", "kept"), [("1", "yes"), ("Да", "yes"), ("نعم", "yes"), ("是", "yes"), ("2", "no"), ("нет", "no")]
)
def test_yes_and_no_in_every_language_and_by_place(typed: str, kept: str) -> None:
    assert settled(typed, YESNO) == kept


def test_a_pattern_holds_for_the_whole_value() -> None:
    field = Field("last_four", pattern="[0-9]{4}")
    assert settled("4417", field) == "4417"
    with pytest.raises(entries.NotThePattern):
        settled("44170", field)


def test_an_empty_value_stays_empty() -> None:
    assert [settled(" \u200b", Field("value", type=kind)) for kind in FieldType] == [""] * len(FieldType)
