"""A printer's font A as the virtual printer shows it: a cell of 12 x 24 dots, drawn with a shipped face.

The makers' glyphs are in the printers; these have their cell, their capitals' height and their place on the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from hardware import fonts

CELL = (12, 24)  # dots, at size 1
CAPITAL, BASELINE = 18, 20  # rows of the cell
WIDEST_GLYPH = 11  # dots of the cell's width


@dataclass(frozen=True, slots=True)
class Character:
    """A character in the line buffer; `wide` and `high` multiply the cell (GS !)."""

    text: str
    wide: int = 1
    high: int = 1
    bold: bool = False

    @property
    def width(self) -> int:
        return CELL[0] * self.wide


def line(characters: Sequence[Character], pitch: int) -> Image.Image:
    """A line in mode "1" (white 255), as high as its tallest character or `pitch` dots; all stand on one baseline."""
    tallest = max(character.high for character in characters)
    picture = Image.new("1", (sum(character.width for character in characters), max(pitch, CELL[1] * tallest)), 255)
    left = 0
    for character in characters:
        picture.paste(_cell(character), (left, BASELINE * (tallest - character.high)))
        left += character.width
    return picture


@lru_cache(maxsize=256)
def _cell(character: Character) -> Image.Image:
    face = fonts.face(fonts.fallback(), character.bold, fonts.em_size(CAPITAL * character.high), "reshaper")
    natural = max(1, round(face.getlength(character.text)))
    drawn = Image.new("L", (natural, CELL[1] * character.high), 255)
    ImageDraw.Draw(drawn).text((0, BASELINE * character.high), character.text, fill=0, font=face, anchor="ls")
    width = min(round(natural * character.wide / character.high), WIDEST_GLYPH * character.wide)
    glyph = ImageChops.invert(drawn.resize((max(1, width), drawn.height), Image.Resampling.LANCZOS))
    cell = Image.new("L", (character.width, drawn.height), 255)
    cell.paste(0, ((character.width - glyph.width) // 2, 0), glyph)
    return cell.point([0] * 128 + [255] * 128, "1")
