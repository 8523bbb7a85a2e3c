"""A drawn slip as ESC/POS bytes, by python-escpos, without the white.

Command references: Epson ESC/POS, "GS v 0" (raster bit image), "ESC J" (print and feed), "ESC a" (justification,
obeyed by raster images), "GS P" (motion units), "GS V" (cut), "ESC @" (initialise). Three things keep a slip small,
none changes a dot: white rows are fed, not sent; a band is cropped to its ink and placed by justification; a band
made of 2 x 2 squares, such as a QR code, is sent at half density (m = 3) and doubled by the printer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from PIL import Image, ImageChops

from hardware.errors import DeviceError
from hardware.profiles import Profile

INITIALISE = b"\x1b@"
CUT_AT_CUTTER = b"\x1dVB\x00"  # GS V 66 0: feed to the cutter, leave one point uncut so that the slip does not fall
MAX_FEED = 255  # ESC J takes one byte
MAX_BAND_ROWS = 240  # well under the 900 rows at which a TM loses rows; also bounds what a broken job leaves open
LONGEST_BAND_BYTES = MAX_BAND_ROWS * 72
WIDEST_KNOWN = "TM-T20II"  # python-escpos's name for a 576-dot head; without one it complains on standard output
SPLIT_AT_WHITE_ROWS = 3  # smaller gaps are cheaper sent than fed, and spare the motor a stop


def encode_slip(image: Image.Image, profile: Profile) -> bytes:
    """The bytes that print `image` (mode "1", white 255, `profile.dots` wide) and cut the paper below it."""
    if image.mode != "1" or image.width != profile.dots:
        raise DeviceError(
            f"A slip for this printer is black and white and {profile.dots} dots wide, "
            f"not of mode {image.mode} and {image.width} dots.",
            permanent=True,
        )
    # GS P first: the vertical unit is half a dot by default on TM printers, so that ESC J would feed half.
    parts = [INITIALISE, b"\x1dP", bytes((profile.dpi, profile.dpi))]
    ink = ImageChops.invert(image)
    row, side = 0, 0
    for top, bottom in bands(ink):
        parts.extend(_feed(top - row))
        place, raster = _smallest(image.crop((0, top, image.width, bottom)), ink.crop((0, top, image.width, bottom)))
        if place != side:
            parts.append(b"\x1ba" + bytes((place,)))
            side = place
        parts.append(raster)
        row = bottom
    parts.extend(_feed(image.height - row))
    parts.append(CUT_AT_CUTTER)
    return b"".join(parts)


def bands(ink: Image.Image) -> Iterator[tuple[int, int]]:
    """The stretches of rows with ink (mode "1", ink 255), as top and bottom; gaps of a few rows do not divide them."""
    stride = (ink.width + 7) // 8
    rows = ink.tobytes()
    white = bytes(stride)
    start = last = -1
    for row in range(ink.height):
        if rows[row * stride : (row + 1) * stride] == white:
            continue
        if start >= 0 and (row - last > SPLIT_AT_WHITE_ROWS or row - start >= MAX_BAND_ROWS):
            yield start, last + 1
            start = -1
        if start < 0:
            start = row
        last = row
    if start >= 0:
        yield start, last + 1


def _feed(dots: int) -> Iterator[bytes]:
    while dots > 0:
        step = min(dots, MAX_FEED)
        yield b"\x1bJ" + bytes((step,))
        dots -= step


def _smallest(band: Image.Image, ink: Image.Image) -> tuple[int, bytes]:
    """The justification (0 left, 1 centre, 2 right) and the GS v 0 command that print the band in the fewest bytes."""
    half = (band.width // 2, band.height // 2)
    if band.height % 2 == 0 and band.width % 16 == 0:
        small = ink.resize(half, Image.Resampling.NEAREST)
        if small.resize(band.size, Image.Resampling.NEAREST).tobytes() == ink.tobytes():
            return _placed(band.resize(half, Image.Resampling.NEAREST), small, doubled=True)
    return _placed(band, ink, doubled=False)


def _placed(band: Image.Image, ink: Image.Image, doubled: bool) -> tuple[int, bytes]:
    stride = band.width // 8
    left, _, right, _ = ink.getbbox() or (0, 0, 8, 1)
    first, last = left // 8, (right + 7) // 8
    both = min(first, stride - last)
    widths = {0: last, 1: stride - 2 * both, 2: stride - first}
    place = min(widths, key=lambda side: widths[side])
    edges = {0: (0, last), 1: (both, stride - both), 2: (first, stride)}[place]
    return place, _raster(band.crop((edges[0] * 8, 0, edges[1] * 8, band.height)), doubled)


def _raster(band: Image.Image, doubled: bool) -> bytes:
    writer = _escpos_writer()(profile=WIDEST_KNOWN)
    writer.image(
        band,
        high_density_vertical=not doubled,
        high_density_horizontal=not doubled,
        impl="bitImageRaster",
        fragment_height=MAX_BAND_ROWS,
    )
    return bytes(writer.output)


@cache
def _escpos_writer() -> Any:
    """python-escpos's printer that only collects bytes. Importing it takes 0.25 s and configures logging.

    That is undone.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        from escpos.printer import Dummy
    finally:
        for added in [handler for handler in root.handlers if handler not in handlers]:
            root.removeHandler(added)
        root.setLevel(level)
    return Dummy
