"""Where a paragraph may be broken, so that its lines fit the paper.

Latin, Cyrillic and Arabic break at spaces. Chinese breaks between any two characters, except that no closing sign
may begin a line and no opening one may end it (the prohibitions of GB/T 15834 and of the W3C's requirements for
Chinese text layout), and that no figure is parted from the word beside it, so that a date stays whole. A word longer
than a line is broken where the line ends, but never between a letter and its marks, nor inside a conjunct of
Devanagari.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unicodedata import category, combining

NEVER_FIRST = frozenset("，。、；：？！…—·）》〉」』】〕〗”’％‰℃￥,.;:?!)]}%»›～")
NEVER_LAST = frozenset("（《〈「『【〔〖“‘([{«‹￥$€£№")
ENOUGH = 8  # dots: lines need not be more even
JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
VIRAMA = 9  # the combining class of the signs that merge two consonants


def is_ideograph(character: str) -> bool:
    """Whether a line may break beside the character without a space: hanzi, kana and full-width signs."""
    point = ord(character)
    return 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFF00 <= point <= 0xFF60 or point >= 0x20000


def _is_counted(figure: str, word: str) -> bool:
    return figure.isdigit() and is_ideograph(word) and word not in NEVER_FIRST


def pieces(paragraph: str) -> Iterator[str]:
    """The smallest parts that stay together; a space stays at the end of the part before it."""
    start = 0
    for index in range(1, len(paragraph)):
        before, after = paragraph[index - 1], paragraph[index]
        if after == " ":
            continue
        may_break = before == " " or (
            (is_ideograph(before) or is_ideograph(after))
            and after not in NEVER_FIRST
            and before not in NEVER_LAST
            and not (_is_counted(before, after) or _is_counted(after, before))
        )
        if may_break:
            yield paragraph[start:index]
            start = index
    if paragraph:
        yield paragraph[start:]


def lines(paragraph: str, room: float, width: Callable[[str], float]) -> list[str]:
    """The paragraph's lines, none wider than `room` (dots) by `width`; an empty paragraph is one empty line."""
    found: list[str] = []
    line = ""
    for piece in pieces(paragraph):
        if line and width((line + piece).rstrip(" ")) > room:
            found.append(line.rstrip(" "))
            line = ""
        line += piece
        while width(line.rstrip(" ")) > room and len(line) > 1:
            fits = _longest_start(line, room, width)
            found.append(line[:fits])
            line = line[fits:]
    found.append(line.rstrip(" "))
    return found


def balanced_lines(paragraph: str, room: float, width: Callable[[str], float]) -> list[str]:
    """The same number of lines, but as even as words allow: for centred text, where one last word looks forgotten."""
    found = lines(paragraph, room, width)
    if len(found) == 1:
        return found
    low, high = max(min(room, width(piece.rstrip(" "))) for piece in pieces(paragraph)), room
    while high - low > ENOUGH:
        middle = (low + high) / 2
        tried = lines(paragraph, middle, width)
        if len(tried) == len(found):
            found, high = tried, middle
        else:
            low = middle
    return found


def _longest_start(word: str, room: float, width: Callable[[str], float]) -> int:
    """How many characters of a too long word fit on a line; at least one."""
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle]) <= room else (low, middle - 1)
    whole = low
    while whole and not _may_part(word[whole - 1], word[whole]):
        whole -= 1
    return whole or low  # a heap of marks that fills a line is broken after all


def _may_part(before: str, after: str) -> bool:
    return not (after in JOINERS or before in JOINERS or category(after)[0] == "M" or combining(before) == VIRAMA)
