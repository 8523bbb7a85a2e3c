"""The part of a printer that makes QR codes: Epson ESC/POS reference, GS ( k with cn = 49."""

from __future__ import annotations

import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError

ERROR_LEVELS = {
    48: qrcode.ERROR_CORRECT_L,
    49: qrcode.ERROR_CORRECT_M,
    50: qrcode.ERROR_CORRECT_Q,
    51: qrcode.ERROR_CORRECT_H,
}
MODULES = range(1, 17)  # dots


class CodeGenerator:
    """Keeps module size, error level and data, as fresh after ESC @; makes the code when told to."""

    def __init__(self) -> None:
        self._module = 3
        self._level = 48
        self._data = b""

    def obey(self, function: int, values: bytes) -> Image.Image | None:
        """Functions by their byte in the command: 67 module size, 69 error level, 80 store, 81 print. The code (mode
        "1", no quiet zone) when one is to be printed. Values out of range change nothing."""
        if function == 67 and values[:1] and values[0] in MODULES:
            self._module = values[0]
        elif function == 69 and values[:1] and values[0] in ERROR_LEVELS:
            self._level = values[0]
        elif function == 80:
            self._data = values[1:]
        elif function == 81 and self._data:
            return self._code()
        return None

    def _code(self) -> Image.Image | None:
        code = qrcode.QRCode(error_correction=ERROR_LEVELS[self._level], border=0)
        code.add_data(self._data)
        try:
            rows = code.get_matrix()
        except (DataOverflowError, ValueError):  # more than a code holds: nothing is printed
            return None
        side = len(rows)
        modules = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in rows for dark in row))
        return modules.resize((side * self._module,) * 2, Image.Resampling.NEAREST).convert("1")
