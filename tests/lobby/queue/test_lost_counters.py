"""A counter that the branch file has lost while it was open: nobody is called there, promised anything by it, or left
behind at it."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from lobby.desk import Desk
from lobby.door import Answer
from lobby.past_calls import ledger
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.calling import free_counters
from lobby.queue.given import Actor
from lobby.queue.lost_counters import CloseLostCounters
from lobby.queue.rules_in_force import TakeUpRules
from lobby.queue.services import CounterPlace, Setup
from lobby.queue.supervision import Reassign
from lobby.queue.ticket import State
from lobby.reports.live import live_figures
from lobby.waits.estimate import estimate
from lobby.waits.known import Known
from lobby.waits.scene_of import scene_of
from lobby.waits.service_times import learnt
from lobby.waits.telling import telling
from lobby.waits.watch import watch
from tests.builders import ANN, BOB, KIOSK, MIA, Clock, Room, a_desk, a_setup

SERVER = Actor("rules", "administrator")
WITHOUT_3 = a_setup(counters=(CounterPlace(1), CounterPlace(2)))
keys = count()


def do(desk: Desk, command: c.Command, actor: Actor = BOB) -> Answer:
    return desk.submit(command, key=f"key-{next(keys)}", actor=actor)


def started(folder: Path, clock: Clock, setup: Setup | None = None) -> Desk:
    """A desk that has taken up its branch file as a server does."""
    desk = a_desk(folder, clock=clock, setup=setup)
    do(desk, TakeUpRules(), SERVER)
    do(desk, CloseLostCounters(), SERVER)
    return desk


def kinds(desk: Desk, after: int) -> list[str]:
    return [type(recorded.event).__name__ for recorded in desk.events(after)]


def test_nobody_is_called_or_promised_anything_by_a_counter_that_is_not_there_any_more(room: Room) -> None:
    room.open(3, BOB)
    room.do(c.WaitForNext(3), BOB)
    room.branch.setup = WITHOUT_3
    number = room.issue()
    branch, now = room.branch, room.clock()
    assert free_counters(branch) == []
    assert estimate(branch, "cash") is None
    assert Known(branch, now).basis("cash").posts == 0
    assert scene_of(branch, now, learnt([], WITHOUT_3)).posts == ()
    assert telling(branch, room.ticket(number), now).wait is None
    assert live_figures(branch, now).services[0].posts == 0
    room.clock.forward(minutes=2)
    assert [one.problem for one in watch(branch, room.clock())] == ["nobody_open"]


def test_who_was_called_to_a_lost_counter_is_the_next_at_another(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(1), ANN)
    do(desk, c.OpenCounter(3))
    for _ in range(3):
        do(desk, c.Issue("cash"), KIOSK)
        clock.forward(60)
    do(desk, c.CallNext(3))
    do(desk, c.Recall(3))
    seq = desk.seq
    desk = started(tmp_path, clock, WITHOUT_3)
    assert kinds(desk, seq) == ["RulesChanged", "TicketTransferred", "CounterClosed"]
    assert not desk.state.counters[3].open
    answer = do(desk, c.CallNext(1), ANN)
    assert answer.ticket is not None
    assert answer.ticket.number == "A001"
    found = ledger(desk.journal, desk.state, desk.state.day)
    assert (found.calls, found.otherwise, found.broken) == (2, (), ())


def test_a_counter_that_waits_for_the_next_takes_who_was_called_to_a_lost_one(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(3))
    do(desk, c.OpenCounter(1), ANN)
    do(desk, c.WaitForNext(1), ANN)
    desk = started(tmp_path, clock, WITHOUT_3)
    ticket = desk.state.ticket("A001")
    assert (ticket.state, ticket.counter) == (State.CALLED, 1)


def test_who_is_being_served_at_a_lost_counter_is_taken_up_at_another_and_finished(
    tmp_path: Path, clock: Clock
) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(3))
    do(desk, c.Start(3))
    clock.forward(minutes=4)
    seq = desk.seq
    desk = started(tmp_path, clock, WITHOUT_3)
    assert kinds(desk, seq) == ["RulesChanged", "TicketParked", "CounterClosed"]
    clock.forward(minutes=1)
    do(desk, c.OpenCounter(2))
    do(desk, c.Resume(2, "A001"))
    clock.forward(minutes=2)
    do(desk, c.Finish(2))
    ticket = desk.state.ticket("A001")
    assert (ticket.state, ticket.step.handled_ms) == (State.FINISHED, 6 * 60_000)


def test_who_waits_for_a_lost_counter_alone_waits_for_anybody(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, Reassign("A001", to_counter=3), MIA)
    desk = started(tmp_path, clock, WITHOUT_3)
    do(desk, c.OpenCounter(1), ANN)
    assert do(desk, c.CallNext(1), ANN).seq


def test_who_missed_the_call_to_a_lost_counter_and_comes_back_waits_for_anybody(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, Reassign("A001", to_counter=3), MIA)
    do(desk, c.CallNext(3))
    do(desk, c.Recall(3))
    clock.forward(30)
    do(desk, c.DeclareNoShow(3))
    desk = started(tmp_path, clock, WITHOUT_3)
    do(desk, c.OpenCounter(1), ANN)
    do(desk, c.Return("A001"), ANN)
    assert do(desk, c.CallNext(1), ANN).seq


def test_it_is_said_once_also_by_two_processes_that_start_together(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(3))
    desks = [a_desk(tmp_path, clock=clock, setup=WITHOUT_3) for _ in range(2)]
    seq = desks[0].seq
    for one in (*desks, *desks):
        do(one, CloseLostCounters(), SERVER)
    assert kinds(desks[0], seq) == ["TicketTransferred", "CounterClosed"]


@pytest.mark.parametrize("setup", [a_setup(), WITHOUT_3], ids=["with it", "without it"])
def test_it_is_folded_alike_whatever_the_branch_file_has_today(tmp_path: Path, clock: Clock, setup: Setup) -> None:
    desk = started(tmp_path, clock)
    for counter, actor in ((1, ANN), (3, BOB)):
        do(desk, c.OpenCounter(counter), actor)
    for _ in range(2):
        do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(3))
    do(desk, Reassign("A002", to_counter=3), MIA)
    desk = started(tmp_path, clock, WITHOUT_3)
    folded = Branch(setup)
    for recorded in desk.journal.read():
        folded.apply(recorded)
    folded.setup = WITHOUT_3
    assert folded == desk.state


def test_once_the_day_is_over_its_end_closes_the_counter_and_finishes_the_visit(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.OpenCounter(3))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(3))
    do(desk, c.Start(3))
    clock.forward(hours=24)
    seq = desk.seq
    desk = started(tmp_path, clock, WITHOUT_3)
    assert kinds(desk, seq) == ["RulesChanged"]
    do(desk, c.Issue("cash"), KIOSK)
    assert kinds(desk, seq) == ["RulesChanged", "DayClosed", "DayOpened", "TicketIssued"]
    assert not desk.state.counters[3].open


def test_a_rehearsals_own_counters_are_not_lost(tmp_path: Path, clock: Clock) -> None:
    desk = started(tmp_path, clock)
    do(desk, c.StartRehearsal(counters=(CounterPlace(9),)), MIA)
    desk.submit(c.OpenCounter(9), key="open", actor=ANN, at=clock())
    desk.close()
    desk = started(tmp_path, clock)
    assert desk.state.counters[9].open
    assert not any(isinstance(recorded.event, e.CounterClosed) for recorded in desk.events())
