"""A courier on a thread of its own, and what wakes it: where gevent has replaced threads, a greenlet of its loop."""

from __future__ import annotations

import threading
from collections.abc import Callable

Wait = Callable[[float], bool]
"""Sleeps so many seconds or until woken, and says whether it was."""


class OwnThread:
    """The thread `name` of a courier. `run` does its work with what it is given to wait by; `close` comes last."""

    def __init__(self, name: str, run: Callable[[Wait], None], close: Callable[[], None]) -> None:
        self._courier = run
        self._close = close
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do. Returns at once: fit to follow the desk."""
        self._woken.set()

    def leave(self, within_s: float) -> None:
        """Wake it for the last time, and wait so long until it has ended, if it has begun."""
        self.wake()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _run(self) -> None:
        try:
            self._courier(self._wait)
        finally:
            self._close()

    def _wait(self, seconds: float) -> bool:
        woken = self._woken.wait(seconds)
        self._woken.clear()
        return woken
