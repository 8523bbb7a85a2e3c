"""A trainee who presses keys at the practice branch, with a real server, and reads the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from lobby.happened import Happened
from lobby.words import words
from teller_console.screens.work import WorkScreen
from teller_console.training.console import PracticeConsole
from teller_console.training.practice_branch import PracticeBranch
from teller_console.training.school import Pace
from teller_console.training.situations import SITUATIONS, Situation
from tests.teller_console.typist import Typist

QUICK = Pace(look_s=0.05, breath_s=0.05, light_s=0.1, dark_s=0.1)
BY_CODE = {one.code: one for one in SITUATIONS}


@dataclass
class Trainee(Typist):
    patience_s: ClassVar[float] = 180.0  # a server is started
    branch: PracticeBranch
    console: PracticeConsole

    async def calls(self, situation: Situation) -> None:
        """Call the customer, and start where one comes."""
        await self.sees(situation.title, "A customer is waiting")
        await self.press("space")
        if situation.comes:
            await self.sees("stands before you")
            await self.press("s")
            await self.until(lambda: any(said in self.shows() for said in ("Customer: “", "The power is gone.")))

    def happened(self, kind: type[Happened]) -> bool:
        """Whether the journal has an event of this kind."""
        return any(isinstance(one.event, kind) for one in self.branch.journal())


@asynccontextmanager
async def at_work(
    branch: PracticeBranch, *codes: str, language: str = "en", pace: Pace = QUICK
) -> AsyncIterator[Trainee]:
    """A trainee at the counter, for these situations."""
    console = PracticeConsole(branch, [BY_CODE[code] for code in codes], language, pace=pace)
    async with console.run_test(size=(120, 36)) as pilot:
        trainee = Trainee(pilot, branch, console)
        await trainee.until(lambda: isinstance(console.screen, WorkScreen))
        await trainee.sees("●", words(language)("Practice branch"))
        yield trainee
