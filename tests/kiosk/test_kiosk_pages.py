"""The kiosk over HTTP, without a browser."""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import TestResponse

import kiosk
from hardware.errors import DeviceError
from kiosk.sentences import PAGE
from lobby import errors
from lobby.care.feedback import BAD, GOOD, GOOD_FROM, RATING_NAMES
from lobby.queue.appointments import LETTERS
from lobby.queue.commands import CheckIn
from lobby.queue.events import DocumentListTaken, FeedbackGiven
from lobby.queue.services import Hours, Span
from lobby.words import words
from tests.builders import Clock
from tests.kiosk.builders import KioskBranch, example_setup
from tests.kiosk.customer import book

NAMES = {"Accept", "Backspace", "End", "Enter", "Escape", "Home", "Shift", "Tab"}
"""What the scripts name in English as browsers do: headers and keys."""

keys = (f"tap-{n}" for n in count())


def post(branch: KioskBranch, body: object, key: str | None = None, **headers: str) -> TestResponse:
    sent = {"Idempotency-Key": key or next(keys)} | {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return branch.client().post("/kiosk/tickets", data=data, headers=sent)


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    found: dict[str, Any] = answer.get_json(force=True)
    assert found["status"] == answer.status_code
    assert found["type"] == f"/problems/{found['title']}"
    return found


def offer(branch: KioskBranch) -> dict[str, Any]:
    found: dict[str, Any] = branch.client().get("/kiosk/offer").get_json()
    return found


# -- what is offered


def test_the_offer_has_every_service_in_every_language(branch: KioskBranch) -> None:
    offered = offer(branch)
    assert [s["code"] for s in offered["services"]] == ["cash", "accounts", "cards", "loans", "business"]
    names = {language: tile["name"] for language, tile in offered["services"][0]["said"].items()}
    assert names == {"en": "Cash", "ar": "الخدمات النقدية", "zh": "现金业务", "ru": "Касса"}
    assert offered["groups"][0]["names"]["ru"] == "Повседневные операции"


def test_languages_present_themselves_and_their_direction(branch: KioskBranch) -> None:
    tongues = [(t["code"], t["name"], t["direction"]) for t in offer(branch)["languages"]]
    assert tongues == [
        ("en", "English", "ltr"),
        ("ar", "العربية", "rtl"),
        ("zh", "中文", "ltr"),
        ("ru", "Русский", "ltr"),
    ]


def test_only_declared_priorities_are_offered(branch: KioskBranch) -> None:
    assert [p["code"] for p in offer(branch)["priorities"]] == ["priority"]


def test_a_wait_is_offered_while_a_counter_is_open_for_the_service(memory_folder: Path, tmp_path: Path) -> None:
    folder = memory_folder / f"{tmp_path.name}-closed"
    folder.mkdir()
    branch = KioskBranch(folder)
    assert offer(branch)["services"][0]["wait"] is None
    assert offer(branch)["services"][0]["said"]["en"]["wait"] == "No counter is open yet"
    branch.open_counter(1)
    assert offer(branch)["services"][0]["wait"] == {"low_s": 0, "high_s": 120, "about": True}
    assert offer(branch)["services"][0]["said"]["en"]["wait"] == "Up to 2 min"


def test_the_offer_counts_who_waits_with_the_right_plural(branch: KioskBranch) -> None:
    said = [offer(branch)["services"][0]["said"]["en"]["waiting"]]
    for _ in range(2):
        post(branch, {"service": "cash"})
        said.append(offer(branch)["services"][0]["said"]["en"]["waiting"])
    assert said == ["Nobody is waiting", "1 person waiting", "2 people waiting"]


def test_a_closed_service_says_its_hours(memory_folder: Path, tmp_path: Path, clock: Clock) -> None:
    branch = _with_hours(memory_folder / f"{tmp_path.name}-hours", clock)
    loans = offer(branch)["services"][3]
    assert not loans["open"]
    assert loans["said"]["en"]["closed"].replace("\N{WORD JOINER}", "") == "Open today: 13:00–16:00"


def test_the_page_has_no_inline_script_or_style_and_a_strict_policy(branch: KioskBranch) -> None:
    answer = branch.client().get("/kiosk/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.text
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page)
    assert not re.search(r"https?://", page)


def test_the_sentences_of_the_page_come_in_each_language(branch: KioskBranch) -> None:
    for language in example_setup().languages:
        sent = branch.client().get(f"/kiosk/words/{language}").get_json()
        assert sent["sentences"] == {sentence: words(language)(sentence) for sentence in PAGE}


def test_a_language_that_is_none_is_refused(branch: KioskBranch) -> None:
    assert problem(branch.client().get("/kiosk/words/x1"))["title"] == "UnknownLanguage"


def test_every_sentence_of_the_scripts_is_in_the_list_and_the_other_way_round() -> None:
    scripts = Path(kiosk.__file__).parent.joinpath("static").rglob("*.js")
    said = {sentence for script in scripts for sentence in re.findall(r'"([^"\\]*)"', script.read_text("utf-8"))}
    sentences = {text for text in said if re.match("[A-Z][a-z ]", text) and not re.search("-|[a-z][A-Z]", text)}
    assert sentences - NAMES == set(PAGE)


# -- taking a ticket


def test_a_tap_gives_a_ticket_without_its_token_and_puts_the_slip_into_the_spool(branch: KioskBranch) -> None:
    answer = post(branch, {"service": "cash", "language": "ru"})
    assert answer.status_code == 201
    issued = answer.get_json()
    assert issued["ticket"]["number"] == "A001"
    assert issued["ticket"]["token"] == ""
    assert issued["paper"] == "printed"
    assert issued["said"]["ru"]["service"] == "Касса"
    assert issued["said"]["ru"]["documents"] == ["Паспорт или удостоверение личности", "Банковская карта"]
    (spooled,) = branch.kiosk.spooled.values()
    assert issued["url"] == f"https://lobby.example/t/{spooled.token}"
    assert issued["qr"].startswith("data:image/svg+xml;base64,")


def test_the_same_key_gives_the_same_ticket_and_one_slip(branch: KioskBranch) -> None:
    first, second = (post(branch, {"service": "cash"}, key="one-wish") for _ in range(2))
    assert first.get_json()["ticket"] == second.get_json()["ticket"]
    assert len(branch.tickets()) == 1
    assert branch.kiosk.asked_to_print == 2
    assert len(branch.kiosk.spooled) == 1


def test_a_key_used_for_another_wish_is_refused(branch: KioskBranch) -> None:
    post(branch, {"service": "cash"}, key="one-wish")
    assert problem(post(branch, {"service": "cards"}, key="one-wish"))["title"] == "KeyReused"
    assert len(branch.tickets()) == 1


def test_priority_is_declared_by_class(branch: KioskBranch) -> None:
    assert post(branch, {"service": "cash", "priority": "priority"}).get_json()["ticket"]["priority"] == "priority"


def test_a_class_that_is_not_declared_at_the_kiosk_is_refused(branch: KioskBranch) -> None:
    assert problem(post(branch, {"service": "cash", "priority": "premium"}))["title"] == "UnknownPriority"
    assert branch.tickets() == []


def test_further_services_of_the_visit_go_on_the_ticket(branch: KioskBranch) -> None:
    assert post(branch, {"service": "cash", "then": ["loans"]}).get_json()["ticket"]["then"] == ["loans"]


@pytest.mark.parametrize("fault", [errors.StorageFull(), DeviceError("no printer", permanent=True)])
def test_a_spool_that_refuses_does_not_take_the_number_away(branch: KioskBranch, fault: Exception) -> None:
    branch.kiosk.spool_error = fault
    answer = post(branch, {"service": "cash"})
    assert answer.status_code == 201
    assert answer.get_json()["paper"] == "none"


def test_without_an_address_for_phones_there_is_no_code(branch: KioskBranch) -> None:
    branch.kiosk.address = ""
    issued = post(branch, {"service": "cash"}).get_json()
    assert (issued["url"], issued["qr"]) == ("", "")


def test_the_paper_is_followed(branch: KioskBranch) -> None:
    branch.kiosk.state = "queued"
    ticket = post(branch, {"service": "cash"}).get_json()["ticket"]["id"]
    seen = []
    for state in ("queued", "sending", "printed"):
        branch.kiosk.state = state
        seen.append(branch.client().get(f"/kiosk/slips/{ticket}/paper").get_json()["state"])
    assert seen == ["queued", "sending", "printed"]


# -- appointments, lists, copies, opinions


def ask(branch: KioskBranch, path: str, body: object, key: str | None = None) -> TestResponse:
    return branch.client().post(f"/kiosk/{path}", data=json.dumps(body), headers={"Idempotency-Key": key or next(keys)})


def test_a_check_in_answers_as_a_ticket_does_with_the_time_of_the_appointment(branch: KioskBranch) -> None:
    book(branch, "K7WQ4HM", minutes=10)
    answer = ask(branch, "check-in", {"code": "https://lobby.example/a/k7w-q4hm", "language": "en"})
    assert answer.status_code == 201
    issued = answer.get_json()
    assert issued["ticket"]["number"] == "B001"
    assert issued["ticket"]["token"] == ""
    assert issued["said"]["en"]["appointment"] == "Appointment at 09:10"
    assert issued["said"]["en"]["service"] == "Accounts"
    assert len(branch.kiosk.spooled) == 1


def test_a_check_in_without_a_language_has_the_appointments(branch: KioskBranch) -> None:
    book(branch, "K7WQ4HM", language="zh")
    assert ask(branch, "check-in", {"code": "K7WQ4HM"}).get_json()["ticket"]["language"] == "zh"


def test_the_same_key_checks_in_once(branch: KioskBranch) -> None:
    book(branch, "K7WQ4HM")
    first, second = (ask(branch, "check-in", {"code": "K7WQ4HM"}, key="one-wish").get_json() for _ in range(2))
    assert first["ticket"] == second["ticket"]
    assert len(branch.tickets()) == len(branch.kiosk.spooled) == 1


def test_without_the_server_a_check_in_is_refused_as_not_possible_now(branch: KioskBranch) -> None:
    branch.kiosk.refuses = {CheckIn: errors.NotWithoutServer()}
    refused = problem(ask(branch, "check-in", {"code": "K7WQ4HM"}))
    assert (refused["status"], refused["title"]) == (503, "NotWithoutServer")


def test_a_list_is_counted_and_printed_and_no_ticket(branch: KioskBranch) -> None:
    answer = ask(branch, "lists", {"service": "loans", "language": "ru"})
    slip = answer.get_json()
    assert (answer.status_code, slip["copy"], slip["paper"]) == (201, 0, "printed")
    assert branch.kiosk.lists.keys() == {slip["id"]}
    assert branch.kiosk.lists[slip["id"]].language == "ru"
    assert branch.happened(DocumentListTaken) == [DocumentListTaken("loans", "ru")]
    assert branch.tickets() == []
    assert branch.client().get(f"/kiosk/slips/{slip['id']}/paper").get_json() == {"state": "printed"}


def test_a_list_that_cannot_be_printed_is_counted_all_the_same(branch: KioskBranch) -> None:
    branch.kiosk.spool_error = DeviceError("no printer", permanent=True)
    assert ask(branch, "lists", {"service": "loans"}).get_json()["paper"] == "none"
    assert len(branch.happened(DocumentListTaken)) == 1


def test_a_copy_is_the_same_ticket_once_more_with_a_state_of_its_own(branch: KioskBranch) -> None:
    ticket = post(branch, {"service": "cash"}).get_json()["ticket"]
    branch.kiosk.states = {(ticket["id"], 1): "queued"}
    copies = [ask(branch, f"tickets/{ticket['id']}/reprint", {}, key="one-wish").get_json() for _ in range(2)]
    assert copies == [{"id": ticket["id"], "copy": 1, "paper": "queued"}] * 2
    assert [again.number for again in branch.kiosk.spooled.values()] == [ticket["number"]] * 2
    client = branch.client()
    assert client.get(f"/kiosk/slips/{ticket['id']}/paper").get_json() == {"state": "printed"}
    assert client.get(f"/kiosk/slips/{ticket['id']}/paper/1").get_json() == {"state": "queued"}
    assert client.get(f"/kiosk/slips/{ticket['id']}/paper/2").get_json() == {"state": "none"}


def test_an_opinion_is_recorded_once_a_key(branch: KioskBranch) -> None:
    said = {"rating": 2, "language": "ar", "choices": ["wait", "place"]}
    for _ in range(2):
        assert ask(branch, "feedback", said, key="one-wish").status_code == 201
    assert branch.happened(FeedbackGiven) == [FeedbackGiven(2, "kiosk", "ar", "", ("wait", "place"))]


def test_the_page_of_opinions_knows_the_five_answers_and_from_which_on_they_are_good() -> None:
    static = Path(kiosk.__file__).parent.joinpath("static")
    ratings = re.findall(r'\[(\d), "([^"]+)"\]', static.joinpath("pages/opinion.js").read_text("utf-8"))
    assert [(int(rating), name) for rating, name in ratings] == list(RATING_NAMES.items())
    good_from = re.search(r"GOOD_FROM = (\d);", static.joinpath("ways/opinions.js").read_text("utf-8"))
    assert good_from is not None
    assert int(good_from[1]) == GOOD_FROM


def test_what_may_be_chosen_is_offered_in_every_language(branch: KioskBranch) -> None:
    offered = offer(branch)
    for side, ours in (("good", GOOD), ("bad", BAD)):
        assert {one["code"]: one["names"]["en"] for one in offered[side]} == ours
        assert {tuple(one["names"]) for one in offered[side]} == {("en", "ar", "zh", "ru")}
    assert offered["bad"][4]["names"]["ru"] == words("ru")("The branch itself") != "The branch itself"


def test_the_keys_of_the_glass_are_the_signs_of_the_branchs_codes() -> None:
    script = Path(kiosk.__file__).parent.joinpath("static/pages/check_in.js").read_text("utf-8")
    signs = re.search(r'SIGNS = "(\w+)"', script)
    assert signs is not None
    assert signs[1] == LETTERS


@pytest.mark.parametrize(
    ("path", "body", "title"),
    [
        ("check-in", {}, "BadField"),
        ("check-in", {"code": ""}, "BadField"),
        ("check-in", {"code": "K7WQ4HM", "language": "tlh"}, "UnknownAppointment"),
        ("check-in", {"code": "K7WQ4HM", "priority": "premium"}, "UnknownPriority"),
        ("lists", {"service": "mortgage"}, "UnknownService"),
        ("lists", {"service": "loans", "language": "tlh"}, "UnknownLanguage"),
        ("tickets/2024-03-05-A001/reprint", {}, "UnknownTicket"),
        ("tickets/2024-03-05-A001/reprint", {"copies": 3}, "BadField"),
        ("feedback", {"rating": 0}, "BadField"),
        ("feedback", {"rating": 6}, "BadField"),
        ("feedback", {"rating": 3, "choices": ["wait"] * 11}, "BadField"),
    ],
)
def test_bad_wishes_are_named_and_nothing_happens(branch: KioskBranch, path: str, body: object, title: str) -> None:
    before = len(branch.desk.events())
    assert problem(ask(branch, path, body))["title"] == title
    assert len(branch.desk.events()) == before
    assert (branch.kiosk.spooled, branch.kiosk.lists) == ({}, {})


@pytest.mark.parametrize("path", ["check-in", "lists", "tickets/x/reprint", "feedback"])
def test_every_wish_needs_a_key(branch: KioskBranch, path: str) -> None:
    bodies = {"check-in": {"code": "K7WQ4HM"}, "lists": {"service": "cash"}, "feedback": {"rating": 3}}
    answer = branch.client().post(f"/kiosk/{path}", json=bodies.get(path, {}))
    assert problem(answer)["title"] == "BadRequest"


# -- refusals


def test_a_screen_that_is_not_a_kiosk_is_refused_everywhere(branch: KioskBranch) -> None:
    branch.kiosk.signed_in = False
    client = branch.client()
    for answer in (client.get("/kiosk/offer"), client.get("/kiosk/slips/x/paper"), post(branch, {"service": "cash"})):
        assert problem(answer)["status"] == 401


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_a_refusal_speaks_the_customers_language(branch: KioskBranch, language: str) -> None:
    answer = post(branch, {"service": "mortgage", "language": language})
    said = problem(answer)
    expected = words(language)
    assert said["detail"] == expected(errors.UnknownService.message, service="mortgage")
    assert answer.headers["Content-Language"] == expected.language
    assert said["facts"] == {"service": "mortgage"}


def test_the_browsers_language_serves_where_the_body_names_none(branch: KioskBranch) -> None:
    answer = post(branch, b"{", Accept_Language="ru, en;q=0.5")
    assert answer.headers["Content-Language"] == words("ru").language


def test_a_closed_service_refuses_and_nothing_is_issued(memory_folder: Path, tmp_path: Path, clock: Clock) -> None:
    branch = _with_hours(memory_folder / f"{tmp_path.name}-refuse", clock)
    refused = problem(post(branch, {"service": "loans"}))
    assert (refused["status"], refused["title"]) == (409, "ServiceClosed")
    assert branch.tickets() == []


@pytest.mark.parametrize(
    ("body", "status", "title"),
    [
        (b"", 400, "BadRequest"),
        (b"{", 400, "BadRequest"),
        (b"\xff\xfe", 400, "BadRequest"),
        ({"language": "en"}, 422, "BadField"),
        ({"service": 7}, 422, "BadField"),
        ({"service": "cash", "appointment": 1}, 422, "BadField"),
        ({"service": "cash", "language": "tlh"}, 422, "UnknownLanguage"),
        ({"service": "cash", "then": ["nothing"]}, 422, "UnknownService"),
        ({"service": "x" * 5000}, 413, "RequestEntityTooLarge"),
    ],
)
def test_bad_input_is_named(branch: KioskBranch, body: object, status: int, title: str) -> None:
    refused = problem(post(branch, body))
    assert (refused["status"], refused["title"]) == (status, title)
    assert branch.tickets() == []


@pytest.mark.parametrize("key", ["", "x" * 101, "two words"])
def test_a_tap_without_a_proper_key_is_refused(branch: KioskBranch, key: str) -> None:
    answer = branch.client().post("/kiosk/tickets", json={"service": "cash"}, headers={"Idempotency-Key": key})
    assert problem(answer)["title"] == "BadRequest"
    assert branch.tickets() == []


def _with_hours(folder: Path, clock: Clock) -> KioskBranch:
    """The example branch, where loans are given on Tuesdays from one to four only."""
    folder.mkdir()
    setup = example_setup()
    loans = msgspec.structs.replace(setup.services["loans"], hours=Hours({"tue": (Span(13 * 60, 16 * 60),)}))
    return KioskBranch(folder, msgspec.structs.replace(setup, services=setup.services | {"loans": loans}), clock)
