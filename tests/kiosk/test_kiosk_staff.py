"""The staff page's routes over HTTP: who gets in, for how long, and what is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.staff import COOKIE, OPEN_MS, SlipLine
from lobby import errors
from tests.builders import Clock
from tests.kiosk.builders import KioskBranch

PIN = "271828"
DEEDS: list[tuple[str, dict[str, Any], tuple[str, Any]]] = [
    ("paper-changed", {"printer": "ticket"}, ("paper changed", "ticket")),
    ("test-print", {"printer": "ticket"}, ("test print", "ticket")),
    ("release", {"slip": 3}, ("release", 3)),
    ("drop", {"slip": 3}, ("drop", 3)),
    ("volume", {"percent": 30}, ("volume", 30)),
]


def post(client: FlaskClient, path: str, body: object) -> TestResponse:
    return client.post(f"/kiosk/staff/{path}", data=json.dumps(body))


@pytest.fixture
def staff(branch: KioskBranch) -> FlaskClient:
    """A browser in which the PIN was typed."""
    client = branch.client()
    assert post(client, "sign-in", {"pin": PIN}).status_code == 200
    return client


def test_the_right_pin_answers_with_the_state_and_a_cookie_for_the_staff_routes_only(branch: KioskBranch) -> None:
    branch.staff.slips = (SlipLine(3, "A017", "held", "There is no paper.", branch.clock()),)
    answer = post(branch.client(), "sign-in", {"pin": PIN})
    state = answer.get_json()
    assert state["slips"] == [
        {"id": 3, "number": "A017", "state": "held", "reason": "There is no paper.", "at": branch.clock()}
    ]
    assert (state["volume"], state["connected"], state["unsent"]) == (60, True, 0)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for rule in ("HttpOnly", "SameSite=Strict", "Path=/kiosk/staff"):
        assert rule in cookie


def test_a_wrong_pin_opens_nothing(branch: KioskBranch) -> None:
    client = branch.client()
    answer = post(client, "sign-in", {"pin": "111112"})
    assert (answer.status_code, answer.get_json(force=True)["title"]) == (401, "WrongPin")
    assert "Set-Cookie" not in answer.headers
    assert client.get("/kiosk/staff/state").status_code == 401


@pytest.mark.parametrize(
    ("fault", "status"), [(errors.TooManyAttempts(seconds=40), 429), (errors.NoPinSet(), 409)], ids=["many", "none"]
)
def test_why_no_pin_is_taken_is_named(branch: KioskBranch, fault: errors.LobbyError, status: int) -> None:
    branch.staff.fault = fault
    answer = post(branch.client(), "sign-in", {"pin": PIN})
    assert (answer.status_code, answer.get_json(force=True)["title"]) == (status, fault.name)


@pytest.mark.parametrize(("path", "body", "done"), DEEDS)
def test_each_deed_is_done_once_and_answers_with_the_state(
    branch: KioskBranch, staff: FlaskClient, path: str, body: dict[str, Any], done: tuple[str, Any]
) -> None:
    answer = post(staff, path, body)
    assert answer.status_code == 200
    assert answer.get_json().keys() == {"printers", "slips", "volume", "connected", "unsent"}
    assert branch.staff.done == [done]


@pytest.mark.parametrize(("path", "body", "done"), DEEDS)
def test_nothing_is_done_without_the_pin(
    branch: KioskBranch, staff: FlaskClient, path: str, body: dict[str, Any], done: tuple[str, Any]
) -> None:
    answer = post(branch.client(), path, body)
    assert (answer.status_code, answer.get_json(force=True)["title"]) == (401, "NotSignedIn")
    assert branch.staff.done == []


@pytest.mark.parametrize(("path", "body", "done"), DEEDS)
def test_a_screen_that_is_no_kiosk_any_more_is_refused(
    branch: KioskBranch, staff: FlaskClient, path: str, body: dict[str, Any], done: tuple[str, Any]
) -> None:
    branch.kiosk.signed_in = False
    assert post(staff, path, body).status_code == 401
    assert post(branch.client(), "sign-in", {"pin": PIN}).status_code == 401
    assert branch.staff.done == []


def test_the_page_stays_open_while_it_is_used_and_no_longer(staff: FlaskClient, clock: Clock) -> None:
    for _ in range(3):
        clock.now += OPEN_MS - 1000
        assert staff.get("/kiosk/staff/state").status_code == 200
    clock.now += OPEN_MS + 1000
    assert staff.get("/kiosk/staff/state").status_code == 401


def test_signing_out_ends_it_at_once_also_for_a_cookie_that_was_kept(staff: FlaskClient) -> None:
    kept = staff.get_cookie(COOKIE, path="/kiosk/staff")
    assert kept is not None
    assert staff.post("/kiosk/staff/sign-out").status_code == 204
    staff.set_cookie(COOKIE, kept.value, path="/kiosk/staff")
    assert staff.get("/kiosk/staff/state").status_code == 401


def test_a_made_up_session_is_none(branch: KioskBranch, staff: FlaskClient) -> None:
    other = branch.client()
    other.set_cookie(COOKIE, "guessed", path="/kiosk/staff")
    assert other.get("/kiosk/staff/state").status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("volume", {"percent": 101}),
        ("volume", {"percent": -1}),
        ("volume", {"percent": "loud"}),
        ("release", {"slip": "3"}),
        ("release", {}),
        ("drop", {"slip": 3, "all": True}),
        ("test-print", {"printer": 1}),
    ],
)
def test_bad_input_is_named_and_nothing_done(
    branch: KioskBranch, staff: FlaskClient, path: str, body: dict[str, Any]
) -> None:
    answer = post(staff, path, body)
    assert (answer.status_code, answer.get_json(force=True)["title"]) == (422, "BadField")
    assert branch.staff.done == []
