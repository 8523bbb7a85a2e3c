"""The record panel by keys: outcomes, deliveries, kinds, fields, phrases."""

from __future__ import annotations

import pytest
from textual import events

from lobby.care.interactions import LONGEST_NOTE, Kind
from lobby.care.templates import Field, FieldType, Named, Outcome, Template
from teller_console.drafts import Draft
from teller_console.panels.record_case import Case
from teller_console.screens.record_checklist import Checklist
from teller_console.screens.record_form import RecordForm
from tests.teller_console.record_stage import NOW, a_record

pytestmark = pytest.mark.anyio


async def test_the_usual_outcome_takes_two_keys() -> None:
    async with a_record() as teller:
        await teller.press("f", "enter")
        record, note = await teller.finished()
        assert (record.outcome, record.kind, note) == ("paid_in", Kind.TRANSACTION, "")


async def test_what_this_service_has_most_comes_first() -> None:
    async with a_record(history={"answered": 30, "paid_out": 70}) as teller:
        await teller.press("f")
        shown = teller.shows()
        assert shown.index("paid out") < shown.index("question answered") < shown.index("paid in")
        await teller.press("2", "enter")
        assert (await teller.finished())[0].outcome == "answered"


async def test_choices_do_not_move_while_a_customer_is_there() -> None:
    async with a_record(history={"answered": 30}) as teller:
        await teller.press("f")
        teller.at.case = Case(teller.at.template, NOW, {"exchanged": 99})
        teller.at.tell()
        await teller.press("1", "enter")
        assert (await teller.finished())[0].outcome == "answered"


async def test_digits_after_the_outcome_tick_what_was_delivered() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f1142")
        await teller.sees("✓ savings account")
        assert "✓ statement" not in teller.shows()
        await teller.type("3\n")
        record, _ = await teller.finished()
        assert record.delivered == ("current_account", "online_access", "savings_account", "statement")


async def test_a_letter_begins_the_note_and_digits_are_part_of_it() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f31seen 12 pages\n")
        record, note = await teller.finished()
        assert (record.outcome, record.delivered, note) == ("answered", ("current_account",), "seen 12 pages")


async def test_up_goes_back_to_what_was_delivered_and_then_to_the_outcome() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f1done")
        await teller.press("up")
        await teller.type("2")
        await teller.press("up", "up")
        await teller.type("2\n")
        record, note = await teller.finished()
        assert (record.outcome, record.delivered, note) == ("changed", ("savings_account",), "done")


async def test_a_short_word_becomes_a_sentence_and_backspace_takes_it_back() -> None:
    async with a_record() as teller:
        await teller.type("f1cnt ")
        assert teller.at.panel.note.value == "Counted twice in front of the customer. "
        await teller.press("backspace")
        assert teller.at.panel.note.value == "cnt "
        await teller.type("notes \n")
        assert (await teller.finished())[1] == "cnt notes"


async def test_a_short_word_grows_at_the_end_too_and_under_a_russian_layout() -> None:
    async with a_record(language="ru") as teller:
        await teller.type("f1сте\n")
        assert (await teller.finished())[1] == "Пересчитано дважды при клиенте."


async def test_a_needed_field_is_asked_for_before_the_end() -> None:
    async with a_record() as teller:
        await teller.type("f3\n")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("2")
        await teller.sees("✓ USD")
        await teller.type("1,250")
        await teller.sees("can be read in two ways")
        await teller.press("enter")
        assert isinstance(teller.app.screen, RecordForm)
        await teller.press("backspace", "backspace", "backspace", "backspace")
        await teller.type("250\n")
        record, _ = await teller.finished()
        assert record.fields == {"currency": "USD", "amount": "1250.00"}


async def test_a_form_left_by_escape_keeps_what_was_typed() -> None:
    async with a_record() as teller:
        await teller.type("f3\n")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("2170")
        await teller.press("escape")
        await teller.until(lambda: not isinstance(teller.app.screen, RecordForm))
        assert not teller.at.recorded
        await teller.sees("170.00")
        await teller.press("enter")
        assert (await teller.finished())[0].fields["amount"] == "170.00"


async def test_changed_data_is_recorded_at_once_and_is_private() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f+4")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("1Old Road 1\nNew Street 2\n2")
        await teller.until(lambda: teller.at.also)
        (record,) = teller.at.also
        assert record.fields == {"changed": "address"}
        assert record.private == {"old": "Old Road 1", "new": "New Street 2", "verified": "written_proof"}
        await teller.sees("✓ customer data changed")
        await teller.type("2\n")
        assert (await teller.finished())[0].private == {}


async def test_a_follow_up_is_due_as_it_was_said() -> None:
    async with a_record("loans") as teller:
        await teller.type("f+7")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("Call about the rate\nfri 10:00")
        await teller.sees("Fri, Nov 27, 10:00")
        await teller.type("\n\n\n")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].fields == {"due": "2026-11-27T10:00"}


async def test_a_form_is_ended_from_any_field_unless_something_is_needed() -> None:
    async with a_record("loans") as teller:
        await teller.type("f+7")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("Call about the rate")
        await teller.press("ctrl+s")
        await teller.until(lambda: "Until is needed." in teller.shows())
        await teller.type("+3d")
        await teller.press("ctrl+s")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].fields == {"due": "2026-11-26T17:00"}


async def test_a_moment_that_nobody_understands_says_what_to_write() -> None:
    async with a_record("loans", "ru") as teller:
        await teller.type("f+7")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("x\nвчера\n")
        await teller.until(lambda: "fri" in teller.shows() or "+3d" in teller.shows())
        assert isinstance(teller.app.screen, RecordForm)


async def test_a_complaint_without_contact_is_taken() -> None:
    async with a_record() as teller:
        await teller.type("f+8")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("Waited an hour\n")
        await teller.press("enter", "enter")
        await teller.sees("0 Something else")
        await teller.type("1")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].kind is Kind.COMPLAINT
        assert teller.at.also[0].private == {"text": "Waited an hour"}
        assert teller.at.also[0].fields == {"category": "wait"}


async def test_a_complaint_that_was_begun_and_left_is_not_forgotten_at_the_end() -> None:
    async with a_record("cash") as teller:
        await teller.type("f+8")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("It took an hour")
        await teller.press("escape")
        await teller.until(lambda: not isinstance(teller.app.screen, RecordForm))
        await teller.type("\n")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        assert any("not sent yet" in note.message for note in teller.app._notifications)
        await teller.press("ctrl+s")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].kind is Kind.COMPLAINT
        await teller.type("\n")
        await teller.finished()


async def test_interest_is_in_something_that_the_template_delivers() -> None:
    async with a_record("loans") as teller:
        await teller.type("f+5")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("221")
        await teller.type("\n")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].fields == {"product": "mortgage", "when": "months_3", "may_contact": "yes"}


async def test_a_checklist_is_ticked_by_keys() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f1+3")
        await teller.until(lambda: isinstance(teller.app.screen, Checklist))
        await teller.type("125")
        await teller.press("2", "up", "space", "enter")
        await teller.until(lambda: not isinstance(teller.app.screen, Checklist))
        await teller.sees("1 of 5")
        await teller.type("\n")
        record, _ = await teller.finished()
        assert (record.kind, record.outcome, sorted(record.steps)) == (Kind.GUIDANCE, "opened", ["signed"])


async def test_without_a_checklist_it_says_so() -> None:
    async with a_record("cash") as teller:
        await teller.type("f+3")
        await teller.until(lambda: any("no checklist" in note.message for note in teller.app._notifications))


async def test_keys_that_come_all_at_once_go_where_they_belong() -> None:
    async with a_record("accounts") as teller:
        await teller.press("f")
        await teller.burst("+41Old Road 1\nNew Street 2\n2")
        await teller.until(lambda: teller.at.also)
        assert teller.at.also[0].private["new"] == "New Street 2"


async def test_what_fills_itself_in_is_never_asked() -> None:
    asked = Template(
        outcomes=(Outcome("done"),),
        fields=(
            Field("tongue", {"en": "Language"}, given="language", required=True),
            Field("late", {"en": "Waited"}, given="waited_min"),
        ),
    )
    async with a_record(template=asked, language="ar") as teller:
        await teller.type("f\n")
        assert (await teller.finished())[0].fields == {"tongue": "ar", "late": "11"}


async def test_what_would_fill_in_and_does_not_fit_is_asked() -> None:
    months = Field("months", {"en": "Months"}, FieldType.NUMBER, given="language", required=True)
    async with a_record(template=Template(outcomes=(Outcome("done"),), fields=(months,))) as teller:
        await teller.type("f\n")
        await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
        await teller.type("12\n")
        assert (await teller.finished())[0].fields == {"months": "12"}


async def test_a_draft_that_is_older_than_the_template_fits_it() -> None:
    async with a_record("accounts") as teller:
        teller.at.draft = Draft(outcome="gone", delivered=["gone", "statement"], steps=["gone"])
        teller.at.tell()
        await teller.type("f\n")
        record, _ = await teller.finished()
        assert (record.outcome, record.delivered, record.steps) == ("opened", ("statement",), ())


async def test_a_pasted_note_loses_what_nobody_sees_and_one_that_is_too_long_says_so() -> None:
    async with a_record() as teller:
        await teller.type("f1")
        teller.at.panel.note.post_message(events.Paste("one\u202e two\x07\nthree\n"))
        await teller.until(lambda: teller.at.panel.note.value == "one two three")
        teller.at.panel.note.post_message(events.Paste("x" * 100_000))
        await teller.until(lambda: any(str(LONGEST_NOTE) in note.message for note in teller.app._notifications))
        assert teller.at.panel.note.value == "one two three"


async def test_another_customer_has_another_draft() -> None:
    async with a_record("accounts") as teller:
        await teller.type("f11for the first")
        teller.at.draft = Draft()
        teller.at.tell()
        await teller.type("\n")
        assert (await teller.finished())[1] == ""


async def test_without_a_template_the_outcomes_of_the_branch_hold() -> None:
    async with a_record(template=Template(delivered=(Named("letter"),))) as teller:
        await teller.type("f21\n")
        record, _ = await teller.finished()
        assert (record.outcome, record.delivered) == ("referred", ("letter",))


async def test_escape_goes_back_to_the_keys_and_keeps_the_note() -> None:
    async with a_record() as teller:
        await teller.type("f1half a word")
        await teller.press("escape")
        assert not teller.at.panel.open
        await teller.type("f\n")
        assert (await teller.finished())[1] == "half a word"
