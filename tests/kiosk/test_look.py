"""The shared look: its files are there, and every pair of ink and paper can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import kiosk.look
from hardware import fonts
from kiosk.look import brand, look_blueprint
from kiosk.look.brand import DARK, LIGHT, contrast, shades
from kiosk.look.faces import stylesheet
from lobby.signage import Look
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


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["#0b4a45", "#ff8800", "#ffff00", "#d40511", "#000000", "#ffffff", "#7fffd4"])
def test_any_bank_s_colour_becomes_one_that_can_be_read_on_light_and_dark_pages(colour: str) -> None:
    for paper, theme in ((LIGHT, ":root"), (DARK, '[data-theme="dark"]')):
        found, ours = shades(colour, paper), colours(theme)
        assert (paper.ground, paper.card) == (ours["ground"], ours["paper"])
        for ink, ground in (
            *((found.brand, ground) for ground in (paper.ground, paper.card, found.soft)),
            *((paper.on, ground) for ground in (found.brand, found.press)),
            (ours["ink"], found.soft),
        ):
            assert contrast(ink, ground) >= 7


def test_a_colour_that_can_be_read_stays_as_it_is_and_one_that_cannot_keeps_its_hue_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    look_blueprint(lambda: Look(brand="#0033a0"))
    assert shades("#0033a0", LIGHT).brand == "#0033a0"
    assert caplog.messages == []
    look_blueprint(lambda: Look(brand="#ff8800"))
    red, green, blue = (int(shades("#ff8800", LIGHT).brand[at : at + 2], 16) for at in (1, 3, 5))
    assert (blue, round(green / red, 1)) == (0, round(0x88 / 0xFF, 1))
    assert caplog.messages == [
        "look.brand: text in #ff8800 could not be read; light pages show the darker #733d00 (7:1)"
    ]


def test_a_bright_colour_fills_large_areas_as_it_is_and_one_that_white_swallows_does_not() -> None:
    for colour in ("#ffdd00", "#ff9900", "#7fffd4"):
        found = shades(colour, LIGHT)
        assert (found.fill, contrast(found.fill, found.on_fill) >= 7) == (colour, True)
        assert f"--fill: {colour}; --on-fill: {found.on_fill};" in brand.stylesheet(colour, 12)
    for colour in ("#d40511", "#f7f7f2", "#0033a0"):
        assert shades(colour, LIGHT).fill == ""
        assert "--fill" not in brand.stylesheet(colour, 12)


def test_the_bank_s_sheet_stands_above_the_tokens_and_below_high_contrast() -> None:
    sheet = brand.stylesheet("#0033a0", 0)
    assert "--radius-tile: 0px; --radius: 0px; --round: 0;" in sheet
    normal = ':not([data-contrast="high"])'
    selectors = re.findall(r"(:root\S*) {", sheet)
    assert selectors == [
        ":root:root",
        f":root{normal}",
        f':root[data-theme="dark"]{normal}',
        f':root[data-theme="auto"]{normal}',
    ]
    assert "--brand" not in brand.stylesheet("", 12)


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


def test_without_a_logo_of_the_bank_our_mark_takes_its_colour() -> None:
    app = Flask("look")
    app.register_blueprint(look_blueprint(lambda: Look(brand="#0033a0")))
    for path in ("/look/logo", "/look/mark.svg"):
        answer = app.test_client().get(path)
        assert (answer.mimetype, "#0033a0" in answer.text, "#0b4a45" in answer.text) == ("image/svg+xml", True, False)


def test_a_name_outside_the_folder_is_not_served(branch: KioskBranch) -> None:
    for path in ("/look/icons/nothing.svg", "/look/fonts/..%2f..%2fqr.woff2", "/look/fonts/nothing.woff2"):
        assert branch.client().get(path).status_code == 404
