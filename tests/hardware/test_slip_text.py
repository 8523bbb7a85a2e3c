from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, features

from hardware import direction, fonts, line_breaking, shaping
from hardware.errors import DeviceError
from hardware.fonts import Engine
from hardware.shaping import Style

GREETING = "أهلا وسهلا بكم في مصرفنا"


def drawn(text: str, engine: Engine, language: str = "ar") -> Image.Image:
    style = Style(48, False, language, engine)
    right_to_left = direction.is_right_to_left(language)
    image = Image.new("L", (round(shaping.width(text, style, right_to_left)) + 8, 96), 255)
    shaping.draw_line(ImageDraw.Draw(image), 4, 60, text, style, right_to_left)
    return image


def ink_by_column(image: Image.Image) -> list[float]:
    left, _, right, _ = image.point(lambda value: 255 - value).getbbox() or (0, 0, 1, 1)
    columns = image.crop((left, 0, right, image.height)).resize((40, 1), Image.Resampling.BOX)
    return [255 - value for value in columns.tobytes()]


def correlation(left: list[float], right: list[float]) -> float:
    mean_left, mean_right = sum(left) / len(left), sum(right) / len(right)
    products = sum((a - mean_left) * (b - mean_right) for a, b in zip(left, right, strict=True))
    spread = sum((a - mean_left) ** 2 for a in left) * sum((b - mean_right) ** 2 for b in right)
    return float(products / spread**0.5)


@pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed")
def test_both_shaping_engines_draw_the_same_arabic() -> None:
    for word in GREETING.split():
        raqm, reshaper = (ink_by_column(drawn(word, engine)) for engine in shaping.available_engines())
        assert correlation(raqm, reshaper) > 0.9, word
        assert correlation(raqm, reshaper[::-1]) < 0.5, word
    widths = [drawn(GREETING, engine).width for engine in shaping.available_engines()]
    assert widths[0] == pytest.approx(widths[1], rel=0.03)


@pytest.mark.parametrize("engine", shaping.available_engines())
def test_arabic_is_joined(engine: Engine) -> None:
    word = Style(48, False, "ar", engine)
    apart = sum(shaping.width(letter, word, True) for letter in "سيس")
    assert shaping.width("سيس", word, True) < 0.8 * apart


@pytest.mark.parametrize("engine", shaping.available_engines())
def test_an_arabic_word_begins_at_its_right_edge(engine: Engine) -> None:
    image = drawn("ا" + "س" * 6, engine)
    tall_at = image.crop((0, 20, image.width, 32)).point(lambda value: 255 - value).getbbox()
    assert tall_at is not None
    assert tall_at[0] > image.width * 0.8


def test_a_ticket_number_inside_arabic_keeps_its_order() -> None:
    runs = shaping.visual_runs("تذكرة A047 الآن", "ar", True)
    assert [run.text.strip() for run in runs if not run.right_to_left] == ["A047"]
    assert [runs[0].text.strip(), runs[-1].text.strip()] == ["الآن", "تذكرة"]


def test_an_arabic_line_that_begins_with_latin_still_begins_at_the_right() -> None:
    assert shaping.visual_runs("A047 تذكرة", "ar", True)[-1].text.strip() == "A047"


def test_levels_cover_joiners_and_marks() -> None:
    text = "می\N{ZERO WIDTH NON-JOINER}شود \N{RIGHT-TO-LEFT MARK}(12)"
    levels = direction.levels(text, True)
    assert len(levels) == len(text)
    assert levels[2] == 1
    assert levels[-2] == 2


@given(st.text(alphabet="ab1 (سلام٤\u200f\u200d中.", max_size=12), st.booleans())
def test_every_character_has_a_level_and_every_run_is_drawn_once(text: str, right_to_left: bool) -> None:
    levels = direction.levels(text, right_to_left)
    assert len(levels) == len(text)
    assert sorted(direction.visual_order(levels)) == list(range(len(text)))


@given(st.text(alphabet="ab cd中文，。（）x ", max_size=40), st.integers(2, 12))
def test_no_line_is_wider_than_the_paper_and_no_letter_is_lost(text: str, room: int) -> None:
    lines = line_breaking.lines(text, room, len)
    assert all(len(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_long_text_wraps_at_spaces() -> None:
    assert line_breaking.lines("Passport or identity card", 12, len) == ["Passport or", "identity", "card"]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert line_breaking.lines("abcdefgh ij", 3, len) == ["abc", "def", "gh", "ij"]


def test_a_chinese_full_stop_never_begins_a_line() -> None:
    lines = line_breaking.lines("请准备好您的护照。谢谢（您）", 8, len)
    assert lines == ["请准备好您的护", "照。谢谢（您）"]


def test_a_chinese_date_stays_whole_and_breaks_after_its_colon() -> None:
    assert line_breaking.lines("取号时间：2026年11月22日 10:42", 12, len) == ["取号时间：", "2026年11月22日", "10:42"]


def test_an_opening_bracket_never_ends_a_chinese_line() -> None:
    assert line_breaking.lines("请准备（护照）", 4, len) == ["请准备", "（护照）"]


def test_each_script_is_drawn_by_a_face_that_has_it() -> None:
    assert fonts.family_for("Ж", "ru") == "NotoSans"
    assert fonts.family_for("ع", "ar") == "NotoSansArabic"
    assert fonts.family_for("现", "en") == "NotoSansSC"
    assert fonts.family_for("“", "zh") == "NotoSansSC"
    assert fonts.family_for("“", "en") == "NotoSans"
    assert fonts.family_for("न", "hi") == "NotoSansDevanagari"


def test_a_character_that_no_font_has_becomes_a_question_mark_and_is_named() -> None:
    assert fonts.drawable("Café \N{SNOWMAN}\x07\tx", "en", "raqm") == ("Café ? x", ("\N{SNOWMAN}",))


def test_every_listed_character_has_an_outline_and_none_is_the_empty_box() -> None:
    for family, sample in (
        ("NotoSans", "Aя№8–"),
        ("NotoSansArabic", "عﻌ٤؟"),
        ("NotoSansSC", "现龄，。"),
        ("NotoSansDevanagari", "नक८।"),
    ):
        for bold in (False, True):
            face = fonts.face(family, bold, 40, "reshaper")
            empty_box = face.getmask("\ue000")
            for character in sample:
                glyph = face.getmask(character)
                assert glyph.getbbox() is not None
                assert (glyph.size, bytes(glyph)) != (empty_box.size, bytes(empty_box)), character


def test_figures_are_equally_wide() -> None:
    style = Style(40, True, "en", shaping.shaping_engine())
    assert len({shaping.width(figure, style, False) for figure in "0123456789"}) == 1


def test_a_missing_font_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"NotoSansSC-Bold\.woff2.*Install the package again") as refusal:
        fonts.face("NotoSansSC", True, 20, "reshaper", tmp_path)
    assert refusal.value.permanent
    with pytest.raises(DeviceError, match=r"coverage\.txt"):
        fonts.covers("NotoSans", "A", tmp_path)


def test_a_damaged_font_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.woff2").write_bytes(b"not a font")
    with pytest.raises(DeviceError, match=r"NotoSans-Regular\.woff2 is damaged"):
        fonts.face("NotoSans", False, 20, "reshaper", tmp_path)


def test_the_licence_lies_beside_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "OFL.txt").read_text(encoding="utf-8")
