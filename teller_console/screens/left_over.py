"""What another day has left unfinished, shown once: its customers have gone, and so it is erased."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from lobby.words import Words
from teller_console.command_names import command_name
from teller_console.memory import Leftover
from teller_console.screens.above import Above


class LeftOver(Above[None]):
    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss(None)", show=False)]

    def __init__(self, left: Leftover, words: Words) -> None:
        super().__init__()
        self._left = left
        self._words = words

    def compose(self) -> ComposeResult:
        words, left = self._words, self._left
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = words("Left unfinished on %(day)s", day=left.day)
            for whose, text in left.texts:
                yield Static(Text.assemble((whose.removeprefix(f"{left.day}-"), "bold"), "  " if whose else "", text))
            if left.commands:
                verbs = ", ".join(command_name(command, words) for command in left.commands)
                yield Static(words("Never sent, and not sent now: %(verbs)s.", verbs=verbs), markup=False)
            yield Static(words("Esc erases this: it speaks of customers."), classes="hint", markup=False)
