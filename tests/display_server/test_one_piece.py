from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable
from typing import Any

import gevent
import pytest

from display_server.gate.one_piece import SHORT, OnePieceHandler
from display_server.gate.patience import PatientServer

Answer = Callable[[Callable[..., Any]], Iterable[bytes]]


class Watched(OnePieceHandler):
    """Notes how much goes to the system at a time."""

    def _sendall(self, data: bytes | bytearray) -> None:
        if self._gathered is None:
            self.server.pieces.append(len(data))
        super()._sendall(data)


def asked(answer: Answer, method: str = "GET") -> tuple[bytes, list[int]]:
    """The body that a client gets of such an answer, and the pieces in which it was sent."""
    server = PatientServer(("127.0.0.1", 0), lambda environ, start: answer(start), log=None, handler_class=Watched)
    server.pieces = []
    server.start()

    def client() -> bytes:
        door = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
        door.request(method, "/")
        body = door.getresponse().read()
        door.close()
        return body

    try:
        return gevent.get_hub().threadpool.apply(client), server.pieces
    finally:
        server.stop(timeout=0)


def of_bytes(body: bytes) -> Answer:
    def answer(start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return answer


@pytest.mark.parametrize("size", [1, SHORT])
def test_a_short_answer_leaves_in_one_piece(size: int) -> None:
    body, pieces = asked(of_bytes(b"x" * size))
    assert body == b"x" * size
    assert len(pieces) == 1
    assert pieces[0] > size


def test_a_long_body_is_not_copied_behind_its_head() -> None:
    body, pieces = asked(of_bytes(b"x" * (SHORT + 1)))
    assert len(body) == SHORT + 1
    assert pieces[1:] == [SHORT + 1]


def test_an_answer_without_a_body_is_sent_all_the_same() -> None:
    body, pieces = asked(of_bytes(b""))
    assert body == b""
    assert len(pieces) == 1


def test_what_comes_bit_by_bit_is_not_held_back() -> None:
    def answer(start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        yield b"one"
        yield b"two"

    body, pieces = asked(answer)
    assert body == b"onetwo"
    assert len(pieces) == 3  # the head with the first, the second, the end of a chunked body


def test_an_answer_that_breaks_in_its_head_sends_nothing_of_it() -> None:
    def answer(start: Callable[..., Any]) -> Iterable[bytes]:
        start("204 No Content", [])
        return [b"no such body"]

    body, pieces = asked(answer)
    assert b"no such body" not in body
    assert len(pieces) == 1  # that it failed
