"""A record that was made with an undone finish counts for nobody: not in a table, not at a receiver."""

from __future__ import annotations

from random import Random

import pytest

from lobby.errors import LobbyError
from lobby.outbound.messages import InteractionUndone, Message, message_id
from lobby.outbound.rows import rows
from lobby.outbound.undoing import PORTION, as_message
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.commands import LATEST
from tests.builders import ANN, BOB, Room


class Book:
    """The journal of a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.read_events = 0

    def read(self, after: int = 0, limit: int | None = None) -> list[e.Recorded]:
        found = self._room.history[after:][:limit]
        self.read_events += len(found)
        return found


def messages(room: Room) -> list[Message]:
    return [as_message("north", recorded, Book(room)) for recorded in room.history]


def taken_back(room: Room) -> list[str]:
    return [message.event.undone for message in messages(room) if isinstance(message.event, InteractionUndone)]


def held_by_a_receiver(room: Room) -> set[str]:
    """What a receiver has left that keeps records and drops those that are taken back."""
    held: set[str] = set()
    for message in messages(room):
        if isinstance(message.event, e.InteractionRecorded):
            held.add(message_id("north", message.seq))
        elif isinstance(message.event, InteractionUndone):
            held.remove(message.event.undone)
    return held


def exported(room: Room, end: int = LATEST) -> list[int]:
    """The numbers of the records in the table."""
    _, *found = rows("interactions", room.history, room.branch.setup, 0, end)
    return [int(row[0]) for row in found]


def test_a_service_that_was_finished_undone_and_finished_again_has_one_record(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Finish(1, "done"))
    first = room.branch.seq - 1
    room.do(c.UndoStep(1))
    assert exported(room) == []
    room.do(c.Finish(1, "done"))
    assert exported(room) == [room.branch.seq - 1]
    assert taken_back(room) == [f"north/{first}"]


def test_an_undo_says_who_took_what_back_at_which_counter(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Finish(1, "done"))
    room.do(c.UndoStep(1))
    undone = messages(room)[-1]
    assert (undone.seq, undone.actor) == (room.branch.seq, "ann")
    assert undone.event == InteractionUndone("2024-03-05-A001", 1, f"north/{undone.seq - 2}")


def test_an_undo_of_anything_else_takes_no_record_back(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.RecordInteraction("A001", "asked"))
    room.clock.forward(1)
    room.do(c.Finish(1))
    room.do(c.UndoStep(1))
    room.do(c.Park(1))
    room.do(c.UndoStep(1))
    assert taken_back(room) == []
    assert len(exported(room)) == 1


def test_an_undo_takes_nothing_back_from_another_counter(room: Room) -> None:
    for counter, actor in ((1, ANN), (3, BOB)):
        room.issue()
        room.open(counter, actor)
        room.serve(counter, actor)
    room.do(c.Finish(1, "hers"), ANN)
    hers = room.branch.seq - 1
    room.do(c.Finish(3, "his"), BOB)
    his = room.branch.seq - 1
    room.do(c.UndoStep(1), ANN)
    assert exported(room) == [his]
    assert taken_back(room) == [f"north/{hers}"]


def test_an_undo_after_the_days_that_are_asked_for_counts_too(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Finish(1, "done"))
    end = room.clock() + 1
    room.clock.forward(1)
    assert len(exported(room, end)) == 1
    room.do(c.UndoStep(1))
    assert exported(room, end) == []


def test_a_long_way_back_is_gone_and_a_short_one_reads_little(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Finish(1, "done"))
    made = room.branch.seq - 1
    for _ in range(3 * PORTION):
        room.happen(e.CounterClosed(9))
    undo = e.Recorded(room.branch.seq + 1, room.clock(), "ann", e.StepUndone("2024-03-05-A001", 1, "ServiceFinished"))
    assert as_message("north", undo, Book(room)).event == InteractionUndone("2024-03-05-A001", 1, f"north/{made}")
    near = Book(room)
    as_message("north", e.Recorded(made + 2, undo.at, "ann", undo.event), near)
    assert near.read_events <= PORTION


def test_nobody_looks_back_beyond_the_day(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Finish(1, "done"))
    room.clock.forward(hours=24)
    room.issue()
    undo = e.StepUndone("2024-03-05-A001", 1, "ServiceFinished")
    recorded = e.Recorded(room.branch.seq + 1, room.clock(), "ann", undo)
    assert as_message("north", recorded, Book(room)).event == undo


@pytest.mark.parametrize("seed", range(12))
def test_tables_and_receivers_are_left_with_what_the_casebook_has(room: Room, seed: int) -> None:
    chance = Random(seed)
    room.open(1, ANN)
    room.open(3, BOB)
    for _ in range(300):
        counter, actor = chance.choice(((1, ANN), (3, BOB)))
        ticket = room.branch.counters[counter].ticket
        steps: list[c.Command] = [
            c.Issue("cash", then=chance.choice(((), ("cards",)))),
            c.CallNext(counter),
            c.Start(counter),
            c.Finish(counter, chance.choice(("", "done"))),
            c.Transfer(counter, "cards"),
        ]
        if room.history and isinstance(room.history[-1].event, e.ServiceFinished):
            steps += [c.UndoStep(counter)] * 6
        if ticket:
            steps.append(c.RecordInteraction(ticket, "asked"))
        try:
            room.do(chance.choice(steps), actor)
        except LobbyError:
            continue
        finally:
            room.clock.forward(chance.choice((0.001, 3, 3, 40)))
    kept = sorted(room.branch.care.records)
    assert kept
    assert exported(room) == kept
    assert held_by_a_receiver(room) == {f"north/{seq}" for seq in kept}
