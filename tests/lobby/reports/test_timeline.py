"""The course of a day: the ten tickets reckoned by hand, a day so far, a day on which nothing was."""

from __future__ import annotations

import msgspec
import pytest

from lobby.queue import commands as c
from lobby.queue.past import BREAK, OPEN, PastDay, Span
from lobby.reports.day import day_record
from lobby.reports.past import past_day
from lobby.reports.timeline import Timeline, timeline
from tests.builders import ANN, Room, a_room, moment
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

HALF_HOUR_MS = 30 * 60_000


def past(room: Room) -> PastDay:
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    return past_day(record)


@pytest.fixture(scope="module")
def ten() -> Timeline:
    return timeline(past(ten_tickets()), moment(f"{DAY} 18:00"))


def test_a_closed_day_goes_from_its_first_half_hour_to_its_last_event(ten: Timeline) -> None:
    assert (ten.start, ten.first) == (moment(f"{DAY} 09:00"), 10)  # ten half-hours after 04:00
    assert ten.until == moment(f"{DAY} 10:30")


def test_visits_count_where_they_arrived_and_where_they_ended(ten: Timeline) -> None:
    assert ten.arrivals == (7, 3, 0)
    assert ten.served == (4, 1, 1)
    assert ten.left == (3, 0, 1)  # the last at the very close


def test_who_waits_is_taken_every_five_minutes_and_an_undone_call_calls_nobody(ten: Timeline) -> None:
    assert ten.waiting == (1, 3, 3, 2, 2, 0, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 0)


def test_counters_at_work_are_a_mean_without_breaks(ten: Timeline) -> None:
    assert ten.counters == (2.0, 1.5, 1.5)


def test_demand_is_by_the_service_asked_for_and_who_was_never_called_is_in_no_mean(ten: Timeline) -> None:
    assert ten.demand["cash"].arrivals == (5, 3, 0)
    assert ten.demand["cash"].wait_mean_s == (560.0, 480.0, None)
    assert ten.demand["cards"].wait_mean_s == (120.0, None, None)
    assert ten.demand["loans"].wait_mean_s == (600.0, None, None)


def test_spreads_are_in_classes_of_the_wait_and_of_the_service_given(ten: Timeline) -> None:
    assert (ten.wait_class_s, ten.service_class_s) == (300, 180)
    assert ten.spreads[""].waits[:4] == (3, 1, 1, 2)
    assert ten.spreads[""].services[:3] == (1, 5, 2)
    assert ten.spreads["cash"].services[:3] == (1, 3, 1)
    assert sum(ten.spreads[""].waits) == sum(sum(ten.spreads[code].waits) for code in ("cash", "cards", "loans"))


def test_a_day_so_far_ends_now_and_its_counters_are_a_mean_of_what_is_gone() -> None:
    room = a_room(at=moment(f"{DAY} 09:10"))
    room.open(1, ANN)
    room.issue()
    room.clock.now = moment(f"{DAY} 09:40")
    room.do(c.CallNext(1), ANN)
    course = timeline(past(room), moment(f"{DAY} 09:45"))
    assert course.until == moment(f"{DAY} 09:45")
    assert course.counters == (0.67, 1.0)  # twenty of thirty minutes, then all of fifteen
    assert course.waiting == (0, 0, 1, 1, 1, 1, 1, 1, 0, 0)


def test_a_day_that_nobody_closed_ends_with_the_last_that_happened_to_a_customer() -> None:
    room = a_room(at=moment(f"{DAY} 09:00"))
    room.open(1, ANN)
    room.issue()
    room.issue()
    room.clock.now = moment(f"{DAY} 09:20")
    room.do(c.CallNext(1), ANN)
    room.clock.now = moment("2024-03-07 09:00")
    room.issue()  # which closes the day, two days late
    course = timeline(past(room), room.clock.now)
    assert (course.until, course.arrivals) == (moment(f"{DAY} 09:20"), (2,))
    assert course.waiting[-1] == 1


def test_what_a_kiosk_issued_before_the_day_counts_in_its_first_half_hour() -> None:
    day = past(ten_tickets())
    early = msgspec.structs.replace(day.steps[0], arrived_at=day.start - 60_000, queued_at=day.start - 60_000)
    course = timeline(msgspec.structs.replace(day, steps=(early,), spans=()), day.at)
    assert (course.first, course.arrivals[0], sum(course.arrivals)) == (0, 1, 1)
    assert course.waiting[0] == 1


def test_a_day_on_which_nothing_was_has_no_bucket() -> None:
    day = PastDay(DAY, moment(f"{DAY} 04:00"), moment("2024-03-06 04:00"), moment(f"{DAY} 04:00"), closed=True)
    course = timeline(day, day.at)
    assert (course.waiting, course.arrivals, course.counters, course.demand) == ((), (), (), {})


def test_a_span_that_goes_on_is_counted_up_to_now() -> None:
    start = moment(f"{DAY} 04:00")
    spans = (Span(OPEN, 1, "ann", start), Span(BREAK, 1, "ann", start + HALF_HOUR_MS))
    day = PastDay(DAY, start, start + 24 * 2 * HALF_HOUR_MS, start, closed=False, spans=spans)
    assert timeline(day, start + 2 * HALF_HOUR_MS).counters == (1.0, 0.0)
