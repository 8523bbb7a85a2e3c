"""What may be said in hard moments, to be read off the screen."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care.knowledge.article import Phrase
from teller_console.care_desk import CareDesk
from teller_console.layouts import everywhere
from teller_console.screens.care_screen import CareScreen


class CalmScreen(CareScreen[None]):
    """L changes to the customer's language and back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(everywhere("l")), "customers_language", show=False)]

    def __init__(self, desk: CareDesk) -> None:
        super().__init__(desk)
        self._language = desk.words.language

    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = words("Calming words")
            with VerticalScroll(classes="page"):
                yield Static(id="sentences")
            yield Static(id="state")
            yield Static(
                words("Breathe. One sentence, then a pause. L: the customer's language. Esc: back."),
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._read()

    def action_customers_language(self) -> None:
        self._language = self.desk.other_language(self._language)
        self._read()

    def _read(self) -> None:
        language = self._language
        self.ask(lambda door: door.phrases(language), self._show)

    def _show(self, phrases: tuple[Phrase, ...]) -> None:
        text = Text()
        for phrase in phrases:
            text.append(f"{phrase.situation}\n", "bold #7cc4ff")
            text.append(f"{phrase.sentence}\n\n")
        if not phrases:
            text.append(self.words("No sentences are written yet."))
        self.query_one("#sentences", Static).update(text)
        self.query_one(VerticalScroll).focus()
