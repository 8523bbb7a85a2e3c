"""The routes of the staff page: who gets in, for how long, and what each button asks of the room behind it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.staff import COOKIE, OPEN_MS, PrinterLine, SlipLine
from kiosk.staff_room import NoSuchPrinter, NoSuchSlip, SpoolUnusable
from lobby import errors
from tests.builders import TUESDAY
from tests.kiosk.builders import KioskBranch

BEHIND = [
    ("GET", "state", None),
    ("POST", "paper-changed", {"printer": "ticket"}),
    ("POST", "test-print", {"printer": "ticket"}),
    ("POST", "release", {"slip": 1}),
    ("POST", "drop", {"slip": 1}),
    ("POST", "volume", {"percent": 30}),
]
"""What is behind the PIN."""


def ask(client: FlaskClient, method: str, deed: str, body: Any = None, **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(f"/kiosk/staff/{deed}", method=method, json=body, headers=sent)


def sign_in(branch: KioskBranch, client: FlaskClient | None = None) -> FlaskClient:
    """A kiosk's browser in which the PIN was typed."""
    client = client or branch.client()
    answer = ask(client, "POST", "sign-in", {"pin": branch.staff.pin})
    assert answer.status_code == 200, answer.text
    return client


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and name of a refusal."""
    assert answer.mimetype == "application/problem+json", answer.text
    return answer.status_code, answer.get_json(force=True)["title"]


def cookie_of(client: FlaskClient) -> str | None:
    found = client.get_cookie(COOKIE, path="/kiosk/staff")
    return found.value if found is not None else None


# -- getting in


def test_the_right_pin_opens_the_page_and_shows_how_everything_stands(branch: KioskBranch) -> None:
    branch.staff.slips = (SlipLine(7, "A007", "unknown", "the cable was pulled", TUESDAY),)
    answer = ask(branch.client(), "POST", "sign-in", {"pin": branch.staff.pin})
    assert answer.get_json() == {
        "printers": [{"name": "ticket", "state": "ready", "problem": "", "paper": "ok", "metres_left": 42.0}],
        "slips": [{"id": 7, "number": "A007", "state": "unknown", "reason": "the cable was pulled", "at": TUESDAY}],
        "volume": 60,
        "connected": True,
        "unsent": 0,
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "status"),
    [(errors.WrongPin(), 401), (errors.NoPinSet(), 409), (errors.TooManyAttempts(seconds=4), 429)],
)
def test_a_pin_that_is_refused_opens_nothing(branch: KioskBranch, fault: errors.LobbyError, status: int) -> None:
    branch.staff.fault = fault
    client = branch.client()
    assert refusal(ask(client, "POST", "sign-in", {"pin": "000000"})) == (status, fault.name)
    assert cookie_of(client) is None
    assert refusal(ask(client, "GET", "state")) == (401, "NotSignedIn")


def test_a_refusal_is_said_in_the_language_of_who_reads_it(branch: KioskBranch) -> None:
    said = [
        ask(branch.client(), "POST", "sign-in", {"pin": "1"}, Accept_Language=language).get_json(force=True)["detail"]
        for language in ("en", "ru", "xx")
    ]
    assert said[0] == said[2] == "This PIN is not right."
    assert said[1] != said[0]


@pytest.mark.parametrize(("method", "deed", "body"), BEHIND)
def test_behind_the_pin_nothing_is_done_without_it(
    branch: KioskBranch, method: str, deed: str, body: dict[str, Any] | None
) -> None:
    assert refusal(ask(branch.client(), method, deed, body)) == (401, "NotSignedIn")
    forger = branch.client()
    forger.set_cookie(COOKIE, "I was let in", path="/kiosk/staff")
    assert refusal(ask(forger, method, deed, body)) == (401, "NotSignedIn")
    assert branch.staff.done == []


@pytest.mark.parametrize(("method", "deed", "body"), [*BEHIND, ("POST", "sign-in", {"pin": "271828"})])
def test_who_is_no_kiosk_is_refused_with_the_right_pin_too(
    branch: KioskBranch, method: str, deed: str, body: dict[str, Any] | None
) -> None:
    client = sign_in(branch)
    branch.kiosk.signed_in = False
    assert refusal(ask(client, method, deed, body)) == (401, "NotSignedIn")
    assert branch.staff.done == []


def test_the_session_is_out_of_reach_of_scripts_of_other_sites_and_of_the_customers_pages(branch: KioskBranch) -> None:
    answer = ask(branch.client(), "POST", "sign-in", {"pin": branch.staff.pin})
    given = {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/kiosk/staff"} < given


def test_each_kiosk_needs_the_pin_for_itself(branch: KioskBranch) -> None:
    one, other = sign_in(branch), branch.client()
    assert ask(one, "GET", "state").status_code == 200
    assert refusal(ask(other, "GET", "state")) == (401, "NotSignedIn")
    sign_in(branch, other)
    assert cookie_of(one) != cookie_of(other)


# -- staying in, and getting out


def test_five_minutes_after_it_was_used_last_the_page_is_closed(branch: KioskBranch) -> None:
    client = sign_in(branch)
    for _ in range(3):
        branch.clock.forward(OPEN_MS / 1000)
        assert ask(client, "GET", "state").status_code == 200
    branch.clock.forward(OPEN_MS / 1000 + 0.001)
    assert refusal(ask(client, "GET", "state")) == (401, "NotSignedIn")
    assert refusal(ask(client, "POST", "volume", {"percent": 3})) == (401, "NotSignedIn")
    assert branch.staff.done == []
    sign_in(branch, client)


def test_signing_out_ends_the_session_and_not_only_the_cookie(branch: KioskBranch) -> None:
    client = sign_in(branch)
    session = cookie_of(client)
    assert session is not None
    assert ask(client, "POST", "sign-out").status_code == 204
    assert cookie_of(client) is None
    client.set_cookie(COOKIE, session, path="/kiosk/staff")
    assert refusal(ask(client, "GET", "state")) == (401, "NotSignedIn")


def test_signing_out_leaves_the_other_kiosks_alone_and_may_be_done_twice(branch: KioskBranch) -> None:
    one, other = sign_in(branch), sign_in(branch)
    for _ in range(2):
        assert ask(one, "POST", "sign-out").status_code == 204
    assert ask(other, "GET", "state").status_code == 200


# -- the buttons


@pytest.mark.parametrize(
    ("deed", "body", "done"),
    [
        ("paper-changed", {"printer": "ticket"}, ("paper changed", "ticket")),
        ("test-print", {"printer": "spare"}, ("test print", "spare")),
        ("release", {"slip": 7}, ("release", 7)),
        ("drop", {"slip": 7}, ("drop", 7)),
        ("volume", {"percent": 0}, ("volume", 0)),
        ("volume", {"percent": 100}, ("volume", 100)),
    ],
)
def test_each_button_does_its_deed_once_and_shows_how_everything_stands_then(
    branch: KioskBranch, deed: str, body: dict[str, Any], done: tuple[str, str | int]
) -> None:
    branch.staff.slips = (SlipLine(7, "A007", "held", "out of paper", TUESDAY),)
    branch.staff.printers = (PrinterLine("ticket", "trouble", "out of paper", "out"),)
    answer = ask(sign_in(branch), "POST", deed, body)
    assert answer.status_code == 200
    assert branch.staff.done == [done]
    assert [slip["id"] for slip in answer.get_json()["slips"]] == ([] if done[0] in ("release", "drop") else [7])
    assert answer.get_json()["volume"] == (done[1] if deed == "volume" else 60)
    assert answer.get_json()["printers"][0]["metres_left"] is None


@pytest.mark.parametrize(
    ("fault", "status"),
    [(NoSuchPrinter(printer="x"), 404), (NoSuchSlip(), 404), (SpoolUnusable(), 503), (errors.ServerUnreachable(), 503)],
)
def test_what_the_room_refuses_is_said(branch: KioskBranch, fault: errors.LobbyError, status: int) -> None:
    client = sign_in(branch)
    branch.staff.fault = fault
    assert refusal(ask(client, "POST", "test-print", {"printer": "x"})) == (status, fault.name)
    assert ask(client, "GET", "state").status_code == 200


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("sign-in", {}),
        ("sign-in", {"pin": 271828}),
        ("sign-in", {"pin": "271828", "again": True}),
        ("paper-changed", {}),
        ("paper-changed", {"printer": None}),
        ("test-print", {"printer": ["ticket"]}),
        ("release", {"slip": "7"}),
        ("release", {"slip": 0}),
        ("release", {"slip": 2**64}),
        ("drop", {"slip": -1}),
        ("drop", {"slip": 7.5}),
        ("volume", {"percent": -1}),
        ("volume", {"percent": 101}),
        ("volume", {"percent": True}),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_done(branch: KioskBranch, deed: str, body: Any) -> None:
    assert refusal(ask(sign_in(branch), "POST", deed, body)) == (422, "BadField")
    assert branch.staff.done == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 4000, b"[" * 5000])
def test_a_body_that_is_none_is_refused_and_never_breaks_the_kiosk(branch: KioskBranch, body: bytes) -> None:
    answer = sign_in(branch).post("/kiosk/staff/volume", data=body)
    assert answer.status_code in {400, 413, 422}
    assert branch.staff.done == []
