"""The report of a branch-year: what it costs to read the days that are over and to reckon every figure of them, for a
quarter, a half and the whole of the year; and what it cost to make these days from the journal, once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import branch_year
from benchmarks.figures import Figure
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.period import period_figures

DAYS, PER_DAY = 250, 600
RUNS = 7


def run() -> list[Figure]:
    """The projection once, then the medians of several reports, each part of the year against its part of the whole."""
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        folder = Path(scratch)
        setup = branch_year.setup(folder)
        store = Store.in_folder(folder)
        journal, visits = Journal(store, setup.id), Visits(store, setup.id)
        branch_year.write(journal, setup, DAYS, PER_DAY)
        begun = time.perf_counter()
        visits.project(journal, setup)
        took_s = time.perf_counter() - begun
        year_s = report_s(visits, setup, DAYS)
        busy_s = {days: report_s(visits, setup, days, time.process_time) for days in (DAYS, DAYS // 2, DAYS // 4)}
        events = journal.count()
        store.close()
    return [
        Figure(f"projection of a branch-year, {events:,} events", round(took_s, 2), "s"),
        Figure("projection of a day when it ends", round(took_s / DAYS * 1000, 1), "ms"),
        Figure(f"report of {DAYS * PER_DAY:,} tickets", round(year_s, 3), "s", target="<= 2 s"),
        Figure("the same, processor time", round(busy_s[DAYS], 3), "s"),
        *(_part(days, busy_s[days], busy_s[DAYS] * days / DAYS) for days in (DAYS // 2, DAYS // 4)),
    ]


def report_s(visits: Visits, setup: Setup, days: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that the report of the first so many days takes, from the database to the figures: a median."""
    first, last = (known := visits.known())[0], known[days - 1]
    seconds = []
    for _ in range(RUNS):
        begun = clock()
        rows = visits.columns(first, last)
        period_figures(rows, setup, first, last, rows.days[-1].end)
        seconds.append(clock() - begun)
    return median(seconds)


def _part(days: int, seconds: float, share_s: float) -> Figure:
    name = f"processor time of {days * PER_DAY:,} tickets, against its part of the year's"
    return Figure(name, round(seconds, 3), "s", round(share_s, 3), round(seconds / share_s, 3), "ratio about 1")
