"""A small screen: a short text, with ready answers by digit; a reason, mostly."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from lobby.words import Words
from teller_console.screens.above import Above

LENGTH = 200


class Ask(Above[str | None]):
    """Gives the text, None on Escape; `begin` gets the text too, before the screen closes, which takes a moment. A lone
    digit stands for the ready answer with that number: its value. With `kept`, a mapping and a place in it, what is
    typed stands there until it is given, and is found there again."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(
        self,
        title: str,
        words: Words,
        *,
        ready: Sequence[tuple[str, str]] = (),
        needed: bool = False,
        kept: tuple[MutableMapping[str, str], str] | None = None,
        begin: Callable[[str], None] = lambda said: None,
    ) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._ready = list(ready)
        self._needed = needed
        self._kept, self._place = kept or ({}, "")
        self._begin = begin

    def compose(self) -> ComposeResult:
        words = self._words
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            for place, (said, _) in enumerate(self._ready, 1):
                yield Static(f"{place} {said}", markup=False)
            yield Input(self._kept.get(self._place, ""), max_length=LENGTH, compact=True, select_on_focus=False)
            hint = words("Enter: go on. Esc: back.") if self._needed else words("Enter: go on, also empty. Esc: back.")
            yield Static(hint, classes="hint", markup=False)

    @on(Input.Changed)
    def keep(self, event: Input.Changed) -> None:
        self._kept[self._place] = "" if event.value.isdecimal() else event.value

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        said = event.value.strip()
        if said.isdecimal() and 1 <= int(said) <= len(self._ready):
            self._give(self._ready[int(said) - 1][1])
        elif said or not self._needed:
            self._give(said)
        else:
            self.query_one(".hint", Static).update(self._words("A few words are needed here."))

    def _give(self, said: str) -> None:
        self._kept.pop(self._place, None)
        self._begin(said)
        self.dismiss(said)
