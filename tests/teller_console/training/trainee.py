"""A trainee who presses keys at the practice branch, with a real server, and reads the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from lobby.happened import Happened
from lobby.words import words
from teller_console.right_to_left import PDI, RLI
from teller_console.screens.work import WorkScreen
from teller_console.training.console import PracticeConsole
from teller_console.training.practice_branch import PracticeBranch
from teller_console.training.school import Pace
from teller_console.training.situations import SITUATIONS, Situation

PATIENCE_S = 30.0
QUICK = Pace(look_s=0.05, breath_s=0.05, light_s=0.1, dark_s=1.0)
BY_CODE = {one.code: one for one in SITUATIONS}


@dataclass
class Trainee:
    pilot: Pilot[None]
    branch: PracticeBranch
    console: PracticeConsole

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        for letter in text:
            self.console.post_message(events.Key(_character_to_key(letter), letter))
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool]) -> None:
        """Go on as soon as it is true; fail when it never becomes true."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, "never came true; the screen shows:\n" + self.shows()
            await self.pilot.pause()
            await asyncio.sleep(0.01)

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.shows() for text in texts))

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

    def shows(self) -> str:
        strips = self.console.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips).replace(RLI, "").replace(PDI, "")


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
