"""Durable tickets a second over HTTP, against an empty POST on the same server.

The floor is a route of the same application that does nothing, asked by the same callers with the same request, in
turn with the tickets. What is between the two is what a ticket is: who asks, the decision, the journal on disk, the
answer, and what Socket.IO's side makes of the event while nobody listens.
"""

from __future__ import annotations

import json
import subprocess
import sys
from tempfile import TemporaryDirectory

from benchmarks.branch_folder import Bank
from benchmarks.branch_in_use import NOTHING
from benchmarks.figures import Figure, paired

CALLERS = (1, 8, 32)
ROUNDS, POSTS = 7, 1500
TARGET = {32: "ratio >= 0.7"}


def run() -> list[Figure]:
    """One figure for each number of callers."""
    with TemporaryDirectory(dir=".") as scratch, Bank(scratch).opened() as bank:
        token = bank.token("kiosk")
        ticket = {"path": f"{bank.base}/tickets", "token": token, "body": '{"service":"cash","print":false}'}
        return [_figure(bank.port, callers, {"empty": ticket | {"path": NOTHING}, "ticket": ticket}) for callers in CALLERS]


def _figure(port: int, callers: int, kinds: dict[str, dict[str, str]]) -> Figure:
    order = {"port": port, "callers": callers, "count": POSTS, "rounds": ROUNDS, "kinds": kinds}
    command = [sys.executable, "-m", "benchmarks.posts", json.dumps(order)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rates: dict[str, list[float]] = json.loads(told)
    name = f"durable tickets over HTTP, {callers} caller{'s' if callers > 1 else ''}"
    return paired(name, "tickets/s", rates["ticket"], rates["empty"], TARGET.get(callers, ""))
