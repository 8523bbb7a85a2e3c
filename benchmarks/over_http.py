"""Durable tickets a second over HTTP, against an empty POST on the same server.

The floor is a route of the same application that does nothing, asked by the same callers with the same request, in
turn with the tickets. What is between the two is what a ticket is: who asks, the decision, the journal on disk, the
answer, and what Socket.IO's side makes of the event while nobody listens. After each round the day is closed and opened
again, so that the queue is a branch's and not a town's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.branch_folder import Bank
from benchmarks.branch_in_use import NOTHING
from benchmarks.figures import Figure, paired

CALLERS = (1, 8, 32)
ROUNDS, POSTS = 9, 1000
TARGET = {32: "ratio >= 0.7"}


def run() -> list[Figure]:
    """One figure for each number of callers."""
    with TemporaryDirectory(dir=".") as scratch, Bank(scratch, "--no-clips").opened() as bank:
        ticket = {"token": bank.token("kiosk"), "path": f"{bank.base}/tickets"}
        kinds = {"empty": ticket | {"path": NOTHING}, "ticket": ticket}
        boss = {"token": bank.token("manager"), "body": "{}"}
        order = {
            "port": bank.port,
            "count": POSTS,
            "rounds": ROUNDS,
            "kinds": {name: kind | {"body": '{"service":"cash","print":false}'} for name, kind in kinds.items()},
            "after": [boss | {"path": f"{bank.base}/{verb}-day"} for verb in ("close", "reopen")],
        }
        return [_figure(order | {"callers": callers}) for callers in CALLERS]


def _figure(order: dict[str, Any]) -> Figure:
    command = [sys.executable, "-m", "benchmarks.posts", json.dumps(order)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rates: dict[str, list[float]] = json.loads(told)
    callers = order["callers"]
    name = f"durable tickets over HTTP, {callers} caller{'s' if callers > 1 else ''}"
    return paired(name, "tickets/s", rates["ticket"], rates["empty"], TARGET.get(callers, ""))
