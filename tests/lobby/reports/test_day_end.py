"""A business day ends where it ends, even when that is recorded with the first event of a later one. By hand."""

from __future__ import annotations

import pytest

from lobby.queue import commands as c
from lobby.queue.past import PastDay
from lobby.reports.day import day_records
from lobby.reports.figures import figures_of_days
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures
from tests.builders import ANN, BOB, MIA, Room, a_room, moment
from tests.lobby.reports.ten_tickets import DAY

HOUR_S = 3600.0
END = moment("2024-03-06 04:00")


@pytest.fixture(scope="module")
def room() -> Room:
    """Ann opens counter 1 at nine and serves A001 from ten on, Bob goes for lunch at noon, A002 waits: all go home, and
    nobody says so until Friday."""
    room = a_room(at=moment(f"{DAY} 09:00"))
    room.open(1, ANN)
    room.open(3, BOB)
    room.issue()
    room.clock.now = moment(f"{DAY} 10:00")
    room.serve(1)
    room.clock.now = moment(f"{DAY} 11:00")
    room.issue()
    room.clock.now = moment(f"{DAY} 12:00")
    room.do(c.TakeBreak(3, "lunch"), BOB)
    room.clock.now = moment("2024-03-08 09:00")
    room.issue()
    return room


@pytest.fixture(scope="module")
def day(room: Room) -> PastDay:
    return past_day(next(day_records(room.branch.setup, room.history)))


@pytest.fixture(scope="module")
def figures(room: Room) -> PeriodFigures:
    return figures_of_days([next(day_records(room.branch.setup, room.history))], room.branch.at)


def test_no_time_of_a_day_lies_after_its_end(day: PastDay) -> None:
    assert (day.closed, day.at, day.end) == (True, END, END)
    assert {span.end for span in day.spans} == {END}
    assert [(step.ended, step.ended_at) for step in day.steps] == [("finished", END), ("left_at_close", END)]


def test_a_counter_a_break_and_a_service_that_nobody_ended_last_until_the_day_ends(figures: PeriodFigures) -> None:
    time = figures.overall.time
    assert (time.staffed_s, time.break_s, time.serving_s) == (2 * 19 * HOUR_S, 16 * HOUR_S, 18 * HOUR_S)
    assert time.occupancy == round(18 / 22, 4)
    assert figures.overall.handling.handling_mean_s == 18 * HOUR_S


def test_no_half_hour_has_more_counters_than_were_open(figures: PeriodFigures) -> None:
    open_on_average = {one.key: one.open_on_average for one in figures.half_hours}
    assert open_on_average["11:30"] == 2
    assert open_on_average["12:00"] == open_on_average["03:30"] == 1
    assert "04:00" not in open_on_average


def test_a_service_that_went_on_past_the_end_of_the_day_counts_up_to_it() -> None:
    room = a_room(at=moment("2024-03-06 03:00"))
    room.open()
    room.issue()
    room.serve()
    room.clock.forward(minutes=10)
    room.do(c.Park(1, "form"))
    room.clock.forward(minutes=5)
    room.do(c.Resume(1, "A001"))
    room.clock.now = moment("2024-03-06 05:00")
    room.do(c.Finish(1))
    [record] = day_records(room.branch.setup, room.history)
    figures = figures_of_days([record], moment("2024-03-06 06:00"))
    assert figures.overall.handling.handling_mean_s == 55 * 60
    assert figures.overall.time.serving_s == 55 * 60
    assert figures.overall.time.staffed_s == HOUR_S


def test_a_step_of_which_even_the_call_came_after_the_end_lasts_no_time() -> None:
    room = a_room(at=moment("2024-03-06 03:59"))
    room.open()
    room.issue()
    room.clock.now = moment("2024-03-06 05:00")
    room.do(c.CallTicket(1, "A001", "still here"))
    room.do(c.Start(1))
    room.clock.forward(minutes=5)
    room.do(c.Finish(1))
    room.do(c.CloseDay(), MIA)
    [step] = past_day(next(day_records(room.branch.setup, room.history))).steps
    assert (step.called_at, step.started_at, step.ended_at, step.ended) == (END, END, END, "finished")
