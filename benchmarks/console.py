"""The teller's console on a terminal: from its start to signing in, and from a key to its result on the screen.

A real branch server with the example branch and two hundred customers waiting, a real console process on a
pseudo-terminal of 120 x 36. A key's result is there when the terminal has received the words that say so.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import secrets
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from benchmarks.figures import Figure

STARTS = 5
RUNS = 3
ROUNDS = 30
WAITING = 200
PAUSE_S = 0.35
"""Between keys: a person's, and longer than the console holds a repaint back."""

PATIENCE_S = 20.0
LOBBY = [sys.executable, "-c", "from lobby.cli import main; main()"]
ROUND = ((" ", "called 0:0"), ("r", "called, called 2"), ("s", "serving 0:0"), ("p", "Park: why?"), ("\r", "free 0:0"))
"""Keys, and what the screen says when each is done: call, recall, start, park with its question."""

_CODES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]")


class Screen:
    """A console process on a pseudo-terminal."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        environment = os.environ | {"TERM": "xterm-256color", "XDG_STATE_HOME": str(state)}
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            [*LOBBY, "console", "--language", "en", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    def shows(self, text: str) -> float:
        """Seconds from the start until it shows this."""
        return self._until(text, self._started)

    def press(self, key: str, text: str) -> float:
        """Seconds from the key until the terminal has received what says that it is done."""
        while select.select([self._master], [], [], 0)[0]:
            os.read(self._master, 1 << 16)
        pressed = time.perf_counter()
        os.write(self._master, key.encode())
        return self._until(text, pressed)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _until(self, text: str, since: float) -> float:
        raw, end = b"", time.monotonic() + PATIENCE_S
        while text.encode() not in _CODES.sub(b"", raw):
            if time.monotonic() > end or not select.select([self._master], [], [], PATIENCE_S)[0]:
                raise TimeoutError(f"the console never said {text!r}: {_CODES.sub(b'', raw)[-2000:].decode()}")
            raw += os.read(self._master, 1 << 16)
        return time.perf_counter() - since


def to_sign_in(folder: Path) -> float:
    """Seconds from the start of the process to the sign-in screen."""
    screen = Screen(folder, "--server", "http://127.0.0.1:9")
    try:
        return screen.shows("Password")
    finally:
        screen.close()


def keys_to_results(folder: Path) -> list[float]:
    """Seconds from each key to its result."""
    from lobby.queue import commands as c
    from lobby.remote import RemoteDesk

    with _server(folder) as (url, password, token):
        kiosk = RemoteDesk(url, token, "main-street", prints=False)
        screen = Screen(folder / "state", "--server", url, "--user", "maria", "--counter", "3")
        try:
            for _ in range(WAITING):
                kiosk.submit(c.Issue("cash"), key=secrets.token_hex(8))
            screen.shows("Password")
            screen.press(f"{password}\r", f"waiting {WAITING}")
            taken = []
            for _ in range(ROUNDS):
                for key, said in ROUND:
                    time.sleep(PAUSE_S)
                    taken.append(screen.press(key, said))
                kiosk.submit(c.Issue("cash"), key=secrets.token_hex(8))
                for parked in kiosk.queue().parked:
                    kiosk.submit(c.Cancel(parked.number), key=secrets.token_hex(8))
            return taken
        finally:
            screen.close()
            kiosk.close()


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A running branch: its address, maria's password, a supervisor's token."""
    from lobby.remote import RemoteDesk

    branch = folder / "branch"
    _lobby("init", str(branch))
    file = branch / "branch.toml"
    file.write_text(file.read_text("utf-8").replace('address = "virtual"', 'address = "none"'), "utf-8")
    process = subprocess.Popen(
        [*LOBBY, "serve", "--data", str(branch), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = next(line.split()[1] for line in process.stdout if line.startswith("ready "))
        one_time = _lobby("staff", "add", "--data", str(branch), "--role", "teller", "--name", "Maria", "maria")
        password = "counting sheep"
        session = RemoteDesk.sign_in(url, "maria", one_time)
        RemoteDesk.change_password(url, session.token, one_time, password)
        yield url, password, _lobby("token", "create", "--data", str(branch), "--role", "supervisor", "--name", "b")
    finally:
        process.terminate()
        process.wait()


def _lobby(*arguments: str) -> str:
    return subprocess.run([*LOBBY, *arguments], check=True, capture_output=True, text=True).stdout.strip().split()[-1]


def measure() -> dict[str, list[float]]:
    """Seconds to the sign-in screen of each start; median and 95th percentile of the keys of each run."""
    starts, medians, p95s = [], [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            starts.append(to_sign_in(Path(folder)))
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            taken = keys_to_results(Path(folder))
        medians.append(median(taken))
        p95s.append(quantiles(taken, n=20)[-1])
    return {"starts": starts, "medians": medians, "p95s": p95s}


def run() -> list[Figure]:
    """Measured in a process of its own, whose threads are threads."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.console"], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    waiting = f"{WAITING} waiting"
    return [
        Figure("console: start to sign-in", round(median(found["starts"]), 3), "s", target="<= 1.5 s"),
        Figure(f"console: key to result, median, {waiting}", round(1000 * median(found["medians"]), 1), "ms"),
        Figure(
            f"console: key to result, p95, {waiting}", round(1000 * median(found["p95s"]), 1), "ms", target="<= 50 ms"
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(measure()))
