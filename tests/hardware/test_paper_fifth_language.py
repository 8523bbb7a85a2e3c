"""Hindi, a language that no line of code knows: a family in the table, two font files, and the right shaping."""

from __future__ import annotations

import logging

import msgspec
import pytest
from PIL import Image, ImageChops, ImageDraw, features

from hardware import fonts, shaping
from hardware.document import Document, Number, Text
from hardware.drawing import draw, undrawable
from hardware.profiles import EIGHTY_MM
from hardware.sample_slip import sample_slip
from hardware.scripts import script_of
from hardware.shaping import Style
from tests.hardware.test_paper_arabic import columns, likeness

needs_raqm = pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed")


def drawn(text: str) -> Image.Image:
    style = Style(60, False, "hi", "raqm")
    image = Image.new("L", (600, 160), 255)
    shaping.draw_line(ImageDraw.Draw(image), 100, 100, text, style, False)
    return image


def width(text: str) -> float:
    return shaping.width(text, Style(60, False, "hi", "raqm"), False)


@needs_raqm
@pytest.mark.parametrize("word", ["क्ष", "त्र", "ट्र", "र्ट", "द्ध"])
def test_consonants_merge(word: str) -> None:
    first, _, second = word
    assert width(word) < 0.85 * (width(first) + width(second))
    apart = word.replace("\N{DEVANAGARI SIGN VIRAMA}", "\N{DEVANAGARI SIGN VIRAMA}\N{ZERO WIDTH NON-JOINER}")
    assert drawn(word).tobytes() != drawn(apart).tobytes()


@needs_raqm
def test_the_short_i_is_written_after_its_consonant_and_drawn_before_it() -> None:
    below_headline = (0, 68, 600, 160)
    together, alone = drawn("कि").crop(below_headline), drawn("क").crop(below_headline)
    left, _, right, _ = ImageChops.invert(together).getbbox() or (0, 0, 0, 0)
    consonant = ImageChops.invert(alone).getbbox() or (0, 0, 0, 0)
    width = consonant[2] - consonant[0]
    assert right - left > width
    assert likeness(columns(together.crop((right - width, 0, right, 92))), columns(alone)) > 0.9
    assert likeness(columns(together.crop((left, 0, left + width, 92))), columns(alone)) < 0.9


def test_every_character_of_the_hindi_slip_is_in_a_font() -> None:
    if shaping.can_draw("hi"):
        assert undrawable(sample_slip("hi")) == ()


def test_without_raqm_hindi_is_never_drawn_wrong(caplog: pytest.LogCaptureFixture) -> None:
    document = Document((Number("A047"), Text("नकद Cash", language="hi")), "hi")
    with caplog.at_level(logging.WARNING):
        image = draw(document, EIGHTY_MM, "reshaper")
    assert "U+0928 DEVANAGARI LETTER NA" in caplog.text
    said = Document((Number("A047"), Text("? Cash", language="hi")), "hi")
    assert image.tobytes() == draw(said, EIGHTY_MM, "reshaper").tobytes()


def test_languages_that_cannot_be_drawn_are_known_before_the_first_slip() -> None:
    asked = ("en", "ar", "zh-CN", "ru", "hi", "mr", "sr-Latn", "zh-TW", "th", "xx", "?")
    assert shaping.undrawable_languages(asked, "raqm") == ("zh-TW", "th", "xx", "?")
    assert shaping.undrawable_languages(asked, "reshaper") == ("hi", "mr", "zh-TW", "th", "xx", "?")
    assert shaping.can_draw("en")


@pytest.mark.parametrize(
    ("language", "script"),
    [("hi", "Deva"), ("en-GB", "Latn"), ("zh", "Hans"), ("zh_TW", "Hant"), ("sr-Latn", "Latn"), ("ckb", "Arab"),
     ("", None)],
)  # fmt: skip
def test_the_script_of_a_language_is_known(language: str, script: str | None) -> None:
    assert script_of(language) == script


def test_each_family_of_the_table_ships_whole_with_its_licence() -> None:
    licence = (fonts.FOLDER / "OFL.txt").read_text(encoding="utf-8")
    for name in fonts.families():
        for weight in ("Regular", "Bold"):
            assert (fonts.FOLDER / f"{name}-{weight}.woff2").exists()
            assert f"{name}-{weight}.woff2" in licence
        assert fonts.covers(name, " "), name


def test_the_coverage_lists_what_the_table_orders() -> None:
    table = msgspec.toml.decode((fonts.FOLDER / "families.toml").read_bytes())
    for name, entry in table.items():
        ends = [stretch.partition("-") for stretch in entry["characters"].split()]
        ordered = {point for first, _, last in ends for point in range(int(first, 16), int(last or first, 16) + 1)}
        covered = sum(fonts.covers(name, chr(point)) for point in ordered)
        assert covered > 0.8 * len(ordered), name
