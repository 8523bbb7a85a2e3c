"""Rows of the past, each field as said and the others plausible."""

from __future__ import annotations

from typing import Any

from lobby.queue.past import PastDay, PastStep, Span
from tests.builders import TUESDAY

TIMES = ("arrived_at", "since", "queued_at", "called_at", "last_called_at", "started_at", "ended_at")


def a_step(nine: int = TUESDAY, **changes: Any) -> PastStep:
    """Queued at nine (ms UTC), called after 60 s, started 10 s later, finished 100 s after that; times in seconds from
    nine."""
    fields: dict[str, Any] = {
        "day": "2024-03-05", "ticket": "t", "number": "A001", "step": 0, "service": "cash", "first_service": "cash",
        "language": "en", "priority": "", "appointment": False, "arrived_at": 0, "since": 0, "queued_at": 0,
        "called_at": 60, "last_called_at": 60, "calls": 1, "started_at": 70, "ended_at": 170, "parked_ms": 0,
        "ended": "finished", "outcome": "done", "counter": 1, "teller": "ann", "state": "finished", "steps": 1,
    }  # fmt: skip
    fields |= changes
    times = {name: nine + round(fields[name] * 1000) for name in TIMES if fields[name] is not None}
    return PastStep(**fields | times)


def a_day(*steps: PastStep, nine: int = TUESDAY, spans: tuple[Span, ...] = (), **changes: Any) -> PastDay:
    """A day that is over, from nine to seven in the evening."""
    fields: dict[str, Any] = {"day": "2024-03-05", "start": nine, "end": nine + 36_000_000, "at": nine + 36_000_000}
    return PastDay(**fields | {"closed": True, "steps": steps, "spans": spans} | changes)
