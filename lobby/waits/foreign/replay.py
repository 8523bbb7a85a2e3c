"""A foreign log as commands for a branch, each with its time: the plan of a replay.

Each visit is issued when it arrived, called by hand when its wait ended, started and finished as in the log, or
cancelled by the customer when it left. Each agent has a counter, open from the first call to the last finish of the
business day. Where an agent's services overlap (logs have that), the later one goes to a spare counter, opened for it
alone, so that every visit keeps its times.

At one and the same time, things happen in the order of `_Phase`. A visit that would cross into the next business day
ends just before that day opens, because a day that closes would end it otherwise than the log says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Table
from enum import IntEnum
from hashlib import sha256

import msgspec

from lobby.queue import commands as c
from lobby.queue.reasons import REPLAYED
from lobby.queue.services import CounterPlace, Day, Service, Setup, business_day
from lobby.waits.foreign.mapping import BadMapping, Mapping, check_columns, read_mapping
from lobby.waits.foreign.rows import read_rows
from lobby.waits.foreign.visit import Visit

__all__ = ["BadMapping", "Mapping", "Plan", "Planned", "check_columns", "plan", "read_mapping"]

CUT = "cut_at_the_end_of_the_business_day"


class Planned(msgspec.Struct, frozen=True):
    """A command and its time (ms UTC). `ticket` in a command is the log's id of the visit: the driver puts the ticket's
    own in its place. `visit` is that id, empty for counters."""

    at: int
    command: c.AnyCommand
    visit: str = ""


class Plan(msgspec.Struct, frozen=True):
    """All of a replay. `left_out` and `adjusted` count rows by reason, `examples` has the first ids of each;
    `digest` is the same for the same plan and nothing else."""

    rows_read: int
    left_out: dict[str, int]
    examples: dict[str, list[str]]
    adjusted: dict[str, int]
    services: tuple[Service, ...]
    counters: tuple[CounterPlace, ...]
    steps: tuple[Planned, ...]
    served: int
    left: int
    digest: str

    @property
    def issued(self) -> int:
        return self.served + self.left


def plan(
    rows: Iterable[Table[str, str | None]], mapping: Mapping, day: str | None = None, setup: Setup | None = None
) -> Plan:
    """The plan for these rows, or for those of one `day` (ISO date in the log's time zone). `setup` is the branch that
    it will run on, for its business days; the mapping's own unless given."""
    reading = read_rows(rows, mapping, day)
    adjusted = Counter(reading.adjusted)
    visits = sorted(reading.visits, key=lambda visit: (visit.arrived, visit.id))
    placed = _within_days(visits, setup or mapping.setup(), adjusted)
    seats = _Seats(mapping.first_counter, sorted({visit.agent for visit, _ in placed if visit.agent}))
    timed = [moment for visit, today in placed for moment in _moments_of_wait(visit)]
    calls = [(visit, today) for visit, today in placed if visit.called is not None]
    calls.sort(key=lambda item: (item[0].called, item[0].arrived, item[0].id))
    for rank, (visit, today) in enumerate(calls):
        timed += _moments_of_service(visit, seats.take(visit, today), rank)
    timed += seats.openings()
    timed.sort(key=lambda item: item.order)
    steps = tuple(moment.planned for moment in timed)
    used = {visit.service for visit, _ in placed}
    services = tuple(service for service in mapping.services.values() if service.code in used)
    return Plan(
        rows_read=reading.rows_read,
        left_out=dict(sorted(reading.left_out.items())),
        examples=reading.examples,
        adjusted=dict(sorted(adjusted.items())),
        services=services,
        counters=seats.places(),
        steps=steps,
        served=len(calls),
        left=len(placed) - len(calls),
        digest=sha256(msgspec.json.encode([services, seats.places(), steps])).hexdigest()[:16],
    )


class _Phase(IntEnum):
    """What comes first at one and the same time: what was going on ends, then people arrive, counters open, calls are
    made (with all of a service that takes no time), people give up, counters close."""

    WORK = 0
    ARRIVAL = 1
    OPENING = 2
    CALL = 3
    LEAVING = 4
    CLOSING = 5


class _Moment(msgspec.Struct, frozen=True):
    planned: Planned
    phase: _Phase
    rank: int = 0
    part: int = 0

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        return (self.planned.at, self.phase, self.rank, self.part, self.planned.visit)


def _within_days(visits: list[Visit], setup: Setup, adjusted: Counter[str]) -> list[tuple[Visit, Day]]:
    """Each visit with its business day, cut where the next one opens: at the first arrival in it."""
    placed: list[tuple[Visit, Day]] = []
    today: Day | None = None
    opens: dict[str, int] = {}
    for visit in visits:
        if today is None or visit.arrived >= today.end:
            following = business_day(setup, visit.arrived)
            if today is not None:
                opens[today.date] = visit.arrived
            today = following
        placed.append((visit, today))
    for index, (visit, day) in enumerate(placed):
        limit = opens.get(day.date)
        if limit is not None and visit.ended >= limit:
            adjusted[CUT] += 1
            placed[index] = (_cut(visit, limit - 1), day)
    return placed


def _cut(visit: Visit, limit: int) -> Visit:
    return msgspec.structs.replace(
        visit,
        ended=min(visit.ended, limit),
        called=None if visit.called is None else min(visit.called, limit),
        started=None if visit.started is None else min(visit.started, limit),
    )


def _moments_of_wait(visit: Visit) -> list[_Moment]:
    issue = c.Issue(visit.service, priority=visit.priority)
    made = [_Moment(Planned(visit.arrived, issue, visit.id), _Phase.ARRIVAL)]
    if visit.called is None:
        cancel = Planned(visit.ended, c.Cancel(visit.id, REPLAYED, by="customer"), visit.id)
        made.append(_Moment(cancel, _Phase.LEAVING))
    return made


def _moments_of_service(visit: Visit, counter: int, rank: int) -> list[_Moment]:
    assert visit.called is not None
    assert visit.started is not None
    commands: list[tuple[int, c.AnyCommand]] = [
        (visit.called, c.CallTicket(counter, visit.id, REPLAYED)),
        (visit.started, c.Start(counter)),
        (visit.ended, c.Finish(counter)),
    ]
    return [
        _Moment(Planned(at, command, visit.id), _Phase.CALL if at == visit.called else _Phase.WORK, rank, part)
        for part, (at, command) in enumerate(commands)
    ]


class _Seats:
    """Which counter a service is given at. Services must come in order of their calls."""

    def __init__(self, first: int, agents: list[str]) -> None:
        self._counter = {agent: first + index for index, agent in enumerate(agents)}
        self._first_spare = first + len(agents)
        self._spares: list[int] = []
        self._busy_until: dict[int, int] = {}
        self._open: dict[tuple[int, str], tuple[int, int]] = {}
        self._spare_spans: list[tuple[int, int, int]] = []
        self._given: dict[int, dict[str, None]] = {}

    def take(self, visit: Visit, day: Day) -> int:
        """The counter for this service; it is taken until the service ends."""
        assert visit.called is not None
        own = self._counter.get(visit.agent)
        if own is not None and self._busy_until.get(own, 0) <= visit.called:
            from_, to = self._open.get((own, day.date), (min(visit.called, day.end - 1), 0))
            self._open[own, day.date] = (from_, max(to, visit.ended))
            self._given.setdefault(own, {})[visit.service] = None
            self._busy_until[own] = visit.ended
            return own
        spare = self._spare(visit.called)
        self._spare_spans.append((spare, min(visit.called, day.end - 1), visit.ended))
        self._busy_until[spare] = visit.ended
        return spare

    def _spare(self, at: int) -> int:
        for counter in self._spares:
            if self._busy_until[counter] < at:
                return counter
        self._spares.append(self._first_spare + len(self._spares))
        return self._spares[-1]

    def places(self) -> tuple[CounterPlace, ...]:
        """An agent's counter gives what the agent gave; a spare one gives everything."""
        own = [
            CounterPlace(number, agent, tuple(sorted(self._given.get(number, ()))))
            for agent, number in self._counter.items()
        ]
        return (*own, *(CounterPlace(number, "spare") for number in self._spares))

    def openings(self) -> list[_Moment]:
        spans = [(counter, *span) for (counter, _), span in self._open.items()] + self._spare_spans
        made = []
        for counter, from_, to in spans:
            made.append(_Moment(Planned(from_, c.OpenCounter(counter)), _Phase.OPENING, counter))
            made.append(_Moment(Planned(to, c.CloseCounter(counter)), _Phase.CLOSING, counter))
        return made
