"""Who of those to come may overtake: by the rules one by one, and never too few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lobby.queue.services import Ratio, Reserve
from lobby.waits.engine import run
from lobby.waits.overtaking import horizon_s, may_overtake
from lobby.waits.play import Crowd, Play, Shift
from lobby.waits.scene import Line, Post, Rule, Scene, ServiceTimes, Waiting

CASH = Line("cash", (1, 2), 600.0)
HOUR_S = 3600.0
USUAL = Rule()


def overtakes(line: Line, *others: Line, rule: Rule = USUAL, waited_s: float = 300.0) -> bool:
    """Whether one who comes to `line` may overtake one who waits in it or in the others, each for `waited_s`."""
    lines = (line, *others)
    waiting = tuple(Waiting(f"t{at}", at, waited_s, at) for at in range(len(lines)))
    return may_overtake(Scene(lines, waiting, (), {}, rule), line, HOUR_S)


def test_nobody_overtakes_in_the_own_line_or_one_like_it() -> None:
    assert not overtakes(CASH)
    assert not overtakes(CASH, replace(CASH, service="cards"))


@pytest.mark.parametrize("change", [{"target_s": 300.0}, {"credit_s": 60.0}, {"rank": 1}])
def test_a_shorter_target_a_credit_and_a_rank_overtake(change: dict[str, float]) -> None:
    other = replace(CASH, priority="premium", **change)
    assert overtakes(other, CASH)
    assert not overtakes(CASH, other)


def test_nobody_overtakes_at_counters_that_are_not_shared() -> None:
    assert not overtakes(replace(CASH, credit_s=60.0, counters=(3,)), CASH)


def test_of_two_ranks_the_lower_one_overtakes() -> None:
    first, second = replace(CASH, rank=1), replace(CASH, rank=2)
    assert overtakes(first, second)
    assert not overtakes(second, first)


def test_a_cap_that_is_reached_sooner_overtakes() -> None:
    """Capped at twice the target, less credit: 1200 s against 2400 s, both within the hour."""
    rule = Rule(age_cap_targets=2.0, age_cap_s=1e9)
    sooner, later = CASH, replace(CASH, target_s=1200.0, credit_s=1e6)
    assert overtakes(sooner, later, rule=rule)
    assert not overtakes(sooner, later, rule=Rule(1e9, 1e9))


def test_an_appointment_that_came_early_may_be_overtaken() -> None:
    """By one like it, and beyond the age cap by anybody whose clock started before."""
    assert overtakes(CASH, waited_s=-600.0)
    urgent = replace(CASH, target_s=60.0, credit_s=100.0)
    lines = (replace(CASH, target_s=300.0), urgent)
    scene = Scene(lines, (Waiting("t", 1, -21.0),), (), {}, Rule(300.0))
    assert may_overtake(scene, lines[0], HOUR_S)
    assert not may_overtake(scene, lines[0], 200.0)


def test_reserves_and_ratios_may_turn_any_order_round() -> None:
    assert overtakes(CASH, rule=Rule(reserves=(Reserve(1, ("loans",)),)))
    assert overtakes(CASH, rule=Rule(ratios=(Ratio("premium", 2),)))


def test_whoever_shares_a_counter_may_come_before_one_who_is_away() -> None:
    def before(line: Line) -> bool:
        return may_overtake(Scene((CASH,), (Waiting("t", 0, 300.0, 0, 60.0),), (), {}), line, HOUR_S)

    assert before(CASH)
    assert not before(replace(CASH, counters=(3,)))


def test_the_horizon_reaches_to_who_is_away_longest() -> None:
    scene = Scene((CASH,), (Waiting("t", 0, 10.0, 0, 900.0),), (Post(1),), {"cash": ServiceTimes((100.0,))})
    assert horizon_s(scene) == 900 + 2 * 100


def test_the_horizon_is_beyond_the_work_that_is_there() -> None:
    """Two counters share 10 services of 100 s and the way of 20 s: 600 s each; half as much again, and two services."""
    waiting = tuple(Waiting(f"t{at}", 0, 10.0, at) for at in range(10))
    scene = Scene((CASH,), waiting, (Post(1), Post(2)), {"cash": ServiceTimes((50.0, 150.0))}, call_s=20.0)
    assert horizon_s(scene) == 1100
    assert horizon_s(Scene((), (), (), {})) == 0


lines = st.lists(
    st.builds(
        Line,
        service=st.sampled_from(["cash", "cards"]),
        counters=st.sampled_from([(1, 2), (3,)]),
        target_s=st.sampled_from([60.0, 300.0, 310.0]),
        priority=st.sampled_from(["", "premium"]),
        rank=st.sampled_from([None, None, 1, 2]),
        credit_s=st.sampled_from([0.0, 100.0]),
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=60)
@given(
    lines,
    st.lists(st.tuples(st.integers(0, 3), st.integers(-100, 900)), min_size=1, max_size=12),
    st.sampled_from([Rule(), Rule(300.0), Rule(1e9, 1.5)]),
    st.integers(0, 2**32),
)
def test_those_who_are_said_not_to_overtake_change_nothing(
    lines: list[Line], waiting: list[tuple[int, int]], rule: Rule, seed: int
) -> None:
    """Played with them and without them, those who wait are called at the same moments. Counters that are shared give
    the same."""
    there = tuple(Waiting(f"t{at}", line % len(lines), float(waited), at) for at, (line, waited) in enumerate(waiting))
    scene = Scene(tuple(lines), there, (), {}, rule)
    chance = np.random.default_rng(seed)
    keeps, later = chance.exponential(90, (len(lines), 40)), np.cumsum(chance.exponential(60, (len(lines), 20)), axis=1)
    shifts = tuple(Shift(number, np.array([[-np.inf, np.inf]]), 30.0 * number) for number in (1, 2, 3))

    def calls(everybody: bool) -> list[list[float]]:
        crowds, sizes = [], []
        for at, line in enumerate(lines):
            waits = sorted((one.waited_s for one in there if one.line == at), reverse=True)
            come = list(later[at]) if everybody or may_overtake(scene, line, 1e5) else []
            joins = np.array([0.0] * len(waits) + come)[:, None]
            since = np.maximum.accumulate(np.array([-waited for waited in waits] + come)[:, None], axis=0)
            crowds.append(Crowd(line, since, keeps[at, : len(joins), None], joins))
            sizes.append(len(waits))
        played = run(Play(tuple(crowds), shifts, 1, rule))
        return [called[:size, 0].tolist() for called, size in zip(played.called, sizes, strict=True)]

    assert calls(everybody=True) == calls(everybody=False)
