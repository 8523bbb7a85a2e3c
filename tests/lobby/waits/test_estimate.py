"""The first estimate: the work ahead over the counters open for it, by hand; and what is promised from it."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue.events import Promise
from lobby.waits.estimate import SPREAD, Wait, estimate, mean_service_s
from lobby.waits.telling import in_minutes
from tests.builders import ANN, BOB, MIA, Room, a_room

CASH_S, LOANS_S = 300.0, 900.0


def test_there_is_no_estimate_while_no_counter_is_open_for_the_service(room: Room) -> None:
    assert estimate(room.branch, "cash") is None
    room.open(2)
    assert estimate(room.branch, "cash") is None
    assert estimate(room.branch, "loans") is not None


def test_a_free_counter_and_nobody_ahead_is_no_wait(room: Room) -> None:
    room.open(1)
    assert estimate(room.branch, "cash") == Wait(0.0, 0.0, 0.0)


def test_with_every_counter_busy_the_next_waits_for_the_first_to_end(room: Room) -> None:
    """Two counters, both busy, memoryless: the first of two ends after half a mean service."""
    room.open(1, ANN)
    room.open(3, BOB)
    for counter, actor in ((1, ANN), (3, BOB)):
        room.issue("cash")
        room.call(counter, actor)
    wait = estimate(room.branch, "cash")
    assert wait
    assert wait.mean_s == CASH_S / 2
    assert wait.high_s == pytest.approx(CASH_S / 2 + SPREAD * CASH_S / 2)
    assert wait.low_s == 0


def test_each_who_waits_adds_a_mean_service_over_the_counters(room: Room) -> None:
    room.open(1)
    room.issue("cash")
    room.call(1)
    for _ in range(9):
        room.issue("cash")
    wait = estimate(room.branch, "cash")
    assert wait
    assert wait.mean_s == 10 * CASH_S
    assert wait.high_s - wait.mean_s == pytest.approx(SPREAD * sqrt(10) * CASH_S)
    assert wait.mean_s - wait.low_s == pytest.approx(SPREAD * sqrt(10) * CASH_S)


def test_those_ahead_for_another_service_count_with_the_share_of_counters_in_common(room: Room) -> None:
    """Loans are served at 2 and 3, cash at 1 and 3: half of the loans' work falls on a counter of cash."""
    for counter, actor in ((1, ANN), (2, BOB), (3, MIA)):
        room.open(counter, actor)
    for service, counter, actor in (("cash", 1, ANN), ("loans", 2, BOB), ("cash", 3, MIA)):
        room.issue(service)
        room.call(counter, actor)
    for _ in range(4):
        room.issue("loans")
    wait = estimate(room.branch, "cash")
    assert wait
    assert wait.mean_s == (4 * LOANS_S * 0.5 + CASH_S) / 2


def test_those_who_wait_for_what_no_counter_gives_hold_nobody_up(room: Room) -> None:
    room.open(1)
    room.issue("loans")
    assert estimate(room.branch, "cash") == Wait(0.0, 0.0, 0.0)


def test_a_counter_on_a_break_is_expected_back_but_not_free(room: Room) -> None:
    room.open(1)
    room.do(c.TakeBreak(1))
    wait = estimate(room.branch, "cash")
    assert wait
    assert wait.mean_s == CASH_S


def test_the_mean_serving_time_starts_as_configured_and_learns(room: Room) -> None:
    """Ten services' worth of the configured 300 s, then what was seen: (10 x 300 + 5 x 60) / 15 = 220."""
    room.open(1)
    assert mean_service_s(room.branch, "cash") == 300
    for _ in range(5):
        room.issue("cash")
        room.serve()
        room.clock.forward(60)
        room.do(c.Finish(1))
    assert mean_service_s(room.branch, "cash") == 220
    assert mean_service_s(room.branch, "loans") == 900


@pytest.mark.parametrize(
    ("low", "high", "promised"),
    [
        (0.0, 0.0, Promise(0, 120)),
        (0.0, 60.0, Promise(0, 120)),
        (0.0, 121.0, Promise(0, 180)),
        (59.9, 120.0, Promise(0, 120)),
        (60.0, 120.1, Promise(60, 180)),
        (300.0, 300.0, Promise(300, 360)),
        (299.0, 900.0, Promise(240, 900)),
    ],
)
def test_a_promise_is_in_whole_minutes_around_the_range(low: float, high: float, promised: Promise) -> None:
    assert in_minutes(low, high) == promised


@given(waiting=st.integers(0, 40), counters=st.sampled_from([(1,), (3,), (1, 3)]), served=st.integers(0, 3))
def test_an_estimate_is_a_range_in_order_and_grows_with_the_queue(
    waiting: int, counters: tuple[int, ...], served: int
) -> None:
    room = a_room()
    for counter in counters:
        room.open(counter)
    for _ in range(served):
        room.issue("cash")
    for counter in counters[:served]:
        room.call(counter)
    last = -1.0
    for _ in range(waiting):
        wait = estimate(room.branch, "cash")
        assert wait
        promised = in_minutes(wait.low_s, wait.high_s)
        assert 0 <= wait.low_s <= wait.mean_s <= wait.high_s
        assert promised.low_s <= wait.low_s
        assert promised.high_s >= wait.high_s
        assert promised.high_s - promised.low_s >= 60
        assert wait.mean_s >= last
        last = wait.mean_s
        room.issue("cash")
