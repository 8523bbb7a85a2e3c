"""From the call to the last of many lobby screens, against a bare WebSocket loop in the same run.

The call is a real one: HTTP, decided, durable on disk, then sent by Socket.IO; it is measured from the request, and
from the commit on, which is what the sending alone takes. The floors take turns with it, round by round, on the same
machine at the same time: a loop that writes a ready frame of the same length to as many sockets when it is told to by
HTTP; and the same loop after one durable line. Clients are the same light process for all three.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.branch_folder import Bank, running
from benchmarks.figures import Figure

ROUNDS, RUNS = 100, 5
SMALL, FEW, MANY, PHONES, QUEUE = 50, 200, 1000, 1000, 40


class Latency(NamedTuple):
    """Of one run, in ms: median and p99."""

    median: float
    p99: float


Run = dict[str, Latency]
"""By what was measured: `floor`, `durable` floor, `call`, and `sent` (from the commit on)."""


def run() -> list[Figure]:
    small = [one_run(SMALL) for _ in range(RUNS)]
    few, many = [one_run(FEW) for _ in range(RUNS)], [one_run(MANY) for _ in range(RUNS)]
    plain = [one_run(FEW, "--plain-sending") for _ in range(RUNS)]
    busy = [one_run(FEW, busy=True) for _ in range(RUNS)]
    return [
        *figures(f"{SMALL} screens", small, "<= 3 (median)"),
        *figures(f"{FEW} screens", few, "<= 1.8 (median), <= 2 (p99)"),
        *figures(f"{MANY} screens", many, "<= 1.4 (median)"),
        *figures(f"{FEW} screens beside {PHONES} phones, {QUEUE} waiting, reports", busy, "as without"),
        *figures(f"{FEW} screens, the libraries' own sending", plain, "for comparison"),
    ]


def figures(what: str, runs: list[Run], target: str) -> list[Figure]:
    found = []
    for measured, against, name in (
        ("sent", "floor", "commit to last"),
        ("call", "floor", "call to last"),
        ("call", "durable", "call to last, against a floor that commits"),
    ):
        for which in ("median", "p99"):
            ours = [getattr(one[measured], which) for one in runs]
            floor = [getattr(one[against], which) for one in runs]
            ratio = median(ours) / median(floor)
            aim = target if measured == "sent" else ""
            row = Figure(f"{what}: {name}, {which}", median(ours), "ms", median(floor), ratio, aim)
            found.append(row.rounded())
    return found


def one_run(screens: int, *options: str, busy: bool = False) -> Run:
    """One run of `ROUNDS` calls to so many screens; `busy`: beside phones, people who wait, and reports."""
    with TemporaryDirectory(dir=".") as scratch, ExitStack() as over:
        bank = over.enter_context(Bank(scratch, "--no-clips", *options).opened())
        bare = [sys.executable, "-m", "benchmarks.bare_loop"]
        floor, durable = (over.enter_context(running([*bare, *file])) for file in ([], [f"{scratch}/journal"]))
        loop = {"clients": screens, "trigger": "/", "marker": '"round":"#"'}
        counter = f"{bank.base}/counters/1"
        branch = {
            "clients": screens,
            "port": bank.port,
            "token": bank.token("display"),
            "staff": bank.token("manager"),
            "branch": "main-street",
            "before": [f"{counter}/open", f"{bank.base}/tickets"],
            "settled": '"kind":"TicketIssued"',
            "trigger": f"{counter}/next",
            "marker": '"kind":"TicketCalled"',
            "after": [f"{counter}/start", f"{counter}/finish"],
        }
        crowds = {
            "floor": loop | {"port": int(floor.readline())},
            "durable": loop | {"port": int(durable.readline())},
            "call": branch,
        }
        with ExitStack() as beside:
            if busy:
                bank.queue_of(QUEUE)
                beside.enter_context(bank.phones(PHONES))
                beside.enter_context(bank.reports())
            moments = crowd({"rounds": ROUNDS, "crowds": crowds})
        bank.stop()
        moments["sent"] = [(bank.committed_before(told), told) for _, told in moments["call"]]
        return {name: latency(times) for name, times in moments.items()}


def latency(moments: list[tuple[float, float]]) -> Latency:
    parts = quantiles([(told - asked) * 1000 for asked, told in moments], n=100, method="inclusive")
    return Latency(parts[49], parts[98])


def crowd(order: dict[str, object]) -> dict[str, list[tuple[float, float]]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crowd", json.dumps(order)], check=True, stdout=subprocess.PIPE, text=True
    )
    moments: dict[str, list[tuple[float, float]]] = json.loads(done.stdout)
    return moments
