"""The panel of answers beside the queue: what is written about the service at hand. A key opens them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from lobby.words import Words
from teller_console.panels import answers_lines as lines
from teller_console.panels.said import Said, entitle

if TYPE_CHECKING:
    from lobby.care_door import Headline


class AnswersPanel(Said):
    """Where the terminal is small there is none: the key opens the answers all the same."""

    DEFAULT_CSS = """
    #right { width: 1fr; }
    AnswersPanel {
        height: 9;
        border: round $primary;
        border-title-style: bold;
        border-title-color: $foreground;
        padding: 0 1;
    }
    """
    LEAST = (100, 30)
    """Columns and rows of a terminal that has room for it."""

    def __init__(self) -> None:
        super().__init__(id="answers")

    def tell(self, opening: Sequence[Headline], words: Words) -> None:
        """Show the titles of these articles, as many as there is room for."""
        screen = self.app.size
        self.display = screen.width >= self.LEAST[0] and screen.height >= self.LEAST[1]
        entitle(self, words("Answers to look up"))
        shown = [lines.headline(one, words) for one in opening[: max(1, self.size.height - 1)]]
        for line in shown:
            line.truncate(self.size.width, overflow="ellipsis")
        self.show(Text("\n").join([*shown, Text(words("/ searches all answers."), "dim")]))
