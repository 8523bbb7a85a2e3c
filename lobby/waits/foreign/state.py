"""What a foreign log shows at a moment, and nothing of what it shows later: who waits, who serves whom, and what has
been measured so far.

A log has no counters and no staffing. An agent is on duty from the first service of the day that is seen, busy during
services, and taken to be gone when idle for longer than `ON_DUTY_S`. What an agent can do is what the agent has been
seen to do. Only what happened before a moment is known at it: of the same second, only who came earlier.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from lobby.waits.foreign.visit import Visit

ON_DUTY_S = 900.0
"""An agent who has been idle for longer is not waited for any more."""

ENOUGH_SEEN = 3
"""So often an agent has to be seen giving a service to be counted on for it; the newest are taken at their word."""

NEW_AGENT = 20
LATELY_S = 1800.0
KEPT = 2000
"""Of each service the newest serving times, and of the agents' pauses the newest ones, that are remembered."""


class Arrival(msgspec.Struct, frozen=True):
    """Somebody who came `at` (ms UTC): all that is known of a visit before it is called. `queued`: nobody could serve
    it at once."""

    id: str
    service: str
    priority: str
    at: int
    queued: bool = True


class Resolved(msgspec.Struct, frozen=True):
    """What became of an arrival: called after `waited_s`, or gone uncalled (`left`) after as long."""

    arrival: Arrival
    waited_s: float
    left: bool


class Agent(msgspec.Struct):
    """On duty: `serving` are the services under way with their start (ms UTC), by visit; `since` is when the latest
    began, or when the last ended."""

    serving: dict[str, tuple[str, int]]
    since: int


class Called(NamedTuple):
    """A call (ms UTC) of a visit that had waited for it."""

    at: int
    service: str
    priority: str
    waited_s: float


class Seen(msgspec.Struct):
    """The log so far. Times are ms UTC; `day` is the present date on the log's own clocks.

    Now: `waiting` by visit, in order of arrival; `with_agent` the agent by visit. Today: `agents` by name (those
    without one are numbered), `calls` of those who had waited; `came` in the last half hour. Ever: `gave` counts an
    agent's services, `can` are those that the agent is counted on for, `served_s` the latest serving times,
    `idle_s` the agents' latest pauses between two services of a day and `pauses` their number, `left` the leavers and
    `waited_s` all time that was waited."""

    zone: ZoneInfo
    day: date = date.min
    waiting: dict[str, Arrival] = {}
    with_agent: dict[str, str] = {}
    agents: dict[str, Agent] = {}
    calls: list[Called] = []
    came: deque[Arrival] = msgspec.field(default_factory=deque)
    gave: dict[str, Counter[str]] = {}
    can: dict[str, frozenset[str]] = {}
    served_s: dict[str, deque[float]] = {}
    idle_s: deque[float] = msgspec.field(default_factory=lambda: deque(maxlen=KEPT))
    pauses: int = 0
    left: int = 0
    waited_s: float = 0.0

    def on_duty(self, at: int) -> dict[str, Agent]:
        """The agents who serve, or did until not too long before."""
        return {
            name: agent for name, agent in self.agents.items() if agent.serving or at - agent.since <= ON_DUTY_S * 1000
        }

    @property
    def theta(self) -> float:
        """Those who gave up, per second of waiting."""
        return self.left / self.waited_s if self.waited_s else 0.0

    # -- what happens

    def arrived(self, arrival: Arrival) -> None:
        today = datetime.fromtimestamp(arrival.at / 1000, self.zone).date()
        if today != self.day:
            self.day = today
            self.agents = {name: agent for name, agent in self.agents.items() if agent.serving}
            self.calls.clear()
            self.came.clear()
        self.waiting[arrival.id] = arrival
        self.came.append(arrival)
        while self.came[0].at < arrival.at - LATELY_S * 1000:
            self.came.popleft()

    def called(self, visit: str, agent: str, at: int) -> Resolved:
        who = self.waiting.pop(visit)
        waited_s = (at - who.at) / 1000
        self.waited_s += waited_s
        if waited_s:
            self.calls.append(Called(at, who.service, who.priority, waited_s))
        name = agent or self._nameless()
        self.with_agent[visit] = name
        gave = self.gave.setdefault(name, Counter())
        gave[who.service] += 1
        least = 1 if gave.total() < NEW_AGENT else ENOUGH_SEEN
        self.can[name] = frozenset(service for service, times in gave.items() if times >= least)
        known = self.agents.get(name)
        if known is None:
            known = self.agents[name] = Agent({}, at)
        elif not known.serving:
            self.idle_s.append((at - known.since) / 1000)
            self.pauses += 1
        known.serving[visit] = (who.service, at)
        known.since = at
        return Resolved(who, waited_s, left=False)

    def ended(self, visit: str, at: int) -> None:
        agent = self.agents[self.with_agent.pop(visit)]
        service, start = agent.serving.pop(visit)
        agent.since = at
        self.served_s.setdefault(service, deque(maxlen=KEPT)).append((at - start) / 1000)

    def gave_up(self, visit: str, at: int) -> Resolved:
        who = self.waiting.pop(visit)
        waited_s = (at - who.at) / 1000
        self.left += 1
        self.waited_s += waited_s
        return Resolved(who, waited_s, left=True)

    def _nameless(self) -> str:
        """The first of the agents without a name who is not busy."""
        number = 1
        while (agent := self.agents.get(f"#{number}")) is not None and agent.serving:
            number += 1
        return f"#{number}"


class _Phase(IntEnum):
    """The order within one moment: who comes then does not know yet what else happens then."""

    ARRIVAL = 0
    END = 1
    CALL = 2
    LEAVING = 3
    END_AT_ONCE = 4


def moments(visits: Iterable[Visit], zone: str) -> Iterator[tuple[Arrival | Resolved, Seen]]:
    """The log played through: each arrival with what was seen before it, and each visit when it is resolved, with what
    was seen by then. It is the same `Seen` all the time, so it has to be looked at on the spot."""
    seen = Seen(ZoneInfo(zone))
    steps: list[tuple[int, _Phase, str, Visit]] = []
    for visit in visits:
        steps.append((visit.arrived, _Phase.ARRIVAL, visit.id, visit))
        if visit.called is None:
            steps.append((visit.ended, _Phase.LEAVING, visit.id, visit))
        else:
            steps.append((visit.called, _Phase.CALL, visit.id, visit))
            end = _Phase.END if visit.ended > visit.called else _Phase.END_AT_ONCE
            steps.append((visit.ended, end, visit.id, visit))
    steps.sort(key=lambda step: step[:3])
    for at, phase, id, visit in steps:
        match phase:
            case _Phase.ARRIVAL:
                arrival = Arrival(id, visit.service, visit.priority, at, visit.queued)
                yield arrival, seen
                seen.arrived(arrival)
            case _Phase.CALL:
                yield seen.called(id, visit.agent, at), seen
            case _Phase.LEAVING:
                yield seen.gave_up(id, at), seen
            case _:
                seen.ended(id, at)
