"""The customer's page on the glass of a phone, against a real branch: live, by sound, without a script, small."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from lobby.words import words
from tests.display_server.phone import WAITS_SAID
from tests.display_server.phone_house import STATES, PhoneHouse, Ticket
from tests.display_server.staged import CHROMIUM, PATIENCE_MS, SURE, shows, stand_still
from tests.kiosk.accessibility import OPTIONS

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the customers' pages are not tried"),
]

LISTENING = """
  window.felt = []; window.heard = 0;
  navigator.vibrate = (pattern) => felt.push(pattern.length);
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { heard += 1; return start.apply(this, when); };
"""
"""Notes what the phone would do: vibrate, and sound."""

A_VISIT_WHOSE_TURN_WAVERS = """async () => {
  const { Turn } = await import("/static/ticket_turn.js");
  const turn = new Turn(document.createElement("button"), () => {});
  felt.length = 0;
  const visit = ["waiting", "soon", "waiting", "soon", "called", "serving", "waiting", "soon"];
  for (const phase of visit) turn.stands(phase, phase === "called" ? "6 1" : "", "", "A001");
  return felt;
}"""
"""How the phone tells of it."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneHouse]:
    house = PhoneHouse(tmp_path_factory.mktemp("phones") / "branch")
    yield house
    house.close()


@pytest.fixture(autouse=True)
def _empty(house: PhoneHouse) -> Iterator[None]:
    yield
    house.empty()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, house: PhoneHouse) -> Iterator[Open]:
    """Open a ticket's page; what went wrong in it (script, policy, another host) fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_page(
        path: str,
        width: int = 390,
        height: int = 844,
        *,
        sure: bool = True,
        before: Callable[[Any], None] = lambda page: None,
        **options: Any,
    ) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(LISTENING)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        page.on("request", lambda sent: sent.url.startswith(house.url) or wrong.append(sent.url))
        before(page)
        page.goto(house.url + path)
        if sure:
            page.wait_for_selector(SURE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def unbroken(sentence: str) -> str:
    return sentence.replace(" 6", "\xa06")


def stands(page: Any, phase: str) -> None:
    page.wait_for_selector(f"[data-phase={phase}]")


def is_sound(page: Any) -> None:
    """Nothing reaches out of the glass, and axe-core finds nothing; it is in the page from the first time on."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def is_legible(page: Any) -> None:
    """At twice the text on 390 pixels, and on 320, nothing is lost; then as before."""
    for width, size in ((390, "200%"), (320, "")):
        page.set_viewport_size({"width": width, "height": 568})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, size)
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_a_visit_from_the_first_look_to_the_answer(house: PhoneHouse, open_page: Open, language: str) -> None:
    """Dark for those who write from the right."""
    for _ in range(3):
        house.ticket()
    ticket, mine = house.ticket(language), words(language)
    page = open_page(ticket.path, color_scheme="dark" if mine.direction == "rtl" else "light")
    assert (page.get_attribute("html", "lang"), page.get_attribute("html", "dir")) == (language, mine.direction)
    assert page.inner_text("#ahead") == "3"
    shows(page, "#live", mine("Live"))
    assert page.inner_text("#between")[:2] == "09"
    page.click("#hold summary")
    page.click("#cancel summary")
    is_sound(page)
    is_legible(page)
    ticket.is_called()
    stands(page, "called")
    assert page.inner_text("#word") == mine("It is your turn")
    assert page.inner_text("#counter") == unbroken(mine("Counter %(counter)s", counter=6))
    assert page.inner_text("#advice") == unbroken(mine("Please go to counter %(counter)s on the right", counter=6))
    assert page.get_attribute("#way use", "href") == "#way-right", "the right stays the right"
    assert page.title() == f"{page.inner_text('#counter')} · {page.inner_text('#number')}"
    is_sound(page)
    is_legible(page)
    ticket.is_finished_now()
    stands(page, "finished")
    page.check("[name=rating][value='2']")
    page.check("[name=bad][value=wait]")
    page.fill("#said", "It took an hour.")
    is_sound(page)
    is_legible(page)
    page.click("#opinion-form button")
    page.wait_for_selector("#answered")
    is_sound(page)
    assert page.locator("#opinion-form").count() == 0
    (told,) = [one for one in house.server.desk.state.opinions.values() if one.ticket == ticket.id]
    assert (told.rating, told.choices, told.worded, told.language) == (2, ("wait",), True, language)


@pytest.mark.parametrize("state", ["held", "parked", "missed", "too_late", "cancelled"])
def test_each_other_state_is_sound(house: PhoneHouse, open_page: Open, state: str) -> None:
    ticket = house.ticket("ar")
    STATES[state](ticket)
    page = open_page(ticket.path)
    stands(page, state)
    is_sound(page)
    is_legible(page)


def test_a_turn_that_is_near_is_told_in_good_time(house: PhoneHouse, open_page: Open) -> None:
    for _ in range(6):
        house.ticket()
    ticket = house.ticket()
    page = open_page(ticket.path)
    page.click("#sound")
    page.evaluate("felt.length = 0")
    stands(page, "waiting")
    house.clock.forward(house.server.desk.state.tickets[ticket.id].promise.high_s - 300)
    stands(page, "soon")
    assert page.inner_text("#word") == "It is your turn soon"
    assert page.evaluate("felt") == [1]
    told = page.evaluate(A_VISIT_WHOSE_TURN_WAVERS)
    assert told == [1, 5, 1], "near once, called, and near once for the next service"


def test_the_customer_is_called_by_sound_vibration_title_and_icon(house: PhoneHouse, open_page: Open) -> None:
    for _ in range(3):
        house.ticket()
    ticket = house.ticket()
    page = open_page(ticket.path, before=stand_still)  # a call that is not answered rings again after six seconds
    usual = page.get_attribute("#icon", "href")
    assert page.evaluate("[felt.length, heard]") == [0, 0]
    page.click("#sound")
    assert (page.get_attribute("#sound", "aria-pressed"), page.inner_text("#sound")) == ("true", "Sound is on")
    assert page.evaluate("[felt.length, heard]") == [1, 2], "what it will be like"
    ticket.is_called()
    stands(page, "called")
    assert page.evaluate("[felt, heard]") == [[1, 5], 6]
    assert page.get_attribute("#icon", "href") == "/static/turn.svg"
    assert page.is_hidden("#again")
    ticket.is_called_again()
    page.wait_for_selector("#again:not([hidden])")
    assert page.evaluate("felt") == [1, 5, 5]
    page.reload()
    page.wait_for_selector(SURE)
    assert page.evaluate("heard") == 0, "who opens the page sees it"
    page.click("#number")
    page.wait_for_selector("#sound[aria-pressed=true]")
    ticket.is_finished_now()
    stands(page, "finished")
    assert page.is_hidden("#sound")
    assert page.get_attribute("#icon", "href") == usual


def test_a_few_minutes_and_cancelling_are_asked_without_leaving_the_page(house: PhoneHouse, open_page: Open) -> None:
    house.ticket()
    ticket = house.ticket()
    page = open_page(ticket.path)
    page.evaluate("window.same = true")
    page.click("#hold summary")
    page.click("#hold button")
    stands(page, "held")
    assert page.inner_text("#advice").startswith("You are not called until 09:")
    page.click("#release button")
    stands(page, "soon")
    assert page.is_hidden("#hold"), "once a visit"
    page.click("#cancel summary")
    assert page.is_visible("#cancel button"), "it asks once"
    page.click("#cancel button")
    stands(page, "cancelled")
    assert page.evaluate("same")
    assert house.server.desk.state.tickets[ticket.id].step.ended == "cancelled_by_customer"


def test_who_missed_the_call_is_back_with_one_touch(house: PhoneHouse, open_page: Open) -> None:
    ticket = house.ticket()
    page = open_page(ticket.path)
    ticket.missed_it()
    stands(page, "missed")
    assert re.match(r"Until \d\d:\d\d you can have your place back, once\.", page.inner_text("#advice"))
    page.click("#return button")
    page.wait_for_selector("#ticket:not([data-phase=missed])")
    assert "It takes longer" not in page.inner_text("#ticket"), "they were called"
    assert house.server.desk.state.tickets[ticket.id].returned
    ticket.missed_it()
    stands(page, "no_show")
    assert page.is_hidden("#return")


def test_the_script_says_a_wait_as_the_page_without_it(house: PhoneHouse, open_page: Open) -> None:
    page = open_page(house.ticket().path)
    told = page.evaluate(
        """async (waits) => {
          const { waitSaid } = await import("/static/ticket_wait.js");
          return waits.map(([low, high, about]) => waitSaid("en", low, high, about).replaceAll("\\u00a0", " "));
        }""",
        [list(wait) for wait in WAITS_SAID],
    )
    assert dict(zip(WAITS_SAID, told, strict=True)) == WAITS_SAID


def test_what_the_server_did_not_hear_is_said(house: PhoneHouse, open_page: Open) -> None:
    ticket = house.ticket()
    page = open_page(ticket.path)
    page.route("**/cancel*", lambda asked: asked.abort())
    page.click("#cancel summary")
    page.click("#cancel button")
    page.wait_for_selector("#failed:not([hidden])")
    assert page.inner_text("#failed") == "The server does not answer. Please try again."
    assert page.is_enabled("#cancel button")
    assert house.server.desk.state.tickets[ticket.id].state == "waiting"


def test_without_the_server_the_last_known_has_its_time_and_no_colour(
    house: PhoneHouse, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = house.ticket()
    page = open_page(ticket.path)
    ticket.is_called()
    stands(page, "called")
    monkeypatch.setattr(house.live.socketio.server.manager, "emit", lambda *said, **to: None)
    page.wait_for_selector("body.is-lost")
    assert page.inner_text("#live") == "Connecting…"
    assert page.inner_text("#as-of").startswith("At 09:")
    assert page.evaluate("getComputedStyle(document.getElementById('ticket')).borderStyle") == "dashed"
    assert page.evaluate("getComputedStyle(document.getElementById('ticket')).backgroundColor") == "rgba(0, 0, 0, 0)"
    is_sound(page)


def test_where_the_line_lets_no_socket_through_the_page_looks_again_by_itself(
    house: PhoneHouse, open_page: Open
) -> None:
    def no_sockets(page: Any) -> None:
        page.clock.install()
        page.route_web_socket("**", lambda socket: socket.close())

    ticket = house.ticket()
    page = open_page(ticket.path, before=no_sockets, sure=False)
    page.clock.run_for(5_000)
    page.wait_for_selector("body.is-lost")
    page.click("#cancel summary")
    ticket.is_called()
    page.clock.run_for(30_000)
    assert page.is_visible("#cancel button"), "not while something is being asked"
    page.click("#cancel summary")
    for _ in range(60):
        page.clock.run_for(5_000)
        with suppress(playwright.TimeoutError):  # it takes real time to load
            page.wait_for_selector("#ticket[data-phase=called]", timeout=1000)
            break
    assert page.inner_text("#word") == "It is your turn"


def test_a_promise_that_broke_is_admitted(house: PhoneHouse, open_page: Open) -> None:
    for _ in range(3):
        house.ticket()
    page = open_page(house.ticket().path)
    house.clock.forward(hours=1)
    shows(page, "#advice", re.compile("^It takes longer"))
    assert page.inner_text("#expected") == "not known yet"


def test_the_page_needs_no_script(house: PhoneHouse, open_page: Open) -> None:
    house.ticket()
    ticket = house.ticket("ru")
    page = open_page(ticket.path, sure=False, java_script_enabled=False)
    mine = words("ru")
    assert (page.inner_text("#ahead"), page.inner_text("#live")[2:3]) == ("1", ":")
    page.click("#hold summary")
    page.click("#hold button")
    stands(page, "held")
    page.click("#release button")
    page.wait_for_selector("#ticket:not([data-phase=held])")
    ticket.is_called()
    page.reload()
    assert page.inner_text("#counter") == unbroken(mine("Counter %(counter)s", counter=6))
    assert page.is_visible("#way use")
    ticket.is_finished_now()
    page.reload()
    assert page.is_hidden("#opinion-form button")
    page.check("[name=rating][value='5']")
    assert page.is_hidden("[name=bad]")
    page.check("[name=good][value=staff]")
    page.click("#opinion-form button")
    page.wait_for_selector("#answered")
    (told,) = [one for one in house.server.desk.state.opinions.values() if one.ticket == ticket.id]
    assert (told.rating, told.choices) == (5, ("staff",))


def test_the_page_is_small(house: PhoneHouse, open_page: Open) -> None:
    """As it goes over the line, headers and all; the largest case, with the form of the end shown too."""
    ticket = house.ticket("ru", service="loans")
    ticket.is_finished()
    page = open_page(ticket.path)
    page.check("[name=rating][value='1']")
    sizes = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".filter(({name}) => name.startsWith('http')).map(({name, transferSize}) => [name, transferSize])"
    )
    assert len(sizes) >= 10
    assert sum(size for _, size in sizes) < 45_000, sizes


def test_a_page_whose_day_is_over_says_so(house: PhoneHouse, open_page: Open) -> None:
    ticket: Ticket = house.ticket("ar")
    page = open_page(ticket.path)
    house.clock.forward(hours=24)
    page.wait_for_selector("h1:not(:has(#number))")
    assert page.get_attribute("html", "dir") == "rtl" or page.get_attribute("html", "lang") == "en"
    is_sound(page)
    house.reopen()
