"""Connections that come and do not go on: a request a byte at a time, a body that never ends, an answer that nobody
reads. Each is cut off in its time, and everybody else is served meanwhile."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import cycle
from statistics import median
from typing import Any

import gevent
import httpx
import pytest

from display_server.gate.patience import PatientHandler, PatientServer
from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until

HALF_OPEN = 1000
SERVED_WITHIN_S, BUSY = 1.0, 4
"""On a machine that is so busy that they are not even served so when they are alone: not much later than that."""


class Hasty(PatientHandler):
    """The server's own handler, with less patience: more than a busy machine makes whoever sends at once wait."""

    still_s, head_s, body_s = 1.0, 1.0, 1.0

    def handle(self) -> None:
        try:
            super().handle()
        finally:
            let_go.append(self.client_address[1])


let_go: list[int] = []
"""The ports of clients to whom a hasty server says nothing any more."""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Reads the body if it is asked to, and answers with more than a socket takes where that is asked for."""
    read = environ["wsgi.input"].read() if environ["PATH_INFO"] == "/read" else b""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 30_000_000] if environ["PATH_INFO"] == "/much" else [b"%d" % len(read)]


@pytest.fixture(scope="module")
def hasty() -> Iterator[int]:
    """The port of a hasty server, on a thread with a loop of its own."""
    ports: list[int] = []
    ready = threading.Event()

    def serve() -> None:
        server = PatientServer(("127.0.0.1", 0), application, log=None, error_log=None, handler_class=Hasty)
        server.start()
        ports.append(server.server_port)
        stopped = gevent.get_hub().loop.async_()
        over = gevent.event.Event()
        stopped.start(over.set)
        stop.append(stopped.send)
        ready.set()
        over.wait()
        server.stop()

    stop: list[Callable[[], None]] = []
    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    yield ports[0]
    stop[0]()
    thread.join()


def sent(port: int, *pieces: bytes) -> socket.socket:
    """A connection on which these bytes were sent, and nothing more will be."""
    made = socket.create_connection(("127.0.0.1", port), timeout=HANGS_S)
    for piece in pieces:
        made.sendall(piece)
    return made


def heard(connection: socket.socket) -> bytes:
    """All that is said until the other side closes, which it must."""
    found = b""
    with connection:
        while data := connection.recv(65536):
            found += data
    return found


def post(path: str, length: str, body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        ((), b""),
        ((b"GET",), b""),
        ((b"GET / HTTP/1.1\r\nHost: x\r\nX: y",), b"HTTP/1.1 408 "),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",), b"HTTP/1.1 200 "),
        ((post("/read", "Content-Length: 10", b"12345"),), b""),
        ((post("/other", "Content-Length: 10", b"12345"),), b"HTTP/1.1 200 "),
        ((post("/other", "Transfer-Encoding: chunked", b"5\r\n12345\r\n"),), b"HTTP/1.1 200 "),
        ((post("/other", "Transfer-Encoding: chunked", b"zz\r\n"),), b"HTTP/1.1 200 "),
        ((b"GET /read HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",), b"HTTP/1.1 200 "),
    ],
    ids=[
        "nothing",
        "half a line",
        "half a head",
        "idle",
        "half a body",
        "half a body unread",
        "no end of chunks",
        "no chunks",
        "no upgrade",
    ],
)
def test_a_connection_that_does_not_go_on_is_closed(hasty: int, pieces: tuple[bytes, ...], answer: bytes) -> None:
    assert heard(sent(hasty, *pieces)).startswith(answer)


def test_bytes_that_come_one_at_a_time_do_not_buy_more_time(hasty: int) -> None:
    began = time.monotonic()
    connection = sent(hasty, b"GET / HTTP/1.1\r\nHost: x\r\n")

    def cut_off() -> bool:
        try:
            connection.sendall(b"X")
        except OSError:
            return True
        return False

    with closing(connection):
        until(cut_off, "the drip was cut off")
    assert time.monotonic() - began > Hasty.head_s / 2


def test_who_does_not_read_the_answer_is_let_go(hasty: int) -> None:
    with sent(hasty, b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        until(lambda: b"200 OK" in connection.recv(20, socket.MSG_PEEK), "the answer has begun")
        until(lambda: connection.getsockname()[1] in let_go, "it is let go")
        assert len(heard(connection)) < 30_000_000


@pytest.fixture
def many_files() -> None:
    """As many open files as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 3 * HALF_OPEN:
        pytest.skip(f"this machine lets a process have {most} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


BEGUN = [
    b"",
    b"POST /api/v1/sessions HT",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    post("/api/v1/sessions", "Content-Type: application/json\r\nContent-Length: 60000", b'{"username": "'),
    b"\x16\x03\x01\x02\x00\x01",  # a TLS handshake, where no TLS is spoken
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
]


def served_within_s(branch: BranchProcess, kiosk: RemoteDesk, when: str) -> float:
    """How long most wait for a number and for an answer on a new connection, at most."""
    took_s = []
    for tap in range(10):
        began = time.monotonic()
        kiosk.submit(c.Issue("cash"), key=f"{when} {tap}")
        with httpx.Client(base_url=branch.url, trust_env=False, timeout=HANGS_S) as stranger:
            assert stranger.get("/healthz").status_code == 200
        took_s.append(time.monotonic() - began)
    return median(took_s)


@pytest.mark.slow
@pytest.mark.usefixtures("many_files")
def test_a_kiosk_is_served_within_a_second_beside_a_thousand_half_open_connections(
    a_branch: Callable[..., BranchProcess],
) -> None:
    branch = a_branch()
    branch.start()
    (kiosk,) = branch.desks("kiosk", ["kiosk"])
    with closing(kiosk), ExitStack() as held:
        alone_s = served_within_s(branch, kiosk, "alone")
        for _, begun in zip(range(HALF_OPEN), cycle(BEGUN), strict=False):
            held.enter_context(sent(branch.port, begun))
        assert served_within_s(branch, kiosk, "beside") < max(SERVED_WITHIN_S, BUSY * alone_s)
    branch.stop()
    assert "Traceback" not in branch.stderr
