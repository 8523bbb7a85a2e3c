"""The terminal that the console runs in, which may go: its window was closed, the line to it was cut."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, cast

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver


class Hearing:
    """The file of a terminal. Once it is gone what is written to it is lost, and this process is told to end: the
    system tells only whoever has the terminal for its own, and does not ignore it (as below `nohup`)."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._is_gone = False

    def write(self, text: str) -> None:
        self._unless_gone(lambda: self._file.write(text))

    def flush(self) -> None:
        self._unless_gone(self._file.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def _unless_gone(self, act: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            act()
        except OSError:
            self._is_gone = True
            os.kill(os.getpid(), signal.SIGTERM)


class Terminal(LinuxDriver):
    """Goes on without its terminal until the process ends. Textual alone would wait for ever for its thread that
    writes, which has failed."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._file = cast(Any, Hearing(self._file))


def on_a_terminal(driver: type[Driver]) -> type[Driver]:
    """The driver to take where Textual would take this one."""
    return Terminal if driver is LinuxDriver else driver
