"""From the call to the last of 200 lobby screens, against a bare WebSocket loop in the same run.

The call is a real one: HTTP, decided, durable on disk, then sent by Socket.IO. The floor is a loop that writes a ready
frame to 200 sockets when it is told to by HTTP. Clients are the same light process for both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import IO

from benchmarks.figures import Figure, paired

CLIENTS = 200
ROUNDS = 60
RUNS = 3
LOBBY = (sys.executable, "-c", "from lobby.cli import main; main()")


def run() -> list[Figure]:
    """Median and p99 of the latency, in ms."""
    medians: list[float] = []
    floors: list[float] = []
    tails: list[float] = []
    tail_floors: list[float] = []
    for _ in range(RUNS):
        floor, ours = bare(), branch()
        medians.append(quantiles(ours, n=100)[49])
        floors.append(quantiles(floor, n=100)[49])
        tails.append(quantiles(ours, n=100)[98])
        tail_floors.append(quantiles(floor, n=100)[98])
    return [
        paired(f"call to the last of {CLIENTS} screens, median", "ms", medians, floors, "recorded; later <= 1.8"),
        paired(f"call to the last of {CLIENTS} screens, p99", "ms", tails, tail_floors, "recorded; later <= 2"),
    ]


def bare() -> list[float]:
    """Latencies of the bare loop."""
    with _running([sys.executable, "-m", "benchmarks.bare_loop"]) as loop:
        port = int(loop.readline())
        return _crowd({"port": port, "trigger_port": port, "trigger": "/", "before": [], "marker": '"round":"#"'})


def branch() -> list[float]:
    """Latencies of the branch server."""
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        folder = Path(scratch) / "branch"
        _lobby("init", str(folder))
        example = (folder / "branch.toml").read_text(encoding="utf-8")
        (folder / "branch.toml").write_text(example.replace('"virtual"', '"none"'), encoding="utf-8")
        token = {
            role: _lobby("token", "create", "--data", str(folder), "--role", role, "--name", role).strip()
            for role in ("display", "manager")
        }
        with _running([*LOBBY, "serve", "--data", str(folder), "--port", "0"]) as server:
            port = next(int(line.rsplit(":", 1)[1]) for line in iter(server.readline, "") if line.startswith("ready"))
            base = "/api/v1/branches/main-street"
            counter = f"{base}/counters/1"
            order = {
                "port": port,
                "trigger_port": port,
                "token": token["display"],
                "staff": token["manager"],
                "branch": "main-street",
                "marker": '"kind":"TicketCalled"',
                "settled": '"kind":"TicketIssued"',
                "trigger": f"{counter}/next",
            }
            order["before"] = [f"{counter}/open", f"{base}/tickets"]
            order["after"] = [f"{counter}/start", f"{counter}/finish"]
            return _crowd(order)


def _crowd(order: dict[str, object]) -> list[float]:
    order |= {"clients": CLIENTS, "rounds": ROUNDS}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crowd", json.dumps(order)], check=True, stdout=subprocess.PIPE, text=True
    )
    latencies: list[float] = json.loads(done.stdout)
    return latencies


def _lobby(*arguments: str) -> str:
    return subprocess.run([*LOBBY, *arguments], check=True, capture_output=True, text=True).stdout


@contextmanager
def _running(command: list[str]) -> Iterator[IO[str]]:
    """A process for as long as the block lasts; gives its output."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout
    finally:
        process.terminate()
        process.wait(10)
