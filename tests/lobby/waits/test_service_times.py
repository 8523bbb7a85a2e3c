"""What the past says of services, calls, breaks and leavers; and what stands in while it says little."""

from __future__ import annotations

from math import inf
from statistics import fmean

import pytest

from lobby.queue.past import BREAK, OPEN, Span
from lobby.waits.service_times import BREAK_S, CALL_S, STAND_INS, distribution, expected_left_s, learnt
from tests.builders import TUESDAY, a_setup
from tests.lobby.waits.past_steps import a_day, a_step

SETUP = a_setup()


# -- the distribution


def test_before_anything_was_seen_an_exponential_law_stands_in() -> None:
    times = distribution([], 300.0)
    assert len(times.ascending) == STAND_INS
    assert times.seen == 0
    assert times.mean_s == pytest.approx(300, rel=0.05)
    median = (times.ascending[9] + times.ascending[10]) / 2
    assert median == pytest.approx(300 * 0.6931, rel=0.01)


def test_each_that_was_seen_takes_the_place_of_a_stand_in() -> None:
    for seen in (1, 7, 19):
        times = distribution([1000.0] * seen, 300.0)
        assert (len(times.ascending), times.ascending.count(1000.0), times.seen) == (STAND_INS, seen, seen)
    assert set(distribution([1000.0] * STAND_INS, 300.0).ascending) == {1000.0}


def test_what_takes_longer_than_the_99th_percentile_counts_as_that() -> None:
    """A counter that was left open over lunch must not make everybody wait."""
    seen = [*(float(value) for value in range(100, 199)), 50_000.0]
    assert max(distribution(seen, 300.0).ascending) == 198


def test_many_are_kept_as_few_with_the_same_mean() -> None:
    seen = [float(value % 997) for value in range(5000)]
    times = distribution(seen, 300.0)
    assert len(times.ascending) == 200
    assert times.seen == 5000
    assert list(times.ascending) == sorted(times.ascending)
    assert times.mean_s == pytest.approx(fmean(seen), rel=0.01)


def test_what_is_left_is_the_mean_of_what_was_longer() -> None:
    times = distribution([60.0] * 10 + [120.0] * 10, 300.0)
    assert expected_left_s(times, 0) == 90
    assert expected_left_s(times, 60) == 60
    assert expected_left_s(times, 120) == 0


# -- a past


def test_of_no_past_at_all_the_branch_file_speaks() -> None:
    known = learnt([], SETUP)
    assert known.times["loans"].mean_s == pytest.approx(900, rel=0.05)
    assert known.breaks.mean_s == pytest.approx(BREAK_S, rel=0.05)
    assert (known.call_s, known.patience_s) == (CALL_S, inf)
    assert known.no_show == pytest.approx(0.02)
    assert known.no_show_s == 60


def test_services_are_learnt_as_they_were_served_and_not_as_they_were_parked() -> None:
    steps = [
        a_step(parked_ms=40_000),
        a_step(ended="transferred"),
        a_step(ended="left_at_close"),
        a_step(started_at=None),
    ]
    times = learnt([a_day(*steps)], SETUP).times["cash"]
    assert times.seen == 2
    assert {60.0, 100.0} <= set(times.ascending)


def test_a_service_that_the_branch_has_lost_is_learnt_too() -> None:
    assert learnt([a_day(a_step(service="gold"))], SETUP).times["gold"].seen == 1


def test_the_time_between_an_end_and_the_next_call_counts_while_somebody_waits() -> None:
    """Calls 20 s after each end, six times with somebody there; the one who came later says nothing."""
    steps = [
        a_step(called_at=100 * at, started_at=100 * at, ended_at=100 * at + 80, last_called_at=100 * at)
        for at in range(7)
    ]
    late = a_step(queued_at=960, called_at=970, started_at=970, ended_at=1050, last_called_at=970)
    assert learnt([a_day(*steps, *[late] * 13)], SETUP).turnover_s == 20


def test_a_counter_that_had_nobody_but_who_asked_for_a_few_minutes_was_not_slow() -> None:
    steps = [
        a_step(
            called_at=100 * at,
            started_at=100 * at,
            ended_at=100 * at + 80,
            held_at=TUESDAY,
            held_until=TUESDAY + 100_000 * at,
        )
        for at in range(9)
    ]
    assert learnt([a_day(*steps)], SETUP).turnover_s == 0


def test_the_way_to_the_counter_is_the_median_of_those_seen() -> None:
    steps = [a_step(called_at=60, started_at=60 + wait) for wait in (8, 9, 11, 12, 300)]
    assert learnt([a_day(*steps)], SETUP).call_s == 11


def test_who_does_not_come_is_learnt_with_how_long_one_waits_for_them() -> None:
    steps = [a_step() for _ in range(45)] + [
        a_step(ended="no_show", started_at=None, ended_at=60 + wait) for wait in (80, 90, 90, 100, 200)
    ]
    known = learnt([a_day(*steps)], SETUP)
    assert known.no_show == pytest.approx(6 / 100)
    assert known.no_show_s == 90


def test_patience_is_the_time_waited_over_those_who_gave_up() -> None:
    stayed = [a_step() for _ in range(20)]
    left = [a_step(called_at=None, started_at=None, ended_at=120, ended="cancelled_by_customer") for _ in range(5)]
    assert learnt([a_day(*stayed, *left)], SETUP).patience_s == (20 * 60 + 5 * 120) / 5
    assert learnt([a_day(*stayed, *left[:4])], SETUP).patience_s == inf


def test_breaks_are_as_long_as_they_were() -> None:
    ten_minutes = [Span(BREAK, 1, "ann", TUESDAY, TUESDAY + 600_000)] * 20
    others = [Span(BREAK, 1, "ann", TUESDAY), Span(OPEN, 1, "ann", TUESDAY, TUESDAY + 9_000_000)]
    assert learnt([a_day(spans=(*ten_minutes, *others))], SETUP).breaks.mean_s == 600
