"""The kiosk's staff page inside the branch server: for paired kiosks alone, behind the PIN of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from display_server.gate.holders import CACHE_MS
from kiosk.pin import FILE
from kiosk.staff import COOKIE, OPEN_MS
from lobby.records.tokens import DEVICE
from tests.builders import Clock
from tests.end_to_end.branch_process import until
from tests.end_to_end.house import House, a_house

PIN, WRONG = "246813", "135792"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Makes hashes like the real ones, only quickly."""


def two_printers(text: str) -> str:
    spare = '[[printers]]\nname = "spare"\naddress = "none"\n\n[server]'
    return text.replace('address = "virtual"', 'address = "none"').replace("[server]", spare)


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """The branch with two printers that are not set up, and a PIN."""
    folder = memory_folder / tmp_path.name
    house = a_house(folder, clock, two_printers, printers=True)
    (folder / FILE).write_text(CHEAP.hash(PIN))
    yield house
    house.server.close()


class Browser:
    """A browser on a kiosk's screen: it has cookies, and says which page it speaks for."""

    def __init__(self, client: FlaskClient, origin: str | None = "http://localhost") -> None:
        self.client = client
        self.origin = origin

    def staff(self, deed: str, **body: Any) -> TestResponse:
        headers = {} if self.origin is None else {"Origin": self.origin}
        method = "GET" if deed == "state" else "POST"
        return self.client.open(f"/kiosk/staff/{deed}", method=method, json=body or None, headers=headers)

    def signed_in(self) -> Browser:
        answer = self.staff("sign-in", pin=PIN)
        assert answer.status_code == 200, answer.text
        return self


@pytest.fixture
def paired(house: House) -> Callable[[str], Browser]:
    """Pairs a browser as a device in this role, as its link does."""

    def pair(role: str = "kiosk") -> Browser:
        browser = Browser(house.client())
        code = house.server.tokens.pairing_code(f"{role} 1", role, house.clock())
        assert browser.client.post("/pair", data={"code": code}).status_code in {200, 302}
        return browser

    return pair


@pytest.fixture
def kiosk(paired: Callable[..., Browser]) -> Browser:
    return paired()


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["title"]


# -- who gets in


def test_a_paired_kiosk_opens_it_with_the_pin(house: House, kiosk: Browser) -> None:
    shown = kiosk.staff("sign-in", pin=PIN).get_json()
    assert [printer["name"] for printer in shown["printers"]] == ["ticket", "spare"]
    assert (shown["slips"], shown["volume"], shown["connected"], shown["unsent"]) == ([], 60, True, 0)
    assert kiosk.staff("state").status_code == 200


def test_who_is_no_kiosk_does_not_even_learn_whether_there_is_a_pin(
    house: House, paired: Callable[..., Browser]
) -> None:
    assert refusal(Browser(house.client()).staff("sign-in", pin=PIN)) == (401, "NotSignedIn")
    assert refusal(paired("display").staff("sign-in", pin=PIN)) == (403, "NotAllowed")


def test_a_session_is_no_use_in_a_browser_that_is_no_kiosk(house: House, kiosk: Browser) -> None:
    kiosk.signed_in()
    cookie = kiosk.client.get_cookie(COOKIE, path="/kiosk/staff")
    assert cookie is not None
    thief = Browser(house.client())
    thief.client.set_cookie(COOKIE, cookie.value, path="/kiosk/staff")
    assert refusal(thief.staff("state")) == (401, "NotSignedIn")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "null"])
def test_a_page_of_another_site_does_nothing_with_the_kiosks_cookies(house: House, kiosk: Browser, origin: str) -> None:
    kiosk.signed_in().origin = origin
    for deed, body in (("sign-in", {"pin": PIN}), ("test-print", {"printer": "ticket"}), ("volume", {"percent": 3})):
        assert refusal(kiosk.staff(deed, **body)) == (403, "Forbidden")
    assert house.server.printing.spool.jobs() == []


def test_a_kiosk_whose_pairing_is_ended_is_out_within_seconds(house: House, kiosk: Browser) -> None:
    kiosk.signed_in()
    house.server.tokens.revoke_all("kiosk 1", DEVICE, house.clock())
    house.clock.forward(CACHE_MS / 1000 + 1)
    assert refusal(kiosk.staff("state")) == (401, "NotSignedIn")


# -- the PIN


def test_without_a_pin_nobody_gets_in_and_it_is_said_how_to_set_one(house: House, kiosk: Browser) -> None:
    (house.server.folder / FILE).unlink()
    answer = kiosk.staff("sign-in", pin=PIN)
    assert refusal(answer) == (409, "NoPinSet")
    assert "lobby kiosk-pin" in answer.get_json(force=True)["detail"]
    house.server.pin.set(PIN)
    kiosk.signed_in()


def test_after_five_wrong_pins_the_right_one_waits_too_on_every_kiosk(
    house: House, kiosk: Browser, paired: Callable[..., Browser]
) -> None:
    for _ in range(5):
        assert refusal(kiosk.staff("sign-in", pin=WRONG)) == (401, "WrongPin")
    for browser in (kiosk, paired()):
        answer = browser.staff("sign-in", pin=PIN)
        assert refusal(answer) == (429, "TooManyAttempts")
        assert "1 second" in answer.get_json(force=True)["detail"]
    assert refusal(kiosk.staff("state")) == (401, "NotSignedIn")
    house.clock.forward(1)
    kiosk.signed_in()


def test_guesses_at_the_pin_do_not_lock_the_customers_out(house: House, kiosk: Browser) -> None:
    for _ in range(7):
        kiosk.staff("sign-in", pin=WRONG)
    answer = kiosk.client.post("/kiosk/tickets", json={"service": "cash"}, headers={"Idempotency-Key": "tap"})
    assert answer.status_code == 201


# -- inside


def test_the_page_closes_by_itself_and_by_hand(house: House, kiosk: Browser) -> None:
    kiosk.signed_in()
    house.clock.forward(OPEN_MS / 1000 + 1)
    assert refusal(kiosk.staff("volume", percent=3)) == (401, "NotSignedIn")
    kiosk.signed_in()
    assert kiosk.staff("sign-out").status_code == 204
    assert refusal(kiosk.staff("volume", percent=3)) == (401, "NotSignedIn")


def test_the_volume_that_is_set_is_the_one_that_the_customers_page_is_told(house: House, kiosk: Browser) -> None:
    assert kiosk.signed_in().staff("volume", percent=35).get_json()["volume"] == 35
    assert kiosk.client.get("/kiosk/offer").get_json()["volume"] == 35


def test_a_test_print_is_for_the_printer_that_was_named(house: House, kiosk: Browser) -> None:
    kiosk.signed_in()
    assert kiosk.staff("test-print", printer="spare").status_code == 200
    assert [job.wanted for job in house.server.printing.spool.jobs()] == ["spare"]
    for deed in ("test-print", "paper-changed"):
        assert refusal(kiosk.staff(deed, printer="kitchen")) == (404, "NoSuchPrinter")


def test_slips_that_came_to_nothing_are_shown_and_decided(house: House, kiosk: Browser) -> None:
    first, second = house.issue(), house.issue()
    kiosk.signed_in()
    until(lambda: len(kiosk.staff("state").get_json()["slips"]) == 2, "both slips are held")
    one, other = kiosk.staff("state").get_json()["slips"]
    assert [(slip["number"], slip["state"]) for slip in (one, other)] == [
        (first["number"], "held"),
        (second["number"], "held"),
    ]
    assert [slip["id"] for slip in kiosk.staff("drop", slip=one["id"]).get_json()["slips"]] == [other["id"]]
    assert refusal(kiosk.staff("release", slip=one["id"])) == (404, "NoSuchSlip")
    assert house.server.printing.state(first["id"]) == "dropped"
