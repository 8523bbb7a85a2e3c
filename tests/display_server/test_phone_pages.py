"""The customer's page as it is sent: whole without a script, for nobody else's eyes, and what may be asked from it."""

from __future__ import annotations

import gzip
import html
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from display_server.phone import view as phone_view
from display_server.phone.waits import wait_said
from lobby.queue import commands as q
from lobby.queue import events as e
from lobby.queue.events import FeedbackGiven, Promise
from lobby.queue.ticket import State
from lobby.views import TicketView
from lobby.words import words
from tests.builders import ANN, TUESDAY, Clock, words_under
from tests.display_server.phone import WAITS_SAID, Phone, happened, seen
from tests.end_to_end.house import House, a_house

MINUTE = 60_000
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    house = a_house(memory_folder / tmp_path.name, clock)
    yield house
    house.server.close()


def does(house: House, *commands: q.Command) -> None:
    for number, command in enumerate(commands):
        house.server.desk.submit(command, key=f"{house.server.desk.seq}-{number}", actor=ANN)


# -- what it says


WAITS = TicketView(
    id="2024-03-05-A001",
    number="A001",
    service="cash",
    service_name="Cash",
    language="en",
    state=State.WAITING,
    arrived_at=TUESDAY,
    ahead=3,
    promise=Promise(480, 840),
    wait=Promise(480, 840),
    call_from=TUESDAY + 8 * MINUTE,
    call_to=TUESDAY + 14 * MINUTE,
)
"""Promised and expected between 09:08 and 09:14."""


def view(**fields: Any) -> TicketView:
    return msgspec.structs.replace(WAITS, **fields)


def said(view: TicketView, minutes: float = 0, language: str = "en", ways: Mapping[int, str] = {}) -> phone_view.Shown:
    return phone_view.shown(view, TUESDAY + round(minutes * MINUTE), "Europe/London", words(language), ways)


def test_who_waits_is_told_the_place_the_range_and_the_times() -> None:
    shown = said(view())
    assert (shown.phase, shown.ahead, shown.expected, shown.between) == ("waiting", 3, "8–14 min", "09:08–09:14")
    assert (shown.as_of, shown.counter) == ("09:00", "")


@pytest.mark.parametrize(
    ("fields", "minutes", "phase"),
    [
        ({}, 5.9, "waiting"),
        ({}, 6, "soon"),
        ({"ahead": 0}, 4, "soon"),
        ({"ahead": 0}, 3.9, "waiting"),
        ({"call_to": TUESDAY + 60 * MINUTE}, 30, "waiting"),
        ({"ahead": 0, "call_from": None, "call_to": None}, 5, "waiting"),
        ({"held_until": TUESDAY + 10 * MINUTE}, 9.9, "held"),
        ({"held_until": TUESDAY + 10 * MINUTE}, 10, "soon"),
    ],
)
def test_the_turn_is_near_or_put_off(fields: dict[str, Any], minutes: float, phase: str) -> None:
    assert said(view(**fields), minutes).phase == phase


@pytest.mark.parametrize(
    ("fields", "minutes", "standing"),
    [
        ({}, 0, ""),
        ({"revised": True, "call_from": TUESDAY + 20 * MINUTE, "call_to": TUESDAY + 25 * MINUTE}, 0, phone_view.LATER),
        ({"revised": True, "call_from": TUESDAY, "call_to": TUESDAY + 5 * MINUTE}, 0, phone_view.SOONER),
        ({"revised": True}, 0, ""),
        ({"call_from": None, "call_to": None, "at_risk": True}, 14, ""),
        ({"call_from": None, "call_to": None, "at_risk": True}, 14.1, phone_view.LATER),
        ({"call_from": None, "call_to": None}, 14.1, ""),
    ],
)
def test_what_the_paper_promised_and_will_not_hold_is_admitted(
    fields: dict[str, Any], minutes: float, standing: str
) -> None:
    assert phone_view.standing_of(view(**fields), TUESDAY + round(minutes * MINUTE)) == standing


@pytest.mark.parametrize("wait", WAITS_SAID)
def test_a_long_wait_is_told_in_hours_and_not_to_the_minute(wait: tuple[int, int, bool]) -> None:
    low, high, about = wait
    assert wait_said(low, high, words("en"), about=about).replace("\xa0", " ") == WAITS_SAID[wait]


def test_a_length_of_time_stays_on_one_line() -> None:
    assert wait_said(52, 147, words("en")) == "50\xa0min\xa0– 2\xa0h\xa030\xa0min"


def test_the_way_to_the_counter_is_told_as_on_the_screens_and_its_number_stays_beside_it() -> None:
    called = view(state=State.CALLED, counter=5)
    shown = said(called, ways={5: "right"})
    assert (shown.counter, shown.way) == ("Counter\xa05", "right")
    assert shown.advice == "Please go to counter\xa05 on the right"
    assert (said(called, ways={4: "left"}).way, said(called).advice) == ("", "")
    assert said(view(state=State.SERVING, counter=5), ways={5: "right"}).way == "", "they are there"


def test_who_missed_the_call_is_told_until_when_the_place_is_there() -> None:
    missed = view(state=State.NO_SHOW, return_until=TUESDAY + 42 * MINUTE)
    shown = said(missed, 42)
    assert (shown.phase, shown.advice) == ("missed", "Until 09:42 you can have your place back, once.")
    over = said(missed, 42.1)
    assert (over.phase, over.advice) == ("too_late", "Ticket A001 was called too long ago. Please take a new ticket.")
    assert said(view(state=State.NO_SHOW)).phase == "no_show", "they were back before"


def test_a_wait_that_nobody_knows_is_not_known_and_an_appointment_has_its_time() -> None:
    unknown = {"wait": None, "call_from": None, "call_to": None}
    assert said(view(**unknown)).expected == "not known yet"
    assert said(view(**unknown, appointment=TUESDAY + 90 * MINUTE)).expected == "10:30"
    assert said(view(wait=Promise(0, 840), call_from=TUESDAY)).expected == "up to 14 min"
    assert said(view(wait=Promise(0, 840), call_from=TUESDAY)).between == "by 09:14"


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_page_is_whole_without_a_script(house: House, language: str) -> None:
    mine = words(language)
    phone = Phone(house, language=language)
    waiting = phone.client.get(phone.page).text
    assert mine("Please wait") in seen_in(waiting)
    assert f'<html lang="{language}" dir="{mine.direction}"' in waiting
    assert 'http-equiv="refresh"' in waiting
    does(house, q.OpenCounter(6), q.CallNext(6))
    assert f"{mine('It is your turn')} {mine('Counter %(counter)s', counter=6)}" in phone.reads(phone.page)
    does(house, q.Start(6), q.Finish(6))
    finished = phone.client.get(phone.page).text
    assert 'http-equiv="refresh"' not in finished, "it would take away what is being written"


def seen_in(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


# -- whose it is


def test_nobody_learns_the_address_of_the_page(house: House) -> None:
    phone = Phone(house)
    for path in (phone.page, f"{phone.page}/wrong", "/t/nonsense", f"/c/{phone.complains()}"):
        answer = phone.client.get(path)
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert '<meta name="referrer" content="no-referrer">' in answer.text, path
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex"), path


def test_a_guessed_ticket_and_one_that_is_over_get_the_same_kind_page(house: House) -> None:
    phone = Phone(house)
    guessed = phone.client.get("/t/nonsense")
    house.clock.forward(hours=24)
    over = phone.client.get(phone.page)
    assert (guessed.status_code, over.status_code) == (404, 404)
    assert guessed.text == over.text
    assert "your number counts all the same" in seen(over)
    assert "/sign-in" not in over.text
    for what in ("hold", "release", "return", "cancel", "rating", "praise", "wrong"):
        assert phone.send(f"{phone.page}/{what}", rating="5", text="!").status_code == 404, what


def test_who_guesses_is_slowed_down_and_told_so_kindly(house: House) -> None:
    stranger = house.client()
    assert [stranger.get(f"/t/guess-{n}").status_code for n in range(5)] == [404] * 5
    answer = stranger.get("/t/guess-5")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "Please try again in a minute. Your number counts all the same." in seen(answer)


def test_the_log_names_the_route_and_not_the_ticket(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone(house)
    monkeypatch.setattr(phone_view, "page_of", None)
    with caplog.at_level(logging.ERROR):
        assert phone.client.get(phone.page).status_code == 500
    assert "GET /t/<token> failed" in caplog.text
    assert phone.ticket["token"] not in caplog.text


# -- what is asked from it


def test_the_place_is_kept_once_and_given_back(house: House) -> None:
    phone = Phone(house)
    for _ in range(2):
        answer = phone.send(f"{phone.page}/hold")
        assert answer.status_code == 303
    assert "We keep your place You are not called until 09:05." in phone.reads(answer.location)
    for _ in range(2):
        answer = phone.send(f"{phone.page}/release")
    assert "We keep your place" not in phone.reads(answer.location).partition("I need")[0]
    assert "told" not in answer.location
    assert len(happened(house, e.TicketHeld)) == len(happened(house, e.TicketReleased)) == 1


def test_who_cancels_is_not_called_and_whoever_does_it_twice_has_done_it_once(house: House) -> None:
    phone = Phone(house)
    for _ in range(2):
        answer = phone.send(f"{phone.page}/cancel")
        assert "Cancelled" in phone.reads(answer.location)
    (cancelled,) = happened(house, e.TicketCancelled)
    assert cancelled.by == "customer"


def test_who_missed_the_call_has_the_place_back_once(house: House) -> None:
    phone = Phone(house)
    misses(house, phone)
    assert "We called you Until 09:16 you can have your place back, once." in phone.reads(phone.page)
    for _ in range(2):
        answer = phone.send(f"{phone.page}/return")
        assert (answer.status_code, "told" in answer.location) == (303, False)
    assert "Please wait" in phone.reads(answer.location)
    assert [ticket.number for ticket in house.server.desk.door(ANN).queue().waiting] == ["A001"]
    assert len(happened(house, e.TicketReturned)) == 1
    misses(house, phone)
    assert "If you are still here, please speak to the staff." in phone.reads(phone.page)


def test_who_comes_back_too_late_is_told_what_to_do(house: House) -> None:
    phone = Phone(house)
    misses(house, phone)
    house.clock.forward(minutes=16)
    answer = phone.send(f"{phone.page}/return")
    assert phone.reads(answer.location).startswith("Ticket A001 was called too long ago. Please take a new ticket.")
    assert happened(house, e.TicketReturned) == []


def misses(house: House, phone: Phone) -> None:
    """At counter 6, a minute after the call."""
    does(house, q.OpenCounter(6), q.CallTicket(6, phone.ticket["id"], "asked"), q.Recall(6))
    house.clock.forward(minutes=1)
    does(house, q.DeclareNoShow(6))


OFFERED = {
    "waiting": {"I need a few minutes", "Please have ready:", "Cancel my ticket"},
    "held": {"I am here", "Please have ready:", "Cancel my ticket"},
    "called": {"Please have ready:", "Cancel my ticket"},
    "serving": {"Praise a colleague"},
    "parked": {"Praise a colleague", "Cancel my ticket"},
    "finished": {"Praise a colleague", "How was it today?"},
    "missed": {"I am back", "Please have ready:"},
    "cancelled": set(),
}
"""By state what its page has, beside what went wrong; as docs/phone.md says. The sound is the script's."""


@pytest.mark.parametrize("state", OFFERED)
def test_each_state_offers_what_can_be_done_in_it(house: House, state: str) -> None:
    phone = Phone(house, service="accounts")
    ticket = phone.ticket["id"]
    steps: dict[str, list[q.Command]] = {
        "held": [q.Hold(ticket)],
        "cancelled": [q.Cancel(ticket)],
        "called": [q.OpenCounter(6), q.CallNext(6)],
        "serving": [q.OpenCounter(6), q.CallNext(6), q.Start(6)],
        "parked": [q.OpenCounter(6), q.CallNext(6), q.Start(6), q.Park(6)],
        "finished": [q.OpenCounter(6), q.CallNext(6), q.Start(6), q.Finish(6)],
    }
    does(house, *steps.get(state, []))
    if state == "missed":
        misses(house, phone)
    page = visible(phone.client.get(phone.page).text)
    assert "Tell us what went wrong" in page
    assert {one for one in set().union(*OFFERED.values()) if one in page} == OFFERED[state]


def visible(page: str) -> str:
    """The words that are not hidden."""
    for kind in ("details", "form", "section", "a"):
        page = re.sub(rf"<{kind} [^>]*\bhidden[ >].*?</{kind}>", "", page, flags=re.DOTALL)
    return seen_in(page)


@pytest.mark.parametrize("what", ["hold", "cancel"])
def test_what_comes_too_late_is_said_with_how_it_stands(house: House, what: str) -> None:
    phone = Phone(house)
    phone.is_served(finished=False)
    answer = phone.send(f"{phone.page}/{what}")
    assert phone.reads(answer.location).startswith("That was not possible any more.")
    assert "You are being served" in phone.reads(answer.location)


def test_i_am_here_without_having_gone_is_nothing(house: House) -> None:
    phone = Phone(house)
    assert "told" not in phone.send(f"{phone.page}/release").location
    phone.send(f"{phone.page}/hold")
    phone.send(f"{phone.page}/release")
    assert len(happened(house, e.TicketReleased)) == 1


def test_only_the_page_itself_speaks_for_the_customer(house: House) -> None:
    """A page that tells nobody its address has no origin either, and the browser says whose it was."""
    for headers, code in (
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "null"}, 303),
        ({}, 303),
    ):
        phone, before = Phone(house), len(happened(house, e.TicketCancelled))
        assert phone.client.post(f"{phone.page}/cancel", headers=headers).status_code == code, headers
        assert len(happened(house, e.TicketCancelled)) - before == (code == 303), headers


def test_the_address_of_a_form_leads_back_to_the_page(house: House) -> None:
    phone = Phone(house)
    for what in ("hold", "release", "return", "cancel", "rating"):
        answer = phone.client.get(f"{phone.page}/{what}?language=ru", follow_redirects=True)
        assert (answer.request.path, answer.status_code) == (phone.page, 200), what
        assert 'lang="ru"' in answer.text, what


# -- how it was


def test_an_answer_has_what_was_good_and_words_that_are_not_in_the_journal(house: House) -> None:
    phone = Phone(house)
    phone.is_served()
    phone.send(f"{phone.page}/rating", rating="5", good=["staff", "wait"], bad=["done"], text="So quick\r\nand kind")
    (given,) = happened(house, FeedbackGiven)
    assert (given.rating, given.choices, given.ticket) == (5, ("wait", "staff"), phone.ticket["id"])
    assert words_under(house.server.people, given.note) == "So quick\nand kind"
    assert "So quick" not in repr([one.event for one in house.server.desk.events()])


def test_what_is_not_offered_is_left_out(house: House) -> None:
    phone = Phone(house)
    phone.is_served()
    phone.send(f"{phone.page}/rating", rating="2", bad=["wait", SCRIPT, "x" * 500], good=["staff"])
    (given,) = happened(house, FeedbackGiven)
    assert given.choices == ("wait",)
    assert "We are sorry that it was not good." in phone.reads(phone.page)


def test_a_visit_has_one_answer_on_however_many_phones(house: House) -> None:
    phone, other = Phone(house), house.client()
    phone.is_served()
    phone.send(f"{phone.page}/rating", rating="5", text="Good.")
    assert other.post(f"{phone.page}/rating", data={"rating": "1", "text": "Bad."}).status_code == 303
    assert [one.rating for one in happened(house, FeedbackGiven)] == [5]
    for client in (phone.client, other):
        page = client.get(phone.page).text
        assert "Your answer helps us to do better." in page
        assert "We are sorry that it was not good." not in page
        assert 'name="rating"' not in page


def test_an_answer_that_is_refused_comes_back_as_it_was_filled_in(house: House) -> None:
    phone = Phone(house)
    phone.is_served()
    answer = phone.send(f"{phone.page}/rating", rating="2", bad="wait", text=SCRIPT * 200)
    assert answer.status_code == 422
    assert SCRIPT not in answer.text
    assert html.escape(SCRIPT) in answer.text
    assert re.search(r'value="2" required\s+checked', answer.text)
    assert re.search(r'value="wait" checked', answer.text)
    assert happened(house, FeedbackGiven) == []


def test_before_anybody_served_there_is_nothing_to_answer(house: House) -> None:
    phone = Phone(house)
    assert phone.send(f"{phone.page}/rating", rating="1").status_code == 409
    assert happened(house, FeedbackGiven) == []


def test_a_flood_of_answers_is_slowed_down_and_leaves_one(house: House) -> None:
    phone = Phone(house)
    phone.is_served()
    codes = [phone.send(f"{phone.page}/rating", rating="1", text=f"{n} {SCRIPT}").status_code for n in range(40)]
    assert codes == [303] * 5 + [429] * 35
    assert len(happened(house, FeedbackGiven)) == 1


# -- how it travels


def test_the_files_of_a_page_are_packed_and_not_sent_again(house: House) -> None:
    client, packing = house.client(), {"Accept-Encoding": "gzip"}
    for path in ("/static/ticket.js", "/static/ticket.css", "/look/icons/clock.svg"):
        plain, packed = client.get(path, buffered=True), client.get(path, headers=packing, buffered=True)
        assert "Content-Encoding" not in plain.headers, path
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert gzip.decompress(packed.data) == plain.data, path
        assert "Accept-Encoding" in packed.headers["Vary"], path
        unchanged = packing | {"If-None-Match": packed.headers["ETag"]}
        again = client.get(path, headers=unchanged, buffered=True)
        assert (again.status_code, again.data) == (304, b""), path


@pytest.mark.parametrize(("spaces", "shown"), [(0, True), (20_000, False)])
def test_a_logo_too_large_for_a_slow_line_is_left_out(
    memory_folder: Path, tmp_path: Path, clock: Clock, spaces: int, shown: bool
) -> None:
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    (folder / "bank.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>' + " " * spaces, encoding="utf-8")
    house = a_house(folder, clock, lambda text: f'{text}\n[look]\nlogo = "bank.svg"\n')
    try:
        phone = Phone(house)
        assert ('<img src="/look/logo"' in phone.client.get(phone.page).text) == shown
        assert ('<img src="/look/logo"' in phone.client.get(f"{phone.page}/wrong").text) == shown
    finally:
        house.server.close()
