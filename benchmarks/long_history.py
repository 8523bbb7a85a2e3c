"""A branch with a million events behind it, against one that begins: issue and call, the start, and the memory.

The journal is a real one of some four hundred busy days (`benchmarks.branch_year`). Start and memory are those of the
server in a process of its own: after it was closed, and after a crash that left the last snapshot almost as old as one
can be.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import branch_year
from benchmarks.branch_folder import Bank
from benchmarks.figures import Figure
from lobby.config import load
from lobby.desk import SNAPSHOT_EVERY, Desk
from lobby.queue.commands import CallNext, CloseDay, Finish, Issue, OpenCounter, Start
from lobby.queue.decisions import Actor
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visits import Visits

EVENTS, PER_DAY, EVENTS_A_TICKET = 1_000_000, 600, 4.4
STARTS, ROUNDS = 5, 600
ANN = Actor("ann", "teller")


def run() -> list[Figure]:
    with TemporaryDirectory(dir=".") as scratch:
        young, old = (Bank(str(_made(Path(scratch) / name))) for name in ("young", "old"))
        setup = branch_year.wide(load(old.folder).setup)
        days = round(EVENTS / (PER_DAY * EVENTS_A_TICKET))
        store = Store.in_folder(old.folder)
        journal = Journal(store, setup.id)
        last = branch_year.write(journal, setup, days, PER_DAY)
        events = journal.count()
        Visits(store, setup.id).project(journal, setup)
        begun = time.perf_counter()
        desk = Desk(setup, journal)
        fold_s = time.perf_counter() - begun
        desk.close()
        store.close()
        closed = _starts(young, old)
        _leave_unsaved(old, setup, last)
        crashed = _starts(young, old, keep=True)
        verbs = _issue_and_call(young, old, setup)
    return [
        Figure(f"issue and call behind {events:,} events", *_against(verbs[1], verbs[0], "ms", "ratio <= 1.1")),
        Figure("start of the server there", *_against(closed[1], closed[0], "s", "<= 2 s")),
        Figure("the same after a crash", *_against(crashed[1], crashed[0], "s", "<= 2 s")),
        Figure("memory of the server there", *_against(closed[3], closed[2], "MB")),
        Figure("the whole journal folded, without a snapshot", round(fold_s, 2), "s"),
    ]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _against(
    ours: list[float], theirs: list[float], unit: str, target: str = ""
) -> tuple[float, str, float, float, str]:
    value, base = median(ours), median(theirs)
    return round(value, 3), unit, round(base, 3), round(value / base, 3), target


def _starts(young: Bank, old: Bank, *, keep: bool = False) -> tuple[list[float], list[float], list[float], list[float]]:
    """Seconds from the command to the first answer, and memory in MB: of the young branch, and of the old one. `keep`:
    the old one is killed each time, so that it finds the same snapshot again."""
    seconds: dict[Bank, list[float]] = {young: [], old: []}
    memory: dict[Bank, list[float]] = {young: [], old: []}
    for _ in range(STARTS):
        for bank in (young, old):
            begun = time.perf_counter()
            with bank.opened():
                seconds[bank].append(time.perf_counter() - begun)
                memory[bank].append(bank.memory() / 1e6)
                if keep:
                    bank.kill()
    return seconds[young], seconds[old], memory[young], memory[old]


def _leave_unsaved(bank: Bank, setup: Setup, last: date) -> None:
    """Almost as many events as there may be since the last snapshot."""
    store = Store.in_folder(bank.folder)
    tickets = round(SNAPSHOT_EVERY * 0.9 / EVENTS_A_TICKET)
    branch_year.write(Journal(store, setup.id), setup, 1, tickets, after=last)
    store.close()


def _issue_and_call(young: Bank, old: Bank, setup: Setup) -> tuple[list[float], list[float]]:
    """Milliseconds that a ticket and its call take together, in turn at both."""
    stores = [Store.in_folder(bank.folder) for bank in (young, old)]
    desks = [Desk(setup, Journal(store, setup.id)) for store in stores]
    for desk in desks:
        desk.submit(OpenCounter(1), key="open", actor=ANN)
    taken: list[list[float]] = [[], []]
    for number in range(ROUNDS):
        for desk, times in zip(desks, taken, strict=True):
            begun = time.perf_counter()
            desk.submit(Issue("cash"), key=f"issue {number}", actor=ANN)
            desk.submit(CallNext(1), key=f"call {number}", actor=ANN)
            times.append((time.perf_counter() - begun) * 1000)
            for verb in (Start(1), Finish(1)):
                desk.submit(verb, key=f"{number} {type(verb).__name__}", actor=ANN)
    for desk, store in zip(desks, stores, strict=True):
        desk.submit(CloseDay(), key="close", actor=ANN)
        store.close()
    return taken[0], taken[1]
