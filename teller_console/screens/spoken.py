"""A screen that speaks the teller's language, and changes it when told to."""

from __future__ import annotations

import time
from typing import TypeVar

from lobby.errors import LobbyError
from lobby.words import LANGUAGES, Words, refusal
from teller_console import phrases
from teller_console.screens.choose import Choose, numbered
from teller_console.screens.whole import Whole
from teller_console.tongue import Tongue

Result = TypeVar("Result")

SAME_AGAIN_S = 2.0


class SpokenScreen(Whole[Result]):
    """Calls `speak` once mounted and after each change of language."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.tongue = tongue
        self._refused = ""
        self._refused_at = 0.0

    @property
    def words(self) -> Words:
        return self.tongue.words

    def speak(self) -> None:
        """Paint all words in the language spoken now; nothing where there are none."""

    def on_mount(self) -> None:
        self.speak()

    def action_language(self) -> None:
        """Ask for a language and change to it."""
        options = [(phrases.own_name(tag), tag) for tag in LANGUAGES]
        self.app.push_screen(Choose(self.words("Language"), numbered(options), self.words), self.action_speak)

    def action_speak(self, tag: str | None) -> None:
        """Speak this language from now on."""
        if tag is not None:
            self.tongue.speak(tag)
            self.speak()

    def end(self, result: Result) -> None:
        """End this screen, whatever small screen stands before it; again does nothing."""
        if self in self.app.screen_stack:
            while self.app.screen is not self:
                self.app.pop_screen()
            self.dismiss(result)

    def refuse(self, error: LobbyError) -> None:
        """Show a refusal in the teller's language; the same one again only after a moment, for a key held down."""
        said, now = refusal(error, self.words), time.monotonic()
        if said != self._refused or now - self._refused_at > SAME_AGAIN_S:
            self._refused, self._refused_at = said, now
            self.notify(said, severity="warning", timeout=8, markup=False)

    def tell(self, said: str) -> None:
        self.notify(said, markup=False)
