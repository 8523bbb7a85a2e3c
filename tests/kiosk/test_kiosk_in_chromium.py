"""The kiosk in a real browser: a customer's whole way, and what happens when fingers or networks are nervous."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lobby.queue.commands import CloseDay
from lobby.queue.services import Hours, Span
from lobby.signage import Look
from lobby.words import words
from tests.builders import MIA, Clock
from tests.kiosk.builders import KioskBranch, Served, example_setup
from tests.kiosk.touch import Screen, Touch

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "direction", "service"),
    [("en", "ltr", "Accounts"), ("ar", "rtl", "الحسابات"), ("zh", "ltr", "账户业务"), ("ru", "ltr", "Счета")],
)
def test_the_whole_way_in_each_language(
    touch: Touch, branch: KioskBranch, language: str, direction: str, service: str
) -> None:
    branch.kiosk.state = "queued"
    touch.to_services(language)
    assert (touch.attribute("lang"), touch.attribute("dir")) == (language, direction)
    assert service in touch.text('[data-service="accounts"]')
    assert touch.take("accounts") == "B001"
    assert service in touch.text(".stub")
    say = words(language)
    touch.shows(".state", say("Your ticket is printing"))
    branch.kiosk.state = "printed"
    touch.shows(".state", say("Please take your ticket"))
    touch.tap(".button.main")
    touch.settled("start")
    assert touch.attribute("lang") == "en"
    (ticket,) = branch.tickets()
    assert (ticket.language, ticket.priority) == (language, "")


def test_a_double_tap_on_every_page_gives_one_ticket(touch: Touch, branch: KioskBranch) -> None:
    touch.double_tap('[data-language="en"]')
    touch.settled("services")
    touch.double_tap('[data-service="cash"]')
    touch.settled("priority")
    touch.double_tap('[data-priority=""]')
    touch.settled("ticket")
    assert touch.text(".number") == "A001"
    assert len(branch.tickets()) == 1
    assert len(branch.posts) == 1


def test_two_tiles_tapped_at_once_give_one_ticket(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services()
    touch.page.evaluate(
        """() => { for (const tile of [...document.querySelectorAll(".tile.service")].slice(0, 2))
             tile.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 })) }"""
    )
    touch.settled("priority")
    touch.tap('[data-priority=""]')
    touch.settled("ticket")
    assert [ticket.service for ticket in branch.tickets()] == ["cash"]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services()
    branch.lose_answers = 2
    assert touch.take("cash") == "A001"
    assert len(branch.tickets()) == 1
    assert len(branch.posts) == 3
    assert len(set(branch.posts)) == 1


def test_each_customer_has_a_key_of_their_own(touch: Touch, branch: KioskBranch) -> None:
    numbers = []
    for _ in range(2):
        touch.to_services()
        numbers.append(touch.take("cash"))
        touch.tap(".button.main")
        touch.settled("start")
    assert numbers == ["A001", "A002"]
    assert len(set(branch.posts)) == 2


def test_the_bank_s_logo_stands_on_the_start_page_and_at_the_head_of_the_others(
    screen: Screen, branch: KioskBranch, served: Served
) -> None:
    branch.kiosk.bank = Look(logo="bank.svg")
    touch = Touch(screen, served.url)
    try:
        touch.page.locator('.welcome > [data-icon="branch"]').wait_for(state="visible")  # there is no such file yet
        (branch.folder / "bank.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 10"/>')
        touch.page.reload()
        touch.settled("start")
        for place in (".welcome", ".head"):
            logo = touch.page.wait_for_selector(f'{place} .logo[style*="--stretch"] img')
            stretch = logo.evaluate("({ clientWidth, clientHeight }) => clientWidth / clientHeight")
            assert stretch == pytest.approx(6, rel=0.05)
            if place == ".welcome":
                touch.to_services()
    finally:
        touch.close()


def test_a_tap_while_the_server_is_gone_waits_for_it(touch: Touch, branch: KioskBranch, served: Served) -> None:
    touch.to_services()
    touch.tap('[data-service="cash"]')
    touch.settled("priority")
    served.stop()
    touch.tap('[data-priority=""]')
    touch.shows(".sending", "One moment please")
    touch.shows(".sending", "We keep trying")
    served.start()
    touch.settled("ticket")
    assert len(branch.tickets()) == 1


def test_waits_disappear_while_the_server_is_gone_and_come_back(touch: Touch, served: Served) -> None:
    touch.to_services()
    wait = touch.page.locator('[data-service="cash"] .tile-facts').first
    wait.wait_for(state="visible")
    served.stop()
    touch.after(5)
    wait.wait_for(state="hidden")
    touch.shows(".lost", "Waiting times are not shown")
    served.start()
    touch.after(5)
    wait.wait_for(state="visible")
    touch.page.locator(".lost").wait_for(state="hidden")


def test_a_closed_service_says_when_and_takes_no_tap(
    screen: Screen, address: Served, memory_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    setup = example_setup()
    loans = msgspec.structs.replace(setup.services["loans"], hours=Hours({"tue": (Span(13 * 60, 16 * 60),)}))
    folder = memory_folder / f"{tmp_path.name}-hours"
    folder.mkdir()
    branch = KioskBranch(folder, msgspec.structs.replace(setup, services=setup.services | {"loans": loans}), clock)
    address.take_over(branch.app)
    touch = Touch(screen, address.url)
    try:
        touch.to_services()
        touch.shows('[data-service="loans"]', "Open today")
        assert touch.page.get_attribute('[data-service="loans"]', "aria-disabled") == "true"
        touch.page.tap('[data-service="loans"]', force=True)
        touch.tap('[data-service="cash"]')
        touch.settled("priority")
        assert branch.posts == []
    finally:
        touch.close()


def test_a_refusal_is_a_page_with_a_way_back(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services("ru")
    touch.tap('[data-service="cash"]')
    touch.settled("priority")
    branch.desk.submit(CloseDay(), key="close", actor=MIA)
    touch.tap('[data-priority=""]')
    touch.settled("refused")
    touch.shows(".refused", words("ru")("The branch is closed now."))
    touch.tap(".button.main")
    touch.settled("services")
    assert len(branch.tickets()) == 0


def test_without_paper_the_screen_gives_number_and_code(touch: Touch, branch: KioskBranch) -> None:
    branch.kiosk.state = "held"
    touch.to_services()
    assert touch.take("cash") == "A001"
    touch.shows(".state", "Paper is not available just now")
    code = touch.page.locator(".fallback img")
    code.wait_for(state="visible")
    assert code.evaluate("image => image.naturalWidth > 0")


def test_the_ticket_page_closes_by_itself_and_gives_more_time(touch: Touch) -> None:
    touch.stop_time()
    touch.to_services()
    touch.take("cash")
    left = int(touch.text(".seconds"))
    assert 20 <= left <= 30
    touch.tap(".actions .button:not(.main)")
    touch.after(31)
    assert touch.page.get_attribute("main", "data-page") == "ticket"
    touch.after(31)
    touch.settled("start")


def test_a_customer_who_left_is_asked_and_forgotten(touch: Touch) -> None:
    touch.stop_time()
    touch.to_services("ar")
    touch.tap('[data-name="contrast"]')
    touch.after(61)
    touch.page.wait_for_selector("#still-there")
    touch.after(5)
    touch.tap("#still-there .button.main")
    assert touch.page.get_attribute("main", "data-page") == "services"
    touch.after(61)
    touch.page.wait_for_selector("#still-there")
    touch.after(21)
    touch.settled("start")
    assert touch.attribute("data-contrast") == "normal"
    assert touch.attribute("lang") == "en"


def test_the_language_changes_on_every_page_and_keeps_the_ticket(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services("en")
    number = touch.take("loans")
    touch.tap('[data-name="language-ar"]')
    assert touch.attribute("dir") == "rtl"
    assert "القروض" in touch.text(".stub")
    assert touch.text(".number") == number
    assert len(branch.tickets()) == 1


def test_the_whole_way_by_keyboard_alone(touch: Touch, branch: KioskBranch) -> None:
    def press_until(selector: str) -> None:
        for _ in range(30):
            touch.page.keyboard.press("Tab")
            if touch.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                assert touch.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
                touch.page.keyboard.press("Enter")
                return
        raise AssertionError(f"{selector} cannot be reached")

    press_until('[data-language="zh"]')
    touch.settled("services")
    press_until('[data-service="cards"]')
    touch.settled("priority")
    press_until('[data-priority="priority"]')
    touch.settled("ticket")
    (ticket,) = branch.tickets()
    assert (ticket.language, ticket.priority) == ("zh", "priority")
    press_until(".button.main")
    touch.settled("start")


def test_the_documents_can_be_read_before_a_number_is_taken(touch: Touch) -> None:
    touch.to_services()
    touch.tap('.actions .button:has([data-icon="document"])')
    touch.settled("documents")
    touch.shows(".card", "Proof of income, last 3 months")
    touch.tap("[data-back]")
    touch.settled("services")


def test_a_screen_that_is_not_signed_in_says_so_and_recovers(touch: Touch, branch: KioskBranch) -> None:
    branch.kiosk.signed_in = False
    touch.after(5)
    touch.settled("refused")
    touch.shows(".refused", "paired with its branch")
    branch.kiosk.signed_in = True
    touch.after(2)
    touch.settled("start")
