"""A branch to measure: its folder, its server in a process of its own, tokens, people who wait, phones, reports."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from lobby.config import load
from lobby.records.store import Store
from lobby.records.tokens import DEVICE, Tokens

LOBBY = (sys.executable, "-c", "from lobby.cli import main; main()")
PAGE_BYTES, TICKS = os.sysconf("SC_PAGESIZE"), os.sysconf("SC_CLK_TCK")


def lobby(*arguments: str) -> str:
    """What the command `lobby` prints."""
    return subprocess.run([*LOBBY, *arguments], check=True, capture_output=True, text=True).stdout


@contextmanager
def running(command: list[str]) -> Iterator[IO[str]]:
    """A process for as long as the block lasts; gives its output."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout
    finally:
        process.terminate()
        process.wait(20)


class Bank:
    """The example branch, without a printer and with numbers enough, in a folder of its own."""

    base = "/api/v1/branches/main-street"

    def __init__(self, scratch: str, *options: str) -> None:
        self.folder = Path(scratch) / "branch"
        self.folder.mkdir()
        example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
        many = example.replace('prefix = "A"', 'prefix = "A"\nlast = 99999', 1)
        own = many.replace('"virtual"', '"none"').replace("[server]\n", "[server]\nrequests_per_s = 0\n", 1)
        (self.folder / "branch.toml").write_text(own, encoding="utf-8")
        self._stamps = Path(scratch) / "stamps.json"
        self._options = options
        self._keys = 0
        self._server: subprocess.Popen[str] | None = None
        self.port = 0

    @contextmanager
    def opened(self) -> Iterator[Bank]:
        """The server runs for as long as the block lasts."""
        command = [sys.executable, "-m", "benchmarks.branch_in_use", str(self.folder), str(self._stamps)]
        self._server = subprocess.Popen([*command, *self._options], stdout=subprocess.PIPE, text=True)
        try:
            assert self._server.stdout is not None
            ready = next(line for line in self._server.stdout if line.startswith("ready"))
            self.port = int(ready.rsplit(":", 1)[1])
            yield self
        finally:
            self.stop()

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(30)
            self._server = None

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(30)
            self._server = None

    def committed_before(self, moment: float) -> float:
        """The last commit before it (s, the steady clock), after the server was stopped."""
        moments = json.loads(self._stamps.read_text(encoding="utf-8"))
        return float(moments[bisect(moments, moment) - 1])

    def token(self, role: str) -> str:
        store = Store.in_folder(self.folder, load(self.folder).database)
        self._keys += 1
        return Tokens(store).create(DEVICE, f"{role} {self._keys}", role, time.time_ns() // 1_000_000)

    def post(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
        self._keys += 1
        headers = {"Idempotency-Key": f"bank {self._keys}", "Authorization": f"Bearer {token}"}
        door = http.client.HTTPConnection("127.0.0.1", self.port)
        door.request("POST", self.base + path, json.dumps(body or {}), headers)
        answer = door.getresponse()
        told = json.loads(answer.read())
        door.close()
        if answer.status >= 400:
            raise RuntimeError(told)
        return dict(told)

    def queue_of(self, people: int, service: str = "loans") -> None:
        """So many wait for a service that nobody calls from, while every counter but the first is open for it."""
        token = self.token("manager")
        for _ in range(people):
            self.post("/tickets", {"service": service, "print": False}, token)

    @contextmanager
    def screens(self, count: int) -> Iterator[dict[str, float]]:
        """So many lobby screens listen, each with a token of its own; see `_audience`."""
        with self._audience("/display", [self.token("display") for _ in range(count)]) as heard:
            yield heard

    @contextmanager
    def phones(self, pages: int, waiting: int = 0) -> Iterator[dict[str, float]]:
        """So many customers' pages are open, each of its own ticket, all but the last `waiting` of which were
        cancelled; see `_audience`."""
        token, tokens = self.token("manager"), []
        for number in range(pages):
            ticket = self.post("/tickets", {"service": "cash", "print": False}, token)
            tokens.append(ticket["token"])
            if number < pages - waiting:
                self.post(f"/tickets/{ticket['id']}/cancel", {}, token)
        with self._audience("/ticket", tokens) as heard:
            yield heard

    @contextmanager
    def _audience(self, namespace: str, tokens: list[str]) -> Iterator[dict[str, float]]:
        """Gives what they heard, which is in it after the block: `messages`, `bytes`, `silence_s`."""
        command = [sys.executable, "-m", "benchmarks.audience", str(self.port), namespace]
        heard: dict[str, float] = {}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(" ".join(tokens) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "there\n"
            yield heard
            process.stdin.close()
            heard |= json.loads(process.stdout.read())

    @contextmanager
    def reports(self) -> Iterator[None]:
        """Somebody asks for the day's report again and again."""
        asks = [sys.executable, "-m", "benchmarks.asks", str(self.port), self.token("manager")]
        with running([*asks, f"{self.base}/reports/day"]) as asking:
            assert asking.readline() == "asking\n"
            yield

    # -- what the server takes

    def memory(self) -> int:
        """Its resident memory, bytes."""
        assert self._server is not None
        return int(Path(f"/proc/{self._server.pid}/statm").read_text().split()[1]) * PAGE_BYTES

    def open_files(self) -> int:
        assert self._server is not None
        return len(list(Path(f"/proc/{self._server.pid}/fd").iterdir()))

    def threads(self) -> int:
        assert self._server is not None
        return len(list(Path(f"/proc/{self._server.pid}/task").iterdir()))

    def processor_s(self) -> float:
        """The processor time that it has used, s."""
        assert self._server is not None
        fields = Path(f"/proc/{self._server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
