"""What a customer may set: one tap away, gone for the next customer; and what the system asks for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kiosk.accessibility import LOOKS, look, settle
from tests.kiosk.builders import KioskBranch, Served
from tests.kiosk.states import STATES
from tests.kiosk.touch import Screen, Touch

pytestmark = pytest.mark.browser

SETTINGS = {
    "text": ("text", ["2", "3", "1"]),
    "contrast": ("contrast", ["high", "normal"]),
    "reach": ("reach", ["low", "normal"]),
}
WITHOUT_DIALOGS = [state for state in STATES if state not in ("help", "still_there")]


@pytest.mark.parametrize("state", WITHOUT_DIALOGS)
def test_every_setting_is_one_tap_away_on_every_page(touch: Touch, branch: KioskBranch, state: str) -> None:
    touch.stop_time()
    STATES[state](touch, branch, "en")
    for name, (attribute, values) in SETTINGS.items():
        for value in values:
            touch.tap(f'[data-name="{name}"]')
            assert touch.attribute(f"data-{attribute}") == value
    touch.tap('[data-name="help"]')
    touch.page.wait_for_selector("#help")


@pytest.mark.parametrize("language", ["ar", "ru"])
def test_the_next_customer_finds_everything_as_it_was(touch: Touch, language: str) -> None:
    touch.to_services(language)
    for name in SETTINGS:
        touch.tap(f'[data-name="{name}"]')
    touch.key("ArrowDown")
    touch.after(61)
    touch.after(25)
    touch.settled("start")
    assert [touch.attribute(f"data-{a}") for a, _ in SETTINGS.values()] == ["1", "normal", "normal"]
    assert (touch.attribute("lang"), touch.attribute("dir")) == ("en", "ltr")
    assert touch.page.get_attribute("html", "data-keys") is None


def test_low_reach_keeps_the_number_above_and_lets_what_is_pressed_come_down(touch: Touch, branch: KioskBranch) -> None:
    STATES["ticket"](touch, branch, "en")
    touch.tap('[data-name="reach"]')
    settle(touch.page)
    assert touch.page.locator(".number").bounding_box()["y"] < 960
    assert touch.page.locator(".ticket .content").bounding_box()["y"] >= 960


# -- right to left

MIRRORED = {
    "branch": ".branch",
    "first": '[data-service="cash"]',
    "second": '[data-service="accounts"]',
    "back": "[data-back]",
}


def test_right_to_left_is_mirrored_and_numbers_are_not(touch: Touch, branch: KioskBranch) -> None:
    left, right = {}, {}
    for places, language in ((left, "en"), (right, "ar")):
        touch.to_services(language)
        for name, selector in MIRRORED.items():
            box = touch.page.locator(selector).first.bounding_box()
            places[name] = box["x"] + box["width"] / 2
        touch.key("Escape")
        touch.settled("start")
    assert left["first"] == pytest.approx(1080 - right["first"], abs=2)
    assert left["second"] == pytest.approx(1080 - right["second"], abs=2)
    for name in ("branch", "back"):
        assert left[name] < 540 < right[name]
    touch.to_services("ar")
    arrow = touch.page.evaluate("getComputedStyle(document.querySelector('[data-back] .icon')).transform")
    assert arrow.startswith("matrix(-1,")
    others = touch.page.eval_on_selector_all(
        ".tile .icon, #bar .icon", "all => all.filter(i => getComputedStyle(i).transform !== 'none').length"
    )
    assert others == 0
    touch.take("cash")
    assert touch.page.evaluate("getComputedStyle(document.querySelector('.number')).direction") == "ltr"
    letters = touch.page.evaluate(
        """() => { const text = document.querySelector(".number").firstChild, range = document.createRange();
             return [...text.data].map((_, at) => { range.setStart(text, at); range.setEnd(text, at + 1);
               return range.getBoundingClientRect().left }) }"""
    )
    assert letters == sorted(letters)


def test_a_sixth_language_has_no_room_in_the_bar_and_a_dialog_of_its_own(touch: Touch, branch: KioskBranch) -> None:
    def six(route: Any) -> None:
        offer = route.fetch().json()
        more = [{"code": code, "name": code.upper(), "direction": "ltr"} for code in ("de", "fr")]
        offer["languages"] += more
        for names in (offer["names"], offer["closed"], *(group["names"] for group in offer["groups"])):
            names.update({"de": "x", "fr": "x"})
        for service in offer["services"]:
            service["said"].update({"de": service["said"]["en"], "fr": service["said"]["en"]})
        route.fulfill(json=offer)

    touch.page.route("**/kiosk/offer", six)
    touch.after(5)
    touch.page.wait_for_selector('[data-language="fr"]')
    touch.settled("start")
    touch.to_services("en")
    touch.tap('[data-name="language"]')
    touch.page.wait_for_selector("#language")
    touch.tap('#language [lang="ru"]')
    assert (touch.attribute("lang"), touch.page.get_attribute("main", "data-page")) == ("ru", "services")


# -- what the system asks for


def test_who_asks_for_less_motion_gets_none(screen: Screen, served: Served) -> None:
    def moves(motion: str) -> bool:
        touch = Touch(screen, served.url, motion=motion)
        try:
            touch.page.evaluate("() => delete document.getElementById('main').dataset.settled")
            name = touch.page.evaluate("getComputedStyle(document.querySelector('.page')).animationName")
            return bool(name != "none")
        finally:
            touch.close()

    assert moves("no-preference")
    assert not moves("reduce")


@pytest.mark.parametrize("state", ["services", "ticket"])
def test_with_forced_colours_icons_and_what_is_on_are_still_told_apart(
    touch: Touch, branch: KioskBranch, state: str
) -> None:
    touch.page.emulate_media(forced_colors="active")
    STATES[state](touch, branch, "en")
    touch.tap('[data-name="contrast"]')
    colour = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
    on, off, ground = (
        touch.page.evaluate(colour, selector) for selector in ('[data-name="contrast"]', '[data-name="reach"]', "body")
    )
    assert on != off
    icon = touch.page.evaluate(colour, '[data-name="reach"] .icon')
    assert icon not in (off, ground)
    assert touch.page.evaluate(colour, '[data-name="contrast"] .icon') != on


def test_every_look_is_a_different_one(touch: Touch, branch: KioskBranch) -> None:
    """The tests of all looks would prove little if a setting did nothing."""
    STATES["services"](touch, branch, "en")
    pictures = set()
    for name in LOOKS:
        look(touch.page, name)
        pictures.add(touch.page.screenshot())
    assert len(pictures) == len(LOOKS)
