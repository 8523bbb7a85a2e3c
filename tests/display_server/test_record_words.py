"""A record beside its standard says names, not codes, in the language of whoever reads it."""

from __future__ import annotations

from typing import Any

import pytest

from display_server.care.record_words import RecordWords
from lobby.care.interactions import Kind
from lobby.care.setup import CareSetup
from lobby.care.templates import Field, FieldType, Named, Outcome, Step, Template
from lobby.care.views import RecordView
from lobby.words import words
from tests.builders import a_setup

CASH = Template(
    "cash",
    outcomes=(Outcome("paid_in", {"en": "paid in", "ru": "внесено"}, asks=("amount",)),),
    delivered=(Named("receipt", {"en": "Receipt", "ru": "Квитанция"}), Named("statement", {"en": "Statement"})),
    fields=(
        Field("amount", {"en": "Amount"}, FieldType.MONEY, unit="GBP"),
        Field("size", {"en": "Size", "ru": "Размер"}, FieldType.CHOICE, choices=(Named("big", {"ru": "большой"}),)),
        Field("again", {"en": "Comes again"}, FieldType.YES_NO),
    ),
    checklist=(Step("id", {"en": "Passport seen"}), Step("signed")),
)
SETUP = a_setup(care=CareSetup(templates={"cash": CASH}))


def a_record(kind: Kind = Kind.PLAIN, outcome: str = "", **said: Any) -> RecordView:
    plain: dict[str, Any] = {"delivered": (), "fields": {}, "steps": ()}
    return RecordView(7, 0, "ann", "2024-03-05-A001", "cash", kind, outcome, **plain | said)


def facts(record: RecordView, language: str = "en") -> list[tuple[str, str]]:
    return RecordWords(words(language), SETUP).facts(record)


def test_the_bank_s_own_names_come_in_the_reader_s_language_else_in_english() -> None:
    record = a_record(outcome="paid_in", delivered=("receipt", "statement"), fields={"size": "big"}, steps=("id",))
    assert RecordWords(words("ru"), SETUP).heads(record) == ["внесено"]
    told = facts(record, "ru")
    assert [value for _, value in told] == ["Квитанция, Statement", "большой", "Passport seen"]
    assert told[1][0] == "Размер"


def test_what_was_delivered_and_which_steps_were_done_is_said() -> None:
    told = facts(a_record(delivered=("statement",), steps=("id", "signed")))
    assert told == [("Delivered", "Statement"), ("Steps done", "Passport seen, signed")]


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
@pytest.mark.parametrize(
    ("kind", "code", "value", "names"),
    [
        (Kind.DATA_UPDATE, "changed", "phone", ("What changed", "phone")),
        (Kind.FEEDBACK, "about", "missing_product", ("About", "a product that we do not have")),
        (Kind.FEEDBACK, "tone", "wish", ("How it was said", "wish")),
        (Kind.COMPLAINT, "category", "fees", ("Category", "Fees and interest")),
        (Kind.INTEREST, "may_contact", "yes", ("May we get in touch", "yes")),
    ],
)
def test_the_fields_that_every_bank_has_are_named(
    language: str, kind: Kind, code: str, value: str, names: tuple[str, str]
) -> None:
    mine = words(language)
    assert facts(a_record(kind, fields={code: value}), language) == [(mine(names[0]), mine(names[1]))]


def test_interest_names_its_product() -> None:
    assert facts(a_record(Kind.INTEREST, fields={"product": "receipt"})) == [("Product", "Receipt")]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("amount", "1250.50", "1,250.50 GBP"),
        ("amount", "a lot", "a lot"),  # it was a text when it was written
        ("again", "no", "no"),
        ("shoe_size", "42", "42"),  # the template has it no more
        ("size", "tiny_one", "tiny one"),
    ],
)
def test_a_value_is_shown_by_its_type_and_as_it_stands_where_it_fits_none(code: str, value: str, shown: str) -> None:
    assert [said for _, said in facts(a_record(fields={code: value}))] == [shown]


def test_a_promised_hour_is_that_of_the_branch() -> None:
    ((name, said),) = facts(a_record(Kind.FOLLOW_UP, fields={"due": "2024-03-08T17:00"}))
    assert (name, said) == ("Until", "Fri, Mar 8, 2024, 17:00")


def test_a_field_that_is_gone_is_called_by_its_code() -> None:
    assert facts(a_record(fields={"shoe_size": "42"})) == [("shoe size", "42")]
