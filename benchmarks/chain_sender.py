"""The branches of a chain, for `benchmarks.chain`: their days, and couriers that bring them to a head office.

    python -m benchmarks.chain_sender URL TOKENS < plan > result        a line of JSON each, until nothing comes

A process of its own, so that making parcels takes nothing of what is measured but its cores. Every branch has one of
`DAYS_APART` different days, chained under its own id.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import msgspec
import numpy as np

from benchmarks import branch_year
from lobby.queue.services import Setup
from lobby.records.chain import GENESIS, link
from lobby.records.entries import Entry
from lobby.records.parcels import Parcel, packed, read_answer, setup_text
from lobby.reports.asked import asked

DAYS_APART = 20
VISITS = 600
COURIERS = 32
GATHER_S = 0.5
"""How often a branch sends what has happened, as `lobby.outbound.shipping` does."""

_encode = msgspec.json.Encoder().encode


def a_day(setup: Setup, number: int, seed: int) -> list[tuple[int, str, str, str]]:
    """The events of working day `number`: (ms UTC, kind, actor, body)."""
    day = asked("week", branch_year.FIRST).first.replace(day=6 + number)
    made = branch_year._Day(setup, day, np.random.default_rng(seed), VISITS).events()
    return [(at, type(event).__name__, actor, _encode(event).decode()) for at, actor, event in made]


class Courier:
    """One branch: what it has written, and how far that has arrived."""

    def __init__(self, branch: str, token: str, setup: Setup) -> None:
        self.branch = branch
        self._setup = setup_text(msgspec.structs.replace(setup, id=branch, names={"en": branch}))
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seq, self._hash = 0, GENESIS
        self._sent_seq, self._sent_hash = 0, GENESIS

    def write(self, events: Sequence[tuple[int, str, str, str]]) -> list[Entry]:
        """Chain these events on to the journal."""
        made = []
        for at, kind, actor, body in events:
            self._seq += 1
            self._hash = link(self._hash, self.branch, self._seq, at, actor, body)
            made.append(Entry(self._seq, at, kind, actor, body, self._hash))
        return made

    def parcel(self, rows: Sequence[Entry]) -> bytes:
        """The next parcel, with these rows."""
        setup = self._setup if self._sent_seq == 0 else ""
        made = Parcel(self._sent_seq, self._sent_hash, self._seq, rows[-1].at, tuple(rows), setup=setup)
        self._sent_seq, self._sent_hash = rows[-1].seq, rows[-1].hash
        return packed(made)

    def bring(self, line: http.client.HTTPConnection, parcel: bytes, seq: int) -> None:
        """Bring a parcel, which must be taken up to row `seq`."""
        line.request("POST", f"/api/v1/chain/{self.branch}", parcel, self._headers)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200 or read_answer(body).seq != seq:
            raise RuntimeError(f"{answer.status} {body!r}")


def flood(couriers: list[Courier], days: list[list[Any]], rows: int, address: str) -> dict[str, float]:
    """Bring a whole day of every branch as fast as it is taken, `rows` at a time."""
    prepared = []
    for number, courier in enumerate(couriers):
        made = courier.write(days[number % len(days)])
        cut = [made[n : n + rows] for n in range(0, len(made), rows)]
        prepared.append([(courier.parcel(part), part[-1].seq) for part in cut])

    def bring(which: int) -> None:
        line = http.client.HTTPConnection(address)
        for number in range(which, len(couriers), COURIERS):
            for parcel, seq in prepared[number]:
                couriers[number].bring(line, parcel, seq)
        line.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(COURIERS) as pool:
        list(pool.map(bring, range(COURIERS)))
    events = sum(len(days[number % len(days)]) for number in range(len(couriers)))
    size = sum(len(parcel) for parcels in prepared for parcel, _ in parcels)
    return {"events": events, "seconds": time.perf_counter() - began, "bytes": size}


def paced(couriers: list[Courier], days: list[list[Any]], per_s: float, seconds: float, address: str) -> dict[str, Any]:
    """Let every branch write its day, all of them together `per_s` events a second, and bring it twice a second. Lags
    are from the moment at which an event is written to the answer that it has arrived, s."""
    total = sum(len(days[number % len(days)]) for number in range(len(couriers)))
    opens, closes = (pick(day[n][0] for day in days) for pick, n in ((min, 0), (max, -1)))
    pace = (closes - opens) / 1000 * per_s / total
    began = time.perf_counter() + 0.5
    lags: list[float] = []

    def run(which: int) -> None:
        line, mine = http.client.HTTPConnection(address), range(which, len(couriers), COURIERS)
        cursor = dict.fromkeys(mine, 0)
        turn = began + GATHER_S * which / COURIERS
        while turn < began + seconds:
            time.sleep(max(0.0, turn - time.perf_counter()))
            for number in mine:
                day, first = days[number % len(days)], cursor[number]
                upto = opens + (time.perf_counter() - began) * pace * 1000
                last = first
                while last < len(day) and day[last][0] <= upto:
                    last += 1
                if last > first:
                    rows = couriers[number].write(day[first:last])
                    couriers[number].bring(line, couriers[number].parcel(rows), rows[-1].seq)
                    now = time.perf_counter() - began
                    lags.extend(now - (one[0] - opens) / 1000 / pace for one in day[first:last])
                    cursor[number] = last
            turn += GATHER_S
        line.close()

    with ThreadPoolExecutor(COURIERS) as pool:
        list(pool.map(run, range(COURIERS)))
    return {"events": len(lags), "lags": [float(one) for one in np.percentile(lags, [50, 99, 100])]}


def main() -> None:
    address, tokens = urlsplit(sys.argv[1]).netloc, json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    with TemporaryDirectory() as scratch:
        setup = branch_year.setup(Path(scratch))
    couriers = [Courier(branch, token, setup) for branch, token in tokens.items()]
    for number, line in enumerate(sys.stdin):
        plan = json.loads(line)
        days = [a_day(setup, number, seed) for seed in range(DAYS_APART)]
        done = (
            flood(couriers[: plan.get("branches")], days, plan["rows"], address)
            if "rows" in plan
            else paced(couriers, days, plan["per_s"], plan["seconds"], address)
        )
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
