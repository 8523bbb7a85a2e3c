"""A console in a terminal of its own: a process on a pseudo-terminal, typed at and read, ended as a power cut would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

CONSOLE = [sys.executable, "-c", "from lobby.cli import main; main()", "console"]
PATIENCE_S = 60.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|[\u2066-\u2069]")


class Terminal:
    """Started at once; `written` is all that the console wrote, without the codes that place and colour it."""

    def __init__(
        self, *arguments: str, state: Path, term: str = "xterm-256color", size: tuple[int, int] = (120, 36)
    ) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        ours = ("TEXTUAL", "COLORTERM", "LC_", "TMUX")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environment |= {"TERM": term, "XDG_STATE_HOME": str(state), "LANG": "C.UTF-8"}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [*CONSOLE, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self._master = master
        self._told_to_hang_up, self._hang_up = os.pipe()
        self._raw = b""
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def written(self) -> str:
        return _ESCAPES.sub("", self._raw.decode("utf-8", "replace"))

    def type(self, text: str) -> None:
        """What the keyboard gives; Enter is `\\r`, Esc is `\\x1b`."""
        assert self._process.poll() is None, f"the console has ended; it wrote:\n{self.written[-6000:]}"
        os.write(self._master, text.encode())

    def sees(self, *texts: str) -> float:
        """Wait until the console has written these since it was last typed at or asked; seconds since its start."""
        end = time.monotonic() + PATIENCE_S
        with self._more:
            while not all(text in self.written for text in texts):
                assert time.monotonic() < end, f"{texts} never came; the console wrote:\n{self.written[-6000:]}"
                self._more.wait(0.05)
        return time.perf_counter() - self.started

    def forget(self) -> None:
        """Look only at what is written from now on."""
        with self._more:
            self._raw = b""

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it, whatever its state; again does nothing."""
        if self._process.poll() is None:
            self.kill()

    def hang_up(self) -> int:
        """Take the terminal away, as a window that is closed; what the console ends with."""
        os.write(self._hang_up, b"!")
        return self._process.wait(PATIENCE_S)

    def quit(self) -> int:
        """By its own key; the exit code."""
        self.type("\x11")
        return self._process.wait(PATIENCE_S)

    def _end(self, number: int) -> None:
        self._process.send_signal(number)
        self._process.wait(PATIENCE_S)

    def _read(self) -> None:
        while self._read_on():
            pass
        for file in (self._master, self._told_to_hang_up, self._hang_up):
            os.close(file)

    def _read_on(self) -> bool:
        ready, _, _ = select.select([self._master, self._told_to_hang_up], [], [])
        try:
            piece = b"" if self._told_to_hang_up in ready else os.read(self._master, 65536)
        except OSError:
            return False
        with self._more:
            self._raw += piece
            self._more.notify_all()
        return bool(piece)
