"""A new password, asked for twice, in the place of one that was for one time."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from lobby.errors import LobbyError
from lobby.words import refusal
from teller_console.protocols import Session, SignIn
from teller_console.screens.sign_in import NotLetIn
from teller_console.screens.spoken import SpokenScreen
from teller_console.tongue import Tongue


class PasswordChanged(Message):
    """The new password counts from now on."""


class NewPasswordScreen(SpokenScreen[bool]):
    """Gives True when the password was changed, False on Escape."""

    CSS_PATH = "entry.tcss"
    AUTO_FOCUS = "#new"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "language", show=False),
        Binding("escape", "dismiss(False)", show=False),
    ]

    def __init__(self, sign_in: SignIn, session: Session, password: str, tongue: Tongue) -> None:
        super().__init__(tongue)
        self._sign_in = sign_in
        self._session = session
        self._password = password
        self._error: LobbyError | None = None
        self._differ = False
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="form"):
            yield Static(id="why")
            yield Static(id="new-label", classes="label")
            yield Input(password=True, id="new", max_length=200)
            yield Static(id="again-label", classes="label")
            yield Input(password=True, id="again", max_length=200)
            yield Static(id="problem")
            yield Static(id="hint", classes="hint")

    def speak(self) -> None:
        words = self.words
        self.query_one("#form").border_title = words("A new password")
        why = words("Your password was for one time. Please choose your own.")
        self.query_one("#why", Static).update(Text(why))
        self.query_one("#new-label", Static).update(Text(words("New password")))
        self.query_one("#again-label", Static).update(Text(words("The same again")))
        self.query_one("#hint", Static).update(Text(words("Enter: go on. Esc: back. F2: language.")))
        said = refusal(self._error, words) if self._error else ""
        if self._differ:
            said = words("The two are not the same.")
        self.query_one("#problem", Static).update(Text(said))

    @on(Input.Submitted, "#new")
    def to_again(self) -> None:
        self.set_focus(self.query_one("#again"))

    @on(Input.Submitted, "#again")
    def change(self) -> None:
        new = self.query_one("#new", Input).value
        self._error = None
        self._differ = new != self.query_one("#again", Input).value
        if not self._differ and not self._busy:
            self._busy = True
            self.run_worker(partial(self._try, new), group="password", thread=True)
        self.speak()

    def _try(self, new: str) -> None:
        """In a thread."""
        try:
            self._sign_in.change_password(self._session, self._password, new)
            self.post_message(PasswordChanged())
        except LobbyError as error:
            self.post_message(NotLetIn(error))

    @on(PasswordChanged)
    def changed_it(self) -> None:
        self.end(True)

    @on(NotLetIn)
    def refused(self, event: NotLetIn) -> None:
        self._busy, self._error = False, event.error
        self.speak()
