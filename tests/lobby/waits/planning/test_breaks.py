"""Breaks: where the day has room for them, and for those counters that are open for long."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lobby.queue.services import CounterPlace
from lobby.waits.planning.breaks import breaks_of
from lobby.waits.planning.came import Leg, Visit
from lobby.waits.planning.day_run import Day, Habits, Roster, drawn
from lobby.waits.scene import ServiceTimes
from tests.builders import CASH, a_setup

SETUP = a_setup((CASH,), (CounterPlace(1), CounterPlace(2), CounterPlace(3)), ())
NINE, FIVE = 9 * 3600.0, 17 * 3600.0
HABITS = Habits({"cash": ServiceTimes((60.0,))})


def busy_but_for_noon(paths: int = 20) -> Day:
    """Twenty an hour with four minutes each, and hardly anybody between noon and one."""
    chance = np.random.default_rng(8)
    days = []
    for _ in range(paths):
        at = NINE + np.sort(chance.uniform(0, FIVE - NINE, chance.poisson(200)))
        at = at[(at < NINE + 3 * 3600) | (at > NINE + 4.2 * 3600)]
        days.append([Visit(float(one), (Leg("cash", service_s=float(chance.exponential(300))),)) for one in at])
    return drawn(days, HABITS, chance)


def test_a_break_is_put_where_the_day_has_room_for_it() -> None:
    roster = Roster({1: ((NINE, FIVE + 7200),), 2: ((NINE, FIVE),)})
    found = breaks_of(busy_but_for_noon(), SETUP, roster, FIVE)
    assert [one.counter for one in sorted(found, key=lambda one: one.counter)] == [1, 2]
    for one in found:
        assert 12 * 60 <= one.start_min <= one.end_min - 30 <= 13 * 60
        assert one.worst.mean < one.effect.mean <= 0.5


def test_breaks_do_not_fall_together_although_everybody_is_late_anyway() -> None:
    """Nobody is in time all day, so that no break costs a kept promise."""
    crowd = [Visit(NINE, (Leg("cash", service_s=1200.0),)) for _ in range(100)]
    roster = Roster({counter: ((NINE, FIVE),) for counter in (1, 2, 3)})
    found = breaks_of(drawn([crowd], HABITS, np.random.default_rng(0)), SETUP, roster, FIVE)
    assert len(found) == 3
    assert all(before.end_min <= after.start_min for before, after in pairwise(found))


def test_a_counter_that_is_open_for_six_hours_or_less_gets_none() -> None:
    roster = Roster({1: ((NINE, NINE + 6 * 3600),), 2: ((NINE, NINE + 3 * 3600), (NINE + 4 * 3600, FIVE))})
    assert breaks_of(busy_but_for_noon(2), SETUP, roster, FIVE) == ()


def test_a_break_keeps_away_from_the_beginning_and_the_end() -> None:
    roster = Roster({3: ((NINE, FIVE + 3600),)})
    nobody = drawn([[Visit(NINE, (Leg("cash", service_s=60),))]], HABITS, np.random.default_rng(0))
    (only,) = breaks_of(nobody, SETUP, roster, FIVE, length_s=2700)
    assert only.start_min >= NINE / 60 + 120
    assert only.end_min == only.start_min + 45 <= FIVE / 60 - 120
    assert abs(only.start_min - 13 * 60) <= 60  # nothing speaks against any time: about the middle
