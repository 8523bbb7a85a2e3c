"""Arabic on the paper against glyphs set by hand, and the proof by which a wrong shaping library is found."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import arabic_reshaper
import pytest
from bidi.algorithm import get_display
from PIL import Image, ImageChops, ImageDraw, features

from hardware import arabic_proof, fonts, shaping
from hardware.document import Document, Text
from hardware.errors import DeviceError
from hardware.fonts import Engine
from hardware.payload import payload
from hardware.profiles import EIGHTY_MM
from hardware.sample_slip import sample_slip
from tests.hardware.slip_reader import read_slip

GOLDEN = {  # a word, and its glyphs from left to right as a typesetter would place them
    "مصرف": "\ufed1\ufeae\ufebc\ufee3",  # isolated feh; final reh, medial sad, initial meem
    "سفر": "\ufeae\ufed4\ufeb3",  # final reh, medial feh, initial seen
    "دقيقة": "\ufe94\ufed8\ufef4\ufed7\ufea9",  # final teh marbuta, medial qaf, medial yeh, initial qaf; isolated dal
}


def on_paper(word: str) -> Image.Image:
    document = Document((Text(word, size=40, language="ar"),), "ar")
    return read_slip(payload(document, EIGHTY_MM).data, EIGHTY_MM.dots, EIGHTY_MM.dpi)


def set_by_hand(glyphs: str) -> Image.Image:
    """One glyph after the other from left to right, without any shaping."""
    face = fonts.face("NotoSansArabic", False, 60, "reshaper")
    image = Image.new("L", (576, 160), 255)
    left = 100.0
    for glyph in glyphs:
        ImageDraw.Draw(image).text((round(left), 100), glyph, fill=0, font=face, anchor="ls")
        left += face.getlength(glyph)
    return image


def columns(image: Image.Image) -> list[int]:
    """How much ink each fortieth of the ink's width holds."""
    ink = ImageChops.invert(image.convert("L"))
    return list(ink.crop(ink.getbbox()).resize((40, 1), Image.Resampling.BOX).tobytes())


def likeness(one: list[int], other: list[int]) -> float:
    """Pearson's correlation."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    together = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other, strict=True))
    spread = sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other)
    return together / spread**0.5


@pytest.mark.parametrize("word", GOLDEN)
def test_the_paper_shows_each_arabic_word_as_a_typesetter_would_set_it(word: str) -> None:
    paper, golden = columns(on_paper(word)), columns(set_by_hand(GOLDEN[word]))
    assert likeness(paper, golden) > 0.9
    assert likeness(paper, golden[::-1]) < 0.5
    assert likeness(paper, columns(set_by_hand(word))) < 0.5  # backwards and unjoined, as Pillow does without fribidi


def drawn(prepare: Callable[[str], str]) -> arabic_proof.Draw:
    """A shaping library that sets what `prepare` makes of a text, from left to right."""

    def draw(text: str) -> Image.Image:
        image = Image.new("L", (400, 150), 255)
        face = fonts.face("NotoSansArabic", False, 48, "reshaper")
        ImageDraw.Draw(image).text((40, 100), prepare(text), fill=0, font=face, anchor="ls")
        return image

    return draw


@pytest.mark.parametrize(
    ("fault", "prepare"),
    [
        ("backwards and unjoined", lambda text: text),
        ("joined but backwards", arabic_reshaper.reshape),
        ("in order but unjoined", lambda text: text[::-1]),
        ("boxes", lambda text: "\ue000" * len(text)),
        ("nothing", lambda text: ""),
    ],
)
def test_a_library_that_draws_arabic_wrongly_fails_the_proof(fault: str, prepare: Callable[[str], str]) -> None:
    assert not arabic_proof.is_proved(drawn(prepare)), fault


def test_a_library_that_draws_arabic_rightly_passes_the_proof() -> None:
    assert arabic_proof.is_proved(drawn(lambda text: get_display(arabic_reshaper.reshape(text), base_dir="R")))


@pytest.mark.parametrize("engine", shaping.available_engines())
def test_the_engines_of_this_machine_pass_the_proof(engine: Engine) -> None:
    assert shaping.draws_arabic(engine)


def test_a_wrong_library_is_named_and_the_next_one_taken(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert shaping.choose_engine(["raqm", "reshaper"], lambda engine: engine != "raqm") == "reshaper"
    assert "raqm is installed but draws Arabic wrongly" in caplog.text


@pytest.mark.parametrize("available", [[], ["raqm"], ["raqm", "reshaper"]])
def test_without_a_library_that_works_drawing_is_refused(available: list[Engine]) -> None:
    with pytest.raises(DeviceError, match="libfribidi0") as refusal:
        shaping.choose_engine(available, lambda _: False)
    assert refusal.value.permanent


@pytest.mark.skipif(not features.check("raqm"), reason="libfribidi is not installed, so there is nothing to break")
def test_a_machine_with_a_damaged_fribidi_prints_the_same_arabic(tmp_path: Path) -> None:
    (tmp_path / "libfribidi.so.0").write_bytes(b"not a library")
    script = (
        "import sys\n"
        "from PIL import features\n"
        "from hardware import shaping\n"
        "from hardware.drawing import draw\n"
        "from hardware.profiles import EIGHTY_MM\n"
        "from hardware.sample_slip import sample_slip\n"
        "assert not features.check('raqm')\n"
        "assert shaping.shaping_engine() == 'reshaper'\n"
        "assert shaping.undrawable_languages(['en', 'ar', 'hi']) == ('hi',)\n"
        "draw(sample_slip('ar'), EIGHTY_MM).save(sys.argv[1])\n"
    )
    picture = tmp_path / "ar.png"
    done = subprocess.run(
        [sys.executable, "-c", script, str(picture)],
        env=os.environ | {"LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ours = read_slip(payload(sample_slip("ar"), EIGHTY_MM).data, EIGHTY_MM.dots, EIGHTY_MM.dpi)
    theirs = Image.open(picture)
    assert theirs.size == ours.size
    different = ImageChops.difference(ours.convert("L"), theirs.convert("L")).histogram()[255]
    assert different < 0.2 * ImageChops.invert(ours.convert("L")).histogram()[255]
