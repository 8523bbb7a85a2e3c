"""What customers say on their own phones, and how their complaint stands; and the slip of one taken at a counter."""

from __future__ import annotations

import html
import logging
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from hardware.document import Number, Qr, Text, decode
from lobby.care import commands as c
from lobby.care import events as ce
from lobby.queue.events import FeedbackGiven
from lobby.words import words
from tests.builders import MIA, Clock, words_under
from tests.display_server.phone import Phone, happened, seen
from tests.display_server.served import served
from tests.end_to_end.house import House, a_house

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TEXT = "The fee was taken twice."


def with_law(text: str) -> str:
    """The example branch under another law, with a printer that prints nothing."""
    return text.replace('address = "virtual"', 'address = "none"').replace('law = "gb"', 'law = "es"')


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    folder = memory_folder / tmp_path.name
    house = a_house(folder, clock, with_law, printers=True, public_url="https://lobby.example")
    yield house
    house.server.close()


def staff_does(house: House, *commands: Any) -> None:
    for number, command in enumerate(commands):
        house.server.desk.submit(command, key=f"{type(command).__name__}-{number}-{house.clock()}", actor=MIA)


def answered(house: House, reference: str) -> None:
    staff_does(
        house,
        c.AcknowledgeComplaint(reference, "slip"),
        c.AssessComplaint(reference, "fees", 2, 2),
        c.AnswerComplaint(reference, "upheld", "message", "paid back"),
    )


# -- how it was


def test_how_it_was_is_known_with_whom_and_counts_once(house: House) -> None:
    phone = Phone(house, language="ru")
    phone.is_served()
    first = phone.send(f"{phone.page}/rating", rating="5")
    assert first.status_code == 303
    assert phone.send(f"{phone.page}/rating", rating="1").status_code == 303
    assert happened(house, FeedbackGiven) == [FeedbackGiven(5, "phone", "ru", "cash", (), "ann", phone.ticket["id"])]
    assert words("ru")("Thank you. Your answer helps us to do better.") in phone.reads(first.location)


@pytest.mark.parametrize("rating", ["", "0", "6", "five", "٥"])
def test_what_is_no_rating_is_refused(house: House, rating: str) -> None:
    phone = Phone(house)
    assert phone.send(f"{phone.page}/rating", rating=rating).status_code == 422
    assert happened(house, FeedbackGiven) == []


def test_how_it_was_is_asked_once_the_visit_is_finished(house: House) -> None:
    phone = Phone(house)
    asked = re.compile(r'id="opinion"\s*>')
    assert not asked.search(phone.client.get(phone.page).text)
    phone.is_served(finished=False)
    assert not asked.search(phone.client.get(phone.page).text)
    phone.is_served()
    page = phone.client.get(phone.page).text
    assert asked.search(page)
    assert [int(one) for one in re.findall(r'name="rating" value="(\d)"', page)] == [5, 4, 3, 2, 1]


def test_what_to_bring_is_said_for_each_service_of_the_visit(house: House) -> None:
    one, two = Phone(house, service="loans"), Phone(house, service="loans", then=["cards"])
    assert "Cards" not in one.reads(one.page)
    said = two.reads(two.page)
    assert said.index("Loans Passport or ID card Proof of income") < said.index("Cards Passport or ID card")


# -- praise


def test_praise_reaches_whoever_served_and_its_words_are_not_in_the_journal(house: House) -> None:
    phone = Phone(house)
    phone.is_served()
    answer = phone.send(f"{phone.page}/praise", text="So patient with me")
    assert "Thank you. We pass it on." in phone.reads(answer.location)
    (praise,) = happened(house, ce.PraiseGiven)
    assert (praise.teller, praise.place) == ("ann", "phone")
    assert words_under(house.server.people, praise.note) == "So patient with me"


def test_praise_before_anybody_served_is_refused_in_words(house: House) -> None:
    phone = Phone(house)
    answer = phone.send(f"{phone.page}/praise", text="Lovely")
    assert answer.status_code == 409
    assert happened(house, ce.PraiseGiven) == []


# -- what went wrong


def test_a_complaint_from_the_phone_gets_a_reference_and_belongs_to_the_visit(house: House) -> None:
    phone = Phone(house, service="loans", language="ar")
    reference = phone.complains(name="Amal", contact="amal@example.org", category="fees")
    (received,) = happened(house, ce.ComplaintReceived)
    assert (received.complaint, received.place, received.language) == (reference, "phone", "ar")
    assert (received.ticket, received.service, received.category) == (phone.ticket["id"], "loans", "fees")
    assert received.contact
    assert "fee was taken" in (words_under(house.server.people, received.person) or "")


def test_the_same_complaint_sent_twice_is_one(house: House) -> None:
    phone = Phone(house)
    assert phone.complains() == phone.complains()
    assert len(happened(house, ce.ComplaintReceived)) == 1
    assert phone.complains("And nobody said sorry.") not in (None, phone.complains())


def test_words_keep_their_lines_and_lose_what_turns_them_round(house: House) -> None:
    Phone(house).complains("one\r\ntwo\u202e\x07")
    (received,) = happened(house, ce.ComplaintReceived)
    assert (words_under(house.server.people, received.person) or "").endswith('"one\\ntwo"}')


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \r\n "}, "Please write a few words."),
        ({"text": "x" * 4001, "name": "Amal"}, "text"),
        ({"text": TEXT, "name": "x" * 201}, "name"),
        ({"text": TEXT, "category": "nothing"}, "category"),
    ],
)
def test_a_form_that_is_refused_comes_back_as_it_was_filled_in(house: House, fields: dict[str, str], told: str) -> None:
    phone = Phone(house)
    answer = phone.send(f"{phone.page}/wrong", **fields)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert told in page[page.index('role="alert"') :]
    assert fields["text"].replace("\r\n", "\n") in page
    assert fields.get("name", "") in page
    assert happened(house, ce.ComplaintReceived) == []


@pytest.mark.parametrize("path", ["rating", "praise", "wrong"])
def test_another_sites_page_cannot_speak_for_a_customer(house: House, path: str) -> None:
    phone = Phone(house)
    phone.is_served()
    answer = phone.send(f"{phone.page}/{path}", "https://evil.example", rating="1", text=TEXT)
    assert answer.status_code == 403
    assert happened(house, FeedbackGiven) + happened(house, ce.ComplaintReceived) == []


@pytest.mark.parametrize("path", ["rating", "praise", "wrong"])
def test_a_token_that_is_none_gets_nothing(house: House, path: str) -> None:
    answer = house.client().post(f"/t/nonsense/{path}", data={"rating": "5", "text": TEXT})
    assert answer.status_code == 404
    assert "/sign-in" not in answer.text


def test_who_sends_words_without_end_is_slowed_down(house: House) -> None:
    phone = Phone(house)
    codes = [phone.send(f"{phone.page}/wrong", text=f"{TEXT} {n}").status_code for n in range(7)]
    assert codes == [303] * 5 + [429] * 2
    house.clock.forward(2)
    assert phone.send(f"{phone.page}/wrong", text="And another thing.").status_code == 303


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_forms_speak_the_customers_language(house: House, language: str) -> None:
    phone = Phone(house, language=language)
    page = phone.client.get(f"{phone.page}/wrong").text
    assert f'<html lang="{language}" dir="{words(language).direction}"' in page
    assert words(language)("Fees and interest") in html.unescape(page)
    assert f'lang="{language}"' in phone.client.get(f"/c/{phone.complains()}").text


# -- how it stands


def test_a_complaints_page_says_how_it_stands_and_both_dates_and_nothing_of_a_person(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains(name="Amal", contact="amal@example.org", category="fees")
    page = house.client().get(f"/c/{reference.lower().replace('-', ' ')}")
    said = seen(page)
    assert f"Your reference {reference} We have your complaint" in said
    assert "Received Mar 5, 2024 09:00" in said
    assert "You hear from us by Mar 6, 2024 09:00" in said
    assert "By law you get our final answer by Apr 5, 2024" in said
    for personal in ("Amal", "amal@", "twice", phone.ticket["number"], "Fees"):
        assert personal not in page.text


def test_each_step_is_told_in_plain_words(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    told = []
    for command in (
        c.AcknowledgeComplaint(reference, "slip"),
        c.AssessComplaint(reference, "fees", 2, 2),
        c.InvestigateComplaint(reference, "the log"),
        c.AnswerComplaint(reference, "upheld", "in_person", "paid back"),
        c.CloseComplaint(reference, "mistake", "trained"),
    ):
        staff_does(house, command)
        told.append(phone.reads(f"/c/{reference}"))
    assert "Somebody works on it" in told[0]
    assert "You hear from us by" not in told[0]
    assert "By law you get" in told[0]
    assert "We are looking into it" in told[1]
    assert "we tell you what we found" in told[2]
    assert "ask for the answer at any counter" in told[3]
    assert "By law you get" not in told[3]
    assert "It is closed" in told[4]
    assert not any("trained" in said or "mia" in said for said in told)


def test_who_is_late_says_so_and_is_sorry(house: House, clock: Clock) -> None:
    phone = Phone(house)
    reference = phone.complains()
    clock.forward(hours=25)
    late = "You should have heard from us by Mar 6, 2024. We are late, and we are sorry."
    assert late in phone.reads(f"/c/{reference}")
    clock.forward(hours=24 * 40)
    assert "You should have had our final answer by Apr 5, 2024." in phone.reads(f"/c/{reference}")


def test_more_words_join_the_complaint_while_it_is_open(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    for _ in range(2):
        answer = phone.send(f"/c/{reference}/words", text="It was on Monday.")
        assert "We have added it." in phone.reads(answer.location)
    (noted,) = happened(house, ce.ComplaintNoted)
    assert words_under(house.server.people, noted.note) == "It was on Monday."
    assert 'action="/c/' in phone.client.get(f"/c/{reference}").text
    answered(house, reference)
    assert "/words" not in phone.client.get(f"/c/{reference}").text


def test_no_words_are_refused_without_a_staff_page_behind(house: House) -> None:
    phone = Phone(house)
    answer = phone.send(f"/c/{phone.complains()}/words", text="  ")
    assert answer.status_code == 422
    assert "Please write a few words." in seen(answer)


def test_a_no_opens_the_complaint_again_and_a_yes_does_not(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    answered(house, reference)
    for _ in range(2):
        yes = phone.send(f"/c/{reference}/solved", solved="yes")
    assert "You told us that it is solved" in phone.reads(yes.location)
    assert happened(house, ce.CustomerAsked) == [ce.CustomerAsked(reference, True, "")]
    for _ in range(2):
        no = phone.send(f"/c/{reference}/solved", solved="no", text="It came back.")
    assert "We are looking at it again" in phone.reads(no.location)
    (reopened,) = happened(house, ce.ComplaintReopened)
    assert reopened.by == "customer"
    assert words_under(house.server.people, reopened.note) == "It came back."


def test_whether_it_is_solved_is_not_asked_before_the_answer(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    assert "Is it solved?" not in phone.reads(f"/c/{reference}")
    phone.send(f"/c/{reference}/solved", solved="no")
    assert happened(house, ce.CustomerAsked) == []
    answered(house, reference)
    assert "Is it solved?" in phone.reads(f"/c/{reference}")
    assert phone.send(f"/c/{reference}/solved", solved="perhaps").status_code == 422


def noted(house: House) -> list[str]:
    """The words that were added to complaints."""
    return [words_under(house.server.people, one.note) or "" for one in happened(house, ce.ComplaintNoted)]


def said_when_asked(house: House) -> list[tuple[bool, str]]:
    return [(one.solved, words_under(house.server.people, one.note) or "") for one in happened(house, ce.CustomerAsked)]


def test_words_of_a_no_reach_the_staff_who_opened_it_again_meanwhile(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    answered(house, reference)
    (asked,) = re.findall(r'name="asked" value="(\d+)"', phone.client.get(f"/c/{reference}").text)
    staff_does(house, c.ReopenComplaint(reference, "one more thing"))
    for _ in range(2):
        answer = phone.send(f"/c/{reference}/solved", solved="no", text="It came back.", asked=asked)
        assert "We have added it." in phone.reads(answer.location)
    assert noted(house) == ["It came back."]
    assert happened(house, ce.CustomerAsked) == []


def test_words_that_come_after_a_yes_are_kept_once(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    answered(house, reference)
    for text in ("", "Thank you all.", "Thank you all."):
        phone.send(f"/c/{reference}/solved", solved="yes", text=text, asked="0")
    assert said_when_asked(house) == [(True, ""), (True, "Thank you all.")]


def test_the_same_no_counts_again_after_another_answer(house: House) -> None:
    phone = Phone(house)
    reference = phone.complains()
    answered(house, reference)
    phone.send(f"/c/{reference}/solved", solved="no", asked="0")
    staff_does(house, c.AnswerComplaint(reference, "upheld", "message", "paid back again"))
    phone.send(f"/c/{reference}/solved", solved="no", asked="1")
    assert len(happened(house, ce.ComplaintReopened)) == 2


@pytest.mark.parametrize("closed", [False, True])
def test_words_that_come_after_the_answer_come_back_with_the_question_and_are_not_lost(
    house: House, closed: bool
) -> None:
    phone = Phone(house)
    reference = phone.complains()
    answered(house, reference)
    if closed:
        staff_does(house, c.CloseComplaint(reference, "mistake", "trained"))
    late = phone.send(f"/c/{reference}/words", text="It happened again <today>.")
    assert late.status_code == 409
    assert "Your words are kept below and go with your answer." in seen(late)
    assert re.search(r"<textarea id=\"note\"[^>]*>It happened again &lt;today&gt;.</textarea>", late.text)
    assert "/words" not in late.text
    assert noted(house) == []
    phone.send(f"/c/{reference}/solved", solved="no", text="It happened again <today>.", asked="0")
    assert said_when_asked(house) == [(False, "It happened again <today>.")]
    assert reference in [one.reference for one in house.server.desk.state.care.complaints.values() if one.is_open]


@pytest.mark.parametrize("form", ["words", "solved"])
def test_words_sent_too_fast_stay_in_their_field(house: House, form: str) -> None:
    phone = Phone(house)
    reference = phone.complains()
    for n in range(5):
        phone.send(f"/c/{reference}/words", text=f"{n}")
    if form == "solved":
        answered(house, reference)
    answer = phone.send(f"/c/{reference}/{form}", solved="no", text="And the sixth.")
    assert answer.status_code == 429
    assert "Too many attempts." in seen(answer)
    assert ">And the sixth.</textarea>" in answer.text


@pytest.mark.parametrize("form", ["words", "solved"])
def test_a_refused_form_in_another_language_is_the_complaints_page(house: House, form: str) -> None:
    """The links to other languages stand under the address of the form."""
    reference = Phone(house).complains()
    answer = house.client().get(f"/c/{reference}/{form}?language=ru", follow_redirects=True)
    assert answer.request.path == f"/c/{reference}"
    assert 'lang="ru"' in answer.text


def test_who_guesses_references_is_slowed_down(house: House) -> None:
    reference = Phone(house).complains()
    stranger = house.client()
    codes = [stranger.get("/c/C-AAAAAAA").status_code for _ in range(22)]
    assert codes == [404] * 20 + [429] * 2
    assert stranger.get(f"/c/{reference}").status_code == 429
    house.clock.forward(60)
    assert stranger.get(f"/c/{reference}").status_code == 200


def test_a_few_wrong_references_keep_nobody_from_the_right_one_and_it_does_not_help_with_others(house: House) -> None:
    reference = Phone(house).complains()
    at_home = house.client()
    for n in range(20):
        assert at_home.get(f"/c/{reference}").status_code == 200
        assert at_home.get(f"/c/C-AAAAAA{n % 10}").status_code == 404
    assert at_home.get("/c/C-AAAAAAA").status_code == 429


def test_a_mistyped_reference_a_day_makes_nobody_wait(house: House) -> None:
    reference = Phone(house).complains()
    at_home = house.client()
    for _ in range(20):
        assert at_home.get("/c/C-AAAAAAA").status_code == 404
        house.clock.forward(hours=24)
    assert at_home.get(f"/c/{reference}").status_code == 200


# -- paper for a complaint at the counter


def spooled(house: House, id: str) -> Any:
    return house.server.printing.spool.job(id)


def test_a_complaint_at_the_counter_is_printed_in_the_customers_language(house: House) -> None:
    body = {"text": TEXT, "name": "Amal", "contact": "0600 000", "language": "ar"}
    taken = house.post("/complaints", body, "teller", Idempotency_Key="k").json["complaint"]  # type: ignore[index]
    house.post("/complaints", body, "teller", Idempotency_Key="k")
    slip = decode(spooled(house, taken["reference"]).data)
    assert slip.language == "ar"
    assert [one.text for one in slip.elements if isinstance(one, Number)] == [taken["reference"]]
    assert [one.data for one in slip.elements if isinstance(one, Qr)] == [
        f"https://lobby.example/c/{taken['reference']}"
    ]
    assert not any("Amal" in one.text or TEXT in one.text for one in slip.elements if isinstance(one, Text))


def test_a_kiosk_inside_the_server_gives_the_reference_its_code_and_its_paper(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token('kiosk')}", "Idempotency-Key": "k"}
    taken = house.client().post("/kiosk/complaints", json={"category": "fees", "language": "zh"}, headers=headers)
    assert taken.status_code == 201, taken.text
    answer = taken.get_json()
    assert answer["qr"].startswith("data:image/svg+xml")
    assert decode(spooled(house, answer["reference"]).data).language == "zh"


def test_whoever_prints_a_complaint_themselves_gets_no_paper_from_the_server(house: House) -> None:
    taken = house.post("/complaints", {"text": TEXT, "print": False}, "teller").json["complaint"]  # type: ignore[index]
    assert spooled(house, taken["reference"]) is None


def test_a_complaint_about_a_ticket_does_not_print_the_ticket(house: House) -> None:
    ticket = house.issue(print=False)
    for path, body in (
        ("/complaints", {"text": TEXT, "ticket": ticket["number"]}),
        (f"/tickets/{ticket['id']}/complaints", {"text": TEXT}),
    ):
        taken = house.post(path, body, "teller").json["complaint"]  # type: ignore[index]
        assert spooled(house, taken["reference"]) is not None
    assert spooled(house, ticket["id"]) is None


# -- on the glass of a phone


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: the customers' pages are not tried in a browser")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = served(house.app)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def is_sound(page: Any) -> None:
    """Nothing reaches out of the screen, and axe-core finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_a_customer_complains_and_says_later_that_it_is_not_solved(
    chromium: Any, house: House, address: str, language: str
) -> None:
    """On a phone of 390x844, dark for those who write from the right."""
    phone = Phone(house, language=language)
    scheme = "dark" if words(language).direction == "rtl" else "light"
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(f"{address}{phone.page}/wrong")
        is_sound(page)
        page.fill("#text", TEXT)
        page.select_option("#category", "fees")
        page.click("button[type=submit]")
        page.wait_for_url("**/c/**")
        is_sound(page)
        assert page.get_attribute("html", "lang") == language
        (received,) = happened(house, ce.ComplaintReceived)
        assert page.inner_text(".reference") == received.complaint
        answered(house, received.complaint)
        page.reload()
        is_sound(page)
        page.click("[value=no]")
        page.wait_for_selector("summary")
        assert len(happened(house, ce.ComplaintReopened)) == 1
    finally:
        context.close()
