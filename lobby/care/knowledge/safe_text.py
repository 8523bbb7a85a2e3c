"""What no file of the knowledge may bring to a screen: control characters, and marks that turn text around.

An escape character would command a teller's terminal; an override (U+202D, U+202E) shows a sentence other than it
is written (Unicode Standard Annex 9). Direction marks are taken out in silence, since an author does not see them and
every front lays out both directions by itself; control characters are refused with their line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lobby.care.knowledge.article import Mistake

_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def without_directions(text: str) -> str:
    """The text without embeddings, overrides, isolates and byte order marks, its line ends as they are in Unix."""
    return _DIRECTIONS.sub("", text).replace("\r\n", "\n")


def unsafe(text: str, where: str = "") -> Iterator[Mistake]:
    """A mistake for each line of `text` that holds a control character, placed at `where` or at the line."""
    for number, line in enumerate(text.split("\n"), start=1):
        found = _CONTROLS.search(line)
        if found:
            yield Mistake(where or f"line {number}", f"holds a control character (U+{ord(found[0]):04X}); delete it")


def turned_around(text: str) -> bool:
    """Whether a mark of direction is left in the text, as a character reference (`&#x202E;`) brings one."""
    return bool(_DIRECTIONS.search(text))
