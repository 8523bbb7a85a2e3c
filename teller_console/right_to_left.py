"""Right-to-left words on a terminal that lays lines out from left to right.

A terminal that orders letters by the Unicode algorithm takes a whole row for one paragraph: two Arabic words in
neighbouring panels would pull everything between them over, and a number after an Arabic word would change sides. So
each phrase stands between RLI and PDI (UAX #9, isolates), which take no room. Spaces around a phrase stay outside, and
two spaces or more end one, so columns stay where they are. A terminal that knows no such order is none the worse.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

RLI, PDI = "\u2067", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_GAP = re.compile(r"(^ +| {2,}| +$)")


def isolated(text: str) -> list[str]:
    """The text in pieces, each right-to-left phrase of it isolated."""
    if not _RIGHT_TO_LEFT.search(text):
        return [text]
    phrases = _GAP.split(text)
    return [f"{RLI}{said}{PDI}" if _RIGHT_TO_LEFT.search(said) else said for said in phrases if said]


class Isolate(LineFilter):
    """Applied to every line before it reaches the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(piece, style, control)
            for text, style, control in segments
            for piece in ([text] if control else isolated(text))
        ]
