"""Conformal bounds: the k-th smallest score, leavers censored, old scores forgotten, drift followed."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.waits.conformal import Conformal


def test_nothing_learnt_is_no_bound() -> None:
    assert Conformal(0.9).bound() == inf


def test_the_bound_is_the_k_th_smallest_of_n_with_k_from_n_plus_one() -> None:
    """19 scores: k = ceil(20 * .9) = 18."""
    bounds = Conformal(0.9, gamma=0)
    for score in range(1, 20):
        bounds.learn(score)
    assert bounds.bound() == 18


def test_too_few_scores_give_the_largest() -> None:
    bounds = Conformal(0.9, gamma=0)
    for score in (3, 1, 2):
        bounds.learn(score)
    assert bounds.bound() == 3


def test_a_leaver_raises_the_bound_and_is_not_a_score_itself() -> None:
    """Ten scores, the median wanted: k = ceil(11 / 2) = 6. With those at 2 and 3 gone the product-limit estimate of the
    share above is .9 after 1, then .9 * 6/7 = .771, .643, .514 and, after 7, .386, the first that is below .45."""
    plain, censored = Conformal(0.5, gamma=0), Conformal(0.5, gamma=0)
    for score in range(1, 11):
        plain.learn(score)
        censored.learn(score, left=score in (2, 3))
    assert plain.bound() == 6
    assert censored.bound() == 7


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40), st.integers(1, 9))
def test_the_bound_is_that_of_the_product_limit_estimate_taken_step_by_step(
    scores: list[tuple[int, bool]], tenths: int
) -> None:
    bounds = Conformal(tenths / 10, gamma=0)
    for score, left in scores:
        bounds.learn(score, left=left)
    count, above = len(scores), 1.0
    expected = float(max(score for score, _ in scores))
    for place, (score, left) in enumerate(sorted(scores)):
        above *= 1 if left else 1 - 1 / (count - place)
        if not left and above <= 1 - tenths / 10 * (count + 1) / count + 1e-9:
            expected = score
            break
    assert bounds.bound() == expected


def test_only_the_last_window_counts() -> None:
    bounds = Conformal(0.5, window=5, gamma=0)
    for score in [1000.0] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0]:
        bounds.learn(score)
    assert len(bounds) == 5
    assert bounds.bound() == 3


def test_misses_raise_the_level_and_hits_lower_it() -> None:
    bounds = Conformal(0.9, gamma=0.01)
    bounds.learn(1)
    bounds.learn(5)
    assert bounds.level == pytest.approx(0.909)
    bounds.learn(0)
    assert bounds.level == pytest.approx(0.908)


def test_leavers_do_not_move_the_level_however_long_they_waited() -> None:
    bounds = Conformal(0.9, gamma=0.01)
    bounds.learn(10)
    bounds.learn(4, left=True)
    bounds.learn(12, left=True)
    assert bounds.level == 0.9


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_what_is_bounded_so_often_stays_under_it_also_when_all_drifts(share: float) -> None:
    chance = np.random.default_rng(5)
    bounds = Conformal(share)
    under = []
    for n, score in enumerate(chance.exponential(100, 4000)):
        drifted = float(score) + n / 10
        if n > 200:
            under.append(drifted <= bounds.bound())
        bounds.learn(drifted)
    assert np.mean(under) == pytest.approx(share, abs=0.02)


def test_a_hundred_tickets_after_all_waits_doubled_nine_of_ten_are_within_the_bound_again() -> None:
    kept: list[list[bool]] = []
    for seed in range(12):
        chance = np.random.default_rng(seed)
        bounds = Conformal(0.9)
        for score in chance.exponential(100, 700):
            bounds.learn(float(score))
        kept.append([])
        for score in chance.exponential(200, 250):
            kept[-1].append(score <= bounds.bound())
            bounds.learn(float(score))
    assert np.mean([run[:20] for run in kept]) < 0.8
    assert np.mean([run[100:] for run in kept]) == pytest.approx(0.9, abs=0.025)


def test_leavers_do_not_pull_the_bound_down() -> None:
    """Waits of mean 100, a third of them cut off by patience: with the leavers forgotten the 90 % point would be far
    below 230."""
    chance = np.random.default_rng(6)
    censored, forgotten = Conformal(0.9, window=3000, gamma=0), Conformal(0.9, window=3000, gamma=0)
    for wait, patience in zip(chance.exponential(100, 3000), chance.exponential(200, 3000), strict=True):
        left = bool(patience < wait)
        censored.learn(float(min(wait, patience)), left=left)
        if not left:
            forgotten.learn(float(wait))
    assert censored.bound() == pytest.approx(230, rel=0.06)
    assert forgotten.bound() < 180


@given(st.lists(st.tuples(st.integers(-50, 50), st.booleans()), min_size=1, max_size=60), st.integers(1, 20))
def test_the_bound_is_always_one_of_the_scores_in_the_window(scores: list[tuple[int, bool]], window: int) -> None:
    bounds = Conformal(0.9, window=window)
    for score, left in scores:
        bounds.learn(score, left=left)
    assert bounds.bound() in {score for score, _ in scores[-window:]}
    assert len(bounds) == min(window, len(scores))
