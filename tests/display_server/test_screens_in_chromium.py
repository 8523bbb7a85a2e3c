"""How lobby screens look: sizes and contrast, languages, ways to the counters, zones, signs, what stands beside."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders import ZONE
from tests.display_server.staged import CHROMIUM, Branch, Open, rows, shows
from tests.end_to_end.branch_process import until
from tests.kiosk.accessibility import axe_violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the screens are not looked at"),
]

DIGIT = 0.714
"""How high the digits of the shipped font are, as a share of the type size."""

SIZES = [(1920, 1080), (3840, 2160), (1080, 1920), (1366, 768), (1280, 1024)]

COINS = {
    "en": "The coin machine is out of order today. For coins please take a number for Cash: counter 3 waits for you.",
    "ar": "آلة العملات المعدنية معطلة اليوم. للعملات المعدنية يرجى أخذ رقم لخدمة النقد، وسيساعدكم زميلنا عند الشباك 3.",
    "ru": "Аппарат для монет сегодня не работает. Чтобы сдать монеты, возьмите номер в кассу: вам помогут в окне три.",
}

LONGEST = {
    "ru": "С понедельника отделение открывается в половине девятого и закрывается в шесть; банкомат в зале работает "
    "круглосуточно, а сейфовые ячейки находятся на втором этаже."
}

MEASURED = """() => {
  const seen = (element) => element && element.checkVisibility();
  const size = (id) => {
    const element = document.querySelector(id);
    return seen(element) ? parseFloat(getComputedStyle(element).fontSize) : null;
  };
  const box = (element) => element.getBoundingClientRect();
  const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const parts = [...document.querySelectorAll(".now, .last, .services, .beside, .notice")].filter(seen).map(box);
  const texts = [...document.querySelectorAll(".now p, .service p")].filter(seen);
  const rows = [...document.querySelectorAll(".row")].filter((row) => row.clientHeight > 0).map(box);
  return {
    number: size("#number"), row: size(".row-number"), please: size("#please"), notice: size("#notice-text"),
    rows: rows.length,
    page: document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth,
    over: parts.some((one, at) => parts.slice(at + 1).some((other) => one.left < other.right - 1
      && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1)),
    out: texts.filter((text) => !inside(box(text), box(text.closest(".now, .service")))).map((one) => one.textContent),
    cut: rows.some((row) => !inside(row, box(document.querySelector(".last")))),
    touching: seen(document.querySelector("#number")) && seen(document.querySelector("#please"))
      && box(document.querySelector("#number")).bottom > box(document.querySelector("#please")).top + 1,
  };
}"""


def notices(*texts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"id": str(place), "texts": one, "since": 0, "until": 2**50} for place, one in enumerate(texts)]


def settled(page: Any) -> dict[str, Any]:
    """What is measured once fonts are there and two frames are drawn."""
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return dict(page.evaluate(MEASURED))


# -- calls


def test_a_call_moves_the_one_before_aside_is_calm_after_ten_seconds_and_says_when_it_is_repeated(
    branch: Branch, open_page: Open
) -> None:
    branch.call("A046", 2)
    page = open_page("/screen?language=en", still=True, timezone_id="Asia/Tokyo")
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert page.inner_text("#counter") == "3"
    assert rows(page) == ["A046"]
    assert page.locator("#now.is-fresh").count() == 1
    assert page.is_hidden(".again")
    branch.order(forward_ms=102 * 60_000)
    page.wait_for_selector("#now:not(.is-fresh)")
    shows(page, "#clock", re.compile("10:4[2-9]"))
    branch.call("A047", 3, calls=2)
    page.wait_for_selector(".again", state="visible")
    assert page.inner_text("h1") == "Called again"
    assert rows(page) == ["A046"]
    branch.order(event={"kind": "StepUndone", "number": "A047", "counter": 3, "calls": 0})
    shows(page, "#number", "A046")
    branch.order(event={"kind": "TicketRenumbered", "number": "B007", "was": "A046"})
    shows(page, "#number", "B007")


def test_nothing_moves_for_people_who_asked_for_less_motion(branch: Branch, open_page: Open) -> None:
    branch.call("A046", 2)
    page = open_page("/screen", reduced_motion="reduce")
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert page.evaluate("document.getAnimations().length") == 0


def test_left_stays_left_in_arabic_and_the_plain_arrow_runs_as_people_read(branch: Branch, open_page: Open) -> None:
    branch.order(screens={"hall": {"directions": {"1": "left", "3": "right"}}, "plain": {}})
    branch.call("A046", 1)
    branch.call("A047", 3, language="ar")
    page = open_page("/screen/hall?language=en")
    assert page.inner_text("#please-second") == "Please go to counter 3 on the right"
    assert page.get_attribute("#please", "lang") == "ar"
    assert page.get_attribute("#way", "data-way") == "right"
    assert page.locator("#number").bounding_box()["x"] < page.locator("#counter").bounding_box()["x"]
    page.goto(f"{branch.url}/screen/hall?language=ar")
    page.wait_for_selector("#way[data-way=right]")
    assert page.locator("#number").bounding_box()["x"] > page.locator("#counter").bounding_box()["x"]
    transform = "(id) => getComputedStyle(document.querySelector(id)).transform"
    assert page.evaluate(transform, "#way") == "none"
    assert page.get_attribute(".row-way", "data-way") == "left"
    assert page.evaluate(transform, ".row-way") == "none"
    as_read = f"(id) => {{ document.querySelector(id).dataset.way = 'next'; return ({transform})(id); }}"  # at once
    assert page.evaluate(as_read, ".row-way") == "matrix(-1, 0, 0, 1, 0, 0)"


BOARD = """async ([hours, open]) => {
  const { Board } = await import("/static/screen_state.js");
  const board = new Board({ services: [], counters: [] }, []);
  const call = { number: "A047", counter: 3, service: "cash", at: 0 };
  board.take({ at: hours * 3600000, board: { calls: [call], services: [{ code: "cash", open }] } });
  return board.calls.length;
}"""


def test_an_old_call_goes_fifteen_minutes_after_closing_and_six_hours_after_it_was_made(open_page: Open) -> None:
    page = open_page("/screen", sure=False)
    shown = {
        (hours, is_open): page.evaluate(BOARD, [hours, is_open])
        for hours in (0.2, 0.3, 5.9, 6.1)
        for is_open in (True, False)
    }
    assert [at for at, calls in shown.items() if calls] == [(0.2, True), (0.2, False), (0.3, True), (5.9, True)]


# -- sizes


def test_digits_are_as_high_as_the_standard_asks_for_at_the_distance(open_page: Open) -> None:
    page = open_page("/screen", sure=False)
    least = "([screen, w, h]) => import('/static/screen_sizes.js').then((sizes) => sizes.least(screen, w, h))"
    sizes = page.evaluate(least, [{"inches": 43, "distance_m": 10}, 1920, 1080])
    mm = 43 * 25.4 / math.hypot(1920, 1080)
    assert sizes["called"] * mm == pytest.approx(64, abs=0.1)
    assert sizes["called"] / 1080 == pytest.approx(0.12, abs=0.001)
    assert (sizes["last"], sizes["notice"]) == pytest.approx((sizes["called"] / 2, sizes["called"] / 4))
    assert page.evaluate(least, [{"inches": 86, "distance_m": 20}, 3840, 2160])["called"] / 2160 == pytest.approx(
        0.12, abs=0.001
    )


@pytest.mark.parametrize("long", [False, True])
def test_numbers_keep_the_rule_of_distance_and_nothing_is_cut_on_any_screen(
    branch: Branch, open_page: Open, long: bool
) -> None:
    """With five services; eight and a notice; twelve, the longest notice, and something beside. Numbers of four
    characters, and of seven."""
    branch.order(screens={"hall": {}, "side": {"beside": ["information"]}})
    numbers = ("C012", "A046", "ABC1233", "ABC1234") if long else ("A044", "C012", "W088", "A047")
    for counter, number in enumerate(numbers, 9):
        branch.call(number, counter)
    branch.order(last_number={"prefix": "ABC", "last": 1999} if long else {})
    wait = {"low_s": 960, "high_s": 1600, "about": True}
    name = "Международные переводы и документарные аккредитивы" if long else "Корпоративные клиенты"
    service = {"names": {"ru": name}, "open": True, "waiting": 13, "wait": wait}
    all_of_them = [service | {"code": code, "prefix": code} for code in "ABCDEFGHIJKL"]
    page = open_page("/screen?language=ru", sure=False)
    page.route("**/screen_information.js", answer_with(PART % ("Information", "information", "Information")))
    for screen, count, notice in (("hall", 5, []), ("hall", 8, notices(COINS)), ("side", 12, notices(LONGEST))):
        branch.order(services=all_of_them[:count], notices=notice)
        page.goto(f"{branch.url}/screen/{screen}?language=ru")
        page.wait_for_selector("body.has-beside" if screen == "side" else ".service")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            found, side = settled(page), min(width, height)
            where = (width, height, count, found)
            assert found["number"] * DIGIT / side >= 0.12, where
            assert found["row"] * DIGIT / side >= 0.06, where
            assert found["please"] * DIGIT / side >= 0.03, where
            assert (found["notice"] or math.inf) * DIGIT / side >= 0.03, where
            assert found["rows"] >= (1 if notice and (long or width < 1.4 * height) else 2), where
            assert (found["page"], found["out"]) == (True, []), where
            assert (found["over"], found["cut"], found["touching"]) == (False, False, False), where


def test_a_screen_that_hangs_too_far_away_says_so_and_how_it_is(branch: Branch, open_page: Open) -> None:
    branch.order(screens={"near": {"distance_m": 8}, "far": {"distance_m": 40}})
    branch.call("A047", 3)
    page = open_page("/screen/near", 1280, 720)
    until(lambda: branch.heard("health"), "the screen says how it is")
    assert branch.heard("health")[-1]["faults"] == []
    page.goto(f"{branch.url}/screen/far")
    page.wait_for_selector("body:not(.is-empty)")
    until(lambda: any(one["faults"] for one in branch.heard("health")), "the screen complains")
    told = branch.heard("health")[-1]
    assert told["faults"] == ["too-small"]
    assert (told["seq"], told["sound"], told["width"], told["height"]) == (101, "", 1280, 720)


# -- languages


def test_a_screen_follows_the_branch_s_languages_in_turn_or_that_of_the_customer(
    branch: Branch, open_page: Open
) -> None:
    branch.order(screens={"all": {}, "theirs": {"language": "customer"}}, notices=notices({"en": "one"}, COINS))
    branch.call("A047", 3, language="ru")
    page = open_page("/screen/all", still=True)
    page.wait_for_selector("h2[lang=en]")
    assert page.evaluate("document.documentElement.dir") == "ltr"
    shows(page, "#notice-text", "one")
    page.clock.run_for(8000)
    page.wait_for_selector("h2[lang=ar][dir=rtl]")
    assert page.get_attribute("#please", "lang") == "ru"
    shows(page, "#notice-text", "one")
    page.clock.run_for(3 * 8000)
    shows(page, "#notice-text", COINS["en"])
    page.goto(f"{branch.url}/screen/theirs")
    page.wait_for_selector("h2[lang=ru]")
    branch.call("A048", 2, language="ar")
    page.wait_for_selector("h2[lang=ar]")


def test_the_services_say_who_waits_how_long_and_until_when_they_are_closed(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    branch.order(service={"code": "cash", "waiting": 6, "wait": {"low_s": 480, "high_s": 840}})
    shows(page, ".service-waiting", "6")
    assert page.inner_text(".service-wait >> nth=0") == "8–14 min"
    branch.order(service={"code": "cash", "waiting": 1, "wait": None})
    shows(page, ".service-wait", "No counter is open yet")
    closed = {"code": "cash", "open": False, "closed_because": "system", "hours": "09:00-17:00"}
    soon = branch.order()["at"] + 2 * 3_600_000
    branch.order(service=closed | {"opens_at": soon})
    shows(page, ".service-closed", f"closed until {datetime.fromtimestamp(soon / 1000, ZoneInfo(ZONE)):%H:%M}")
    branch.order(service=closed | {"opens_at": soon + 22 * 3_600_000})
    shows(page, ".service-closed", "closed")


def test_services_that_have_no_room_at_once_take_turns(branch: Branch, open_page: Open) -> None:
    codes = "ABCDEFGHIJKL"
    shut = {"open": False, "waiting": 0, "wait": None}
    branch.order(services=[shut | {"code": code, "prefix": code, "name": code} for code in codes])
    page = open_page("/screen?language=en", still=True)
    shows(page, "#welcome-more", "The branch is closed now.")
    seen = [page.locator(".service-prefix").all_inner_texts()]
    page.clock.run_for(8000)
    seen.append(page.locator(".service-prefix").all_inner_texts())
    assert ["".join(tiles) for tiles in seen] == [codes[:6], codes[6:]]


# -- zones and signs


def test_a_zone_shows_only_what_is_its_own(branch: Branch, open_page: Open) -> None:
    branch.order(screens={"zone": {"services": ["cash"], "counters": [2, 3]}})
    for number, counter in (("A044", 3), ("A045", 4), ("A046", 2)):
        branch.call(number, counter)
    branch.order(event={"kind": "TicketCalled", "number": "L001", "counter": 3, "service": "loans", "calls": 1})
    page = open_page("/screen/zone?language=en")
    shows(page, "#number", "A046")
    assert rows(page) == ["A044"]
    assert page.locator(".service").count() == 1
    branch.call("A047", 5)
    branch.call("A048", 3)
    shows(page, "#number", "A048")
    assert rows(page) == ["A046", "A044"]


def test_a_sign_shows_its_counter_s_number_and_how_it_stands_without_one(branch: Branch, open_page: Open) -> None:
    branch.order(screens={"sign": {"layout": "sign", "counters": [3]}})
    page = open_page("/screen/sign?language=en", 1920, 540)
    shows(page, "#sign-word", "Closed")

    def stands(state: str, number: str = "") -> None:
        branch.order(counters=[{"counter": 3, "state": state, "number": number}])

    stands("free")
    shows(page, "#sign-word", "Please wait")
    stands("break")
    shows(page, "#sign-word", "Back soon")
    branch.call("A046", 2)
    branch.call("A047", 3)
    stands("called", "A047")
    shows(page, "#number", "A047")
    page.wait_for_selector("#number", state="visible")
    assert page.inner_text("#counter") == "3"
    found = settled(page)
    assert found["number"] * DIGIT / 540 > 0.3
    assert (found["page"], found["out"], found["touching"]) == (True, [], False)
    stands("free")
    page.wait_for_selector("#sign-word", state="visible")
    assert page.is_hidden("#number")


def test_a_speaker_whose_browser_has_a_picture_says_what_it_is_for(branch: Branch, open_page: Open) -> None:
    branch.order(screens={"ceiling": {"layout": "voice", "room": "hall"}})
    branch.call("A047", 3)
    page = open_page("/screen/ceiling?language=en")
    shows(page, ".welcome p >> nth=1", "Numbers are called here by voice.")
    assert page.locator("#number").count() == 0
    assert axe_violations(page) == []


# -- what stands beside

PART = """
  export class %s {
    constructor(place) { this.place = place; this.faults = ["%s:broken.png"]; }
    get empty() { return window.nothing ?? false; }
    show() { this.place.dataset.turn = "on"; }
    hide() { this.place.dataset.turn = "off"; }
    paint(language, sure, at) { this.place.textContent = `%s ${language} ${at > 0}`; }
  }
"""


RATES = {
    "day": "2024-03-05",
    "until": 2**50,
    "tables": [
        {
            "title": {"en": "Savings", "ar": "المدخرات"},
            "services": [],
            "columns": [{"en": "Term"}, {"en": "% a year"}],
            "rows": [[{"en": "3 months"}, {"": "1.60"}]],
            "valid_from": "2024-01-01",
            "changes_on": "",
        }
    ],
}


def answer_with(script: str) -> Callable[[Any], None]:
    return lambda route: route.fulfill(body=script, content_type="text/javascript")


def test_what_stands_beside_takes_turns_gives_its_place_back_and_says_what_is_wrong_with_it(
    branch: Branch, open_page: Open
) -> None:
    branch.order(screens={"side": {"beside": ["media", "information"]}})
    branch.call("A047", 3)
    page = open_page("/screen", sure=False)
    for name in ("Media", "Information"):
        body = PART % (name, name.lower(), name)
        page.route(f"**/screen_{name.lower()}.js", answer_with(body))
    page.clock.install()
    page.goto(f"{branch.url}/screen/side?language=en")
    shows(page, ".beside-part:not([hidden])", "Media en true")
    page.clock.run_for(21_000)
    shows(page, ".beside-part:not([hidden])", "Information en true")
    assert page.get_attribute(".is-media", "data-turn") == "off"
    assert settled(page)["over"] is False
    wrong = {"media:broken.png", "information:broken.png"}
    until(lambda: any(wrong <= set(one["faults"]) for one in branch.heard("health")), "the screen says what is wrong")
    page.evaluate("window.nothing = true")
    page.wait_for_selector("#beside", state="hidden")
    assert page.locator("body.has-beside").count() == 0


# -- everybody


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_every_screen_is_sound_in_every_language(branch: Branch, open_page: Open, language: str) -> None:
    """By axe-core, contrast of 7:1 included: the board with a fresh call and a notice, and a dark sign."""
    branch.order(
        screens={"board": {"beside": ["information"]}, "sign": {"layout": "sign", "counters": [3], "theme": "dark"}},
        counters=[{"counter": 3, "state": "called", "number": "A047"}],
        notices=notices(COINS),
    )
    branch.call("A046", 2)
    page = open_page(f"/screen/board?language={language}", still=True, reduced_motion="reduce")
    page.route("**/information", lambda route: route.fulfill(json=RATES))
    page.reload()
    page.wait_for_selector(".is-information td")
    branch.call("A047", 3, calls=2)
    page.wait_for_selector("#now.is-fresh")
    assert axe_violations(page) == []
    page.goto(f"{branch.url}/screen/sign?language={language}")
    page.wait_for_selector("#number", state="visible")
    assert axe_violations(page) == []
