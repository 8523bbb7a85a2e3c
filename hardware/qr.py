"""A QR code as dots (ISO/IEC 18004): error level M, quiet zone of 4 modules, modules of a whole number of dots.

Level M is chosen by measurement: a blot over 8 % of the code defeats level L, and M reads on.
"""

from __future__ import annotations

import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError

from hardware.errors import DeviceError

QUIET_ZONE = 4  # modules
SMALLEST_MODULE = 3  # dots; below, a phone held at arm's length fails


def image(data: str, module_dots: int, room: int) -> Image.Image:
    """The code in mode "L" with modules of `module_dots`, smaller where it would be wider than `room` (dots)."""
    _, dots = fit(data, module_dots, room)
    code = _sized(data)
    code.make(fit=False)
    rows = code.get_matrix()
    side = len(rows)
    modules = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in rows for dark in row))
    return modules.resize((side * dots, side * dots), Image.Resampling.NEAREST)


def fit(data: str, module_dots: int, room: int) -> tuple[int, int]:
    """The code's modules across, without the quiet zone, and the dots of a module: `module_dots`, or fewer where the
    code with its quiet zone would be wider than `room` (dots). Refuses what fits no code, or no paper."""
    side = 4 * int(_sized(data).version) + 17
    dots = min(module_dots, room // (side + 2 * QUIET_ZONE))
    if dots < SMALLEST_MODULE:
        raise DeviceError(f"The QR code does not fit on the paper: {side} modules in {room} dots.", permanent=True)
    return side, dots


def _sized(data: str) -> qrcode.QRCode:
    """The code at the smallest version that holds the data."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE, box_size=1)
    code.add_data(data)
    try:
        code.best_fit()
    except (DataOverflowError, ValueError) as fault:
        raise DeviceError("The QR code holds too much text.", permanent=True) from fault
    return code
