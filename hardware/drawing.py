"""A document as dots: the image that the print head burns.

Elements become blocks with a height, the blocks are stacked, and each draws itself on one grey canvas that is cut
to black and white at the end: a thermal head knows no grey, and outlines cut at one level stay even. What the printer
makes itself leaves a white place in the image.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw

from hardware import fonts, line_breaking, qr, resident, shaping
from hardware.direction import is_right_to_left
from hardware.document import Align, Document, Element, Items, Number, Qr, Rule, Space, Text
from hardware.errors import DeviceError
from hardware.fonts import Engine
from hardware.profiles import Profile
from hardware.resident import Resident
from hardware.shaping import Style

MAX_LENGTH_MM = 600
CUT_TO_BLACK = 144  # grey below this burns; above half, so that thin strokes survive
NUMBER_AIR = 0.28  # white above and below the number, of its height
COARSE_FROM = 64  # dots of a digit's height: such a number is drawn in squares of 2 x 2 dots, a quarter of the bytes
LIST_SIZE = 22
BULLET = "•"
NAMED = 12  # of the characters that no font has, in one line of the log

log = logging.getLogger(__name__)
Paint: TypeAlias = Callable[[Image.Image, ImageDraw.ImageDraw, int], None]


@dataclass(frozen=True, slots=True)
class Block:
    """A strip of the slip: its height in dots, and how it draws itself below a given y, or what the printer puts there.

    With neither it is white.
    """

    height: int
    paint: Paint | None = None
    resident: Resident | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A slip that is partly the printer's own work: `image` (mode "1", white 255), and what comes into its white
    places, each with its first row."""

    image: Image.Image
    residents: tuple[tuple[int, Resident], ...]


def draw(document: Document, profile: Profile, engine: Engine | None = None) -> Image.Image:
    """The slip in mode "1" (white 255), `profile.dots` wide and as long as it needs.

    Characters that cannot be drawn leave a `?` and are logged. Refuses (permanent) a slip longer than 60 cm, a QR code
    wider than the paper, and a machine on which fonts or shaping are missing.
    """
    return _sheet(document, profile, engine, printer_makes=False).image


def compose(document: Document, profile: Profile, engine: Engine | None = None) -> Sheet:
    """The slip with number and QR code left to the printer where it can make them; refuses what `draw` refuses."""
    return _sheet(document, profile, engine, printer_makes=True)


def _sheet(document: Document, profile: Profile, engine: Engine | None, printer_makes: bool) -> Sheet:
    chosen = engine or shaping.shaping_engine()
    _log_missing(undrawable(document, chosen))
    blocks: list[Block] = []
    for element in document.elements:
        by_printer = _made_by_printer(element, profile) if printer_makes else None
        blocks += by_printer or _blocks(element, document, profile, chosen)
    height = sum(block.height for block in blocks)
    if height > profile.from_mm(MAX_LENGTH_MM):
        raise DeviceError(f"The slip would be longer than {MAX_LENGTH_MM} mm. Shorten its text.", permanent=True)
    image = Image.new("L", (profile.dots, max(1, height)), 255)
    canvas = ImageDraw.Draw(image)
    residents: list[tuple[int, Resident]] = []
    top = 0
    for block in blocks:
        if block.paint:
            block.paint(image, canvas, top)
        if block.resident:
            residents.append((top, block.resident))
        top += block.height
    for top, own in residents:  # a heap of marks may reach in from the next line
        image.paste(255, (0, top, profile.dots, top + own.height))
    return Sheet(image.point([0] * CUT_TO_BLACK + [255] * (256 - CUT_TO_BLACK), "1"), tuple(residents))


def undrawable(document: Document, engine: Engine | None = None) -> tuple[str, ...]:
    """The characters of the document that cannot be drawn, each once, in order."""
    chosen = engine or shaping.shaping_engine()
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
            found.update(dict.fromkeys(fonts.drawable(text, language, chosen)[1]))
    return tuple(found)


def _log_missing(missing: tuple[str, ...]) -> None:
    if missing:
        names = [f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip() for character in missing[:NAMED]]
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        log.warning("these characters cannot be drawn, and a '?' stands for them: %s%s", ", ".join(names), more)


def _made_by_printer(element: Element, profile: Profile) -> list[Block] | None:
    """Number and QR code as the printer's own work, with the white around them; None for everything else."""
    match element:
        case Number(text=text, height_mm=height_mm):
            line = resident.number(text, height_mm, profile)
            if line is None:
                return None
            first, last = (row * line.height // resident.CELL[1] for row in resident.CAPITAL)
            air = round((last - first) * NUMBER_AIR)
            return [
                Block(max(0, air - first)),
                Block(line.height, resident=line),
                Block(max(0, air - line.height + last)),
            ]
        case Qr(data=data, module_dots=module_dots):
            code, quiet = resident.code(data, profile.scaled(module_dots), profile)
            return [Block(quiet), Block(code.height, resident=code), Block(quiet)]
        case _:
            return None


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
            yield Block(profile.scaled(dots))


def _pitch(text: str, style: Style) -> int:
    """From line to line, in dots: room for the language's script, and for each that the text borrows."""
    names = {fonts.family_for(character, style.language) for character in set(text)} | {fonts.family_of(style.language)}
    return round(style.em * max(fonts.families()[name or fonts.fallback()].line_pitch for name in names))


def _paragraph(
    text: str, style: Style, align: Align, profile: Profile, indent: int = 0, mark: str = ""
) -> Iterator[Block]:
    """The lines of a text; `indent` dots are left white at the start side, where `mark` stands on the first line."""
    right_to_left = is_right_to_left(style.language)
    room = profile.dots - 2 * profile.margin - indent
    width = partial(shaping.width, style=style, right_to_left=right_to_left)
    drawable, _ = fonts.drawable(text, style.language, style.engine)
    pitch = _pitch(drawable, style)
    broken = line_breaking.balanced_lines if align == "center" else line_breaking.lines
    for paragraph in drawable.split("\n"):
        for line in broken(paragraph, room, width):
            at_right = align == ("start" if right_to_left else "end")
            spare = 0.0 if align != "center" and not at_right else room - width(line)
            left = profile.margin + (spare / 2 if align == "center" else spare) + (0 if right_to_left else indent)
            bullet_left = profile.dots - profile.margin - width(mark) if right_to_left else profile.margin
            yield Block(pitch, partial(_paint_line, line, style, right_to_left, pitch, left, mark, bullet_left))
            mark = ""


def _paint_line(
    line: str, style: Style, right_to_left: bool, pitch: int, left: float, mark: str, mark_left: float,
    _: Image.Image, canvas: ImageDraw.ImageDraw, top: int,
) -> None:  # fmt: skip
    baseline = top + round((pitch + style.em * fonts.CAP_HEIGHT) / 2)
    shaping.draw_line(canvas, left, baseline, line, style, right_to_left)
    if mark:
        shaping.draw_line(canvas, mark_left, baseline, mark, style, right_to_left)


def _number(text: str, height_mm: float, language: str, profile: Profile, engine: Engine) -> Block:
    drawable, _ = fonts.drawable(text.replace("\n", " "), language, engine)
    room = profile.dots - 2 * profile.margin
    style = Style(fonts.em_size(profile.from_mm(height_mm)), True, language, engine)
    wanted = shaping.width(drawable, style, False)
    em = style.em if wanted <= room else int(style.em * room / wanted)
    square = 2 if em * fonts.CAP_HEIGHT >= COARSE_FROM else 1
    style = replace(style, em=max(6, em // square))
    capital = round(style.em * fonts.CAP_HEIGHT)
    air = round(capital * NUMBER_AIR)
    width, height = profile.dots // square, capital + 2 * air
    left = (width - shaping.width(drawable, style, False)) / 2

    def paint(image: Image.Image, _: ImageDraw.ImageDraw, top: int) -> None:
        ink = Image.new("L", (width, height), 255)
        shaping.draw_line(ImageDraw.Draw(ink), left, air + capital, drawable, style, False)
        mask = ImageChops.invert(ink).resize((width * square, height * square), Image.Resampling.NEAREST)
        image.paste(0, (0, top), mask)

    return Block(height * square, paint)


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
