"""The stretch of an article that shows why it was found."""

from __future__ import annotations

from collections.abc import Iterator, Set

import msgspec

from lobby.care.knowledge.terms import terms

LENGTH = 160
"""Characters of a snippet."""

_BEFORE = 40
_SEARCHED = 20_000

Range = tuple[int, int]


class Snippet(msgspec.Struct, frozen=True):
    """One line of text; `marks` are ranges of characters (from, to) within it."""

    text: str
    marks: tuple[Range, ...]


def marks(text: str, stems: Set[str]) -> tuple[Range, ...]:
    """Where these stems stand in a text; ranges that touch are one."""
    return tuple(_joined((term.start, term.end) for term in terms(text) if term.stem in stems))


def snippet(text: str, stems: Set[str]) -> Snippet:
    """The text around the first of these stems, or its beginning when none is near enough to it."""
    text = text[:_SEARCHED]
    first = next((term.start for term in terms(text) if term.stem in stems), 0)
    start = _word_start(text, first)
    line = text[start : start + LENGTH].replace("\n", " ")
    if start + LENGTH < len(text) and " " in line[LENGTH // 2 :]:
        line = line[: line.rindex(" ")]
    return Snippet(line, marks(line, stems))


def _word_start(text: str, at: int) -> int:
    """The beginning of a word some characters before `at`, in its own line where that begins nearer."""
    if at <= _BEFORE:
        return 0
    near = text[at - _BEFORE : at]
    cut = near.rfind("\n") + 1 or near.find(" ") + 1
    return at - _BEFORE + cut


def _joined(ranges: Iterator[Range]) -> Iterator[Range]:
    current: Range | None = None
    for start, end in ranges:
        if current and start <= current[1]:
            current = (current[0], max(end, current[1]))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current
