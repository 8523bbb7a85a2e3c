"""A branch, a console on it, and short ways to say what happens there."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from lobby.desk import Desk
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.queue.events import Recorded
from lobby.views import TicketView
from teller_console.app import Console
from teller_console.messages import LiveStateChanged
from teller_console.protocols import Session, Workplace
from teller_console.right_to_left import PDI, RLI
from teller_console.screens.work import WorkScreen
from tests.builders import Clock
from tests.teller_console.fakes import FakeFollower, FakeSignIn, Line

MARIA = Actor("maria", "teller")
OMAR = Actor("omar", "teller")
KIOSK = Actor("kiosk-1", "kiosk")
PATIENCE_S = 10.0


@dataclass
class Stage:
    desk: Desk
    clock: Clock
    language: str = "en"
    counter: int = 3
    follower: FakeFollower = field(default_factory=FakeFollower)
    state: Path | None = None
    closed: int = 0
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.line = Line(self.desk.door(MARIA))
        self.sign_in = FakeSignIn(self._place)

    def _place(self, session: Session) -> Workplace:
        return Workplace(self.line, lambda: self.follower, close=self._close)

    def _close(self) -> None:
        self.closed += 1

    # -- what others do

    def do(self, command: c.Command, actor: Actor = MARIA) -> Answer:
        return self.desk.submit(command, key=f"stage-{next(self._keys)}", actor=actor)

    def issue(self, service: str = "cash", language: str = "en", **more: object) -> str:
        """A customer takes a number."""
        answer = self.do(c.Issue(service, language, **more), KIOSK)  # type: ignore[arg-type]
        assert answer.ticket is not None
        return answer.ticket.number

    def ticket(self, number: str) -> TicketView:
        return self.desk.door(MARIA).ticket(number)

    def commands(self, kind: type[c.Command]) -> list[c.Command]:
        """What of this kind reached the branch."""
        return [command for command, _ in self.line.carried if isinstance(command, kind)]

    def events(self) -> list[Recorded]:
        """The journal so far."""
        return self.desk.events()

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.clock.forward(seconds)

    @property
    def password(self) -> str:
        return self.sign_in.password

    def finished(self) -> list[tuple[str, str]]:
        """Outcome and note of each finish that reached the branch."""
        return [(one.outcome, one.note) for one in self.commands(c.Finish) if isinstance(one, c.Finish)]

    # -- the console

    def console(self) -> Console:
        return Console(
            self.sign_in,
            server="http://branch",
            language=self.language,
            counter=self.counter,
            user="maria",
            state=self.state,
        )

    @asynccontextmanager
    async def signed_in(self, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Teller]:
        """A teller at the counter, with a live line."""
        app = self.console()
        async with app.run_test(size=size) as pilot:
            teller = Teller(pilot, self)
            app.screen.query_one("#password", Input).value = self.sign_in.password
            await pilot.press("enter")
            await teller.until(
                lambda: (
                    any(isinstance(screen, WorkScreen) for screen in app.screen_stack)
                    and self.follower.hear is not None
                )
            )
            self.follower.say(LiveStateChanged(True))
            await teller.until(lambda: teller.screen.branch is not None and "●" in teller.shows())
            yield teller


@dataclass
class Teller:
    """Presses keys and reads the screen."""

    pilot: Pilot[None]
    stage: Stage

    @property
    def screen(self) -> WorkScreen:
        found = next(screen for screen in self.pilot.app.screen_stack if isinstance(screen, WorkScreen))
        return found

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        """Type as fast as a terminal that hands over many letters at once."""
        for letter in text:
            self.pilot.app.post_message(events.Key("enter" if letter == "\n" else _character_to_key(letter), letter))
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool]) -> None:
        """Go on as soon as it is true; fail when it never becomes true."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end, "never came true; the screen shows:\n" + self.shows()
            await self.pilot.pause()
            await asyncio.sleep(0.005)

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.shows() for text in texts))

    def shows(self) -> str:
        """The screen as text, line by line."""
        screen = self.pilot.app.screen
        strips = screen._compositor.render_strips()
        text = "\n".join(strip.text.rstrip() for strip in strips)
        return text.replace(RLI, "").replace(PDI, "")

    def said(self) -> list[str]:
        """Notifications so far."""
        return [note.message for note in self.pilot.app._notifications]
