"""The fonts that ship with the package, and which of them draws a character.

No one font covers all scripts, so each stretch of text takes the first family that has its characters. The same
woff2 files serve paper and web pages. `families.toml` is the table of the families; `build.py` cut them by it and
wrote `coverage.txt`, which lists what each can draw.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from PIL import ImageFont

from hardware.errors import DeviceError
from hardware.scripts import script_of

FOLDER = Path(__file__).parent
CAP_HEIGHT = 0.714  # of the em, Noto Sans: OS/2 sCapHeight 714 of 1000
MISSING = "?"
MOST_MARKS = 6  # on one letter; no script of these writes more
_NO_BREAK = frozenset("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
_KEPT_BARE = frozenset("\n\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}") | _JOINERS

Engine = Literal["raqm", "reshaper"]


class Family(Struct, frozen=True):
    """An entry of `families.toml`, which explains the fields."""

    scripts: tuple[str, ...]
    line_pitch: float = 1.3
    optical_size: float = 1.0
    needs_raqm: bool = False


@cache
def families(folder: Path = FOLDER) -> dict[str, Family]:
    """The shipped families by name, in the order in which a character looks for one."""
    return msgspec.toml.decode(_bytes_of(folder / "families.toml"), type=dict[str, Family])


@lru_cache(maxsize=64)
def family_of(language: str) -> str | None:
    """The family made for the language's script; None where none is."""
    script = script_of(language)
    return next((name for name, family in families().items() if script in family.scripts), None)


@cache
def fallback() -> str:
    """The first family: it has what belongs to no script, and the `?` for what is missing."""
    return next(iter(families()))


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


def stretches(family: str) -> list[tuple[int, int]]:
    """The first and last code point of each stretch of characters that the family has, ascending."""
    return list(zip(*_coverage(FOLDER)[family], strict=True))


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

    Beyond ASCII the language's own family comes first: the quotes and dashes of Chinese fill a square.
    """
    own = None if character.isascii() else family_of(language)
    order = (own, *families()) if own else tuple(families())
    return next((family for family in order if covers(family, character)), None)


@lru_cache(maxsize=1024)
def drawable(text: str, language: str, engine: Engine) -> tuple[str, tuple[str, ...]]:
    """The text as it can be drawn, and the characters that cannot be: no font has them, or the engine cannot shape
    their script. Each stretch of them leaves one `?`.

    Control and bidirectional embedding characters are taken out, and marks in heaps that would cover other lines;
    composed forms are preferred, since faces have those.
    """
    kept: list[str] = []
    missing: list[str] = []
    gap = False  # whether the last letter is missing: its marks and joiners go with it
    marks = 0
    for character in unicodedata.normalize("NFC", text.replace("\t", " ")):
        category = unicodedata.category(character)
        if category in ("Cc", "Cf") and character not in _KEPT_BARE:
            continue
        marks = marks + 1 if category.startswith("M") else 0
        if marks > MOST_MARKS or (gap and (marks or character in _JOINERS)):
            continue
        drawn = _drawn_as(character, category, language, engine)
        if drawn is None:
            missing.append(character)
        if drawn is not None or not gap:
            kept.append(drawn or MISSING)
        gap = drawn is None
    return "".join(kept), tuple(missing)


def _drawn_as(character: str, category: str, language: str, engine: Engine) -> str | None:
    if category == "Zs":
        return "\N{NO-BREAK SPACE}" if character in _NO_BREAK else " "
    if character in _KEPT_BARE:
        return character
    family = family_for(character, language)
    return character if family and (engine == "raqm" or not families()[family].needs_raqm) else None


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
