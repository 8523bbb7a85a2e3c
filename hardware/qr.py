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
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE, box_size=1)
    code.add_data(data)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as fault:
        raise DeviceError("The QR code holds too much text.", permanent=True) from fault
    rows = code.get_matrix()
    side = len(rows)
    dots = min(module_dots, room // side)
    if dots < SMALLEST_MODULE:
        raise DeviceError(f"The QR code does not fit on the paper: {side} modules in {room} dots.", permanent=True)
    modules = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in rows for dark in row))
    return modules.resize((side * dots, side * dots), Image.Resampling.NEAREST)
