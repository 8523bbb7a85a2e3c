"""Erlang's formulas against published values, and the engine against the formulas."""

from __future__ import annotations

from math import exp, factorial, inf

import numpy as np
import pytest

from lobby.waits.erlang import erlang_b, erlang_c, mean_wait_s, served_within
from tests.lobby.waits import stationary
from tests.lobby.waits.leavers import erlang_a


@pytest.mark.parametrize(
    ("load", "counters", "share"), [(1, 2, 1 / 3), (2, 3, 4 / 9), (4, 5, 0.554113), (8, 10, 0.409180)]
)
def test_the_share_that_waits(load: float, counters: int, share: float) -> None:
    assert erlang_c(load, counters) == pytest.approx(share, abs=5e-7)


@pytest.mark.parametrize(
    ("counters", "waits", "within_20_s", "mean_s"),
    [(13, 0.285270, 0.795595, 17.116), (14, 0.174132, 0.888350, 7.8359), (15, 0.102042, 0.941453, None)],
)
def test_ten_counters_worth_of_work_of_three_minutes(
    counters: int, waits: float, within_20_s: float, mean_s: float | None
) -> None:
    assert erlang_c(10, counters) == pytest.approx(waits, abs=1e-6)
    assert served_within(10, counters, 180, 20) == pytest.approx(within_20_s, abs=1e-6)
    if mean_s is not None:
        assert mean_wait_s(10, counters, 180) == pytest.approx(mean_s, rel=5e-5)


@pytest.mark.parametrize(
    ("counters", "mean_min", "within_5_min"), [(5, 2.2165, 0.841244), (6, 0.5695, 0.976625), (7, 0.1801, 0.996823)]
)
def test_sixty_an_hour_of_four_minutes(counters: int, mean_min: float, within_5_min: float) -> None:
    assert mean_wait_s(4, counters, 240) / 60 == pytest.approx(mean_min, abs=6e-5)
    assert served_within(4, counters, 240, 300) == pytest.approx(within_5_min, abs=1e-6)


def test_counters_that_cannot_do_the_work_leave_everybody_waiting() -> None:
    assert erlang_c(5, 5) == 1
    assert mean_wait_s(5, 5, 60) == inf
    assert served_within(5, 5, 60, 3600) == 0


def test_services_that_vary_more_make_waits_longer() -> None:
    assert mean_wait_s(4, 5, 240, cv2=3.0) == 2 * mean_wait_s(4, 5, 240)


def test_without_a_counter_everybody_is_turned_away() -> None:
    assert erlang_b(3, 0) == 1
    assert erlang_b(1, 1) == 0.5


def test_a_call_centre_that_some_leave() -> None:
    """48 a minute, a minute each, two minutes of patience, 50 counters."""
    found = erlang_a(0.8, 60, 120, 50)
    assert found.waits == pytest.approx(0.46777, abs=5e-6)
    assert found.leaves == pytest.approx(0.030912, abs=1e-6)
    assert found.mean_wait_s == pytest.approx(3.7095, abs=5e-5)
    assert found.busy == pytest.approx(0.93032, abs=5e-6)


def test_a_branch_that_some_leave() -> None:
    found = erlang_a(1, 4, 20, 4)
    assert (found.waits, found.leaves, found.mean_wait_s) == pytest.approx((0.728824, 0.122220, 2.444405), abs=1e-6)


def test_with_patience_as_long_as_a_service_it_is_as_if_everybody_were_served_at_once() -> None:
    """The number there is Poisson, with mean 4: 5 or more with a chance of .371163."""
    tail = 1 - sum(exp(-4) * 4**there / factorial(there) for there in range(5))
    assert erlang_a(4, 1, 1, 5).waits == pytest.approx(tail, abs=1e-12)
    assert tail == pytest.approx(0.371163, abs=1e-6)


def test_much_patience_comes_near_to_erlang_c() -> None:
    assert erlang_a(4, 1, 1e7, 5).waits == pytest.approx(erlang_c(4, 5), abs=1e-5)


# -- the engine


def test_the_engine_plays_erlang_c() -> None:
    line = stationary.class_lines(5, targets=[300.0])
    waited = stationary.waits(stationary.crowds(line, [1 / 60], 240, people=3000, paths=64, seed=11), 5)[0]
    found = stationary.mean(waited)
    assert found.value == pytest.approx(mean_wait_s(4, 5, 240), abs=found.within)
    soon = stationary.mean((waited <= 300).astype(float))
    assert soon.value == pytest.approx(served_within(4, 5, 240, 300), abs=soon.within)
    assert found.within < 0.25 * found.value


def test_the_engine_plays_erlang_a() -> None:
    line = stationary.class_lines(4, targets=[300.0])
    coming = stationary.crowds(line, [1.0], 4, people=2000, paths=64, seed=12, patience_s=20)
    expected = erlang_a(1, 4, 20, 4)
    waited = stationary.waits(coming, 4)[0]
    found = stationary.mean(waited)
    assert found.value == pytest.approx(expected.mean_wait_s, abs=found.within)
    assert coming[0].leaves is not None
    left = stationary.looked_at(coming[0].leaves - coming[0].since) <= waited
    share = stationary.mean(left.astype(float))
    assert share.value == pytest.approx(expected.leaves, abs=share.within)
    at_all = stationary.mean((waited > 0).astype(float))
    assert at_all.value == pytest.approx(expected.waits, abs=at_all.within)
    assert np.all(waited >= 0)
