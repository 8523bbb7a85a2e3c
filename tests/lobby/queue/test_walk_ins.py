"""Somebody without a ticket at a counter: the number and the call there are one step."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.desk import Desk
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Actor
from lobby.queue.services import Reserve, Rules
from lobby.queue.supervision import CloseService
from lobby.queue.ticket import State
from tests.builders import ANN, BOB, KIOSK, MIA, VISITOR, Room, a_room, a_setup
from tests.lobby.queue.test_commands import refused


def test_a_walk_in_is_called_where_they_stand_though_another_counter_waits_for_the_next(desk: Desk) -> None:
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.OpenCounter(3), key="2", actor=BOB)
    desk.submit(c.WaitForNext(3), key="3", actor=BOB)
    first = desk.submit(c.Issue("cards", at_counter=1), key="4", actor=ANN)
    assert first.ticket is not None
    assert (first.ticket.state, first.ticket.counter, bool(first.ticket.token)) == ("called", 1, True)
    assert desk.submit(c.Issue("cards", at_counter=1), key="4", actor=ANN) == first
    assert (desk.state.counter(1).ticket, desk.state.counter(3).ready) == (first.ticket.id, True)
    assert len(desk.state.tickets) == 1


def test_the_call_is_one_by_hand_with_its_reason_over_whoever_was_due(room: Room) -> None:
    room.open(1)
    due = room.issue()
    issued, called = room.do(c.Issue("cash", "ru", at_counter=1), ANN)
    assert isinstance(issued, e.TicketIssued)
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, called.rule, called.reason, called.runner_up) == (issued.ticket, "by_hand", "walk_in", due)
    assert room.ticket(due).state is State.WAITING
    room.do(c.UndoStep(1), ANN)
    assert room.ticket(issued.number).state is State.WAITING


def test_neither_a_reserve_nor_a_counter_that_waits_itself_keeps_a_walk_in_away() -> None:
    room = a_room(a_setup(rules=Rules(reserves=(Reserve(3, ("loans",)),))))
    room.open(3)
    room.do(c.WaitForNext(3))
    room.do(c.Issue("cash", at_counter=3), ANN)
    counter = room.branch.counter(3)
    assert (counter.ticket is not None, counter.ready) == (True, False)


@pytest.mark.parametrize(
    ("command", "actor", "refusal"),
    [
        (c.Issue("cash", at_counter=1), KIOSK, errors.NotAllowed),
        (c.Issue("cash", at_counter=1), VISITOR, errors.NotAllowed),
        (c.Issue("cash", at_counter=1), BOB, errors.CounterTaken),
        (c.Issue("cash", at_counter=2), BOB, errors.CounterNotOpen),
        (c.Issue("cash", at_counter=9), ANN, errors.UnknownCounter),
        (c.Issue("loans", at_counter=1), ANN, errors.WrongService),
        (c.Issue("tea", at_counter=1), ANN, errors.UnknownService),
        (c.Issue("cards", at_counter=1), ANN, errors.ServiceClosedByHand),
    ],
)
def test_a_refusal_leaves_no_number_behind(
    room: Room, command: c.Command, actor: Actor, refusal: type[LobbyError]
) -> None:
    room.open(1)
    room.do(CloseService("cards", "staff"), MIA)
    refused(room, command, refusal, actor)


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        (c.TakeBreak(1), errors.CounterOnBreak),
        (c.CallNext(1), errors.CounterBusy),
        (c.CloseCounter(1), errors.CounterNotOpen),
    ],
)
def test_a_counter_that_may_not_call_gives_no_number(room: Room, before: c.Command, refusal: type[LobbyError]) -> None:
    room.open(1)
    room.issue()
    room.do(before)
    refused(room, c.Issue("cash", at_counter=1), refusal)


def test_on_a_new_day_the_counter_has_to_be_opened_first(room: Room) -> None:
    room.open(1)
    room.clock.forward(hours=24)
    refused(room, c.Issue("cash", at_counter=1), errors.CounterNotOpen)
