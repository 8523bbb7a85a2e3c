"""A waiting customer sent elsewhere keeps the arrival, the promise and the place that comes of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lobby import errors
from lobby.queue import commands as c
from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.supervision import CloseService, Reassign
from lobby.queue.supervision_events import TicketReassigned
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, Clock, Room, a_desk


def test_the_customer_waits_for_another_service_with_the_same_arrival(room: Room) -> None:
    number = room.issue("loans")
    room.clock.forward(minutes=5)
    before = room.ticket(number)
    made = room.do(Reassign(number, "cash", reason="wrong line"), MIA)
    assert made == [TicketReassigned(before.id, "cash", "loans", reason="wrong line")]
    after = room.ticket(number)
    assert (after.service, after.arrived_at, after.since, after.promise) == ("cash", TUESDAY, TUESDAY, before.promise)
    assert after.steps == (msgspec.structs.replace(before.step, service="cash"),)
    assert room.branch.waiting == {"loans": {}, "cash": {after.id: None}}


def test_nothing_is_learnt_from_a_wait_that_was_not_the_one_foreseen(room: Room) -> None:
    id = room.ticket(room.issue("loans")).id
    room.branch.tickets[id] = msgspec.structs.replace(
        room.branch.tickets[id], promise=Promise(0, 600), basis=Basis(median_s=300.0)
    )
    room.do(Reassign(id, "cash"), MIA)
    assert (room.ticket(id).promise, room.ticket(id).basis) == (Promise(0, 600), None)


def test_the_customer_comes_before_who_arrived_later_for_that_service(room: Room) -> None:
    first = room.issue("loans")
    room.clock.forward(minutes=5)
    room.issue("cash")
    room.do(Reassign(first, "cash"), MIA)
    room.open()
    assert room.call() == first
    assert room.branch.tickets[room.ticket(first).id].step.called_at == room.clock()


def test_kept_for_a_counter_or_a_colleague_nobody_else_calls_the_customer(room: Room) -> None:
    number = room.issue()
    room.open(1, ANN)
    room.open(3, BOB)
    room.do(Reassign(number, to_counter=3), MIA)
    with pytest.raises(errors.NobodyWaiting):
        room.call(1, ANN)
    room.do(Reassign(number, to_teller="ann"), MIA)
    with pytest.raises(errors.NobodyWaiting):
        room.call(3, BOB)
    assert room.call(1, ANN) == number


def test_with_a_service_alone_anyone_may_call_again(room: Room) -> None:
    number = room.issue()
    room.open(1, ANN)
    room.do(Reassign(number, to_counter=3), MIA)
    room.do(Reassign(number, "cash"), MIA)
    assert room.call(1, ANN) == number


def test_a_counter_that_waits_for_the_next_customer_calls_the_one_who_is_sent_there(
    tmp_path: Path, clock: Clock
) -> None:
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.WaitForNext(1), key="2", actor=ANN)
    desk.submit(c.Issue("loans"), key="3", actor=KIOSK)
    assert desk.state.ticket("L001").state == "waiting"
    desk.submit(Reassign("L001", "cards"), key="4", actor=MIA)
    assert desk.state.ticket("L001").counter == 1


def test_sending_a_customer_where_they_wait_already_changes_nothing(room: Room) -> None:
    number = room.issue("loans")
    assert room.do(Reassign(number, "loans"), MIA) == []
    assert room.do(Reassign(number.lower(), "loans", to_counter=2), MIA)
    assert room.do(Reassign(number, to_counter=2), MIA) == []


def test_a_service_closed_by_hand_takes_who_is_sent_there(room: Room) -> None:
    """It gives no numbers, and who waits is served: a step taken back must not fail for it."""
    number = room.issue("loans")
    room.do(CloseService("cash", "full"), MIA)
    room.do(Reassign(number, "cash"), MIA)
    room.open()
    assert room.call() == number


def test_only_who_waits_can_be_sent_elsewhere(room: Room) -> None:
    number = room.issue()
    room.open()
    room.call()
    with pytest.raises(errors.WrongState):
        room.do(Reassign(number, "cards"), MIA)


def test_nowhere_in_particular_is_refused_and_so_is_what_is_not_there(room: Room) -> None:
    number = room.issue()
    for command, refusal in (
        (Reassign(number), errors.BadField),
        (Reassign(number, "tea"), errors.UnknownService),
        (Reassign(number, to_counter=77), errors.UnknownCounter),
        (Reassign("X999", "cash"), errors.UnknownTicket),
    ):
        with pytest.raises(refusal):
            room.do(command, MIA)


def test_a_step_before_it_can_not_be_undone_any_more(room: Room) -> None:
    number = room.issue()
    room.open()
    room.serve()
    room.do(c.Transfer(1, "cards"))
    room.do(Reassign(number, "loans"), MIA)
    with pytest.raises(errors.NothingToUndo):
        room.do(c.UndoStep(1))
    assert room.ticket(number).service == "loans"
