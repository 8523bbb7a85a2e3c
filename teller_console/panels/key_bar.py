"""The keys: those that make no sense just now are dimmed; where there is little room they are left out."""

from __future__ import annotations

from rich.text import Text

from lobby.words import Words
from teller_console.keys import KEYS, makes_sense, shown
from teller_console.panels.flow import Flow
from teller_console.picture import Doing


class KeyBar(Flow):
    def __init__(self) -> None:
        super().__init__(gap=2, id="keys")

    def tell(self, what: Doing, words: Words, *, narrow: bool) -> None:
        pieces = []
        for key in KEYS:
            dim = not makes_sense(key, what)
            if dim and narrow:
                continue
            pieces.append(
                Text.assemble((shown(key.key), "dim" if dim else "bold cyan"), " ", (words(key.said), "dim" * dim))
            )
        self.show(pieces)
