"""A made-up lobby whose state is known at every moment: six tellers with different skills, four services, a class with
a credit, more customers in the middle of the day than can be served at once. The mean wait is about twenty minutes.

A day is played by the engine along one path; what was to be seen when each customer came is read off what was played.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from lobby.waits.engine import run
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Post, Rule, Scene, ServiceTimes, Waiting
from lobby.waits.service_times import distribution

HOUR_S = 3600.0
SKILLS = {
    1: ("cash",),
    2: ("cash", "cards"),
    3: ("cash", "cards"),
    4: ("loans", "business"),
    5: ("business", "cards"),
    6: ("cash", "cards", "loans", "business"),
}
MEAN_S = {"cash": 240.0, "cards": 420.0, "loans": 1200.0, "business": 720.0}
TARGET_S = {"cash": 600.0, "cards": 600.0, "loans": 1200.0, "business": 900.0}
AN_HOUR = {"cash": 32.0, "cards": 14.0, "loans": 3.5, "business": 7.0}
PREMIUM, PREMIUM_SHARE, CREDIT_S = "premium", 0.15, 300.0
BUSY = (0.7, 1.1, 1.2, 1.2, 0.8, 0.6)
"""How busy each hour of the day is."""

SPREAD = 0.8
"""Standard deviation of the logarithm of a serving time: cv² of 0.9."""

RULE = Rule(age_cap_s=2 * HOUR_S, age_cap_targets=8.0)
LINES = tuple(
    Line(
        service,
        tuple(number for number, skills in SKILLS.items() if service in skills),
        TARGET_S[service],
        priority,
        credit_s=CREDIT_S if priority else 0.0,
        arrivals_per_s=AN_HOUR[service] / HOUR_S * (PREMIUM_SHARE if priority else 1 - PREMIUM_SHARE),
    )
    for service in MEAN_S
    for priority in ("", PREMIUM)
)


class Moment(NamedTuple):
    """A customer comes: when (seconds of the day), to which line, the scene as it was before, and the wait that it
    became. `les_s`: the wait of the last of the service who was called; `hol_s`: the elapsed wait of the one of the
    service who has waited longest."""

    at_s: float
    line: int
    service: str
    scene: Scene
    waited_s: float
    les_s: float
    hol_s: float


def moments(days: int, *, seed: int, every: int = 1) -> Iterator[Moment]:
    """Every so many-th customer of each of the days."""
    chance = np.random.default_rng(seed)
    times = {service: distribution(serving(chance, service, 2000).tolist(), MEAN_S[service]) for service in MEAN_S}
    for day in range(days):
        yield from _Day(chance, times, f"day {day}").moments(every)


def serving(chance: np.random.Generator, service: str, count: int) -> Floats:
    return MEAN_S[service] * np.exp(chance.normal(-(SPREAD**2) / 2, SPREAD, count))


class _Day:
    def __init__(self, chance: np.random.Generator, times: dict[str, ServiceTimes], name: str) -> None:
        self.times, self.name = times, name
        crowds = []
        for line in LINES:
            a_line = [
                HOUR_S * (hour + chance.uniform(size=chance.poisson(line.arrivals_per_s * HOUR_S * busy)))
                for hour, busy in enumerate(BUSY)
            ]
            since = np.sort(np.concatenate(a_line))
            crowds.append(Crowd(line, since[:, None], serving(chance, line.service, len(since))[:, None]))
        shifts = tuple(Shift(number, np.array([[0.0, np.inf]]), 0.0, len(skills)) for number, skills in SKILLS.items())
        played = run(Play(tuple(crowds), shifts, 1, RULE))
        self.line = np.concatenate([np.full(len(crowd.since), at) for at, crowd in enumerate(crowds)])
        self.since, self.called, self.keeps, self.counter = (
            np.concatenate(columns)[:, 0]
            for columns in (
                [crowd.since for crowd in crowds],
                played.called,
                [crowd.keeps_s for crowd in crowds],
                played.counter,
            )
        )
        self.service = np.array([LINES[line].service for line in self.line])

    def moments(self, every: int) -> Iterator[Moment]:
        for nth, who in zip(count(1), np.argsort(self.since)):
            if nth % every == 0:
                now = self.since[who]
                same = self.service == self.service[who]
                called = np.flatnonzero(same & (self.called < now))
                last = called[np.argmax(self.called[called])] if len(called) else None
                waiting = same & (self.since < now) & (self.called >= now)
                yield Moment(
                    at_s=float(now),
                    line=int(self.line[who]),
                    service=str(self.service[who]),
                    scene=self.scene(now),
                    waited_s=float(self.called[who] - now),
                    les_s=float(self.called[last] - self.since[last]) if last is not None else 0.0,
                    hol_s=float(now - self.since[waiting].min()) if waiting.any() else 0.0,
                )

    def scene(self, now: float) -> Scene:
        there = np.flatnonzero((self.since < now) & (self.called >= now))
        order = {who: place for place, who in enumerate(there[np.argsort(self.since[there])])}
        waiting = tuple(
            Waiting(f"{self.name} {who}", int(self.line[who]), float(now - self.since[who]), order[who])
            for who in there
        )
        busy = BUSY[min(int(now // HOUR_S), len(BUSY) - 1)]
        lines = tuple(replace(line, arrivals_per_s=line.arrivals_per_s * busy) for line in LINES)
        return Scene(lines, waiting, tuple(self.post(number, now) for number in SKILLS), self.times, RULE)

    def post(self, number: int, now: float) -> Post:
        mine = np.flatnonzero((self.counter == number) & (self.called < now))
        skills = len(SKILLS[number])
        if not len(mine):
            return Post(number, idle_s=float(now), skills=skills)
        last = mine[np.argmax(self.called[mine])]
        free_at = self.called[last] + self.keeps[last]
        if free_at <= now:
            return Post(number, idle_s=float(now - free_at), skills=skills)
        return Post(number, "serving", str(self.service[last]), float(now - self.called[last]), skills=skills)
