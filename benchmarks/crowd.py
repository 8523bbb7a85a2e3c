"""Crowds of WebSocket clients in one plain process, light enough not to be what is measured.

    python -m benchmarks.crowd ORDER      prints, by crowd, [asked, last] of each round, in s, as JSON

ORDER (JSON) is `{rounds, crowds: {name: {...}}}`. In each round each crowd has its turn: one request is posted, and the
round is over when every client of the crowd has received a message that holds the marker. Against a branch server the
clients speak as much Socket.IO as a lobby screen does; against a bare loop they only listen.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import select
import socket
import sys
import time
from typing import Any

GIVE_UP_S = 20.0
PING, PONG = b"\x81\x012", "3"
"""Engine.IO asks whether the client is there: a text frame of one digit; and the answer."""


def connect(port: int, path: str) -> socket.socket:
    """A WebSocket connection, opened by hand (RFC 6455, section 4)."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(1)
    if b" 101 " not in answer:
        raise RuntimeError(answer.decode(errors="replace"))
    return sock


def join(port: int, namespace: str, auth: dict[str, str]) -> socket.socket:
    """A Socket.IO client of a namespace, with its snapshot."""
    sock = connect(port, "/socket.io/?EIO=4&transport=websocket")
    wait_for(sock, b"pingInterval")
    send_text(sock, f"40{namespace},{json.dumps(auth)}")
    wait_for(sock, b'"snapshot"')
    return sock


def send_text(sock: socket.socket, text: str) -> None:
    """One masked text frame (RFC 6455, section 5.2); the mask is zero, so the payload stays as it is."""
    payload = text.encode()
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    sock.sendall(b"\x81" + size + bytes(4) + payload)


def wait_for(sock: socket.socket, marker: bytes) -> None:
    """Read until the marker came by."""
    sock.settimeout(GIVE_UP_S)
    seen = b""
    while marker not in seen:
        seen += sock.recv(65536)


class Crowd:
    """`clients` connections that all wait for the same message."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.sockets: dict[int, socket.socket] = {}
        self.poll = select.epoll()
        auth = {"token": order.get("token", ""), "branch": order.get("branch", "")}
        for _ in range(order["clients"]):
            sock = join(order["port"], "/display", auth) if auth["token"] else connect(order["port"], "/")
            sock.setblocking(False)
            self.sockets[sock.fileno()] = sock
            self.poll.register(sock.fileno(), select.EPOLLIN)
        self.door = http.client.HTTPConnection("127.0.0.1", order["port"])
        self.door.connect()
        self.door.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def round(self, number: int) -> tuple[float, float]:
        """When the request was sent, and when the last client had the message."""
        order = self.order
        for path in order.get("before", ()):
            self.post(path, f"{number}-{path}")
        if "settled" in order:
            self.last(order["settled"].encode())  # what was sent before has arrived everywhere
        marker = order["marker"].replace("#", f"{number:06d}").encode()
        asked = time.perf_counter()
        self.send(order["trigger"], f"{number}-call")
        told = self.last(marker)
        self.finish()
        for path in order.get("after", ()):
            self.post(path, f"{number}-{path}")
        return asked, told

    def last(self, marker: bytes) -> float:
        """The moment (s) at which the last client had a message with the marker."""
        missing = set(self.sockets)
        tails: dict[int, bytes] = {}
        deadline = time.perf_counter() + GIVE_UP_S
        while missing:
            if time.perf_counter() > deadline:
                raise RuntimeError(f"{len(missing)} clients never heard of it")
            for number, _ in self.poll.poll(1.0):
                data = self.sockets[number].recv(65536)
                if not data:
                    raise RuntimeError("a client was dropped")
                if PING in data:
                    send_text(self.sockets[number], PONG)
                if number in missing:
                    seen = tails.get(number, b"") + data
                    tails[number] = seen[-200:]
                    if marker in seen:
                        missing.discard(number)
        return time.perf_counter()

    def post(self, path: str, key: str) -> None:
        self.send(path, key)
        self.finish()

    def send(self, path: str, key: str) -> None:
        body = json.dumps({"service": "cash", "print": False}) if path.endswith("/tickets") else "{}"
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {self.order.get('staff', '')}"}
        self.door.request("POST", path, body, headers)

    def finish(self) -> None:
        answer = self.door.getresponse()
        said = answer.read()
        if answer.status >= 400:
            raise RuntimeError(said.decode(errors="replace"))


def run(order: dict[str, Any]) -> dict[str, list[tuple[float, float]]]:
    crowds = {name: Crowd(one) for name, one in order["crowds"].items()}
    moments: dict[str, list[tuple[float, float]]] = {name: [] for name in crowds}
    for number in range(order["rounds"]):
        for name, crowd in crowds.items():
            moments[name].append(crowd.round(number))
    return moments


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
