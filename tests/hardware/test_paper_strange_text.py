"""Text that nobody planned for: too long, in two directions, in no font. It is named, and the slip comes out."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware import line_breaking
from hardware.document import Document, Element, Items, Number, Qr, Space, Text
from hardware.drawing import compose, draw
from hardware.errors import DeviceError
from hardware.payload import MODES, payload
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM
from hardware.sample_slip import LINK, sample_slip
from tests.hardware.slip_reader import read_hybrid, read_slip

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
HEART = "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"


def slip(*elements: Element, language: str = "en") -> Document:
    return Document(elements, language)


def same(strange: str, plain: str, language: str = "en") -> bool:
    """Whether both are drawn alike."""
    one, other = (draw(slip(Text(text, language=language)), EIGHTY_MM) for text in (strange, plain))
    return (one.size, one.tobytes()) == (other.size, other.tobytes())


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.invert(image).getbbox() or (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "language"),
    [("Wolfeschlegelsteinhausenbergerdorff" * 6, "en"), ("الشارعالرئيسي" * 16, "ar"), ("中央大街支行" * 34, "zh"),
     ("Главнаяулица" * 17, "ru"), ("राष्ट्रीयबैंक" * 16, "hi"), ("Anna-Maria " * 19, "en")],
)  # fmt: skip
def test_a_name_of_two_hundred_characters_wraps_and_stays_on_the_paper(name: str, language: str) -> None:
    for align in ("start", "center", "end"):
        image = draw(slip(Text(name[:200], align=align, language=language)), FIFTY_EIGHT_MM)
        left, _, right, _ = ink(image)
        assert 0 < left < right <= FIFTY_EIGHT_MM.dots - FIFTY_EIGHT_MM.margin + 4
        assert image.height > 4 * draw(slip(Text("x", language=language)), FIFTY_EIGHT_MM).height


def test_a_long_branch_name_changes_neither_number_nor_code() -> None:
    plain = sample_slip()
    long = Document((Text("Main Street " * 16, align="center"), *plain.elements[2:]), "en")
    for mode in MODES:
        read = read_hybrid(payload(long, EIGHTY_MM, mode).data, EIGHTY_MM.dots, EIGHTY_MM.dpi)
        assert (
            read.picture.tobytes()
            == (compose(long, EIGHTY_MM).image if mode == "hybrid" else draw(long, EIGHTY_MM)).tobytes()
        )


def test_a_word_is_never_broken_between_a_letter_and_its_marks() -> None:
    syllables = ["क्षि", "की", "र्द्धां", "é"]
    for room in range(7, 13):
        for line in line_breaking.lines("".join(syllables * 6).replace("é", "e\u0301"), room, len):
            assert line[0] in "ककरe", line
            assert not line.endswith("\N{DEVANAGARI SIGN VIRAMA}"), line


def test_a_heap_of_marks_wider_than_the_paper_still_ends() -> None:
    assert "".join(line_breaking.lines("a" + "\u0301" * 40, 8, len)) == "a" + "\u0301" * 40


def test_emoji_and_unknown_scripts_leave_one_question_mark_each_and_are_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert same(f"Bank {FAMILY} {HEART} ธนาคาร ბანკი", "Bank ? ? ? ?")
    for name in ("U+1F468 MAN", "U+2764 HEAVY BLACK HEART", "U+0E18 THAI CHARACTER THO THONG", "and 2 more"):
        assert name in caplog.text


def test_half_a_character_is_a_question_mark_and_its_report_can_be_written(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert same("Cash \ud83d", "Cash ?")
    assert caplog.text.encode("utf-8")


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u2069", "\x1b", "\x1d", "\x00", "\ufeff", "\u200b"])
def test_no_control_character_reaches_the_paper_or_turns_it_around(character: str) -> None:
    assert same(f"A047{character} Cash", "A047 Cash")
    data = payload(slip(Number(f"A{character}047")), EIGHTY_MM, "hybrid").data
    drawn = draw(slip(Number("A047")), EIGHTY_MM)
    assert read_slip(data, EIGHTY_MM.dots, EIGHTY_MM.dpi).tobytes() == drawn.tobytes()


def test_marks_in_heaps_do_not_reach_other_lines() -> None:
    image = draw(slip(Space(400), Text("a" + "\u0301" * 1000)), EIGHTY_MM)
    assert ink(image)[1] > 340


def test_what_reaches_into_the_place_of_the_printers_number_is_left_out_and_nothing_moves() -> None:
    document = slip(Number("A047"), Text("a" + "\u0301" * 6, size=60))
    sheet = compose(document, EIGHTY_MM)
    read = read_hybrid(payload(document, EIGHTY_MM, "hybrid").data, EIGHTY_MM.dots, EIGHTY_MM.dpi)
    assert read.picture.tobytes() == sheet.image.tobytes()
    ((top, number),) = sheet.residents
    assert ink(sheet.image)[1] == top + number.height


def test_directions_mix_and_the_line_is_whole() -> None:
    text = "تذكرة A047 (VIP) 现金 Касса नकद 8–14"
    left, _, right, _ = ink(draw(slip(Text(text, size=16, language="ar")), EIGHTY_MM))
    parts = [ink(draw(slip(Text(part, size=16, language="ar")), EIGHTY_MM)) for part in text.split()]
    together = sum(part_right - part_left for part_left, _, part_right, _ in parts)
    assert together < right - left < 1.4 * together


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "elements",
    [(Text("long " * 400, size=200),), (Items("", ("document " * 200,) * 40),), tuple(Text("x") for _ in range(200))],
)
def test_a_text_longer_than_the_paper_is_refused_for_good(elements: tuple[Element, ...], mode: str) -> None:
    with pytest.raises(DeviceError, match="longer than 600 mm") as refusal:
        payload(slip(*elements), EIGHTY_MM, "hybrid" if mode == "hybrid" else "raster")
    assert refusal.value.permanent


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=60), st.text(min_size=1, max_size=12), st.sampled_from(["en", "ar", "zh", "hi", "tlh", "x"]),
)  # fmt: skip
def test_whatever_is_written_the_bytes_print_what_was_drawn(text: str, number: str, language: str) -> None:
    document = slip(Text(text, language=language), Number(number), Qr(LINK), language=language)
    for mode in MODES:
        drawn = compose(document, EIGHTY_MM).image if mode == "hybrid" else draw(document, EIGHTY_MM)
        read = read_hybrid(payload(document, EIGHTY_MM, mode).data, EIGHTY_MM.dots, EIGHTY_MM.dpi)
        assert read.picture.tobytes() == drawn.tobytes()
