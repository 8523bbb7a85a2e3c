"""Where a paragraph may be broken, so that its lines fit the paper.

Latin, Cyrillic and Arabic break at spaces. Chinese breaks between any two characters, except that no closing sign
may begin a line and no opening one may end it (the prohibitions of GB/T 15834 and of the W3C's requirements for
Chinese text layout). A word longer than a line is broken where the line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset("，。、；：？！…—·）》〉」』】〕〗”’％‰℃￥,.;:?!)]}%»›～")
NEVER_LAST = frozenset("（《〈「『【〔〖“‘([{«‹￥$€£№")


def is_ideograph(character: str) -> bool:
    """Whether a line may break beside the character without a space: hanzi, kana and full-width signs."""
    point = ord(character)
    return 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFF00 <= point <= 0xFF60 or point >= 0x20000


def pieces(paragraph: str) -> Iterator[str]:
    """The smallest parts that stay together; a space stays at the end of the part before it."""
    start = 0
    for index in range(1, len(paragraph)):
        before, after = paragraph[index - 1], paragraph[index]
        if after == " ":
            continue
        may_break = before == " " or (
            (is_ideograph(before) or is_ideograph(after)) and after not in NEVER_FIRST and before not in NEVER_LAST
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


def _longest_start(word: str, room: float, width: Callable[[str], float]) -> int:
    """How many characters of a too long word fit on a line; at least one."""
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle]) <= room else (low, middle - 1)
    return low
