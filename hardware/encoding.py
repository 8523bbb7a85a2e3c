"""A drawn slip as ESC/POS bytes, by python-escpos, without the white.

Command references: Epson ESC/POS, "GS v 0" (raster bit image), "ESC J" (print and feed), "ESC a" (justification,
obeyed by raster images), "GS L" (left margin), "GS P" (motion units), "GS V" (cut), "ESC @" (initialise). Four things
keep a slip small, none changes a dot: white rows are fed, not sent; a band is cropped to its ink and placed; a band
with narrow rows, as where only the tails of letters are, is sent in parts; a band made of 2 x 2 squares, as a QR code
is, is sent at half density (m = 3) and doubled by the printer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from PIL import Image, ImageChops

from hardware.drawing import Sheet
from hardware.errors import DeviceError
from hardware.escpos_writer import new_writer
from hardware.profiles import Profile

INITIALISE = b"\x1b@"
CUT_AT_CUTTER = b"\x1dVB\x00"  # GS V 66 0: feed to the cutter, leave one point uncut so that the slip does not fall
CENTRED, AT_START = b"\x1dL\x00\x00\x1ba\x01", b"\x1ba\x00"
MAX_FEED = 255  # ESC J takes one byte
MAX_BAND_ROWS = 240  # well under the 900 rows at which a TM loses rows; also bounds what a broken job leaves open
LONGEST_BAND_BYTES = MAX_BAND_ROWS * 72
SPLIT_AT_WHITE_ROWS = 3  # smaller gaps are cheaper sent than fed, and spare the motor a stop
PART_BYTES = 20  # what a part costs: its header, its place, and as much again for the printer's trouble

Extent: TypeAlias = tuple[int, int]
"""The first column with ink and the one after the last; a white row's first is not before its last."""


@dataclass(frozen=True, slots=True)
class Place:
    """The columns of a band that are sent, and the command that puts them where they belong."""

    left: int
    right: int
    command: bytes


Placing: TypeAlias = Callable[[Extent, int, int], Place]
"""From the ink's extent, the head's dots, and the dots that a byte prints (8, or 16 at half density)."""


def encode_slip(image: Image.Image, profile: Profile) -> bytes:
    """The bytes that print `image` (mode "1", white 255, `profile.dots` wide) and cut the paper below it."""
    return _job(image, _printed(image, justified), profile)


def encode_sheet(sheet: Sheet, profile: Profile) -> bytes:
    """The bytes that print the sheet's image and what the printer makes itself, and cut the paper below."""
    width, height = sheet.image.size
    commands: list[bytes] = []
    row = 0
    for top, resident in sheet.residents:
        commands += [*_printed(sheet.image.crop((0, row, width, top)), margined), CENTRED, resident.data, AT_START]
        row = top + resident.height
    commands.extend(_printed(sheet.image.crop((0, row, width, height)), margined))
    return _job(sheet.image, commands, profile)


def _job(image: Image.Image, commands: Iterable[bytes], profile: Profile) -> bytes:
    if image.mode != "1" or image.width != profile.dots:
        raise DeviceError(
            f"A slip for this printer is black and white and {profile.dots} dots wide, "
            f"not of mode {image.mode} and {image.width} dots.",
            permanent=True,
        )
    # GS P first: the vertical unit is half a dot by default on TM printers, so that ESC J would feed half.
    return b"".join([INITIALISE, b"\x1dP", bytes((profile.dpi, profile.dpi)), *commands, CUT_AT_CUTTER])


def _printed(image: Image.Image, placing: Placing) -> Iterator[bytes]:
    rows = extents(image)
    row, placed = 0, b""
    for top, bottom in bands(rows):
        yield from _feed(top - row)
        for place, raster in _rasters(image, rows, (top, bottom), placing):
            yield raster if place.command == placed else place.command + raster
            placed = place.command
        row = bottom
    yield from _feed(image.height - row)


def justified(ink: Extent, dots: int, cell: int) -> Place:
    """The narrowest of left, centred and right justification (ESC a), which every printer obeys."""
    first, last = ink
    widths = [_whole(last, cell), _whole(max(dots - 2 * first, 2 * last - dots), cell), _whole(dots - first, cell)]
    width = min(widths)
    side = widths.index(width)
    left = (0, (dots - width) // 2, dots - width)[side]
    return Place(left, left + width, b"\x1ba" + bytes((side,)))


def margined(ink: Extent, dots: int, cell: int) -> Place:
    """From the first dot with ink, by the left margin (GS L): closer, for printers that obey it."""
    first, last = ink
    width = _whole(last - first, cell)
    left = min(first, dots - width)
    return Place(left, left + width, b"\x1dL" + max(0, left).to_bytes(2, "little"))


def _whole(dots: int, cell: int) -> int:
    return -(-dots // cell) * cell


def extents(image: Image.Image) -> list[Extent]:
    """Where the ink of each row of a picture (mode "1", white 255) lies."""
    stride = (image.width + 7) // 8
    data = ImageChops.invert(image).tobytes()
    found: list[Extent] = []
    for start in range(0, len(data), stride):
        bits = int.from_bytes(data[start : start + stride], "big")
        white_after = (bits & -bits).bit_length() - 1
        found.append((stride * 8 - bits.bit_length(), stride * 8 - white_after) if bits else (image.width, 0))
    return found


def bands(rows: Sequence[Extent]) -> Iterator[tuple[int, int]]:
    """The stretches of rows with ink, as top and bottom; gaps of a few rows do not divide them."""
    start = last = -1
    for row, (left, right) in enumerate(rows):
        if left >= right:
            continue
        if start >= 0 and (row - last > SPLIT_AT_WHITE_ROWS or row - start >= MAX_BAND_ROWS):
            yield start, last + 1
            start = -1
        if start < 0:
            start = row
        last = row
    if start >= 0:
        yield start, last + 1


def parts(rows: Sequence[Extent], dots: int, placing: Placing) -> list[tuple[int, int]]:
    """A band's rows cut where that makes it cheapest to send: top and bottom of each part."""
    edges = _edges(rows)
    stretches = [_union(rows[top:bottom]) for top, bottom in pairwise(edges)]
    cheapest = [(0, 0)]  # for the stretches so far: the bytes, and the stretch with which the last part begins
    for stop in range(1, len(edges)):
        ways = []
        ink = (dots, 0)
        for start in reversed(range(stop)):
            ink = _union((ink, stretches[start]))
            place = placing(ink, dots, 8)
            sent = (place.right - place.left) // 8 * (edges[stop] - edges[start])
            ways.append((cheapest[start][0] + sent + PART_BYTES, start))
        cheapest.append(min(ways))
    found: list[tuple[int, int]] = []
    stop = len(stretches)
    while stop:
        start = cheapest[stop][1]
        found.insert(0, (edges[start], edges[stop]))
        stop = start
    return found


def _edges(rows: Sequence[Extent]) -> list[int]:
    """The rows at which the bytes with ink become others, and both ends; a cut anywhere else saves nothing."""
    edges = [0]
    window = None
    for row, (first, last) in enumerate(rows):
        if first < last and (first // 8, last // 8) != window:
            window = (first // 8, last // 8)
            if row:
                edges.append(row)
    return [*edges, len(rows)]


def _union(rows: Sequence[Extent]) -> Extent:
    return min(first for first, _ in rows), max(last for _, last in rows)


def _rasters(
    image: Image.Image, rows: Sequence[Extent], band: tuple[int, int], placing: Placing
) -> Iterator[tuple[Place, bytes]]:
    """The places and GS v 0 commands that print a band in the fewest bytes."""
    top, bottom = band
    coarse = placing(_union(rows[top:bottom]), image.width, 16)
    if coarse.left >= 0 and (bottom - top) % 2 == 0:
        whole = image.crop((coarse.left, top, coarse.right, bottom))
        half = whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.NEAREST)
        if half.resize(whole.size, Image.Resampling.NEAREST).tobytes() == whole.tobytes():
            yield coarse, _raster(half, doubled=True)
            return
    for first, last in parts(rows[top:bottom], image.width, placing):
        place = placing(_union(rows[top + first : top + last]), image.width, 8)
        yield place, _raster(image.crop((place.left, top + first, place.right, top + last)), doubled=False)


def _feed(dots: int) -> Iterator[bytes]:
    while dots > 0:
        step = min(dots, MAX_FEED)
        yield b"\x1bJ" + bytes((step,))
        dots -= step


def _raster(picture: Image.Image, doubled: bool) -> bytes:
    writer = new_writer()
    writer.image(
        picture,
        high_density_vertical=not doubled,
        high_density_horizontal=not doubled,
        impl="bitImageRaster",
        fragment_height=MAX_BAND_ROWS,
    )
    return bytes(writer.output)
