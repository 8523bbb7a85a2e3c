"""Real threads and locks, also in a process where gevent has replaced them.

A printer's worker blocks on fsync and sockets for whole seconds, so it must never be a greenlet of the server's
loop, and what it shares with that loop must be a lock of the operating system.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Any


def original(module: str, name: str) -> Any:
    """The object that `module` had before gevent replaced it; the module's own where gevent did not."""
    patcher = sys.modules.get("gevent.monkey")
    if patcher is not None and patcher.is_module_patched(module):
        return patcher.get_original(module, name)
    return getattr(__import__(module), name)


def new_lock() -> Any:
    """A lock of the operating system, usable from greenlets and threads alike (never yield while holding it)."""
    return original("_thread", "allocate_lock")()


class Signal:
    """A flag that one thread raises and another waits for; waiting takes it down."""

    def __init__(self) -> None:
        self._closed = new_lock()
        self._closed.acquire()

    def raise_flag(self) -> None:
        """Wakes whoever waits, or the next one to come."""
        with contextlib.suppress(RuntimeError):  # it was up already
            self._closed.release()

    def wait(self, timeout_s: float) -> bool:
        """Waits for the flag, at most `timeout_s` seconds; whether it came."""
        return bool(self._closed.acquire(timeout=timeout_s))


class NativeThread:
    """A thread of the operating system that runs `work` once."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._ended = Signal()
        self._over = False

        def run() -> None:
            try:
                work()
            finally:
                self._over = True
                self._ended.raise_flag()

        original("_thread", "start_new_thread")(run, ())

    def join(self, timeout_s: float) -> bool:
        """Waits until the work is over; whether it is."""
        deadline = time.monotonic() + timeout_s
        while not self._over and time.monotonic() < deadline:
            self._ended.wait(max(0.0, deadline - time.monotonic()))
        return self._over
