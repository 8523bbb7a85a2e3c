"""The branch server's pages in a real browser, against a branch that loses events, falls silent and restarts."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from display_server import sentences
from lobby.reports.opinions import OpinionFigures
from tests.display_server.staged import CHROMIUM, ROOT, SURE, UNSURE, Branch, Open, rows, shows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the pages are not tested in a browser"),
]

STATIC = ROOT / "display_server" / "static"

FIGURES: dict[str, Any] = {
    "day": "2024-03-05",
    "waiting": 2,
    "longest_s": 1260,
    "open_counters": 1,
    "counters_total": 6,
    "served": 84,
    "left": 3,
    "left_by": {"no_show": 2, "cancelled_by_customer": 1, "cancelled_by_staff": 0, "left_at_close": 0},
    "mean_wait_s": 412,
    "p90_wait_s": None,
    "service_level": 0.81,
    "service_level_target_s": 600,
    "promised": 80,
    "promise_kept": None,
    "opinions": msgspec.to_builtins(OpinionFigures(), str_keys=True),
    "comments": 0,
    "services": [
        {
            "code": "cash",
            "name": "Cash",
            "waiting": 2,
            "longest_s": 1260,
            "served": 84,
            "left": 3,
            "mean_wait_s": 412,
            "p90_wait_s": None,
            "service_level": 0.81,
            "wait": None,
        }
    ],
    "counters": [
        {"number": 1, "name": "", "state": "serving", "teller": "Maria", "ticket": "A045", "since": 1_709_629_000_000},
        {"number": 2, "name": "", "state": "closed", "teller": "", "ticket": "", "since": 0},
    ],
}


# -- the lobby screen: what it believes. How it looks: test_screens_in_chromium.py


def test_a_lost_event_is_asked_for_and_applied_in_order(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    held = branch.call("A046", 2)
    page.wait_for_selector("body:not(.is-empty)")
    branch.call("A047", 3, lost=True)
    branch.call("A048", 1)
    shows(page, "#number", "A048")
    assert rows(page) == ["A047", "A046"]
    assert {message["after"] for message in branch.heard("resync")} == {held}


def test_an_event_that_is_not_for_the_lobby_is_counted_and_leaves_no_gap(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    branch.call("A046", 2)
    branch.order(event={"kind": "Other"})
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert rows(page) == ["A046"]
    assert branch.heard("resync") == []


def test_the_loss_of_the_last_event_is_noticed_by_the_beat(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen", still=True)
    branch.call("A047", 3, lost=True)
    shows(page, "#number", "A047")
    assert page.locator(UNSURE).count() == 0


def test_a_gap_that_stays_open_is_not_shown_as_live_although_the_beat_goes_on(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    branch.order(deaf=True)
    branch.call("A047", 3, lost=True)
    page.wait_for_selector(UNSURE)
    branch.order(deaf=False)
    shows(page, "#number", "A047")
    page.wait_for_selector(SURE)


def test_a_silent_server_makes_the_screen_say_within_two_seconds_that_it_is_connecting(
    branch: Branch, open_page: Open
) -> None:
    branch.call("A047", 3)
    page = open_page("/screen?language=en", still=True)
    branch.order(silent=True)
    page.clock.run_for(1999)
    page.wait_for_selector(UNSURE)
    assert page.inner_text(".doubt-head") == "Connecting…"
    assert page.inner_text("#clock") == ""
    assert "line-through" in page.evaluate("getComputedStyle(document.getElementById('number')).textDecorationLine")
    assert float(page.evaluate("getComputedStyle(document.querySelector('.board')).opacity")) < 0.5
    branch.order(silent=False)
    page.wait_for_selector(SURE)


def test_after_a_restart_the_screen_shows_what_the_server_knows_and_not_what_it_remembered(
    branch: Branch, open_page: Open
) -> None:
    branch.call("A046", 2)
    page = open_page("/screen?language=en", still=True)
    page.evaluate("window.before = true")
    branch.kill()
    page.wait_for_selector(UNSURE)  # by the end of the connection: no time has passed in which it was silent
    page.clock.resume()
    branch.start()
    page.wait_for_selector(SURE)
    assert page.evaluate("window.before"), "nothing was upgraded"
    assert page.is_hidden("#number")
    branch.call("B001", 4)
    shows(page, "#number", "B001")


def test_a_screen_loads_itself_anew_when_the_server_was_upgraded(branch: Branch, open_page: Open) -> None:
    branch.order(release="of before")
    page = open_page("/screen?language=en")
    page.evaluate("window.before = true; Math.random = () => 0")
    branch.kill()
    page.wait_for_selector(UNSURE)
    with page.expect_event("load"):
        branch.start()  # its release is another
    page.wait_for_selector(SURE)
    assert page.evaluate("!window.before")


def test_a_screen_that_is_refused_says_whom_to_ask(branch: Branch, open_page: Open) -> None:
    branch.order(refuse="NotSignedIn")
    page = open_page("/screen?language=en", sure=False)
    shows(page, "#doubt-text", re.compile("not allowed"))


# -- the manager's page


def test_the_manager_sees_figures_exceptions_and_what_is_not_known_yet(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900)
    assert page.inner_text("[data-tile=waiting] [data-figure]") == "2"
    assert page.inner_text("#services td[data-column=mean_wait_s]") == "7 min"
    assert page.locator("[data-tile=longest_s].is-late").count() == 1
    assert page.inner_text("[data-tile=longest_s] [data-note]") == "over 10 min"
    assert page.locator("[data-tile=promise_kept] [aria-hidden] >> text=–").count() == 1
    assert page.inner_text("[data-tile=promise_kept] .for-ears") == "not enough data yet"
    assert page.get_attribute("#to-report", "href") == "/report?day=2024-03-05"
    branch.order(figures=FIGURES | {"waiting": 3})
    shows(page, "[data-tile=waiting] [data-figure]", "3")


def test_a_definition_opens_and_closes_with_the_keyboard(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900)
    page.focus("[data-tile=service_level] .why")
    page.keyboard.press("Enter")
    page.wait_for_selector("#definition:popover-open")
    assert page.inner_text("#definition-text") == "Served within the target, as a share."
    page.keyboard.press("Escape")
    page.wait_for_selector("#definition:not(:popover-open)", state="hidden")
    assert page.evaluate("document.activeElement.dataset.define") == "service_level"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1440, 900)])
def test_the_manager_s_page_fits(branch: Branch, open_page: Open, width: int, height: int) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_of_a_silent_server_are_marked(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900, still=True)
    assert page.is_hidden("#doubt")
    branch.order(silent=True)
    page.clock.run_for(1999)
    page.wait_for_selector("#doubt:not([hidden])")
    assert "Connecting…" in page.inner_text("#doubt")


# -- all of them


@pytest.mark.parametrize(
    "path", ["/sign-in?error=No.", "/show/home", "/show/pair", "/show/new_password", "/show/problem"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_page_fits_a_phone_and_keeps_the_policy(open_page: Open, path: str, language: str) -> None:
    page = open_page(f"{path}{'&' if '?' in path else '?'}language={language}", 390, 844, sure=False)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("script", "listed"),
    [
        ("screen", sentences.SCREEN),
        ("manager", sentences.MANAGER),
        ("ticket", sentences.TICKET),
        ("care", sentences.CARE),
    ],
)
def test_every_sentence_of_a_script_is_in_its_list_and_the_other_way_round(
    script: str, listed: tuple[str, ...]
) -> None:
    own = "".join(file.read_text("utf-8") for file in sorted(STATIC.glob(f"{script}*.js")))
    text = own + (STATIC / "page.js").read_text("utf-8")
    pages = "".join(file.read_text("utf-8") for file in (STATIC.parent / "templates").glob(f"{script}*.html"))
    spoken = re.findall(r'data-say="([^"]+)"', pages)
    asked = re.findall(r'(?:told|say)\((?:language, )?"([^"]+)"', text) + spoken
    assert [sentence for sentence in asked if sentence not in listed] == []
    assert [sentence for sentence in listed if f'"{sentence}"' not in text and sentence not in spoken] == []
