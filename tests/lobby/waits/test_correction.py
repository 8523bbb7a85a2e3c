"""Boosted trees and the correction made of them."""

from __future__ import annotations

import numpy as np
import pytest

from lobby.queue.outlook import Basis
from lobby.waits.boosted import boosted
from lobby.waits.correction import MOST_WEIGHT, Resolved, corrected, features, staying_weights


def test_a_forest_finds_a_step_and_what_goes_with_another_column() -> None:
    chance = np.random.default_rng(1)
    rows = chance.uniform(0, 10, (3000, 3))
    waits = np.where(rows[:, 0] > 4, 100.0, 20.0) + 5 * rows[:, 1]
    found = boosted(rows, waits).of(np.array([[2.0, 8.0, 1.0], [8.0, 2.0, 9.0]]))
    assert found == pytest.approx([60, 110], abs=5)


@pytest.mark.parametrize("quantile", [0.1, 0.9])
def test_a_forest_for_a_quantile_has_that_share_beneath_it_wherever_it_is_asked(quantile: float) -> None:
    chance = np.random.default_rng(2)
    rows = chance.uniform(0, 10, (6000, 2))
    waits = chance.exponential(10 + 20 * rows[:, 0])
    forest = boosted(rows[:4000], waits[:4000], quantile)
    for part in (rows[4000:, 0] < 5, rows[4000:, 0] >= 5):
        assert np.mean(waits[4000:][part] <= forest.of(rows[4000:])[part]) == pytest.approx(quantile, abs=0.04)


def test_the_same_rows_give_the_same_forest() -> None:
    rows = np.random.default_rng(3).uniform(0, 10, (300, 2))
    first, second = boosted(rows, rows[:, 0], 0.5), boosted(rows, rows[:, 0], 0.5)
    assert np.array_equal(first.of(rows), second.of(rows))


def test_weights_count_as_rows_would() -> None:
    rows, waits = np.zeros((100, 1)), np.repeat([0.0, 100.0], 50)
    weights = np.repeat([1.0, 3.0], 50)
    assert boosted(rows, waits, weights=weights).of(np.zeros((1, 1))) == pytest.approx(75, abs=1)


def test_who_stayed_stands_for_those_who_left() -> None:
    """One of four leaves after 2 when three are still there: the two who wait longer count for 1 / (2/3)."""
    weights = staying_weights(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, False, False]))
    assert weights == pytest.approx([1, 1, 1.5, 1.5])


def test_nobody_stands_for_more_than_a_few() -> None:
    weights = staying_weights(np.arange(1.0, 101.0), np.array([True] * 99 + [False]))
    assert weights[-1] == MOST_WEIGHT


def test_what_is_not_known_is_marked_and_an_unknown_service_is_a_middling_one() -> None:
    row = features([(Basis(median_s=60, ahead=2, hour=9.5), "new")], {"cash": 100.0, "loans": 300.0})[0]
    assert row.tolist() == [60, -1, -1, -1, -1, -1, -1, -1, -1, 2, 0, 0, 9.5, 200]


def test_a_simulation_that_is_always_too_hopeful_for_one_service_is_set_right() -> None:
    chance = np.random.default_rng(4)
    resolved = []
    for n in range(1500):
        median = float(chance.uniform(60, 600))
        service = ("cash", "loans")[n % 2]
        waited = median * (2 if service == "loans" else 1) * float(chance.uniform(0.9, 1.1))
        resolved.append(Resolved(Basis(median_s=median, q10_s=median / 2, q90_s=median * 2), service, waited, False))
    basis = Basis(median_s=300, q10_s=150, q90_s=600)
    cash, loans = corrected(resolved).of([(basis, "cash"), (basis, "loans")])
    assert cash[1] == pytest.approx(300, rel=0.1)
    assert loans[1] == pytest.approx(600, rel=0.1)
    assert list(cash) == sorted(cash)
