"""A month of a branch in minutes: 22 business days through the real server, by a clock that is set from outside.

Each day has 600 tickets and what belongs to them: calls, recalls, no-shows, notes; screens listen, phones and the
manager ask for their pages, customers complain and praise. What the server holds is read after each day is closed. The
branch has sixty days behind it, as many as it learns from, so that only what is never let go of can grow.
"""

from __future__ import annotations

import http.client
import json
import mmap
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from benchmarks import branch_year
from benchmarks.branch_folder import Bank
from benchmarks.figures import Figure
from lobby.config import load
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visits import Visits

DAYS, TICKETS, SCREENS = 22, 600, 20
WARM = 5
OPENS_H, OPEN_H = 9, 8
SETTLE_S = 3.0
FIRST = date(2027, 3, 1)
BEHIND, BEHIND_FROM = 60, date(2026, 12, 1)


class Held(NamedTuple):
    """What the server holds after a day."""

    memory: int
    files: int
    threads: int


def run() -> list[Figure]:
    with TemporaryDirectory(dir=".") as scratch:
        clock = Path(scratch) / "clock"
        clock.write_bytes(bytes(8))
        bank = Bank(scratch, "--no-clips", "--clock", str(clock))
        _give_a_past(bank)
        month = Month(bank, clock)
        month.stand_at(FIRST, OPENS_H)
        begun = time.perf_counter()
        with bank.opened(), bank.screens(SCREENS):
            held = [month.day(number) for number in range(DAYS)]
        took_s = time.perf_counter() - begun
    warm, last = held[WARM - 1], held[-1]
    what = f"after {DAYS} business days, against the {WARM}th"
    return [
        Figure(f"{DAYS} business days of {TICKETS} tickets, {month.asked:,} requests", round(took_s, 1), "s"),
        Figure(
            f"memory {what}",
            round(last.memory / 1e6, 1),
            "MB",
            round(warm.memory / 1e6, 1),
            round(last.memory / warm.memory, 3),
            "ratio <= 1.05",
        ),
        Figure(f"open files {what}", last.files, "", warm.files, round(last.files / warm.files, 3), "ratio 1"),
        Figure(f"threads {what}", last.threads, "", warm.threads, round(last.threads / warm.threads, 3), "ratio 1"),
    ]


def _give_a_past(bank: Bank) -> None:
    config = load(bank.folder)
    store = Store.in_folder(bank.folder, config.database)
    setup = branch_year.wide(config.setup)
    journal = Journal(store, setup.id)
    branch_year.write(journal, setup, BEHIND, TICKETS, after=BEHIND_FROM)
    Visits(store, setup.id).project(journal, setup)
    store.close()


class Month:
    """The people of a branch, one request after the other."""

    def __init__(self, bank: Bank, clock: Path) -> None:
        self._bank = bank
        self._setup: Setup = load(bank.folder).setup
        with clock.open("r+b") as file:
            self._clock = mmap.mmap(file.fileno(), 8)
        self._tokens = {role: bank.token(role) for role in ("manager", "kiosk", "teller")}
        self._door: http.client.HTTPConnection | None = None
        self.asked = 0

    def stand_at(self, day: date, hours: float) -> None:
        """Set the clock to so many hours after that day's midnight, local time."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self._setup.zone))
        self._clock[:8] = int((midnight.timestamp() + hours * 3600) * 1000).to_bytes(8, "little")

    def _later(self, seconds: int) -> None:
        self._clock[:8] = (int.from_bytes(self._clock[:8], "little") + seconds * 1000).to_bytes(8, "little")

    def day(self, number: int) -> Held:
        """One business day, from opening to the moment after it is closed."""
        today = FIRST + timedelta(days=number // 5 * 7 + number % 5)
        self.stand_at(today, OPENS_H - 0.1)
        counters = list(self._setup.counters)
        for counter in counters:
            self._post(f"/counters/{counter}/open")
        services = list(self._setup.services)
        for one in range(TICKETS):
            self.stand_at(today, OPENS_H + OPEN_H * one / TICKETS)
            issued = self._post("/tickets", {"service": services[one % len(services)], "print": False}, "kiosk")
            self._serve(counters[one % len(counters)], one)
            if one % 20 == 0:
                self._look(issued)
            if one % 100 == 50:
                self._speak(issued)
        self.stand_at(today, OPENS_H + OPEN_H + 1)
        self._post("/close-day")
        time.sleep(SETTLE_S)
        return Held(self._bank.memory(), self._bank.open_files(), self._bank.threads())

    def _serve(self, counter: int, one: int) -> None:
        """The next customer at a counter, and what becomes of them."""
        if not self._post(f"/counters/{counter}/next"):
            return
        if one % 10 == 7:
            self._post(f"/counters/{counter}/recall")
            if one % 20 == 7:
                self._later(35)
                self._post(f"/counters/{counter}/no-show")
                return
        self._post(f"/counters/{counter}/start")
        self._post(f"/counters/{counter}/finish", {"note": f"asked for a form ({one})"} if one % 8 == 0 else {})

    def _look(self, issued: dict[str, Any]) -> None:
        """The pages that people have open are asked for again."""
        base = self._bank.base
        for path in (f"{base}/board", f"{base}/queue", f"{base}/reports/day", "/manager"):
            self._ask("GET", path, "", "manager")
        self._ask("GET", f"/t/{issued['token']}", "", "kiosk")

    def _speak(self, issued: dict[str, Any]) -> None:
        """A customer complains, another praises."""
        self._post("/complaints", {"text": "The queue was long.", "service": issued["service"]})
        self._post("/feedback", {"rating": 4, "service": issued["service"]})

    def _post(self, path: str, body: dict[str, Any] | None = None, role: str = "manager") -> dict[str, Any]:
        told = self._ask("POST", self._bank.base + path, json.dumps(body or {}), role)
        return dict(json.loads(told)) if told else {}

    def _ask(self, method: str, path: str, body: str, role: str) -> bytes:
        """The answer's body; what the server should have understood and did not is an error."""
        self._door = self._door or http.client.HTTPConnection("127.0.0.1", self._bank.port)
        self.asked += 1
        headers = {"Idempotency-Key": f"soak {self.asked}", "Authorization": f"Bearer {self._tokens[role]}"}
        self._door.request(method, path, body, headers)
        answer = self._door.getresponse()
        told = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {told.decode(errors='replace')}")
        return told
