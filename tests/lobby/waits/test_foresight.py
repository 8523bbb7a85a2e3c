"""From simulated waits to what is told: ranges, tightening, and the honest word when a promise breaks."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import pytest

from lobby.queue.events import Promise
from lobby.waits.calibration import Calibration
from lobby.waits.foresight import AGAIN_MS, Foresight, foresight, still_told, tightened
from lobby.waits.scene import Line, Scene, Waiting
from lobby.waits.simulation import Simulated
from tests.builders import Room, a_room

PATHS = 100
CASH = Line("cash", (1,), 600.0)


@dataclass
class Stage:
    """One who waits for cash behind one who is being served."""

    room: Room
    calibration: Calibration

    @property
    def id(self) -> str:
        return self.room.branch.ticket("A002").id

    def promised(self, low_s: int, high_s: int) -> None:
        branch = self.room.branch
        branch.tickets[self.id] = msgspec.structs.replace(branch.ticket("A002"), promise=Promise(low_s, high_s))

    def foresee(self, low_s: float, high_s: float, before: dict[str, Promise] | None = None) -> Foresight:
        """With waits from now evenly between the two, for the one who waits and for a newcomer."""
        waits = np.linspace(low_s, high_s, PATHS)
        scene = Scene((CASH,), (Waiting(self.id, 0, 0.0),), (), {})
        simulated = Simulated(waits[:, None], {0: waits})
        return foresight(self.room.branch, self.room.clock.now, scene, simulated, self.calibration, before or {})


@pytest.fixture
def stage() -> Stage:
    room = a_room()
    room.open(1)
    room.issue("cash")
    room.call(1)
    room.issue("cash")
    return Stage(room, Calibration())


def test_a_newcomer_is_promised_the_range_of_the_simulated_waits(stage: Stage) -> None:
    joining = stage.foresee(300, 800).outlook.joining["cash"]
    assert joining.median_s == pytest.approx(550, abs=5)
    assert joining.low_s == pytest.approx(350, abs=10)
    assert joining.high_s == pytest.approx(750, abs=10)
    assert joining.about


def test_what_the_promise_rests_on_is_kept_for_whoever_judges_it(stage: Stage) -> None:
    basis = stage.foresee(300, 800).outlook.joining["cash"].basis
    assert basis.median_s == pytest.approx(550, abs=5)
    assert basis.q90_s == pytest.approx(750, abs=10)
    assert (basis.ahead, basis.waiting, basis.posts) == (1, 1, 1)
    assert basis.ql_s == pytest.approx(600)


def test_nothing_is_promised_to_who_would_hardly_be_called_today(stage: Stage) -> None:
    stage.promised(300, 700)
    waits = np.where(np.arange(PATHS) < 40, np.inf, 500.0)
    scene = Scene((CASH,), (Waiting(stage.id, 0, 0.0),), (), {})
    found = foresight(
        stage.room.branch, stage.room.clock.now, scene, Simulated(waits[:, None], {0: waits}), stage.calibration
    )
    assert found.outlook.joining == {}
    assert found.outlook.waiting == {}


def test_what_is_told_is_the_part_of_the_promise_that_is_still_possible(stage: Stage) -> None:
    stage.promised(300, 700)
    stage.room.clock.forward(120)
    found = stage.foresee(100, 400)
    foreseen = found.outlook.waiting[stage.id]
    assert found.revisions == ()
    assert foreseen.low_s == 180
    assert foreseen.high_s == pytest.approx(370, abs=10)


def test_what_was_told_tighter_once_is_not_told_wider_again(stage: Stage) -> None:
    stage.promised(0, 1200)
    first = stage.foresee(100, 300)
    told = still_told(stage.room.branch, first.outlook)
    again = stage.foresee(100, 420, told)
    assert again.outlook.waiting[stage.id].high_s <= first.outlook.waiting[stage.id].high_s + 1
    assert again.revisions == ()


def test_a_promise_that_will_be_late_is_revised_before_the_customer_finds_out(stage: Stage) -> None:
    stage.promised(0, 300)
    found = stage.foresee(500, 900)
    [revision] = found.revisions
    assert revision.ticket == stage.id
    assert revision.low_s <= 540
    assert revision.high_s >= 840
    assert found.outlook.waiting[stage.id].late == 1


def test_a_promise_is_revised_when_the_call_will_come_much_sooner(stage: Stage) -> None:
    stage.promised(1200, 1800)
    [revision] = stage.foresee(100, 300).revisions
    assert revision.high_s <= 300


@pytest.mark.parametrize(("low", "high"), [(200, 330), (290, 420), (100, 700)])
def test_a_small_or_an_uncertain_difference_is_no_reason_to_say_another_thing(
    stage: Stage, low: float, high: float
) -> None:
    stage.promised(0, 300)
    assert stage.foresee(low, high).revisions == ()


def test_nobody_is_told_another_wait_twice_in_a_short_time(stage: Stage) -> None:
    stage.promised(0, 300)
    branch = stage.room.branch
    told = msgspec.structs.replace(branch.ticket("A002"), told=Promise(0, 360), told_at=stage.room.clock.now)
    branch.tickets[stage.id] = told
    assert stage.foresee(800, 1200).revisions == ()
    stage.room.clock.forward(AGAIN_MS / 1000)
    assert len(stage.foresee(800, 1200).revisions) == 1


def test_a_tightening_never_leaves_what_was_told() -> None:
    assert tightened(None, 5, 9) == (5, 9)
    assert tightened(Promise(0, 10), 5, 20) == (5, 10)
    assert tightened(Promise(0, 10), 12, 20) == (0, 10)
