"""Supervisors look at a sample of records against the standard; the remark is the teller's alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lobby.care import commands as cc
from lobby.queue import commands as c
from tests.builders import Clock, moment
from tests.teller_console.care_stage import MIA, CareStage
from tests.teller_console.stage import MARIA, Teller

pytestmark = pytest.mark.anyio


@pytest.fixture
def office(tmp_path: Path) -> Iterator[CareStage]:
    """Mia's counter; maria has served somebody."""
    office = CareStage(tmp_path, Clock(moment("2026-11-23 10:00")), MIA)
    office.counter = 1
    office.do(c.OpenCounter(3))
    office.served()
    yield office
    office.desk.close()


async def opened(teller: Teller) -> None:
    await teller.press("m")
    await teller.write("review\n")
    await teller.sees("Records of this week, a sample", "maria")


async def test_a_record_is_reviewed_line_by_line_with_a_remark(office: CareStage) -> None:
    async with office.signed_in() as teller:
        await opened(teller)
        await teller.press("enter")
        await teller.sees("asked about coins", "1 ☐ Greeted the customer")
        await teller.press("1", "3", "4", "4")
        await teller.press("r")
        await teller.sees("A remark for maria alone")
        await teller.write("kind and exact\n")
        await teller.sees("Remark: kind and exact", "1 ☑ Greeted the customer", "4 ☐ Named the charge")
        await teller.press("enter")
        await teller.until(lambda: office.commands(cc.ReviewRecord) != [])
        (review,) = office.commands(cc.ReviewRecord)
        assert isinstance(review, cc.ReviewRecord)
        assert (review.met, review.note) == ((0, 2), "kind and exact")
        await teller.sees("2 of 6 seen")
        assert office.of(MARIA).my_day().reviews[0].remark == "kind and exact"


async def test_ticks_wait_when_a_review_is_left(office: CareStage) -> None:
    async with office.signed_in() as teller:
        await opened(teller)
        await teller.press("enter")
        await teller.sees("1 ☐ Greeted the customer")
        await teller.press("2")
        await teller.sees("2 ☑")
        await teller.press("escape")
        await teller.sees("Records of this week")
        await teller.press("enter")
        await teller.sees("2 ☑")


async def test_only_those_who_review_are_offered_it(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await teller.press("m")
        await teller.write("my week")
        await teller.sees("my week")
        await teller.press("ctrl+u")
        await teller.write("review")
        await teller.until(lambda: "my week" not in teller.shows())
        assert "review records" not in teller.shows()


async def test_what_tellers_found_wrong_among_the_answers_is_settled(office: CareStage) -> None:
    office.do(cc.ReportArticle("out_of_date", "lost-or-stolen-card", "en", "new phone number"))
    office.do(cc.ReportArticle("missing", note="coins of the euro"))
    async with office.signed_in() as teller:
        await teller.press("m")
        await teller.write("wrong among\n")
        await teller.sees("It is out of date", "new phone number", "Something is missing", "coins of the euro")
        await teller.press("enter")
        await teller.sees("What was done about it?")
        await teller.write("number corrected\n")
        await teller.until(lambda: len(office.care.door.article_reports()) == 1)
        await teller.until(lambda: "new phone number" not in teller.shows())
        (settled,) = office.commands(cc.SettleArticleReport)
        assert isinstance(settled, cc.SettleArticleReport)
        assert settled.note == "number corrected"
