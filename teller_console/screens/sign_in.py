"""Signing in: user name and password; and a new password where the first one was for one time."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from lobby.errors import LobbyError
from lobby.words import refusal
from teller_console.protocols import Session, SignIn
from teller_console.screens.spoken import SpokenScreen
from teller_console.tongue import Tongue


class SignedIn(Message):
    """The server let the teller in; `password` is the one that was right."""

    def __init__(self, session: Session, password: str) -> None:
        super().__init__()
        self.session = session
        self.password = password


class NotLetIn(Message):
    """The server refused, or was not there."""

    def __init__(self, error: LobbyError) -> None:
        super().__init__()
        self.error = error


class UserName(Input):
    """What comes in one burst behind Enter is the password, and must not be seen here: the focus follows late."""

    def on_key(self, event: events.Key) -> None:
        password = self.screen.query_one("#password", Input)
        if self.screen.focused is self:
            if event.key != "enter":
                return
            self.screen.set_focus(password)
        elif event.key == "enter":
            password.post_message(Input.Submitted(password, password.value))
        elif event.character and event.is_printable:
            password.insert_text_at_cursor(event.character)
        event.stop()
        event.prevent_default()


class SignInScreen(SpokenScreen[tuple[Session, str]]):
    """Gives the session and the password it was opened with."""

    CSS_PATH = "entry.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "language", show=False)]

    def __init__(self, sign_in: SignIn, server: str, tongue: Tongue, *, user: str = "", notice: str = "") -> None:
        super().__init__(tongue)
        self._sign_in = sign_in
        self._server = server
        self._user = user
        self._said = notice
        self._error: LobbyError | None = None
        self._busy = False

    @property
    def user(self) -> str:
        """The user name as typed."""
        return self.query_one("#user", Input).value.strip()

    def compose(self) -> ComposeResult:
        with Vertical(id="form"):
            yield Static(self._server, id="server", markup=False)
            yield Static(id="user-label", classes="label")
            yield UserName(self._user, id="user", max_length=100)
            yield Static(id="password-label", classes="label")
            yield Input(password=True, id="password", max_length=200)
            yield Static(id="problem")
            yield Static(id="hint", classes="hint")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#password" if self._user else "#user"))

    def speak(self) -> None:
        words = self.words
        self.query_one("#form").border_title = words("Sign in")
        self.query_one("#user-label", Static).update(Text(words("User name")))
        self.query_one("#password-label", Static).update(Text(words("Password")))
        self.query_one("#hint", Static).update(Text(words("Enter: go on. F2: language. Ctrl+Q: quit.")))
        said = refusal(self._error, words) if self._error else self._said
        self.query_one("#problem", Static).update(Text(words("One moment...") if self._busy else said))

    @on(Input.Submitted, "#password")
    def enter(self) -> None:
        if not self.user:
            self.set_focus(self.query_one("#user"))
        elif not self._busy:
            self._busy, self._error = True, None
            self.speak()
            password = self.query_one("#password", Input).value
            self.run_worker(partial(self._try, self.user, password), group="sign in", thread=True)

    def _try(self, user: str, password: str) -> None:
        """In a thread."""
        try:
            self.post_message(SignedIn(self._sign_in.sign_in(user, password), password))
        except LobbyError as error:
            self.post_message(NotLetIn(error))

    @on(SignedIn)
    def let_in(self, event: SignedIn) -> None:
        self.end((event.session, event.password))

    @on(NotLetIn)
    def not_let_in(self, event: NotLetIn) -> None:
        self._busy, self._error = False, event.error
        self.query_one("#password", Input).value = ""
        self.speak()
