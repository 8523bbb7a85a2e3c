"""What a customer holds: the pictures of a virtual printer, read with nothing but a QR reader and a look at the number.

The number is compared dot by dot with the drawing of the number that the ticket should have.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import zxingcpp
from PIL import Image, ImageOps

from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.profiles import EIGHTY_MM
from kiosk.slip import NUMBER_MM

TALL = 100
"""Rows of dots; nothing on a ticket is as high as its number, except its QR code, which stands below it."""


@dataclass(frozen=True)
class Paper:
    """A ticket in a customer's hand: where its QR code leads (the ticket's token), and how its number looks."""

    file: Path
    token: str
    number: bytes

    def shows(self, number: str) -> bool:
        """Whether this is the number on it."""
        return self.number == _drawn(number)


def read_papers(folder: Path) -> list[Paper]:
    """All tickets that a virtual printer printed into `folder`."""
    return [_read(file) for file in sorted(folder.glob("*.png"))]


def _read(file: Path) -> Paper:
    with Image.open(file) as picture:
        dots = picture.convert("L")
    codes = zxingcpp.read_barcodes(dots)
    assert len(codes) == 1, f"{file} has {len(codes)} QR codes"
    return Paper(file, codes[0].text.rsplit("/", 1)[-1], _first_tall_thing(dots))


@cache
def _drawn(number: str) -> bytes:
    return _first_tall_thing(draw(Document((Number(number, height_mm=NUMBER_MM),), "en"), EIGHTY_MM).convert("L"))


def _first_tall_thing(picture: Image.Image) -> bytes:
    """The dots of the first unbroken rows of ink that are high enough to be the number."""
    ink = ImageOps.invert(picture).point(lambda level: 255 if level > 127 else 0)
    _, rows = ink.getprojection()
    top = None
    for y, row in enumerate([*rows, 0]):
        if row and top is None:
            top = y
        elif not row and top is not None:
            if y - top >= TALL:
                band = ink.crop((0, top, ink.width, y))
                return band.crop(band.getbbox()).tobytes()
            top = None
    raise AssertionError("there is no number on this paper")
