"""What a printer makes itself: text in its font A, and QR codes. A hundred bytes where a picture takes thousands.

Command references: Epson ESC/POS, "GS !" (character size), "ESC E" (emphasis), "GS b" (smoothing of enlarged
characters), "GS ( k" functions 165, 167, 169, 180, 181 (QR code: model, module size, error level, store, print).
The printer adds no quiet zone to a code; the paper around it is left white by whoever places it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware import qr
from hardware.escpos_writer import new_writer
from hardware.profiles import Profile

CELL = (12, 24)  # dots of a character of font A, at size 1
CAPITAL = (2, 20)  # the rows of the cell between which a capital stands
LARGEST = 8  # GS ! multiplies by 1 to 8
NARROWEST = 2  # a character may be this much taller than it is wide, in sizes, before its height gives way
LARGEST_MODULE = 16  # GS ( k function 167
ERROR_LEVEL_M = 1  # as python-escpos counts
EMPHASISED, SMOOTH, SIZE = b"\x1bE\x01", b"\x1db\x01", b"\x1d!"


@dataclass(frozen=True, slots=True)
class Resident:
    """One thing that the printer makes: the paper it takes, in dots, and the bytes that order it, at a line's start.

    Whoever sends it centres the line first.
    """

    height: int
    data: bytes


def number(text: str, height_mm: float, profile: Profile) -> Resident | None:
    """One line with digits about `height_mm` high, or as high as the paper allows; None for what is not ASCII, or is
    longer than a line. Its capital stands `CAPITAL` of the cell below its top."""
    if not (text.isascii() and text.isprintable()) or len(text) > profile.columns:
        return None
    tall = profile.from_mm(height_mm) / (CAPITAL[1] - CAPITAL[0])
    wide = min(LARGEST, max(1, round(tall)), profile.columns // len(text))
    high = min(LARGEST, max(1, round(tall)), NARROWEST * wide)
    size = bytes(((wide - 1) << 4 | (high - 1),))
    return Resident(CELL[1] * high, EMPHASISED + SMOOTH + SIZE + size + text.encode("ascii") + b"\n")


def code(data: str, module_dots: int, profile: Profile) -> tuple[Resident, int]:
    """A QR code, error level M, and how many dots must stay white above and below it."""
    side, dots = qr.fit(data, min(module_dots, LARGEST_MODULE), profile.dots)
    writer = new_writer()
    writer.qr(data, ec=ERROR_LEVEL_M, size=dots, native=True)
    return Resident(side * dots, bytes(writer.output)), qr.QUIET_ZONE * dots
