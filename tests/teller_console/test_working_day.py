"""A whole working day of one teller, without a mouse, in each language: by the keys, against a real branch; in English
over the wire."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from lobby.care import events as ce
from lobby.door import Answer
from lobby.happened import Happened
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Actor
from lobby.queue.ticket import State
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.remote import RemoteDesk
from lobby.views import TicketView
from lobby.words import words
from teller_console.app import Console
from teller_console.protocols import Session, Workplace
from teller_console.remote_sign_in import RemoteSignIn
from teller_console.screens.answers import AnswersScreen
from teller_console.screens.article import ArticleScreen
from teller_console.screens.ask import Ask
from teller_console.screens.choose import Choose
from teller_console.screens.counter import CounterScreen
from teller_console.screens.due import DueScreen
from teller_console.screens.due_follow_up import FollowUpScreen
from teller_console.screens.my_day import MyDayScreen
from teller_console.screens.pick import Pick
from teller_console.screens.record_form import RecordForm
from teller_console.screens.sign_in import SignInScreen
from teller_console.screens.standard import StandardScreen
from teller_console.screens.take_complaint_receipt import ReceiptScreen
from teller_console.screens.week import WeekScreen
from teller_console.screens.work import WorkScreen
from tests.end_to_end.branch_process import BRANCH, BranchProcess, lobby
from tests.teller_console.care_stage import CareStage
from tests.teller_console.fakes import DeskFollower
from tests.teller_console.stage import MARIA, OMAR, Teller

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SEARCHED = {"en": "lost card", "ar": "بطاقة", "zh": "银行卡", "ru": "карта"}
SAID = {
    "en": "Nobody told me about the fee",
    "ar": "لم يخبرني أحد بالرسوم",
    "zh": "没有人告诉我要收手续费",
    "ru": "О комиссии мне никто не сказал",
}


@dataclass
class Maria(Teller):
    """What she sees and does; each step waits for what comes of it in the branch."""

    stage: Any

    async def at(self, screen: type[Screen[object]]) -> None:
        await self.until(lambda: isinstance(self.pilot.app.screen, screen))

    async def back(self) -> None:
        """Out of whatever stands before the counter."""
        while not isinstance(self.pilot.app.screen, WorkScreen):
            shown = self.pilot.app.screen
            await self.press("escape")
            await self.until(lambda shown=shown: self.pilot.app.screen is not shown)

    async def is_now(self, number: str, state: State) -> None:
        """The ticket stands so, and the counter shows it."""
        await self.until(lambda: self.stage.ticket(number).state is state)
        here = state in (State.CALLED, State.SERVING)
        await self.until(lambda: (self.number == number and self.state is state) if here else self.number != number)

    @property
    def number(self) -> str:
        ticket = self.screen.counter.ticket
        return ticket.number if ticket else ""

    @property
    def state(self) -> State | None:
        ticket = self.screen.counter.ticket
        return ticket.state if ticket else None

    async def serve_next(self, service: str = "cash") -> str:
        number = self.stage.issue(service, self.stage.language)
        await self.until(lambda: any(one.number == number for one in self.screen.queue.waiting))
        await self.press("space")
        await self.is_now(number, State.CALLED)
        await self.press("s")
        await self.is_now(number, State.SERVING)
        return number

    async def more(self, said: str) -> None:
        """By its name, under M."""
        await self.press("m")
        await self.write(words(self.stage.language)(said) + "\n")

    async def happened(self, kind: type[Happened], times: int = 1) -> None:
        await self.until(lambda: self.count(kind) >= times)

    def count(self, kind: type[Happened]) -> int:
        return sum(isinstance(one.event, kind) for one in self.stage.events())


@asynccontextmanager
async def a_morning(room: CareStage, language: str) -> AsyncIterator[Maria]:
    """The console shows the sign-in screen; omar is at counter 2."""
    room.language = language
    room.do(c.OpenCounter(2), OMAR)

    def place(session: Session) -> Workplace:
        return Workplace(room.line, lambda: DeskFollower(room.desk), care=room.of(MARIA))

    room.sign_in.place = place
    app = Console(room.sign_in, server="http://branch", language=language)
    async with app.run_test(size=(120, 36)) as pilot:
        yield Maria(pilot, room)


async def test_a_working_day_by_keys_alone_in_arabic(room: CareStage) -> None:
    async with a_morning(room, "ar") as maria:
        await the_whole_day(maria, "ar")
        as_it_was_meant(room.events())
        assert room.line.sent == room.line.carried, "everything reached the branch at the first attempt"


async def test_a_working_day_over_the_wire(branch_process: BranchProcess, tmp_path: Path) -> None:
    wired = Wired(branch_process)
    app = Console(RemoteSignIn(branch_process.url), server=branch_process.url, state=tmp_path / "state")
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await the_whole_day(Maria(pilot, wired), "en")
    finally:
        wired.close()
    as_it_was_meant(wired.events())
    assert list((tmp_path / "state").rglob("*.json")) == [], "nothing is left unfinished"


@pytest.fixture
def branch_process(tmp_path: Path) -> Iterator[BranchProcess]:
    """A running branch with maria, which has no patience with those who do not come."""
    made = BranchProcess(tmp_path / "branch", articles=True)
    made.edit("no_show_grace_s = 30", "no_show_grace_s = 0")
    made.start()
    try:
        yield made
    finally:
        made.close()


class Wired:
    """A branch behind a server, for the steps of the day."""

    language = "en"
    password = "counting sheep"

    def __init__(self, branch: BranchProcess) -> None:
        self._branch = branch
        self._kiosk, self._omar = (branch.desks(role, [name])[0] for role, name in (("kiosk", "k"), ("teller", "omar")))
        added = lobby("staff", "add", "--data", branch.folder, "--role", "teller", "--name", "Maria", "maria")
        one_time = added.stdout.split()[-1]
        session = RemoteDesk.sign_in(branch.url, "maria", one_time)
        RemoteDesk.change_password(branch.url, session.token, one_time, self.password)
        self.do(c.OpenCounter(2))

    def do(self, command: c.Command, actor: Actor = OMAR) -> Answer:
        return self._omar.submit(command, key=secrets.token_hex(8))

    def issue(self, service: str, language: str) -> str:
        ticket = self._kiosk.submit(c.Issue(service, language), key=secrets.token_hex(8)).ticket
        assert ticket is not None
        return ticket.number

    def ticket(self, number: str) -> TicketView:
        return self._omar.ticket(number)

    def events(self) -> list[e.Recorded]:
        with closing(Store.in_folder(self._branch.folder)) as store:
            return Journal(store, BRANCH).read(0)

    def wait(self, seconds: float) -> None:
        """Nobody has to."""

    def close(self) -> None:
        self._kiosk.close()
        self._omar.close()


async def the_whole_day(maria: Maria, language: str) -> None:
    await sign_in(maria)
    await the_ordinary_round(maria)
    await several_services_and_parking(maria)
    await transfers(maria)
    await somebody_who_does_not_come(maria)
    await somebody_without_a_ticket(maria)
    await a_break(maria)
    await care(maria, language)
    await the_evening(maria)


def as_it_was_meant(journal: Iterable[e.Recorded]) -> None:
    """Each thing happened as often as it was meant; the outcome that was undone was recorded twice."""
    own = [one.event for one in journal if one.actor == "maria"]
    kinds = Counter(type(event).__name__ for event in own)
    assert {kind: kinds[kind] for kind in EXPECTED} == EXPECTED
    outcomes = Counter(event.outcome for event in own if isinstance(event, e.InteractionRecorded))
    assert outcomes["answered"] >= 2
    assert sum(outcomes.values()) == 6


EXPECTED = {
    "CounterReady": 1,
    "TicketRecalled": 2,
    "StepUndone": 1,
    "ServiceAdded": 1,
    "TicketParked": 1,
    "TicketResumed": 1,
    "TicketTransferred": 3,
    "NoShowDeclared": 1,
    "TicketReturned": 1,
    "BreakStarted": 1,
    "BreakEnded": 1,
    "ComplaintReceived": 1,
    "ComplaintAcknowledged": 1,
    "FollowUpPromised": 1,
    "FollowUpKept": 1,
    "PraiseGiven": 1,
    "ArticleReported": 1,
    "CounterOffered": 2,
    "CounterKept": 1,
}


async def sign_in(maria: Maria) -> None:
    """User name and password in one burst, as a slow line brings them; then a counter by its number."""
    await maria.write("maria\n" + maria.stage.password)
    await maria.until(lambda: maria.pilot.app.screen.query_one("#password").has_focus)
    assert maria.stage.password not in maria.shows()
    await maria.press("enter")
    await maria.at(CounterScreen)
    await maria.until(lambda: "3" in maria.shows())
    await maria.press("3")
    await maria.at(WorkScreen)
    await maria.until(lambda: maria.screen.branch is not None and maria.screen.counter.teller == "maria")


async def the_ordinary_round(maria: Maria) -> None:
    """Next as soon as someone comes, recall, start, the usual outcome in at most six keys, undo, and once more."""
    await maria.press("e")
    await maria.until(lambda: maria.screen.counter.ready)
    number = maria.stage.issue("cash", maria.stage.language)
    await maria.is_now(number, State.CALLED)
    await maria.press("r")
    await maria.happened(e.TicketRecalled)
    await maria.press("s")
    await maria.is_now(number, State.SERVING)
    keys = ("f", "4", "enter")
    assert len(keys) <= 6
    await maria.press(*keys)
    await maria.is_now(number, State.FINISHED)
    await maria.press("u")
    await maria.is_now(number, State.SERVING)
    await maria.press(*keys)
    await maria.is_now(number, State.FINISHED)


async def several_services_and_parking(maria: Maria) -> None:
    number = await maria.serve_next("accounts")
    await maria.press("a")
    await maria.at(Choose)
    await maria.press("c")
    await maria.until(lambda: maria.stage.ticket(number).then == ("cards",))
    await maria.back()
    await maria.press("p")
    await maria.at(Ask)
    await maria.press("1", "enter")
    await maria.is_now(number, State.PARKED)
    await maria.press("k")
    await maria.at(Pick)
    await maria.press("enter")
    await maria.is_now(number, State.SERVING)
    await maria.press("f")
    await maria.write("1")
    await maria.press("enter")
    await fill_in_what_is_asked(maria)
    await maria.until(lambda: maria.stage.ticket(number).service == "cards")
    await maria.is_now(number, State.WAITING)
    maria.stage.do(c.Cancel(number))


async def fill_in_what_is_asked(maria: Maria) -> None:
    """The first choice of every field that is needed."""
    while isinstance(maria.pilot.app.screen, RecordForm):
        await maria.press("1", "enter")


async def transfers(maria: Maria) -> None:
    """To a service, a counter, a colleague."""
    first = await maria.serve_next()
    await maria.press("t")
    await maria.at(Choose)
    await maria.press("l")
    await maria.at(Ask)
    await maria.press("enter")
    await maria.is_now(first, State.WAITING)
    second = await maria.serve_next()
    await maria.press("t")
    await maria.at(Choose)
    await maria.press("2")
    await maria.at(Ask)
    await maria.write("for omar")
    await maria.press("enter")
    await maria.is_now(second, State.WAITING)
    third = await maria.serve_next()
    await maria.press("t")
    await maria.at(Choose)
    await maria.press("end", "enter")
    await maria.at(Ask)
    await maria.press("enter")
    await maria.is_now(third, State.WAITING)
    stage = maria.stage
    assert stage.ticket(first).service == "loans"
    assert stage.ticket(second).for_counter == 2
    assert stage.ticket(third).for_teller == "omar"


async def somebody_who_does_not_come(maria: Maria) -> None:
    """No-show after the recall and the grace; comes back, is called out of order and leaves."""
    number = maria.stage.issue("cash", maria.stage.language)
    await maria.until(lambda: any(one.number == number for one in maria.screen.queue.waiting))
    await maria.press("space")
    await maria.is_now(number, State.CALLED)
    await maria.press("r")
    await maria.happened(e.TicketRecalled, 2)
    maria.stage.wait(40)
    await maria.press("n")
    await maria.is_now(number, State.NO_SHOW)
    await maria.press("w")
    await maria.at(Pick)
    await maria.press("enter")
    await maria.is_now(number, State.WAITING)
    await maria.press("x")
    await maria.at(Pick)
    await maria.write(number)
    await maria.press("enter")
    await maria.at(Ask)
    await maria.write("has waited")
    await maria.press("enter")
    await maria.is_now(number, State.CALLED)
    await maria.press("s")
    await maria.is_now(number, State.SERVING)
    await maria.press("f", "enter")
    await maria.is_now(number, State.FINISHED)


async def somebody_without_a_ticket(maria: Maria) -> None:
    await maria.press("i")
    await maria.press("a")
    await maria.press("2")
    await maria.until(lambda: maria.state is State.CALLED)
    await maria.press("s")
    await maria.until(lambda: maria.state is State.SERVING)
    number = maria.number
    await maria.press("f", "enter")
    await maria.is_now(number, State.FINISHED)


async def a_break(maria: Maria) -> None:
    await maria.press("b")
    await maria.at(Ask)
    await maria.press("1", "enter")
    await maria.until(lambda: maria.screen.counter.on_break)
    await maria.press("b")
    await maria.until(lambda: not maria.screen.counter.on_break)


async def care(maria: Maria, language: str) -> None:
    """A complaint, a promise that is kept, an answer that is searched, read and reported, a standard, praise."""
    number = await maria.serve_next("cards")
    await maria.press("c")
    await maria.write(f"{SAID[language]}\n4")
    await maria.write("Ms Lake\nlake@example.com\n")
    await maria.at(ReceiptScreen)
    await maria.press("a")
    await maria.happened(ce.ComplaintAcknowledged)
    await maria.at(WorkScreen)
    await maria.press("v")
    await maria.at(RecordForm)
    await maria.write("call about the card\n+3d\nMs Lake\n0794 600 000\n")
    await maria.happened(ce.FollowUpPromised)
    await maria.back()
    await maria.press("slash")
    await maria.at(AnswersScreen)
    await maria.write(SEARCHED[language])
    await maria.until(lambda: bool(maria.pilot.app.screen._articles) and not maria.pilot.app.screen._asked)
    await maria.press("enter")
    await maria.at(ArticleScreen)
    await maria.until(lambda: maria.pilot.app.screen._shown is not None)
    await maria.press("w")
    await maria.press("2")
    await maria.write("last year's\n")
    await maria.happened(ce.ArticleReported)
    await maria.back()
    await maria.press("g")
    await maria.at(StandardScreen)
    await maria.back()
    await maria.press("f", "1", "enter")
    await fill_in_what_is_asked(maria)
    await maria.is_now(number, State.FINISHED)
    await maria.more("pass praise on")
    await maria.at(RecordForm)
    await maria.write("very patient\nomar\n\n")
    await maria.happened(ce.PraiseGiven)
    await maria.back()


async def the_evening(maria: Maria) -> None:
    """What is due, my day, my week; the counter handed over to omar; signed out at another one."""
    await maria.press("d")
    await maria.at(DueScreen)
    await maria.until(lambda: len(maria.pilot.app.screen._lines) == 2)
    await maria.press("enter")
    await maria.at(FollowUpScreen)
    await maria.until(lambda: maria.pilot.app.screen._steps != ())
    await maria.press("1")
    await maria.at(RecordForm)
    await maria.write("all well\n")
    await maria.happened(ce.FollowUpKept)
    await maria.back()
    await maria.press("y")
    await maria.at(MyDayScreen)
    await maria.press("w")
    await maria.at(WeekScreen)
    await maria.back()
    await maria.press("h", "1")
    await maria.until(lambda: maria.screen.counter.offered)
    await maria.press("h")
    await maria.until(lambda: not maria.screen.counter.offered)
    await maria.press("h", "2")
    await maria.until(lambda: maria.screen.counter.offered_to == "omar")
    maria.stage.do(c.CloseCounter(2), OMAR)
    maria.stage.do(c.OpenCounter(3), OMAR)
    await maria.at(CounterScreen)
    await maria.until(lambda: "omar" in maria.shows())
    await maria.press("1")
    await maria.at(WorkScreen)
    await maria.until(lambda: maria.screen.counter.teller == "maria")
    await maria.press("o")
    await maria.press("1")
    await maria.at(SignInScreen)
    await maria.happened(e.CounterClosed, 2)
