"""The page by keyboard and tactile keypad alone, and a code scanner that types like one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lobby.queue.commands import CloseDay
from tests.builders import MIA
from tests.kiosk.accessibility import look
from tests.kiosk.builders import KioskBranch, Served
from tests.kiosk.states import STATES
from tests.kiosk.touch import Touch

pytestmark = pytest.mark.browser


def page_name(touch: Touch) -> str:
    return str(touch.page.get_attribute("main", "data-page"))


# -- the whole way


@pytest.mark.parametrize(("digit", "language"), [("1", "en"), ("2", "ar"), ("3", "zh"), ("4", "ru")])
def test_the_whole_way_by_digits_alone(touch: Touch, branch: KioskBranch, digit: str, language: str) -> None:
    for key, then in ((digit, "services"), ("3", "priority"), ("2", "ticket")):
        touch.key(key)
        touch.settled(then)
    touch.key(str(touch.page.get_attribute(".actions .main", "data-key")))
    touch.settled("start")
    (ticket,) = branch.tickets()
    assert (ticket.language, ticket.service, ticket.priority) == (language, "cards", "priority")


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_whole_way_by_arrows_and_enter(touch: Touch, branch: KioskBranch, language: str) -> None:
    def reach(selector: str) -> None:
        for _ in range(20):
            touch.key("ArrowDown")
            if touch.is_focused(selector):
                return touch.key("Enter")
        raise AssertionError(f"{selector} cannot be reached")

    reach(f'[data-language="{language}"]')
    touch.settled("services")
    reach('[data-service="loans"]')
    touch.settled("priority")
    reach('[data-priority=""]')
    touch.settled("ticket")
    reach(".button.main")
    touch.settled("start")
    (ticket,) = branch.tickets()
    assert (ticket.language, ticket.service) == (language, "loans")


# -- moving


def test_arrows_go_through_everything_in_reading_order_and_round(touch: Touch) -> None:
    STATES["priority"](touch, None, "en")  # type: ignore[arg-type]
    texts = touch.page.eval_on_selector_all(
        "main button, #bar button", r"all => all.map(b => b.innerText.replace(/\s+/g, ' ').trim())"
    )
    visited = []
    for _ in texts:
        touch.key("ArrowDown")
        visited.append(touch.focused())
    assert visited == texts
    touch.key("ArrowDown")
    assert touch.focused() == texts[0]
    touch.key("ArrowUp")
    assert touch.focused() == texts[-1]


def test_left_and_right_follow_the_writing(touch: Touch) -> None:
    touch.to_services("en")
    for key, service in (("ArrowRight", "cash"), ("ArrowRight", "accounts"), ("ArrowLeft", "cash")):
        touch.key(key)
        assert touch.is_focused(f'[data-service="{service}"]')
    touch.tap('[data-name="language-ar"]')
    touch.key("Home")
    for key, service in (("ArrowLeft", "accounts"), ("ArrowLeft", "cards"), ("ArrowRight", "accounts")):
        touch.key(key)
        assert touch.is_focused(f'[data-service="{service}"]')


def test_home_and_end_are_the_first_and_the_last_choice_of_the_page(touch: Touch) -> None:
    touch.to_services()
    touch.key("End")
    assert touch.is_focused(".actions button:last-child")
    touch.key("Home")
    assert touch.is_focused('[data-service="cash"]')


@pytest.mark.parametrize("key", ["Escape", "Backspace"])
def test_back_goes_back_page_by_page(touch: Touch, key: str) -> None:
    STATES["priority"](touch, None, "en")  # type: ignore[arg-type]
    for then in ("services", "start"):
        touch.key(key)
        touch.settled(then)
    touch.key(key)
    assert page_name(touch) == "start"


def test_a_held_key_presses_once(touch: Touch) -> None:
    touch.tap('[data-name="text"]')
    touch.page.focus('[data-name="text"]')
    for _ in range(3):
        touch.page.keyboard.down("Enter")
    touch.page.keyboard.up("Enter")
    assert touch.attribute("data-text") == "3"


def test_the_second_half_of_a_double_press_chooses_nothing(touch: Touch) -> None:
    touch.stop_time()
    touch.page.keyboard.press("1")
    touch.page.clock.run_for(130)
    touch.page.wait_for_selector('main[data-page="services"]')
    touch.page.keyboard.press("1")
    touch.after(0.15)
    touch.settled("services")


def test_a_closed_branch_refuses_a_digit_kindly_and_takes_escape(touch: Touch, branch: KioskBranch) -> None:
    STATES["priority"](touch, branch, "en")
    branch.desk.submit(CloseDay(), key="close", actor=MIA)
    touch.key("1")
    touch.settled("refused")
    touch.key("Escape")
    touch.settled("services")


# -- what is seen


def test_numbers_are_shown_once_a_key_is_used_until_the_next_touch(touch: Touch) -> None:
    def shown() -> str:
        return str(touch.page.evaluate("getComputedStyle(document.querySelector('[data-key]'), '::after').content"))

    touch.to_services()
    assert shown() == "none"
    touch.key("ArrowDown")
    assert shown().startswith('"1"')
    touch.page.touchscreen.tap(5, 5)
    assert shown() == "none"


def test_the_next_customer_finds_no_numbers(touch: Touch) -> None:
    touch.key("1")
    touch.settled("services")
    touch.after(61)
    touch.after(25)
    touch.settled("start")
    assert touch.page.get_attribute("html", "data-keys") is None


@pytest.mark.parametrize("look_name", ["normal", "largest text", "high contrast"])
@pytest.mark.parametrize("state", STATES)
def test_wherever_the_focus_goes_it_is_seen(touch: Touch, branch: KioskBranch, state: str, look_name: str) -> None:
    """WCAG 2.4.7 and 2.4.11: a ring, and nothing that lies over what has it."""
    touch.stop_time()
    STATES[state](touch, branch, "ru")
    look(touch.page, look_name)
    buttons = touch.page.evaluate("document.querySelectorAll('main button, #bar button, dialog button').length")
    for _ in range(buttons):
        touch.key("ArrowDown")
        if touch.page.evaluate("document.activeElement === document.body"):
            touch.key("ArrowDown")  # the page was drawn anew in between; the next key gives it a focus
        ring, seen, what = touch.page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);
                 const at = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);
                 const ring = s.outlineStyle + " " + parseFloat(s.outlineWidth);
                 return [ring, e.contains(at), e.outerHTML.slice(0, 200)] }"""
        )
        assert (ring, seen) == ("solid 4", True), what


def test_the_title_has_the_ring_when_keys_opened_the_page(touch: Touch) -> None:
    def ring() -> str:
        return str(touch.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))

    STATES["priority"](touch, None, "en")  # type: ignore[arg-type]
    assert (touch.is_focused("h1"), ring()) == (True, "none")
    touch.key("Escape")
    touch.settled("services")
    assert (touch.is_focused("h1"), ring()) == (True, "solid")


@pytest.mark.parametrize("state", STATES)
def test_tab_comes_everywhere_and_is_never_trapped(touch: Touch, branch: KioskBranch, state: str) -> None:
    touch.stop_time()
    STATES[state](touch, branch, "en")
    layer = "dialog" if state in ("help", "still_there") else "body"
    buttons = touch.page.eval_on_selector_all(
        f"{layer} button", "all => all.filter(b => b.checkVisibility() && !b.disabled).length"
    )
    visited = set()
    for _ in range(2 * buttons + 4):
        touch.page.keyboard.press("Tab")
        if touch.is_focused("button"):
            visited.add(touch.focused())
    assert len(visited) >= buttons


# -- dialogs


@pytest.mark.parametrize("key", ["F1", "0", "*"])
def test_help_is_one_key_away_and_gives_the_focus_back(touch: Touch, key: str) -> None:
    touch.to_services()
    touch.key("ArrowDown")
    touch.key(key)
    touch.page.wait_for_selector("#help")
    assert "Press the number of your choice" in touch.text("#help")
    for _ in range(3):
        touch.page.keyboard.press("Tab")
        assert touch.page.evaluate("document.querySelector('#help').contains(document.activeElement)")
    touch.key("1")
    touch.page.wait_for_selector("#help", state="detached")
    assert touch.is_focused('[data-service="cash"]')
    assert page_name(touch) == "services"


@pytest.mark.parametrize("key", ["Escape", "Backspace", "Enter", "1"])
def test_whoever_is_still_there_says_so_with_one_key(touch: Touch, key: str) -> None:
    touch.stop_time()
    STATES["still_there"](touch, None, "en")  # type: ignore[arg-type]
    touch.key(key)
    touch.page.wait_for_selector("#still-there", state="detached")
    assert page_name(touch) == "services"


# -- long pages


def test_a_long_page_is_read_by_its_keys(touch: Touch) -> None:
    STATES["documents"](touch, None, "ru")  # type: ignore[arg-type]
    look(touch.page, "largest text")
    touch.after(0.2)
    top = "document.getElementById('main').scrollTop"
    touch.key("PageDown")
    assert touch.page.evaluate(top) > 300
    touch.key("PageUp")
    assert touch.page.evaluate(top) == 0
    touch.page.tap("#more button:last-child")
    assert touch.page.evaluate(top) > 300


# -- the scanner


@pytest.fixture
def scanner(chromium: Any, served: Served) -> Iterator[Any]:
    """A page of nothing but the scanner's module, a button and a field, whose clock moves when it is told to."""
    page = chromium.new_page()
    page.clock.install()
    page.goto(served.url + "words/en")
    page.clock.pause_at(2_000_000_000_000)
    page.evaluate(
        """async () => {
             const { Scanner } = await import("/kiosk/static/scanner.js");
             window.codes = []; window.keys = []; window.clicks = 0;
             new Scanner({ scanned: code => codes.push(code), pressed: key => keys.push(key) });
             document.body.innerHTML = "<button>Press</button><input>";
             document.querySelector("button").addEventListener("click", () => clicks += 1);
             document.querySelector("button").focus();
           }"""
    )
    yield page
    page.close()


def type_in(page: Any, text: str, between_ms: int, end: str = "Enter") -> None:
    for key in [*text, *([end] if end else [])]:
        page.keyboard.press(key)
        page.clock.run_for(between_ms)
    page.clock.run_for(500)


def found(page: Any) -> tuple[list[str], list[str], int]:
    codes, keys, clicks = page.evaluate("[codes, keys, clicks]")
    return codes, keys, clicks


@pytest.mark.parametrize("code", ["4711", "AB-12 34", "https://lobby.example/t/x?y=1"])
def test_a_burst_that_ends_with_enter_is_a_code_and_presses_nothing(scanner: Any, code: str) -> None:
    type_in(scanner, code, between_ms=10)
    assert found(scanner) == ([code], [], 0)


def test_one_code_after_the_other(scanner: Any) -> None:
    for code in ("4711", "4712"):
        type_in(scanner, code, between_ms=5)
    assert found(scanner) == (["4711", "4712"], [], 0)


def test_a_character_alone_is_a_finger(scanner: Any) -> None:
    type_in(scanner, "123", between_ms=200, end="")
    assert found(scanner) == ([], ["1", "2", "3"], 0)


def test_enter_and_space_alone_press_as_ever(scanner: Any) -> None:
    scanner.keyboard.press("Enter")
    scanner.keyboard.press(" ")
    assert found(scanner) == ([], [], 2)


@pytest.mark.parametrize(("text", "between_ms"), [("123", 10), ("12345678", 70), ("12", 40)])
def test_what_is_neither_finger_nor_code_does_nothing(scanner: Any, text: str, between_ms: int) -> None:
    type_in(scanner, text, between_ms, end="")
    assert found(scanner) == ([], [], 0)


def test_a_scanner_without_enter_does_nothing(scanner: Any) -> None:
    type_in(scanner, "47110815", between_ms=10, end="")
    assert found(scanner) == ([], [], 0)


def test_in_a_field_fingers_write_and_a_code_leaves_it_as_it_was(scanner: Any) -> None:
    scanner.focus("input")
    type_in(scanner, "ab", between_ms=200, end="")
    assert scanner.input_value("input") == "ab"
    type_in(scanner, "4711", between_ms=10)
    assert scanner.input_value("input") == "ab"
    assert found(scanner) == (["4711"], [], 0)


def test_a_held_digit_is_one_press(scanner: Any) -> None:
    for _ in range(5):
        scanner.keyboard.down("7")
        scanner.clock.run_for(30)
    scanner.keyboard.up("7")
    scanner.clock.run_for(500)
    assert found(scanner) == ([], ["7"], 0)


@pytest.mark.parametrize("state", ["start", "services", "priority", "ticket"])
def test_a_code_scanned_on_any_page_presses_none_of_its_choices(touch: Touch, branch: KioskBranch, state: str) -> None:
    STATES[state](touch, branch, "en")
    touch.page.evaluate(
        "() => { window.pressed = []; document.addEventListener('click', e => pressed.push(e.target.outerHTML), true) }"
    )
    with touch.meanwhile_no_time_goes_by():
        for key in [*"12345", "Enter"]:
            touch.page.keyboard.press(key)
        touch.after(0.5)
    assert touch.page.evaluate("pressed") == []
