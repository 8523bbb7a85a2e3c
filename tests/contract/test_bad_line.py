"""The door over a bad line: answers that get lost, servers that stay away, answers that make no sense.

What it shares with the desk itself is in `test_door`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic

import pytest

from lobby import errors
from lobby.problems import refusals
from lobby.queue import commands as c
from lobby.remote import ORDINARY, Patience, RemoteDesk
from tests.end_to_end.branch_process import free_port

ANSWER = b'{"seq": 7}'


class Line:
    """A server that answers each connection by the next of its `replies`; `None` hangs up without a word."""

    def __init__(self, replies: list[bytes | None]) -> None:
        self.requests: list[bytes] = []
        self._replies = replies
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        for reply in self._replies:
            connection, _ = self._socket.accept()
            with connection:
                self.requests.append(_request(connection))
                if reply is not None:
                    connection.sendall(reply)
        self._socket.close()


def _request(connection: socket.socket) -> bytes:
    """Everything of one request: head, and as much body as it announces."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reply(code: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {code} x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def problem(type_: str, facts: str) -> bytes:
    body = f'{{"type": "{type_}", "title": "x", "status": 409, "detail": "x", "facts": {facts}}}'
    return reply(409, body.encode(), "application/problem+json")


@contextmanager
def over(replies: list[bytes | None]) -> Iterator[tuple[RemoteDesk, Line]]:
    line = Line(replies)
    line.thread.start()
    door = RemoteDesk(line.url, "token", "branch")
    try:
        yield door, line
    finally:
        door.close()
        line.thread.join(60)
        assert not line.thread.is_alive(), "fewer requests came than expected"


def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    with over([None, reply(200, ANSWER)]) as (door, line):
        assert door.submit(c.CloseCounter(1), key="the-key").seq == 7
    assert len(line.requests) == 2
    assert line.requests[0] == line.requests[1]
    assert b"idempotency-key: the-key" in line.requests[0].lower()


def test_a_server_that_stays_away_is_unreachable_after_all_tries() -> None:
    with over([None] * ORDINARY.tries) as (door, line), pytest.raises(errors.ServerUnreachable):
        door.submit(c.CloseCounter(1), key="k")
    assert len(line.requests) == ORDINARY.tries


def test_a_door_without_patience_asks_once() -> None:
    line = Line([None])
    line.thread.start()
    door = RemoteDesk(line.url, "token", "branch", patience=Patience(connect_s=1, answer_s=1, tries=1))
    with pytest.raises(errors.ServerUnreachable):
        door.submit(c.Issue("cash"), key="k")
    door.close()
    line.thread.join(60)
    assert len(line.requests) == 1


def test_a_server_that_is_silent_is_given_up_in_the_time_that_was_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        door = RemoteDesk(url, "token", "branch", patience=Patience(connect_s=0.2, answer_s=0.2, tries=1))
        begun = monotonic()
        with pytest.raises(errors.ServerUnreachable):
            door.board()
        assert monotonic() - begun < ORDINARY.answer_s
        door.close()


def test_a_server_that_is_not_there_is_unreachable() -> None:
    door = RemoteDesk(f"http://127.0.0.1:{free_port()}", "token", "branch")
    for ask in (door.board, door.queue, door.branch, lambda: door.submit(c.CloseDay(), key="k")):
        with pytest.raises(errors.ServerUnreachable):
            ask()
    door.close()


@pytest.mark.parametrize("ask", [RemoteDesk.board, RemoteDesk.queue, RemoteDesk.branch, RemoteDesk.events])
@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"<html>please sign in to the guest network</html>", "text/html"),
        reply(200, b'{"seq": '),
        reply(200, b"[]" * 2),
        reply(200, b'{"another": "shape"}'),
    ],
    ids=["a hotel's page", "cut short", "not JSON", "another shape"],
)
def test_an_answer_that_makes_no_sense_is_a_refusal_and_not_a_crash(
    answer: bytes, ask: Callable[[RemoteDesk], object]
) -> None:
    with over([answer]) as (door, _), pytest.raises(errors.LobbyError):
        ask(door)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (reply(500, b"<h1>Internal Server Error</h1>", "text/html"), errors.LobbyError),
        (reply(502, b"", "text/html"), errors.LobbyError),
        (problem("https://x/problems/NobodyWaiting", "{}"), errors.NobodyWaiting),
        (problem("https://x/problems/FromTheFuture", "{}"), errors.LobbyError),
        (problem("/problems/WrongState", "{}"), errors.LobbyError),
        (reply(409, b'["no", "object"]'), errors.LobbyError),
        (problem("/problems/NobodyWaiting", "[1]"), errors.LobbyError),
        (problem("/problems/NobodyWaiting", "null"), errors.LobbyError),
        (reply(409, b"\xff\xfe"), errors.LobbyError),
    ],
    ids=["500", "502", "known", "unknown", "facts missing", "no object", "odd facts", "null facts", "no UTF-8"],
)
def test_every_refusal_of_a_server_can_be_read_out(answer: bytes, refusal: type[errors.LobbyError]) -> None:
    with over([answer]) as (door, _), pytest.raises(refusal) as refused:
        door.submit(c.CloseDay(), key="k")
    assert str(refused.value)


def test_a_redirect_is_not_taken_for_an_answer() -> None:
    with over([reply(302, b"")]) as (door, _), pytest.raises(errors.LobbyError):
        door.board()


def test_every_refusal_can_come_back_by_its_name() -> None:
    def every(root: type[errors.LobbyError]) -> Iterator[type[errors.LobbyError]]:
        yield root
        for kind in root.__subclasses__():
            yield from every(kind)

    kinds = {kind for kind in every(errors.LobbyError) if kind.__module__ == errors.__name__}
    known = {name: kind for name, kind in refusals().items() if kind.__module__ == errors.__name__}
    assert set(known.values()) == kinds
    assert {kind.__name__ for kind in kinds} == set(known)
