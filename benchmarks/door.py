"""Durable tickets a second through the door, against the bare commit rate of the same disk.

The floor is one INSERT of the size of a ticket's event in a transaction of its own, SQLite in WAL mode with
synchronous=FULL, through the standard library. The door runs as in the server: greenlets, commits on one native thread.
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
TARGET = {1: "", 8: "", 32: "ratio >= 2"}
ROW = "x" * 350


def bare_commits(folder: Path) -> float:
    """Commits a second with nothing else."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS t (seq INTEGER PRIMARY KEY, body TEXT)")
    start = time.perf_counter()
    for _ in range(COMMITS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t (body) VALUES (?)", (ROW,))
        connection.execute("COMMIT")
    rate = COMMITS / (time.perf_counter() - start)
    connection.close()
    return rate


def door(folder: Path, callers: int) -> float:
    """Tickets a second, each answered only when it is durable."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (folder / "branch.toml").write_text(example, encoding="utf-8")
    setup = load(folder).setup
    wide = {code: msgspec.structs.replace(s, last=999_999) for code, s in setup.services.items()}
    setup = msgspec.structs.replace(setup, services=wide)
    store, pool = Store.in_folder(folder), ThreadPool(1)
    desk = Desk(setup, Journal(store, setup.id), offload=pool.apply)
    total = TICKETS[callers]

    def call(number: int) -> None:
        actor = Actor(f"kiosk {number}", "kiosk")
        for n in range(total // callers):
            desk.submit(Issue("cash"), key=f"{number}-{n}", actor=actor)

    start = time.perf_counter()
    gevent.joinall([gevent.spawn(call, number) for number in range(callers)], raise_error=True)
    rate = total / (time.perf_counter() - start)
    store.close()
    pool.kill()
    return rate


def run() -> list[Figure]:
    """One figure for each number of callers."""
    figures = []
    for callers in TICKETS:
        rates, floors = [], []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory(dir=".") as scratch:
                folder = Path(scratch)
                floors.append(bare_commits(folder))
                rates.append(door(folder, callers))
        name = f"durable tickets through the door, {callers} caller{'s' if callers > 1 else ''}"
        figures.append(paired(name, "tickets/s", rates, floors, TARGET[callers]))
    return figures
