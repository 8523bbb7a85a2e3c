"""Right-to-left words on a terminal that lays lines out from left to right.

A terminal that orders letters by the Unicode algorithm takes a whole row for one paragraph: two Arabic words in
neighbouring panels would pull everything between them over, and a number after an Arabic word would change sides. So
each phrase stands between RLI and PDI (UAX #9, isolates), which take no room. Spaces around a phrase stay outside, and
two spaces or more end one, so columns stay where they are.

A terminal that knows no such order (the one in a browser, plain xterm) gets each phrase in the order and the shapes in
which it is read, in as many cells as before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

RLI, PDI = "\u2067", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_GAP = re.compile(r"(^ +| {2,}| +$)")


def isolated(text: str) -> list[str]:
    """The text in pieces, each right-to-left phrase of it isolated."""
    return [f"{RLI}{said}{PDI}" if _RIGHT_TO_LEFT.search(said) else said for said in _phrases(text)]


def laid_out(text: str) -> list[str]:
    """The text in pieces, each right-to-left phrase of it as it stands on paper, from left to right."""
    return [_as_read(said) if _RIGHT_TO_LEFT.search(said) else said for said in _phrases(text)]


def _phrases(text: str) -> list[str]:
    if not _RIGHT_TO_LEFT.search(text):
        return [text]
    return [said for said in _GAP.split(text) if said]


@lru_cache(1)
def _shaper() -> Any:
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper({"support_ligatures": False, "delete_harakat": False})


@lru_cache(2000)
def _as_read(said: str) -> str:
    from bidi import get_display

    read = str(get_display(_shaper().reshape(said), base_dir="R"))
    return read + " " * (cell_len(said) - cell_len(read))


class Isolate(LineFilter):
    """Applied to every line before it reaches a terminal that orders letters itself."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(piece, style, control)
            for text, style, control in segments
            for piece in ([text] if control else isolated(text))
        ]


class LayOut(LineFilter):
    """Applied to every line before it reaches a terminal that does not."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(piece, style, control)
            for text, style, control in segments
            for piece in ([text] if control else laid_out(text))
        ]
