"""A day played by the engine: what is judged, what is kept, and that a change is all that differs."""

from __future__ import annotations

import numpy as np
import pytest

from lobby.queue.services import CounterPlace
from lobby.waits.planning.came import Leg, Visit
from lobby.waits.planning.day_run import Day, Habits, Roster, drawn, effect, run
from lobby.waits.planning.stretches import both, joined, without
from lobby.waits.scene import ServiceTimes
from tests.builders import CARDS, CASH, a_setup

SETUP = a_setup((CASH, CARDS), (CounterPlace(1), CounterPlace(2, services=("cards",))), ())
NINE = 9 * 3600.0
HABITS = Habits({"cash": ServiceTimes((60.0,)), "cards": ServiceTimes((60.0,))})
ONE = Roster({1: ((NINE, NINE + 3600),)}, {1: ()})


def comes(minute: float, *, takes: float = 5, service: str = "cash", **fields: float | None) -> Visit:
    """A visit at so many minutes after nine, that takes so many minutes."""
    limit = fields.pop("limit_min", None)
    return Visit(NINE + minute * 60, (Leg(service, service_s=takes * 60),), limit_s=limit and limit * 60)


def leaves(minute: float, after: float, limit_min: float) -> Visit:
    return Visit(NINE + minute * 60, (Leg("cash", waited_s=after * 60, left=True),), limit_s=limit_min * 60)


def one_course(*visits: Visit) -> Day:
    return drawn([list(visits)], HABITS, np.random.default_rng(0))


def test_a_wait_is_kept_up_to_what_was_promised_or_the_target() -> None:
    out = run(one_course(comes(0, takes=12), comes(0, limit_min=11), comes(1), comes(2, limit_min=20)), SETUP, ONE)
    # Calls at 0, 12, 17 and 22: the second waits 12 of 11 min, the third 16 of cash's 10, the last 20 of 20.
    assert out.kept.sum() == 2
    assert out.judged.sum() == 4
    assert out.missed["cash"][18] == 2
    assert out.wait_s[0] == pytest.approx((0 + 12 + 16 + 20) * 60 / 4)
    assert out.done_s[0] == NINE + 27 * 60


def test_who_leaves_before_the_limit_is_not_judged_and_who_leaves_after_it_is_missed() -> None:
    out = run(one_course(comes(0, takes=30), leaves(0, 4, 5), leaves(0, 6, 5)), SETUP, ONE)
    assert (out.kept.sum(), out.judged.sum(), out.left.sum()) == (1, 2, 2)


def test_a_counter_calls_only_for_what_it_gives_and_nobody_after_its_hours() -> None:
    only_cards = Roster({2: ((NINE, NINE + 600),)}, {2: ("cards",)})
    out = run(one_course(comes(0), comes(0, service="cards"), comes(11, service="cards")), SETUP, only_cards)
    assert (out.kept.sum(), out.unserved.sum()) == (1, 2)


def test_a_further_service_is_played_and_only_the_first_wait_is_judged() -> None:
    both_ = Visit(NINE, (Leg("cash", service_s=300), Leg("cards", after_s=300, service_s=300)))
    out = run(one_course(both_), SETUP, ONE)
    assert (out.judged.sum(), out.done_s[0]) == (1, NINE + 600)


def test_of_several_waits_of_one_customer_only_the_first_is_lost() -> None:
    never = Visit(NINE, (Leg("cash", service_s=300), Leg("cash", after_s=300, service_s=300)))
    gone = Visit(NINE, (Leg("cash", left=True), Leg("cash", left=True)))
    out = run(one_course(never, gone), SETUP, Roster({2: ((NINE, NINE + 600),)}, {2: ("cards",)}))
    assert (out.unserved[0], out.left[0]) == (1, 1)


def test_the_mean_wait_is_the_reports_without_no_shows_and_from_the_arrival_before_an_appointment() -> None:
    no_show = Visit(NINE, (Leg("cash", no_show=True),))
    early = Visit(NINE + 600, (Leg("cash", service_s=60),), appointment=True, early_s=300)
    out = run(one_course(no_show, comes(0, takes=12), early), SETUP, ONE)
    # The no-show keeps the counter for a minute; calls at 9:01 and 9:13, of who was there since 9:00 and 9:05.
    assert out.wait_s[0] == (60 + 480) / 2


def test_what_is_not_known_is_drawn_from_habits() -> None:
    habits = Habits({"cash": ServiceTimes((600.0,))}, patience_s=1e-6, no_show_s=45, call_s=10, turnover_s=20)
    unknown = Visit(NINE, (Leg("cash", left=True),))
    no_show = Visit(NINE + 600, (Leg("cash", no_show=True),))
    known = Visit(NINE + 1200, (Leg("cash", service_s=100),))
    (cash,) = drawn([[unknown, no_show, known]], habits, np.random.default_rng(0)).drawn
    assert cash.keeps_s[:, 0].tolist() == [610, 45, 120]
    assert cash.leaves[:, 0] == pytest.approx(cash.since[:, 0], abs=1e-3)


def test_a_service_that_the_branch_file_has_lost_is_waited_for_and_given_by_nobody() -> None:
    day = drawn([[Visit(NINE, (Leg("gone"),)), comes(1)]], HABITS, np.random.default_rng(0))
    out = run(day, SETUP, Roster({2: ((NINE, NINE + 600),)}, {2: ("cards",)}))
    assert out.unserved[0] == 2
    out = run(day, SETUP, ONE)
    assert (out.unserved[0], out.done_s[0]) == (0, NINE + 600)


def test_the_same_day_under_the_same_roster_differs_in_nothing() -> None:
    chance = np.random.default_rng(3)
    days = [[comes(minute, takes=8) for minute in sorted(chance.uniform(0, 55, 12))] for _ in range(30)]
    day = drawn(days, HABITS, chance)
    changed = effect(run(day, SETUP, ONE), run(day, SETUP, ONE))
    assert (changed.mean, changed.low, changed.high, changed.error) == (0, 0, 0, 0)


def test_stretches_are_joined_cut_and_taken_out() -> None:
    assert joined([(3, 4), (1, 2), (2, 3), (9, 9), (6, 8), (7, 7.5)]) == [(1, 4), (6, 8)]
    assert both([(0, 5), (6, 9)], [(1, 2), (4, 7)]) == [(1, 2), (4, 5), (6, 7)]
    assert without([(0, 5), (6, 9)], [(1, 2), (4, 7)]) == [(0, 1), (2, 4), (7, 9)]
    assert without([(0, 5)], []) == [(0, 5)]
