"""The wire between a machine and its server, which can be cut or go dark while both run."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class _Line:
    """One connection over the wire, from `near` to `far`: it carries, or is dead, or nobody knows yet."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near = near
        self.far = far
        self._lives = True
        self._known = threading.Event()
        self._known.set()

    def go_dark(self) -> None:
        if self._lives:
            self._known.clear()

    def settle(self, *, lives: bool) -> None:
        """If it was in the dark, it is known now what becomes of it."""
        if not self._known.is_set():
            self._lives = lives
            self._known.set()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        """All that comes to `one`, and its end. What comes in the dark waits; what comes to a dead line is lost."""
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if self._carries():
                    other.sendall(data)
        if self._carries():
            _hang_up(other)
        one.close()

    def _carries(self) -> bool:
        self._known.wait()
        return self._lives


class Wire:
    """Carries all that comes to `url` to `server` (an http address) and back, until it is cut. Close it."""

    def __init__(self, server: str) -> None:
        host, _, port = server.removeprefix("http://").partition(":")
        self._there = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._cut = self._dark = False
        self._ends: list[socket.socket] = []
        self._lines: list[_Line] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        """Nothing comes through, and whoever spoke is cut off."""
        with self._lock:
            self._cut = True
            for end in self._ends:
                _hang_up(end)
            self._settle(lives=False)
            self._ends, self._lines = [], []

    def go_dark(self) -> None:
        """Nothing comes through, and nobody is told: a connection stays open and silent, so does a new one."""
        with self._lock:
            self._dark = True
            for line in self._lines:
                line.go_dark()

    def mend(self, *, late: bool = False) -> None:
        """Carry again. Connections that were in the dark stay dead, unless what they held back comes now, `late`; those
        made in the dark stay dead in any case."""
        with self._lock:
            self._cut = self._dark = False
            self._settle(lives=late)

    def close(self) -> None:
        self.cut()
        _hang_up(self._listener)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _settle(self, *, lives: bool) -> None:
        for line in self._lines:
            line.settle(lives=lives)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._cut:
                    near.close()
                elif self._dark:
                    self._ends.append(near)
                    self._start(_swallow, near)
                else:
                    self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._there)
        except OSError:
            near.close()
            return
        line = _Line(near, far)
        self._ends += [near, far]
        self._lines.append(line)
        self._start(line.carry, near, far)
        self._start(line.carry, far, near)

    def _start(self, what: Callable[..., None], *ends: socket.socket) -> None:
        thread = threading.Thread(target=what, args=ends)
        self._threads.append(thread)
        thread.start()


def _swallow(end: socket.socket) -> None:
    """Say nothing, until whoever connected gives up."""
    with contextlib.suppress(OSError):
        while end.recv(65536):
            pass
    end.close()


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
