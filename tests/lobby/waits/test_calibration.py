"""The calibration: from a raw range that says "about" to one that holds, learnt ticket by ticket."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from msgspec.structs import replace

from lobby.queue.outlook import Basis
from lobby.waits.calibration import ENOUGH, SURE_FROM, Calibration, calibrated, learnt_from
from lobby.waits.correction import Resolved
from tests.builders import TUESDAY
from tests.lobby.waits.past_steps import a_step

SIMULATED = Basis(median_s=300, q10_s=100, q80_s=500, q90_s=600)


def some(count: int, *, factor: float = 1.0, service: str = "cash", seed: int = 0) -> list[Resolved]:
    """Tickets whose simulation was right up to a factor: exponential waits."""
    chance = np.random.default_rng(seed)
    resolved = []
    for _ in range(count):
        mean = float(chance.uniform(100, 900))
        basis = Basis(median_s=0.693 * mean, q10_s=0.105 * mean, q80_s=1.609 * mean, q90_s=2.303 * mean)
        resolved.append(Resolved(basis, service, float(chance.exponential(mean * factor)), False))
    return resolved


def test_nothing_learnt_is_the_simulation_as_it_is_and_says_about() -> None:
    assert Calibration().foresee(SIMULATED, "cash") == (100, 300, 600, True)


def test_without_a_simulation_the_queue_length_speaks_as_an_exponential_wait() -> None:
    low, median, high, about = Calibration().foresee(Basis(ql_s=150, qlm_s=100), "cash")
    assert (low, median, high) == pytest.approx((10.5, 69.3, 230.3))
    assert about


def test_a_basis_that_knows_nothing_promises_nothing_of_its_own() -> None:
    assert Calibration().foresee(Basis(), "cash") == (0, 0, 0, True)


def test_about_is_dropped_when_enough_was_seen() -> None:
    calibration = Calibration()
    tickets = some(SURE_FROM)
    calibration.learn_all(tickets[:-1])
    assert calibration.foresee(SIMULATED, "cash").about
    calibration.learn(*tickets[-1])
    assert not calibration.foresee(SIMULATED, "cash").about


def test_a_branch_that_is_slower_than_simulated_is_promised_longer_waits_after_a_few_tickets() -> None:
    calibration = Calibration()
    for n in range(20):
        calibration.learn(SIMULATED, "cash", 700 + 10 * n, left=False)
    assert calibration.foresee(SIMULATED, "cash").high_s >= 880


def test_a_range_is_in_order_and_not_negative_whatever_was_learnt() -> None:
    calibration = Calibration()
    for n in range(200):
        calibration.learn(SIMULATED, "cash", 0.0 if n % 2 else 5.0, left=False)
    low, median, high, _ = calibration.foresee(Basis(median_s=10, q10_s=5, q90_s=20), "cash")
    assert 0 <= low <= median <= high


def test_a_service_with_enough_of_its_own_has_bounds_of_its_own() -> None:
    calibration = Calibration()
    for n in range(400):
        calibration.learn(SIMULATED, "cash", 300 + n % 20, left=False)
        calibration.learn(SIMULATED, "loans", 900 + n % 20, left=False)
        if n % 40 == 0:
            calibration.learn(SIMULATED, "rare", 300, left=False)
    cash, loans, rare = (calibration.foresee(SIMULATED, service).high_s for service in ("cash", "loans", "rare"))
    assert cash < 330
    assert loans > 900
    assert cash < rare


def test_nine_of_ten_are_called_within_the_promise_also_when_the_simulation_is_wrong_by_half() -> None:
    calibration = learnt_from(some(1200, factor=2.0))
    kept = []
    for one in some(500, factor=2.0, seed=1):
        kept.append(one.waited_s <= calibration.foresee(one.basis, "cash").high_s)
        calibration.learn(*one)
    assert np.mean(kept) == pytest.approx(0.9, abs=0.03)


def test_a_rare_service_that_waits_long_is_moved_by_the_share_that_the_others_are_off() -> None:
    """The others are called up to half as late again as foreseen."""
    calibration = Calibration()
    for n in range(200):
        calibration.learn(Basis(median_s=50, q10_s=20, q90_s=100), "cash", 100 + n % 50, left=False)
    rare = calibration.foresee(Basis(median_s=2000, q10_s=1000, q90_s=3000), "rare")
    assert rare.high_s == pytest.approx(4400, abs=100)


def test_those_who_are_called_at_once_do_not_hide_that_others_wait_longer_than_promised() -> None:
    calibration = Calibration()
    for n in range(400):
        calibration.learn(Basis(median_s=0, q10_s=0, q90_s=5), "cash", 3, left=False)
        if n % 4 == 0:
            calibration.learn(SIMULATED, "cash", 800 + n, left=False)
    assert calibration.foresee(SIMULATED, "cash").high_s > 1100
    assert calibration.foresee(Basis(median_s=0, q10_s=0, q90_s=5), "cash").high_s == 3


def test_the_correction_is_due_at_enough_tickets_and_again_when_they_have_grown_by_a_half() -> None:
    calibration = Calibration()
    assert calibration.until_due == ENOUGH
    calibration.learn_all(some(ENOUGH))
    assert calibration.due
    calibration.fit()
    assert not calibration.due
    assert calibration.until_due == ENOUGH // 2


def test_many_at_once_are_foreseen_and_learnt_as_one_by_one() -> None:
    tickets = some(700)
    together, one_by_one = learnt_from(tickets), Calibration()
    for ticket in tickets:
        one_by_one.learn(*ticket)
        if one_by_one.due:
            one_by_one.fit()
    asked = [(ticket.basis, ticket.service) for ticket in some(5, seed=2)]
    assert together.foresee_all(asked) == [one_by_one.foresee(*one) for one in asked]


def test_a_calibration_can_be_pickled_and_goes_on_alone() -> None:
    calibration = learnt_from(some(600))
    copy = pickle.loads(pickle.dumps(calibration))
    before = calibration.foresee(SIMULATED, "cash")
    assert copy.foresee(SIMULATED, "cash") == before
    copy.learn_all(some(300, factor=5))
    assert calibration.foresee(SIMULATED, "cash") == before


def test_past_steps_are_learnt_in_the_order_in_which_they_were_resolved() -> None:
    """Whoever waits, had no promise, or is at a later step of the visit is not learnt from."""
    steps = []
    for issued, waited in ((0, 500), (10, 60), (20, 300)):
        step = a_step(since=issued, called_at=issued + waited, basis=SIMULATED)
        steps += [step, replace(step, step=1), replace(step, basis=None), replace(step, called_at=None, ended_at=None)]
    assert [one.waited_s for one in calibrated(steps).remembered] == [60, 300, 500]


def test_one_who_left_is_learnt_as_having_waited_longer() -> None:
    step = a_step(called_at=None, ended_at=90, basis=SIMULATED)
    (only,) = calibrated([step]).remembered
    assert (only.waited_s, only.left) == (90, True)


def test_one_who_asked_for_a_few_minutes_is_learnt_as_having_waited_longer_than_until_then() -> None:
    step = a_step(called_at=700, held_at=TUESDAY + 90_000, basis=SIMULATED)
    (only,) = calibrated([step]).remembered
    assert (only.waited_s, only.left) == (90, True)


def test_only_the_latest_tickets_are_remembered() -> None:
    calibration = Calibration()
    tickets = some(10) * 1210
    calibration.learn_all(tickets)
    assert len(calibration.remembered) == 12_000
