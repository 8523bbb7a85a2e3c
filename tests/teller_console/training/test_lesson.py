"""Whole lessons, by key alone, at a real server: every situation can be mastered, and the power really goes."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from lobby.queue import events as e
from lobby.words import LANGUAGES, words
from teller_console.screens.article import ArticleScreen
from teller_console.screens.choose import Choose
from teller_console.screens.record_checklist import Checklist
from teller_console.screens.record_form import RecordForm
from teller_console.screens.take_complaint_receipt import ReceiptScreen
from teller_console.screens.work import WorkScreen
from teller_console.training import practice_branch
from teller_console.training.practice_branch import PracticeBranch
from teller_console.training.scene import Phase
from tests.teller_console.training.trainee import BY_CODE, QUICK, Trainee, at_work

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


class SwitchedBranch(PracticeBranch):
    """Its power comes back when it is switched on, however long the trainee takes."""

    def __init__(self) -> None:
        super().__init__()
        self.switched_on = threading.Event()

    def start(self) -> None:
        if self.url:
            self.switched_on.wait()
        super().start()


@pytest.fixture
def branch(monkeypatch: pytest.MonkeyPatch) -> Iterator[SwitchedBranch]:
    monkeypatch.setattr(practice_branch, "GRACE_S", 1)
    monkeypatch.setattr(practice_branch, "START_S", 150.0)
    made = SwitchedBranch()
    made.start()
    yield made
    made.switched_on.set()
    made.close()


def front(trainee: Trainee, screen: type) -> Callable[[], bool]:
    return lambda: isinstance(trainee.console.screen, screen)


async def finishes(trainee: Trainee, *keys: str) -> None:
    await trainee.press("f", *keys, "enter")


async def reads_the_first_answer(trainee: Trainee, *said: str) -> None:
    await trainee.press("slash")
    await trainee.sees("For the service at hand:")
    await trainee.press("enter")
    await trainee.until(front(trainee, ArticleScreen))
    await trainee.sees(*said)


async def large_withdrawal(trainee: Trainee) -> None:
    await reads_the_first_answer(trainee, "one working day's notice")
    await trainee.press("escape", "escape")
    await finishes(trainee, "2")


async def wrong_documents(trainee: Trainee) -> None:
    await trainee.press("f", "+", "3")
    await trainee.until(front(trainee, Checklist))
    await trainee.press("1", "enter", "4", "enter")


async def two_services(trainee: Trainee) -> None:
    await trainee.press("a")
    await trainee.sees("Add which service?")
    await trainee.press("c")
    await trainee.until(front(trainee, WorkScreen))
    await finishes(trainee, "1")
    await trainee.sees("A customer is waiting")
    await trainee.press("space")
    await trainee.sees("stands before you")
    await trainee.press("s")
    await trainee.sees("So, about my new card.")
    await finishes(trainee, "1")


async def transfer(trainee: Trainee) -> None:
    await trainee.press("t")
    await trainee.sees("Transfer to")
    await trainee.press("l")
    await trainee.sees("Transfer: why?")
    await trainee.write("house")
    await trainee.press("enter")


async def no_show(trainee: Trainee) -> None:
    await trainee.sees("Nobody comes to your counter.")
    await trainee.press("r")
    await trainee.until(lambda: trainee.happened(e.TicketRecalled))
    while not trainee.happened(e.NoShowDeclared):
        await trainee.press("n")  # refused until the grace is over
        await trainee.until(lambda: True)


async def angry(trainee: Trainee) -> None:
    await trainee.press("slash")
    await trainee.sees("For the service at hand:")
    await trainee.press("f3")
    await trainee.sees("Thank you for waiting.")
    await trainee.press("escape", "escape")
    await trainee.press("f", "1")
    await trainee.write("waited an hour")
    await trainee.press("enter")


async def complaint(trainee: Trainee) -> None:
    await trainee.press("c")
    await trainee.until(front(trainee, RecordForm))
    await trainee.write("Charged twice.")
    await trainee.press("enter", "4")
    await trainee.write("Sam Fox")
    await trainee.press("enter")
    await trainee.write("020 7946 0018")
    await trainee.press("ctrl+s")
    await trainee.until(front(trainee, ReceiptScreen))
    await trainee.press("escape")
    await finishes(trainee, "5")


async def language(trainee: Trainee) -> None:
    await reads_the_first_answer(trainee, "Lost or stolen card")
    await trainee.press("l")
    await trainee.until(lambda: any(one.language == "ru" for one in trainee.console.practice.look_ups))
    await trainee.press("escape", "escape")
    await finishes(trainee, "5")


async def promise(trainee: Trainee) -> None:
    await trainee.press("f", "+", "4")
    await trainee.until(front(trainee, RecordForm))
    await trainee.press("1")
    await trainee.write("12 High Street")
    await trainee.press("enter")
    await trainee.write("5 Mill Lane")
    await trainee.press("enter", "1", "ctrl+s")
    await trainee.until(front(trainee, WorkScreen))
    await trainee.press("escape", "v")
    await trainee.until(front(trainee, RecordForm))
    await trainee.write("Call about the statement")
    await trainee.press("enter")
    await trainee.write("+3d")
    await trainee.press("ctrl+s")
    await trainee.until(front(trainee, WorkScreen))
    await finishes(trainee, "2")


async def power_cut(trainee: Trainee) -> None:
    await trainee.sees("The power is gone.", "◌ connecting")
    await trainee.press("f", "1", "enter")
    await trainee.sees("Not sent yet: finish")
    assert isinstance(trainee.branch, SwitchedBranch)
    trainee.branch.switched_on.set()
    await trainee.until(lambda: "● live" in trainee.shows())


BY_KEY: dict[str, Callable[[Trainee], Awaitable[None]]] = {
    "large-withdrawal": large_withdrawal,
    "wrong-documents": wrong_documents,
    "two-services": two_services,
    "transfer": transfer,
    "no-show": no_show,
    "angry": angry,
    "complaint": complaint,
    "language": language,
    "promise": promise,
    "power-cut": power_cut,
}


async def test_every_situation_can_be_mastered_by_key(branch: SwitchedBranch) -> None:
    codes = tuple(BY_CODE)
    async with at_work(branch, *codes) as trainee:
        for code, situation in BY_CODE.items():
            await trainee.calls(situation)
            await BY_KEY[code](trainee)
        await trainee.sees("That was the last customer.")
        await trainee.press("l", str(LANGUAGES.index("ru") + 1))
        await trainee.sees(words("ru")(Phase.OVER.value))
        await trainee.press("o")
        await trainee.until(front(trainee, Choose))
        await trainee.press("1")
        await trainee.until(lambda: trainee.console.return_code is not None)  # who signs out has had the lesson
    for one in trainee.console.lesson().met:
        assert not one.missing, (one.situation.code, [expected.said for expected in one.missing])


async def test_who_leaves_in_the_dark_is_told_how_it_went_until_then(branch: SwitchedBranch) -> None:
    async with at_work(branch, "power-cut", "angry", pace=replace(QUICK, dark_s=600)) as trainee:
        await trainee.calls(BY_CODE["power-cut"])
        await trainee.sees("The power is gone.")
    held = trainee.console.lesson()
    assert [(one.situation.code, len(one.missing)) for one in held.met] == [("power-cut", 2)]
    assert held.met[0].start_s is not None


async def test_whoever_speaks_a_language_that_the_branch_does_not_is_taught_in_it_all_the_same(
    branch: SwitchedBranch,
) -> None:
    other = next(one for one in LANGUAGES if one not in branch.languages)
    async with at_work(branch, "angry", language=other) as trainee:
        await trainee.until(lambda: any(isinstance(one.event, e.TicketIssued) for one in branch.journal()))
    assert list(trainee.console.school.customers.values()) == [other]
