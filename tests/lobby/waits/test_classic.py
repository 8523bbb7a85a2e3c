"""The classic predictors, by hand."""

from __future__ import annotations

from math import inf

import pytest

from lobby.waits.classic import queue_length_s, queue_length_with_leavers_s


def test_three_ahead_at_two_counters_wait_for_four_services_at_two() -> None:
    assert queue_length_s(3, 2, 100) == 200


def test_those_who_give_up_shorten_the_wait_term_by_term() -> None:
    """1/(2/100) + 1/(2/100 + .005) + 1/(2/100 + .01) = 50 + 40 + 33.33."""
    assert queue_length_with_leavers_s(2, 2, 100, 0.005) == pytest.approx(50 + 40 + 100 / 3)


def test_without_leavers_both_say_the_same_also_between_whole_numbers() -> None:
    for ahead in (0, 0.5, 3, 7.25):
        assert queue_length_with_leavers_s(ahead, 3, 90, 0) == pytest.approx(queue_length_s(ahead, 3, 90))


def test_without_a_counter_nobody_is_called() -> None:
    assert queue_length_s(0, 0, 100) == queue_length_with_leavers_s(0, 0, 100, 0.1) == inf
