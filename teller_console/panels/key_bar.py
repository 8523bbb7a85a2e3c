"""The keys, all of them, always; those that make no sense just now are dimmed."""

from __future__ import annotations

from rich.text import Text

from lobby.words import Words
from teller_console.keys import KEYS, shown
from teller_console.panels.flow import Flow
from teller_console.picture import Doing


class KeyBar(Flow):
    def __init__(self) -> None:
        super().__init__(gap=2, id="keys")

    def tell(self, what: Doing, words: Words) -> None:
        pieces = []
        for key in KEYS:
            dim = bool(key.during) and what not in key.during
            pieces.append(
                Text.assemble((shown(key.key), "dim" if dim else "bold cyan"), " ", (words(key.said), "dim" * dim))
            )
        self.show(pieces)
