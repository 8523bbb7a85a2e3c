"""Every state of the page, in every language, look and shape of the screen: what axe-core and a ruler find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.builders import Clock
from tests.kiosk.accessibility import (
    LOOKS,
    axe_violations,
    cut,
    hidden_without_a_sign,
    look,
    lowest_start,
    settle,
    small_targets,
)
from tests.kiosk.builders import KioskBranch, Served, example_setup
from tests.kiosk.states import STATES
from tests.kiosk.touch import Touch

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar", "zh", "ru")
UPRIGHT, WIDE, SMALL = (1080, 1920), (1920, 1080), (1280, 900)
EXTREMES = ("normal", "largest text, low reach, high contrast")


@pytest.fixture
def branch(branch: KioskBranch) -> KioskBranch:
    """A branch that speaks, so that the bar is at its fullest."""
    branch.kiosk.spoken = LANGUAGES
    return branch


def resize(touch: Touch, size: tuple[int, int]) -> None:
    touch.page.set_viewport_size({"width": size[0], "height": size[1]})
    settle(touch.page)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wrong_cut_or_hidden(touch: Touch, branch: KioskBranch, state: str, language: str) -> None:
    STATES[state](touch, branch, language)
    wrong = {}
    for size in (UPRIGHT, WIDE, SMALL):
        resize(touch, size)
        for name in LOOKS if (size, language) == (UPRIGHT, "en") else EXTREMES:
            look(touch.page, name)
            found = cut(touch.page)
            if size == UPRIGHT and name in EXTREMES:  # what axe-core looks at is the same at every size
                found += axe_violations(touch.page)
            if hidden_without_a_sign(touch.page):
                found.append("goes on without a sign")
            if found:
                wrong[size, name] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_with_colours_forced_by_the_system_and_keys_in_use_nothing_is_wrong(
    touch: Touch, branch: KioskBranch, state: str
) -> None:
    touch.page.emulate_media(forced_colors="active")
    STATES[state](touch, branch, "en")
    touch.key("ArrowDown")
    resize(touch, UPRIGHT)
    assert axe_violations(touch.page) + cut(touch.page) == []


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_every_target_is_20_mm_each_way_on_the_glass(touch: Touch, branch: KioskBranch, state: str) -> None:
    screen = {"inches": 0.0}

    def offer(route: Any) -> None:
        answer = route.fetch().json()
        answer["kiosk"]["screen_inches"] = screen["inches"]
        route.fulfill(json=answer)

    STATES[state](touch, branch, "ru")
    if state not in ("lost", "not_paired"):
        touch.page.route("**/kiosk/offer", offer)
    for size, inches in ((UPRIGHT, 21.5), (UPRIGHT, 32.0), (WIDE, 15.6), (SMALL, 12.1)):
        screen["inches"] = inches
        touch.page.evaluate("inches => import('/kiosk/static/size.js').then(size => size.fitTo(inches))", inches)
        resize(touch, size)
        for name in EXTREMES:
            look(touch.page, name)
            wrong = small_targets(touch.page, inches) + cut(touch.page)
            assert (wrong, hidden_without_a_sign(touch.page)) == ([], False), (size, inches, name)


def test_the_page_takes_the_screens_size_from_the_branch(
    chromium: Any, memory_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    setup = example_setup()
    setup = msgspec.structs.replace(setup, kiosk=msgspec.structs.replace(setup.kiosk, screen_inches=15.6))
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    served = Served(KioskBranch(folder, setup, clock).app)
    touch = Touch(chromium, served.url, *WIDE)
    try:
        assert small_targets(touch.page, 15.6) == []
        assert small_targets(touch.page, 12.0) != []
    finally:
        touch.close()
        served.stop()


@pytest.mark.parametrize("state", STATES)
def test_low_reach_leaves_nothing_to_press_in_the_upper_half(touch: Touch, branch: KioskBranch, state: str) -> None:
    STATES[state](touch, branch, "ru")
    look(touch.page, "low reach")
    assert lowest_start(touch.page) >= 0.5


@pytest.mark.parametrize("state", STATES)
def test_the_largest_text_is_twice_the_normal(touch: Touch, branch: KioskBranch, state: str) -> None:
    """WCAG 1.4.4. Titles and the number, which are large already, grow by as much as leaves room for the rest."""
    STATES[state](touch, branch, "en")
    before = sizes(touch)
    look(touch.page, "largest text")
    after = sizes(touch)
    assert after.keys() == before.keys()
    assert {text for text in before if after[text] < 1.99 * before[text]} == set()


def sizes(touch: Touch) -> dict[str, float]:
    """The size of each text that can be seen, in CSS px, by what it says."""
    found: dict[str, float] = touch.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("body *")]
             .filter(e => e.checkVisibility() && !e.closest(".title, .number, .for-ears, .seconds, time, .more"))
             .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
             .map(e => [e.innerText + e.className, parseFloat(getComputedStyle(e).fontSize)]))"""
    )
    assert found
    return found


# -- the measures themselves


def test_the_measures_find_what_is_wrong(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services()
    touch.page.evaluate(
        """() => { const [first, second] = document.querySelectorAll(".tile");
             first.querySelector(".tile-name").style.color = "#888";
             second.style.blockSize = second.style.minBlockSize = "60px" }"""
    )
    assert any(line.startswith("color-contrast") for line in axe_violations(touch.page))
    assert any(line.startswith("out of its holder") for line in cut(touch.page))
    assert any("Accounts" in line for line in small_targets(touch.page, 21.5))
    touch.page.evaluate("() => { document.querySelector('.groups').style.blockSize = '3000px' }")
    settle(touch.page)
    assert not hidden_without_a_sign(touch.page)
    touch.page.evaluate("() => { document.getElementById('more').style.display = 'none' }")
    assert hidden_without_a_sign(touch.page)
