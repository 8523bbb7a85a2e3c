from __future__ import annotations

import logging
import subprocess
import sys

import pytest
import zxingcpp
from PIL import Image, ImageChops

from hardware.document import Document, Element, Items, Number, Qr, Rule, Space, Text
from hardware.drawing import draw, undrawable
from hardware.encoding import bands, encode_slip, extents
from hardware.errors import DeviceError
from hardware.fonts import Engine
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM, TM_T88
from hardware.sample_slip import LINK, WORDINGS, sample_slip
from hardware.shaping import available_engines, can_draw
from tests.hardware.slip_reader import read_slip


def slip(*elements: Element, language: str = "en") -> Document:
    return Document(elements, language)


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(image).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("language", WORDINGS)
def test_every_character_of_the_five_languages_is_in_a_font(language: str) -> None:
    assert undrawable(sample_slip(language)) == ()


@pytest.mark.parametrize("engine", available_engines())
@pytest.mark.parametrize("language", WORDINGS)
def test_a_slip_is_drawn_by_either_engine(engine: Engine, language: str) -> None:
    if can_draw(language, engine):
        image = draw(sample_slip(language), EIGHTY_MM, engine)
        assert image.size == draw(sample_slip(language), EIGHTY_MM).size


def test_the_number_is_eighteen_millimetres_high() -> None:
    _, top, _, bottom = ink(draw(slip(Number("A047")), EIGHTY_MM))
    assert bottom - top == pytest.approx(144, abs=6)


def test_the_number_has_white_paper_around_it() -> None:
    image = draw(slip(Number("A047")), EIGHTY_MM)
    left, top, right, bottom = ink(image)
    assert top > 20
    assert image.height - bottom > 20
    assert left == pytest.approx(EIGHTY_MM.dots - right, abs=12)


def test_a_large_number_is_made_of_squares_of_two_dots_and_a_small_one_is_not() -> None:
    for height_mm, coarse in ((18, True), (4, False)):
        image = draw(slip(Number("A047", height_mm)), EIGHTY_MM)
        left, top, right, bottom = ink(image)
        cut = image.crop((left, top, right, bottom))
        half = cut.resize((cut.width // 2, cut.height // 2), Image.Resampling.NEAREST)
        assert (half.resize(cut.size, Image.Resampling.NEAREST).tobytes() == cut.tobytes()) is coarse


def test_a_long_number_shrinks_to_the_paper() -> None:
    left, top, right, bottom = ink(draw(slip(Number("ABC-00047")), FIFTY_EIGHT_MM))
    assert left >= 0
    assert right <= FIFTY_EIGHT_MM.dots
    assert bottom - top < 100


def test_a_code_too_wide_for_the_paper_gets_smaller_modules_and_still_reads() -> None:
    image = draw(slip(Qr(LINK + "?" + "x" * 100, module_dots=20)), FIFTY_EIGHT_MM)
    assert zxingcpp.read_barcodes(image.convert("L"))[0].text.startswith(LINK)


@pytest.mark.parametrize("data", ["x" * 1000, "x" * 5000])
def test_a_code_that_fits_no_paper_is_refused(data: str) -> None:
    with pytest.raises(DeviceError, match="QR code") as refusal:
        draw(slip(Qr(data)), FIFTY_EIGHT_MM)
    assert refusal.value.permanent


def test_arabic_starts_at_the_right_and_english_at_the_left() -> None:
    assert ink(draw(slip(Text("نعم", language="ar")), EIGHTY_MM))[2] > EIGHTY_MM.dots - 20
    assert ink(draw(slip(Text("yes")), EIGHTY_MM))[0] < 20
    assert ink(draw(slip(Text("yes", align="end")), EIGHTY_MM))[2] > EIGHTY_MM.dots - 20
    assert ink(draw(slip(Text("نعم", align="end", language="ar")), EIGHTY_MM))[0] < 20


def test_arabic_bullets_stand_at_the_right() -> None:
    image = draw(slip(Items("", ("ا",), "ar")), EIGHTY_MM)
    letter, bullet = image.crop((0, 0, 545, image.height)), image.crop((545, 0, 576, image.height))
    assert ink(bullet)[3] - ink(bullet)[1] < ink(letter)[3] - ink(letter)[1]


def test_a_long_text_wraps_and_stays_on_the_paper() -> None:
    text = "Please bring the original of your passport and of the lease that you signed " * 3
    short, long = draw(slip(Text("x")), EIGHTY_MM), draw(slip(Text(text)), EIGHTY_MM)
    assert long.height >= 6 * short.height
    assert ink(long)[2] <= EIGHTY_MM.dots - EIGHTY_MM.margin + 2


def test_centred_lines_are_even() -> None:
    text = "Follow your turn on your phone or on the screen"
    image = draw(slip(Text(text, align="center")), FIFTY_EIGHT_MM)
    half = image.height // 2
    first, second = (ink(image.crop((0, top, image.width, top + half))) for top in (0, half))
    assert (second[2] - second[0]) > 0.75 * (first[2] - first[0])


def test_a_line_that_borrows_a_script_gets_its_room() -> None:
    assert draw(slip(Text("Main Street")), EIGHTY_MM).height < draw(slip(Text("Main Street مصرف")), EIGHTY_MM).height


def test_line_feeds_spaces_and_rules_take_their_room() -> None:
    one, two = draw(slip(Text("a")), EIGHTY_MM), draw(slip(Text("a\nb")), EIGHTY_MM)
    assert two.height == 2 * one.height
    assert draw(slip(Space(203)), TM_T88).height == 180
    assert ink(draw(slip(Rule()), EIGHTY_MM))[0] == EIGHTY_MM.margin


def test_an_empty_slip_is_one_white_row() -> None:
    assert draw(slip(), EIGHTY_MM).size == (576, 1)


def test_a_character_that_no_font_has_is_printed_as_a_question_mark_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        image = draw(slip(Text("a\N{SNOWMAN}")), EIGHTY_MM)
    assert image.tobytes() == draw(slip(Text("a?")), EIGHTY_MM).tobytes()
    assert "U+2603" in caplog.text


def test_a_slip_longer_than_sixty_centimetres_is_refused() -> None:
    with pytest.raises(DeviceError, match="600 mm"):
        draw(slip(*[Space(2000)] * 3), EIGHTY_MM)


def test_white_rows_are_fed_and_a_code_is_sent_at_half_density() -> None:
    assert len(encode_slip(draw(slip(Space(1000)), EIGHTY_MM), EIGHTY_MM)) < 30
    code = draw(slip(Qr(LINK)), EIGHTY_MM)
    assert len(encode_slip(code, EIGHTY_MM)) < 1500


def test_a_tall_black_block_is_sent_in_bands_that_a_printer_can_hold() -> None:
    image = Image.new("1", (576, 1100), 0)
    assert list(bands(extents(image))) == [(0, 240), (240, 480), (480, 720), (720, 960), (960, 1100)]
    assert read_slip(encode_slip(image, EIGHTY_MM), 576, 203).tobytes() == image.tobytes()


def test_an_image_of_another_width_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(DeviceError, match="576 dots wide"):
        encode_slip(Image.new("1", (512, 10), 1), EIGHTY_MM)


def test_encoding_leaves_logging_as_it_was() -> None:
    script = (
        "import logging\n"
        "from PIL import Image\n"
        "from hardware.encoding import encode_slip\n"
        "from hardware.profiles import EIGHTY_MM\n"
        "encode_slip(Image.new('1', (576, 9), 0), EIGHTY_MM)\n"
        "root = logging.getLogger()\n"
        "assert (root.handlers, root.level) == ([], logging.WARNING), root.handlers\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
