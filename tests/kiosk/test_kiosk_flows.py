"""The ways of a visit in a real browser: several services, documents, paper, opinions; nervous fingers, lost lines."""

from __future__ import annotations

from pathlib import Path
from string import ascii_uppercase, digits

import msgspec
import pytest

from lobby.queue.commands import CloseDay
from lobby.queue.events import DocumentListTaken, FeedbackGiven, TicketReprinted
from lobby.queue.services import Hours, Setup, Span
from lobby.words import words
from tests.builders import MIA, Clock
from tests.end_to_end.branch_process import until
from tests.kiosk.accessibility import cut, look
from tests.kiosk.builders import KioskBranch, Served, example_setup
from tests.kiosk.customer import Customer, kiosk_branch, with_many_services

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar", "zh", "ru")
PASSPORT = {
    "en": "Passport or ID card",
    "ar": "جواز السفر أو بطاقة الهوية",
    "zh": "护照或身份证",
    "ru": "Паспорт или удостоверение личности",
}


def from_ten_to_five(setup: Setup) -> Setup:
    return msgspec.structs.replace(setup, hours=Hours({"tue": (Span(10 * 60, 17 * 60),)}))


def in_uberaba(setup: Setup) -> Setup:
    return msgspec.structs.replace(setup, jurisdiction="br-uberaba")


def nothing_to_bring_for_cards(setup: Setup) -> Setup:
    cards = msgspec.structs.replace(setup.services["cards"], documents={})
    return msgspec.structs.replace(setup, services=setup.services | {"cards": cards})


def numbers_as_long_and_wide_as_they_get(setup: Setup) -> Setup:
    cash = msgspec.structs.replace(setup.services["cash"], prefix="WMW", first=100_000, last=999_999)
    return msgspec.structs.replace(setup, services=setup.services | {"cash": cash})


def nobody_goes_first(setup: Setup) -> Setup:
    return msgspec.structs.replace(setup, priorities={})


@pytest.fixture
def branch(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    """The example branch, changed by the function or with the kiosk options that the test gives."""
    wanted = getattr(request, "param", {})
    setup = wanted(example_setup()) if callable(wanted) else None
    return kiosk_branch(memory_folder / tmp_path.name, clock, setup, **({} if callable(wanted) else wanted))


def on(change: object) -> pytest.MarkDecorator:
    """The test's branch is changed like this."""
    return pytest.mark.parametrize("branch", [change], indirect=True, ids=[""])


# -- the start page


def test_while_nobody_is_there_the_languages_greet_in_turn_and_the_picture_moves(customer: Customer) -> None:
    customer.page.emulate_media(reduced_motion="no-preference")
    customer.stop_time()
    customer.after(61)
    customer.page.wait_for_selector("html[data-attract]")
    greetings = set()
    for _ in LANGUAGES:
        greetings.add(customer.text(".greetings .now"))
        customer.after(6)
    assert greetings == {words(language)("Welcome") for language in LANGUAGES}
    where = customer.page.evaluate("getComputedStyle(document.documentElement).translate")
    customer.after(60)
    assert customer.page.evaluate("getComputedStyle(document.documentElement).translate") != where


def test_nothing_turns_where_less_motion_is_wanted(customer: Customer) -> None:
    customer.after(61)
    customer.page.wait_for_selector("html[data-attract]")
    customer.after(30)
    assert customer.text(".greetings .now") == "Welcome"


def test_the_first_touch_of_the_resting_page_is_a_choice_already(customer: Customer) -> None:
    customer.after(61)
    customer.page.wait_for_selector("html[data-attract]")
    customer.language = "ru"
    customer.begins()
    assert customer.attribute("lang") == "ru"
    assert customer.page.get_attribute("html", "data-attract") is None


@on(from_ten_to_five)
def test_before_the_branch_opens_hours_and_documents_can_be_read_in_each_language(
    customer: Customer, branch: KioskBranch, clock: Clock
) -> None:
    for language in LANGUAGES:
        hours = words(language)("Open today: %(hours)s", hours="10:00\N{WORD JOINER}–\N{WORD JOINER}17:00")
        customer.shows(f'[data-language="{language}"]', hours)
    assert customer.page.locator("[data-appointment]").is_hidden()
    customer.language = "zh"
    customer.begins()
    assert customer.page.get_attribute('[data-service="loans"]', "aria-disabled") == "true"
    assert customer.page.locator("[data-several], [data-appointment]").count() == 0
    customer.tap(".actions .button:not([data-back])")
    customer.settled("documents")
    customer.shows(".card", PASSPORT["zh"])
    customer.tap("[data-back]")
    customer.settled("services")
    clock.forward(hours=1)
    customer.after(5)
    customer.page.wait_for_selector('[data-service="loans"][aria-disabled="false"]')


def test_a_closed_branch_gives_no_number_and_still_asks_how_it_was(customer: Customer, branch: KioskBranch) -> None:
    branch.desk.submit(CloseDay(), key="close", actor=MIA)
    customer.after(5)
    customer.page.locator("[data-appointment]").wait_for(state="hidden")
    customer.tap("[data-opinion]")
    customer.settled("rating")


@on({"check_in": False, "several": False, "feedback": False})
def test_what_the_branch_does_not_want_is_not_offered(customer: Customer, branch: KioskBranch) -> None:
    ways = "[data-appointment], [data-opinion], [data-last-ticket], [data-several]"
    assert customer.page.locator(ways).filter(visible=True).count() == 0
    customer.begins()
    assert customer.page.locator(ways).filter(visible=True).count() == 0
    customer.scans("K7WQ4HM")
    customer.after(1)
    assert customer.page.get_attribute("main", "data-page") == "services"
    assert branch.asked == []


# -- documents before the number


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_bring_is_shown_between_the_tap_and_the_ticket(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    customer.language = language
    customer.begins()
    customer.chooses("loans")
    customer.shows(".card", PASSPORT[language])
    assert branch.asked == []
    customer.answers("have")
    customer.declares()
    assert PASSPORT[language] in customer.text(".ticket section.card")
    (ticket,) = branch.tickets()
    assert (ticket.service, ticket.language, ticket.documents) == ("loans", language, True)


def test_who_goes_on_without_the_documents_is_known_to_have_none(customer: Customer, branch: KioskBranch) -> None:
    customer.takes("loans", documents="without")
    assert [ticket.documents for ticket in branch.tickets()] == [False]


@on(nothing_to_bring_for_cards)
def test_a_service_that_needs_no_documents_asks_for_none(customer: Customer) -> None:
    customer.begins()
    customer.chooses("cards", then="priority")


@on({"documents_first": False})
def test_where_documents_are_not_asked_for_first_they_can_be_looked_up(customer: Customer) -> None:
    customer.begins()
    customer.tap(".actions .button:not([data-back])")
    customer.settled("documents")
    customer.tap("[data-back]")
    customer.settled("services")
    customer.chooses("loans", then="priority")


@on(nobody_goes_first)
def test_three_taps_are_enough_where_no_priority_is_declared(customer: Customer) -> None:
    customer.begins()
    customer.chooses("cash")
    customer.answers("have", then="ticket")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_taken_away_without_a_number_and_counted(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    customer.language = language
    customer.begins()
    customer.chooses("loans")
    branch.kiosk.state = "queued"
    customer.answers("list", then="slip")
    customer.shows(".state", words(language)("Your list is printing"))
    customer.shows(".lead", words(language)("It comes out where tickets come out."))
    branch.kiosk.state = "printed"
    customer.shows(".state", words(language)("Please take your list"))
    assert branch.tickets() == []
    assert branch.happened(DocumentListTaken) == [DocumentListTaken("loans", language)]
    assert len(branch.kiosk.lists) == 1
    customer.is_done()


def test_without_paper_the_list_is_there_for_a_photo(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "held"
    customer.begins()
    customer.chooses("loans")
    customer.answers("list", then="slip")
    customer.shows(".state", "Paper is not available just now")
    customer.shows(".lead", "Please take a photo of the list.")
    assert "Proof of income, last 3 months" in customer.text(".slip .card")


def test_lists_for_several_services_are_one_each_and_shown_together(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.needs("loans", "cash")
    customer.settled("ready")
    assert customer.page.locator(".ready .card h2").all_inner_texts() == ["Loans", "Cash"]
    customer.answers("list", then="slip")
    assert [taken.service for taken in branch.happened(DocumentListTaken)] == ["loans", "cash"]
    assert len(branch.kiosk.lists) == 2


def test_one_list_that_does_not_print_is_said(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "queued"
    customer.begins()
    customer.needs("loans", "cash")
    customer.settled("ready")
    customer.answers("list", then="slip")
    first, second = branch.kiosk.lists
    branch.kiosk.states = {(first, 0): "printed", (second, 0): "unknown"}
    customer.shows(".state", "Paper is not available just now")
    branch.kiosk.states = {(first, 0): "printed", (second, 0): "printed"}
    customer.after(3)
    customer.shows(".state", "Please take your list")


def test_a_list_whose_answer_was_lost_is_printed_and_counted_once(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.chooses("loans")
    branch.lose_answers = 2
    customer.answers("list", then="slip")
    assert len(branch.posts) == 3
    assert len(set(branch.posts)) == 1
    assert len(branch.happened(DocumentListTaken)) == len(branch.kiosk.lists) == 1


def test_double_taps_on_the_documents_take_one_list(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.chooses("loans")
    customer.double_tap('[data-answer="list"]')
    customer.settled("slip")
    assert len(branch.happened(DocumentListTaken)) == 1


# -- several services


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_services_go_on_one_ticket_in_the_customers_order(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    customer.language = language
    customer.begins()
    customer.needs("loans", "cash", "cards")
    customer.settled("ready")
    customer.answers("have")
    customer.declares()
    (ticket,) = branch.tickets()
    assert (ticket.service, ticket.then) == ("loans", ("cash", "cards"))
    cash = {"en": "Cash", "ar": "الخدمات النقدية", "zh": "现金业务", "ru": "Касса"}[language]
    assert cash in customer.text(".stub-further")


def test_a_service_that_is_touched_again_leaves_the_order(customer: Customer) -> None:
    customer.begins()
    customer.tap("[data-several]")
    customer.settled("several")
    assert customer.page.locator("[data-proceed]").is_disabled()
    for service in ("loans", "cash", "cards", "loans"):
        customer.tap(f'[data-service="{service}"]')
    assert customer.page.locator(".chosen li").all_inner_texts() == ["Cash", "Cards"]
    assert customer.text('[data-service="cards"] .tile-order') == "2"
    assert customer.page.get_attribute('[data-service="cash"]', "aria-pressed") == "true"
    assert customer.page.get_attribute('[data-service="loans"]', "aria-pressed") == "false"


def test_a_fifth_service_is_not_taken(customer: Customer) -> None:
    customer.begins()
    customer.tap("[data-several]")
    customer.settled("several")
    for service in ("loans", "cash", "cards", "accounts"):
        customer.tap(f'[data-service="{service}"]')
    assert customer.page.get_attribute('[data-service="business"]', "aria-disabled") == "true"
    customer.page.tap('[data-service="business"]', force=True)
    assert customer.page.locator(".chosen li").count() == 4
    customer.tap('[data-service="loans"]')
    customer.tap('[data-service="business"]')
    assert customer.page.locator(".chosen li").last.inner_text() == "Business customers"


def test_one_of_several_is_a_ticket_like_any_other(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.needs("cash")
    customer.settled("ready")
    customer.answers("have")
    customer.declares()
    assert [(ticket.service, ticket.then) for ticket in branch.tickets()] == [("cash", ())]


def test_back_from_several_leads_to_one_service_again(customer: Customer) -> None:
    customer.begins()
    customer.needs("cash", "loans")
    customer.settled("ready")
    customer.tap("[data-back]")
    customer.settled("several")
    assert customer.page.locator(".chosen li").all_inner_texts() == ["Cash", "Loans"]
    customer.double_tap("[data-back]")
    customer.settled("services")
    customer.chooses("cards")


def test_the_chosen_services_stay_in_another_language(customer: Customer) -> None:
    customer.begins()
    customer.tap("[data-several]")
    customer.settled("several")
    customer.tap('[data-service="loans"]')
    customer.speaks("ar")
    assert customer.page.locator(".chosen li").all_inner_texts() == ["القروض"]


@on(with_many_services)
def test_many_services_are_chosen_in_two_steps(customer: Customer, branch: KioskBranch) -> None:
    customer.begins("groups")
    assert customer.page.locator("[data-group]").count() == 3
    customer.shows('[data-group=""]', "Other services")
    customer.tap('[data-group="everyday"]')
    customer.settled("services")
    assert customer.text("h1") == "Everyday banking"
    assert customer.page.locator("[data-service]").count() == 5
    customer.tap("[data-back]")
    customer.settled("groups")
    customer.tap('[data-group=""]')
    customer.settled("services")
    customer.chooses("safes")
    customer.tap("[data-back]")
    customer.settled("services")
    customer.chooses("safes")
    customer.answers("have")
    customer.declares()
    assert [ticket.service for ticket in branch.tickets()] == ["safes"]


@on(with_many_services)
def test_several_services_may_be_of_different_groups(customer: Customer, branch: KioskBranch) -> None:
    customer.begins("groups")
    customer.tap("[data-several]")
    customer.settled("several-groups")
    for group, service in (("advice", "loans"), ("everyday", "cash")):
        customer.tap(f'[data-group="{group}"]')
        customer.settled("several")
        customer.tap(f'[data-service="{service}"]')
        customer.tap("[data-back]")
        customer.settled("several-groups")
    assert customer.page.locator(".chosen li").all_inner_texts() == ["Loans", "Cash"]
    customer.tap("[data-proceed]")
    customer.settled("ready")
    customer.answers("have")
    customer.declares()
    assert [(ticket.service, ticket.then) for ticket in branch.tickets()] == [("loans", ("cash",))]


def test_a_double_tap_on_every_page_of_a_full_visit_gives_one_ticket(customer: Customer, branch: KioskBranch) -> None:
    customer.double_tap('[data-language="en"]')
    customer.settled("services")
    customer.double_tap("[data-several]")
    customer.settled("several")
    customer.tap('[data-service="cash"]')
    customer.tap('[data-service="loans"]')
    customer.double_tap("[data-proceed]")
    customer.settled("ready")
    customer.double_tap('[data-answer="have"]')
    customer.settled("priority")
    customer.double_tap('[data-priority="priority"]')
    customer.settled("ticket")
    with customer.page.expect_response("**/reprint"):
        customer.double_tap("[data-again]")
    customer.page.locator("[data-again]").wait_for(state="hidden")
    assert branch.asked == ["tickets", f"tickets/{branch.tickets()[0].id}/reprint"]


# -- the ticket and its paper


@on(in_uberaba)
def test_the_line_that_the_law_asks_for_is_on_the_ticket_page(customer: Customer) -> None:
    customer.takes("cash")
    assert customer.text(".legal") == "Legal limit for your wait: 20 minutes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ticket_that_did_not_come_out_is_printed_once_more_as_a_copy(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    customer.language = language
    number = customer.takes("cash")
    branch.kiosk.state = "queued"
    customer.tap("[data-again]")
    customer.shows(".state", words(language)("Your ticket is printing"))
    branch.kiosk.state = "printed"
    customer.shows(".state", words(language)("Please take your ticket"))
    assert customer.text(".number") == number
    assert customer.page.locator("[data-again]").is_hidden()
    assert [(id, copy) for id, copy in branch.kiosk.spooled] == [(branch.tickets()[0].id, copy) for copy in (0, 1)]


def test_a_copy_is_not_offered_before_the_paper_is_known(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "sending"
    customer.takes("cash")
    assert customer.page.locator("[data-again]").is_hidden()
    branch.kiosk.state = "held"
    customer.shows(".state", "Paper is not available just now")
    assert customer.page.locator("[data-again]").is_hidden()
    branch.kiosk.state = "unknown"
    customer.after(3)
    customer.page.locator("[data-again]").wait_for(state="visible")


def test_a_copy_that_does_not_come_out_leaves_number_and_code(customer: Customer, branch: KioskBranch) -> None:
    number = customer.takes("cash")
    branch.kiosk.states = {(branch.tickets()[0].id, 1): "unknown"}
    customer.tap("[data-again]")
    customer.shows(".state", "Paper is not available just now")
    customer.page.locator(".fallback img").wait_for(state="visible")
    assert customer.text(".number") == number
    assert customer.page.locator("[data-again]").is_hidden()


def test_a_copy_whose_answer_was_lost_is_one_copy(customer: Customer, branch: KioskBranch) -> None:
    customer.takes("cash")
    branch.lose_answers = 2
    customer.tap("[data-again]")
    customer.shows(".state", "Please take your ticket")
    assert len(set(branch.posts[1:])) == 1
    assert len(branch.posts[1:]) == 3
    assert len(branch.happened(TicketReprinted)) == 1
    assert len(branch.kiosk.spooled) == 2


def test_a_copy_that_the_server_does_not_answer_for_leaves_number_and_code(
    customer: Customer, branch: KioskBranch, served: Served
) -> None:
    number = customer.takes("cash")
    served.stop()
    customer.tap("[data-again]")
    customer.page.locator(".fallback img").wait_for(state="visible")
    customer.shows(".state", "Your ticket is printing")
    served.start()
    customer.after(2)
    customer.shows(".state", "Please take your ticket")
    assert customer.text(".number") == number
    assert len(branch.kiosk.spooled) == 2


def test_a_slow_printer_leaves_the_number_on_the_screen(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "sending"
    customer.takes("cash")
    assert customer.page.locator(".fallback").is_hidden()
    customer.after(13)
    customer.page.locator(".fallback").wait_for(state="visible")
    customer.shows(".state", "Your ticket is printing")
    branch.kiosk.state = "printed"
    customer.after(1)
    customer.page.locator(".fallback").wait_for(state="hidden")


def test_the_last_ticket_can_be_printed_once_more_from_the_start_page(customer: Customer, branch: KioskBranch) -> None:
    number = customer.takes("cash")
    customer.is_done()
    branch.lose_answers = 1
    customer.double_tap("[data-last-ticket]")
    customer.settled("slip")
    customer.shows(".state", "Please take your ticket")
    assert customer.text(".number") == number
    assert len(branch.happened(TicketReprinted)) == 1
    customer.is_done()
    assert customer.page.locator("[data-last-ticket]").is_hidden()


@on(numbers_as_long_and_wide_as_they_get)
def test_a_long_number_is_smaller_and_never_cut(customer: Customer, branch: KioskBranch) -> None:
    number = customer.takes("cash")
    assert number == "WMW100000"
    assert cut_in_each_shape(customer) == []
    assert signs_that_do_not_fit(customer) == []
    customer.is_done()
    customer.tap("[data-last-ticket]")
    customer.settled("slip")
    assert customer.text(".number") == number
    assert cut_in_each_shape(customer) == []


def cut_in_each_shape(customer: Customer) -> list[str]:
    found = []
    for width, height in ((1920, 1080), (1080, 1920)):
        customer.page.set_viewport_size({"width": width, "height": height})
        for name in ("largest text", "low reach", "normal"):
            look(customer.page, name)
            found += [f"{(width, height)}, {name}: {fault}" for fault in cut(customer.page)]
    return found


def signs_that_do_not_fit(customer: Customer) -> list[str]:
    """Of those that numbers and references are made of, each in a number that only its width keeps small."""
    found: list[str] = customer.page.evaluate(
        """async signs => {
             const { called } = await import("/kiosk/static/number.js");
             const shown = document.querySelector(".called");
             return [...signs].filter(sign => {
               const line = called(sign.repeat(12));
               shown.after(line);
               const over = line.firstChild.getBoundingClientRect().width > shown.clientWidth;
               line.remove();
               return over }) }""",
        f"{ascii_uppercase}{digits}-",
    )
    return found


def test_the_last_ticket_is_the_last_customers_for_three_minutes_only(customer: Customer) -> None:
    customer.takes("cash")
    customer.is_done()
    customer.page.wait_for_selector("[data-last-ticket]:not([hidden])")
    customer.after(181)
    customer.page.wait_for_selector("[data-last-ticket]", state="hidden")


def test_who_had_a_copy_already_finds_no_other_on_the_start_page(customer: Customer) -> None:
    customer.takes("cash")
    customer.tap("[data-again]")
    customer.shows(".state", "Please take your ticket")
    customer.page.locator("[data-again]").wait_for(state="hidden")
    customer.after(1)
    customer.is_done()
    assert customer.page.locator("[data-last-ticket]").is_hidden()


# -- without the branch server


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_server_services_stay_and_waits_go(customer: Customer, branch: KioskBranch, language: str) -> None:
    branch.kiosk.at_hand = False
    customer.after(5)
    customer.language = language
    customer.begins()
    lost = words(language)("The connection is interrupted. Waiting times are not shown.")
    customer.shows(".lost", lost)
    assert customer.page.locator(".tile-fact").filter(visible=True).count() == 0
    customer.chooses("cash")
    customer.answers("have")
    customer.declares()
    assert len(branch.tickets()) == 1


# -- how it was


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opinion_is_a_face_and_what_it_was_about(customer: Customer, branch: KioskBranch, language: str) -> None:
    customer.speaks(language)
    customer.tap("[data-opinion]")
    customer.settled("rating")
    faces = customer.page.locator("[data-rating]").all_inner_texts()
    assert faces[0] == words(language)("Very good")
    assert len(set(faces)) == 5
    customer.tap('[data-rating="2"]')
    customer.settled("reasons")
    for reason in ("wait", "place", "staff", "place"):
        customer.tap(f'[data-reason="{reason}"]')
    assert branch.asked == []
    customer.tap("[data-send]")
    customer.settled("thanks")
    assert branch.happened(FeedbackGiven) == [FeedbackGiven(2, "kiosk", language, "", ("wait", "staff"))]
    customer.after(11)
    customer.settled("start")


def test_an_opinion_needs_no_reason(customer: Customer, branch: KioskBranch) -> None:
    customer.tap("[data-opinion]")
    customer.settled("rating")
    customer.double_tap('[data-rating="5"]')
    customer.settled("reasons")
    customer.double_tap("[data-send]")
    customer.settled("thanks")
    assert branch.happened(FeedbackGiven) == [FeedbackGiven(5, "kiosk", "en")]


def test_who_is_content_is_asked_what_was_good_and_others_what_could_be_better(
    customer: Customer, branch: KioskBranch
) -> None:
    customer.tap("[data-opinion]")
    customer.settled("rating")
    customer.tap('[data-rating="3"]')
    customer.settled("reasons")
    assert customer.page.inner_text("h1") == "What could be better?"
    assert customer.page.inner_text('[data-reason="wait"]') == "The wait was long"
    customer.tap('[data-reason="wait"]')
    customer.tap("[data-back]")
    customer.settled("rating")
    customer.tap('[data-rating="4"]')
    customer.settled("reasons")
    assert customer.page.inner_text("h1") == "What was good?"
    assert customer.page.inner_text('[data-reason="wait"]') == "A short wait"
    assert customer.page.get_attribute('[data-reason="wait"]', "aria-pressed") == "false"


def test_an_opinion_that_is_left_is_not_sent(customer: Customer, branch: KioskBranch) -> None:
    customer.tap("[data-opinion]")
    customer.settled("rating")
    customer.tap('[data-rating="1"]')
    customer.settled("reasons")
    customer.tap('[data-reason="wait"]')
    customer.after(61)
    customer.page.wait_for_selector("#still-there")
    customer.after(21)
    customer.settled("start")
    customer.tap("[data-opinion]")
    customer.settled("rating")
    customer.tap('[data-rating="4"]')
    customer.settled("reasons")
    assert customer.page.get_attribute('[data-reason="wait"]', "aria-pressed") == "false"
    assert branch.happened(FeedbackGiven) == []


def test_each_opinion_is_one_whatever_was_lost(customer: Customer, branch: KioskBranch) -> None:
    for _ in range(2):
        branch.lose_answers = 1
        customer.tap("[data-opinion]")
        customer.settled("rating")
        customer.tap('[data-rating="4"]')
        customer.settled("reasons")
        customer.tap("[data-send]")
        customer.settled("thanks")
        customer.is_done()
    assert len(branch.happened(FeedbackGiven)) == 2
    assert len(branch.posts) == 4
    assert len(set(branch.posts)) == 2


# -- by keyboard alone


def press(customer: Customer, selector: str, page: str) -> None:
    """Move with the arrow keys until the choice has the focus, and press it."""
    for _ in range(30):
        customer.key("ArrowDown")
        if customer.is_focused(selector):
            customer.key("Enter")
            customer.settled(page)
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_several_services_documents_and_a_copy_by_keyboard_alone(customer: Customer, branch: KioskBranch) -> None:
    press(customer, '[data-language="ar"]', "services")
    press(customer, "[data-several]", "several")
    press(customer, '[data-service="cards"]', "several")
    press(customer, '[data-service="loans"]', "several")
    press(customer, "[data-proceed]", "ready")
    press(customer, '[data-answer="without"]', "priority")
    press(customer, '[data-priority="priority"]', "ticket")
    press(customer, "[data-again]", "ticket")
    (ticket,) = branch.tickets()
    until(lambda: (ticket.id, 1) in branch.kiosk.spooled, "the copy is asked for")
    press(customer, ".actions .main", "start")
    assert (ticket.language, ticket.then, ticket.priority) == ("ar", ("loans",), "priority")
    assert branch.kiosk.spooled.keys() == {(ticket.id, 0), (ticket.id, 1)}


def test_a_list_and_an_opinion_by_keyboard_alone(customer: Customer, branch: KioskBranch) -> None:
    press(customer, '[data-language="zh"]', "services")
    press(customer, '[data-service="loans"]', "ready")
    press(customer, '[data-answer="list"]', "slip")
    press(customer, ".actions .main", "start")
    press(customer, "[data-opinion]", "rating")
    press(customer, '[data-rating="3"]', "reasons")
    press(customer, '[data-reason="staff"]', "reasons")
    press(customer, "[data-send]", "thanks")
    press(customer, ".actions .main", "start")
    assert [taken.language for taken in branch.happened(DocumentListTaken)] == ["zh"]
    assert branch.happened(FeedbackGiven) == [FeedbackGiven(3, "kiosk", "en", "", ("staff",))]


def test_the_back_key_leads_back_from_every_page(customer: Customer) -> None:
    customer.begins()
    customer.needs("cash")
    for page in ("ready", "several", "services", "start"):
        customer.settled(page)
        customer.key("Escape")
    customer.tap("[data-opinion]")
    customer.settled("rating")
    customer.tap('[data-rating="3"]')
    for page in ("reasons", "rating", "start"):
        customer.settled(page)
        customer.key("Backspace")
