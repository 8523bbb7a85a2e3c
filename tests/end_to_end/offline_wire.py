"""The wire between a machine and its server, which can be cut or go dark while both run."""

from __future__ import annotations

import contextlib
import socket
import threading

LOOK_S = 0.2
"""How often what waits in the dark looks whether the wire has been cut meanwhile."""


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
        self._passes: list[threading.Event] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        """Nothing comes through, and whoever spoke is cut off."""
        with self._lock:
            self._cut = True
            ends, self._ends = self._ends, []
        for end in ends:
            _hang_up(end)

    def go_dark(self) -> None:
        """Nothing comes through, and nobody is told: a connection stays open and silent, so does a new one."""
        with self._lock:
            self._dark = True
            for passes in self._passes:
                passes.clear()

    def mend(self, *, late: bool = False) -> None:
        """Carry again. Connections that were in the dark stay dead, unless what they held back comes now, `late`."""
        with self._lock:
            self._cut = self._dark = False
            if late:
                for passes in self._passes:
                    passes.set()
            else:
                self._passes = []

    def close(self) -> None:
        self.cut()
        _hang_up(self._listener)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._cut:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._there)
                except OSError:
                    near.close()
                    continue
                self._ends += [near, far]
                passes = threading.Event()
                if not self._dark:
                    passes.set()
                    self._passes.append(passes)
            for one, other in ((near, far), (far, near)):
                thread = threading.Thread(target=self._carry, args=(one, other, passes))
                self._threads.append(thread)
                thread.start()

    def _carry(self, one: socket.socket, other: socket.socket, passes: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self._wait_for_light(passes)
                other.sendall(data)
        self._wait_for_light(passes)
        _hang_up(other)
        one.close()

    def _wait_for_light(self, passes: threading.Event) -> None:
        while not (passes.wait(LOOK_S) or self._cut):
            pass


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
