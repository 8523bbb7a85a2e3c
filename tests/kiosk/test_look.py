"""The shared look: its files are there, and every pair of ink and paper can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk.look
from hardware import fonts
from kiosk.look.faces import stylesheet
from tests.kiosk.builders import KioskBranch

FOLDER = Path(kiosk.look.__file__).parent
CSS = (FOLDER / "tokens.css").read_text("utf-8")
PAIRS = [
    ("ink", "ground"),
    ("ink", "paper"),
    ("ink-soft", "ground"),
    ("ink-soft", "paper"),
    ("brand", "ground"),
    ("brand", "paper"),
    ("brand", "brand-soft"),
    ("ink", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-press"),
    ("calm-ink", "calm-soft"),
    ("attention-ink", "attention-soft"),
    ("late-ink", "late-soft"),
    ("done-ink", "done-soft"),
]
EDGES = [("line", "ground"), ("line", "paper"), ("focus", "ground"), ("focus", "paper")]
THEMES = [":root", '[data-theme="dark"]', '[data-contrast="high"]']


def colours(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{\n  color-scheme(.*?)\n\}", CSS, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block[1]))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_has_a_contrast_of_seven_to_one(theme: str, ink: str, paper: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[ink], tokens[paper]) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_have_a_contrast_of_three_to_one(theme: str, edge: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[edge], tokens[ground]) >= 3


def test_the_automatic_theme_is_the_dark_one() -> None:
    automatic = re.search(r'\[data-theme="auto"\] \{\n(.*?)\n  \}', CSS, re.DOTALL)
    assert automatic is not None
    assert dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", automatic[1])) == colours('[data-theme="dark"]')


def test_every_file_that_the_stylesheets_name_is_served_and_fonts_and_icons_are_kept(branch: KioskBranch) -> None:
    client = branch.client()
    faces = client.get("/look/faces.css").text
    named = set(re.findall(r'url\("([^"]+)"\)', CSS + faces))
    assert {Path(name).name for name in named if "fonts/" in name} == {p.name for p in fonts.FOLDER.glob("*.woff2")}
    for name in named:
        answer = client.get(f"/look/{name}")
        assert answer.status_code == 200, name
        assert answer.cache_control.max_age or name.endswith(".css")
        answer.close()


def test_each_language_takes_the_letters_of_its_own_script_first_and_no_other_family_takes_plain_ascii() -> None:
    sheet = stylesheet(("en", "ar", "zh", "ru", "hi"))
    first = dict(re.findall(r':lang\((\w+)\) { --font: "(\w+)"', sheet))
    assert first == {
        "en": "NotoSans",
        "ar": "NotoSansArabic",
        "zh": "NotoSansSC",
        "ru": "NotoSans",
        "hi": "NotoSansDevanagari",
    }
    for family, stretches in re.findall(r'font-family: "(\w+)".*?unicode-range: ([^;]+);', sheet):
        starts = [int(stretch.removeprefix("U+").split("-")[0], 16) for stretch in stretches.split(", ")]
        assert (min(starts) < 0x7F) == (family == "NotoSans"), family


def test_every_icon_is_drawn_in_lines_and_has_its_place_in_the_stylesheet() -> None:
    for path in (FOLDER / "icons").glob("*.svg"):
        assert 'viewBox="0 0 24 24"' in path.read_text("utf-8")
        assert f"icons/{path.name}" in CSS


def test_a_name_outside_the_folder_is_not_served(branch: KioskBranch) -> None:
    for path in ("/look/icons/nothing.svg", "/look/fonts/..%2f..%2fqr.woff2", "/look/fonts/nothing.woff2"):
        assert branch.client().get(path).status_code == 404
