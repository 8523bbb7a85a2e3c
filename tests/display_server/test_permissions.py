"""Every address and every message, tried by everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest
from flask import Blueprint
from flask_socketio import SocketIO
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from display_server.gate.guarding import Key, NoLine
from display_server.gate.permissions import ROUTES, SOCKETS, guard, known_messages
from display_server.gate.roles_page import page
from display_server.head_office.app import create_app
from display_server.head_office.office_server import OfficeServer
from display_server.live.listeners import Listeners
from display_server.openapi.document import document
from lobby.access import ADMINISTRATOR, AUDITOR, CUSTOMER, DISPLAY, KIOSK, PERMISSIONS, ROLES, TELLER
from lobby.head_office.office_file import EXAMPLE, FILE
from lobby.records.tokens import SESSION
from tests.builders import Clock
from tests.end_to_end.house import House, a_house

NOBODY = ""
LED_AWAY = re.compile(r"/(sign-in|pair)(\?|$)")
VALUES = {"branch": "main-street", "counter": "1", "ticket": "A001", "what": "hold", "language": "en", "copy": "0"}
LOOK = {"GET", "HEAD"}

ran: list[str] = []
"""The endpoints of the views that ran."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = a_house(tmp_path_factory.mktemp("permissions") / "branch", Clock())
    for endpoint, view in list(made.app.view_functions.items()):
        made.app.view_functions[endpoint] = noting(endpoint, view)
    yield made
    made.server.close()


def noting(endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
    def noted(**given: Any) -> Any:
        ran.append(endpoint)
        return view(**given)

    return noted


def the_rules(house: House) -> list[tuple[Rule, str, str]]:
    """Rule, method, an address that it matches."""
    found = []
    for rule in house.app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: VALUES.get(part[1], "1"), rule.rule)
        found += [(rule, method, path) for method in sorted((rule.methods or set()) - {"OPTIONS"})]
    return found


def ask(house: House, method: str, path: str, token: str) -> tuple[bool, TestResponse]:
    """Whether the view ran, and what was answered."""
    ran.clear()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = house.client().open(path, method=method, headers=headers)
    answer.close()
    return bool(ran), answer


def is_let_in(asks: str | Key, role: str) -> bool:
    if asks is Key.ANYONE:
        return role != NOBODY
    if asks is Key.PERSON:
        return False  # only by a session: see below
    return isinstance(asks, Key) or role in PERMISSIONS[asks]


def test_every_address_opens_to_whom_the_table_names_and_to_nobody_else(house: House) -> None:
    for rule, method, path in the_rules(house):
        asks = ROUTES[rule.endpoint]
        for role in (NOBODY, *ROLES):
            came_in, answer = ask(house, method, path, house.token(role) if role else "")
            who = (method, path, role or "nobody", answer.status_code)
            assert came_in is is_let_in(asks, role), who
            if came_in:
                assert answer.status_code != 403, who
            else:
                led_away = LED_AWAY.search(answer.location or "")
                unknown = role == NOBODY or asks is Key.PERSON
                assert answer.status_code == (401 if unknown else 403) or led_away, who


def test_what_is_a_persons_own_opens_to_a_session_in_every_role(house: House) -> None:
    own = [(method, path) for rule, method, path in the_rules(house) if ROUTES[rule.endpoint] is Key.PERSON]
    assert own
    for role in (TELLER, AUDITOR, ADMINISTRATOR):
        for method, path in own:
            token = house.server.tokens.create(SESSION, f"own-{role}", role, house.clock())
            came_in, answer = ask(house, method, path, token)
            assert came_in, (method, path)
            assert answer.status_code != 403, (method, path)


def test_an_address_without_a_line_does_not_start(house: House) -> None:
    app = type(house.app)(__name__)
    more = Blueprint("more", __name__)
    more.add_url_rule("/more", "more", lambda: "")
    app.register_blueprint(more)
    with pytest.raises(NoLine, match=r"more\.more"):
        guard(app)


def test_every_line_is_of_an_address_that_there_is(house: House) -> None:
    assert ROUTES.keys() == {rule.endpoint for rule in house.app.url_map.iter_rules()}
    assert {asks for asks in ROUTES.values() if isinstance(asks, str)} <= PERMISSIONS.keys()


def test_the_document_of_the_api_names_the_roles_that_the_table_lets_in(house: House) -> None:
    told = msgspec.json.decode(document())["paths"]
    there = {}
    for rule, method, _ in the_rules(house):
        if rule.rule.startswith("/api/v1/") and method != "HEAD" and rule.endpoint != "api.openapi":
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
            there[path, method.lower()] = ROUTES[rule.endpoint]
    assert there.keys() == {(path, method) for path, methods in told.items() for method in methods}
    for (path, method), asks in there.items():
        said = told[path][method]
        if isinstance(asks, str):
            assert said["description"] == f"Roles: {', '.join(sorted(PERMISSIONS[asks]))}.", path
        else:
            assert (said.get("security") == []) is (asks is Key.NONE), path


# -- what must hold whatever the tables say


def changing(house: House) -> set[str]:
    """The permissions, and keys, by which anything can be changed."""
    return {ROUTES[rule.endpoint] for rule, method, _ in the_rules(house) if method not in LOOK}  # type: ignore[misc]


def test_an_auditor_sees_and_changes_nothing(house: House) -> None:
    assert not {asks for asks in changing(house) if isinstance(asks, str) and AUDITOR in PERMISSIONS[asks]} - {
        "look answers up"
    }


def test_a_lobby_screen_can_do_nothing_but_look_and_report_devices(house: House) -> None:
    may = {permission for permission, roles in PERMISSIONS.items() if DISPLAY in roles}
    assert may == {"see the branch", "report devices"}


def test_devices_and_customers_read_no_complaint_no_journal_and_no_figure() -> None:
    staff_only = ("see complaints", "see comments", "read the journal", "see figures", "see the queue", "administer")
    assert not [one for one in staff_only if PERMISSIONS[one] & {CUSTOMER, KIOSK, DISPLAY}]


def test_what_is_open_to_everybody_changes_nothing_but_who_is_signed_in_or_paired(house: House) -> None:
    everybody = {rule.endpoint for rule, method, _ in the_rules(house) if method not in LOOK}
    everybody = {endpoint for endpoint in everybody if ROUTES[endpoint] is Key.NONE}
    assert everybody == {"signing_in.sign_in", "signing_in.sign_out", "pairing.pair", "api.sign_in"}


# -- other sites


def test_another_site_can_change_nothing_by_a_browser_that_is_signed_in_and_paired(house: House) -> None:
    seq = house.server.desk.seq
    for rule, method, path in the_rules(house):
        if method in LOOK:
            continue
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            browser = house.client()
            browser.set_cookie("lobby", house.token("administrator"))
            browser.set_cookie("lobby-kiosk", house.token("kiosk"))
            answer = browser.open(path, method=method, headers=headers | {"Idempotency-Key": "k"})
            assert answer.status_code == 403, (method, path, headers, rule.endpoint)
    assert house.server.desk.seq == seq


# -- messages


SENT: dict[str, Any] = {"resync": {"after": 0}, "health": {"seq": 0}, "said": {"id": 1, "outcome": "spoken"}}


def test_every_message_is_heard_from_whom_the_table_names_and_from_nobody_else(house: House) -> None:
    sockets = SocketIO(house.app, async_mode="threading", cors_allowed_origins=[])
    listeners = Listeners(sockets, house.server)
    heard: list[tuple[str, str]] = []
    for name, namespace in sockets.server.namespace_handlers.items():
        for event in SENT:
            if hasattr(namespace, f"on_{event}"):
                said = (name, event)
                setattr(namespace, f"on_{event}", lambda *given, said=said: heard.append(said))
    for (namespace, event), asks in SOCKETS.items():
        if not isinstance(asks, str):
            continue
        for role in (NOBODY, *ROLES):
            client = sockets.test_client(house.app)
            heard.clear()
            client.connect(namespace, auth={"token": house.token(role)} if role else {})
            connects = role in PERMISSIONS[str(SOCKETS[namespace, "connect"])]
            assert client.is_connected(namespace) is connects, (namespace, role)
            if not connects:
                continue
            if event != "connect":
                client.emit(event, SENT[event], namespace=namespace)
                client.emit("nonsense", SENT[event], namespace=namespace)
                assert heard == ([(namespace, event)] if role in PERMISSIONS[asks] else []), (namespace, event, role)
            client.disconnect(namespace)
    assert not any(listeners.present.values())


def test_a_message_without_a_line_does_not_start() -> None:
    with pytest.raises(NoLine, match="/display: shout"):
        known_messages("/display", {"connect", "disconnect", "shout"})


# -- the page


def test_the_page_of_roles_says_what_the_code_does(house: House, empty_store: Path, tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs" / "roles.md"
    folder = copytree(empty_store, tmp_path / "office")
    (folder / FILE).write_text(EXAMPLE, encoding="utf-8")
    office = OfficeServer(folder)
    try:
        said = page(house.app, create_app(office))
    finally:
        office.close()
    assert docs.read_text(encoding="utf-8") == said, "python -m display_server.gate.roles_page > docs/roles.md"
