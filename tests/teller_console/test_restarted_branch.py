"""The branch goes away in the middle of every dialog, or before it is opened, and comes back: nothing that was typed is
lost, all is done once, and every screen goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.screen import Screen

from lobby.care import commands as cc
from lobby.errors import NotSignedIn, StorageBusy
from lobby.queue import commands as c
from teller_console.messages import LiveStateChanged
from teller_console.screens.answers import AnswersScreen
from teller_console.screens.answers_calm import CalmScreen
from teller_console.screens.answers_news import NewsScreen
from teller_console.screens.answers_reported import ReportedScreen
from teller_console.screens.article import ArticleScreen
from teller_console.screens.ask import Ask
from teller_console.screens.choose import Choose
from teller_console.screens.complaint import ComplaintScreen
from teller_console.screens.counter import CounterScreen
from teller_console.screens.due import DueScreen
from teller_console.screens.due_follow_up import FollowUpScreen
from teller_console.screens.my_day import MyDayScreen
from teller_console.screens.new_password import NewPasswordScreen
from teller_console.screens.pick import Pick
from teller_console.screens.record_form import RecordForm
from teller_console.screens.reviews import ReviewsScreen
from teller_console.screens.sign_in import SignInScreen
from teller_console.screens.standard import StandardScreen
from teller_console.screens.take_complaint_receipt import ReceiptScreen
from teller_console.screens.week import WeekScreen
from teller_console.screens.work import WorkScreen
from tests.builders import Clock, moment
from tests.teller_console.care_stage import MIA, CareStage
from tests.teller_console.stage import Stage, Teller

pytestmark = pytest.mark.anyio

TOLD = {AnswersScreen: "_articles", ArticleScreen: "_shown", DueScreen: "_lines", FollowUpScreen: "_steps"}
"""Where a page holds what it has asked for."""


def goes_away(room: CareStage) -> None:
    room.line.cut = room.care.cut = True
    room.follower.say(LiveStateChanged(False))


def comes_back(room: CareStage) -> None:
    room.line.cut = room.care.cut = False
    room.follower.say(LiveStateChanged(True))


def front(teller: Teller, screen: type[Screen[object]]) -> bool:
    return isinstance(teller.pilot.app.screen, screen)


async def pressed(teller: Teller, keys: tuple[str, ...]) -> None:
    """Press them, or type what has a line end in it; each page is read before the next key."""
    for key in keys:
        await press(teller, key)
        page = teller.pilot.app.screen
        name = TOLD.get(type(page))
        await teller.until(lambda page=page, name=name: name is None or getattr(page, name))  # type: ignore[misc]


async def press(teller: Teller, key: str) -> None:
    await (teller.write(key) if "\n" in key else teller.press(key))


async def back(teller: Teller) -> None:
    """To the counter."""
    while not front(teller, WorkScreen):
        await teller.press("escape")


@pytest.fixture
def busy(room: CareStage) -> CareStage:
    """Somebody missed the call, others wait; there is a complaint, and a promise to keep."""
    room.do(c.OpenCounter(3))
    room.issue()
    room.do(c.CallNext(3))
    room.do(c.Recall(3))
    room.clock.forward(40)
    room.do(c.DeclareNoShow(3))
    for _ in range(3):
        room.issue()
    room.promise(within_h=1)
    room.complaint()
    return room


@pytest.fixture
def office(tmp_path: Path) -> Iterator[CareStage]:
    """A supervisor's counter: there is a record to review, and an answer was reported."""
    office = CareStage(tmp_path, Clock(moment("2026-11-23 10:00")), MIA)
    office.counter = 1
    office.do(c.OpenCounter(3))
    office.served()
    office.do(cc.ReportArticle("missing", note="coins of the euro"))
    yield office
    office.desk.close()


# -- what is asked of the teller, and then done


@dataclass(frozen=True)
class Dialog:
    """Opened by keys. The line is lost between two halves of a text; before it is opened, where there is no text. Then
    keys end it, and a command comes of it."""

    opens: tuple[str, ...]
    screen: type[Screen[object]]
    halves: tuple[str, str]
    ends: tuple[str, ...]
    does: type[c.Command]


NO_TEXT = ("", "")
PRAISE, MISSING = ("m", "praise\n"), ("m", "missing\n")
DAY = (
    Dialog(("b",), Ask, ("lunch", " with omar"), ("enter",), c.TakeBreak),
    Dialog((), WorkScreen, NO_TEXT, ("b",), c.EndBreak),
    Dialog(("z", "enter"), Ask, ("had", " to go"), ("enter",), c.Cancel),
    Dialog(("w",), Pick, NO_TEXT, ("enter",), c.Return),
    Dialog(("h",), Choose, NO_TEXT, ("1",), c.OfferCounter),
    Dialog((), WorkScreen, NO_TEXT, ("h",), c.KeepCounter),
    Dialog(("i", "a"), Choose, NO_TEXT, ("1",), c.Issue),
    Dialog((), WorkScreen, NO_TEXT, ("s",), c.Start),
    Dialog(("a",), Choose, NO_TEXT, ("c",), c.AddService),
    Dialog(("c",), RecordForm, ("nobody told", " me"), ("ctrl+s",), cc.TakeComplaint),
    Dialog((), ReceiptScreen, NO_TEXT, ("a",), cc.AcknowledgeComplaint),
    Dialog(("v",), RecordForm, ("call", " about it"), ("\nfri", "ctrl+s"), cc.PromiseFollowUp),
    Dialog(PRAISE, RecordForm, ("so", " kind"), ("\nomar", "ctrl+s"), cc.Praise),
    Dialog(MISSING, Ask, ("euro", " coins"), ("enter",), cc.ReportArticle),
    Dialog(("slash", "enter", "w", "1"), Ask, ("old", " rates"), ("enter",), cc.ReportArticle),
    Dialog(("d", "enter", "1"), RecordForm, ("she is", " glad"), ("ctrl+s",), cc.KeepFollowUp),
    Dialog(("f", "plus_sign", "8"), RecordForm, ("a long", " wait"), ("ctrl+s",), cc.TakeComplaint),
    Dialog(("escape", "t", "l"), Ask, ("asks for", " a loan"), ("enter",), c.Transfer),
    Dialog(("x", "enter"), Ask, ("in", " pain"), ("enter",), c.CallTicket),
    Dialog((), WorkScreen, NO_TEXT, ("s",), c.Start),
    Dialog(("p",), Ask, ("looks", " for it"), ("enter",), c.Park),
    Dialog(("k",), Pick, NO_TEXT, ("enter",), c.Resume),
    Dialog(("f",), WorkScreen, ("gave", " change"), ("enter",), c.Finish),
    Dialog(("o",), Choose, NO_TEXT, ("2",), c.CloseCounter),
)


async def test_no_word_is_lost_and_all_is_done_once(busy: CareStage) -> None:
    async with busy.signed_in() as teller:
        for dialog in DAY:
            await through(dialog, busy, teller)
            if dialog.does is c.CloseCounter:
                await teller.until(lambda: front(teller, CounterScreen))
            elif dialog.opens[:1] == ("c",):
                await teller.until(lambda: front(teller, ReceiptScreen))
            else:
                await back(teller)


async def through(dialog: Dialog, room: CareStage, teller: Teller) -> None:
    screen, done = teller.screen, len(room.commands(dialog.does))
    if dialog.halves == NO_TEXT:
        goes_away(room)
    await pressed(teller, dialog.opens)
    await teller.until(lambda: front(teller, dialog.screen))
    await teller.write(dialog.halves[0])
    goes_away(room)
    await teller.write(dialog.halves[1])
    for key in dialog.ends:
        await press(teller, key)
    await teller.until(lambda: screen.unreached)
    comes_back(room)
    await teller.until(lambda: len(room.commands(dialog.does)) > done)
    await teller.until(lambda: not screen.outbox)
    await teller.settled()
    assert len(room.commands(dialog.does)) == done + 1
    assert "".join(dialog.halves) in repr(room.commands(dialog.does)[-1])


# -- what is read


@dataclass(frozen=True)
class Page:
    """The last key opens it in the dark; then it shows what the branch says."""

    opens: tuple[str, ...]
    screen: type[Screen[object]]
    says: str


PAGES = (
    Page(("slash",), AnswersScreen, "Withdrawing a large amount of cash"),
    Page(("slash", "enter"), ArticleScreen, "Kept by"),
    Page(("slash", "f3"), CalmScreen, "Thank you for waiting."),
    Page(("m", "what\n"), NewsScreen, "new · Serving everyone"),
    Page(("y",), MyDayScreen, "You have promised"),
    Page(("y", "w"), WeekScreen, "To think about:"),
    Page(("d",), DueScreen, "2 to do"),
    Page(("d", "enter"), FollowUpScreen, "1 done as promised"),
    Page(("d", "down", "enter"), ComplaintScreen, "1 acknowledge"),
    Page(("g",), StandardScreen, "Greeted the customer"),
)
OFFICE_PAGES = (
    Page(("m", "review\n"), ReviewsScreen, "maria"),
    Page(("m", "wrong\n"), ReportedScreen, "coins of the euro"),
)
OFFICE_DIALOGS = (
    Dialog(("enter", "1", "r"), Ask, ("kind", " and exact"), ("enter", "enter"), cc.ReviewRecord),
    Dialog(("enter",), Ask, ("written", " now"), ("enter",), cc.SettleArticleReport),
)


async def test_every_page_comes_by_itself_when_the_branch_is_back(busy: CareStage) -> None:
    async with busy.signed_in() as teller:
        await teller.press("space", "s")
        await teller.until(lambda: busy.commands(c.Start) and not teller.screen.outbox)
        for page in PAGES:
            await comes_by_itself(page, busy, teller)


async def comes_by_itself(page: Page, room: CareStage, teller: Teller) -> None:
    await pressed(teller, page.opens[:-1])
    goes_away(room)
    await press(teller, page.opens[-1])
    await teller.until(lambda: front(teller, page.screen))
    await teller.sees("The branch does not answer. It is asked again by itself.")
    comes_back(room)
    await teller.sees(page.says)
    await teller.until(lambda: "does not answer" not in teller.shows())
    await back(teller)


async def test_a_supervisors_pages_come_by_themselves_and_what_is_written_there_is_kept(office: CareStage) -> None:
    async with office.signed_in() as teller:
        for page in OFFICE_PAGES:
            await comes_by_itself(page, office, teller)
        for page, dialog in zip(OFFICE_PAGES, OFFICE_DIALOGS, strict=True):
            await pressed(teller, page.opens)
            await teller.sees(page.says)
            await through(dialog, office, teller)
            await back(teller)


async def test_a_branch_whose_database_is_away_is_asked_again_too(room: CareStage) -> None:
    async with room.signed_in() as teller:
        room.care.refuse_with = StorageBusy()
        await teller.press("y")
        await teller.until(lambda: teller.pilot.app.screen.query_one("#state").display)
        room.care.refuse_with = None
        await teller.sees("Nobody served yet today.")


# -- coming in


async def choose(teller: Teller, password: str) -> None:
    """A new password."""
    for field in ("#new", "#again"):
        await teller.until(lambda field=field: teller.pilot.app.screen.query_one(field).has_focus)  # type: ignore[misc]
        await teller.write(f"{password}\n")


async def test_signing_in_goes_on_when_the_branch_is_back(stage: Stage) -> None:
    stage.sign_in.one_time = stage.sign_in.away = True
    async with stage.at_the_door() as teller:
        await teller.write(f"{stage.password}\n")
        await teller.sees("The branch server cannot be reached.")
        stage.sign_in.away = False
        await teller.write(f"{stage.password}\n")
        await teller.until(lambda: front(teller, NewPasswordScreen))
        stage.sign_in.away = True
        await choose(teller, "long enough now")
        await teller.sees("The branch server cannot be reached.")
        stage.sign_in.away = False
        await teller.press("enter")
        await teller.until(lambda: front(teller, WorkScreen))


async def test_an_answer_that_comes_behind_the_choice_of_a_language_leaves_no_screen_behind(stage: Stage) -> None:
    stage.sign_in.one_time = True
    async with stage.at_the_door() as teller:
        for screen, way, typed in (
            (SignInScreen, stage.sign_in.way, f"{stage.password}\n"),
            (NewPasswordScreen, stage.sign_in.way, "long enough now"),
            (CounterScreen, stage.line.way, ""),
        ):
            stage.sign_in.way.clear()
            stage.line.way.clear()
            await teller.until(lambda screen=screen: front(teller, screen))  # type: ignore[misc]
            await (choose(teller, typed) if screen is NewPasswordScreen else teller.write(typed))
            await teller.press("f2")
            await teller.until(lambda: front(teller, Choose))
            way.set()
            await teller.until(lambda: not front(teller, Choose))
        await teller.until(lambda: front(teller, WorkScreen))
        assert len(teller.pilot.app.screen_stack) == 2


async def test_a_session_that_is_forgotten_at_the_choice_of_a_counter_leads_back_to_signing_in(stage: Stage) -> None:
    stage.line.refuse_reading = stage.line.refuse_with = NotSignedIn()
    async with stage.at_the_door() as teller:
        await teller.write(f"{stage.password}\n")
        await teller.sees("Please sign in again")
        assert front(teller, SignInScreen)
        stage.line.refuse_reading = stage.line.refuse_with = None
        await teller.write(f"{stage.password}\n")
        await teller.until(lambda: front(teller, WorkScreen))


async def test_the_counters_are_asked_for_again_when_the_database_was_away(stage: Stage) -> None:
    stage.counter = None
    stage.line.refuse_reading = StorageBusy()
    async with stage.at_the_door() as teller:
        await teller.write(f"{stage.password}\n")
        await teller.until(lambda: teller.said() != [])
        stage.line.refuse_reading = None
        await teller.sees("Counter 3")
