"""A branch for a lesson: the example branch on a scratch folder, its server a process of its own.

Made for one trainee and removed with the lesson. The server really can be killed, as a power cut would, and takes the
same address when it is started again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import click

from lobby.command_line.branch import write_example
from lobby.config import FILE, load
from lobby.queue.events import Recorded
from lobby.records.journal import Journal
from lobby.records.staff import Staff
from lobby.records.store import Store
from lobby.records.tokens import DEVICE, Tokens
from lobby.remote import RemoteDesk

TRAINEE, COLLEAGUE = "trainee", "elena"
COUNTER, COLLEAGUES_COUNTER = 3, 5
SERVICES = frozenset({"cash", "accounts", "cards"})
"""What the example branch gives at the trainee's counter."""

MEAN_MIN, GRACE_S = 2, 10
"""Minutes that a visit is planned for, and seconds before a no-show: short, so that a lesson is no working day."""

SERVE = [sys.executable, "-c", "from lobby.cli import main; main()", "serve"]
START_S, STOP_S, LOOK_S = 60.0, 10.0, 0.02


def for_practice(branch_file: str, hour: int) -> str:
    """The example's branch file with short visits and a short wait before a no-show. `hour` it is there now: its day,
    with which tickets end, begins half a day from then and not in a lesson."""
    shorter = re.sub(r"(?m)^mean_service_min = .*$", f"mean_service_min = {MEAN_MIN}", branch_file)
    shorter = re.sub(r"(?m)^no_show_grace_s = \d+", f"no_show_grace_s = {GRACE_S}", shorter)
    return re.sub(r'(?m)^day_starts = "[^"]*"', f'day_starts = "{(hour + 12) % 24:02}:00"', shorter)


class PracticeBranch:
    """Made at once, in a folder that nobody else may read; `start` it, and `close` it when done."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lobby-practice-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._closed = False
        self._port = 0
        self.url = ""
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        write_example(self.folder)
        file, now = self.folder / FILE, time.time_ns() // 1_000_000
        hour = load(self.folder).setup.local(now).hour
        file.write_text(for_practice(file.read_text(encoding="utf-8"), hour), encoding="utf-8")
        self._setup = load(self.folder).setup
        with closing(self._store()) as store:
            tokens = Tokens(store)
            self._kiosk = tokens.create(DEVICE, "practice kiosk", "kiosk", now)
            self._colleague = tokens.create(DEVICE, COLLEAGUE, "teller", now)
            self.password = Staff(store).add(TRAINEE, "", "teller", now, one_time=False)

    @property
    def name(self) -> str:
        """The branch's id."""
        return self._setup.id

    @property
    def languages(self) -> tuple[str, ...]:
        return self._setup.languages

    @property
    def mean_s(self) -> dict[str, float]:
        """What is planned for a visit, seconds by service."""
        return {code: service.mean_service_s for code, service in self._setup.services.items()}

    def kiosk(self) -> RemoteDesk:
        """Where customers take their numbers. Close it."""
        return RemoteDesk(self.url, self._kiosk, self.name, prints=False)

    def colleague(self) -> RemoteDesk:
        """The teller at the counter for loans. Close it."""
        return RemoteDesk(self.url, self._colleague, self.name)

    def journal(self) -> list[Recorded]:
        """All that happened, whether the server runs or not."""
        with closing(self._store()) as store:
            return Journal(store, self.name).read()

    # -- the server

    def start(self) -> None:
        """Start the server and wait until it takes connections; `ClickException` when it does not start."""
        with self._guard:
            if self._closed:
                return
            out = self.folder / "server.out"
            arguments = [*SERVE, "--data", str(self.folder), "--port", str(self._port)]
            with out.open("wb") as said:
                self._process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    env=os.environ | {"TMPDIR": str(self.folder)},  # a killed process tidies nothing up
                )
            self.url = self._ready(self._process, out)
            self._port = int(self.url.rsplit(":", 1)[1])

    def kill(self) -> None:
        """End the server as a power cut would; again does nothing."""
        with self._guard:
            self._end()

    def close(self) -> None:
        """End the server, and remove all that there was."""
        with self._guard:
            self._closed = True
            self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ready(self, process: subprocess.Popen[bytes], out: Path) -> str:
        deadline = time.monotonic() + START_S
        while not (found := re.search(r"^ready (\S+)$", out.read_text(encoding="utf-8", errors="replace"), re.M)):
            if process.poll() is not None or time.monotonic() > deadline:
                self._end()
                said = out.read_text(encoding="utf-8", errors="replace").strip()
                raise click.ClickException(f"the practice branch did not start: {said or 'it said nothing'}")
            time.sleep(LOOK_S)
        return found[1]

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_S)

    def _store(self) -> Store:
        return Store.in_folder(self.folder)
