"""Counters kept for some, and classes that take turns: who may be called, who goes first, and what is said of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue.calling import Decision, in_a_row, pick
from lobby.queue.counters import Counter
from lobby.queue.services import Ratio, Reserve, Rules
from tests.builders import ANN, BOB, MIA, Room, a_room, a_setup

EVERYTHING = Counter(3, open=True, teller="ann")
FOR_LOANS = Reserve(3, services=("loans",))
FOR_PREMIUM = Reserve(3, priorities=("premium",), until=0.5)


def room_with(**rules: Any) -> Room:
    return a_room(a_setup(rules=Rules(**rules)))


def decision(room: Room, counter: Counter = EVERYTHING) -> Decision:
    made = pick(room.branch, counter, room.clock())
    assert made is not None
    return made


def numbers(candidates: tuple[Any, ...]) -> list[str]:
    return [candidate.ticket.number for candidate in candidates]


def ranked(room: Room, counter: Counter = EVERYTHING) -> list[str]:
    return numbers(decision(room, counter).ranked)


# -- reserves


def test_what_a_counter_is_kept_for_goes_first_there_whatever_the_index_of_others() -> None:
    room = room_with(reserves=(FOR_LOANS,))
    room.issue("cash")
    room.clock.forward(minutes=15)  # cash: 1.5 of its target
    room.issue("loans")
    room.clock.forward(minutes=1)  # loans: 0.05
    made = decision(room)
    assert numbers(made.ranked) == ["L001", "A001"]
    assert made.rule == "reserve"
    assert made.runner_up == "A001"
    assert [one.rule for one in made.ranked] == ["reserve", "index"]


def test_at_another_counter_the_reserve_is_nothing() -> None:
    room = room_with(reserves=(FOR_LOANS,))
    room.issue("cash")
    room.clock.forward(minutes=1)
    assert ranked(room, Counter(1, open=True, services=("cash",))) == ["A001"]


def test_others_are_kept_back_until_their_index_is_reached_to_the_millisecond() -> None:
    room = room_with(reserves=(FOR_LOANS,))
    room.issue("cash")
    room.clock.forward(599.999)
    assert pick(room.branch, EVERYTHING, room.clock()) is None
    room.issue("loans")
    made = decision(room)
    assert (numbers(made.ranked), numbers(made.kept_back)) == (["L001"], ["A001"])
    assert made.runner_up == ""
    room.clock.forward(0.001)
    assert ranked(room) == ["L001", "A001"]


def test_a_counter_may_be_kept_for_a_class_until_part_of_the_target() -> None:
    room = room_with(reserves=(FOR_PREMIUM,))
    room.issue("cash")
    room.clock.forward(299)
    room.issue("cash", priority="premium")
    assert (numbers(decision(room).ranked), numbers(decision(room).kept_back)) == (["A002"], ["A001"])
    room.clock.forward(1)
    assert ranked(room) == ["A002", "A001"]


def test_who_goes_first_by_law_or_by_age_is_never_kept_back() -> None:
    room = room_with(reserves=(FOR_LOANS,), age_cap_s=1200, age_cap_targets=1000)
    room.issue("loans")
    room.clock.forward(1)
    room.issue("cash", priority="by-law")
    assert ranked(room) == ["A001", "L001"]
    room.issue("cards")
    room.clock.forward(1199)
    assert ranked(room) == ["A001", "L001", "C001"]
    assert [one.rule for one in decision(room).ranked] == ["statutory", "age_cap", "index"]


def test_a_counter_that_keeps_everybody_back_calls_nobody_until_somebody_is_due() -> None:
    room = room_with(reserves=(FOR_LOANS,))
    room.issue("cash")
    room.open(3)
    assert [type(one).__name__ for one in room.do(c.WaitForNext(3))] == ["CounterReady"]


# -- ratios


def a_queue_of(room: Room, *priorities: str) -> None:
    for priority in priorities:
        room.issue("cash", priority=priority)
        room.clock.forward(1)


def test_after_so_many_in_a_row_somebody_else_is_called() -> None:
    room = room_with(ratios=(Ratio("premium", 2),))
    a_queue_of(room, "premium", "premium", "premium", "")
    room.open(3)
    called = []
    rules = []
    for _ in range(4):
        called.append(room.serve(3))
        rules.append(room.branch.counter(3).why)
        room.do(c.Finish(3))
    assert called == ["A001", "A002", "A004", "A003"]
    assert [why.rule for why in rules if why is not None] == ["index", "index", "ratio", "index"]
    assert [why.runner_up for why in rules if why is not None] == ["A002", "A003", "A003", ""]


def test_with_nobody_else_the_class_is_called_on() -> None:
    room = room_with(ratios=(Ratio("premium", 1),))
    a_queue_of(room, "premium", "premium")
    room.open(3)
    assert [room.serve(3), room.do(c.Finish(3)) and room.serve(3)] == ["A001", "A002"]


def test_somebody_whom_this_counter_cannot_call_is_nobody_else() -> None:
    room = room_with(ratios=(Ratio("premium", 1),))
    a_queue_of(room, "premium", "premium")
    room.issue("loans")
    room.open(1)
    room.call(1)
    assert ranked(room, Counter(1, open=True, teller="ann", services=("cash",))) == ["A002"]


def test_somebody_whom_the_reserve_keeps_back_is_nobody_else() -> None:
    room = room_with(ratios=(Ratio("premium", 1),), reserves=(Reserve(3, priorities=("premium",), until=100),))
    a_queue_of(room, "premium", "premium", "")
    room.open(3)
    room.serve(3)
    room.do(c.Finish(3))
    assert ranked(room) == ["A002"]


def test_the_ratio_counts_over_all_counters_and_by_hand_but_no_recall() -> None:
    room = room_with(ratios=(Ratio("premium", 2),))
    a_queue_of(room, "premium", "premium", "premium", "")
    room.open(1)
    room.open(3, BOB)
    room.call(1)
    room.do(c.Recall(1))
    assert in_a_row(room.branch) == ("premium", 1)
    room.do(c.CallTicket(3, "A002", "asked for"), BOB)
    assert in_a_row(room.branch) == ("premium", 2)
    assert ranked(room) == ["A004"]
    room.do(c.Start(1))
    room.do(c.Finish(1))
    assert room.call(1) == "A004"
    assert in_a_row(room.branch) == ("", 1)


def test_a_call_that_was_undone_never_counted() -> None:
    room = room_with(ratios=(Ratio("premium", 1),))
    a_queue_of(room, "premium", "premium", "")
    room.open(1)
    room.open(3, BOB)
    room.call(1)
    room.do(c.UndoStep(1))
    assert in_a_row(room.branch) == ("", 0)
    assert ranked(room) == ["A001", "A002", "A003"]


def test_the_count_begins_anew_with_the_day() -> None:
    room = room_with(ratios=(Ratio("premium", 1),))
    a_queue_of(room, "premium")
    room.open(1)
    room.call(1)
    room.do(c.CloseDay(), MIA)
    room.clock.forward(hours=24)
    a_queue_of(room, "premium", "")
    assert in_a_row(room.branch) == ("", 0)
    assert ranked(room) == ["A001", "A002"]


def test_a_class_past_the_age_cap_waits_one_call_too() -> None:
    room = room_with(ratios=(Ratio("premium", 1),), age_cap_s=60)
    a_queue_of(room, "premium", "premium")
    room.clock.forward(120)
    room.issue("cash")
    room.open(3)
    room.serve(3)
    room.do(c.Finish(3))
    made = decision(room)
    assert (numbers(made.ranked), numbers(made.out_of_turn), made.rule) == (["A003"], ["A002"], "ratio")


@given(
    classes=st.lists(st.sampled_from(["premium", "", "donor"]), min_size=2, max_size=25),
    most=st.integers(1, 4),
    pauses=st.lists(st.integers(0, 900), min_size=25, max_size=25),
)
def test_a_class_is_never_called_more_often_in_a_row_while_others_wait(
    classes: list[str], most: int, pauses: list[int]
) -> None:
    room = room_with(ratios=(Ratio("premium", most),))
    room.open(3)
    a_queue_of(room, *classes)
    row = 0
    for pause in pauses[: len(classes)]:
        room.clock.forward(pause)
        others = any(ticket.priority != "premium" for ticket in room.branch.waiting_tickets())
        called = room.ticket(room.serve(3, ANN))
        row = row + 1 if called.priority == "premium" else 0
        assert row <= most or not others
        row = min(row, most)
        room.do(c.Finish(3))
