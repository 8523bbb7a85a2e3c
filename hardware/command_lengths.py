"""Where an ESC/POS command ends, from its first bytes: Epson ESC/POS reference. For whoever plays the printer."""

from __future__ import annotations

ESC, GS, DLE, FS = 0x1B, 0x1D, 0x10, 0x1C
LENGTHS = {
    ESC: {b"@": 2, b"2": 2, b"$": 4, b"\\": 4, b"p": 5, b"c": 4},
    GS: {b"P": 4, b"L": 4, b"W": 4, b"$": 4, b"\\": 4},
    DLE: {b"\x04": 3, b"\x05": 3, b"\x14": 5},
    FS: {b"&": 2, b".": 2, b"S": 4, b"p": 4},
}
USUAL_LENGTH = 3  # a command and one parameter
RASTER_HEADER = 8  # GS v 0 m xL xH yL yH
BLOCK_HEADER = 5  # GS ( X pL pH
LONGER_CUTS = 65  # GS V m n from this m on


def command_length(data: bytes) -> int | None:
    """The length of the first command, or of a byte of text; None while it has not arrived whole."""
    if not data:
        return None
    if data[0] not in LENGTHS:
        return 1
    if len(data) < 2:
        return None
    length = LENGTHS[data[0]].get(data[1:2], USUAL_LENGTH)
    if data[:2] == b"\x1dv":
        length = RASTER_HEADER
        if len(data) >= length:
            length += (data[4] | data[5] << 8) * (data[6] | data[7] << 8)
    elif data[:2] == b"\x1d(":
        length = BLOCK_HEADER
        if len(data) >= length:
            length += data[3] | data[4] << 8
    elif data[:2] == b"\x1dV" and len(data) >= USUAL_LENGTH and data[2] >= LONGER_CUTS:
        length += 1
    return length if len(data) >= length else None
