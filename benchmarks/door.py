"""Durable tickets a second through the door, against the bare commit rate of the same disk.

The floor is one INSERT of the size of a ticket's event in a transaction of its own, SQLite in WAL mode with
synchronous=FULL, through the standard library. The door runs as in the server: greenlets, commits on one native thread;
for one caller also as in a command of a process of its own, where nobody else waits and the commit needs no other
thread. Both begin with a new file, as a branch does in the morning: on it a commit takes longer, since the file system
notes down that it grows. The floor of the afternoon, when the log is written over again, stands beside.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import gevent
import msgspec
from gevent.threadpool import ThreadPool

from benchmarks.figures import Figure, paired
from lobby.config import load
from lobby.desk import Desk
from lobby.queue.commands import Issue
from lobby.queue.decisions import Actor
from lobby.records.journal import Journal
from lobby.records.store import Store

RUNS = 5
COMMITS = 1500
TICKETS = {1: 1500, 8: 4000, 32: 8000}
TARGET = {1: "ratio >= 1", 8: "ratio >= 2", 32: "ratio >= 3"}
ROW = "x" * 350


def bare_commits(folder: Path) -> tuple[float, float]:
    """Commits a second with nothing else: into a new file, and into the same once its log has grown."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (seq INTEGER PRIMARY KEY, body TEXT)")
    rates = []
    for _ in range(2):
        start = time.perf_counter()
        for _ in range(COMMITS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO t (body) VALUES (?)", (ROW,))
            connection.execute("COMMIT")
        rates.append(COMMITS / (time.perf_counter() - start))
    connection.close()
    return rates[0], rates[1]


def door(folder: Path, callers: int, *, alone: bool = False) -> tuple[float, float]:
    """Tickets a second, each answered only when it is durable: into a new file, and then into the same. `alone`:
    without a loop that must go on meanwhile."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (folder / "branch.toml").write_text(example, encoding="utf-8")
    setup = load(folder).setup
    wide = {code: msgspec.structs.replace(s, last=999_999) for code, s in setup.services.items()}
    setup = msgspec.structs.replace(setup, services=wide)
    store, pool = Store.in_folder(folder), ThreadPool(1)
    journal = Journal(store, setup.id)
    desk = Desk(setup, journal) if alone else Desk(setup, journal, offload=pool.apply)
    total = TICKETS[callers]

    def call(number: int, times: int) -> None:
        actor = Actor(f"kiosk {number}", "kiosk")
        for n in range(total // callers):
            desk.submit(Issue("cash"), key=f"{number}-{times}-{n}", actor=actor)

    rates = []
    for times in range(2):
        start = time.perf_counter()
        gevent.joinall([gevent.spawn(call, number, times) for number in range(callers)], raise_error=True)
        rates.append(total / (time.perf_counter() - start))
    store.close()
    pool.kill()
    return rates[0], rates[1]


def run() -> list[Figure]:
    """Two figures for each number of callers: with a new file, and with one that has grown."""
    figures = []
    for callers, alone in ((1, False), (1, True), (8, False), (32, False)):
        rates, floors = [], []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory(dir=".") as scratch:
                folder = Path(scratch)
                floors.append(bare_commits(folder))
                rates.append(door(folder, callers, alone=alone))
        name = f"durable tickets through the door, {callers} caller{'s' if callers > 1 else ''}"
        name += " in a process of its own" if alone else ""
        (ours, later), (theirs, afternoon) = zip(*rates, strict=True), zip(*floors, strict=True)
        figures.append(paired(name, "tickets/s", list(ours), list(theirs), TARGET[callers]))
        figures.append(paired("the same, when the log has grown", "tickets/s", list(later), list(afternoon)))
    return figures
