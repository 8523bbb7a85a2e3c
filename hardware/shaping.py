"""Letters into joined, ordered glyphs: by raqm where the system has it, else by arabic-reshaper and python-bidi.

Pillow's wheels carry raqm and harfbuzz but load the system's fribidi when they run. Where fribidi is missing Pillow
draws Arabic backwards and unjoined and raises nothing, so an engine is used only after a proof. The second engine
cannot shape Devanagari: languages that need raqm can then not be drawn, and say so.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby
from unicodedata import category

from PIL import Image, ImageDraw, ImageFont, features

from hardware import arabic_proof, direction, fonts
from hardware.errors import DeviceError
from hardware.fonts import Engine

_INVISIBLE = dict.fromkeys(map(ord, "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"))
_JOINERS = dict.fromkeys(map(ord, "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"))
PROOF_EM = 48

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line in one face and one direction, in reading order."""

    text: str
    family: str
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Style:
    """How text is drawn: `em` in dots, weight, language (BCP 47), engine."""

    em: int
    bold: bool
    language: str
    engine: Engine


def available_engines() -> tuple[Engine, ...]:
    """The shaping engines of this machine, best first."""
    found: list[Engine] = []
    if features.check("raqm"):
        found.append("raqm")
    if importlib.util.find_spec("arabic_reshaper") and importlib.util.find_spec("bidi"):
        found.append("reshaper")
    return tuple(found)


def draws_arabic(engine: Engine) -> bool:
    """Whether the engine passes the proof on this machine."""
    return arabic_proof.is_proved(partial(_proof, engine))


def choose_engine(available: Sequence[Engine], works: Callable[[Engine], bool] = draws_arabic) -> Engine:
    """The best of the engines that are there and draw Arabic as it is written; refuses to draw with none."""
    for engine in available:
        if works(engine):
            return engine
        log.warning("%s is installed but draws Arabic wrongly on this machine, so it is not used", engine)
    raise DeviceError(
        "Arabic cannot be drawn: Pillow finds no working raqm, and arabic-reshaper with python-bidi is not installed "
        "or does not work. Install the Debian package libfribidi0, or the Python packages arabic-reshaper and "
        "python-bidi.",
        permanent=True,
    )


@cache
def shaping_engine() -> Engine:
    """The engine that slips are drawn with on this machine, proved once: "raqm", or "reshaper" where fribidi is missing
    or wrong."""
    return choose_engine(available_engines())


def can_draw(language: str, engine: Engine | None = None) -> bool:
    """Whether slips in the language (BCP 47) can be drawn: a shipped font has its script, and the engine (this
    machine's, where none is given) can shape it."""
    family = fonts.family_of(language)
    if family is None:
        return False
    return (engine or shaping_engine()) == "raqm" or not fonts.families()[family].needs_raqm


def undrawable_languages(languages: Iterable[str], engine: Engine | None = None) -> tuple[str, ...]:
    """Those of the languages that `can_draw` denies, for whoever chooses another language at start."""
    return tuple(language for language in languages if not can_draw(language, engine))


@lru_cache(maxsize=2048)
def visual_runs(text: str, language: str, right_to_left: bool) -> tuple[Run, ...]:
    """The runs of one line from left to right, each in the face that has its characters."""
    families = _families(text, language)
    pieces = [
        (level, family, "".join(character for character, _, _ in piece))
        for (level, family), piece in groupby(
            zip(text, direction.levels(text, right_to_left), families, strict=True), key=lambda entry: entry[1:]
        )
    ]
    runs = [Run(piece.translate(_INVISIBLE), family, bool(level % 2)) for level, family, piece in pieces]
    return tuple(runs[index] for index in direction.visual_order([level for level, _, _ in pieces]))


def _families(text: str, language: str) -> list[str]:
    """The family of each character; spaces, joiners and marks stay with what stands before them."""
    found: list[str] = []
    for character in text:
        mark = category(character).startswith("M")
        follows = mark or character.isspace() or ord(character) in _JOINERS or ord(character) in _INVISIBLE
        if follows and found and (not mark or fonts.covers(found[-1], character)):
            found.append(found[-1])
        else:
            found.append(fonts.family_for(character, language) or fonts.fallback())
    return found


@lru_cache(maxsize=8192)
def run_width(run: Run, style: Style) -> float:
    """The advance of a run, in dots."""
    font = _face(run, style)
    if style.engine == "raqm":
        return float(font.getlength(run.text, direction="rtl" if run.right_to_left else "ltr"))
    return float(font.getlength(_glyphs_in_sight_order(run)))


def _face(run: Run, style: Style) -> ImageFont.FreeTypeFont:
    size = round(style.em * fonts.families()[run.family].optical_size)
    return fonts.face(run.family, style.bold, size, style.engine)


def width(text: str, style: Style, right_to_left: bool) -> float:
    """The width of one line, in dots."""
    return sum(run_width(run, style) for run in visual_runs(text, style.language, right_to_left))


def draw_line(
    canvas: ImageDraw.ImageDraw, left: float, baseline: int, text: str, style: Style, right_to_left: bool
) -> None:
    """Draws one line, its left edge and baseline in dots from the canvas's corner."""
    for run in visual_runs(text, style.language, right_to_left):
        font = _face(run, style)
        at = (round(left), baseline)
        if style.engine == "raqm":
            canvas.text(at, run.text, fill=0, font=font, anchor="ls", direction="rtl" if run.right_to_left else "ltr")
        else:
            canvas.text(at, _glyphs_in_sight_order(run), fill=0, font=font, anchor="ls")
        left += run_width(run, style)


@lru_cache(maxsize=2048)
def _glyphs_in_sight_order(run: Run) -> str:
    """The run as presentation forms from left to right, for a face that only sets one glyph after the other."""
    import arabic_reshaper
    from bidi.algorithm import get_display

    if not run.right_to_left:
        return run.text.translate(_JOINERS)
    joined = arabic_reshaper.reshape(run.text)
    return str(get_display(joined, base_dir="R")).translate(_JOINERS)


def _proof(engine: Engine, text: str) -> Image.Image:
    style = Style(PROOF_EM, False, "ar", engine)
    image = Image.new("L", (round(width(text, style, True)) + 2 * PROOF_EM, 3 * PROOF_EM), 255)
    draw_line(ImageDraw.Draw(image), PROOF_EM, 2 * PROOF_EM, text, style, True)
    return image
