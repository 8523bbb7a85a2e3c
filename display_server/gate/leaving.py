"""How a server ends: it answers what was asked, and begins nothing more.

A connection that is kept alive would go on asking; it is told that the server is going, and closed. Whoever asks again
with the same key is answered once by the next server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LOOK_S = 0.01


class Leaving:
    """The requests that are being answered by one server."""

    def __init__(self) -> None:
        self.begun = False
        self._under_way = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """While a request is answered."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def leave(self, within_s: float, sleep: Callable[[float], None]) -> None:
        """Begin nothing from now; return when nothing is under way, or after so many seconds."""
        self.begun = True
        ends = time.monotonic() + within_s
        while self._under_way and time.monotonic() < ends:
            sleep(LOOK_S)


def gone(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """What is answered by a server that is leaving."""
    start_response("503 Service Unavailable", [("Retry-After", "1"), ("Content-Length", "0")])
    return []
