"""Whether a record fits its template."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.care import entries
from lobby.care.interactions import KIND_NAMES, LONGEST_NOTE, Kind, NoteTooLong, Record, cleaned
from lobby.care.kind_fields import KIND_FIELDS, fields_of
from lobby.care.record_check import NotInTemplate, NotPersonalField, PersonalField, check_record
from lobby.care.templates import PLAIN, Field, FieldType, Named, Outcome, Step, Template, likely, template_of
from lobby.errors import BadField
from lobby.words import refusal, words

TEMPLATE = Template(
    "cash",
    outcomes=(Outcome("paid_in", kind=Kind.TRANSACTION, asks=("amount",)), Outcome("refused", asks=("reason",))),
    delivered=(Named("receipt"), Named("statement")),
    fields=(
        Field("amount", type=FieldType.MONEY),
        Field("reason", required=True),
        Field("account", type=FieldType.ACCOUNT, private=True),
        Field("proof", kinds=(Kind.DATA_UPDATE,)),
    ),
    checklist=(Step("id", document=True), Step("signed")),
)
UPDATE = Record(
    Kind.DATA_UPDATE,
    fields={"changed": "phone"},
    private={"old": "0501234567", "new": "0507654321", "verified": "id_document"},
)


def refused(record: Record, template: Template = TEMPLATE) -> BadField:
    with pytest.raises(BadField) as found:
        check_record(record, template)
    assert refusal(found.value, words("en"))
    return found.value


def test_a_record_is_kept_clean_and_in_one_form() -> None:
    record = check_record(
        Record(
            Kind.TRANSACTION,
            "paid_in",
            ("receipt",),
            {"amount": "١٢٥٠"},
            {"account": " gb82 west 1234 5698 7654 32"},
            ("id",),
            "seen\u202e\x00 twice\r\n",
        ),
        TEMPLATE,
    )
    assert record.fields == {"amount": "1250.00"}
    assert record.private == {"account": "GB82WEST12345698765432"}
    assert record.note == "seen twice"
    assert check_record(record, TEMPLATE) == record


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Record(outcome="lost"), "outcome"),
        (Record(delivered=("yacht",)), "delivered"),
        (Record(steps=("dance",)), "steps"),
        (Record(fields={"shoe_size": "42"}), "fields"),
        (Record(outcome="refused", fields={"reason": "no ID", "amount": "5"}), "fields"),
    ],
)
def test_what_the_template_does_not_have_is_refused_by_its_place(record: Record, field: str) -> None:
    error = refused(record)
    assert isinstance(error, NotInTemplate)
    assert error.facts["field"] == field


def test_personal_data_is_refused_outside_the_private_fields() -> None:
    assert isinstance(refused(Record(outcome="paid_in", fields={"account": "12345678"})), PersonalField)
    assert isinstance(refused(Record(outcome="paid_in", private={"amount": "5"})), NotPersonalField)


def test_a_needed_field_is_named() -> None:
    error = refused(Record(outcome="refused"))
    assert isinstance(error, entries.Missing)
    assert error.facts["field"] == "reason"
    check_record(Record(outcome="paid_in"), TEMPLATE)


def test_spaces_are_no_value() -> None:
    assert isinstance(refused(Record(outcome="refused", fields={"reason": " \u200b"})), entries.Missing)


def test_a_field_for_one_kind_is_asked_for_that_kind_only() -> None:
    check_record(msgspec.structs.replace(UPDATE, fields={"changed": "phone", "proof": "letter"}), TEMPLATE)
    assert isinstance(refused(Record(outcome="paid_in", fields={"proof": "letter"})), NotInTemplate)


def test_changed_data_needs_how_it_was_verified_and_is_private() -> None:
    assert check_record(UPDATE, PLAIN) == UPDATE
    without = msgspec.structs.replace(UPDATE, private={"new": "0507654321"})
    assert refused(without).facts["field"] == "verified"
    open_ = msgspec.structs.replace(UPDATE, fields={"changed": "phone", "new": "0507654321"})
    assert isinstance(refused(open_), PersonalField)


def test_the_kinds_own_fields_ask_for_nothing_personal_in_the_open() -> None:
    open_ = {field.code: field.type for fields in KIND_FIELDS.values() for field in fields if not field.private}
    assert {kind for kind in open_.values()} <= {FieldType.CHOICE, FieldType.YES_NO, FieldType.DUE}


def test_interest_is_in_what_the_service_delivers() -> None:
    product = fields_of(TEMPLATE, Kind.INTEREST)[0]
    assert [choice.code for choice in product.choices] == ["receipt", "statement"]
    assert "product" not in [field.code for field in fields_of(PLAIN, Kind.INTEREST)]


def test_a_note_of_a_hundred_kilobytes_is_refused_in_words_that_help() -> None:
    error = refused(Record(note="x" * 100_000))
    assert isinstance(error, NoteTooLong)
    assert refusal(error, words("en")).startswith(f"The note has 100000 letters; at most {LONGEST_NOTE} fit.")


def test_a_note_that_is_long_only_by_what_nobody_sees_is_taken() -> None:
    assert check_record(Record(note="x" * LONGEST_NOTE + "\u202e" * 100), PLAIN).note == "x" * LONGEST_NOTE


def test_marks_that_words_need_stay() -> None:
    kept = "می\u200cخواهم 👩\u200d🚀 \u200fא"
    assert cleaned(kept) == kept


@given(st.text(alphabet=st.characters()))
def test_a_clean_text_can_be_kept_anywhere(text: str) -> None:
    said = cleaned(text, lines=True)
    said.encode()
    assert not set(said) & set("\x00\x07\x1b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert cleaned(said, lines=True) == said
    assert "\n" not in cleaned(text)


def test_likely_choices_come_first_and_the_others_keep_their_order() -> None:
    choices = (Named("a"), Named("b"), Named("c"), Named("d"))
    assert [choice.code for choice in likely(choices, {"c": 2, "b": 2, "d": 5})] == ["d", "b", "c", "a"]
    assert likely(choices, {}) == choices


def test_a_service_without_a_template_has_the_common_one() -> None:
    assert template_of({"": PLAIN, "cash": TEMPLATE}, "loans") is PLAIN
    assert template_of({}, "cash") == PLAIN


def test_every_kind_has_a_name() -> None:
    assert set(KIND_NAMES) == set(Kind)
