"""A crowd of WebSocket clients in one plain process, light enough not to be what is measured.

    python -m benchmarks.crowd '{"clients": 200, "port": 8080, ...}'      prints latencies in ms as JSON

Each round posts one request and waits until every client has received a message that holds the marker. Against the
branch server the clients speak as much Socket.IO as a lobby screen does; against the bare loop they only listen.
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

    def __init__(self, clients: int, port: int, token: str = "", branch: str = "") -> None:
        self.sockets: dict[int, socket.socket] = {}
        self.poll = select.epoll()
        for _ in range(clients):
            if token:
                sock = connect(port, "/socket.io/?EIO=4&transport=websocket")
                wait_for(sock, b"pingInterval")
                send_text(sock, f"40/display,{json.dumps({'token': token, 'branch': branch})}")
                wait_for(sock, b'"snapshot"')
            else:
                sock = connect(port, "/")
            sock.setblocking(False)
            self.sockets[sock.fileno()] = sock
            self.poll.register(sock.fileno(), select.EPOLLIN)

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
                if data.endswith(b"\x81\x012") or data == b"2":
                    send_text(self.sockets[number], "3")
                if number in missing:
                    seen = tails.get(number, b"") + data
                    tails[number] = seen[-200:]
                    if marker in seen:
                        missing.discard(number)
        return time.perf_counter()


def run(order: dict[str, Any]) -> list[float]:
    """`rounds` latencies in ms from sending the request to the last client's receiving."""
    crowd = Crowd(order["clients"], order["port"], order.get("token", ""), order.get("branch", ""))
    door = http.client.HTTPConnection("127.0.0.1", order["trigger_port"])
    door.connect()
    door.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    latencies = []
    for number in range(order["rounds"]):
        for path in order["before"]:
            post(door, path, order, f"{number}-{path}")
        if "settled" in order:
            crowd.last(order["settled"].encode())  # what was sent before has arrived everywhere
        marker = order["marker"].replace("#", f"{number:06d}").encode()
        start = time.perf_counter()
        send(door, order["trigger"], order, f"{number}-call")
        latencies.append((crowd.last(marker) - start) * 1000)
        finish(door)
        for path in order.get("after", ()):
            post(door, path, order, f"{number}-{path}")
    return latencies


def post(door: http.client.HTTPConnection, path: str, order: dict[str, Any], key: str) -> None:
    send(door, path, order, key)
    finish(door)


def send(door: http.client.HTTPConnection, path: str, order: dict[str, Any], key: str) -> None:
    body = json.dumps({"service": "cash", "print": False}) if path.endswith("/tickets") else "{}"
    headers = {"Idempotency-Key": key, "Authorization": f"Bearer {order.get('staff', '')}"}
    door.request("POST", path, body, headers)


def finish(door: http.client.HTTPConnection) -> None:
    answer = door.getresponse()
    said = answer.read()
    if answer.status >= 400:
        raise RuntimeError(said.decode(errors="replace"))


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
