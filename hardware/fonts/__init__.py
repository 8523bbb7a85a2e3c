"""The fonts that ship with the package, and which of them draws a character.

No one font covers all scripts, so each stretch of text takes the first family that has its characters. The same
woff2 files serve paper and web pages; `build.py` cut them and wrote `coverage.txt`, which lists what each family
can draw.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from hardware.errors import DeviceError

FOLDER = Path(__file__).parent
LATIN, ARABIC, CHINESE = FAMILIES = ("NotoSans", "NotoSansArabic", "NotoSansSC")
CAP_HEIGHT = 0.714  # of the em, Noto Sans: OS/2 sCapHeight 714 of 1000
OPTICAL_SIZE = {ARABIC: 1.08}  # Arabic letters are low: at the same em they look smaller than their neighbours
MISSING = "?"
_KEPT_BARE = frozenset("\n\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")

Engine = Literal["raqm", "reshaper"]


def em_size(cap_height: float) -> int:
    """The font size, in dots, at which a capital is `cap_height` dots high."""
    return max(6, round(cap_height / CAP_HEIGHT))


@cache
def _coverage(folder: Path) -> dict[str, tuple[list[int], list[int]]]:
    """Family -> first and last code points of its stretches, both ascending."""
    path = folder / "coverage.txt"
    found: dict[str, tuple[list[int], list[int]]] = {}
    for line in _bytes_of(path).decode("ascii").splitlines():
        family, *stretches = line.split()
        ends = [stretch.partition("-") for stretch in stretches]
        found[family] = ([int(first, 16) for first, _, _ in ends], [int(last or first, 16) for first, _, last in ends])
    return found


@lru_cache(maxsize=16)
def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise DeviceError(
            f"The font file {path.name} cannot be read from {path.parent} ({fault.strerror}). "
            "Install the package again; without it slips cannot be drawn.",
            permanent=True,
        ) from fault


def covers(family: str, character: str, folder: Path = FOLDER) -> bool:
    """Whether the family has a glyph for the character."""
    firsts, lasts = _coverage(folder)[family]
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


@lru_cache(maxsize=16384)
def family_for(character: str, language: str) -> str | None:
    """The family that draws the character; None where no font has it.

    In Chinese, everything beyond ASCII comes from the Chinese face first: its quotes and dashes fill a square.
    """
    chinese_first = language.startswith("zh") and not character.isascii()
    order = (CHINESE, LATIN, ARABIC) if chinese_first else FAMILIES
    return next((family for family in order if covers(family, character)), None)


def drawable(text: str, language: str) -> tuple[str, tuple[str, ...]]:
    """The text as it can be drawn, a `?` for each character that no font has, and those characters.

    Control and bidirectional embedding characters are taken out; composed forms are preferred, since faces have
    those.
    """
    kept: list[str] = []
    missing: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category == "Zs":
            kept.append("\N{NO-BREAK SPACE}" if character in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}" else " ")
        elif character in _KEPT_BARE:
            kept.append(character)
        elif character == "\t":
            kept.append(" ")
        elif category in ("Cc", "Cf"):
            continue
        elif family_for(character, language) is None:
            kept.append(MISSING)
            missing.append(character)
        else:
            kept.append(character)
    return "".join(kept), tuple(missing)


@lru_cache(maxsize=48)
def face(family: str, bold: bool, size: int, engine: Engine, folder: Path = FOLDER) -> ImageFont.FreeTypeFont:
    """A face at `size` dots to the em, laid out by raqm or glyph by glyph; names the file where it is missing."""
    path = folder / f"{family}-{'Bold' if bold else 'Regular'}.woff2"
    _bytes_of(path)
    layout = ImageFont.Layout.RAQM if engine == "raqm" else ImageFont.Layout.BASIC
    try:
        return ImageFont.truetype(str(path), size, layout_engine=layout)
    except OSError as fault:
        raise DeviceError(
            f"The font file {path.name} is damaged, or this Pillow cannot read woff2 ({fault}). "
            "Install the package again.",
            permanent=True,
        ) from fault
