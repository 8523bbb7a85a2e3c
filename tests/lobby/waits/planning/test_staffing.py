"""Staffing: where formulas know the answer the search finds it; where they do not, what they leave out is seen to."""

from __future__ import annotations

from statistics import mode

import numpy as np
import pytest

from lobby.queue.services import CounterPlace, Setup
from lobby.waits.erlang import served_within
from lobby.waits.planning.came import Leg, Visit
from lobby.waits.planning.day_run import Day, Habits, drawn
from lobby.waits.planning.opening_hours import Opening
from lobby.waits.planning.staffing import Staffing, staffing
from lobby.waits.scene import ServiceTimes
from tests.builders import a_service, a_setup

NINE, HOURS = 9 * 3600.0, 4
OPEN = Opening(((NINE, NINE + HOURS * 3600),))
HABITS = Habits({code: ServiceTimes((60.0,)) for code in ("cash", "loans")})


def branch(counters: int, target_s: float = 300, **services: tuple[str, ...]) -> Setup:
    """Counters that do everything, and those in `services`, by number as `c7`."""
    places = [CounterPlace(number) for number in range(1, counters + 1)]
    places += [CounterPlace(int(name[1:]), services=own) for name, own in services.items()]
    kinds = (a_service("cash", "A", target_s=target_s), a_service("loans", "L", target_s=target_s))
    return a_setup(kinds, tuple(places), ())


def steady(per_hour: float, mean_s: float, paths: int, seed: int = 0, service: str = "cash") -> Day:
    """Poisson arrivals at one rate all day, exponential times."""
    chance = np.random.default_rng(seed)
    days = []
    for _ in range(paths):
        at = NINE + np.sort(chance.uniform(0, HOURS * 3600, chance.poisson(per_hour * HOURS)))
        takes = chance.exponential(mean_s, len(at))
        days.append([Visit(float(a), (Leg(service, service_s=float(t)),)) for a, t in zip(at, takes, strict=True)])
    return drawn(days, HABITS, chance)


def counts(found: Staffing) -> list[int]:
    return [len(period.counters) for period in found.periods]


@pytest.mark.parametrize(
    ("per_hour", "mean_s", "target_s", "goal", "erlang"),
    [(60, 240, 300, 0.8, 5), (60, 240, 120, 0.8, 6), (90, 300, 300, 0.8, 9)],
)
def test_on_a_day_that_is_always_the_same_the_search_finds_what_erlang_c_says(
    per_hour: float, mean_s: float, target_s: float, goal: float, erlang: int
) -> None:
    load = per_hour * mean_s / 3600
    fewest = next(n for n in range(1, 20) if served_within(load, n, mean_s, target_s) >= goal)
    assert fewest == erlang
    found = staffing(steady(per_hour, mean_s, 60), branch(12, target_s), OPEN, goal)
    later = counts(found)[2:]
    assert mode(later) == erlang
    assert sum(later) / len(later) == pytest.approx(erlang, abs=0.4)
    assert all(period.share is not None and period.share >= goal for period in found.periods)


def test_one_more_helps_and_one_fewer_hurts_more_than_it_helps() -> None:
    found = staffing(steady(60, 240, 40), branch(12), OPEN, 0.8)
    more = [period.one_more.effect for period in found.periods if period.one_more]
    fewer = [period.one_fewer.effect for period in found.periods if period.one_fewer]
    assert all(effect.mean > 0 and effect.low <= effect.mean <= effect.high for effect in more)
    assert all(effect.mean < 0 for effect in fewer)
    assert np.mean([e.mean for e in more]) < -np.mean([e.mean for e in fewer])
    assert all(0 < effect.error < 4 for effect in more)


def test_a_service_that_one_counter_gives_has_that_counter_open() -> None:
    day = steady(4, 900, 20, service="loans")
    found = staffing(day, branch(0, 600, c1=("cash",), c2=("cash",), c3=("loans",)), OPEN)
    assert all(period.counters == (3,) for period in found.periods)


def test_who_waits_at_the_door_is_in_the_plan() -> None:
    """Twenty came in the five minutes before it opens; at any other time two an hour come."""
    waiting = [Visit(NINE - 15 * n, (Leg("cash", service_s=240),)) for n in range(20)]
    later = [Visit(NINE + 1800 * n, (Leg("cash", service_s=240),)) for n in range(1, 2 * HOURS)]
    at_the_door = drawn([sorted(waiting + later, key=lambda visit: visit.at_s)], HABITS, np.random.default_rng(0))
    found = staffing(at_the_door, branch(8, 900), OPEN)
    assert found.periods[0].erlang == 1
    assert found.periods[0].arrivals.mean == 20
    # In 15 min each of four counters calls four times, the last time 12 min after the opening: 16 of 20, just enough.
    assert len(found.periods[0].counters) == 4
    assert not any(period.short for period in found.periods)
    assert all(len(period.counters) == 1 for period in found.periods[1:])


def test_a_crowd_that_no_counter_can_serve_in_time_is_said_and_not_hidden() -> None:
    found = staffing(steady(60, 240, 20), branch(3), OPEN)
    assert all(period.short for period in found.periods[1:])
    assert counts(found)[2:-1] == [3] * (2 * HOURS - 3)
    assert found.done_min is not None
    assert found.done_min.mean > (NINE / 3600 + HOURS) * 60 + 30


def test_no_counter_is_closed_for_half_an_hour_and_opened_again() -> None:
    found = counts(staffing(steady(60, 240, 40, seed=5), branch(12), OPEN, 0.9))
    assert not [
        now for before, now, after in zip(found, found[1:], found[2:], strict=False) if now < min(before, after)
    ]
