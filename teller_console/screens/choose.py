"""A small screen: one of a list, by its digit or with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from lobby.words import Words

T = TypeVar("T")


class Choose(ModalScreen[T | None], Generic[T]):
    """Gives the value of the chosen option, None on Escape."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, options: Sequence[tuple[str, T]], words: Words) -> None:
        super().__init__()
        self._title = title
        self._options = list(options)
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            labels = [Text(f"{place} {said}" if place <= 9 else f"  {said}") for place, (said, _) in self._numbered()]
            yield OptionList(*labels)
            yield Static(self._words("Digit or arrows and Enter. Esc: back."), classes="hint", markup=False)

    def _numbered(self) -> list[tuple[int, tuple[str, T]]]:
        return list(enumerate(self._options, 1))

    def on_key(self, event: events.Key) -> None:
        if event.key in "123456789" and int(event.key) <= len(self._options):
            event.stop()
            self.dismiss(self._options[int(event.key) - 1][1])

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index][1])
