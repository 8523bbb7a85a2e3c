"""Small foreign logs for tests: visits written as a few words, and made-up days of a queue with two agents."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta

import numpy as np

from lobby.waits.foreign.mapping import Mapping, read_mapping
from lobby.waits.foreign.visit import Visit

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
MAPPING: Mapping = read_mapping(
    {
        "columns": {"id": "id", "service": "kind", "arrived": "came", "started": "from", "ended": "to", "agent": "who"},
        "times": {"zone": "UTC", "format": "iso"},
        "services": [
            {"value": "cash", "prefix": "A", "target_s": 60, "mean_service_s": 100},
            {"value": "loans", "prefix": "L", "target_s": 60, "mean_service_s": 300},
        ],
        "priorities": {"gold": {"code": "gold", "name": "Gold", "credit_s": 90}},
    }
)


def at(second: float, day: int = 0) -> int:
    """ms UTC, seconds after nine on a day from Monday on."""
    return round((MONDAY + timedelta(days=day, seconds=second)).timestamp() * 1000)


def served(id: str, came: float, called: float, ended: float, agent: str = "ann", service: str = "cash",
           priority: str = "", day: int = 0) -> Visit:  # fmt: skip
    called_at = at(called, day)
    return Visit(
        id, service, priority, agent, at(came, day), at(ended, day), called_at, called_at, queued=called > came
    )  # fmt: skip


def gone(id: str, came: float, left: float, service: str = "cash", priority: str = "", day: int = 0) -> Visit:
    return Visit(id, service, priority, "", at(came, day), at(left, day))


def made_up_days(days: int, *, seed: int = 0, a_day: int = 120) -> list[Visit]:
    """First come, first served by two agents who are busy nearly all the time; one in ten gives up after a while."""
    chance = np.random.default_rng(seed)
    visits = []
    for day in range(days):
        free = [(0.0, "ann"), (0.0, "bob")]
        came = np.cumsum(chance.exponential(55, a_day))
        for n, arrived in enumerate(np.floor(came)):
            free_at, agent = free[0]
            called = max(float(arrived), free_at)
            id = f"{day}-{n}"
            patience = float(np.ceil(chance.exponential(1500)))
            if called - arrived > patience:
                visits.append(gone(id, float(arrived), float(arrived) + patience, day=day))
                continue
            ended = called + float(np.ceil(chance.exponential(100)))
            heapq.heapreplace(free, (ended, agent))
            visits.append(served(id, float(arrived), called, ended, agent, day=day))
    return visits
