"""The bank's own log (../shared/data) as past days of a branch: a counter for each agent, open from a call until
the agent is idle for `ON_DUTY_S`. Skips where the log is not there."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from lobby.queue.past import OPEN, PastDay, PastStep, Span
from lobby.queue.services import CounterPlace, Setup, business_day
from lobby.waits.foreign.mapping import read_mapping
from lobby.waits.foreign.rows import read_rows
from lobby.waits.foreign.visit import Visit

ON_DUTY_S = 600
LOG = Path(__file__).parents[5] / "shared" / "data" / "anonymous_bank_1999_02.csv.gz"


def bank() -> tuple[Setup, list[PastDay]]:
    """The branch and its days, in order."""
    if not LOG.exists():
        pytest.skip(f"{LOG.name} is not beside the project; see docs/replay.md")
    return _bank()


@cache
def _bank() -> tuple[Setup, list[PastDay]]:
    mapping = read_mapping(tomllib.loads(files("lobby.examples").joinpath("anonymous_bank.toml").read_text("utf-8")))
    text = io.StringIO(gzip.decompress(LOG.read_bytes()).decode())
    visits = read_rows(csv.DictReader(text), mapping).visits
    agents = sorted({visit.agent for visit in visits if visit.agent})
    number = {agent: mapping.first_counter + index for index, agent in enumerate(agents)}
    setup = mapping.setup()
    setup = msgspec.structs.replace(
        setup,
        services={service.code: service for service in mapping.services.values()},
        counters={counter: CounterPlace(counter, agent) for agent, counter in number.items()},
    )
    by_day: dict[str, list[Visit]] = {}
    for visit in visits:
        by_day.setdefault(business_day(setup, visit.arrived).date, []).append(visit)
    return setup, [_past_day(setup, day, own, number) for day, own in sorted(by_day.items())]


def _past_day(setup: Setup, day: str, visits: list[Visit], number: dict[str, int]) -> PastDay:
    bounds = business_day(setup, visits[0].arrived)
    hours: dict[int, list[tuple[int, int]]] = {}
    given: dict[int, set[str]] = {}
    for visit in sorted(visits, key=lambda visit: visit.called or 0):
        if visit.agent and visit.called is not None:
            counter = number[visit.agent]
            given.setdefault(counter, set()).add(visit.service)
            own = hours.setdefault(counter, [])
            if own and visit.called <= own[-1][1] + ON_DUTY_S * 1000:
                own[-1] = own[-1][0], max(own[-1][1], visit.ended)
            else:
                own.append((visit.called, visit.ended))
    return PastDay(
        day=day,
        start=bounds.start,
        end=bounds.end,
        at=max(visit.ended for visit in visits),
        closed=True,
        steps=tuple(_step(day, visit, number) for visit in visits),
        spans=tuple(Span(OPEN, counter, "", *span) for counter, own in sorted(hours.items()) for span in own),
        services_at={counter: tuple(sorted(services)) for counter, services in given.items()},
    )


def _step(day: str, visit: Visit, number: dict[str, int]) -> PastStep:
    served = visit.called is not None
    return PastStep(
        day=day,
        ticket=visit.id,
        number=visit.id,
        step=0,
        service=visit.service,
        first_service=visit.service,
        language="en",
        priority=visit.priority,
        appointment=False,
        arrived_at=visit.arrived,
        since=visit.arrived,
        queued_at=visit.arrived,
        called_at=visit.called,
        last_called_at=visit.called,
        calls=int(served),
        started_at=visit.started,
        ended_at=visit.ended,
        parked_ms=0,
        ended="finished" if served else "cancelled_by_customer",
        outcome="",
        counter=number.get(visit.agent),
        teller="",
        state="finished" if served else "cancelled",
        steps=1,
    )
