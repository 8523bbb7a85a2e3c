"""A receiver on this machine that can fail on purpose: one behaviour a request, in order, then 204 for ever."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from lobby.outbound.signing import headers

PATIENCE_S = 30
"""How long a test waits for what must happen."""


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        return msgspec.json.decode(self.body)

    def signed_with(self, *keys: bytes) -> bool:
        right = headers(keys, self.id, int(self.headers["webhook-timestamp"]), self.body)
        return right["webhook-signature"] == self.headers["webhook-signature"]


Behaviour = Callable[["_Handler"], None]


class Receiver:
    def __init__(self, scheme: str, port: int) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}/hooks/key-in-the-path"
        self.got: list[Got] = []
        self.behaviours: list[Behaviour] = []
        self.released = threading.Event()
        self._came = threading.Condition()

    def note(self, got: Got) -> Behaviour:
        with self._came:
            self.got.append(got)
            self._came.notify_all()
            return self.behaviours.pop(0) if self.behaviours else answers(204)

    def wait_for(self, count: int) -> list[Got]:
        """The requests, once so many came."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) >= count, PATIENCE_S), f"only {len(self.got)} came"
            return list(self.got)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        named = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.note(Got(named, body, self.client_address[1]))(self)

    def do_GET(self) -> None:
        raise AssertionError("a webhook is a POST")

    def log_message(self, format: str, *args: Any) -> None:
        pass


def answers(status: int, body: bytes = b"", **extra: str) -> Behaviour:
    def behave(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in extra.items():
            handler.send_header(name.replace("_", "-"), value)
        if status != 204:
            handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def drops(handler: _Handler) -> None:
    """Takes the request and breaks the connection."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def says_nothing(handler: _Handler) -> None:
    """Takes the request and does not answer until the test is over."""
    handler.receiver.released.wait(PATIENCE_S)
    handler.close_connection = True


def drips(handler: _Handler) -> None:
    """Answers, but a byte at a time and never to the end: no single read is slow."""
    handler.close_connection = True
    try:
        handler.wfile.write(b"HTTP/1.1 204 No Content\r\nx: ")
        while not handler.receiver.released.wait(0.02):
            handler.wfile.write(b"x")
    except OSError:
        return


def garbage(handler: _Handler) -> None:
    """Answers something that is not HTTP."""
    handler.wfile.write(b"\x00\xffSMTP ready\r\n\r\n")
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is part of these tests."""


@contextmanager
def a_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver = Receiver("https" if tls else "http", server.server_address[1])
    handler.receiver = receiver  # type: ignore[attr-defined]  # made for this server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
