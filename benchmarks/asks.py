"""One who asks the server for a page again and again: `python -m benchmarks.asks PORT TOKEN PATH`, until stopped."""

from __future__ import annotations

import http.client
import sys


def ask(port: int, token: str, path: str) -> None:
    door = http.client.HTTPConnection("127.0.0.1", port)
    print("asking", flush=True)
    while True:
        door.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = door.getresponse()
        if answer.status != 200:
            raise RuntimeError(answer.read().decode())
        answer.read()


if __name__ == "__main__":
    ask(int(sys.argv[1]), sys.argv[2], sys.argv[3])
