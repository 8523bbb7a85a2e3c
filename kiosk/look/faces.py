"""The shipped fonts as a stylesheet, made from their own table: a further script needs no line of CSS.

Each family takes the characters that it has, plain ASCII only the first one; a language's own family comes first on its
pages, as on paper.
"""

from __future__ import annotations

from functools import cache
from unicodedata import category

from hardware import fonts

LAST = "system-ui, sans-serif"
NEAR = 64
"""Stretches with a smaller gap are written as one: what no font has costs nothing."""
ASCII = range(0x20, 0x7F)
LOOSER, TIGHTER = 0.1, 0.15
"""What running text and titles add to and take off a line's pitch on paper, of the em."""

WEIGHTS = (("Regular", 400), ("Bold", 700))


@cache
def stylesheet(languages: tuple[str, ...]) -> str:
    """`@font-face` rules for every family, `--font` for pages, and for those in a language of another script."""
    families = list(fonts.families())
    rules = [_face(family, file, weight) for family in families for file, weight in WEIGHTS]
    rules.append(f":root {{ {_type(families[0])} }}")
    rules += [
        f":lang({language}) {{ {_type(family)} }}"
        for language in languages
        if (family := fonts.family_of(language)) is not None
    ]
    return "\n".join(rules) + "\n"


def _type(first: str) -> str:
    """The properties of pages in this family's script: its letters first, lines as far apart as they need."""
    pitch = fonts.families()[first].line_pitch
    stack = [first, *(family for family in fonts.families() if family != first)]
    names = ", ".join([*(f'"{family}"' for family in stack), LAST])
    return f"--font: {names}; --leading: {pitch + LOOSER:.2f}; --leading-tight: {pitch - TIGHTER:.2f};"


def _face(family: str, file: str, weight: int) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: swap; '
        f'src: url("fonts/{family}-{file}.woff2") format("woff2"); unicode-range: {_range(family)}; }}'
    )


def _range(family: str) -> str:
    """The characters for which a browser fetches the family: all of the first one's; of a further one not those that
    the first has, save for signs, which each script sets in its own way."""
    first = fonts.fallback()
    stretches: list[tuple[int, int]] = []
    for low, high in fonts.stretches(family):
        for point in range(low, high + 1):
            if family != first and (point in ASCII or (fonts.covers(first, chr(point)) and _is_text(point))):
                continue
            if stretches and point - stretches[-1][1] <= NEAR and not _any_of(first, stretches[-1][1] + 1, point):
                stretches[-1] = (stretches[-1][0], point)
            else:
                stretches.append((point, point))
    return ", ".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in stretches)


def _is_text(point: int) -> bool:
    """Whether it is a letter, a digit, a mark or a space, and no sign."""
    return category(chr(point))[0] in "LNMZ"


def _any_of(family: str, low: int, high: int) -> bool:
    """Whether the family has a character from `low` up to, not including, `high`."""
    return any(fonts.covers(family, chr(point)) for point in range(low, high))
