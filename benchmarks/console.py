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
from typing import NamedTuple

from benchmarks.figures import Figure

STARTS = 5
RUNS = 3
ROUNDS = 30
WAITING = 200
PAUSE_S = 0.35
"""Between keys: a person's, and longer than the console holds a repaint back."""

PATIENCE_S = 20.0
LOBBY = [sys.executable, "-c", "from lobby.cli import main; main()"]


class Step(NamedTuple):
    """A key, its name, and what the screen says when it is done."""

    name: str
    key: str
    said: str


ROUND = (
    Step("call", " ", "called 0:0"),
    Step("recall", "r", "called, called 2"),
    Step("start", "s", "serving 0:0"),
    Step("park, its question opens", "p", "Park: why?"),
    Step("Enter in that question", "\r", "free 0:0"),
)

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

    def cpu_s(self) -> float:
        """Seconds of processor time that it has taken, by the kernel's ticks."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11:13]) / os.sysconf("SC_CLK_TCK")

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


class Pressed(NamedTuple):
    """Seconds from each key to its result, by the step's name; and processor seconds of the console for one key, with
    all that follows it: the queue fetched, the clock that runs on."""

    taken: dict[str, list[float]]
    cpu_s: float

    @property
    def all(self) -> list[float]:
        return [one for taken in self.taken.values() for one in taken]


def keys_to_results(folder: Path) -> Pressed:
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
            taken: dict[str, list[float]] = {step.name: [] for step in ROUND}
            before = screen.cpu_s()
            for _ in range(ROUNDS):
                for step in ROUND:
                    time.sleep(PAUSE_S)
                    taken[step.name].append(screen.press(step.key, step.said))
                kiosk.submit(c.Issue("cash"), key=secrets.token_hex(8))
                for parked in kiosk.queue().parked:
                    kiosk.submit(c.Cancel(parked.number), key=secrets.token_hex(8))
            return Pressed(taken, (screen.cpu_s() - before) / (ROUNDS * len(ROUND)))
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


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]


def measure() -> dict[str, list[float]]:
    """Seconds to the sign-in screen of each start; of each run the median and the 95th percentile of all its keys, the
    95th percentile of each step, and the processor seconds of a key."""
    starts, runs = [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            starts.append(to_sign_in(Path(folder)))
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            runs.append(keys_to_results(Path(folder)))
    return {
        "starts": starts,
        "medians": [median(run.all) for run in runs],
        "p95s": [_p95(run.all) for run in runs],
        "cpu": [run.cpu_s for run in runs],
        **{step.name: [_p95(run.taken[step.name]) for run in runs] for step in ROUND},
    }


def run() -> list[Figure]:
    """Measured in a process of its own, whose threads are threads."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.console"], check=True, capture_output=True, text=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    waiting = f"{WAITING} waiting"

    def ms(name: str) -> float:
        return round(1000 * median(found[name]), 1)

    return [
        Figure("console: start to sign-in", round(median(found["starts"]), 3), "s", target="<= 1.5 s"),
        Figure(f"console: key to result, median, {waiting}", ms("medians"), "ms"),
        Figure(f"console: key to result, p95, {waiting}", ms("p95s"), "ms", target="<= 50 ms"),
        *(Figure(f"console: {step.name}, p95, {waiting}", ms(step.name), "ms") for step in ROUND),
        Figure(f"console: processor time of a key and what follows it, {waiting}", ms("cpu"), "ms"),
    ]


if __name__ == "__main__":
    print(json.dumps(measure()))
