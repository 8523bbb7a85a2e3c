"""What clients of the Socket.IO namespaces send, whatever it is: it is taken, answered or ignored, and who may not
listen does not. (Frames that are none are in `tests/faults`: there a real server hears them.)"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask_socketio import SocketIO
from hypothesis import example, given
from hypothesis import strategies as st

from display_server.live.sender import Live
from display_server.live.told import CONSOLE, DASHBOARD, DISPLAY, TICKET
from tests.builders import Clock
from tests.end_to_end.house import House, a_house
from tests.fuzz.busy_house import fill
from tests.fuzz.cases import cases, within
from tests.fuzz.spoilt import STRANGE_TEXTS

LONG_S = 5.0
ROLE = {DISPLAY: "display", CONSOLE: "teller", DASHBOARD: "manager", TICKET: ""}
NAMES = ["after", "branch", "clock", "faults", "id", "outcome", "screen", "seq", "sound", "ticket", "token", "width"]
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 7, 2**53, 2**63, -(10**30), 0.5, 1e308, float("nan"), float("inf")]),
    st.sampled_from([*STRANGE_TEXTS, "\ud800", "main-street", "on", "off", "spoken", "media:x"]),
)


def made_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        values,
        lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
        max_leaves=15,
    )


AUTH = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.lists(PLAIN, max_size=3),
    made_of(PLAIN).map(lambda value: {"token": value, "ticket": value}),
)
MESSAGES = st.tuples(
    st.sampled_from(["resync", "health", "said", "say", "connect", "disconnect", "snapshot", ""]),
    st.lists(made_of(PLAIN | st.binary(max_size=4)), max_size=3),
)


@pytest.fixture(scope="module")
def house(memory_folder: Path) -> Iterator[House]:
    with TemporaryDirectory(dir=memory_folder) as folder:
        made = a_house(Path(folder) / "branch", Clock())
        fill(made)
        yield made
        made.server.close()


@pytest.fixture(scope="module")
def sockets(house: House) -> SocketIO:
    made = SocketIO(house.app, async_mode="threading", cors_allowed_origins=[])
    Live(made, house.server)
    return made


def right(house: House, namespace: str) -> dict[str, str]:
    """What lets somebody in there."""
    if namespace == TICKET:
        desk = house.server.desk
        return {"ticket": desk.token_of(next(iter(desk.state.tickets)))}
    return {"branch": house.server.id, "token": house.token(ROLE[namespace])}


@cases(250)
@example(DISPLAY, {"token": "\ud800"}, False, [])
@example(TICKET, {"ticket": "\ud800"}, False, [])
@given(st.sampled_from(sorted(ROLE)), AUTH, st.booleans(), st.lists(MESSAGES, max_size=6))
def test_any_message_is_taken_or_ignored_and_strangers_hear_nothing(
    house: House, sockets: SocketIO, namespace: str, auth: Any, known: bool, messages: list[tuple[str, list[Any]]]
) -> None:
    if known:
        auth = (auth if isinstance(auth, dict) else {}) | right(house, namespace)
    with within(LONG_S):
        client = sockets.test_client(house.app, namespace=namespace, auth=auth)
        assert client.is_connected(namespace) == known
        for name, payload in messages:
            if client.is_connected(namespace):
                client.emit(name, *payload, namespace=namespace)
        heard = client.get_received(namespace) if client.is_connected(namespace) else []
        assert {message["name"] for message in heard} <= {"snapshot", "event", "beat"}
        if client.is_connected(namespace):
            client.disconnect(namespace)
