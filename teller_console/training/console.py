"""The console of a lesson: the real one, let in without a password, with a strip above every screen that says what goes
on in the practice branch."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from lobby.errors import LobbyError
from teller_console.app import Console
from teller_console.protocols import Session
from teller_console.screens.work import WorkScreen
from teller_console.training.coach import Lesson, lesson
from teller_console.training.practice_branch import COUNTER, TRAINEE, PracticeBranch
from teller_console.training.practice_sign_in import PracticeSignIn
from teller_console.training.scene import Scene
from teller_console.training.school import ORDINARY, Pace, School
from teller_console.training.situations import Situation
from teller_console.training.strip import Strip
from teller_console.training.visit import cut

AGAIN_S = 0.5

ENDINGS = (signal.SIGTERM, signal.SIGHUP)
"""A lesson that is told to end still ends its server."""


@dataclass
class SceneChanged(Message):
    """Something else goes on in the lesson."""

    scene: Scene


class PracticeConsole(Console):
    """The trainee's console; ends with Ctrl+Q, Ctrl+C or a signal, or when the trainee signs out."""

    TITLE = "lobby train"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]

    def __init__(
        self,
        branch: PracticeBranch,
        plan: Sequence[Situation],
        language: str,
        *,
        lay_out: bool = False,
        pace: Pace = ORDINARY,
    ) -> None:
        self.practice = PracticeSignIn(branch, language)
        super().__init__(self.practice, server=branch.url, language=language, counter=COUNTER, lay_out=lay_out)
        self._branch = branch
        self._plan = tuple(plan)
        self.school = School(branch, plan, language, lambda scene: self.post_message(SceneChanged(scene)), pace)
        self.scene = Scene()
        self._been_in = False

    def lesson(self) -> Lesson:
        """How it went so far."""
        visits = cut(self._branch.journal(), self.practice.look_ups, self.school.customers, TRAINEE)
        taught = zip(self._plan, visits.values(), strict=False)  # not all of them have come, perhaps
        return lesson(taught, self._branch.mean_s, len(self._plan))

    def on_mount(self) -> None:
        for number in ENDINGS:
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        self.screen_change_signal.subscribe(self, self._hang_strip)
        self.school.start()

    async def on_unmount(self) -> None:
        await asyncio.to_thread(self.school.stop)
        for number in ENDINGS:
            asyncio.get_running_loop().remove_signal_handler(number)

    async def _let_in(self, notice: str) -> Session | None:
        """At once; whoever signs out has had the lesson."""
        if self._been_in and not notice:
            self.exit()
            await asyncio.Event().wait()
        while True:
            try:
                session = await asyncio.to_thread(self.practice.let_in)
            except LobbyError:
                await asyncio.sleep(AGAIN_S)
            else:
                self._been_in = True
                return session

    # -- the strip

    def _hang_strip(self, screen: Screen[object]) -> None:
        self.call_next(self._hang_on, screen)

    async def _hang_on(self, screen: Screen[object]) -> None:
        if screen.is_attached and not screen.query(Strip):
            await screen.mount(Strip(brief=not isinstance(screen, WorkScreen)), before=0)
        self._tell()

    @on(SceneChanged)
    def change_scene(self, event: SceneChanged) -> None:
        self.scene = event.scene
        self._tell()

    def _tell(self) -> None:
        for screen in self.screen_stack:
            for strip in screen.query(Strip):
                strip.tell(self.scene, self.tongue.words)
