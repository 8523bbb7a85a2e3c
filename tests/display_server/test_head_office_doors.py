"""Coming in to a head office: by its provider or by password, as at a branch, and what its trail knows of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import httpx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from display_server.gate.proxied import behind_proxy
from display_server.head_office.app import COOKIE, create_app
from display_server.head_office.office_server import OfficeServer
from display_server.single_sign_on.provider import Provider
from lobby.access import ADMINISTRATOR, AUDITOR, BRANCH, MANAGER
from lobby.brake import Brake
from lobby.config import BadBranchFile
from lobby.head_office.office_file import EXAMPLE, FILE, load
from lobby.records import schema
from lobby.records.parcels import Parcel, packed
from lobby.records.tokens import DEVICE
from tests.builders import Clock
from tests.display_server.provider import CLIENT, SECRET, FakeProvider
from tests.lobby.head_office.branches import NOON

GO = "/sign-in/single-sign-on"
SETUP = """
[server]
behind_proxy = ["10.0.0.1"]
password_days = 30
idle_min = 60

[single_sign_on]
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "sso-secret"
passwords = false
[single_sign_on.roles]
administrator = ["admins"]
manager = ["managers"]
"""
DAY_S = 24 * 3600
PASSWORD = "the tide comes in"
PERSON = httpx.Client(trust_env=False, timeout=60)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture(scope="module")
def running(clock: Clock) -> Iterator[FakeProvider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    provider = FakeProvider(clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("display_server.single_sign_on.provider.PATIENCE_S", 60.0)
        yield provider
    provider.close()


@pytest.fixture(scope="module")
def office(
    empty_store: Path, tmp_path_factory: pytest.TempPathFactory, running: FakeProvider, clock: Clock
) -> Iterator[OfficeServer]:
    folder = copytree(empty_store, tmp_path_factory.mktemp("doors") / "office")
    (folder / "sso-secret").write_text(SECRET, encoding="utf-8")
    (folder / "sso-secret").chmod(0o600)
    own = EXAMPLE.split("[server]")[0]
    (folder / FILE).write_text(own + SETUP.format(issuer=running.issuer, client=CLIENT), encoding="utf-8")
    office = OfficeServer(folder, clock=clock)
    yield office
    office.close()


@pytest.fixture
def provider(running: FakeProvider, office: OfficeServer) -> FakeProvider:
    """It knows Maria, a manager, whom the office has not met yet."""
    running.reset()
    running.claims["groups"] = ["managers"]
    with office.store.write() as connection:
        connection.execute(delete(schema.staff))
        connection.execute(delete(schema.tokens))
    office.forget_holders()
    office.brake = Brake()
    setup = office.config.single_sign_on
    assert setup is not None
    office.single_sign_on = Provider(setup, office.clock)
    return running


@pytest.fixture
def browser(office: OfficeServer, provider: FakeProvider) -> FlaskClient:
    app = create_app(office)
    app.wsgi_app = behind_proxy(app.wsgi_app, office.config.server.behind_proxy)  # type: ignore[method-assign]
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


def come(browser: FlaskClient, path: str = GO) -> TestResponse:
    """To the provider and back."""
    sent = PERSON.get(browser.get(path).location)
    return browser.get(sent.headers["Location"].removeprefix("http://localhost"))


def an_administrator(office: OfficeServer) -> str:
    """Root, who has chosen a password just now."""
    first = office.staff.add("root", "Root", ADMINISTRATOR, office.clock())
    office.staff.keep("root", office.staff.renewed("root", first, PASSWORD), office.clock())
    return PASSWORD


def sign_in(browser: FlaskClient, password: str, username: str = "root") -> TestResponse:
    return browser.post("/sign-in", data={"username": username, "password": password})


def last_acts(office: OfficeServer, count: int) -> list[tuple[str, str]]:
    return [(act.kind, act.actor) for act in office.acts.read()][-count:]


# -- by single sign-on


def test_a_branch_server_on_the_same_host_does_not_end_a_journey_to_the_office(browser: FlaskClient) -> None:
    sent = PERSON.get(browser.get(GO).location)
    browser.set_cookie("lobby-sign-in", "of the branch", path="/sign-in")  # a browser knows hosts, and no ports
    assert browser.get(sent.headers["Location"].removeprefix("http://localhost")).status_code == 200


def test_whoever_comes_from_the_provider_looks_at_the_chain_in_the_role_of_their_group(
    office: OfficeServer, browser: FlaskClient
) -> None:
    assert GO in browser.get("/sign-in").text
    answer = come(browser, f"{GO}?next=/report")
    assert (answer.status_code, "url=/report" in answer.text) == (200, True)
    assert browser.get("/").status_code == 200
    assert browser.get("/audit").status_code == 403, "a manager"
    member = office.staff.named("maria")
    assert member is not None
    assert member.role == MANAGER
    assert last_acts(office, 2) == [("staff-added", "single sign-on"), ("signed-in", "maria")]


@pytest.mark.parametrize("wrong", ["nonce", "alg none", "another key", "issuer"])
def test_an_answer_that_is_not_right_lets_nobody_in(
    office: OfficeServer, browser: FlaskClient, provider: FakeProvider, wrong: str
) -> None:
    provider.wrong = wrong
    assert come(browser).status_code == 403
    assert browser.get("/").location == "/sign-in?next=/"
    assert last_acts(office, 1) == [("single-sign-on-refused", "unknown")]


def test_whoever_has_no_group_of_the_offices_is_told_whom_to_ask(browser: FlaskClient, provider: FakeProvider) -> None:
    provider.claims["groups"] = ["tellers"]
    answer = come(browser)
    assert (answer.status_code, "ask your administrator" in answer.text) == (403, True)


def test_while_the_provider_is_away_an_administrators_password_is_the_way_in_and_nobody_elses(
    office: OfficeServer, browser: FlaskClient, provider: FakeProvider
) -> None:
    an_administrator(office)
    password = office.staff.add("ann", "Ann", AUDITOR, office.clock())
    provider.wrong = "down"
    assert browser.get(GO).status_code == 503
    assert sign_in(browser, password, "ann").status_code == 403
    assert sign_in(browser, PASSWORD).location == "/"


def test_mistakes_of_single_sign_on_and_server_are_named_with_all_others(office: OfficeServer) -> None:
    text = (office.folder / FILE).read_text(encoding="utf-8")
    spoilt = text.replace('administrator = ["admins"]', 'teller = ["x"]').replace('["10.0.0.1"]', '["proxy"]')
    (office.folder / FILE).write_text(spoilt.replace("idle_min = 60", "shared = true"), encoding="utf-8")
    try:
        with pytest.raises(BadBranchFile) as refused:
            load(office.folder)
    finally:
        (office.folder / FILE).write_text(text, encoding="utf-8")
    places = {mistake.where for mistake in refused.value.mistakes}
    assert places == {"server.behind_proxy", "server.shared", "single_sign_on.roles.teller"}


# -- by password


def test_a_password_is_replaced_when_it_is_too_old_and_not_by_one_that_others_would_guess(
    office: OfficeServer, browser: FlaskClient, clock: Clock
) -> None:
    an_administrator(office)
    clock.forward(31 * DAY_S)
    assert sign_in(browser, PASSWORD).location == "/new-password"
    assert browser.get("/").location == "/new-password"
    for guessed in ("Welcome2026!", "root is in here", PASSWORD):
        chosen = {"password": PASSWORD, "new_password": guessed, "repeat": guessed}
        assert browser.post("/new-password", data=chosen).status_code == 422, guessed
    chosen = {"password": PASSWORD, "new_password": "and goes out again", "repeat": "and goes out again"}
    assert browser.post("/new-password", data=chosen).location == "/"
    assert browser.get("/").status_code == 200


def test_whoever_sits_down_at_anothers_session_guesses_behind_a_brake(
    office: OfficeServer, browser: FlaskClient
) -> None:
    an_administrator(office)
    sign_in(browser, PASSWORD)
    guess = {"password": "guess", "new_password": "mine from now on", "repeat": "mine from now on"}
    answers = [browser.post("/new-password", data=guess) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1"


def test_a_page_that_is_left_alone_keeps_nobody_signed_in(
    office: OfficeServer, browser: FlaskClient, clock: Clock
) -> None:
    an_administrator(office)
    sign_in(browser, PASSWORD)
    for _ in range(3):
        clock.forward(40 * 60)
        assert browser.get("/").status_code == 200
    for _ in range(2):
        clock.forward(40 * 60)
        code = browser.get("/now", headers={"Lobby-Unattended": "1", "Accept": "application/json"}).status_code
    assert code == 401


def test_somebody_sees_and_ends_their_other_sessions(office: OfficeServer, browser: FlaskClient) -> None:
    an_administrator(office)
    other = create_app(office).test_client()
    for one in (browser, other):
        sign_in(one, PASSWORD)
    page = browser.get("/sessions")
    assert (page.status_code, "/sessions/code" in page.text) == (200, False), "there is no console here"
    browser.post("/sessions/end")
    assert other.get("/", headers={"Accept": "text/html"}).status_code == 302
    assert browser.get("/").status_code == 200


# -- through a proxy


def test_a_proxy_of_ours_says_who_asks_and_whether_by_tls(office: OfficeServer, browser: FlaskClient) -> None:
    an_administrator(office)
    told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "Origin": "https://localhost"}
    for proxy, believed in (("10.0.0.1", True), ("10.9.9.9", False)):
        answer = browser.post(
            "/sign-in",
            data={"username": "root", "password": PASSWORD},
            headers=told if believed else told | {"Origin": "http://localhost"},
            environ_base={"REMOTE_ADDR": proxy},
        )
        assert answer.status_code == 302
        assert ("Secure" in answer.headers["Set-Cookie"].split("; ")) is believed
        assert ("Strict-Transport-Security" in answer.headers) is believed


# -- the trail


def test_an_auditor_reads_the_trail_and_that_is_in_it(office: OfficeServer, browser: FlaskClient) -> None:
    token = office.tokens.create(DEVICE, "audit", AUDITOR, office.clock())
    asked = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    page = browser.get("/audit?language=ru&kind=signed-in", headers=asked)
    assert page.status_code == 200
    assert 'href="/report' in page.text, "the head of the office's own pages"
    assert last_acts(office, 1) == [("trail-read", "audit")]
    assert browser.get("/audit/export?format=json", headers=asked).json is not None
    assert last_acts(office, 1) == [("trail-exported", "audit")]


def test_what_a_branch_was_refused_is_written_down_once_in_a_while(office: OfficeServer, browser: FlaskClient) -> None:
    if "harbour" not in {one.branch for one in office.received.branches()}:
        office.received.add("harbour")
    headers = {"Authorization": f"Bearer {office.tokens.create(DEVICE, 'harbour', BRANCH, office.clock())}"}
    greeting = packed(Parcel(0, bytes(32), 0, NOON))
    before = sum(1 for _ in office.acts.read())
    for _ in range(5):
        assert browser.post("/api/v1/chain/harbour", data=b"nothing", headers=headers).status_code == 400
        assert browser.post("/api/v1/chain/station", data=greeting, headers=headers).status_code == 403
    found = [(act.kind, act.about, act.detail["why"]) for act in office.acts.read(before)]
    assert found == [
        ("head-office-parcel-refused", "harbour", "BadRequest"),
        ("head-office-parcel-refused", "harbour", "NotAllowed"),
    ]
    assert browser.get_cookie(COOKIE) is None
