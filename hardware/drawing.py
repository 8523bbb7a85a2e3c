"""A document as dots: the image that the print head burns.

Elements become blocks with a height, the blocks are stacked, and each draws itself on one grey canvas that is cut
to black and white at the end: a thermal head knows no grey, and outlines cut at one level stay even.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageDraw

from hardware import fonts, line_breaking, qr, shaping
from hardware.direction import is_right_to_left
from hardware.document import Align, Document, Element, Items, Number, Qr, Rule, Space, Text
from hardware.errors import DeviceError
from hardware.fonts import Engine
from hardware.profiles import Profile
from hardware.shaping import Style

MAX_LENGTH_MM = 600
CUT_TO_BLACK = 144  # grey below this burns; above half, so that thin strokes survive
LINE_PITCH = {"ar": 1.5, "zh": 1.4}  # of the em: Arabic has deep tails, Chinese fills its square
DEFAULT_PITCH = 1.3
NUMBER_AIR = 0.28  # white above and below the number, of its height
LIST_SIZE = 22
BULLET = "•"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Block:
    """A strip of the slip: its height in dots, and how it draws itself below a given y."""

    height: int
    paint: Callable[[Image.Image, ImageDraw.ImageDraw, int], None]


def draw(document: Document, profile: Profile, engine: Engine | None = None) -> Image.Image:
    """The slip in mode "1" (white 255), `profile.dots` wide and as long as it needs.

    A character that no font has is drawn as `?` and logged. Refuses (permanent) a slip longer than 60 cm, a QR code
    wider than the paper, and a machine on which fonts or shaping are missing.
    """
    chosen = engine or shaping.shaping_engine()
    missing = undrawable(document)
    if missing:
        log.warning("no font has %s; printed as '?'", " ".join(f"{char} (U+{ord(char):04X})" for char in missing))
    blocks = [block for element in document.elements for block in _blocks(element, document, profile, chosen)]
    height = sum(block.height for block in blocks)
    if height > profile.from_mm(MAX_LENGTH_MM):
        raise DeviceError(f"The slip would be longer than {MAX_LENGTH_MM} mm. Shorten its text.", permanent=True)
    image = Image.new("L", (profile.dots, max(1, height)), 255)
    canvas = ImageDraw.Draw(image)
    top = 0
    for block in blocks:
        block.paint(image, canvas, top)
        top += block.height
    return image.point([0] * CUT_TO_BLACK + [255] * (256 - CUT_TO_BLACK), "1")


def undrawable(document: Document) -> tuple[str, ...]:
    """The characters of the document that no shipped font has, each once, in order."""
    found: dict[str, None] = {}
    for element in document.elements:
        match element:
            case Text(text=text, language=language):
                words = [text]
            case Number(text=text):
                words, language = [text], document.language
            case Items(title=title, items=items, language=language):
                words = [title, *items]
            case _:
                continue
        for text in words:
            found.update(dict.fromkeys(fonts.drawable(text, language)[1]))
    return tuple(found)


def _blocks(element: Element, document: Document, profile: Profile, engine: Engine) -> Iterator[Block]:
    match element:
        case Text(text=text, size=size, bold=bold, align=align, language=language):
            style = Style(fonts.em_size(profile.scaled(size)), bold, language, engine)
            yield from _paragraph(text, style, align, profile)
        case Number(text=text, height_mm=height_mm):
            yield _number(text, height_mm, document.language, profile, engine)
        case Items(title=title, items=items, language=language):
            yield from _list(title, items, language, profile, engine)
        case Qr(data=data, module_dots=module_dots):
            code = qr.image(data, profile.scaled(module_dots), profile.dots)
            left = (profile.dots - code.width) // 2 & ~1
            yield Block(code.height, lambda image, _, top: image.paste(code, (left, top)))
        case Rule():
            yield _rule(profile)
        case Space(dots=dots):
            yield Block(profile.scaled(dots), lambda *_: None)


def _pitch(style: Style) -> int:
    return round(style.em * LINE_PITCH.get(style.language.split("-")[0], DEFAULT_PITCH))


def _paragraph(
    text: str, style: Style, align: Align, profile: Profile, indent: int = 0, mark: str = ""
) -> Iterator[Block]:
    """The lines of a text; `indent` dots are left white at the start side, where `mark` stands on the first line."""
    right_to_left = is_right_to_left(style.language)
    room = profile.dots - 2 * profile.margin - indent
    width = partial(shaping.width, style=style, right_to_left=right_to_left)
    drawable, _ = fonts.drawable(text, style.language)
    pitch = _pitch(style)
    for paragraph in drawable.split("\n"):
        for line in line_breaking.lines(paragraph, room, width):
            at_right = align == ("start" if right_to_left else "end")
            spare = 0.0 if align != "center" and not at_right else room - width(line)
            left = profile.margin + (spare / 2 if align == "center" else spare) + (0 if right_to_left else indent)
            bullet_left = profile.dots - profile.margin - width(mark) if right_to_left else profile.margin
            yield Block(pitch, partial(_paint_line, line, style, right_to_left, left, mark, bullet_left))
            mark = ""


def _paint_line(
    line: str, style: Style, right_to_left: bool, left: float, mark: str, mark_left: float,
    _: Image.Image, canvas: ImageDraw.ImageDraw, top: int,
) -> None:  # fmt: skip
    baseline = top + round((_pitch(style) + style.em * fonts.CAP_HEIGHT) / 2)
    shaping.draw_line(canvas, left, baseline, line, style, right_to_left)
    if mark:
        shaping.draw_line(canvas, mark_left, baseline, mark, style, right_to_left)


def _number(text: str, height_mm: float, language: str, profile: Profile, engine: Engine) -> Block:
    drawable, _ = fonts.drawable(text, language)
    room = profile.dots - 2 * profile.margin
    style = Style(fonts.em_size(profile.from_mm(height_mm)), True, language, engine)
    wanted = shaping.width(drawable, style, False)
    if wanted > room:
        style = Style(max(6, int(style.em * room / wanted)), True, language, engine)
    capital = round(style.em * fonts.CAP_HEIGHT)
    air = round(capital * NUMBER_AIR)
    left = (profile.dots - shaping.width(drawable, style, False)) / 2

    def paint(_: Image.Image, canvas: ImageDraw.ImageDraw, top: int) -> None:
        shaping.draw_line(canvas, left, top + air + capital, drawable, style, False)

    return Block(capital + 2 * air, paint)


def _list(title: str, items: tuple[str, ...], language: str, profile: Profile, engine: Engine) -> Iterator[Block]:
    style = Style(fonts.em_size(profile.scaled(LIST_SIZE)), False, language, engine)
    if title:
        yield from _paragraph(title, style, "start", profile)
    for item in items:
        yield from _paragraph(item, style, "start", profile, indent=round(style.em * 0.8), mark=BULLET)


def _rule(profile: Profile) -> Block:
    air, thick = profile.scaled(14), max(1, profile.scaled(2))

    def paint(_: Image.Image, canvas: ImageDraw.ImageDraw, top: int) -> None:
        across = (profile.margin, top + air, profile.dots - profile.margin - 1, top + air + thick - 1)
        canvas.rectangle(across, fill=0)

    return Block(2 * air + thick, paint)
