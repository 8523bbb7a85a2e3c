"""The last step at a counter can be taken back for a short time, as long as nothing stands on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.ticket import State
from tests.builders import ANN, BOB, KIOSK, MIA, Room


def waiting(room: Room) -> None:
    room.issue("cash", then=("cards",))
    room.issue("cash")
    room.open(1, ANN)
    room.open(3, BOB)


def called(room: Room) -> None:
    waiting(room)
    room.call()


def serving(room: Room) -> None:
    called(room)
    room.do(c.Start(1))


def parked(room: Room) -> None:
    serving(room)
    room.clock.forward(5)
    room.do(c.Park(1))


def missed(room: Room) -> None:
    called(room)
    room.do(c.Recall(1))
    room.clock.forward(30)


STEPS: dict[str, tuple[Callable[[Room], None], c.CounterCommand]] = {
    "TicketCalled": (waiting, c.CallNext(1)),
    "TicketCalled by hand": (waiting, c.CallTicket(1, "A002", "asked")),
    "ServiceStarted": (called, c.Start(1)),
    "ServiceFinished": (serving, c.Finish(1, "done")),
    "TicketParked": (serving, c.Park(1, "papers")),
    "TicketResumed": (parked, c.Resume(1, "A001")),
    "TicketTransferred": (serving, c.Transfer(1, "loans", to_teller="bob")),
    "NoShowDeclared": (missed, c.DeclareNoShow(1)),
}


def without_versions(branch: Branch) -> dict[str, object]:
    """What a person sees of the branch: no event numbers, no last step."""
    return {
        "tickets": {
            ticket.id: {name: getattr(ticket, name) for name in ticket.__struct_fields__ if name != "version"}
            for ticket in branch.tickets.values()
        },
        "waiting": {service: set(ids) for service, ids in branch.waiting.items() if ids},
        "counters": dict(branch.counters),
        "next": dict(branch.next_number),
        "spent": {service: spent for service, spent in branch.spent.items() if spent.count},
    }


@pytest.mark.parametrize("name", STEPS)
def test_an_undone_step_leaves_everything_as_it_was(room: Room, name: str) -> None:
    prepare, step = STEPS[name]
    prepare(room)
    before = without_versions(room.branch)
    room.clock.forward(10)
    made = room.do(step)[-1]
    assert without_versions(room.branch) != before
    room.clock.forward(30)
    undone = room.do(c.UndoStep(1))
    assert undone == [e.StepUndone(made.ticket, 1, name.split()[0])]
    assert without_versions(room.branch) == before


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_undone_once(room: Room, name: str) -> None:
    prepare, step = STEPS[name]
    prepare(room)
    room.do(step)
    room.do(c.UndoStep(1))
    with pytest.raises(errors.NothingToUndo) as refused:
        room.do(c.UndoStep(1))
    assert refused.value.facts == {"counter": 1}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_is_too_old_stays(room: Room, name: str) -> None:
    prepare, step = STEPS[name]
    prepare(room)
    room.do(step)
    room.clock.forward(30.001)
    before = room.branch.copy()
    with pytest.raises(errors.TooLateToUndo):
        room.do(c.UndoStep(1))
    assert room.branch == before


@pytest.mark.parametrize("name", STEPS)
def test_a_step_can_be_made_again_after_it_was_undone(room: Room, name: str) -> None:
    prepare, step = STEPS[name]
    prepare(room)
    made = room.do(step)
    after = without_versions(room.branch)
    room.do(c.UndoStep(1))
    assert room.do(step) == made
    assert without_versions(room.branch) == after


def nothing_to_undo(room: Room, counter: int = 1) -> None:
    before = room.branch.copy()
    with pytest.raises(errors.NothingToUndo):
        room.do(c.UndoStep(counter), MIA)
    assert room.branch == before


def test_there_is_nothing_to_undo_at_a_fresh_counter(room: Room) -> None:
    room.open()
    nothing_to_undo(room)


def test_a_recall_settles_the_call(room: Room) -> None:
    called(room)
    room.do(c.Recall(1))
    nothing_to_undo(room)


def test_an_added_service_settles_the_start(room: Room) -> None:
    serving(room)
    room.do(c.AddService(1, "loans"))
    nothing_to_undo(room)


def test_a_ticket_called_elsewhere_meanwhile_is_not_pulled_back(room: Room) -> None:
    serving(room)
    room.do(c.Finish(1))  # goes on to cards
    room.do(c.CallTicket(3, "A001", "is here"), BOB)
    nothing_to_undo(room)
    assert room.ticket("A001").counter == 3


def test_a_parked_ticket_resumed_elsewhere_is_not_pulled_back(room: Room) -> None:
    parked(room)
    room.do(c.Resume(3, "A001"), BOB)
    nothing_to_undo(room)
    room.do(c.UndoStep(3), BOB)
    assert room.ticket("A001").state is State.PARKED
    nothing_to_undo(room)


def test_a_missed_customer_who_is_back_is_not_made_called_again(room: Room) -> None:
    missed(room)
    room.do(c.DeclareNoShow(1))
    room.do(c.Return("A001"), KIOSK)
    nothing_to_undo(room)


def test_a_cancelled_customer_is_not_called_back(room: Room) -> None:
    called(room)
    room.do(c.Cancel("A001"), KIOSK)
    nothing_to_undo(room)


def test_a_transferred_customer_who_gave_up_is_not_called_back(room: Room) -> None:
    serving(room)
    room.do(c.Transfer(1, "loans"))
    room.do(c.Cancel("A001"), KIOSK)
    nothing_to_undo(room)


@pytest.mark.parametrize(
    "between",
    [
        (c.TakeBreak(1),),
        (c.TakeBreak(1), c.EndBreak(1)),
        (c.CloseCounter(1), c.OpenCounter(1)),
        (c.OpenCounter(1, ("cards",)),),
    ],
)
def test_a_counter_that_did_something_else_since_has_nothing_to_undo(
    room: Room, between: tuple[c.CounterCommand, ...]
) -> None:
    serving(room)
    room.do(c.Finish(1))
    for command in between:
        room.do(command)
    nothing_to_undo(room)


def test_the_next_call_is_the_step_that_is_undone_not_the_finish_before_it(room: Room) -> None:
    serving(room)
    room.do(c.Finish(1))
    room.do(c.CallTicket(1, "A002", "next"))
    made = room.do(c.UndoStep(1))
    assert made == [e.StepUndone("2024-03-05-A002", 1, "TicketCalled")]
    nothing_to_undo(room)


def test_steps_at_two_counters_are_undone_apart(room: Room) -> None:
    waiting(room)
    room.call(1, ANN)
    room.call(3, BOB)
    room.do(c.UndoStep(1), ANN)
    assert room.ticket("A001").state is State.WAITING
    assert room.ticket("A002").state is State.CALLED


def test_an_undone_finish_takes_its_serving_time_out_of_the_mean(room: Room) -> None:
    serving(room)
    room.clock.forward(100)
    room.do(c.Finish(1))
    room.do(c.UndoStep(1))
    assert (room.branch.spent["cash"].count, room.branch.spent["cash"].total_ms) == (0, 0)


def test_a_manager_undoes_at_a_tellers_counter(room: Room) -> None:
    called(room)
    room.do(c.UndoStep(1), MIA)
    assert room.branch.counter(1).ticket is None


def test_a_closed_day_cannot_be_undone_into(room: Room) -> None:
    serving(room)
    room.do(c.Finish(1))
    room.do(c.CloseDay(), MIA)
    room.do(c.ReopenDay(), MIA)
    room.do(c.OpenCounter(1), ANN)
    nothing_to_undo(room)
