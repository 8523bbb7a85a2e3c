"""Chance by name: even, independent, and the same whatever else is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from lobby.waits.draws import keys_after, keys_of, spread, uniforms


def test_a_draw_depends_on_seed_purpose_name_and_path_alone() -> None:
    both = uniforms(1, "service", keys_of(["a", "b"]), 5)
    assert uniforms(1, "service", keys_of(["b"]), 3).tolist() == both[1:, :3].tolist()
    for other in (
        uniforms(2, "service", keys_of(["a"]), 5),
        uniforms(1, "no-show", keys_of(["a"]), 5),
        uniforms(1, "service", keys_of(["c"]), 5),
    ):
        assert not np.isin(other, both).any()


def test_draws_are_even_and_between_0_and_1() -> None:
    draws = uniforms(7, "service", keys_of(f"t{at}" for at in range(50)), 400)
    assert draws.min() > 0
    assert draws.max() < 1
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    expected = draws.size / 20
    assert np.sum((counts - expected) ** 2 / expected) < 43.8  # chi-squared with 19 degrees of freedom: 99.9 %


def test_draws_of_two_names_two_paths_and_two_seeds_are_independent() -> None:
    of_names = uniforms(7, "service", keys_of(f"t{at}" for at in range(60)), 300)
    of_seeds = np.array([uniforms(seed, "service", keys_of(["a"]), 300)[0] for seed in range(60)])
    in_turn = uniforms(7, "service", keys_after("cash", 60), 300)
    for draws in (of_names, of_names.T, of_seeds, in_turn):
        correlation = np.corrcoef(draws)
        off = correlation[np.triu_indices(len(correlation), 1)]
        assert abs(off.mean()) < 4 / np.sqrt(off.size * draws.shape[1])
        assert abs(off).max() < 5.5 / np.sqrt(draws.shape[1])


def test_spread_draws_take_every_part_once_each_key_in_an_order_of_its_own() -> None:
    draws = spread(1, "service", keys_of(f"t{at}" for at in range(60)), 100)
    assert np.sort(draws, axis=1) == pytest.approx(np.tile((np.arange(100) + 0.5) / 100, (60, 1)))
    correlation = np.corrcoef(draws)[np.triu_indices(60, 1)]
    assert abs(correlation.mean()) < 4 / np.sqrt(correlation.size * 100)
    assert abs(correlation).max() < 0.55


def test_the_first_of_a_name_stays_the_first_however_many_follow() -> None:
    assert keys_after("cash", 9)[:4].tolist() == keys_after("cash", 4).tolist()
    assert len(set(keys_after("cash", 1000).tolist())) == 1000
    assert len(keys_after("cash", 0)) == 0


def test_no_names_draw_nothing() -> None:
    assert uniforms(1, "service", keys_of([]), 4).shape == (0, 4)
