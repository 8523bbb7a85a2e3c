"""Priority queues: the formulas against published values, and the engine against the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import pytest

from lobby.waits.scene import Line
from tests.lobby.waits import stationary
from tests.lobby.waits.priority_queues import accumulating_priority_s, strict_priority_s

THREE = (0.5, 0.7, 0.9)
FCFS = 0.547049
ACCUMULATING = (0.328885, 0.478737, 0.721384)
STRICT = (0.196938, 0.328230, 0.911749)


def test_three_counters_by_strict_priority() -> None:
    assert strict_priority_s(THREE, 1, 3) == pytest.approx(STRICT, abs=1e-6)


def test_three_counters_by_priority_that_grows_with_the_wait() -> None:
    assert accumulating_priority_s(THREE, (4, 2, 1), 1, 3) == pytest.approx(ACCUMULATING, abs=1e-6)


def test_one_counter_by_priority_that_grows_with_the_wait() -> None:
    assert accumulating_priority_s((0.25, 0.55), (2, 1), 1, 1) == pytest.approx((2.742857, 4.571429), abs=1e-6)


def test_like_classes_wait_alike() -> None:
    assert accumulating_priority_s(THREE, (1, 1, 1), 1, 3) == pytest.approx([FCFS] * 3, abs=1e-6)


def test_rates_far_apart_come_near_to_strict_priority() -> None:
    assert accumulating_priority_s(THREE, (1e8, 1e4, 1), 1, 3) == pytest.approx(STRICT, abs=1e-3)


def test_too_much_work_is_an_endless_wait_for_those_whom_it_reaches() -> None:
    assert accumulating_priority_s((0.6, 0.6), (2, 1), 1, 1) == [inf, inf]
    assert strict_priority_s((0.6, 0.6), 1, 1)[1] == inf


# -- the engine


def test_the_engine_plays_first_come_first_served() -> None:
    agrees(stationary.class_lines(3, targets=(1.0, 1.0, 1.0)), [FCFS] * 3)


def test_the_engine_plays_accumulating_priority() -> None:
    """A target is what the rate is one over."""
    agrees(stationary.class_lines(3, targets=(0.25, 0.5, 1.0)), ACCUMULATING)


def test_the_engine_plays_strict_priority() -> None:
    agrees(stationary.class_lines(3, ranks=(1, 2, None)), STRICT)


def agrees(lines: Sequence[Line], expected: Sequence[float]) -> None:
    coming = stationary.crowds(lines, THREE, 1.0, people=2500, paths=64, seed=21)
    for waited, wait in zip(stationary.waits(coming, 3), expected, strict=True):
        found = stationary.mean(waited)
        assert found.value == pytest.approx(wait, abs=found.within)
        assert found.within < 0.2 * wait
