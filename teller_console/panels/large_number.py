"""The number, large: a fixed alphabet of five rows by three, for any prefix that a branch may choose.

Where there is room each point is two cells of a row; where there is not, half a cell, so that five rows fit in three.
"""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

ROWS = 5

_POINTS = """
0 ### #.# #.# #.# ###
1 .#. ##. .#. .#. ###
2 ### ..# ### #.. ###
3 ### ..# .## ..# ###
4 #.# #.# ### ..# ..#
5 ### #.. ### ..# ###
6 ### #.. ### #.# ###
7 ### ..# ..# .#. .#.
8 ### #.# ### #.# ###
9 ### #.# ### ..# ###
A .#. #.# ### #.# #.#
B ##. #.# ##. #.# ##.
C .## #.. #.. #.. .##
D ##. #.# #.# #.# ##.
E ### #.. ##. #.. ###
F ### #.. ##. #.. #..
G .## #.. #.# #.# .##
H #.# #.# ### #.# #.#
I ### .#. .#. .#. ###
J ..# ..# ..# #.# .#.
K #.# #.# ##. #.# #.#
L #.. #.. #.. #.. ###
M #.# ### ### #.# #.#
N ##. #.# #.# #.# #.#
O .#. #.# #.# #.# .#.
P ##. #.# ##. #.. #..
Q .#. #.# #.# ##. .##
R ##. #.# ##. #.# #.#
S .## #.. .#. ..# ##.
T ### .#. .#. .#. .#.
U #.# #.# #.# #.# ###
V #.# #.# #.# #.# .#.
W #.# #.# ### ### #.#
X #.# #.# .#. #.# #.#
Y #.# #.# .#. .#. .#.
Z ### ..# .#. #.. ###
"""

GLYPHS: dict[str, tuple[str, ...]] = {line.split()[0]: tuple(line.split()[1:]) for line in _POINTS.strip().splitlines()}
_HALVES = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}


def large(number: str) -> list[str]:
    """Five rows, two cells a point."""
    glyphs = [GLYPHS[letter] for letter in number if letter in GLYPHS]
    rows = ["..".join(glyph[row].replace("#", "##").replace(".", "..") for glyph in glyphs) for row in range(ROWS)]
    return [row.replace("#", "█").replace(".", " ") for row in rows]


def small(number: str) -> list[str]:
    """Three rows, half a cell a point."""
    glyphs = [GLYPHS[letter] for letter in number if letter in GLYPHS]
    rows = [".".join(glyph[row] for glyph in glyphs) for row in range(ROWS)] + ["." * (4 * len(glyphs) - 1)]
    return ["".join(_HALVES[pair] for pair in zip(rows[i], rows[i + 1], strict=True)) for i in range(0, ROWS, 2)]


class LargeNumber(Static):
    """A ticket number in the size that it is given: large, or small with the class `small`."""

    def show(self, number: str) -> None:
        said = Text("\n".join(small(number) if self.has_class("small") else large(number)))
        if self.content != said:
            self.update(said)
