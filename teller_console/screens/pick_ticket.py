"""A small screen: one of today's tickets, by its number or with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from lobby.words import Words


class PickTicket(ModalScreen[str | None]):
    """Gives a ticket's number, None on Escape. What is typed narrows the list; Enter takes the marked ticket, or the
    typed number where the list has none like it."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, tickets: Sequence[tuple[str, str]], words: Words, *, text: str = "") -> None:
        super().__init__()
        self._title = title
        self._tickets = list(tickets)
        self._shown = self._tickets
        self._words = words
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Input(self._text, max_length=16, compact=True, placeholder=self._words("Ticket number"))
            tickets = OptionList()
            tickets.can_focus = False
            yield tickets
            yield Static(self._words("Number or arrows and Enter. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._narrow(self._text)

    def action_move(self, step: int) -> None:
        tickets = self.query_one(OptionList)
        tickets.action_cursor_down() if step > 0 else tickets.action_cursor_up()

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted)
    def pick(self, event: Input.Submitted) -> None:
        marked = self.query_one(OptionList).highlighted
        if self._shown and marked is not None:
            self.dismiss(self._shown[marked][0])
        elif event.value.strip():
            self.dismiss(event.value.strip().upper())

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().upper()
        self._shown = [ticket for ticket in self._tickets if wanted in ticket[0]]
        tickets = self.query_one(OptionList)
        tickets.clear_options()
        tickets.add_options([Text(said) for _, said in self._shown])
        tickets.display = bool(self._shown)
        if self._shown:
            tickets.highlighted = 0
