"""Appointments at the kiosk: typed, scanned, early, late, used, unknown; with and without the branch server."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lobby import errors
from lobby.queue.commands import CancelAppointment, CheckIn
from lobby.queue.services import Rules, Setup
from lobby.words import refusal, words
from tests.builders import MIA, Clock
from tests.kiosk.builders import KioskBranch, example_setup
from tests.kiosk.customer import Customer, book, kiosk_branch

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar", "zh", "ru")
CODE = "K7WQ4HM"


def late_is_refused(setup: Setup) -> Setup:
    return msgspec.structs.replace(setup, rules=Rules(appointment_late="refuse"))


@pytest.fixture
def branch(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    change = getattr(request, "param", lambda setup: setup)
    return kiosk_branch(memory_folder / tmp_path.name, clock, change(example_setup()))


def way(customer: Customer, sentence: str) -> None:
    customer.page.locator(".refused .button").filter(has_text=sentence).tap()


# -- typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_typed_on_the_glass_gives_the_appointments_number(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    book(branch, CODE, minutes=10, language="ru" if language == "en" else "en")
    customer.tap(f'[data-name="language-{language}"]')
    customer.checks_in(CODE)
    (ticket,) = branch.tickets()
    assert (ticket.service, ticket.language) == ("accounts", language)
    assert ticket.appointment == branch.clock() + 600_000
    assert customer.text(".number") == ticket.number
    customer.shows(".stub-facts", words(language)("Appointment at %(time)s", time="09:10"))
    assert customer.page.locator(".ticket section.card li").count() == 2


def test_the_keys_are_in_an_order_that_people_find_things_in(customer: Customer) -> None:
    customer.speaks("ar")
    customer.wants_to_check_in()
    keys = customer.page.locator(".key").all_inner_texts()
    assert keys == sorted(keys)
    first, second = (customer.page.locator(".key").nth(at).bounding_box() for at in (0, 1))
    assert first["x"] < second["x"]  # as Latin letters run, also in Arabic


def test_too_short_a_code_cannot_be_sent_and_signs_can_be_taken_back(customer: Customer) -> None:
    customer.wants_to_check_in()
    customer.types("K7W")
    assert customer.page.locator("[data-enter]").is_disabled()
    customer.types("M")
    assert customer.page.locator("[data-enter]").is_enabled()
    customer.tap("[data-erase]")
    assert customer.page.input_value(".code") == "K7W"
    assert customer.page.locator("[data-enter]").is_disabled()


def test_no_code_is_longer_than_sixteen_signs(customer: Customer) -> None:
    customer.wants_to_check_in()
    customer.page.keyboard.type("A2" * 10, delay=60)
    assert customer.page.input_value(".code") == "A2" * 8


def test_what_was_typed_stays_in_another_language(customer: Customer) -> None:
    customer.wants_to_check_in()
    customer.types("K7W")
    customer.speaks("zh")
    assert customer.page.input_value(".code") == "K7W"


def test_on_a_keyboard_small_letters_will_do_and_strange_signs_are_left_out(
    customer: Customer, branch: KioskBranch
) -> None:
    book(branch, CODE)
    customer.wants_to_check_in()
    customer.page.keyboard.type("k7-w o0i1.q4hmЖ", delay=60)
    assert customer.page.input_value(".code") == CODE
    customer.page.keyboard.press("Enter")
    customer.settled("priority")
    customer.declares()
    assert len(branch.tickets()) == 1


def test_the_digits_of_a_keypad_write_themselves_also_outside_of_the_field(customer: Customer) -> None:
    customer.wants_to_check_in()
    customer.key("ArrowDown")
    assert not customer.is_focused(".code")
    for digit in "23456789":
        customer.key(digit)
    assert customer.page.input_value(".code") == "23456789"
    customer.key("1")
    assert customer.page.input_value(".code") == "2345678"


def test_check_in_by_keyboard_alone(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    for _ in range(12):
        customer.key("ArrowDown")
        if customer.is_focused("[data-appointment]"):
            break
    customer.key("Enter")
    customer.settled("check-in")
    assert customer.is_focused(".code")
    customer.page.keyboard.type(CODE, delay=60)
    customer.key("Enter")
    customer.settled("priority")
    customer.key("1")
    customer.settled("ticket")
    assert len(branch.tickets()) == 1


def test_a_double_tap_checks_in_once(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    customer.wants_to_check_in()
    customer.types(CODE)
    customer.double_tap("[data-enter]")
    customer.settled("priority")
    customer.double_tap('[data-priority=""]')
    customer.settled("ticket")
    assert branch.asked == ["check-in"]


def test_a_lost_answer_is_asked_for_again_and_gives_one_ticket(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    branch.lose_answers = 2
    customer.checks_in(CODE)
    assert len(branch.tickets()) == 1
    assert len(branch.posts) == 3
    assert len(set(branch.posts)) == 1
    assert len(branch.kiosk.spooled) == 1


# -- scanned


def test_a_scan_on_the_start_page_speaks_the_language_of_the_appointment(
    customer: Customer, branch: KioskBranch
) -> None:
    book(branch, CODE, language="ru")
    customer.scans(f"https://lobby.example/a/{CODE}")
    customer.settled("priority")
    customer.declares("priority")
    assert customer.attribute("lang") == "ru"
    (ticket,) = branch.tickets()
    assert (ticket.language, ticket.priority) == ("ru", "priority")


def test_a_scan_among_the_services_keeps_the_language_that_was_chosen(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE, language="ru")
    customer.language = "ar"
    customer.begins()
    customer.scans(CODE)
    customer.settled("priority")
    customer.declares()
    assert customer.attribute("lang") == "ar"
    assert branch.tickets()[0].language == "ar"


def test_a_scan_while_a_code_is_typed_takes_the_scanned_one(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    customer.wants_to_check_in()
    customer.types("ABC")
    customer.scans(CODE)
    customer.settled("priority")
    customer.declares()
    assert len(branch.tickets()) == 1


def test_a_scan_closes_the_help_that_lies_over_the_page(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    customer.tap('[data-name="help"]')
    customer.page.wait_for_selector("#help")
    customer.scans(CODE)
    customer.settled("priority")
    assert customer.page.locator("dialog[open]").count() == 0


def test_a_scan_where_nobody_asked_for_one_changes_nothing(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    customer.takes("cash")
    customer.scans(CODE)
    customer.after(1)
    assert customer.page.get_attribute("main", "data-page") == "ticket"
    assert branch.asked == ["tickets"]


@pytest.mark.parametrize(
    "garbage",
    ["4006381333931", "a" * 3000, '\\"<b>%00', "预约" * 900, "BEGIN:VCARD VERSION:3.0 FN:Nobody", "....", "*0*0*0*"],
    ids=["a bar code", "endless", "markup", "another script", "a card", "dots", "stars"],
)
def test_whatever_is_no_appointment_is_answered_kindly(customer: Customer, branch: KioskBranch, garbage: str) -> None:
    customer.scans(garbage)
    customer.settled("priority")
    customer.declares(then="refused")
    customer.shows(".refused", "We cannot find an appointment with this code")
    assert branch.tickets() == []
    way(customer, "Try another code")
    customer.settled("check-in")
    assert customer.page.input_value(".code") == ""
    customer.tap("[data-back]")
    customer.settled("start")


# -- refused


def refuse_unknown(branch: KioskBranch) -> errors.LobbyError:
    return errors.UnknownAppointment()


def refuse_early(branch: KioskBranch) -> errors.LobbyError:
    book(branch, CODE, minutes=90)
    return errors.AppointmentTooEarly(time="10:30", opens="10:00")


def refuse_late(branch: KioskBranch) -> errors.LobbyError:
    book(branch, CODE)
    branch.clock.forward(minutes=11)
    return errors.AppointmentTooLate(time="09:00")


def refuse_another_day(branch: KioskBranch) -> errors.LobbyError:
    book(branch, CODE, minutes=24 * 60)
    return errors.AppointmentOnAnotherDay(date="2024-03-06", time="09:00")


def refuse_used(branch: KioskBranch) -> errors.LobbyError:
    book(branch, CODE)
    branch.desk.submit(CheckIn(CODE), key="used", actor=MIA)
    return errors.AppointmentUsed(number="B001")


def refuse_cancelled(branch: KioskBranch) -> errors.LobbyError:
    book(branch, CODE)
    branch.desk.submit(CancelAppointment(CODE), key="cancel", actor=MIA)
    return errors.AppointmentIsCancelled()


@pytest.mark.parametrize("branch", [late_is_refused], indirect=True, ids=[""])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "why", [refuse_unknown, refuse_early, refuse_late, refuse_another_day, refuse_used, refuse_cancelled]
)
def test_a_code_that_cannot_be_checked_in_is_explained_and_a_ticket_offered(
    customer: Customer, branch: KioskBranch, why: object, language: str
) -> None:
    assert callable(why)
    expected = refusal(why(branch), words(language))
    before = len(branch.tickets())
    customer.speaks(language)
    customer.checks_in(CODE, then="refused")
    customer.shows(".refused", expected)
    way(customer, words(language)("Take a ticket"))
    customer.settled("services")
    customer.chooses("cash")
    customer.answers("have")
    customer.declares()
    assert len(branch.tickets()) == before + 1


def test_after_a_refusal_another_code_may_be_scanned_at_once(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    customer.checks_in("ABCD", then="refused")
    customer.scans(CODE)
    customer.settled("priority")
    customer.declares()
    assert len(branch.tickets()) == 1
    assert len(set(branch.posts)) == 2


def test_who_comes_late_is_a_walk_in_where_the_branch_is_kind(customer: Customer, branch: KioskBranch) -> None:
    book(branch, CODE)
    branch.clock.forward(minutes=11)
    customer.checks_in(CODE)
    assert [ticket.appointment for ticket in branch.tickets()] == [None]
    assert customer.page.locator('.stub-facts [data-icon="appointment"]').count() == 0


# -- without the branch server


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_server_check_in_says_what_it_needs_and_offers_a_ticket(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    branch.kiosk.at_hand = False
    customer.after(5)
    customer.speaks(language)
    customer.wants_to_check_in()
    sentence = "Checking in is not possible while the connection is interrupted. Please take a ticket."
    customer.shows(".check-in .state", words(language)(sentence))
    assert customer.page.locator(".code").is_hidden()
    customer.scans(CODE)
    customer.after(1)
    assert branch.asked == []
    customer.tap("[data-instead]")
    customer.settled("services")


def test_the_keys_come_back_with_the_server(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.at_hand = False
    customer.after(5)
    customer.wants_to_check_in()
    customer.page.locator(".code").wait_for(state="hidden")
    branch.kiosk.at_hand = True
    customer.after(5)
    customer.page.locator(".code").wait_for(state="visible")
    customer.types("K7WM")
    assert customer.page.locator("[data-enter]").is_enabled()


def test_a_server_that_goes_away_under_the_check_in_is_not_asked_for_long(
    customer: Customer, branch: KioskBranch
) -> None:
    book(branch, CODE)
    branch.kiosk.refuses = {CheckIn: errors.NotWithoutServer()}
    customer.wants_to_check_in()
    customer.types(CODE)
    customer.tap("[data-enter]")
    customer.settled("priority")
    branch.kiosk.at_hand = False
    customer.tap('[data-priority=""]')
    customer.shows(".sending", "One moment please")
    customer.after(9)
    customer.settled("refused")
    customer.shows(".refused", "Please take a ticket or ask our staff.")
    branch.kiosk.refuses = {}
    branch.kiosk.at_hand = True
    way(customer, "Try again")
    customer.settled("ticket")
    assert len(set(branch.posts)) == 1
    assert len(branch.tickets()) == 1
