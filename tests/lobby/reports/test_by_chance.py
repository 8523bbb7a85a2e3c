"""Whether a difference is more than chance: against tables, and against chains without any true difference."""

from __future__ import annotations

import numpy as np
import pytest

from lobby.reports.by_chance import ByDay, against_others, two_sided
from lobby.reports.spread import wilson


@pytest.mark.parametrize(
    ("t", "freedom", "chance"),
    [(12.706, 1, 0.05), (4.303, 2, 0.05), (3.182, 3, 0.05), (8.610, 4, 0.001), (2.228, 10, 0.05), (3.646, 30, 0.001)],
)
def test_the_probability_is_that_of_the_tables_of_student(t: float, freedom: int, chance: float) -> None:
    assert two_sided(t, freedom) == pytest.approx(chance, rel=2e-3)
    assert two_sided(0.0, freedom) == pytest.approx(1.0)


def days(chance: np.random.Generator, share: float, count: int = 10) -> dict[str, ByDay]:
    """Days whose customers share a queue: each has a share of its own about the branch's."""
    whole = chance.integers(50, 150, count).astype(float)
    of_day = np.clip(chance.normal(share, 0.08, count), 0, 1)
    return {"service_level": ByDay(chance.binomial(whole.astype(int), of_day).astype(float), whole)}


def test_hardly_a_report_shows_a_difference_where_there_is_none() -> None:
    chance = np.random.default_rng(7)
    reports = [against_others([days(chance, 0.8) for _ in range(12)]) for _ in range(300)]
    wrong = sum(any(one["service_level"].beyond for one in report) for report in reports)
    assert wrong <= 0.07 * len(reports)


def test_a_true_difference_is_found() -> None:
    chance = np.random.default_rng(7)
    branches = [days(chance, 0.8) for _ in range(11)] + [days(chance, 0.55)]
    told = [one["service_level"] for one in against_others(branches)]
    assert [one.beyond for one in told] == [False] * 11 + [True]
    assert told[-1].difference == pytest.approx(-0.25, abs=0.06)


def test_of_few_days_nothing_is_said_and_days_without_anybody_are_none() -> None:
    four = ByDay(np.array([9.0, 8, 9, 8, 0]), np.array([10.0, 10, 10, 10, 0]))
    many = ByDay(np.full(9, 5.0), np.full(9, 10.0))
    few, rest = against_others([{"satisfied": four}, {"satisfied": many}])
    assert (few["satisfied"].difference, few["satisfied"].beyond) == (0.35, None)
    assert rest["satisfied"].beyond is None
    nobody = ByDay(np.zeros(3), np.zeros(3))
    assert against_others([{"satisfied": nobody}, {"satisfied": many}])[0]["satisfied"].difference is None


def test_a_few_days_on_which_all_were_content_prove_nothing() -> None:
    content = ByDay(np.full(5, 3.0), np.full(5, 3.0))
    usual = ByDay(np.array([84.0, 86, 85, 83, 87] * 20), np.full(100, 100.0))
    few, _ = against_others([{"satisfied": content}, {"satisfied": usual}])
    assert (few["satisfied"].difference, few["satisfied"].beyond) == (0.15, False)  # 15 of 15: one chance in eleven
    same, _ = against_others([{"left_share": ByDay(np.zeros(9), np.full(9, 10.0))}] * 2)
    assert (same["left_share"].difference, same["left_share"].beyond) == (0, False)


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(8, 10) == (0.4902, 0.9433)
    assert wilson(0, 10) == (0.0, 0.2775)
    assert wilson(5, 5) == (0.5655, 1.0)
    assert wilson(4, 4) == (None, None)
