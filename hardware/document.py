"""What is on a slip of paper, apart from how it gets there.

Sizes are in dots of a 203 dpi head (8 dots are 1 mm) or in millimetres; drawing scales them to the head that is
really there, so one document suits every printer. `start` and `end` are logical: in Arabic the start is at the
right.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from hardware.errors import DeviceError

Align: TypeAlias = Literal["start", "center", "end"]
Words: TypeAlias = Annotated[str, Meta(max_length=2000)]
Language: TypeAlias = Annotated[str, Meta(min_length=2, max_length=35)]


class Text(Struct, frozen=True, tag="text"):
    """A paragraph; wraps at the paper's width, and at line feeds. `size` is the height of a capital, in dots."""

    text: Words
    size: Annotated[int, Meta(ge=8, le=200)] = 26
    bold: bool = False
    align: Align = "start"
    language: Language = "en"


class Number(Struct, frozen=True, tag="number"):
    """The ticket number: bold, centred, its digits `height_mm` high, or as high as the paper's width allows."""

    text: Annotated[str, Meta(min_length=1, max_length=40)]
    height_mm: Annotated[float, Meta(ge=3, le=60)] = 18.0


class Items(Struct, frozen=True, tag="items"):
    """A titled list with a bullet for each item."""

    title: Words
    items: Annotated[tuple[Words, ...], Meta(max_length=100)]
    language: Language = "en"


class Qr(Struct, frozen=True, tag="qr"):
    """A QR code, error level M, quiet zone of 4 modules, centred; `module_dots` is the side of a module."""

    data: Annotated[str, Meta(min_length=1, max_length=1000)]
    module_dots: Annotated[int, Meta(ge=2, le=24)] = 6


class Rule(Struct, frozen=True, tag="rule"):
    """A thin line across the paper."""


class Space(Struct, frozen=True, tag="space"):
    """White paper, `dots` high."""

    dots: Annotated[int, Meta(ge=0, le=2000)]


Element: TypeAlias = Text | Number | Items | Qr | Rule | Space


class Document(Struct, frozen=True):
    """One slip: its elements from top to bottom, the language that gives the page its direction.

    `copy` counts reprints, 0 the first; the spool tells copies apart by it. Words such as "copy" are the caller's
    to add.
    """

    elements: Annotated[tuple[Element, ...], Meta(max_length=200)]
    language: Language
    copy: Annotated[int, Meta(ge=0)] = 0


_decoder = msgspec.json.Decoder(Document)


def encode(document: Document) -> bytes:
    """The document as JSON, for the spool."""
    return msgspec.json.encode(document)


def decode(data: bytes) -> Document:
    """The document in `data`; refuses what is not one, with the place of the mistake."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as mistake:
        raise DeviceError(f"This is not a slip that can be printed: {mistake}", permanent=True) from mistake
