"""Callers who post without end, each as soon as it has its answer, in one plain process.

    python -m benchmarks.posts ORDER      prints, by kind, the answers a second of each round, as JSON

ORDER (JSON) is `{port, callers, count, rounds, kinds: {name: {path, token, body}}, after}`: in each round each kind has
its turn, and is posted `count` times by all callers together; then what `after` lists is posted once, by one of them.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from typing import Any

GIVE_UP_S = 60.0


class Callers:
    """Keep-alive connections, each with one request under way."""

    def __init__(self, port: int, count: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._sockets: dict[int, socket.socket] = {}
        self._poll = select.epoll()
        self._mark = os.urandom(4).hex().encode()  # no other process's keys, which would have their answers again
        self._key = 0
        for _ in range(count):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[sock.fileno()] = sock
            self._poll.register(sock.fileno(), select.EPOLLIN)

    def rate(self, count: int, kind: dict[str, str]) -> float:
        """Answers a second when `count` requests of this kind are posted."""
        ahead, behind = self._around_the_key(kind)
        parts = {number: b"" for number in self._sockets}
        left, missing = count, count
        begun = time.perf_counter()

        def send(sock: socket.socket) -> None:
            nonlocal left
            left -= 1
            self._key += 1
            sock.sendall(b"%b%b-%07d%b" % (ahead, self._mark, self._key, behind))

        for sock in list(self._sockets.values())[:left]:
            send(sock)
        while missing:
            ready = self._poll.poll(GIVE_UP_S)
            if not ready:
                raise RuntimeError(f"{missing} answers never came")
            for number, _ in ready:
                parts[number] += self._sockets[number].recv(65536)
                if whole(parts[number]):
                    parts[number] = b""
                    missing -= 1
                    if left:
                        send(self._sockets[number])
        return count / (time.perf_counter() - begun)

    def _around_the_key(self, kind: dict[str, str]) -> tuple[bytes, bytes]:
        """The request, but for the idempotency key, which is another each time."""
        body = kind["body"].encode()
        ahead = (
            f"POST {kind['path']} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {kind['token']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
        )
        return ahead.encode(), b"\r\n\r\n" + body


def whole(answer: bytes) -> bool:
    """Whether an answer has come to its end; raises where it is a refusal."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not answer.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(answer.decode(errors="replace"))
    size = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    return len(body) >= int(size.partition(b":")[2])


def run(order: dict[str, Any]) -> dict[str, list[float]]:
    callers = Callers(order["port"], order["callers"])
    rates: dict[str, list[float]] = {name: [] for name in order["kinds"]}
    for kind in order["kinds"].values():
        callers.rate(order["count"] // 4, kind)
    for _ in range(order["rounds"]):
        for name, kind in order["kinds"].items():
            rates[name].append(callers.rate(order["count"], kind))
        for kind in order["after"]:
            callers.rate(1, kind)
    return rates


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
