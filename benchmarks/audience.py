"""Many lobby screens or customers' pages in one light process.

    python -m benchmarks.audience PORT NAMESPACE     reads one line: the tokens, one for each client

prints `there` when all have their snapshot, listens until its input is closed, and then prints what they heard as JSON:
messages, bytes, and the longest that any of them heard nothing, in s.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time

from benchmarks.crowd import PING, PONG, join, send_text


def listen(port: int, namespace: str, tokens: list[str]) -> dict[str, float]:
    poll, sockets, heard = select.epoll(), dict[int, socket.socket](), dict[int, float]()
    messages = size = 0
    longest = 0.0
    for token in tokens:
        auth = {"ticket": token} if namespace == "/ticket" else {"branch": "main-street", "token": token}
        sock = join(port, namespace, auth)
        sock.setblocking(False)
        sockets[sock.fileno()] = sock
        poll.register(sock.fileno(), select.EPOLLIN)
    print("there", flush=True)
    poll.register(sys.stdin.fileno(), select.EPOLLIN)
    while True:
        for number, _ in poll.poll():
            if number == sys.stdin.fileno():
                return {"messages": messages, "bytes": size, "silence_s": longest}
            data, now = sockets[number].recv(65536), time.perf_counter()
            if not data:
                raise RuntimeError("a client was dropped")
            if PING in data:
                send_text(sockets[number], PONG)
            messages += data.count(b"42/")
            size += len(data)
            longest = max(longest, now - heard.get(number, now))
            heard[number] = now


if __name__ == "__main__":
    print(json.dumps(listen(int(sys.argv[1]), sys.argv[2], sys.stdin.readline().split())))
