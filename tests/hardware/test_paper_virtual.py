"""The paper of the virtual printer: what its own font and code generator put there."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware.command_lengths import command_length
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM
from hardware.virtual_paper import VirtualPaper
from tests.hardware.on_paper import on_virtual_paper

CUT = b"\x1dV\x00"


def paper(data: bytes) -> Image.Image:
    return on_virtual_paper(b"\x1b@\x1dP\xcb\xcb" + data + CUT, EIGHTY_MM)


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.invert(image).getbbox() or (0, 0, 0, 0)


def code(data: bytes, module: int = 6, level: bytes = b"1") -> bytes:
    store = b"1P0" + data
    return (
        b"\x1d(k\x03\x001C" + bytes((module,)) + b"\x1d(k\x03\x001E" + level
        + b"\x1d(k" + len(store).to_bytes(2, "little") + store + b"\x1d(k\x03\x001Q0"
    )  # fmt: skip


def test_enlarged_text_fills_its_cells() -> None:
    image = paper(b"\x1d!\x77A047\n")
    assert image.height == 8 * 24
    left, top, right, bottom = ink(image)
    assert 0 <= left < 30
    assert 4 * 96 - 30 < right <= 4 * 96
    assert bottom - top == pytest.approx(18 * 8, abs=6)


def test_width_and_height_are_enlarged_apart() -> None:
    wide, high = ink(paper(b"\x1d!\x30H\n")), ink(paper(b"\x1d!\x03H\n"))
    assert wide[2] - wide[0] > 2.5 * (high[2] - high[0])
    assert high[3] - high[1] > 2.5 * (wide[3] - wide[1])


def test_emphasised_text_has_more_ink_until_it_ends() -> None:
    def black(image: Image.Image) -> int:
        return image.histogram()[0]

    plain, bold = black(paper(b"A047\n")), black(paper(b"\x1bE\x01A047\n"))
    assert bold > 1.1 * plain
    assert black(paper(b"\x1bE\x01\x1bE\x00A047\n")) == plain


def test_sizes_on_one_line_share_a_baseline() -> None:
    image = paper(b"\x1d!\x33H\x1d!\x00H\n")
    large, small = image.crop((0, 0, 48, image.height)), image.crop((48, 0, 60, image.height))
    assert ink(large)[3] == pytest.approx(ink(small)[3], abs=3)


def test_text_wraps_at_the_paper_with_enlarged_letters_too() -> None:
    assert paper(b"\x1d!\x77" + b"A" * 7 + b"\n").height == 2 * 192


def test_the_left_margin_moves_what_follows_and_narrows_its_line() -> None:
    assert ink(paper(b"\x1dL\x64\x00\x1dv0\x00\x01\x00\x01\x00\xff"))[:3] == (100, 0, 108)
    centred = ink(paper(b"\x1dL\x64\x00\x1ba\x01\x1dv0\x00\x01\x00\x01\x00\xff"))
    assert centred[0] == 100 + (576 - 100 - 8) // 2


def test_a_margin_within_a_line_or_beyond_the_paper_changes_nothing() -> None:
    plain = paper(b"AB\n").tobytes()
    assert paper(b"A\x1dL\x64\x00B\n").tobytes() == plain
    assert paper(b"\x1dL\xff\xffAB\n").tobytes() == plain


def test_a_code_is_made_at_its_module_size_without_a_quiet_zone() -> None:
    image = paper(b"\x1ba\x01" + code(b"https://lobby.example/t/k7Q2mX9rTb"))
    assert image.height == 29 * 6
    left, top, right, bottom = ink(image)
    assert (right - left, bottom - top) == (29 * 6, 29 * 6)
    assert left == (576 - 29 * 6) // 2
    (read,) = zxingcpp.read_barcodes(image.convert("L"))
    assert (read.text, read.ec_level) == ("https://lobby.example/t/k7Q2mX9rTb", "M")


@pytest.mark.parametrize("wrong", [b"\x1d(k\x03\x001C\x00", b"\x1d(k\x03\x001C\x11", b"\x1d(k\x03\x001E\x63",
                                   b"\x1d(k\x02\x001C", b"\x1d(k\x01\x001", b"\x1d(k\x03\x000C\x09"])  # fmt: skip
def test_a_setting_that_no_printer_has_changes_no_code(wrong: bytes) -> None:
    right = code(b"A047")
    assert paper(right[:16] + wrong + right[16:]).tobytes() == paper(right).tobytes()


def test_a_code_that_does_not_fit_is_not_printed() -> None:
    assert paper(code(b"x" * 300, module=16) + b"x\n").height == 30
    assert paper(code(b"x" * 3000, module=1) + b"x\n").height == 30


@pytest.mark.parametrize("wait_for", [b"\x1b", b"\x1d(k", b"\x1d(k\x05\x001P0", b"\x1dv0\x00\x01\x00\x02\x00\xff", b""])
def test_half_a_command_waits_for_the_rest(wait_for: bytes) -> None:
    assert command_length(wait_for) is None


def test_a_reset_forgets_size_margin_and_code() -> None:
    assert paper(b"\x1d!\x77\x1dL\x64\x00\x1bE\x01\x1b@A\n").tobytes() == paper(b"A\n").tobytes()
    assert paper(code(b"A047")[:-8] + b"\x1b@\x1d(k\x03\x001Q0x\n").height == 30


@given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from([b"\x1dv0\x00", b"\x1d(k", b"\x1d!", b"\x1b@"]))))
@example([b"\x1dv0\x00\x00\x00\x05\x00", b"x"])
@example([b"\x1dv0\x00\x05\x00\x00\x00", b"x"])
def test_no_bytes_break_the_device(parts: list[bytes]) -> None:
    data = b"".join(parts)
    length = command_length(data)
    assert length is None or 0 < length <= len(data)
    device = VirtualPaper(FIFTY_EIGHT_MM, lambda _: None)
    for part in (*parts, bytes(3_000), b"\n" + CUT):
        device.take(part, lambda _: None)
