"""Until when a customer who missed the call may come back, as every front is told, and as the decision keeps it."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.services import Rules
from lobby.views import queue_view, ticket_view
from tests.builders import MIA, VISITOR, Room, a_room, a_setup

QUARTER_MS = 15 * 60_000


def missed(room: Room) -> str:
    number = room.issue()
    room.open()
    room.call()
    room.do(c.DeclareNoShow(1))
    return number


def until(room: Room, number: str) -> int | None:
    return ticket_view(room.branch, room.ticket(number), room.clock()).return_until


def a_hasty_room(return_s: float = 900) -> Room:
    return a_room(a_setup(rules=Rules(recalls=0, no_show_grace_s=0, return_s=return_s)))


def test_the_customer_comes_back_up_to_the_very_moment_that_was_told() -> None:
    room = a_hasty_room()
    number = missed(room)
    last = until(room, number)
    assert last is not None
    assert last == room.clock() + QUARTER_MS
    room.clock.now = last
    assert [ticket.number for ticket in queue_view(room.branch, room.clock()).missed] == [number]
    assert room.do(c.Return(number), VISITOR) == [e.TicketReturned(room.ticket(number).id)]
    assert until(room, number) is None


def test_a_moment_that_is_over_is_still_told_and_kept() -> None:
    room = a_hasty_room()
    number = missed(room)
    last = until(room, number)
    room.clock.forward(minutes=16)
    assert until(room, number) == last, "the page says that it is too late"
    assert queue_view(room.branch, room.clock()).missed == ()
    with pytest.raises(errors.TooLateToReturn):
        room.do(c.Return(number), VISITOR)


def test_nobody_comes_back_after_the_day() -> None:
    room = a_hasty_room()
    number = room.issue()
    room.open()
    room.clock.now = room.branch.day_end - 60_000
    room.call()
    room.do(c.DeclareNoShow(1))
    assert until(room, number) == room.branch.day_end - 1
    room.clock.forward(minutes=1)
    with pytest.raises(errors.BranchClosed):
        room.do(c.Return(number), VISITOR)
    room.clock.forward(minutes=-1)
    room.do(c.CloseDay(), MIA)
    assert until(room, number) is None


def test_once_means_once() -> None:
    room = a_hasty_room()
    number = missed(room)
    room.do(c.Return(number), VISITOR)
    room.call()
    room.do(c.DeclareNoShow(1))
    assert until(room, number) is None


def test_a_branch_may_leave_it_out() -> None:
    room = a_hasty_room(return_s=0)
    number = missed(room)
    assert until(room, number) is None
    with pytest.raises(errors.TooLateToReturn):
        room.do(c.Return(number), VISITOR)
