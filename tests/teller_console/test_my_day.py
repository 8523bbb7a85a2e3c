"""My day and my week: one's own figures beside one's own, praise, remarks; nobody is compared."""

from __future__ import annotations

import pytest

from lobby.care import commands as cc
from lobby.care.clocks import Standing
from lobby.care.my_day import Kindness, MyDay, OwnDay
from lobby.care.views import ClockView, FollowUpView
from lobby.queue import commands as c
from lobby.words import words
from teller_console.screens.my_day_lines import beside
from teller_console.screens.week_words import sentences
from tests.teller_console.care_stage import MIA, CareStage
from tests.teller_console.stage import OMAR

pytestmark = pytest.mark.anyio


async def test_my_day_shows_what_i_did_and_what_was_said_of_it(room: CareStage) -> None:
    room.do(c.OpenCounter(3))
    room.served(minutes=4)
    room.served(minutes=6)
    room.do(cc.Praise("so patient with my mother", "maria"), OMAR)
    room.promise("Call about the card")
    record = room.of(MIA).reviews()[0]
    room.do(cc.ReviewRecord(record.seq, (0, 1), "well greeted"), MIA)
    async with room.signed_in() as teller:
        await teller.press("y")
        await teller.sees("2 customers served", "With each you took 5:00 on average.", "so patient with my mother")
        await teller.sees("2 of 6 lines of the standard seen", "well greeted", "Call about the card")


async def test_what_was_said_of_a_colleague_is_not_shown(room: CareStage) -> None:
    room.do(cc.Praise("omar was kind", "omar"), MIA)
    async with room.signed_in() as teller:
        await teller.press("y")
        await teller.sees("Nobody served yet today.")
        assert "omar" not in teller.shows()


async def test_my_week_and_the_due_list_are_one_key_from_my_day(room: CareStage) -> None:
    room.do(c.OpenCounter(3))
    room.served()
    async with room.signed_in() as teller:
        await teller.press("y", "w")
        await teller.sees("My week", "You were there for 1 customer", "To think about:", "Only you see this.")
        await teller.press("escape", "d")
        await teller.sees("Due: mine")


async def test_a_lost_line_is_said_and_my_day_comes_by_itself(room: CareStage) -> None:
    async with room.signed_in() as teller:
        room.care.cut = True
        await teller.press("y")
        await teller.sees("The branch does not answer.")
        room.care.cut = False
        await teller.sees("Nobody served yet today.")


def test_a_mean_near_the_one_before_is_about_the_same() -> None:
    said = words("en")
    assert beside(100, 105, said) == "about the same"
    assert beside(80, 100, said) == "shorter now"
    assert beside(120, 100, said) == "longer now"


def test_a_longer_week_is_told_without_blame() -> None:
    before = tuple(OwnDay(f"2026-11-{day:02d}", 10, 60, 200.0) for day in range(9, 14))
    week = tuple(OwnDay(f"2026-11-{day:02d}", 10, 60, 300.0) for day in range(16, 20))
    said = list(sentences(a_day(days=(*before, *week)), words("en")))
    assert said[1] == ("You took 5:00 for each of them, more than the 3:20 before. Some weeks bring harder questions.")


def test_a_steady_week_is_told_so() -> None:
    days = tuple(OwnDay(f"2026-11-{day:02d}", 10, 60, 200.0) for day in range(9, 20))
    assert "as steadily as before" in " ".join(sentences(a_day(days=days), words("en")))


def test_a_first_day_has_nothing_to_look_back_on() -> None:
    assert list(sentences(a_day(today=OwnDay("2026-11-23", 0, None, None)), words("en"))) == [
        "Your week begins here: nothing to look back on yet."
    ]


def test_promises_past_their_day_are_counted_alone() -> None:
    due = (a_promise(Standing.OVER), a_promise(Standing.OK))
    said = " ".join(sentences(a_day(due=due, praise=(Kindness(0, "kiosk", "kind"),)), words("en")))
    assert "1 promise is past its day." in said
    assert "1 customer left a kind word" in said


def a_day(**changes: object) -> MyDay:
    plain: dict[str, object] = {
        "teller": "maria",
        "today": OwnDay("2026-11-23", 10, 60, 300.0),
        "services": (),
        "days": (),
        "ratings": {},
        "praise": (),
        "reviews": (),
        "due": (),
    }
    return MyDay(**plain | changes)  # type: ignore[arg-type]


def a_promise(standing: Standing) -> FollowUpView:
    clock = ClockView("due", 0, standing)
    return FollowUpView("F-1", "open", "maria", "maria", 0, 0, "promised", "", "", "", "", clock)
