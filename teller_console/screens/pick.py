"""A small screen: one of a long list, by a few letters of it or with the arrows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from lobby.words import Words
from teller_console.screens.above import Above

T = TypeVar("T")


class Pick(Above[T | None], Generic[T]):
    """Gives the value of a line, None on Escape. What is typed narrows the list to the lines with all of its words;
    Enter takes the marked one, or what `typed` makes of the text where no line is like it."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[tuple[str, T]],
        words: Words,
        *,
        hint: str,
        text: str = "",
        placeholder: str = "",
        typed: Callable[[str], T] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._lines = list(lines)
        self._shown = self._lines
        self._words = words
        self._hint = hint
        self._text = text
        self._placeholder = placeholder
        self._typed = typed

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Input(self._text, max_length=40, compact=True, placeholder=self._placeholder)
            lines = OptionList()
            lines.can_focus = False
            yield lines
            yield Static(self._hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self._narrow(self._text)

    def action_move(self, step: int) -> None:
        lines = self.query_one(OptionList)
        lines.action_cursor_down() if step > 0 else lines.action_cursor_up()

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted)
    def pick(self, event: Input.Submitted) -> None:
        marked = self.query_one(OptionList).highlighted
        text = event.value.strip()
        if self._shown and marked is not None:
            self.dismiss(self._shown[marked][1])
        elif text and self._typed is not None:
            self.dismiss(self._typed(text))

    def _narrow(self, typed: str) -> None:
        wanted = typed.casefold().split()
        self._shown = [line for line in self._lines if all(word in line[0].casefold() for word in wanted)]
        lines = self.query_one(OptionList)
        lines.clear_options()
        lines.add_options([Text(said) for said, _ in self._shown])
        lines.display = bool(self._shown)
        if self._shown:
            lines.highlighted = 0
