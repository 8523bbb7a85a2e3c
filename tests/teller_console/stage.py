"""A branch, a console on it, and short ways to say what happens there."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual.widgets import Input

from lobby.desk import Desk
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.queue.events import Recorded
from lobby.views import TicketView
from teller_console.app import Console
from teller_console.messages import LiveStateChanged, TimeTold
from teller_console.protocols import Session, Workplace
from teller_console.screens.sign_in import SignInScreen
from teller_console.screens.work import WorkScreen
from tests.builders import Clock
from tests.teller_console.fakes import FakeFollower, FakeSignIn, Line
from tests.teller_console.typist import Typist

MARIA = Actor("maria", "teller")
OMAR = Actor("omar", "teller")
KIOSK = Actor("kiosk-1", "kiosk")


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
    async def at_the_door(self, app: Console | None = None, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Teller]:
        """A teller before the fields of the sign-in screen, of this console or the stage's own."""
        app = app or self.console()
        async with app.run_test(size=size) as pilot:
            teller = Teller(pilot, self)
            await teller.until(lambda: isinstance(app.screen, SignInScreen) and app.screen.focused is not None)
            yield teller

    @asynccontextmanager
    async def signed_in(self, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Teller]:
        """A teller at the counter, with a live line."""
        async with self.at_the_door(size=size) as teller:
            app = teller.pilot.app
            app.screen.query_one("#password", Input).value = self.sign_in.password
            await teller.press("enter")
            await teller.until(
                lambda: (
                    any(isinstance(screen, WorkScreen) for screen in app.screen_stack)
                    and self.follower.hear is not None
                )
            )
            self.follower.say(LiveStateChanged(True))
            await teller.until(lambda: teller.screen.branch is not None and "●" in teller.shows())
            await teller.settled()
            yield teller


@dataclass
class Teller(Typist):
    """At a counter of the stage."""

    stage: Stage

    @property
    def screen(self) -> WorkScreen:
        found = next(screen for screen in self.pilot.app.screen_stack if isinstance(screen, WorkScreen))
        return found

    async def time_goes_by(self, seconds: float) -> None:
        """In the branch, which says so."""
        self.stage.clock.forward(seconds)
        self.stage.follower.say(TimeTold(self.stage.clock()))
        await self.settled()
        self.screen.changed()
