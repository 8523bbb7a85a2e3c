"""A QR code as a picture for the page: error level M, quiet zone of 4 modules, black on white in every theme."""

from __future__ import annotations

from base64 import b64encode

import qrcode

QUIET_ZONE = 4  # modules, ISO/IEC 18004


def svg(data: str) -> str:
    """The code as an SVG document, one unit a module. Dark modules that touch in a row are one stroke."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(data)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    side = len(rows)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def data_uri(data: str) -> str:
    """The code as the `src` of an image; empty for no data."""
    return "data:image/svg+xml;base64," + b64encode(svg(data).encode()).decode() if data else ""


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each stretch of dark modules."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
