"""The manager's page over a real branch: what it shows, what it draws, what can be done from it, and by whom."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from display_server.live.health import Trouble
from display_server.live.presence import Presence
from lobby.access import DISPLAY
from lobby.queue import commands as c
from lobby.queue.alerts import Alert
from lobby.records.tokens import DEVICE
from tests.builders import ANN, KIOSK
from tests.display_server.care_house import CareHouse
from tests.display_server.staged import PATIENCE_MS
from tests.end_to_end.branch_process import until
from tests.end_to_end.listener import Listener
from tests.kiosk.accessibility import axe_violations

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VENDOR = Path(__file__).parents[2] / "display_server" / "static" / "vendor"
DAY, WEEK_AGO = "2024-03-12", "2024-03-05"
TIMELINE = "/api/v1/branches/main-street/timeline"


@pytest.fixture(scope="module")
def office(memory_folder: Path) -> Iterator[CareHouse]:
    """A branch on a Tuesday, and on the Tuesday after, where somebody has waited too long and a printer wants paper."""
    office = CareHouse(memory_folder / "dashboard")
    office.do(c.OpenCounter(1), ANN)
    office.do(c.OpenCounter(3), ANN)
    for _ in range(3):
        office.serve()
    office.clock.forward(hours=7 * 24)
    office.do(c.OpenCounter(1), ANN)
    office.do(c.OpenCounter(3), ANN)
    for said in (
        c.GiveFeedback(5, "en"),
        c.GiveFeedback(4, "en", ticket="A002"),
        c.GiveFeedback(2, "en", choices=("wait",), ticket="A003", note="Nobody told me how long."),
    ):
        office.serve()
        office.do(said, KIOSK)
    for service in ("cash", "accounts"):
        office.do(c.Issue(service), KIOSK)
    office.clock.forward(minutes=25)
    office.do(c.RaiseAlert("kiosk 2", "paper_near_end"), KIOSK)
    yield office
    office.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium, started once for the module."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; the manager's page was not tried in a browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def manager(chromium: Any, office: CareHouse) -> Iterator[Open]:
    """Open the manager's page; what goes wrong in it (script, policy, another host) fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_page(name: str = "mia", width: int = 1440, height: int = 900, language: str = "en", **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.add_cookies([{"name": "lobby", "value": office.token(name), "url": office.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.extend([said.text] if _forbidden(said.text) else []))
        page.on("request", lambda sent: sent.url.startswith(office.url) or wrong.append(sent.url))
        page.goto(f"{office.url}/manager?language={language}")
        page.wait_for_selector("body:not(.is-unsure)")
        page.wait_for_selector("#waits canvas")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _forbidden(said: str) -> bool:
    return "Content Security Policy" in said and "unsafe-eval" not in said  # axe alone asks for that


def option(page: Any, picture: str) -> dict[str, Any]:
    """What ECharts draws there."""
    return page.evaluate(f"echarts.getInstanceByDom(document.getElementById('{picture}')).getOption()")


browser = pytest.mark.browser


# -- what it shows


@browser
def test_the_page_shows_who_is_at_risk_what_needs_a_person_and_what_customers_say(manager: Open) -> None:
    page = manager()
    assert page.inner_text("[data-tile=waiting] [data-figure]") == "2"
    assert page.inner_text("[data-tile=longest_s] [data-note]") == "over 10 min"
    assert "Nobody sees to it yet" in page.inner_text("#alerts")
    assert [line.split()[0] for line in page.locator("#risks li").all_inner_texts()] == ["A004", "B001"]
    assert page.inner_text("#rating-mean") == "3.7 of 5"
    assert page.inner_text("#rating-count") == "Answers: 3 · Of those served: 67%"
    assert page.inner_text("#bad-named").split("\n") == ["The wait was long", "1"]
    assert page.inner_text("#comments-line").split()[-2:] == ["to", "1"]
    assert page.locator("#devices li").all_inner_texts()[0] == "ticket\nPrinter\nready"
    assert "counter-1\nLobby screen\nnot seen since the server started" in page.inner_text("#devices")
    assert page.inner_text("#calls li >> nth=0").startswith("A003")


@browser
def test_what_is_wrong_with_a_screen_is_said_in_plain_words(manager: Open, office: CareHouse) -> None:
    token = office.server.tokens.create(DEVICE, "hall", DISPLAY, office.clock())
    health = {"clock": office.clock() + 75_000, "sound": "off", "faults": ["media:fair.mp4", "too-small"]}
    with Listener(office.url, "/display", {"token": token, "screen": "hall"}) as screen:
        screen.client.emit("health", health | {"width": 1920, "height": 1080}, namespace="/display")
        page = manager()
        until(lambda: "1920×1080" in page.inner_text("#devices"), "the screen is in the list")
        hall = page.locator("#devices > li", has_text="hall")
        assert hall.locator(".line-troubles bdi").all_inner_texts() == [
            "Its clock is fast by 1 min.",
            "The sound is off. Please touch the screen once.",
            "It cannot be shown: \u2068fair.mp4\u2069",
            "The numbers are too small for the distance.",
        ]
        assert hall.locator(".line-state").inner_text() == "connected"
    until(lambda: page.locator("#devices > li", has_text="hall").inner_text().endswith("missing\n0 s"), "it is missing")


@browser
def test_every_figure_has_its_definition_one_tap_away(manager: Open) -> None:
    page = manager()
    keys = page.eval_on_selector_all(".why", "all => all.map(one => one.dataset.define)")
    known = page.evaluate("JSON.parse(document.getElementById('page').textContent).definitions")
    assert [key for key in keys if key not in known] == []
    assert {"course_waiting", "demand", "spread_waits", "spread_services", "at_risk", "calls", "ratings"} <= set(keys)
    page.click("[data-define=demand]")
    assert page.inner_text("#definition-text") == known["demand"]


@browser
def test_the_pictures_stand_as_tables_too_with_the_week_before(manager: Open, office: CareHouse) -> None:
    page = manager()
    today = office.house.get(f"{TIMELINE}?day={DAY}").json
    assert today is not None
    page.click(".course summary")
    rows = page.locator("#course-table tbody tr").all_inner_texts()
    assert [row.split("\t")[3] for row in rows] == [str(count) for count in today["arrivals"]]
    assert rows[0].split("\t")[5] == "3"  # a week ago
    assert "at most" in page.get_attribute("#course", "aria-label")
    page.click("[data-demand=wait_mean_s]")
    page.click(".demand summary")
    assert page.locator("#demand-table thead th").all_inner_texts() == ["Time", "Cash", "Accounts", "Counters"]
    assert "0 s" in page.inner_text("#demand-table tbody")


@browser
def test_pictures_are_mirrored_with_the_page_and_take_its_colours(manager: Open) -> None:
    page = manager(language="ar")
    drawn = option(page, "course")
    assert [axis["inverse"] for axis in drawn["xAxis"]] == [True, True, True]
    assert {axis["position"] for axis in drawn["yAxis"]} == {"right"}
    light = drawn["series"][1]["lineStyle"]["color"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    until(lambda: option(page, "course")["series"][1]["lineStyle"]["color"] != light, "it is drawn in the dark")
    brand = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()")
    assert option(page, "course")["series"][1]["lineStyle"]["color"] == brand


@browser
def test_pictures_stand_still_for_people_who_asked_for_less_motion(manager: Open) -> None:
    assert option(manager(reduced_motion="reduce"), "demand")["animation"] is False
    assert option(manager(reduced_motion="no-preference"), "demand")["animation"] is True


@browser
@pytest.mark.parametrize(
    ("language", "width", "height"), [("en", 1920, 1080), ("ar", 1024, 768), ("en", 390, 844), ("ar", 390, 844)]
)
def test_the_page_fits_and_axe_finds_nothing(manager: Open, language: str, width: int, height: int) -> None:
    page = manager("mia", width, height, language)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_violations(page) == []


# -- what can be done


@browser
def test_a_service_is_closed_after_a_question_and_opened_again_by_undo(manager: Open, office: CareHouse) -> None:
    page = manager()
    page.click("[data-act=close-service][data-of=loans]")
    page.keyboard.press("Escape")
    assert office.server.desk.state.closures == {}
    page.click("[data-act=close-service][data-of=loans]")
    page.check("#close-service [value=staff]")
    page.select_option("#close-until", "30")
    page.click("#close-service [type=submit]")
    page.wait_for_selector("#toast:not([hidden])")
    closed = office.server.desk.state.closures["loans"]
    assert (closed.reason, closed.until - office.clock.now) == ("staff", 30 * 60_000)
    page.wait_for_selector("[data-act=open-service][data-of=loans]")
    page.click("#toast-undo")
    page.wait_for_selector("[data-act=close-service][data-of=loans]")
    assert office.server.desk.state.closures == {}


@browser
def test_a_counter_gives_other_services_and_at_least_one(manager: Open, office: CareHouse) -> None:
    page = manager()
    page.click("[data-act=set-skills][data-of='1']")
    assert page.evaluate("document.activeElement.closest('dialog')?.id") == "set-skills"
    page.uncheck("#skills [value=cash]")
    page.uncheck("#skills [value=cards]")
    page.click("#set-skills [type=submit]")
    page.wait_for_selector("#set-skills [role=alert]:not([hidden])")
    page.check("#skills [value=cards]")
    page.click("#set-skills [type=submit]")
    page.wait_for_selector("#toast:not([hidden])")
    assert office.server.desk.state.counter(1).services == ("cards",)
    page.click("#toast-undo")
    until(lambda: office.server.desk.state.counter(1).services == ("cash", "cards"), "the skills as before")
    assert page.is_disabled("[data-act=set-skills][data-of='6']")  # nobody is there


@browser
def test_a_customer_at_risk_is_moved_and_keeps_the_place(manager: Open, office: CareHouse) -> None:
    page = manager()
    page.click("#risks li:has-text('B001') [data-act=reassign]")
    page.select_option("#move-counter", "3")
    page.click("#reassign [type=submit]")
    page.wait_for_selector("#toast:not([hidden])")
    ticket = office.server.desk.state.ticket("B001")
    assert (ticket.for_counter, ticket.arrived_at) == (3, office.clock.now - 25 * 60_000)
    page.click("#toast-undo")
    until(lambda: office.server.desk.state.ticket("B001").for_counter is None, "anyone may call it")


@browser
def test_a_notice_is_shown_and_taken_down(manager: Open, office: CareHouse) -> None:
    page = manager()
    page.click("[data-act=notice]")
    page.click("#notice [type=submit]")
    page.wait_for_selector("#notice [role=alert]:not([hidden])")  # the branch wants a text
    page.fill("#notice-en", "The cash machine is closed.")
    page.click("#notice [type=submit]")
    page.wait_for_selector("#notices >> text=The cash machine is closed.")
    assert office.house.get("/board").json["notices"][0]["texts"] == {"en": "The cash machine is closed."}  # type: ignore[index]
    page.click("[data-act=take-notice-down]")
    page.wait_for_selector("#notices-none:not([hidden])")


@browser
def test_an_alert_is_taken_in_hand_and_is_history_when_it_is_over(manager: Open, office: CareHouse) -> None:
    office.do(c.RaiseAlert("kiosk 3", "cover_open"), KIOSK)
    page = manager()
    page.click("#alerts li:has-text('kiosk 3') [data-act=take-alert]")
    page.wait_for_selector("#alerts li:has-text('kiosk 3') >> text=mia sees to it")
    office.do(c.ResolveAlert("kiosk 3", "cover_open"), KIOSK)
    page.wait_for_selector("#alerts-over-panel:not([hidden])")
    page.click("#alerts-over-panel summary")
    assert "mia sees to it" in page.inner_text("#alerts-over li:has-text('kiosk 3')")


@browser
def test_why_a_call_was_made_is_told_with_who_else_waited(manager: Open) -> None:
    page = manager()
    page.focus("#calls li:has-text('A003') button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#why-call .ranked")
    assert page.locator("#why-call .ranked tbody th").all_inner_texts() == ["A003"]
    assert "furthest along against its target" in page.inner_text("#why-call .lead")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.act") == "why"


@browser
def test_who_only_looks_is_offered_nothing_to_do(manager: Open) -> None:
    page = manager("aud")
    acts = page.eval_on_selector_all("[data-act]", "all => [...new Set(all.map(one => one.dataset.act))]")
    assert acts == ["why"]


# -- what it rests on


def test_the_course_of_a_day_is_for_those_who_may_see_figures(office: CareHouse) -> None:
    house = office.house
    then = house.get(f"{TIMELINE}?day={WEEK_AGO}").json
    assert then is not None
    assert (then["day"], sum(then["arrivals"]), sum(then["served"])) == (WEEK_AGO, 3, 3)
    assert house.get(TIMELINE).json["day"] == DAY  # type: ignore[index]
    assert house.get(TIMELINE, "teller").status_code == 403
    assert house.get(f"{TIMELINE}?day=2024-03-06").status_code == 404
    assert house.get(f"{TIMELINE}?day=soon").status_code == 422


def test_a_screen_that_goes_is_missing_until_it_comes_back_and_a_second_window_makes_no_difference() -> None:
    presence = Presence()
    presence.came("one", "screen 1", 1000)
    presence.came("two", "screen 1", 2000)
    presence.went("two", 3000)
    assert [(one.ok, one.since) for one in presence.devices([], [])] == [(True, 1000)]
    presence.went("one", 4000)
    presence.went("one", 5000)
    assert [(one.ok, one.troubles) for one in presence.devices([], [])] == [(False, (Trouble("missing", 4000),))]
    presence.came("three", "screen 1", 6000)
    assert [(one.ok, one.since) for one in presence.devices([], [])] == [(True, 6000)]


def test_a_printer_is_in_trouble_while_something_keeps_it_from_printing() -> None:
    low, out = (Alert("ticket", problem, "", "", 1000) for problem in ("paper_near_end", "paper_out"))
    presence = Presence()
    assert [one.ok for one in presence.devices(["ticket"], [low])] == [True]
    (printer,) = presence.devices(["ticket"], [low, out])
    assert (printer.ok, printer.troubles) == (False, (Trouble("obstacle", 1000),))


def test_vendored_files_are_the_released_ones() -> None:
    sums = dict(
        reversed(line.split()[1:])
        for file in VENDOR.glob("*-VERSION.txt")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("sha256")
    )
    assert sums == {file.name: sha256(file.read_bytes()).hexdigest() for file in VENDOR.glob("*.js")}
