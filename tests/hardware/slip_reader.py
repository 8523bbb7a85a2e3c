"""Reads the bytes of a slip back: small, strict, and written apart from the package's own decoder and python-escpos.

Pictures become dots. What the printer makes itself, text in font A and QR codes, is reported with its place and leaves
white paper. Sources: Epson ESC/POS reference, and zxing-cpp for how many modules a code has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

FONT_A = (12, 24)


@dataclass(frozen=True)
class Text:
    """A line of the printer's own text: its place and size in dots."""

    text: str
    left: int
    top: int
    width: int
    height: int
    bold: bool


@dataclass(frozen=True)
class Code:
    """A QR code that the printer makes, without quiet zone: its place and size in dots."""

    data: str
    left: int
    top: int
    side: int
    module: int
    level: str


@dataclass
class Slip:
    """What a job prints: the picture (mode "1", white 255), the printer's own things, and the bytes of its pictures."""

    picture: Image.Image
    texts: list[Text] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    bands: list[int] = field(default_factory=list)


def read_slip(data: bytes, dots: int, dpi: int) -> Image.Image:
    """The picture of a slip that the printer adds nothing to."""
    slip = read_hybrid(data, dots, dpi)
    assert not slip.texts, "text of the printer"
    assert not slip.codes, "a code of the printer"
    return slip.picture


def read_hybrid(data: bytes, dots: int, dpi: int) -> Slip:
    """The slip that the bytes print; refuses any command that a slip has no business with."""
    rows: list[bytes] = []
    white = b"\xff" * dots
    slip = Slip(Image.new("1", (dots, 1)))
    across, down, side, margin, at, cuts = dpi, 2 * dpi, 0, 0, 0, 0
    line, wide, high, bold = "", 1, 1, False
    model, module, level, stored = 0, 3, "L", ""

    def left_of(width: int) -> int:
        assert width <= dots - margin, "wider than the head"
        return margin + (dots - margin - width) * side // 2

    while at < len(data):
        assert cuts == 0, "bytes after the cut"
        two = data[at : at + 2]
        assert not line or 0x20 <= data[at] < 0x7F or data[at] == 0x0A, "a command inside a line of text"
        if 0x20 <= data[at] < 0x7F:
            line, at = line + chr(data[at]), at + 1
        elif data[at] == 0x0A:
            width, height = len(line) * FONT_A[0] * wide, FONT_A[1] * high
            slip.texts.append(Text(line, left_of(width), len(rows), width, height, bold))
            rows += [white] * height
            line, at = "", at + 1
        elif two == b"\x1b@":
            at += 2
        elif two == b"\x1dP":
            across, down, at = data[at + 2], data[at + 3], at + 4
        elif two == b"\x1ba":
            side, at = data[at + 2], at + 3
        elif two == b"\x1dL":
            margin, at = int.from_bytes(data[at + 2 : at + 4], "little") * dpi // across, at + 4
        elif two == b"\x1bE":
            bold, at = data[at + 2] == 1, at + 3
        elif two == b"\x1db":
            at += 3
        elif two == b"\x1d!":
            wide, high, at = (data[at + 2] >> 4) + 1, (data[at + 2] & 15) + 1, at + 3
            assert wide <= 8, "GS ! takes sizes to 8"
            assert high <= 8, "GS ! takes sizes to 8"
        elif data[at : at + 3] == b"\x1d(k":
            length = int.from_bytes(data[at + 3 : at + 5], "little")
            kind, function, values = data[at + 5], data[at + 6], data[at + 7 : at + 5 + length]
            assert kind == 49, "not a QR code"
            if function == 65:
                model = values[0]
            elif function == 67:
                module = values[0]
            elif function == 69:
                level = {48: "L", 49: "M", 50: "Q", 51: "H"}[values[0]]
            elif function == 80:
                assert values[0] == 48
                stored = values[1:].decode()
            else:
                assert (function, values, model) == (81, b"0", 50)
                code = zxingcpp.create_barcode(stored, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
                dots_across = code.to_image(scale=1, add_quiet_zones=False).shape[0] * module
                slip.codes.append(Code(stored, left_of(dots_across), len(rows), dots_across, module, level))
                rows += [white] * dots_across
            at += 5 + length
        elif two == b"\x1bJ":
            rows += [white] * (data[at + 2] * dpi // down)
            at += 3
        elif data[at : at + 3] == b"\x1dv0":
            scale = {0: 1, 3: 2}[data[at + 3]]
            width, height = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (4, 6))
            at += 8
            slip.bands.append(width * height)
            left = left_of(width * 8 * scale)
            for _ in range(height):
                bits = f"{int.from_bytes(data[at : at + width]):0{width * 8}b}"
                burnt = b"".join((b"\x00" if bit == "1" else b"\xff") * scale for bit in bits)
                rows += [(white[:left] + burnt + white)[:dots]] * scale
                at += width
        elif data[at : at + 4] == b"\x1dVB\x00":
            cuts, at = cuts + 1, at + 4
        else:
            raise AssertionError(f"unexpected bytes {data[at : at + 4]!r} at {at}")
    assert cuts == 1, "the paper was not cut"
    slip.picture = Image.frombytes("L", (dots, len(rows)), b"".join(rows)).convert("1")
    return slip
