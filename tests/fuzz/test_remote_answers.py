"""Whatever answers in a branch server's place: whoever asked gets an answer or a refusal that can be read, never a
fault."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from socket import create_server

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lobby.care import commands as cc
from lobby.errors import LobbyError
from lobby.problems import refusals
from lobby.queue import commands as c
from lobby.remote import Patience, RemoteDesk
from tests.fuzz.cases import cases, within
from tests.fuzz.spoilt import STRANGE_TEXTS

LONG_S = 5.0
QUICK = Patience(connect_s=1.0, answer_s=0.2, tries=1)
HEAD = b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"


class Stranger:
    """Answers each connection with `says`, whatever it was asked."""

    def __init__(self) -> None:
        self.says = b""
        self._listener = create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

        self.desk = RemoteDesk(self.url, "token", "branch", patience=QUICK)

    def close(self) -> None:
        self.desk.close()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(self.says)


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    with closing(Stranger()) as made:
        yield made


NAMES = ["seq", "ticket", "type", "facts", "detail", "id", "number", "status", "title", "service", "state", "why"]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(STRANGE_TEXTS), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=8,
)
PROBLEMS = st.builds(
    lambda name, facts: {"type": f"/problems/{name}", "title": name, "status": 409, "detail": "x", "facts": facts},
    st.sampled_from([*refusals(), "Other"]),
    st.dictionaries(st.sampled_from(["number", "state", "self", "field", "problem", "seconds"]), JSON, max_size=3),
)
BODIES = st.one_of(
    st.one_of(JSON, PROBLEMS).map(msgspec.json.encode),
    st.binary(max_size=30),
    st.sampled_from([b"[" * 50_000, b'{"seq": "\xff"}', b'"\\ud800"', b'{"seq": 1e400}', b"<html>"]),
)
LINES = [b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Lobby-Seq: x", b"Location: ::", b"\xff: \0"]
MORE = st.sampled_from([b"", *(line + b"\r\n" for line in LINES)])
CODES = st.sampled_from([200, 201, 204, 302, 304, 400, 409, 429, 500, 503, 599, 999, 0])
ANSWERS = st.one_of(
    st.builds(lambda code, body, more: HEAD % (code, len(body), more) + body, CODES, BODIES, MORE),
    st.builds(lambda body: HEAD % (200, len(body) + 5, b"") + body, BODIES),
    st.binary(max_size=60),
)
ASKED: list[Callable[[RemoteDesk], object]] = [
    RemoteDesk.branch,
    RemoteDesk.board,
    RemoteDesk.events,
    RemoteDesk.briefing,
    RemoteDesk.my_day,
    RemoteDesk.complaints,
    lambda desk: desk.ticket("A001"),
    lambda desk: desk.submit(c.Issue("cash"), key="k"),
    lambda desk: desk.submit(c.CallNext(1), key="k"),
    lambda desk: desk.submit(cc.TakeComplaint("x"), key="k"),
]


@cases(250)
@given(st.sampled_from(ASKED), ANSWERS)
@example(RemoteDesk.board, HEAD % (200, 50_000, b"") + b"[" * 50_000)
@example(RemoteDesk.board, HEAD % (409, 50_000, b"") + b"[" * 50_000)
@example(RemoteDesk.board, HEAD % (200, 4, b"Content-Encoding: gzip\r\n") + b"oops")
def test_a_stranger_in_the_servers_place_is_a_refusal_and_no_fault(
    stranger: Stranger, ask: Callable[[RemoteDesk], object], answer: bytes
) -> None:
    stranger.says = answer
    with within(LONG_S), suppress(LobbyError):
        ask(stranger.desk)
