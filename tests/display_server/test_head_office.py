"""The head office's server: who may send what, who may look, and what the page shows and says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from flask.testing import FlaskClient

from display_server.gate.guarding import NoLine
from display_server.head_office import permissions
from display_server.head_office.app import COOKIE, LARGEST_PARCEL, create_app
from display_server.head_office.office_server import AT_ONCE, OfficeServer
from display_server.head_office.permissions import ROUTES
from lobby.access import ADMINISTRATOR, AUDITOR, BRANCH, MANAGER, PERMISSIONS, ROLES, TELLER
from lobby.head_office.office_file import EXAMPLE, FILE
from lobby.records.parcels import CONTENT_TYPE, Parcel, Standing, packed, read_answer, setup_text
from lobby.records.tokens import DEVICE, SESSION
from tests.builders import Clock
from tests.display_server.served import served
from tests.display_server.staged import CHROMIUM
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive, rows
from tests.lobby.reports.ten_tickets import ten_tickets

MAY_LOOK = {MANAGER, AUDITOR, ADMINISTRATOR, "supervisor"}
LOCKED = [endpoint for endpoint, asks in ROUTES.items() if isinstance(asks, str)]


@pytest.fixture(scope="module")
def house(empty_store: Path, memory_folder: Path) -> Iterator[OfficeServer]:
    """A head office at noon: a branch after its day, one with a queue, one that was never heard of."""
    folder = copytree(empty_store, memory_folder / "head office")
    (folder / FILE).write_text(EXAMPLE, encoding="utf-8")
    house = OfficeServer(folder, clock=Clock(NOON))
    arrive(house.received, a_day_of("harbour", [60, 120]))
    waiting = a_day_of("station", [60], closed=False)
    waiting.issue()
    arrive(house.received, waiting)
    house.received.add("airport")
    house.look()
    yield house
    house.close()


@pytest.fixture(scope="module")
def tokens(house: OfficeServer) -> dict[str, str]:
    """A good token for each role, a branch's for the harbour."""
    kinds = dict.fromkeys(ROLES, DEVICE) | dict.fromkeys((TELLER, *MAY_LOOK), SESSION)
    return {role: house.tokens.create(kinds[role], "harbour", role, NOON, 10**9) for role in ROLES}


@pytest.fixture
def client(house: OfficeServer) -> FlaskClient:
    client = create_app(house).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


def address(client: FlaskClient, endpoint: str) -> tuple[str, str]:
    """The method and the path of an endpoint."""
    (rule,) = (rule for rule in client.application.url_map.iter_rules() if rule.endpoint == endpoint)
    return "POST" if "POST" in (rule.methods or ()) else "GET", rule.rule.replace("<branch>", "harbour")


@pytest.mark.parametrize("endpoint", LOCKED)
def test_every_locked_address_opens_for_its_roles_and_no_other(
    client: FlaskClient, tokens: dict[str, str], endpoint: str
) -> None:
    method, path = address(client, endpoint)
    open_for = PERMISSIONS[str(ROUTES[endpoint])]
    json, led_away = {"Accept": "application/json"}, "/sign-in?"

    def shut(code: int, token: str) -> bool:
        """Whether it is refused so, or leads to the page for signing in."""
        answer = client.open(
            path, method=method, headers=json | ({"Authorization": f"Bearer {token}"} if token else {})
        )
        return answer.status_code == code or (answer.location or "").startswith(led_away)

    assert shut(401, "")
    assert shut(401, "guessed")
    for role, token in tokens.items():
        assert shut(403, token) == (role not in open_for), role


def test_an_address_without_a_line_cannot_start(house: OfficeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(permissions.ROUTES, "chain_pages.now")  # type: ignore[misc]  # a table is not changed
    with pytest.raises(NoLine, match=r"chain_pages\.now"):
        create_app(house)


def test_a_branch_sends_its_own_journal_and_no_other(
    house: OfficeServer, client: FlaskClient, tokens: dict[str, str]
) -> None:
    room = a_day_of("harbour", [60, 120])
    made = rows("harbour", room.history)
    headers = {"Authorization": f"Bearer {tokens[BRANCH]}", "Content-Type": CONTENT_TYPE}
    parcel = packed(Parcel(0, bytes(32), len(made), NOON, tuple(made), setup=setup_text(room.branch.setup)))
    answer = client.post("/api/v1/chain/harbour", data=parcel, headers=headers)
    assert read_answer(answer.data).seq == len(made)
    assert client.post("/api/v1/chain/station", data=parcel, headers=headers).status_code == 403
    greeting = packed(Parcel(0, bytes(32), 0, NOON))
    assert client.post("/api/v1/chain/elsewhere", data=greeting, headers=headers).status_code == 403
    assert isinstance(read_answer(client.post("/api/v1/chain/harbour", data=greeting, headers=headers).data), Standing)


def test_a_server_that_only_takes_journals_takes_them_and_shows_no_chain(
    empty_store: Path, memory_folder: Path
) -> None:
    folder = copytree(empty_store, memory_folder / "taking only")
    (folder / FILE).write_text(EXAMPLE, encoding="utf-8")
    taker = OfficeServer(folder, clock=Clock(NOON), taking_only=True)
    room = a_day_of("harbour", [60])
    made = rows("harbour", room.history)
    taker.received.add("harbour")
    branch, auditor = (
        {"Authorization": f"Bearer {taker.tokens.create(DEVICE, 'harbour', role, NOON)}"} for role in (BRANCH, AUDITOR)
    )
    client = create_app(taker).test_client()
    parcel = packed(Parcel(0, bytes(32), len(made), NOON, tuple(made)))
    try:
        answer = client.post("/api/v1/chain/harbour", data=parcel, headers=branch)
        assert read_answer(answer.data).seq == len(made)
        assert {client.get(path, headers=auditor).status_code for path in ("/", "/now")} == {404}
    finally:
        taker.close()


def test_it_is_known_how_it_is(house: OfficeServer, client: FlaskClient, tokens: dict[str, str]) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"ready": True, "reasons": []}
    told = client.get("/metrics", headers={"Authorization": f"Bearer {tokens[MANAGER]}"}).text
    assert 'lobby_chain_branches{state="never"} 1.0' in told
    assert "lobby_chain_ready 1.0" in told
    assert "lobby_chain_refused_parcels_total" in told
    looked = house.looked_at
    house.looked_at -= 120_000
    reasons = client.get("/readyz").json
    house.looked_at = looked
    assert reasons == {"ready": False, "reasons": [{"name": "NotLooking", "cause": "", "for_s": 120}]}


def test_who_asks_without_end_is_held_and_a_branch_beside_is_not(
    house: OfficeServer, client: FlaskClient, tokens: dict[str, str]
) -> None:
    guesses = {"Authorization": "Bearer guessed", "Accept": "application/json"}
    codes = [client.get("/now", headers=guesses).status_code for _ in range(1005)]
    assert (codes[0], codes[-1]) == (401, 429)
    assert client.get("/now", headers={"Authorization": f"Bearer {tokens[AUDITOR]}"}).status_code == 200
    house.limits._left.clear()


@pytest.mark.parametrize(("sent", "code"), [(b"", 400), (b"nothing", 400), (bytes(LARGEST_PARCEL + 1), 413)])
def test_what_is_no_parcel_is_refused(client: FlaskClient, tokens: dict[str, str], sent: bytes, code: int) -> None:
    answer = client.post("/api/v1/chain/harbour", data=sent, headers={"Authorization": f"Bearer {tokens[BRANCH]}"})
    assert (answer.status_code, answer.content_type) == (code, "application/problem+json")
    assert client.post("/sign-in", data={"username": "x" * 70_000}).status_code == 413


def test_whoever_sends_many_parcels_at_once_for_one_branch_is_held_and_other_branches_are_not(
    house: OfficeServer, client: FlaskClient, tokens: dict[str, str]
) -> None:
    headers, greeting = {"Authorization": f"Bearer {tokens[BRANCH]}"}, packed(Parcel(0, bytes(32), 0, NOON))
    with ExitStack() as under_way:
        for _ in range(AT_ONCE):
            under_way.enter_context(house.sending("harbour"))
        assert client.post("/api/v1/chain/harbour", data=greeting, headers=headers).status_code == 429
        with house.sending("station"):
            pass
    assert client.post("/api/v1/chain/harbour", data=greeting, headers=headers).status_code == 200


@pytest.fixture
def person(house: OfficeServer) -> Iterator[tuple[str, str]]:
    """Mia's user name and one-time password, for each test anew."""
    if "mia" in {member.username for member in house.staff.members()}:
        yield "mia", house.staff.reset("mia", NOON, one_time=True)
    else:
        yield "mia", house.staff.add("mia", "Mia", MANAGER, NOON)
    house.brake.passed("user mia")
    house.brake.passed("user mia from 127.0.0.1")
    house.brake.passed("from 127.0.0.1")


def test_a_person_comes_in_chooses_a_password_and_goes(client: FlaskClient, person: tuple[str, str]) -> None:
    name, password = person
    assert client.get("/").location == "/sign-in?next=/"
    entered = client.post("/sign-in", data={"username": name, "password": password})
    assert entered.location == "/new-password"
    cookie = entered.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert client.get("/").location == "/new-password"
    wrong = {"password": password, "new_password": "the tide comes in", "repeat": "the tide"}
    assert client.post("/new-password", data=wrong).status_code == 422
    client.post("/new-password", data=wrong | {"repeat": "the tide comes in"})
    assert client.get("/").status_code == 200
    client.post("/sign-out")
    assert client.get("/").location == "/sign-in?next=/"
    client.set_cookie(COOKIE, cookie.partition("=")[2].partition(";")[0])
    assert client.get("/").location == "/sign-in?next=/"


def test_guessing_is_slowed_down_and_noted(house: OfficeServer, client: FlaskClient, person: tuple[str, str]) -> None:
    codes = [client.post("/sign-in", data={"username": "mia", "password": "guess"}).status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert [act.kind for act in house.acts.read()][-5:] == ["sign-in-failed"] * 5


def test_another_site_cannot_act_for_the_person(client: FlaskClient, person: tuple[str, str]) -> None:
    for path in ("/sign-in", "/sign-out", "/new-password"):
        assert client.post(path, data={}, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_the_report_and_what_is_taken_away_are_the_same(
    house: OfficeServer, client: FlaskClient, tokens: dict[str, str]
) -> None:
    arrive(house.received, ten_tickets())
    house.look()
    headers = {"Authorization": f"Bearer {tokens[AUDITOR]}"}
    page = client.get("/report?language=ru", headers=headers)
    assert page.status_code == 200
    assert 'lang="ru"' in page.text
    told = client.get(f"/report/download?day={DAY}&format=json", headers=headers).json
    assert told is not None
    assert {one["key"]: one["visits"]["issued"] for one in told["branches"]} == {"harbour": 2, "test-branch": 10}
    assert told["missing"] == ["station"]
    for form, begins in (("csv", b"scope,key"), ("xlsx", b"PK"), ("html", b"<!doctype")):
        assert client.get(f"/report/download?day={DAY}&format={form}", headers=headers).data[:20].startswith(begins)
    assert client.get("/report/download?day=2023-01-01", headers=headers).status_code == 404
    assert client.get("/report?day=2023-01-01", headers=headers).status_code == 404
    assert client.get("/report/download?day=x", headers=headers).status_code == 422
    assert [act.kind for act in house.acts.read()][-1] == "report-exported"


# -- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with pytest.importorskip("playwright.sync_api").sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(house: OfficeServer, tokens: dict[str, str], browser: Any) -> Iterator[Callable[[str], Any]]:
    """Opens the chain's page in a language; what went wrong in it fails the test at its end."""
    running = served(create_app(house))
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{running.port}"
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": COOKIE, "value": tokens[MANAGER], "url": url}])
    wrong: list[str] = []

    def open_page(language: str) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        page.goto(f"{url}/?language={language}")
        page.wait_for_selector("#branches tr")
        return page

    yield open_page
    context.close()
    running.shutdown()
    thread.join()
    running.server_close()
    assert wrong == []


def test_the_page_shows_the_worst_first_and_says_when_it_is_old(open_page: Callable[[str], Any]) -> None:
    page = open_page("en")
    names = page.locator("#branches th bdi")
    assert names.all_text_contents()[:2] == ["airport", "Station"]
    station = page.locator("#branches tr", has_text="Station")
    assert station.locator("[data-column=waiting]").inner_text() == "1"
    assert page.locator("[data-tile=waiting] [data-figure]").inner_text() == "1"
    assert page.locator("[data-tile=live].is-late").count() == 1
    page.fill("#find", "harb")
    assert names.all_text_contents() == ["Harbour"]
    assert "is-unsure" not in page.get_attribute("body", "class")
    page.clock.install()
    page.reload()
    page.wait_for_selector("#branches tr")
    page.route("**/now", lambda route: route.abort())
    page.clock.run_for(40_000)
    page.wait_for_selector("body.is-unsure")
    assert page.locator("#doubt").is_visible()


def test_the_page_is_mirrored_in_arabic(open_page: Callable[[str], Any]) -> None:
    page = open_page("ar")
    first, last = (page.locator(f"thead [data-column={key}]").bounding_box()["x"] for key in ("state", "behind"))
    assert first > last
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
