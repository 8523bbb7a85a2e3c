"""The console: from signing in to the counter, and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.theme import Theme

from lobby.errors import LobbyError
from lobby.words import refusal
from teller_console.leaving import Leaving
from teller_console.memory import Memory, remember
from teller_console.protocols import Post, Session, SignIn, Workplace
from teller_console.right_to_left import Isolate, LayOut
from teller_console.screens.counter import CounterScreen
from teller_console.screens.new_password import NewPasswordScreen
from teller_console.screens.sending import Sending
from teller_console.screens.sign_in import SignInScreen
from teller_console.screens.work import WorkScreen
from teller_console.terminal import on_a_terminal
from teller_console.tongue import Tongue

if TYPE_CHECKING:
    from teller_console.dictation import Transcriber

LULL_S = 0.25
"""Without a key for so long, the next one is not waited for any moment."""

CALM = Theme(
    name="calm",
    primary="#4a6785",
    secondary="#6b8299",
    accent="#7cc4ff",
    warning="#f2c14e",
    error="#ff8a80",
    success="#7fd1a0",
    background="#10161d",
    surface="#18212b",
    panel="#1e2935",
    foreground="#e8edf2",
    dark=True,
)


class Console(App[None], inherit_bindings=False):
    """One teller's console at the server that `sign_in` stands for; `server` is its address, to be shown. In the folder
    `state` it keeps what is not finished; without one it forgets it when it ends. `lay_out`: the terminal does not put
    right-to-left words into their order, so that the console has to. `find_transcriber` looks, in a thread, for what
    writes spoken notes down; `in_a_lull` is called again and again while no key is pressed."""

    TITLE = "lobby console"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", show=False, priority=True)]

    def __init__(
        self,
        sign_in: SignIn,
        *,
        server: str = "",
        language: str = "en",
        user: str = "",
        counter: int | None = None,
        state: Path | None = None,
        lay_out: bool = False,
        find_transcriber: Callable[[], Transcriber | None] = lambda: None,
        in_a_lull: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._in_a_lull = in_a_lull
        self._pressed_at = float("-inf")
        self._find_transcriber = find_transcriber
        self._transcriber: Transcriber | None = None
        self.tongue = Tongue(language)
        self._sign_in = sign_in
        self._server = server
        self._user = user
        self._counter = counter
        self._state = state
        self._right_to_left = LayOut() if lay_out else Isolate()
        self._memory = Memory()
        self._whose = ("", "")

    def get_driver_class(self) -> type[Driver]:
        return on_a_terminal(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._right_to_left]

    def on_mount(self) -> None:
        self.register_theme(CALM)
        self.theme = CALM.name
        self.set_interval(2 * LULL_S, self._look_for_lull)
        self._serve()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste):
            self._pressed_at = time.monotonic()
            for screen in self.screen_stack:
                if isinstance(screen, Sending):
                    screen.hurry()
        await super().on_event(event)

    def _look_for_lull(self) -> None:
        if time.monotonic() - self._pressed_at >= LULL_S:
            self._in_a_lull()

    @work
    async def _serve(self) -> None:
        """Sign in, take a counter, work, and from the start."""
        notice = ""
        while True:
            session = await self._let_in(notice)
            notice = ""
            if session is None:
                continue
            try:
                place = await asyncio.to_thread(self._sign_in.enter, session)
            except LobbyError as error:
                notice = refusal(error, self.tongue.words)
                continue
            await asyncio.to_thread(self._get_ready, place.branch, session.name)
            try:
                if await self._work(session, place) is Leaving.SIGN_IN_AGAIN:
                    notice = self.tongue.words("Please sign in again; what you typed is kept.")
            finally:
                await asyncio.to_thread(place.close)

    async def _let_in(self, notice: str) -> Session | None:
        screen = SignInScreen(self._sign_in, self._server, self.tongue, user=self._user, notice=notice)
        session, password = await self.push_screen_wait(screen)
        self._user = screen.user
        if not session.must_change:
            return session
        changed = await self.push_screen_wait(NewPasswordScreen(self._sign_in, session, password, self.tongue))
        return session if changed else None

    async def _work(self, session: Session, place: Workplace) -> Leaving:
        """At one counter after the other, until the teller leaves."""
        while True:
            counter = await self.push_screen_wait(CounterScreen(place.door, self.tongue, wanted=self._counter))
            if counter is None:
                return Leaving.SIGN_IN_AGAIN
            post = Post(counter.number, counter.teller, session.role)
            screen = WorkScreen(post, place, self.tongue, self._memory, self._transcriber)
            leaving = await self.push_screen_wait(screen)
            self._counter = counter.number if leaving is Leaving.SIGN_IN_AGAIN else None
            if leaving is not Leaving.OTHER_COUNTER:
                return leaving

    def _remember(self, branch: str, user: str) -> None:
        """What is unsent or unfinished belongs to the one who typed it, where it was typed."""
        if (branch, user) != self._whose:
            self._memory.close()
            self._memory, self._whose = remember(self._state, self._server, branch, user), (branch, user)

    def _get_ready(self, branch: str, user: str) -> None:
        """What takes a moment, in a thread."""
        self._transcriber = self._transcriber or self._find_transcriber()
        self._remember(branch, user)

    async def on_unmount(self) -> None:
        await asyncio.to_thread(self._memory.close)
