"""What may be shown in the lobby: pictures and videos that are what their names say, and whole.

A browser shows half a picture without a word, so a picture is decoded here once before any screen gets it. Of a video
only its container is looked at; what the browser cannot play it reports itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import msgspec
from PIL import Image

Kind = Literal["image", "video"]

MEGABYTE = 1_000_000
LARGEST_PICTURE, LARGEST_VIDEO, LARGEST_DRAWING = 20 * MEGABYTE, 1000 * MEGABYTE, 2 * MEGABYTE
MOST_PIXELS = 40_000_000
"""More than four screens of 4K; a browser needs four bytes for each."""

EBML = b"\x1a\x45\xdf\xa3"
"""How WebM begins (RFC 8794, 11.2.1)."""


class BadMedia(Exception):
    """A file that is not shown; its text says why, and what helps."""


class Sort(msgspec.Struct, frozen=True):
    """A sort of file: what it is to a screen, its media type, its largest size in bytes, and a look into it that raises
    `BadMedia`."""

    kind: Kind
    type: str
    largest: int
    look: Callable[[Path], None]


def sort_of(path: Path) -> Sort:
    """The sort of file that its name says, whole and not too large.

    Raises:
        BadMedia: it is not shown.
    """
    sort = SORTS.get(path.suffix.lower())
    if sort is None:
        raise BadMedia(f"is not of a kind that can be shown; known are {', '.join(SORTS)}")
    try:
        if path.stat().st_size > sort.largest:
            raise BadMedia(f"is larger than {sort.largest // MEGABYTE} MB")
        sort.look(path)
    except OSError as error:
        raise BadMedia(f"cannot be read: {error.strerror or error}") from None
    return sort


def _picture(format: str) -> Callable[[Path], None]:
    def look(path: Path) -> None:
        try:
            with Image.open(path, formats=[format]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise BadMedia(f"has more than {MOST_PIXELS // MEGABYTE} megapixels; make it smaller")
                picture.load()
        except BadMedia:
            raise
        except Exception as error:  # whatever a broken picture makes its decoder say
            raise BadMedia(f"is not a whole {format} picture") from error

    return look


def _drawing(path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if "<!ENTITY" in text:
            raise BadMedia("has entities of its own; save it without")
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, UnicodeDecodeError, LookupError):
        raise BadMedia("is not a whole SVG drawing") from None
    tags = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    if not str(root.tag).endswith("svg"):
        raise BadMedia("is not a whole SVG drawing")
    if "script" in tags:
        raise BadMedia("has a script; save it without")


def _video(at: int, mark: bytes, name: str) -> Callable[[Path], None]:
    def look(path: Path) -> None:
        with path.open("rb") as file:
            if file.read(at + len(mark))[at:] != mark:
                raise BadMedia(f"is not {name} video")

    return look


_JPEG = Sort("image", "image/jpeg", LARGEST_PICTURE, _picture("JPEG"))

SORTS = {
    ".png": Sort("image", "image/png", LARGEST_PICTURE, _picture("PNG")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".webp": Sort("image", "image/webp", LARGEST_PICTURE, _picture("WEBP")),
    ".svg": Sort("image", "image/svg+xml", LARGEST_DRAWING, _drawing),
    ".mp4": Sort("video", "video/mp4", LARGEST_VIDEO, _video(4, b"ftyp", "an MP4")),
    ".webm": Sort("video", "video/webm", LARGEST_VIDEO, _video(0, EBML, "a WebM")),
}
"""By the end of a name."""
