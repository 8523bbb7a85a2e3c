"""A look back at one's own week, for oneself alone."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care.my_day import MyDay
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.week_words import QUESTIONS, sentences


class WeekScreen(CareScreen[None]):
    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.words("My week")
            with VerticalScroll(classes="page"):
                yield Static(id="week")
            yield Static(id="state")
            yield Static(self.words("Only you see this. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.ask(lambda door: door.my_day(), self._show)

    def _show(self, day: MyDay) -> None:
        words = self.words
        text = Text("\n\n").join([Text(said) for said in sentences(day, words)])
        text.append("\n\n" + words("To think about:"), "bold #7cc4ff")
        for question in QUESTIONS:
            text.append(f"\n· {words(question)}")
        self.query_one("#week", Static).update(text)
        self.query_one(VerticalScroll).focus()
