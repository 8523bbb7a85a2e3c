"""What a busy hour takes of the server, by a minute of it in real time; and the memory of a connection."""

from __future__ import annotations

import time
from tempfile import TemporaryDirectory

from benchmarks.branch_folder import Bank
from benchmarks.figures import Figure

SCREENS, PHONES, WAITING = 200, 300, 30
CALLS_AN_HOUR, MEASURED_S, SETTLE_S = 400, 60.0, 3.0
MANY = 1000


def run() -> list[Figure]:
    return [*a_minute(), *memory()]


def a_minute() -> list[Figure]:
    with TemporaryDirectory(dir=".") as scratch, Bank(scratch).opened() as bank:
        token = bank.token("manager")
        bank.post("/counters/1/open", token=token)
        with bank.phones(PHONES, WAITING) as on_phones, bank.screens(SCREENS) as on_screens:
            time.sleep(SETTLE_S)
            start, used = time.perf_counter(), bank.processor_s()
            pause = 3600 / CALLS_AN_HOUR / 4
            steps = 0
            while (left := start + MEASURED_S - time.perf_counter()) > 0:
                path = ("/tickets", "/counters/1/next", "/counters/1/start", "/counters/1/finish")[steps % 4]
                bank.post(path, {"service": "cash", "print": False} if steps % 4 == 0 else {}, token)
                steps += 1
                time.sleep(max(0.0, min(left, start + steps * pause - time.perf_counter())))
            took, busy = time.perf_counter() - start, bank.processor_s() - used
        what = f"{CALLS_AN_HOUR} calls an hour, {SCREENS} screens, {PHONES} phones ({WAITING} wait)"
        return [
            Figure(f"{what}: processor", round(100 * busy / took, 1), "% of a core"),
            Figure(
                "the same: the longest that a screen heard nothing",
                round(on_screens["silence_s"], 2),
                "s",
                target="< 1.7",
            ),
            Figure(
                "the same: the longest that a phone heard nothing",
                round(on_phones["silence_s"], 2),
                "s",
                target="< 1.7",
            ),
            Figure("the same: to a screen", round(on_screens["bytes"] / SCREENS / took / 1000, 2), "kB/s"),
            Figure("the same: to a phone", round(on_phones["bytes"] / PHONES / took / 1000, 2), "kB/s"),
        ]


def memory() -> list[Figure]:
    with TemporaryDirectory(dir=".") as scratch, Bank(scratch).opened() as bank:
        before = bank.memory()
        with bank.screens(MANY):
            time.sleep(SETTLE_S)
            grown = bank.memory() - before
        return [Figure(f"memory of a connection, of {MANY} screens", round(grown / MANY / 1000, 1), "kB")]
