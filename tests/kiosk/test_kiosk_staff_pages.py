"""The hidden staff page in a real browser: who finds it, what it shows, what it does, and when it closes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.staff import COOKIE, OPEN_MS, PrinterLine, SlipLine
from lobby import errors
from tests.builders import Clock
from tests.kiosk.builders import KioskBranch
from tests.kiosk.customer import PIN, Customer, kiosk_branch

pytestmark = pytest.mark.browser

SLIPS = (
    SlipLine(3, "A017", "unknown", "The printer stopped answering.", 1_709_629_200_000),
    SlipLine(4, "L002", "held", "There is no paper.", 1_709_629_260_000),
)


@pytest.fixture
def branch(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    return kiosk_branch(memory_folder / tmp_path.name, clock, **getattr(request, "param", {}))


def hold_the_clock(customer: Customer, seconds: float) -> None:
    with customer.meanwhile_no_time_goes_by():
        customer.page.dispatch_event(".time", "pointerdown")
        customer.after(seconds)
        customer.page.dispatch_event(".time", "pointerup")


def is_signed_in(customer: Customer) -> bool:
    return any(cookie["name"] == COOKIE for cookie in customer.context.cookies(f"{customer.url}staff"))


# -- the way in


def test_the_clock_held_for_three_seconds_asks_for_the_pin(customer: Customer) -> None:
    hold_the_clock(customer, 2.8)
    customer.after(3)
    assert customer.page.get_attribute("main", "data-page") == "start"
    hold_the_clock(customer, 3.1)
    customer.settled("pin")


def test_the_keypad_asks_for_the_pin_in_the_middle_of_a_visit_which_is_then_over(customer: Customer) -> None:
    customer.language = "ar"
    customer.begins()
    customer.tap('[data-name="contrast"]')
    customer.knows_the_keys()
    assert customer.attribute("lang") == "en"
    assert customer.attribute("data-contrast") == "normal"
    assert customer.page.locator("dialog").count() == 0
    customer.tap("[data-back]")
    customer.settled("start")


def test_other_keys_do_not(customer: Customer) -> None:
    for keys in ("*00*", "0*0", "**0", "*1*"):
        for key in keys:
            customer.key(key)
        customer.after(3)
    assert customer.page.get_attribute("main", "data-page") == "start"


def test_a_wrong_pin_is_said_and_may_be_tried_again(customer: Customer) -> None:
    customer.signs_in("123456")
    customer.shows(".pin .state", "This PIN is not right.")
    assert customer.page.input_value(".code") == ""
    assert not is_signed_in(customer)
    customer.types(PIN)
    customer.tap("[data-enter]")
    customer.settled("staff")
    assert is_signed_in(customer)


@pytest.mark.parametrize("fault", [errors.TooManyAttempts(seconds=40), errors.NoPinSet()])
def test_why_no_pin_helps_is_said(customer: Customer, branch: KioskBranch, fault: errors.LobbyError) -> None:
    branch.staff.fault = fault
    customer.signs_in()
    customer.shows(".pin .state", str(fault))


def test_the_pin_is_not_to_be_seen(customer: Customer) -> None:
    customer.knows_the_keys()
    customer.types("2718")
    assert customer.page.get_attribute(".code", "type") == "password"


def test_the_whole_staff_page_by_keyboard_alone(customer: Customer, branch: KioskBranch) -> None:
    customer.knows_the_keys()
    assert customer.is_focused(".code")
    customer.page.keyboard.type(PIN, delay=60)
    customer.key("Enter")
    customer.settled("staff")
    for _ in range(12):
        customer.key("ArrowDown")
        if customer.is_focused('[data-does="louder"]'):
            break
    customer.key("Enter")
    customer.shows(".level", "70 %")
    assert customer.is_focused('[data-does="louder"]')
    customer.key("Escape")
    customer.settled("start")
    assert branch.staff.done == [("volume", 70)]


def test_the_digits_of_a_keypad_write_the_pin_also_outside_of_the_field(customer: Customer) -> None:
    customer.knows_the_keys()
    customer.page.evaluate("document.activeElement.blur()")
    for digit in "123456789":
        customer.key(digit)
    assert customer.page.locator("dialog").count() == 0
    shown = customer.page.input_value(".code")
    assert shown == "123456789"


# -- what it shows and does


def test_printers_are_shown_with_state_paper_and_what_is_left(customer: Customer, branch: KioskBranch) -> None:
    branch.staff.printers = (
        PrinterLine("ticket", "trouble", "The cover is open.", "near_end", 12.4),
        PrinterLine("spare", "ready", "", "unknown"),
    )
    customer.to_staff()
    first, second = customer.page.locator("[data-printer]").all_inner_texts()
    assert "Needs a person: The cover is open." in first
    assert "The paper is nearly used up" in first
    assert "Metres left: 12" in first
    assert "Ready" in second
    assert "It does not tell about its paper" in second


def test_what_changes_at_the_printer_is_seen_without_a_touch(customer: Customer, branch: KioskBranch) -> None:
    customer.to_staff()
    branch.staff.printers = (PrinterLine("ticket", "trouble", "The paper is used up.", "out"),)
    customer.after(5)
    customer.shows("[data-printer]", "The paper is used up.")
    branch.kiosk.at_hand = False
    customer.after(5)
    customer.shows(".staff", "No connection to the branch server")


def test_changed_paper_and_test_prints_are_done_once_a_tap(customer: Customer, branch: KioskBranch) -> None:
    customer.to_staff()
    customer.stop_time()  # what is shown next is the answer to the tap, and the page takes another
    for name, metres in (("changed-ticket", 80), ("test-ticket", 79)):
        branch.staff.printers = (PrinterLine("ticket", "ready", "", "ok", float(metres)),)
        customer.tap(f'[data-does="{name}"]')
        customer.shows("[data-printer]", f"Metres left: {metres}")
    assert branch.staff.done == [("paper changed", "ticket"), ("test print", "ticket")]


def test_a_deed_that_fails_is_said_until_the_next(customer: Customer, branch: KioskBranch) -> None:
    customer.to_staff()
    branch.staff.fault = errors.StorageFull()
    customer.tap('[data-does="test-ticket"]')
    customer.shows(".staff .state", errors.StorageFull.message)
    customer.after(9)
    customer.shows(".staff .state", errors.StorageFull.message)
    branch.staff.fault = None
    customer.tap('[data-does="test-ticket"]')
    customer.page.locator('.staff [role="alert"]').wait_for(state="hidden")
    assert branch.staff.done == [("test print", "ticket")]


def test_a_slip_that_may_be_on_paper_is_not_printed_again_unasked(customer: Customer, branch: KioskBranch) -> None:
    branch.staff.slips = SLIPS
    customer.to_staff()
    assert "Perhaps printed: The printer stopped answering." in customer.text('[data-slip="3"]')
    assert "09:00" in customer.text('[data-slip="3"]')
    customer.tap('[data-does="release-3"]')
    customer.settled("confirm")
    customer.shows(".lead", "It may be on paper already.")
    customer.tap("[data-back]")
    customer.settled("staff")
    assert branch.staff.done == []
    customer.tap('[data-does="release-3"]')
    customer.settled("confirm")
    customer.double_tap("[data-confirm]")
    customer.settled("staff")
    customer.page.locator('[data-slip="3"]').wait_for(state="detached")
    assert branch.staff.done == [("release", 3)]


def test_a_slip_that_is_discarded_is_gone(customer: Customer, branch: KioskBranch) -> None:
    branch.staff.slips = SLIPS
    customer.to_staff()
    customer.tap('[data-does="drop-4"]')
    customer.settled("confirm")
    customer.shows(".lead", "It will never be printed. The number stays valid.")
    customer.tap("[data-confirm]")
    customer.settled("staff")
    customer.page.locator('[data-slip="4"]').wait_for(state="detached")
    assert branch.staff.done == [("drop", 4)]


def test_the_volume_has_ends(customer: Customer, branch: KioskBranch) -> None:
    branch.staff.volume = 90
    customer.to_staff()
    for shown in ("100 %", "100 %"):
        with customer.page.expect_response("**/kiosk/staff/volume"):
            customer.tap('[data-does="louder"]')
        customer.shows(".level", shown)
    assert branch.staff.volume == 100


@pytest.mark.parametrize("branch", [{"screen_inches": 27.0}], indirect=True)
def test_the_screen_check_tells_how_far_off_each_touch_was(customer: Customer) -> None:
    customer.to_staff()
    customer.tap("[data-screen]")
    customer.settled("screen-check")
    for x, y in ((60, 60), (1020, 70), (540, 960), (57, 1856), (1020, 1860)):
        customer.page.touchscreen.tap(x, y)
    customer.page.wait_for_selector(".glass", state="hidden")
    misses = customer.page.locator(".misses li").all_inner_texts()
    assert misses == [
        f"Off by: {off}"
        for off in ("0 px = 0.0 mm", "10 px = 3.1 mm", "0 px = 0.0 mm", "5 px = 1.6 mm", "0 px = 0.0 mm")
    ]
    per_mm = (1080**2 + 1920**2) ** 0.5 / (27 * 25.4)
    assert abs(customer.page.locator(".ruler").bounding_box()["width"] - 100 * per_mm) < 1
    customer.tap("[data-back]")
    customer.settled("staff")


def test_a_screen_of_unknown_size_shows_no_ruler(customer: Customer) -> None:
    customer.to_staff()
    customer.tap("[data-screen]")
    customer.settled("screen-check")
    for x, y in ((60, 60), (1020, 60), (540, 960), (60, 1860), (1020, 1860)):
        customer.page.touchscreen.tap(x, y)
    customer.page.wait_for_selector(".glass", state="hidden")
    assert customer.page.locator(".ruler").count() == 0
    assert customer.page.locator(".misses li").first.inner_text() == "Off by: 0 px"


# -- the way out


def test_two_minutes_without_a_touch_close_it_and_a_touch_begins_them_anew(customer: Customer) -> None:
    customer.to_staff()
    customer.stop_time()
    customer.after(98)
    customer.tap("h1")
    customer.after(100)
    assert customer.page.get_attribute("main", "data-page") == "staff"
    with customer.page.expect_request("**/kiosk/staff/sign-out"):
        customer.after(21)
    customer.settled("start")


def test_who_closes_it_is_signed_out(customer: Customer) -> None:
    customer.to_staff()
    with customer.page.expect_request("**/kiosk/staff/sign-out"):
        customer.tap("[data-close]")
    customer.settled("start")
    customer.knows_the_keys()
    assert customer.page.locator(".staff").count() == 0


def test_a_session_that_is_over_asks_for_the_pin_again(customer: Customer, branch: KioskBranch, clock: Clock) -> None:
    customer.to_staff()
    clock.now += OPEN_MS + 1000
    customer.tap('[data-does="test-ticket"]')
    customer.settled("pin")
    assert branch.staff.done == []
    customer.types(PIN)
    customer.tap("[data-enter]")
    customer.settled("staff")


def test_the_help_of_customers_does_not_lie_over_the_staff_page(customer: Customer) -> None:
    customer.to_staff()
    customer.key("F1")
    customer.key("0")
    assert customer.page.locator("dialog").count() == 0


def test_a_printer_that_cannot_be_reached_is_no_crash(customer: Customer, branch: KioskBranch) -> None:
    customer.to_staff()
    branch.staff.fault = errors.Unavailable()
    customer.tap('[data-does="changed-ticket"]')
    customer.shows(".staff .state", errors.Unavailable.message)
