"""Reads the bytes of a slip back into rows of dots: small, strict, and written apart from the package's own decoder."""

from __future__ import annotations

from PIL import Image


def read_slip(data: bytes, dots: int, dpi: int) -> Image.Image:
    """The picture that the bytes print; refuses any command that a slip has no business with."""
    rows: list[list[int]] = []
    unit, side, at, cuts = 2 * dpi, 0, 0, 0
    while at < len(data):
        assert cuts == 0, "bytes after the cut"
        two = data[at : at + 2]
        if two == b"\x1b@":
            at += 2
        elif two == b"\x1dP":
            unit, at = data[at + 3], at + 4
        elif two == b"\x1ba":
            side, at = data[at + 2], at + 3
        elif two == b"\x1bJ":
            rows += [[0] * dots for _ in range(data[at + 2] * dpi // unit)]
            at += 3
        elif data[at : at + 3] == b"\x1dv0":
            scale = {0: 1, 3: 2}[data[at + 3]]
            width, height = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (4, 6))
            at += 8
            left = (dots - width * 8 * scale) * side // 2
            assert left >= 0, "wider than the head"
            for _ in range(height):
                bits = [byte >> bit & 1 for byte in data[at : at + width] for bit in range(7, -1, -1)]
                wide = [bit for bit in bits for _ in range(scale)]
                row = [0] * left + wide + [0] * (dots - left - len(wide))
                rows += [list(row) for _ in range(scale)]
                at += width
        elif data[at : at + 4] == b"\x1dVB\x00":
            cuts, at = cuts + 1, at + 4
        else:
            raise AssertionError(f"unexpected bytes {data[at : at + 4]!r} at {at}")
    assert cuts == 1, "the paper was not cut"
    image = Image.new("L", (dots, len(rows)))
    image.putdata([0 if bit else 255 for row in rows for bit in row])
    return image.convert("1")
