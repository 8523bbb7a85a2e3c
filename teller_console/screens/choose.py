"""A small screen: one of a list, by its key or with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.words import Words
from teller_console.layouts import latin
from teller_console.screens.above import Above

T = TypeVar("T")


class Option(NamedTuple, Generic[T]):
    """What is typed to take it (may be empty), what is read, what it stands for."""

    key: str
    said: str
    value: T


def numbered(options: Sequence[tuple[str, T]]) -> list[Option[T]]:
    """Options by their place: the first nine by a digit."""
    return [Option(str(place) if place <= 9 else "", said, value) for place, (said, value) in enumerate(options, 1)]


class Choose(Above[T | None], Generic[T]):
    """Gives the value of the chosen option, None on Escape. A key is taken as soon as no longer one begins like it;
    where two options have the same, the first has it."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, options: Sequence[Option[T]], words: Words) -> None:
        super().__init__()
        self._title = title
        self._options = list(options)
        self._words = words
        self._typed = ""

    def compose(self) -> ComposeResult:
        width = max((cell_len(option.key) for option in self._options), default=0)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield OptionList(*(Text(f"{option.key:>{width}} {option.said}") for option in self._options))
            yield Static(self._words("Key at its left, or arrows and Enter. Esc: back."), classes="hint", markup=False)

    def on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character is None or event.character.isspace():
            return
        event.stop()
        self._take(event.character)

    def _take(self, sign: str) -> None:
        """A further sign of a key, as typed or as it stands on a Latin keyboard."""
        typed = [(self._typed + read).upper() for read in (sign, latin(sign))]
        like = [option for option in self._options if option.key and option.key.upper().startswith(tuple(typed))]
        self._typed = next((one for one in typed if like and like[0].key.upper().startswith(one)), "")
        if not like:
            return
        if all(option.key == like[0].key for option in like):
            self.dismiss(like[0].value)
        else:
            self.query_one(OptionList).highlighted = self._options.index(like[0])

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index].value)
