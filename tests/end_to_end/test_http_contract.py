"""The HTTP API as docs/api.md promises it: refusals, languages, the OpenAPI document, who may do what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from werkzeug.test import TestResponse

from lobby.access import PERMISSIONS, ROLES, permission_for
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.records.tokens import DEVICE
from lobby.words import LANGUAGES
from tests.builders import TUESDAY, Clock
from tests.end_to_end.house import API, MAIN, PASSWORD, House

PROBLEM = "application/problem+json"
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "zh": r"[\u4e00-\u9fff]", "ru": r"[\u0400-\u04ff]"}
LARGE = {"service": "cash", "language": "x" * 70_000}
LATER = TUESDAY + 20 * 60_000
CODE = "7F2K9QM"


def assert_problem(answer: TestResponse, status: int, name: str) -> dict[str, Any]:
    """The answer is a problem document of this status and name; the document."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == PROBLEM
    told = dict(answer.json)  # type: ignore[arg-type]
    assert told["type"].rsplit("/", 1)[-1] == name, told
    assert (told["title"], told["status"]) == (name, status)
    assert told["detail"]
    assert "%(" not in told["detail"]
    return told


# -- bad input


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "name"),
    [
        ("POST", "/tickets", {"service": "gold"}, 422, "UnknownService"),
        ("POST", "/tickets", {"service": "cash", "then": ["gold"]}, 422, "UnknownService"),
        ("POST", "/tickets", {"service": "cash", "priority": "me first"}, 422, "UnknownPriority"),
        ("POST", "/tickets", {"service": "cash", "language": "tlh"}, 422, "UnknownLanguage"),
        ("POST", "/tickets", {"service": "cash", "colour": "red"}, 422, "BadField"),
        ("POST", "/tickets", {"service": 7}, 422, "BadField"),
        ("POST", "/tickets", {"service": None}, 422, "BadField"),
        ("POST", "/tickets", {"service": ""}, 422, "BadField"),
        ("POST", "/tickets", {"service": "s" * 65}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "appointment": "noon"}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "appointment": 1.5}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "then": "cards"}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "then": ["cards"] * 6}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "print": "no"}, 422, "BadField"),
        ("POST", "/tickets", {"service": "cash", "command": "CloseDay"}, 422, "BadField"),
        ("POST", "/tickets", {}, 422, "BadField"),
        ("POST", "/tickets", "", 422, "BadField"),
        ("POST", "/tickets", "{", 400, "BadRequest"),
        ("POST", "/tickets", '{"service": NaN}', 400, "BadRequest"),
        ("POST", "/tickets", '{"service": "cash"} and more', 400, "BadRequest"),
        ("POST", "/tickets", b'{"service": "\xff"}', 400, "BadRequest"),
        ("POST", "/tickets", '["cash"]', 400, "BadRequest"),
        ("POST", "/tickets", "null", 400, "BadRequest"),
        ("POST", "/tickets", "[" * 30_000, 400, "BadRequest"),
        ("POST", "/tickets", LARGE, 413, "TooLong"),
        ("POST", "/counters/99/open", None, 404, "UnknownCounter"),
        ("POST", f"/counters/{10**30}/open", None, 404, "UnknownCounter"),
        ("POST", "/counters/1/dance", None, 404, "NotThere"),
        ("POST", "/counters/1/open", {"counter": 2}, 422, "BadField"),
        ("POST", "/counters/1/call", {"ticket": "A001"}, 422, "BadField"),
        ("POST", "/counters/1/next", None, 409, "CounterNotOpen"),
        ("POST", "/tickets/A999/cancel", None, 404, "UnknownTicket"),
        ("POST", "/tickets/A999/cancel", {"ticket": "A001"}, 422, "BadField"),
        ("POST", "/tickets/A999/explode", None, 404, "NotThere"),
        ("POST", "/dance", None, 404, "NotThere"),
        ("POST", "/appointments", {"service": "gold", "slot": LATER}, 422, "UnknownService"),
        ("POST", "/appointments", {"service": "loans"}, 422, "BadField"),
        ("POST", "/appointments", {"service": "loans", "slot": "noon"}, 422, "BadField"),
        ("POST", "/appointments", {"service": "loans", "slot": 0}, 422, "BadField"),
        ("POST", "/appointments", {"service": "loans", "slot": LATER, "code": "O0"}, 422, "BadField"),
        ("POST", "/appointments", {"service": "loans", "slot": LATER, "note": "x" * 4001}, 422, "BadField"),
        ("POST", "/appointments", {"service": "loans", "slot": LATER, "name": "x"}, 422, "BadField"),
        ("POST", "/cancel-appointment", {"code": "QQQQ"}, 404, "UnknownAppointment"),
        ("POST", "/cancel-appointment", None, 422, "BadField"),
        ("POST", "/check-in", {"code": "QQQQ"}, 404, "UnknownAppointment"),
        ("POST", "/check-in", {"code": "]C1\u0000\u001d"}, 404, "UnknownAppointment"),
        ("POST", "/check-in", {"code": ""}, 422, "BadField"),
        ("POST", "/check-in", {"code": "x" * 401}, 422, "BadField"),
        ("POST", "/check-in", {"code": "QQQQ", "print": 1}, 422, "BadField"),
        ("POST", "/check-in", {"code": "QQQQ", "service": "cash"}, 422, "BadField"),
        ("POST", "/lists", {"service": "gold"}, 422, "UnknownService"),
        ("POST", "/lists", {"service": "cash", "language": "tlh"}, 422, "UnknownLanguage"),
        ("POST", "/lists", {"service": "cash", "print": False}, 422, "BadField"),
        ("POST", "/feedback", {"rating": 6}, 422, "BadField"),
        ("POST", "/feedback", {"rating": 4.5}, 422, "BadField"),
        ("POST", "/feedback", {"rating": "good"}, 422, "BadField"),
        ("POST", "/feedback", {"rating": 5, "choices": ["x" * 65]}, 422, "BadField"),
        ("POST", "/feedback", {"rating": 5, "comment": "a free word"}, 422, "BadField"),
        ("POST", "/alerts", {"device": "printer-1"}, 403, "NotAllowed"),
        ("POST", "/resolve-alert", {"device": "printer-1", "problem": "offline"}, 403, "NotAllowed"),
        ("POST", "/leases", {"service": "cash", "holder": "one", "count": 5}, 403, "NotAllowed"),
        ("POST", "/hand-in", {}, 403, "NotAllowed"),
        ("GET", "/setup", None, 403, "NotAllowed"),
        ("POST", f"{API}/branches/elsewhere/check-in", {"code": "QQQQ"}, 404, "UnknownBranch"),
        ("POST", f"{API}/branches/elsewhere/appointments", None, 404, "UnknownBranch"),
        ("GET", f"{API}/branches/elsewhere/appointments", None, 404, "UnknownBranch"),
        ("POST", f"{API}/branches/elsewhere/tickets", {"service": "cash"}, 404, "UnknownBranch"),
        ("POST", f"{API}/branches/elsewhere/close-day", None, 404, "UnknownBranch"),
        ("GET", f"{API}/branches/elsewhere", None, 404, "UnknownBranch"),
        ("GET", f"{API}/branches/elsewhere/board", None, 404, "UnknownBranch"),
        ("GET", f"{API}/branches/elsewhere/reports/day", None, 404, "UnknownBranch"),
        ("GET", f"{API}/nothing", None, 404, "NotThere"),
        ("GET", "/tickets/A999", None, 404, "UnknownTicket"),
        ("GET", "/events?after=x", None, 422, "BadField"),
        ("GET", "/events?after=-1", None, 422, "BadField"),
        ("GET", "/events?limit=1.5", None, 422, "BadField"),
        ("GET", "/reports/day?format=pdf", None, 422, "BadField"),
        ("GET", "/reports/day?day=tomorrow", None, 422, "BadField"),
        ("GET", "/reports/day?day=2024-02-30", None, 422, "BadField"),
        ("GET", "/reports/day?day=2001-01-01", None, 404, "NotThere"),
        ("PUT", "/tickets", None, 405, "MethodNotAllowed"),
        ("GET", "/tickets", None, 405, "MethodNotAllowed"),
        ("DELETE", "/board", None, 405, "MethodNotAllowed"),
        ("POST", "/board", None, 405, "MethodNotAllowed"),
        ("POST", "/queue", None, 405, "MethodNotAllowed"),
        ("POST", "/events", None, 405, "MethodNotAllowed"),
        ("GET", "/counters/1/next", None, 405, "MethodNotAllowed"),
        ("GET", "/close-day", None, 405, "MethodNotAllowed"),
        ("GET", "/check-in", None, 405, "MethodNotAllowed"),
        ("GET", "/leases", None, 405, "MethodNotAllowed"),
        ("POST", "/setup", None, 405, "MethodNotAllowed"),
        ("PUT", "/appointments", None, 405, "MethodNotAllowed"),
        ("DELETE", "/appointments", None, 405, "MethodNotAllowed"),
        ("PUT", f"{API}/sessions", None, 405, "MethodNotAllowed"),
        ("POST", f"{API}/sessions", {"username": "admin"}, 422, "BadField"),
        ("POST", f"{API}/sessions", "admin", 400, "BadRequest"),
    ],
)
def test_bad_input_gets_the_right_status_and_problem(
    house: House, method: str, path: str, body: Any, status: int, name: str
) -> None:
    house.issue()
    before = house.server.desk.seq
    answer = house.ask(method, path, "teller" if name == "NotAllowed" else "manager", body=body)
    assert_problem(answer, status, name)
    assert house.server.desk.seq == before, "nothing was changed"
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tickets", {"service": "cash", "appointment": 10**30}),
        ("/tickets", {"service": "cash", "appointment": 2**63 - 1}),
        ("/tickets", {"service": "cash", "appointment": -(2**63)}),
        ("/tickets", {"service": "loans", "appointment": 253_402_300_800_000}),
        ("/counters/1/transfer", {"to_counter": 10**30}),
        *(
            ("/appointments", {"service": "cash", "slot": slot, "code": CODE})
            for slot in (10**30, 2**63 - 1, c.LATEST, -(2**63))
        ),
        ("/check-in", {"code": "\ud800"}),
        ("/lists", {"service": "cash\u0000"}),
        ("/tickets", {"service": "cash\u0000"}),
        ("/tickets/%00/cancel", None),
        ("/tickets/%F0%28%8C%28/cancel", None),
        ("/rehearsal", {"services": [{"code": "x", "names": {}, "first": 10**30}]}),
        ("/rehearsal", {"counters": [{"number": -1}]}),
    ],
)
def test_strange_values_are_taken_or_refused_but_never_break_the_server(house: House, path: str, body: Any) -> None:
    answer = house.post(path, body)
    assert answer.status_code in {200, 201, 400, 404, 409, 422}, answer.text
    for read in ("", "/board", "/queue", "/events", "/reports/day"):
        assert house.get(read).status_code in {200, 404}, read


@pytest.mark.parametrize("path", ["/rehearsal", "/tickets"])
@pytest.mark.parametrize("time", ["noon", "--5", "5-", "\u00b2", "1.5", "9" * 15, "-" + "9" * 13, "9" * 400])
def test_a_strange_time_is_refused_or_corrected_and_a_rehearsal_goes_on(house: House, time: str, path: str) -> None:
    body = {"service": "cash"} if path == "/tickets" else {}
    if path == "/tickets":
        assert house.post("/rehearsal", Lobby_Time="910000000000").status_code == 200
    assert house.post(path, body, Lobby_Time=time).status_code in {200, 201, 400, 422}
    assert house.post("/rehearsal").status_code == 200
    assert house.post("/tickets", {"service": "cash"}, Lobby_Time="920000000000").status_code == 201
    assert house.get("/board").status_code == 200


def test_only_a_rehearsal_branch_takes_the_time_and_only_from_who_may_rehearse(house: House) -> None:
    assert_problem(house.post("/tickets", {"service": "cash"}, Lobby_Time="920000000000"), 409, "NotARehearsal")
    answer = house.post("/tickets", {"service": "cash"}, "kiosk", Lobby_Time="920000000000")
    assert_problem(answer, 403, "NotAllowed")
    house.issue()
    assert_problem(house.post("/rehearsal"), 409, "BranchIsLive")


@pytest.mark.parametrize("limit", ["0", "1", "5000", "999999999", "9" * 30])
@pytest.mark.parametrize("after", ["0", "1", "999", "9223372036854775808", "9" * 30])
def test_the_journal_can_be_read_from_any_number(house: House, after: str, limit: str) -> None:
    assert house.get(f"/events?after={after}&limit={limit}").json == []
    house.issue()
    told = house.get(f"/events?after={after}&limit={limit}")
    assert told.status_code == 200
    assert len(told.json) == min(max(0, 2 - int(after)), int(limit))  # type: ignore[arg-type]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-03-05T10:00", "20240305", "2024-W10-2", "%00"])
def test_a_report_of_any_day_is_given_or_refused(house: House, day: str) -> None:
    house.issue()
    assert house.get(f"/reports/day?day={day}").status_code in {200, 404, 422}


def test_the_report_before_the_first_customer_says_that_there_is_nothing(house: House) -> None:
    assert_problem(house.get("/reports/day"), 404, "NotThere")


@pytest.mark.parametrize("form", ["json", "csv", "html"])
def test_the_report_comes_in_each_form(house: House, form: str) -> None:
    house.issue()
    answer = house.get(f"/reports/day?format={form}")
    assert answer.status_code == 200
    assert form in answer.content_type
    assert answer.data


def test_a_closed_service_is_refused_with_its_hours(a_house_of: Callable[..., House]) -> None:
    house = a_house_of(edit=lambda text: text.replace('prefix = "L"', 'prefix = "L"\nhours = { tue = "13:00-15:00" }'))
    told = assert_problem(house.post("/tickets", {"service": "loans"}), 409, "ServiceClosed")
    assert "13:00-15:00" in told["detail"]
    house.clock.forward(hours=4.5)
    assert house.post("/tickets", {"service": "loans"}).status_code == 201


def test_a_closed_branch_is_refused_until_the_day_is_open_again(house: House) -> None:
    house.issue()
    assert house.post("/close-day").status_code == 200
    assert_problem(house.post("/tickets", {"service": "cash"}), 409, "BranchClosed")
    assert house.post("/reopen-day").status_code == 200
    assert house.post("/tickets", {"service": "cash"}).status_code == 201


def test_a_ticket_in_the_wrong_state_is_refused(house: House) -> None:
    ticket = house.issue()
    house.post(f"/tickets/{ticket['id']}/cancel")
    told = assert_problem(house.post(f"/tickets/{ticket['number']}/cancel"), 409, "WrongState")
    assert told["facts"]["number"] == ticket["number"]
    assert_problem(house.post(f"/tickets/{ticket['id']}/return"), 409, "WrongState")


def test_the_same_key_gives_the_same_answer_and_for_another_request_it_is_refused(house: House) -> None:
    first = house.post("/tickets", {"service": "cash"}, "kiosk", Idempotency_Key="tap")
    again = house.post("/tickets", {"service": "cash"}, "kiosk", Idempotency_Key="tap")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["Lobby-Seq"] == again.headers["Lobby-Seq"]
    other = house.post("/tickets", {"service": "loans"}, "kiosk", Idempotency_Key="tap")
    assert_problem(other, 422, "KeyReused")
    another = house.post("/counters/1/open", None, "kiosk", Idempotency_Key="tap")
    assert_problem(another, 403, "NotAllowed")
    someone_else = house.post("/tickets", {"service": "cash"}, "teller", Idempotency_Key="tap")
    assert someone_else.json["number"] == "A002"  # type: ignore[index]


def test_a_key_is_remembered_over_a_restart_and_for_two_days(
    a_house_of: Callable[..., House], clock: Clock, tmp_path: Any
) -> None:
    house = a_house_of()
    first = house.post("/tickets", {"service": "cash"}, Idempotency_Key="tap")
    house.server.close()
    clock.forward(hours=47)
    restarted = a_house_of()
    assert restarted.post("/tickets", {"service": "cash"}, Idempotency_Key="tap").json == first.json
    assert_problem(restarted.post("/tickets", {"service": "cards"}, Idempotency_Key="tap"), 422, "KeyReused")


def test_a_key_of_a_rehearsal_is_remembered_over_a_restart(a_house_of: Callable[..., House], clock: Clock) -> None:
    house = a_house_of()
    at = "917946000000"  # in 1999
    house.post("/rehearsal", Lobby_Time=at)
    first = house.post("/tickets", {"service": "cash"}, Idempotency_Key="row 1", Lobby_Time=at)
    assert first.status_code == 201
    house.server.close()
    again = a_house_of().post("/tickets", {"service": "cash"}, Idempotency_Key="row 1", Lobby_Time=at)
    assert again.json == first.json


LEADS = ("reviews", "settle-article-report", "settle-comment", "take-notice-down")
"""What speaks of something that was done before, and has a name that is made up then; see
tests/contract/test_care_door.py and `test_a_notice_is_on_the_board_until_it_is_taken_down`."""


@pytest.mark.parametrize("verb", sorted(c.BRANCH_VERBS.keys() - {"close-day", "reopen-day", "rehearsal", *LEADS}))
def test_every_command_on_a_branch_is_carried_out_once_for_its_key(house: House, verb: str) -> None:
    roles = PERMISSIONS[permission_for(c.BRANCH_VERBS[verb])]
    role = next(one for one in ("kiosk", "teller", "manager") if one in roles)
    if verb == "praise":
        role = "teller"  # at a kiosk the ticket says who it is for
    house.post("/leases", BODIES["leases"], "kiosk")
    house.post("/appointments", {"service": "loans", "slot": LATER, "code": CODE}, "teller")
    if verb in {"resolve-alert", "take-alert", "acknowledge-alert"}:
        house.post("/alerts", BODIES["alerts"], "kiosk")
    if verb == "open-service":
        house.post("/close-service", BODIES["close-service"], "manager")
    if verb == "loud-voice":
        house.post("/quiet-voice", BODIES["quiet-voice"], "manager")
    first = house.post(f"/{verb}", BODIES[verb], role, Idempotency_Key="touch")
    assert first.status_code in {200, 201}, first.text
    seq = house.server.desk.seq
    again = house.post(f"/{verb}", BODIES[verb], role, Idempotency_Key="touch")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    other = house.post("/tickets", {"service": "cards"}, role, Idempotency_Key="touch")
    assert_problem(other, 422, "KeyReused")
    assert house.server.desk.seq == seq


@pytest.mark.parametrize(
    ("verb", "body"),
    [("tickets", {"service": "cash"}), ("check-in", {"code": CODE}), ("tickets/A001/reprint", {})],
    ids=["ticket", "check-in", "copy"],
)
def test_a_slip_is_printed_here_unless_whoever_asks_has_a_printer_of_its_own(
    house: House, verb: str, body: dict[str, Any]
) -> None:
    def slips() -> int:
        return len(house.server.printing.spool.jobs())

    house.post("/appointments", {"service": "loans", "slot": LATER, "code": CODE}, "teller")
    house.post("/tickets", {"service": "cash", "print": False}, "kiosk")
    assert slips() == 0
    answer = house.post(f"/{verb}", body | {"print": False}, "kiosk", Idempotency_Key="own printer")
    assert answer.status_code in {200, 201}
    assert slips() == 0
    if verb == "check-in":
        house.post("/appointments", {"service": "loans", "slot": LATER, "code": "SECND"}, "teller")
        body = {"code": "SECND"}
    assert house.post(f"/{verb}", body, "kiosk").status_code in {200, 201}
    assert slips() == 1


def test_a_slip_whose_token_nobody_knows_any_more_has_no_address_on_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.server, "public_url", "https://lobby.example")
    assert house.server.ticket_url("nB4bCZzgBqYJ") == "https://lobby.example/t/nB4bCZzgBqYJ"
    assert house.server.ticket_url("") == ""


def test_a_check_in_answers_with_its_ticket_and_says_what_was_wrong_the_second_time(house: House) -> None:
    house.post("/appointments", {"service": "loans", "slot": LATER, "code": CODE, "language": "ru"}, "teller")
    answer = house.post("/check-in", {"code": "7f2 k9qm"}, "kiosk")
    assert answer.status_code == 200
    told = answer.json["ticket"]  # type: ignore[index]
    assert (told["number"], told["language"], told["appointment"]) == ("L001", "ru", LATER)
    assert told["token"]
    again = assert_problem(house.post("/check-in", {"code": CODE}, "kiosk"), 409, "AppointmentUsed")
    assert again["facts"] == {"number": "L001"}
    assert_problem(house.post("/cancel-appointment", {"code": CODE}), 409, "AppointmentUsed")
    [known] = house.get("/appointments", "teller").json  # type: ignore[misc]
    assert known == {
        "code": CODE, "service": "loans", "slot": LATER, "language": "ru", "number": "L001", "cancelled": False,
    }  # fmt: skip


def test_a_kiosk_is_briefed_with_the_setup_the_public_address_the_branchs_time_and_the_banks_look(house: House) -> None:
    told = house.get("/setup", "kiosk").json
    assert set(told) == {"setup", "public_url", "at", "look"}  # type: ignore[arg-type]
    assert told["at"] == house.clock()  # type: ignore[index]
    assert set(told["setup"]["services"]) == {"cash", "accounts", "cards", "loans", "business"}  # type: ignore[index]


@pytest.mark.parametrize("key", ["", "k" * 101])
@pytest.mark.parametrize("path", ["/tickets", "/counters/1/open", "/close-day", "/check-in", "/leases", "/hand-in"])
def test_a_post_without_a_usable_key_is_refused(house: House, path: str, key: str) -> None:
    role = "kiosk" if path in {"/leases", "/hand-in"} else "manager"
    headers = {"Authorization": f"Bearer {house.token(role)}"} | ({"Idempotency-Key": key} if key else {})
    answer = house.client().post(f"{MAIN}{path}", json=BODIES.get(path.rsplit("/", 1)[-1], {}), headers=headers)
    assert_problem(answer, 400, "BadRequest")
    assert house.server.desk.seq == 0


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YWRtaW46YWRtaW4=", "Bearer \u00e9"]
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/board"), ("POST", "/tickets"), ("POST", "/counters/9/next")])
def test_without_a_good_token_nothing_is_told(house: House, method: str, path: str, authorization: str) -> None:
    answer = house.ask(method, path, "", Authorization=authorization)
    assert_problem(answer, 401, "NotSignedIn")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_who_is_not_signed_in_does_not_learn_which_branches_there_are(house: House) -> None:
    assert_problem(house.ask("GET", f"{API}/branches/elsewhere", ""), 401, "NotSignedIn")
    assert_problem(house.ask("POST", f"{API}/branches/elsewhere/tickets", ""), 401, "NotSignedIn")


# -- in the person's language

REFUSED: list[tuple[str, str, str, Any, str]] = [
    ("manager", "POST", "/tickets", {"service": "gold"}, "UnknownService"),
    ("manager", "POST", "/tickets", {"service": "cash", "x": 1}, "BadField"),
    ("manager", "POST", "/tickets", "{", "BadRequest"),
    ("manager", "POST", "/tickets", LARGE, "TooLong"),
    ("manager", "POST", "/counters/99/open", None, "UnknownCounter"),
    ("manager", "POST", "/counters/1/next", None, "CounterNotOpen"),
    ("manager", "POST", "/tickets/A001/return", None, "WrongState"),
    ("manager", "GET", "/tickets/A999", None, "UnknownTicket"),
    ("manager", "GET", f"{API}/branches/elsewhere", None, "UnknownBranch"),
    ("manager", "GET", f"{API}/nothing", None, "NotThere"),
    ("manager", "PUT", "/tickets", None, "MethodNotAllowed"),
    ("kiosk", "POST", "/check-in", {"code": "QQQQ"}, "UnknownAppointment"),
    ("display", "POST", "/tickets", {"service": "cash"}, "NotAllowed"),
    ("", "GET", "/board", None, "NotSignedIn"),
    ("", "POST", f"{API}/sessions", {"username": "admin", "password": "x"}, "WrongPassword"),
]


@pytest.mark.parametrize("language", sorted(SCRIPTS))
@pytest.mark.parametrize(("role", "method", "path", "body", "name"), REFUSED, ids=[row[4] for row in REFUSED])
def test_a_refusal_is_told_in_the_language_that_is_asked_for(
    house: House, language: str, role: str, method: str, path: str, body: Any, name: str
) -> None:
    if language not in LANGUAGES:
        pytest.skip(f"there is no catalogue for {language} yet")
    house.issue()
    answer = house.ask(method, path, role, body, Accept_Language=f"xx, {language};q=0.9, en;q=0.1")
    said = answer.json["detail"]  # type: ignore[index]
    assert answer.json["title"] == name  # type: ignore[index]
    assert re.search(SCRIPTS[language], said), said
    assert house.ask(method, path, role, body, Accept_Language="xx").json["detail"] != said  # type: ignore[index]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-CN,en;q=0.8", "zh"),
        ("zh-Hans-CN, en-GB;q=0.5", "zh"),
        ("ar-SA, en;q=0.1", "ar"),
        ("ru_RU, en-US;q=0.9, en;q=0.8", "ru"),
        ("RU", "ru"),
    ],
)
def test_a_languages_regional_form_is_understood_before_a_worse_language(
    house: House, accepted: str, language: str
) -> None:
    if language not in LANGUAGES:
        pytest.skip(f"there is no catalogue for {language} yet")
    said = house.get("/tickets/A999", Accept_Language=accepted).json["detail"]  # type: ignore[index]
    assert re.search(SCRIPTS[language], said), said


# -- the OpenAPI document


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    answer = house.client().get(f"{API}/openapi.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return dict(json.loads(answer.text))


def documented(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Method and path of every operation."""
    return {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}


def test_the_openapi_document_lists_every_route_and_only_routes_that_exist(
    house: House, document: dict[str, Any]
) -> None:
    verbs = {"ticket_verb": c.TICKET_VERBS, "counter_verb": c.COUNTER_VERBS, "branch_verb": c.BRANCH_VERBS}
    routes = set()
    for rule in house.app.url_map.iter_rules():
        if not rule.rule.startswith(API) or rule.rule.endswith("openapi.json"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(API))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            table = verbs.get(rule.endpoint.removeprefix("api."))
            routes |= {(method, path.replace("{verb}", verb)) for verb in table} if table else {(method, path)}
    assert documented(document) == routes


def test_every_reference_in_the_openapi_document_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(document)):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("title", name)


def test_every_operation_names_its_path_parameters_and_its_refusals(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path
            assert any(code.startswith("2") for code in operation["responses"]), path
            assert "401" in operation["responses"], f"{method} {path}"
            if method == "post" and "{branch}" in path:
                assert any(p["name"] == "Idempotency-Key" and p["required"] for p in operation["parameters"])


def assert_as_documented(document: dict[str, Any], method: str, path: str, answer: TestResponse) -> None:
    """The answer's status and body are those of the document, and no field of the body is missing from it."""
    responses = document["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in responses, f"{method} {path} {answer.status_code}"
    told = responses[str(answer.status_code)]
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rsplit("/", 1)[1]]
    if "content" not in told:
        assert answer.data == b""
        return
    schema = told["content"][answer.content_type]["schema"]
    whole = {"components": document["components"], **schema}
    jsonschema.Draft202012Validator(whole).validate(answer.json)
    named = schema.get("allOf", [schema])[0]
    if "$ref" in named:
        known = document["components"]["schemas"][named["$ref"].rsplit("/", 1)[1]]["properties"]
        known = {**known, **schema.get("properties", {})}
        assert set(answer.json) <= set(known), f"{method} {path}"  # type: ignore[arg-type]


def test_real_answers_are_as_the_openapi_document_says(house: House, document: dict[str, Any]) -> None:
    base = "/branches/{branch}"
    number = [0]

    def ask(method: str, path: str, body: Any = None, role: str = "manager", **places: Any) -> None:
        real = path.format(branch="main-street", **places)
        answer = house.ask(method, f"{API}{real}", role, body)
        assert_as_documented(document, method, path, answer)
        number[0] += 1

    def at_counter(verb: str, body: Any = None) -> None:
        ask("POST", f"{base}/counters/{{counter}}/{verb}", body, counter=6)

    for _ in range(4):
        ask("POST", f"{base}/tickets", {"service": "cash", "then": ["cards"]}, "kiosk")
    at_counter("next")
    at_counter("open")
    at_counter("next")
    at_counter("recall")
    at_counter("no-show")
    house.clock.forward(40)
    at_counter("no-show")
    ask("POST", f"{base}/tickets/{{ticket}}/return", ticket="A001")
    at_counter("call", {"ticket": "A002", "reason": "asked"})
    at_counter("start")
    at_counter("add-service", {"service": "loans"})
    at_counter("park", {"reason": "papers"})
    at_counter("resume", {"ticket": "A002"})
    at_counter("transfer", {"service": "accounts"})
    at_counter("undo")
    at_counter("finish", {"outcome": "done", "note": "all well"})
    at_counter("skills", {"services": ["cash"]})
    at_counter("skills", {"services": ["tea"]})
    at_counter("break", {"reason": "lunch"})
    at_counter("back")
    ask("POST", f"{base}/tickets/{{ticket}}/interactions", {"outcome": "done", "note": "later"}, ticket="A002")
    ask("POST", f"{base}/tickets/{{ticket}}/reprint", ticket="A003")
    ask("POST", f"{base}/tickets/{{ticket}}/cancel", ticket="A003")
    ask("POST", f"{base}/tickets/{{ticket}}/cancel", ticket="A003")
    for path in ("", "/board", "/queue", "/events", "/reports/day"):
        ask("GET", f"{base}{path}")
        ask("GET", f"{base}{path}", role="customer")
    ask("GET", "/branches")
    ask("GET", f"{base}/tickets/{{ticket}}", ticket="A001")
    ask("GET", f"{base}/tickets/{{ticket}}", ticket="Z999")
    at_counter("close")

    def of_a_kiosk(verb: str, **body: Any) -> None:
        ask("POST", f"{base}/{verb}", body, "kiosk")

    ask("POST", f"{base}/appointments", {"service": "loans", "slot": LATER, "code": CODE, "note": "Mrs Example"})
    ask("POST", f"{base}/appointments", {"service": "loans", "slot": LATER, "code": CODE})
    of_a_kiosk("check-in", code=CODE, documents=True)
    of_a_kiosk("check-in", code=CODE)
    ask("POST", f"{base}/appointments", {"service": "loans", "slot": LATER})
    ask("POST", f"{base}/cancel-appointment", {"code": CODE})
    ask("GET", f"{base}/appointments")
    ask("GET", f"{base}/appointments", role="kiosk")
    of_a_kiosk("leases", service="cash", holder="one", count=10)
    of_a_kiosk("hand-in", service="cash", holder="one", number="A990", token="t", arrived_at=TUESDAY)
    of_a_kiosk("hand-in", service="cash", holder="one", number="A990", token="other", arrived_at=TUESDAY)
    of_a_kiosk("lists", service="cash")
    of_a_kiosk("feedback", rating=4, choices=["wait"])
    of_a_kiosk("alerts", device="printer-1", problem="offline")
    for verb in ("take-alert", "acknowledge-alert"):
        ask("POST", f"{base}/{verb}", {"device": "printer-1", "problem": "offline"})
        ask("POST", f"{base}/{verb}", {"device": "printer-2", "problem": "offline"})
    of_a_kiosk("resolve-alert", device="printer-1", problem="offline")
    ask("GET", f"{base}/alerts")
    ask("GET", f"{base}/alerts", role="teller")
    ask("POST", f"{base}/close-service", {"service": "loans", "reason": "system"})
    ask("GET", base)
    of_a_kiosk("tickets", service="loans")
    ask("POST", f"{base}/close-service", {"service": "loans", "reason": "mood"})
    ask("POST", f"{base}/open-service", {"service": "loans"})
    ask("POST", f"{base}/notices", {"texts": {"en": "Please queue at counter 3."}})
    ask("POST", f"{base}/notices", {"texts": {}})
    ask("GET", f"{base}/board")
    ask("POST", f"{base}/take-notice-down", {"notice": "none"})
    ask("POST", f"{base}/tickets/{{ticket}}/reassign", {"service": "cards"}, ticket="A004")
    ask("POST", f"{base}/tickets/{{ticket}}/reassign", {"service": "cards"}, ticket="A003")
    ask("GET", f"{base}/setup", role="kiosk")
    ask("GET", f"{base}/setup")
    ask("POST", f"{base}/close-day")
    ask("POST", f"{base}/reopen-day")
    ask("POST", f"{base}/rehearsal")
    ask("POST", "/sessions", {"username": "x", "password": "y"})
    house.member("ann", "teller")
    ask("POST", "/sessions", {"username": "ann", "password": PASSWORD})
    ask("POST", f"{base}/counters/{{counter}}/open", counter=99)
    assert number[0] > 55


# -- who may do what

READS = {
    f"{API}/branches": "see the branch",
    "": "see the branch",
    "/board": "see the branch",
    "/queue": "see the queue",
    "/tickets/A001": "see a ticket",
    "/setup": "go on without the server",
    "/appointments": "keep appointments",
    "/events": "read the journal",
    "/reports/day": "see figures",
    "/alerts": "see figures",
}
BODIES: dict[str, Any] = {
    "call": {"ticket": "A001", "reason": "asked"},
    "add-service": {"service": "cash"},
    "resume": {"ticket": "A001"},
    "transfer": {"service": "cards"},
    "interactions": {"outcome": "done"},
    "tickets": {"service": "cash"},
    "check-in": {"code": CODE},
    "leases": {"service": "cash", "holder": "one", "count": 5},
    "hand-in": {"service": "cash", "holder": "one", "number": "A999", "token": "t", "arrived_at": TUESDAY},
    "appointments": {"service": "loans", "slot": LATER},
    "cancel-appointment": {"code": CODE},
    "lists": {"service": "cash"},
    "feedback": {"rating": 4},
    "alerts": {"device": "printer-1", "problem": "offline"},
    "resolve-alert": {"device": "printer-1", "problem": "offline"},
    "take-alert": {"device": "printer-1", "problem": "offline"},
    "acknowledge-alert": {"device": "printer-1", "problem": "offline"},
    "close-service": {"service": "loans", "reason": "system"},
    "open-service": {"service": "loans"},
    "notices": {"texts": {"en": "Please queue at counter 3."}},
    "take-notice-down": {"notice": "none"},
    "quiet-voice": {},
    "loud-voice": {},
    "reassign": {"service": "cards"},
    "promises": {"revisions": []},
    "complaints": {"text": "It took an hour", "contact": "+44 20 7946 0000"},
    "follow-ups": {"note": "Call back", "within_h": 24},
    "praise": {"note": "So patient", "teller": "teller"},
    "article-reports": {"problem": "wrong", "article": "fees", "language": "en"},
}
COMMANDS = [
    *((f"/counters/1/{verb}", verb, command) for verb, command in c.COUNTER_VERBS.items()),
    *((f"/tickets/A001/{verb}", verb, command) for verb, command in c.TICKET_VERBS.items()),
    *((f"/{verb}", verb, command) for verb, command in c.BRANCH_VERBS.items()),
]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says_and_nothing_else(house: House, role: str) -> None:
    house.issue()
    for path, verb, command in COMMANDS:
        answer = house.post(path, BODIES.get(verb), role)
        allowed = role in PERMISSIONS[permission_for(command)]
        assert (answer.status_code != 403) == allowed, f"{role} {verb}: {answer.text}"
        if not allowed:
            assert_problem(answer, 403, "NotAllowed")
    for path, permission in READS.items():
        answer = house.get(path, role)
        assert (answer.status_code == 200) == (role in PERMISSIONS[permission]), f"{role} {path}: {answer.text}"


def test_who_may_go_on_alone_keep_appointments_and_report_devices_is_as_written_here() -> None:
    """The table of roles, said once more by hand for what a mistake would cost most."""
    verbs: dict[str, type[c.Command]] = c.BRANCH_VERBS | c.TICKET_VERBS
    for verb, roles in {
        "leases": {"kiosk"},
        "hand-in": {"kiosk"},
        "check-in": {"kiosk", "teller", "supervisor", "manager", "administrator"},
        "appointments": {"teller", "supervisor", "manager", "administrator"},
        "cancel-appointment": {"teller", "supervisor", "manager", "administrator"},
        "alerts": {"kiosk", "display", "supervisor", "manager", "administrator"},
        "resolve-alert": {"kiosk", "display", "supervisor", "manager", "administrator"},
        "feedback": {"customer", "kiosk", "teller", "supervisor", "manager", "administrator"},
        "return": {"customer", "teller", "supervisor", "manager", "administrator"},
    }.items():
        assert PERMISSIONS[permission_for(verbs[verb])] == roles, verb


def test_what_a_role_may_not_do_is_refused_before_the_body_is_looked_at(house: House) -> None:
    assert_problem(house.post("/tickets", "{", "display"), 403, "NotAllowed")
    assert_problem(house.post("/counters/99/next", None, "kiosk"), 403, "NotAllowed")


def test_nobody_but_who_prints_it_sees_a_tickets_token(house: House) -> None:
    token = house.issue()["token"]
    assert token
    for path in ("", "/board", "/queue", "/events", "/tickets/A001", "/reports/day"):
        assert token not in house.get(path).text, path
    house.post("/counters/1/open")
    for verb in ("next", "recall", "start", "park"):
        assert token not in house.post(f"/counters/1/{verb}").text, verb
    house.post("/leases", BODIES["leases"], "kiosk")
    ghost = house.issue()["id"]
    for paper in (
        {"number": "A998", "token": "of-the-paper"},
        {"number": "A999", "token": "of-the-other", "replaces": ghost},
    ):
        answer = house.post("/hand-in", BODIES["hand-in"] | paper, "kiosk")
        assert answer.json["ticket"]["token"] == paper["token"]  # type: ignore[index]
        for path in ("", "/board", "/queue", "/events", f"/tickets/{paper['number']}", "/reports/day"):
            assert paper["token"] not in house.get(path).text, path


def test_a_note_never_reaches_the_journal(house: House) -> None:
    house.issue()
    for verb in ("open", "next", "start"):
        house.post(f"/counters/1/{verb}")
    house.post("/counters/1/finish", {"outcome": "done", "note": "Mrs Example, 555 0101"})
    house.post("/tickets/A001/interactions", {"outcome": "done", "note": "Mrs Example called again"})
    booked = house.post("/appointments", {"service": "loans", "slot": LATER, "note": "for Mrs Example"})
    assert booked.status_code == 200
    assert "Example" not in booked.text + house.get("/appointments").text
    assert "Example" not in house.get("/events").text
    assert b"Example" not in b"".join(str(entry).encode() for entry in house.server.desk.journal.entries())


# -- tokens and sign-in


def test_a_revoked_token_stops_working_within_seconds(house: House) -> None:
    assert house.get("/board", "display").status_code == 200
    house.server.tokens.revoke_all("display", DEVICE, house.clock())
    house.clock.forward(5)
    assert_problem(house.get("/board", "display"), 401, "NotSignedIn")


def pair(house: House, code: str) -> TestResponse:
    return house.client().post("/pair", data={"code": code})


def test_a_pairing_code_opens_nothing_but_the_pairing(house: House) -> None:
    code = house.server.tokens.pairing_code("screen", "kiosk", house.clock()).replace("-", "")
    answer = house.ask("GET", "/board", "", Authorization=f"Bearer {code}")
    assert_problem(answer, 401, "NotSignedIn")


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code.replace('-', ' ')} "])
def test_a_pairing_code_pairs_one_device_and_is_used_up(house: House, typed: Callable[[str], str]) -> None:
    code = typed(house.server.tokens.pairing_code("screen", "display", house.clock()))
    device = house.client()
    assert device.post("/pair", data={"code": code}).headers["Location"] == "/screen"
    assert device.get("/screen").status_code == 200
    assert pair(house, code).status_code == 404


def test_a_pairing_code_ends_after_ten_minutes(house: House) -> None:
    codes = [house.server.tokens.pairing_code("screen", "display", house.clock()) for _ in range(2)]
    house.clock.forward(599)
    assert pair(house, codes[0]).status_code == 302
    house.clock.forward(2)
    assert pair(house, codes[1]).status_code == 404


def test_whoever_tries_codes_waits(house: House) -> None:
    code = house.server.tokens.pairing_code("screen", "display", house.clock())
    tried = [pair(house, "BCDF-GHJK").status_code for _ in range(21)]
    assert tried == [404] * 20 + [429]
    assert pair(house, code).status_code == 429
    house.clock.forward(2)
    assert pair(house, code).status_code == 302


def test_a_device_token_and_a_session_do_not_pair_devices(house: House) -> None:
    for token in (house.token("display"), house.member("ann", "teller")):
        assert pair(house, token).status_code == 404


def sign_in(house: House, username: str, password: str) -> TestResponse:
    return house.client().post(f"{API}/sessions", json={"username": username, "password": password})


def test_a_wrong_password_and_an_unknown_user_are_told_alike(house: House) -> None:
    house.member("ann", "teller")
    known = assert_problem(sign_in(house, "ann", "guess"), 401, "WrongPassword")
    unknown = assert_problem(sign_in(house, "nobody", "guess"), 401, "WrongPassword")
    assert known == unknown


def test_after_five_wrong_passwords_one_waits_and_then_the_right_one_works(house: House) -> None:
    house.member("ann", "teller")
    for _ in range(5):
        assert_problem(sign_in(house, "ann", "guess"), 401, "WrongPassword")
    answer = sign_in(house, "ann", PASSWORD)
    assert_problem(answer, 429, "TooManyAttempts")
    house.clock.forward(int(answer.headers["Retry-After"]) + 1)
    assert sign_in(house, "ann", PASSWORD).status_code == 201
    assert_problem(sign_in(house, "ann", "guess"), 401, "WrongPassword")


def test_the_brake_also_holds_on_the_sign_in_page(house: House) -> None:
    for _ in range(5):
        answer = house.client().post("/sign-in", data={"username": "ann", "password": "guess"})
        assert answer.status_code == 401
    assert house.client().post("/sign-in", data={"username": "ann", "password": "guess"}).status_code == 429


def test_a_one_time_password_opens_nothing_before_it_is_replaced(house: House) -> None:
    first = house.server.first_administrator()
    assert first is not None
    session = sign_in(house, "admin", first).json
    assert session["must_change"] is True  # type: ignore[index]
    bearer = {"Authorization": f"Bearer {session['token']}"}  # type: ignore[index]
    person = house.client()

    for path in READS:
        answer = person.get(path if path.startswith("/api") else MAIN + path, headers=bearer)
        assert_problem(answer, 403, "PasswordMustChange")
    posted = person.post(f"{MAIN}/tickets", json={"service": "cash"}, headers=bearer | {"Idempotency-Key": "k"})
    assert_problem(posted, 403, "PasswordMustChange")

    def change(old: str, new: str) -> TestResponse:
        return person.post(f"{API}/password", json={"password": old, "new_password": new}, headers=bearer)

    assert_problem(change("wrong", PASSWORD), 401, "WrongPassword")
    assert_problem(change(first, "short"), 422, "PasswordTooWeak")
    assert_problem(change(first, first), 422, "PasswordTooWeak")
    assert change(first, PASSWORD).status_code == 204
    assert person.get(f"{API}/branches", headers=bearer).status_code == 200
    assert_problem(sign_in(house, "admin", first), 401, "WrongPassword")


@pytest.mark.parametrize("path", ["/", "/screen", "/manager", "/report", "/kiosk/offer"])
def test_with_a_one_time_password_every_page_leads_to_choosing_a_new_one(house: House, path: str) -> None:
    first = house.server.first_administrator()
    browser = house.client()
    answer = browser.post("/sign-in", data={"username": "admin", "password": first})
    assert answer.headers["Location"] == "/new-password"
    answer = browser.get(path)
    if path == "/kiosk/offer":
        assert answer.status_code == 403
        return
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/new-password")


def test_replacing_the_password_on_the_page_opens_the_rest(house: House) -> None:
    first = house.server.first_administrator()
    browser = house.client()
    browser.post("/sign-in", data={"username": "admin", "password": first})
    form = {"password": first, "new_password": PASSWORD, "repeat": PASSWORD + "!"}
    assert browser.post("/new-password", data=form).status_code == 422
    answer = browser.post("/new-password", data=form | {"repeat": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/manager").status_code == 200


def test_signing_out_ends_the_token(house: House) -> None:
    bearer = {"Authorization": f"Bearer {house.member('ann', 'teller')}"}
    person = house.client()
    assert person.get(f"{MAIN}/queue", headers=bearer).status_code == 200
    assert person.delete(f"{API}/sessions", headers=bearer).status_code == 204
    assert_problem(person.get(f"{MAIN}/queue", headers=bearer), 401, "NotSignedIn")
    assert_problem(person.delete(f"{API}/sessions", headers=bearer), 401, "NotSignedIn")


def test_signing_out_on_the_page_ends_the_token_and_the_cookie(house: House) -> None:
    token = house.member("boss", "manager")
    browser = house.client()
    browser.post("/sign-in", data={"username": "boss", "password": PASSWORD})
    cookie = browser.get_cookie("lobby")
    assert cookie is not None
    assert browser.get("/manager").status_code == 200
    assert browser.post("/sign-out").status_code == 302
    assert browser.get_cookie("lobby") is None
    assert house.ask("GET", "/queue", "", Authorization=f"Bearer {cookie.value}").status_code == 401
    assert house.ask("GET", "/queue", "", Authorization=f"Bearer {token}").status_code == 200, "another session goes on"


def test_a_session_ends_with_the_working_day(house: House) -> None:
    bearer = f"Bearer {house.member('ann', 'teller')}"
    assert house.ask("GET", "/queue", "", Authorization=bearer).status_code == 200
    house.clock.forward(hours=15)
    assert_problem(house.ask("GET", "/queue", "", Authorization=bearer), 401, "NotSignedIn")


def test_changing_the_password_ends_the_persons_other_sessions(house: House) -> None:
    stolen = f"Bearer {house.member('ann', 'teller')}"
    mine = sign_in(house, "ann", PASSWORD).json["token"]  # type: ignore[index]
    change = {"password": PASSWORD, "new_password": "another long password"}
    answer = house.client().post(f"{API}/password", json=change, headers={"Authorization": f"Bearer {mine}"})
    assert answer.status_code == 204
    house.clock.forward(5)
    assert_problem(house.ask("GET", "/queue", "", Authorization=stolen), 401, "NotSignedIn")
    assert house.ask("GET", "/queue", "", Authorization=f"Bearer {mine}").status_code == 200


# -- browsers


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost.elsewhere.example"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{MAIN}/tickets"),
        ("POST", f"{MAIN}/close-day"),
        ("POST", f"{API}/password"),
        ("DELETE", f"{API}/sessions"),
        ("POST", "/kiosk/tickets"),
        ("POST", "/sign-out"),
        ("POST", "/sign-in"),
        ("POST", "/new-password"),
        ("POST", "/pair"),
    ],
)
def test_a_page_of_another_site_cannot_speak_for_a_signed_in_person(
    house: House, method: str, path: str, origin: str
) -> None:
    token = house.member("boss", "manager")
    browser = house.client()
    browser.set_cookie("lobby", token)
    headers = {"Origin": origin, "Idempotency-Key": "k"}
    body = {"service": "cash"} if path.endswith("/tickets") else None
    if path == f"{API}/password":
        body = {"password": PASSWORD, "new_password": "another long password"}
    answer = browser.open(path, method=method, json=body, headers=headers)
    assert answer.status_code == 403
    assert house.server.desk.seq == 0
    assert browser.get("/manager").status_code == 200, "the session goes on"


def test_a_page_of_this_site_may_speak_for_the_signed_in_person(house: House) -> None:
    browser = house.client()
    browser.set_cookie("lobby", house.member("boss", "manager"))
    headers = {"Origin": "http://localhost", "Idempotency-Key": "k"}
    assert browser.post(f"{MAIN}/tickets", json={"service": "cash"}, headers=headers).status_code == 201


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    house.member("boss", "manager")
    answer = house.client().post("/sign-in", data={"username": "boss", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert PASSWORD not in str(answer.headers)
    secure = house.client().post(
        "/sign-in", data={"username": "boss", "password": PASSWORD}, base_url="https://localhost"
    )
    assert "Secure" in secure.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:x"]
)
def test_signing_in_leads_to_no_other_site(house: House, target: str) -> None:
    house.member("boss", "manager")
    form = {"username": "boss", "password": PASSWORD, "next": target}
    assert house.client().post("/sign-in", data=form).headers["Location"] == "/"


PAGES = ["/", "/sign-in", "/new-password", "/pair", "/screen", "/manager", "/report", "/kiosk/", "/kiosk/offer"]
ELSEWHERE = [
    "/t/nonsense",
    "/problems/NobodyWaiting",
    "/problems/Nonsense",
    "/nothing",
    "/static/live.js",
    "/look/tokens.css",
    "/kiosk/nothing",
    "/static/nothing.js",
    f"{API}/openapi.json",
    f"{API}/branches",
    f"{API}/nothing",
]


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "not signed in"])
@pytest.mark.parametrize("path", [*PAGES, *ELSEWHERE])
def test_every_answer_carries_the_security_headers(house: House, path: str, signed_in: bool) -> None:
    browser = house.client()
    if signed_in:
        browser.set_cookie("lobby", house.member("boss", "manager"))
        house.issue()
    with browser.get(path) as answer:
        text = answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    if not path.startswith(("/static", "/look")):
        assert "no-store" in answer.headers["Cache-Control"]
    if answer.content_type.startswith("text/html"):
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text), "no inline script"
        assert not re.search(r"\s(on\w+|style)=", text), "no inline handler, no inline style"


@pytest.mark.parametrize("path", ["/", "/manager", "/report", "/new-password"])
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(house: House, path: str) -> None:
    answer = house.client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_a_role_that_may_not_see_a_page_is_told_so(house: House) -> None:
    browser = house.client()
    browser.set_cookie("lobby", house.member("ann", "teller"))
    answer = browser.get("/manager")
    assert answer.status_code == 403
    assert answer.content_type.startswith("text/html")


def test_the_report_page_before_the_first_customer_says_that_there_is_nothing(house: House) -> None:
    browser = house.client()
    browser.set_cookie("lobby", house.member("boss", "manager"))
    answer = browser.get("/report")
    assert answer.status_code == 404
    assert "There is nothing for this day." in answer.text


@pytest.mark.parametrize("language", ["ar", "zh", "ru", "en"])
def test_every_page_speaks_each_language_and_its_direction(house: House, language: str) -> None:
    browser = house.client()
    browser.set_cookie("lobby", house.member("boss", "manager"))
    token = house.issue(language=language)["token"]
    for path in ("/", "/sign-in", "/pair", "/screen", "/manager", "/report", f"/t/{token}"):
        answer = browser.get(f"{path}?language={language}")
        assert answer.status_code == 200, path
        if language in LANGUAGES:
            assert f'lang="{language}"' in answer.text, path
            assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in answer.text, path


def test_what_people_call_things_is_text_and_never_markup(a_house_of: Callable[..., House]) -> None:
    house = a_house_of(edit=lambda text: text.replace('en = "Main Street"', 'en = "</script><b>Main</b>"', 1))
    browser = house.client()
    browser.set_cookie("lobby", house.member("boss", "manager"))
    token = house.issue()["token"]
    for path in ("/", "/sign-in", "/screen", "/manager", "/report", f"/t/{token}", "/problems/%3Cb%3E"):
        assert "<b>" not in browser.get(path).text, path


def test_a_ticket_is_issued_all_the_same_when_its_slip_cannot_be_put_away(house: House) -> None:
    house.server.printing.spool._file.read("DROP TABLE job")
    answer = house.post("/tickets", {"service": "cash"}, "kiosk", Idempotency_Key="tap")
    assert answer.status_code == 201
    assert answer.json["number"] == "A001"  # type: ignore[index]
    assert house.post("/tickets", {"service": "cash"}, "kiosk", Idempotency_Key="tap").json == answer.json
    assert house.post("/tickets/A001/reprint").status_code in {200, 503}


def test_a_house_can_be_closed_and_opened_again_on_the_same_day(a_house_of: Callable[..., House]) -> None:
    house = a_house_of()
    house.issue()
    house.server.close()
    assert a_house_of().issue()["number"] == "A002"


@pytest.mark.parametrize(("verb", "role"), [("complaints", "teller"), ("follow-ups", "teller"), ("feedback", "kiosk")])
def test_what_is_said_of_a_visit_takes_over_its_service(house: House, verb: str, role: str) -> None:
    ticket = house.issue("loans")
    house.post(f"/tickets/{ticket['number']}/cancel", {"by": "customer"}, "teller")
    answer = house.post(f"/tickets/{ticket['number']}/{verb}", BODIES[verb], role)
    assert answer.status_code == 200, answer.text
    event = house.server.desk.events()[-1].event
    assert event.service == "loans"  # type: ignore[union-attr]
    assert_problem(house.post(f"/tickets/A999/{verb}", BODIES[verb], role), 404, "UnknownTicket")


def test_a_colleague_whom_nobody_knows_is_refused_wherever_one_is_named(house: House) -> None:
    taken = house.post("/complaints", BODIES["complaints"], "teller").json
    promised = house.post("/follow-ups", BODIES["follow-ups"], "teller").json
    assert taken
    assert promised
    before = house.server.desk.seq
    requests: list[tuple[str, dict[str, Any]]] = [
        (f"/complaints/{taken['complaint']['reference']}/assign", {"owner": "ann"}),
        (f"/follow-ups/{promised['follow_up']['reference']}/move", {"owner": "ann"}),
        ("/follow-ups", BODIES["follow-ups"] | {"owner": "ann"}),
        ("/praise", {"note": "So patient", "teller": "ann"}),
    ]
    for path, body in requests:
        told = assert_problem(house.post(path, body), 422, "UnknownColleague")
        assert told["facts"] == {"name": "ann"}
    assert house.server.desk.seq == before
    house.member("ann", "teller")
    for path, body in requests:
        assert house.post(path, body).status_code == 200, path


def test_whoever_has_an_account_a_token_or_a_counter_today_is_a_colleague(house: House) -> None:
    server = house.server
    assert not any(server.knows(name) for name in ("ann", "kiosk", "manager"))
    house.member("ann", "teller")
    house.token("kiosk")
    house.token("manager")
    assert [server.knows(name) for name in ("ann", "kiosk", "manager")] == [True, False, True]
    server.desk.submit(c.OpenCounter(1), key="open", actor=Actor("cem", "teller"))
    assert server.knows("cem"), "who sits at a counter"


@pytest.mark.parametrize("since", ["0", "9" * 17, "9" * 30])
def test_news_since_any_moment_are_given(house: House, since: str) -> None:
    answer = house.get(f"/knowledge/news?language=en&since={since}")
    assert answer.status_code == 200, answer.text
    assert since == "0" or answer.json == []


def test_a_colleague_who_left_is_nobody_any_more(house: House) -> None:
    house.member("ann", "teller")
    assert house.server.knows("ann")
    house.server.staff.disable("ann", house.clock())
    assert not house.server.knows("ann")
