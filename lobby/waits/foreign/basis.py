"""From a moment of a foreign log to what the branch itself would know at it: the scene to simulate, and the basis of a
promise.

An agent is a counter, and seen to be open while serving. Who waits and who may still come stand in lines by service
and class; the calling rule is the mapping's targets and credits. No age cap: the log's own rule is not known to have
one. Agents who are idle although they could serve somebody who waits are on a break; it lasts as long yet as the pauses
seen before did, of those that lasted as long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping as Table
from datetime import datetime
from math import inf

import msgspec
import numpy as np

from lobby.queue.outlook import Basis
from lobby.queue.services import PriorityClass, Service
from lobby.waits.classic import queue_length_s, queue_length_with_leavers_s
from lobby.waits.foreign.mapping import Mapping
from lobby.waits.foreign.state import LATELY_S, Agent, Arrival, Seen
from lobby.waits.scene import Line, Post, Rule, Scene, ServiceTimes, Waiting
from lobby.waits.service_times import distribution
from lobby.waits.simulation import simulate

GROWN = 1.05
"""What was learnt is learnt again when there is so much more of it."""

UNKNOWN_PAUSE_S = 60.0
RECENT = 5
RULE = Rule(age_cap_s=inf, age_cap_targets=inf)


class FromLog:
    """What can be foreseen from a log that is read by `mapping`, with `paths` simulated (0: none)."""

    def __init__(self, mapping: Mapping, paths: int) -> None:
        self.services: Table[str, Service] = {service.code: service for service in mapping.services.values()}
        self.priorities: Table[str, PriorityClass] = {kind.code: kind for kind in mapping.priorities.values()}
        self.paths = paths
        self._times: dict[str, tuple[int, ServiceTimes]] = {}
        self._pauses_s: list[float] = []
        self._pauses_seen = 0

    def basis(self, newcomer: Arrival, seen: Seen) -> Basis:
        """All that is known of the newcomer's wait."""
        agents = seen.on_duty(newcomer.at)
        able = {name: agent for name, agent in agents.items() if newcomer.service in seen.can[name]}
        busy = {name for name, agent in able.items() if agent.serving}
        before = [who for who in seen.waiting.values() if self._before(who, newcomer)]
        of_service = [call for call in seen.calls if call.service == newcomer.service]
        recent = seen.calls[-RECENT:]
        same = [who for who in seen.waiting.values() if who.service == newcomer.service]
        own_s = self.times(newcomer.service, seen).mean_s
        ahead = self._work_s(before, busy, agents, seen) / own_s
        local = datetime.fromtimestamp(newcomer.at / 1000, seen.zone)
        known = Basis(
            ql_s=queue_length_s(ahead, len(busy), own_s) if busy else None,
            qlm_s=queue_length_with_leavers_s(ahead, len(busy), own_s, seen.theta) if busy else None,
            les_s=of_service[-1].waited_s if of_service else None,
            hol_s=max((newcomer.at - who.at) / 1000 for who in same) if same else 0.0,
            recent_s=sum(call.waited_s for call in recent) / len(recent) if recent else None,
            ahead=len(before),
            waiting=len(seen.waiting),
            posts=len(busy),
            hour=round(local.hour + local.minute / 60, 2),
        )
        if not self.paths or not able:
            return known
        waits = simulate(self.scene(newcomer, seen, agents), paths=self.paths).joining[0]
        q10, median, q80, q90 = (float(q) for q in np.quantile(waits, (0.1, 0.5, 0.8, 0.9)))
        return msgspec.structs.replace(known, median_s=median, q10_s=q10, q80_s=q80, q90_s=q90)

    def scene(self, newcomer: Arrival, seen: Seen, agents: Table[str, Agent]) -> Scene:
        """What of the branch may matter to the newcomer: who would be called before, and who may still come and
        overtake. Line 0 is the newcomer's."""
        numbers = {name: number for number, name in enumerate(agents, 1)}
        there = [who for who in seen.waiting.values() if self._overtakes(who, newcomer) or self._before(who, newcomer)]
        coming = Counter((who.service, who.priority) for who in seen.came if self._overtakes(who, newcomer))
        names = {(newcomer.service, newcomer.priority): 0}
        for line in (*((who.service, who.priority) for who in there), *coming):
            names.setdefault(line, len(names))
        lines = []
        for service, priority in names:
            lines.append(
                Line(
                    service=service,
                    counters=tuple(number for name, number in numbers.items() if service in seen.can[name]),
                    target_s=self._target_s(service, priority),
                    priority=priority,
                    credit_s=self.priorities[priority].credit_s if priority else 0.0,
                    arrivals_per_s=coming[service, priority] / LATELY_S,
                    patience_s=1 / seen.theta if seen.left else inf,
                )
            )
        asked = {who.service for who in (*seen.waiting.values(), newcomer)}
        posts = [self._post(numbers[name], name, agent, newcomer.at, asked, seen) for name, agent in agents.items()]
        return Scene(
            lines=tuple(lines),
            waiting=tuple(
                Waiting(who.id, names[who.service, who.priority], (newcomer.at - who.at) / 1000, order)
                for order, who in enumerate(there)
            ),
            posts=tuple(posts),
            times={service: self.times(service, seen) for service in self.services},
            rule=RULE,
        )

    def times(self, service: str, seen: Seen) -> ServiceTimes:
        """The serving times seen so far; while there are few, stand-ins of the mapping's mean beside them."""
        observed = list(seen.served_s.get(service, ()))
        total = sum(gave[service] for gave in seen.gave.values())
        known = self._times.get(service)
        if known is not None and total < known[0] * GROWN + 1:
            return known[1]
        times = distribution(observed, self.services[service].mean_service_s)
        self._times[service] = total, times
        return times

    # -- parts

    def _before(self, who: Arrival, newcomer: Arrival) -> bool:
        """Whether the rule puts one who waits before the newcomer."""
        return self._index(who, newcomer.at) >= self._index(newcomer, newcomer.at)

    def _overtakes(self, who: Arrival, newcomer: Arrival) -> bool:
        """Whether one of the same service and class who comes later may be called before the newcomer."""
        own_s, theirs_s = (self._target_s(one.service, one.priority) for one in (newcomer, who))
        return theirs_s < own_s or (theirs_s == own_s and self._credit_s(who) > self._credit_s(newcomer))

    def _index(self, who: Arrival, at: int) -> float:
        return ((at - who.at) / 1000 + self._credit_s(who)) / self._target_s(who.service, who.priority)

    def _credit_s(self, who: Arrival) -> float:
        return self.priorities[who.priority].credit_s if who.priority else 0.0

    def _target_s(self, service: str, priority: str) -> float:
        kind = self.priorities.get(priority)
        return (kind and kind.target_s) or self.services[service].target_s

    def _work_s(self, before: list[Arrival], busy: set[str], agents: Table[str, Agent], seen: Seen) -> float:
        """The serving time ahead, of each service the part that falls on the newcomer's agents."""
        part = {}
        for service in {who.service for who in before}:
            theirs = {name for name, agent in agents.items() if agent.serving and service in seen.can[name]}
            part[service] = self.times(service, seen).mean_s * (len(theirs & busy) / len(theirs) if theirs else 0.0)
        return sum(part[who.service] for who in before)

    def _post(self, number: int, name: str, agent: Agent, now: int, asked: set[str], seen: Seen) -> Post:
        skills = len(seen.can[name])
        for_s = (now - agent.since) / 1000
        if agent.serving:
            service, _ = max(agent.serving.values(), key=lambda serving: serving[1])
            return Post(number, "serving", service, for_s, skills=skills)
        if any(service in seen.can[name] for service in asked):
            return Post(number, "away", back_in_s=self._rest_of_pause_s(for_s, seen), skills=skills)
        return Post(number, "free", idle_s=for_s, skills=skills)

    def _rest_of_pause_s(self, so_far_s: float, seen: Seen) -> float:
        """What half of the pauses that were longer lasted yet."""
        if seen.pauses >= self._pauses_seen * GROWN + 1:
            self._pauses_s, self._pauses_seen = sorted(seen.idle_s), seen.pauses
        longer = self._pauses_s[bisect_right(self._pauses_s, so_far_s) :]
        return longer[len(longer) // 2] - so_far_s if longer else UNKNOWN_PAUSE_S
