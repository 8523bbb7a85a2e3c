"""A document as the bytes of one job: drawn, and encoded the way the printer was set up for.

- raster: everything is a picture. Every ESC/POS printer that prints pictures prints it.
- hybrid: the ticket number and the QR code are made by the printer, all else is pictures. Two thirds of the bytes, for
  slow lines. The printer must know GS ( k and obey GS L; nothing can ask it, so the operator chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from hardware.document import Document
from hardware.drawing import compose, draw
from hardware.encoding import encode_sheet, encode_slip
from hardware.profiles import Profile

Mode: TypeAlias = Literal["raster", "hybrid"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of a job, which end with the cut, and the rows of paper that it prints, in dots."""

    data: bytes
    rows: int


def payload(document: Document, profile: Profile, mode: Mode = "raster") -> Payload:
    """What prints the document on that head. Refuses (permanent) what `drawing.draw` refuses."""
    if mode == "hybrid":
        sheet = compose(document, profile)
        return Payload(encode_sheet(sheet, profile), sheet.image.height)
    image = draw(document, profile)
    return Payload(encode_slip(image, profile), image.height)
