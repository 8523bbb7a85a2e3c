"""Every code is read by zxing-cpp from the paper, as it is and under a blot."""

from __future__ import annotations

from random import Random

import pytest
import zxingcpp
from PIL import Image

from hardware.document import Document, Qr
from hardware.payload import MODES, Mode, payload
from hardware.profiles import EIGHTY_MM, PROFILES, Profile
from hardware.sample_slip import LINK, WORDINGS, sample_slip
from tests.hardware.on_paper import on_virtual_paper

BLOT = 0.08  # of the code's area
PLACES = 20
MUST_SURVIVE = 16  # of 20 that spare the finder patterns; a finder pattern under a blot is the end of any code
FINDER = 7  # modules
BLACK, WHITE = 0, 255


def texts(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]


def code_in(image: Image.Image) -> tuple[int, int, int]:
    """Left, top and side of the code, in dots."""
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    corner, end = found.position.top_left, found.position.bottom_right
    return corner.x, corner.y, end.x - corner.x + 1


def blots(seed: int, side: int, modules: int) -> list[tuple[int, int, int, int]]:
    """Squares of 8 % of the code, in places by chance that spare the three finder patterns."""
    chance = Random(seed)
    width = round(side * BLOT**0.5)
    finder = FINDER * side // modules
    corners = ((0, 0), (side - finder, 0), (0, side - finder))
    found: list[tuple[int, int, int, int]] = []
    while len(found) < PLACES:
        x, y = chance.randrange(side - width), chance.randrange(side - width)
        if not any(
            x < left + finder and x + width > left and y < top + finder and y + width > top for left, top in corners
        ):
            found.append((x, y, x + width, y + width))
    return found


def survivors(image: Image.Image, ink: int, seed: int, modules: int = 29) -> int:
    left, top, side = code_in(image)
    read = 0
    for x, y, right, bottom in blots(seed, side, modules):
        blotted = image.convert("L")
        blotted.paste(ink, (left + x, top + y, left + right, top + bottom))
        read += texts(blotted) == [LINK]
    return read


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("language", WORDINGS)
def test_a_phone_reads_the_code_of_every_ticket_also_under_a_blot(language: str, profile: Profile, mode: Mode) -> None:
    paper = on_virtual_paper(payload(sample_slip(language), profile, mode).data, profile)
    assert texts(paper) == [LINK]
    for ink in (BLACK, WHITE):
        assert survivors(paper, ink, seed=8) >= MUST_SURVIVE


def test_a_code_that_corrects_less_does_not_survive_the_blot() -> None:
    made = payload(Document((Qr(LINK),), "en"), EIGHTY_MM, "hybrid").data
    least = made.replace(b"\x1d(k\x03\x001E1", b"\x1d(k\x03\x001E0")  # error level L, which makes 25 modules
    assert survivors(on_virtual_paper(made, EIGHTY_MM), BLACK, seed=3) >= MUST_SURVIVE
    assert survivors(on_virtual_paper(least, EIGHTY_MM), BLACK, seed=3, modules=25) < MUST_SURVIVE
