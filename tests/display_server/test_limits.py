"""How much one may ask for, and who is believed to ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from display_server.gate.limits import CUSTOMER_BURST, STRANGER_BURST, Limits
from display_server.gate.proxied import behind_proxy
from lobby.errors import TooManyRequests
from lobby.queue.commands import Issue
from tests.builders import KIOSK, Clock
from tests.end_to_end.house import API, House, a_house

PROXY, CUSTOMER = "10.1.0.5", "198.51.100.7"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = a_house(tmp_path / "branch", Clock())
    house.server.limits = Limits(house.clock, 4.0)
    yield house
    house.server.close()


def used_up(take: Any, key: str, most: float) -> bool:
    for _ in range(int(most)):
        take(key)
    with pytest.raises(TooManyRequests):
        take(key)
    return True


def test_an_allowance_is_used_up_and_fills_again() -> None:
    clock = Clock()
    limits = Limits(clock, 2.0)
    assert used_up(limits.token, "a", 20)
    limits.token("b")
    clock.forward(1)
    limits.token("a")
    limits.token("a")
    with pytest.raises(TooManyRequests) as refused:
        limits.token("a")
    assert refused.value.facts == {"seconds": 1}
    clock.forward(3600)
    assert used_up(limits.token, "a", 20)


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    clock = Clock()
    limits = Limits(clock, 2.0)
    assert used_up(limits.token, "a", 20)
    clock.forward(-3600)
    with pytest.raises(TooManyRequests):
        limits.token("a")
    clock.forward(1)
    limits.token("a")


def test_without_a_limit_nobody_is_counted() -> None:
    limits = Limits(Clock(), 0)
    for _ in range(int(STRANGER_BURST) + 1):
        limits.stranger("a")


def test_a_program_that_asks_without_end_is_told_when_to_come_back_and_others_are_served(house: House) -> None:
    answers = [house.get("/board", "display") for _ in range(41)]
    assert {one.status_code for one in answers[:40]} == {200}
    assert answers[40].status_code == 429
    assert answers[40].headers["Retry-After"] == "1"
    assert answers[40].json["title"] == "TooManyRequests"  # type: ignore[index]
    assert house.get("/board", "teller").status_code == 200
    house.clock.forward(1)
    assert house.get("/board", "display").status_code == 200


def test_a_page_says_in_words_that_there_were_too_many_requests(house: House) -> None:
    browser = house.client()
    browser.set_cookie("lobby", house.token("manager"))
    for _ in range(40):
        browser.get("/")
    answer = browser.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert "Please wait 1 second." in answer.text


def test_whoever_guesses_from_the_lobby_is_held_and_nobody_else_behind_that_address(house: House) -> None:
    token = house.issue()["token"]
    guesser = house.client()
    for _ in range(int(STRANGER_BURST)):
        house.server.limits.stranger("127.0.0.1")
    wrong = {"Authorization": "Bearer guess"}
    assert guesser.get(f"{API}/branches", headers=wrong).status_code == 429
    assert guesser.get("/nothing-here").status_code == 429
    assert guesser.post("/sign-in", data={"username": "ann", "password": "guess"}).status_code == 429
    assert house.get("/board", "display").status_code == 200
    assert house.client().get(f"/t/{token}").status_code == 200
    assert {house.client().get(path).status_code for path in ("/healthz", "/readyz")} == {200}
    with house.client().get("/static/live.js") as file:
        assert file.status_code == 200


def test_a_customer_who_reloads_without_end_is_held_and_the_next_customer_is_not(house: House) -> None:
    one, other = house.issue()["token"], house.issue()["token"]
    for _ in range(int(CUSTOMER_BURST)):
        house.server.limits.customer(one)
    assert house.client().get(f"/t/{one}").status_code == 429
    assert house.client().get(f"/t/{other}").status_code == 200


@pytest.mark.parametrize("page", ["/t/made-up-{}", "/c/C-MADEUP{}"])
def test_whoever_makes_tokens_up_has_no_allowance_for_each(house: House, page: str) -> None:
    for _ in range(int(STRANGER_BURST)):
        house.server.limits.stranger("127.0.0.1")
    refused = house.client().get(page.format(1), headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert not house.server.brake._attempts, "by the limit, before it is looked whether there is such a ticket"
    assert house.client().get(f"/t/{house.issue()['token']}").status_code == 200


def test_a_lobby_full_of_phones_behind_one_address_is_served(house: House) -> None:
    tokens = [house.server.desk.door(KIOSK).submit(Issue("cash"), key=str(n)).ticket.token for n in range(30)]  # type: ignore[union-attr]
    statuses = {house.client().get(f"/t/{token}").status_code for token in tokens for _ in range(5)}
    assert statuses == {200}


def test_a_body_that_is_longer_than_any_command_is_refused(house: House) -> None:
    answer = house.ask("POST", "/tickets", "kiosk", b"x" * 70_000)
    assert answer.status_code == 413


# -- behind a proxy


def asked(
    peer: str, forwarded: str = "", scheme: str = "", networks: tuple[str, ...] = ("10.1.0.0/16",)
) -> tuple[str, str]:
    """The address and the scheme that the application is told."""
    seen: dict[str, Any] = {}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    environ |= {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    environ |= {"HTTP_X_FORWARDED_PROTO": scheme} if scheme else {}
    list(behind_proxy(lambda told, start: seen.update(told) or [], networks)(environ, lambda *given: None))
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


def test_a_proxy_of_ours_says_who_asks_and_whether_by_tls() -> None:
    assert asked(PROXY, CUSTOMER, "https") == (CUSTOMER, "https")
    assert asked(f"::ffff:{PROXY}", CUSTOMER, "https") == (CUSTOMER, "https")
    assert asked(PROXY, "2001:db8::7", "http") == ("2001:db8::7", "http")


def test_anybody_else_says_it_in_vain() -> None:
    assert asked(CUSTOMER, "203.0.113.1", "https") == (CUSTOMER, "http")
    assert asked(PROXY, CUSTOMER, "https", networks=()) == (PROXY, "http")


def test_what_a_customer_says_before_the_proxy_is_not_believed() -> None:
    assert asked(PROXY, f"10.1.9.9, 203.0.113.1, {CUSTOMER}") == (CUSTOMER, "http")
    assert asked(PROXY, f"203.0.113.1, {CUSTOMER}, 10.1.0.6") == (CUSTOMER, "http")


@pytest.mark.parametrize("forwarded", ["", "unknown", "198.51.100.7:8080", "<script>", ",,,", "10.1.0.5,"])
def test_an_address_that_is_none_leaves_the_proxys_own(forwarded: str) -> None:
    assert asked(PROXY, forwarded, "gopher") == (PROXY, "http")


@pytest.mark.parametrize(
    ("host", "sockets"),
    [
        ("lobby.bank.example:8443", " ws://lobby.bank.example:8443 wss://lobby.bank.example:8443"),
        ("[::1]:8080", ""),
        ("x;script-src", ""),
    ],
)
def test_a_page_may_connect_to_its_own_server_and_to_no_other(house: House, host: str, sockets: str) -> None:
    for path in ("/sign-in", "/nothing-here", f"{API}/branches"):
        policy = house.client().get(path, headers={"Host": host}).headers["Content-Security-Policy"]
        assert f"connect-src 'self'{sockets}; object-src" in policy


def test_only_what_came_by_tls_asks_for_tls_from_now_on(house: House) -> None:
    plain = house.client().get("/sign-in")
    secure = house.client().get("/sign-in", base_url="https://localhost")
    assert "Strict-Transport-Security" not in plain.headers
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
