"""A branch as its operator has it: a folder, the command `lobby`, a server process that is started, stopped, killed."""

from __future__ import annotations

import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from lobby.config import FILE
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.tokens import DEVICE, Tokens
from lobby.remote import Patience, RemoteDesk
from tests import postgres
from tests.end_to_end import nursery

T = TypeVar("T")

LOBBY = [sys.executable, "-c", "from lobby.cli import main; main()"]
BRANCH = "main-street"
ZONE = ZoneInfo("Europe/London")
DAY_STARTS = f"{datetime.now(ZONE) + timedelta(hours=12):%H}:00"
"""When the day of a branch begins: half a day from now, so that numbers do not begin anew in the middle of a test."""

HANGS_S = 60.0
"""What has not come by then hangs, however busy this machine is."""

START_S = 120.0
LOOK_S = 0.02

PATIENT = Patience(connect_s=HANGS_S, answer_s=HANGS_S)
"""A server that is away is known at once; one that is slow is no part of any test."""


def until(condition: Callable[[], T], what: str, within_s: float = HANGS_S) -> T:
    """What `condition` gives as soon as it is true; a failure that says `what` was waited for when the time is over."""
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_s:g} s in vain: {what}")
        time.sleep(LOOK_S)
    return found


def lobby(*arguments: str | Path, timeout_s: float = START_S) -> subprocess.CompletedProcess[str]:
    """Run the command `lobby` to its end."""
    return nursery.run([*map(str, arguments)], timeout_s)


def lobby_of_its_own(*arguments: str | Path, timeout_s: float = START_S) -> subprocess.CompletedProcess[str]:
    """Run it to its end as a shell would, with an interpreter that has loaded nothing yet."""
    return subprocess.run(
        [*LOBBY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout_s, check=False
    )


def free_port() -> int:
    """A port that is the test's alone for as long as this process lasts: the system gives it to nobody else, a server
    that the test starts there may end and begin again, and while none does, who connects is refused."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # beside which a server can listen, as this does not
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    held.detach()  # so that nothing closes it
    return port


class Running:
    """A process of ours that says `ready URL`; what it writes goes to files beside the branch's folder.

    `quick` starts it from a nursery; else an interpreter of its own is started."""

    def __init__(self, arguments: list[str], log: Path, *, quick: bool = False) -> None:
        self._arguments = arguments
        self._log = log
        self._quick = quick
        self._process: subprocess.Popen[bytes] | nursery.Child | None = None
        self._starts = 0
        self.url = ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def stdout(self) -> str:
        """All that it ever wrote to its standard output, over all its starts."""
        return self._written("out", range(1, self._starts + 1))

    @property
    def stderr(self) -> str:
        return self._written("err", range(1, self._starts + 1))

    def start(self) -> str:
        """Start it and wait until it accepts connections; its address."""
        assert self._process is None, "it runs already"
        self._starts += 1
        out, err = (self._file(stream, self._starts) for stream in ("out", "err"))
        if self._quick:
            self._process = nursery.start(self._arguments, out, err)
        else:
            with out.open("wb") as written, err.open("wb") as said:
                self._process = subprocess.Popen([*LOBBY, *self._arguments], stdout=written, stderr=said)
        self.url = until(self._ready, "the line `ready URL`", START_S)
        return self.url

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and expect that it does so cleanly."""
        code = self._end(signal.SIGTERM)
        assert code == 0, f"it ended with {code}:\n{self.stderr}"

    def close(self) -> None:
        """End it whatever its state; again does nothing."""
        if self._process is not None:
            self.kill()

    def disk_for(self, more_bytes: int | None) -> None:
        """Let its files grow no further than the largest is now and a little; None gives the disk back."""
        soft = resource.RLIM_INFINITY
        if more_bytes is not None:
            soft = max(path.stat().st_size for path in self._log.parent.rglob("*.db*")) + more_bytes
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

    def _end(self, number: int) -> int:
        process, self._process = self._process, None
        assert process is not None, "it does not run"
        process.send_signal(number)
        try:
            return process.wait(HANGS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"it did not end within {HANGS_S:g} s:\n{self.stderr}") from None

    def _ready(self) -> str:
        assert self._process is not None
        found = re.search(r"^ready (\S+)$", self._written("out", [self._starts]), re.MULTILINE)
        if found:
            return found[1]
        if self._process.poll() is not None:
            code, self._process = self._process.returncode, None
            raise AssertionError(f"it ended with {code} before it was ready:\n{self.stderr}")
        return ""

    def _file(self, stream: str, start: int) -> Path:
        return self._log.with_suffix(f".{start}.{stream}")

    def _written(self, stream: str, starts: Iterable[int]) -> str:
        return "".join(self._file(stream, start).read_text(encoding="utf-8") for start in starts)


class BranchProcess(Running):
    """A branch of its own, made by `lobby init`, and its server. It starts `quick`ly, and without the example's
    `articles`, as reading all of them takes longer than the rest of a start. `database` is the address of one on
    PostgreSQL, which several branch processes may name when they are `shared`."""

    def __init__(
        self,
        folder: Path,
        *,
        printer: str = "none",
        counters: int = 6,
        quick: bool = True,
        articles: bool = False,
        database: str = "",
        shared: bool = False,
    ) -> None:
        super().__init__([], folder.with_name(f"{folder.name}-log"), quick=quick)
        self.folder = folder
        self.port = free_port()
        self.options: list[str] = []
        self._opened = ExitStack()
        self.database = database or postgres.database_of(folder)
        made = lobby("init", folder)
        assert made.returncode == 0, made.stderr
        self.file.write_text(
            postgres.with_database(self.file.read_text("utf-8"), self.database, shared=shared), encoding="utf-8"
        )
        if not articles:
            shutil.rmtree(folder / "knowledge")
        self.edit('day_starts = "04:00"', f'day_starts = "{DAY_STARTS}"')
        self.edit('address = "virtual"', f'address = "{printer}"')
        for number in range(7, counters + 1):
            self.edit("[[priorities]]", f"[[counters]]\nnumber = {number}\n\n[[priorities]]")

    @property
    def file(self) -> Path:
        return self.folder / FILE

    def edit(self, old: str, new: str) -> None:
        """Change the branch file at the first place where `old` stands."""
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def start(self) -> str:
        """Start the server, with its `options`; it has the same port each time."""
        self._arguments = ["serve", "--data", str(self.folder), "--port", str(self.port), *self.options]
        return super().start()

    def token(self, role: str, name: str) -> str:
        """A bearer token, from `lobby token create`; while the server runs, made beside it without the command's
        start, which takes longer than most of what the token is for."""
        if self._process is not None:
            with closing(self.store()) as store:
                return Tokens(store).create(DEVICE, name, role, time.time_ns() // 1_000_000)
        made = lobby("token", "create", "--data", self.folder, "--role", role, "--name", name)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def desks(self, role: str, names: Iterable[str]) -> list[RemoteDesk]:
        """The branch's door over HTTP for each of these devices or people; close them."""
        return [self.desk(self.token(role, name)) for name in names]

    def desk(self, token: str) -> RemoteDesk:
        """The same for whoever holds this token."""
        return RemoteDesk(self.url, token, BRANCH, patience=PATIENT)

    def one_time_password(self) -> str:
        """The administrator's, as the first start printed it."""
        found = re.search(r"one-time password (\S+)", self.stdout)
        assert found, self.stdout
        return found[1]

    def store(self) -> Store:
        """Its database, opened beside the server."""
        return Store.in_folder(self.folder, self.database)

    def journal(self) -> Journal:
        """The journal itself, read beside the server, until `close`."""
        return self.journal_in(self._opened.enter_context(closing(self.store())))

    def close(self) -> None:
        super().close()
        self._opened.close()

    def journal_in(self, store: Store) -> Journal:
        """The same over a store that the caller closes."""
        return Journal(store, BRANCH)

    def verify(self) -> int:
        """How many rows `lobby audit verify` found unbroken."""
        checked = lobby("audit", "verify", "--data", self.folder)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        return int(checked.stdout.split()[0])


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that ended and waits for its parent does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
