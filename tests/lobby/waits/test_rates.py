"""Who comes just now, by the days behind and by how busy today is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lobby.queue.past import PastDay
from lobby.waits.rates import Rates, Stream, rates
from tests.builders import a_setup, moment
from tests.lobby.waits.test_service_times import a_step

SETUP = a_setup()
CASH = Stream("cash", "", False)
HALF_S = 1800
TEN = 20
"""The half-hour from ten to half past."""


def a_day(day: str, *times: str, closed: bool = True, now: str = "18:00", **changes: object) -> PastDay:
    """A day on which somebody came at each of these times."""
    steps = tuple(
        a_step(**changes).__class__(
            **{name: getattr(a_step(**changes), name) for name in a_step().__struct_fields__}
            | {"queued_at": moment(f"{day} {time}")}
        )
        for time in times
    )
    return PastDay(day, moment(f"{day} 04:00"), moment(f"{day} 04:00") + 86_400_000, moment(f"{day} {now}"), closed, steps)
