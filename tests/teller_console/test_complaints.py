"""Complaints and promises at the counter: taken down, acknowledged, kept over a lost line."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Static

from lobby.care import commands as cc
from lobby.care.complaints import State
from lobby.errors import StorageBusy
from lobby.queue import commands as c
from teller_console.screens.record_form import RecordForm
from teller_console.screens.take_complaint_receipt import ReceiptScreen
from tests.teller_console.care_stage import CareStage
from tests.teller_console.stage import Teller

pytestmark = pytest.mark.anyio

WORDS = "nobody told me about the fee"


def receipt(teller: Teller) -> bool:
    return isinstance(teller.pilot.app.screen, ReceiptScreen)


async def test_a_complaint_is_taken_in_the_customers_words_and_the_rest_fills_itself_in(room: CareStage) -> None:
    async with room.signed_in() as teller:
        number = await room.serving(teller, "cards", "ru")
        await teller.write(f"c{WORDS}\n4")
        await teller.write("Ms Lake\nlake@example.com\n")
        await teller.until(lambda: receipt(teller))
        (taken,) = room.commands(cc.TakeComplaint)
        ticket = room.ticket(number)
        assert taken == cc.TakeComplaint(
            WORDS, "Ms Lake", "lake@example.com", language="ru", service="cards", ticket=ticket.id, category="fees"
        )


async def test_without_a_contact_it_is_said_kindly_what_that_means(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("c")
        await teller.sees("With no phone or e-mail nobody can tell the customer")
        await teller.write(WORDS)
        await teller.press("ctrl+s")
        await teller.sees("No contact was given", "A slip with the reference comes out where the branch prints")


async def test_the_sentence_goes_when_a_contact_is_given(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.write(f"c{WORDS}\n4Ms Lake\n07946")
        await teller.until(lambda: not teller.pilot.app.screen.query_one("#unreached", Static).display)


async def test_the_receipt_says_until_when_in_the_customers_language(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller, language="en")
        await teller.press("c")
        await teller.write(WORDS)
        await teller.press("ctrl+s")
        await teller.until(lambda: receipt(teller))
        (complaint,) = room.care.door.complaints()
        await teller.sees(
            f"Your reference is {complaint.reference}.", "You have our first answer by Tue, Nov 24, 10:00."
        )
        await teller.sees("██")


async def test_one_key_acknowledges_in_person(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("c")
        await teller.write(WORDS)
        await teller.press("ctrl+s")
        await teller.until(lambda: receipt(teller))
        await teller.press("a")
        await teller.until(lambda: room.commands(cc.AcknowledgeComplaint) != [])
        assert room.care.door.complaints()[0].state is State.ACKNOWLEDGED
        await teller.until(lambda: not receipt(teller))


async def test_a_complaint_of_somebody_without_a_ticket_is_taken_too(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await teller.write(f"c{WORDS}")
        await teller.press("ctrl+s")
        await teller.until(lambda: receipt(teller))
        assert room.commands(cc.TakeComplaint) == [cc.TakeComplaint(WORDS, language="en")]


async def test_what_was_typed_of_a_complaint_is_there_again_after_escape(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.write(f"c{WORDS}")
        await teller.press("escape")
        await teller.until(lambda: not isinstance(teller.pilot.app.screen, RecordForm))
        await teller.press("c")
        await teller.sees(WORDS)


async def test_a_refused_complaint_keeps_its_words_and_a_taken_one_erases_them(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        room.line.refuse_with = StorageBusy()
        await teller.write(f"c{WORDS}")
        await teller.press("ctrl+s")
        await teller.until(lambda: teller.said() != [] and not teller.screen.outbox)
        room.line.refuse_with = None
        await teller.press("c")
        await teller.sees(WORDS)
        await teller.press("ctrl+s")
        await teller.until(lambda: receipt(teller))
        assert not any(teller.screen.memory.drafts.typed.values())


async def test_a_complaint_over_a_lost_line_is_taken_once_and_said_to_be_on_its_way(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        room.line.lose_answers = 2
        await teller.write(f"c{WORDS}")
        await teller.press("ctrl+s")
        await teller.until(lambda: receipt(teller))
        assert len(room.care.door.complaints()) == 1
        assert len({key for command, key in room.line.sent if isinstance(command, cc.TakeComplaint)}) == 1


async def test_a_receipt_that_comes_late_does_not_cover_what_is_being_typed(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        room.line.cut = True
        await teller.write(f"c{WORDS}")
        await teller.press("ctrl+s")
        await teller.sees("Not sent yet: take a complaint.")
        await teller.press("slash")
        await teller.sees("Not sent yet: take a complaint.", "For the service at hand")
        room.line.cut = False
        await teller.until(lambda: room.commands(cc.TakeComplaint) != [])
        await teller.until(lambda: any("is taken" in said for said in teller.said()))
        assert not receipt(teller)


async def test_a_call_back_by_friday_is_promised_in_words(room: CareStage) -> None:
    async with room.signed_in() as teller:
        number = await room.serving(teller)
        await teller.write("vcall about the card\nfri 16:00\n")
        await teller.sees(f"Promised to {number}")
        await teller.press("ctrl+s")
        await teller.until(lambda: room.commands(cc.PromiseFollowUp) != [])
        friday = datetime(2026, 11, 27, 16, tzinfo=ZoneInfo("Europe/London"))
        (promised,) = room.commands(cc.PromiseFollowUp)
        assert isinstance(promised, cc.PromiseFollowUp)
        assert promised.due == int(friday.timestamp() * 1000)
        assert (promised.note, promised.ticket) == ("call about the card", room.ticket(number).id)
        await teller.until(lambda: any("on your due list: F-" in said for said in teller.said()))


async def test_praise_goes_to_whoever_served_the_ticket(room: CareStage) -> None:
    room.do(c.OpenCounter(3))
    room.served()
    async with room.signed_in() as teller:
        await teller.press("m")
        await teller.write("praise\n")
        await teller.sees("Pass praise on")
        await teller.write("so patient\n\na001\n")
        await teller.until(lambda: room.commands(cc.Praise) == [cc.Praise("so patient", "", "A001")])
        assert [one.text for one in room.care.door.my_day().praise] == ["so patient"]
