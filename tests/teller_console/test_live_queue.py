"""News that overtake each other: the newest word on a ticket or a counter wins."""

from __future__ import annotations

import pytest

from lobby.door import Answer, Door
from lobby.queue import commands as c
from teller_console.live_queue import LiveQueue
from tests.teller_console.stage import MARIA, Stage


@pytest.fixture
def door(stage: Stage) -> Door:
    stage.do(c.OpenCounter(3))
    return stage.desk.door(MARIA)


def numbers(queue: LiveQueue) -> list[str]:
    return [ticket.number for ticket in queue.view().waiting]


def test_who_is_called_leaves_the_queue_and_stands_at_the_counter(stage: Stage, door: Door) -> None:
    stage.issue()
    stage.issue()
    queue = LiveQueue()
    queue.picture(door.queue())
    answer = stage.do(c.CallNext(3))
    queue.news(answer.seq, answer.ticket, answer.counter)
    assert numbers(queue) == ["A002"]
    assert next(at.ticket for at in queue.view().counters if at.number == 3).number == "A001"  # type: ignore[union-attr]
    assert queue.view().waiting == door.queue().waiting[:0] + tuple(
        ticket for ticket in queue.view().waiting if ticket.number == "A002"
    )


def test_an_older_picture_undoes_nothing(stage: Stage, door: Door) -> None:
    stage.issue()
    queue = LiveQueue()
    older = door.queue()
    stage.issue()
    assert queue.picture(door.queue())
    assert not queue.picture(older)
    assert numbers(queue) == ["A001", "A002"]


def test_a_picture_from_before_an_answer_keeps_the_answer(stage: Stage, door: Door) -> None:
    stage.issue()
    queue = LiveQueue()
    older = door.queue()
    answer = stage.do(c.CallNext(3))
    queue.news(answer.seq, answer.ticket, answer.counter)
    queue.picture(older)
    assert numbers(queue) == []


def test_late_news_of_another_ticket_are_taken_and_of_the_same_dropped(stage: Stage, door: Door) -> None:
    stage.issue()
    queue = LiveQueue()
    queue.picture(door.queue())
    called = stage.do(c.CallNext(3))
    joined = stage.do(c.Issue("cash"))
    started = stage.do(c.Start(3))
    queue.news(started.seq, started.ticket, started.counter)
    queue.news(called.seq, called.ticket, called.counter)
    queue.news(joined.seq, joined.ticket, None)
    assert numbers(queue) == ["A002"]
    ticket = next(at.ticket for at in queue.view().counters if at.number == 3)
    assert ticket is not None
    assert ticket.started_at is not None


def test_a_parked_ticket_moves_to_the_parked(stage: Stage, door: Door) -> None:
    stage.issue()
    queue = LiveQueue()
    queue.picture(door.queue())
    for command in (c.CallNext(3), c.Start(3), c.Park(3)):
        answer = stage.do(command)
        queue.news(answer.seq, answer.ticket, answer.counter)
    assert [ticket.number for ticket in queue.view().parked] == ["A001"]
    assert all(counter.ticket is None for counter in queue.view().counters)


def test_the_next_picture_puts_an_end_to_what_was_patched(stage: Stage, door: Door) -> None:
    queue = LiveQueue()
    queue.picture(door.queue())
    answer = stage.do(c.Issue("cash"))
    queue.news(answer.seq, answer.ticket, None)
    newer = door.queue()
    queue.picture(newer)
    assert queue.view() is newer


def test_the_latest_who_missed_the_call_stands_first_and_leaves_when_they_are_back(stage: Stage, door: Door) -> None:
    queue = LiveQueue()
    first = miss(stage)
    queue.picture(door.queue())
    second = miss(stage)
    assert second.ticket is not None
    queue.news(second.seq, second.ticket, second.counter)
    assert [ticket.number for ticket in queue.view().missed] == ["A002", "A001"]
    assert first.ticket is not None
    back = stage.do(c.Return(first.ticket.number))
    queue.news(back.seq, back.ticket, back.counter)
    assert [ticket.number for ticket in queue.view().missed] == ["A002"]


def miss(stage: Stage) -> Answer:
    """Somebody is called twice and does not come."""
    stage.issue()
    stage.do(c.CallNext(3))
    stage.do(c.Recall(3))
    stage.clock.forward(40)
    return stage.do(c.DeclareNoShow(3))
