"""The page of keys: by what belongs together, with a sentence each."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from lobby.words import Words
from teller_console.keys import KEYS, Group, shown
from teller_console.layouts import everywhere
from teller_console.screens.above import Above


class Help(Above[None]):
    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(("escape", "enter", "space", *everywhere("question_mark"))), "dismiss(None)", show=False)
    ]

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        words = self._words
        table = Table.grid(padding=(0, 1))
        table.add_column(style="bold cyan", no_wrap=True)
        table.add_column(style="bold")
        table.add_column(overflow="fold")  # Chinese has no spaces to break at
        for group in Group:
            table.add_row("", Text(words(group), "underline"))
            for key in KEYS:
                if key.group is group:
                    table.add_row(shown(key.key), words(key.said), words(key.sentence))
        table.add_row("^Q", words("quit"), words("Leave the console; the counter stays open."))
        with VerticalScroll(classes="dialog wide") as dialog:
            dialog.border_title = words("Keys")
            yield Static(table)
            said = words("Esc leaves every small window, and nothing has happened.")
            yield Static(said, classes="hint", markup=False)
