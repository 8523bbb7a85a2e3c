"""What the server does for calling without being asked: rules are recorded once, and time alone makes a call."""

from __future__ import annotations

from pathlib import Path

from display_server.minding.due_calls import call_who_is_due, take_up_branch_file
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue.services import CounterPlace, Reserve, Rules
from tests.builders import ANN, KIOSK, VISITOR, Clock, a_desk, a_setup


def kinds(desk: Desk) -> list[str]:
    return [type(recorded.event).__name__ for recorded in desk.events()]


def test_rules_are_taken_up_once(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    take_up_branch_file(desk)
    take_up_branch_file(desk)
    assert kinds(desk) == ["RulesChanged"]


def test_a_counter_that_the_branch_file_has_lost_is_closed_once(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    take_up_branch_file(desk)
    desk.submit(c.OpenCounter(3), key="1", actor=ANN)
    before = desk.seq
    without = a_setup(counters=(CounterPlace(1), CounterPlace(2)))
    desk = a_desk(tmp_path, setup=without)
    take_up_branch_file(desk)
    take_up_branch_file(desk)
    assert kinds(desk)[before:] == ["RulesChanged", "CounterClosed"]


def test_who_was_kept_back_is_called_when_it_is_time_and_nothing_is_written_before(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock, setup=a_setup(rules=Rules(reserves=(Reserve(3, ("loans",)),))))
    desk.submit(c.OpenCounter(3), key="1", actor=ANN)
    desk.submit(c.WaitForNext(3), key="2", actor=ANN)
    desk.submit(c.Issue("cash"), key="3", actor=KIOSK)
    before = desk.seq
    call_who_is_due(desk)
    assert desk.seq == before
    clock.forward(minutes=10)
    call_who_is_due(desk)
    call_who_is_due(desk)
    assert kinds(desk)[before:] == ["TicketCalled"]


def test_who_asked_for_a_few_minutes_is_called_when_they_are_over(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.Issue("cash"), key="1", actor=KIOSK)
    desk.submit(c.Hold("A001"), key="2", actor=VISITOR)
    desk.submit(c.OpenCounter(3), key="3", actor=ANN)
    desk.submit(c.WaitForNext(3), key="4", actor=ANN)
    before = desk.seq
    call_who_is_due(desk)
    assert desk.seq == before
    clock.forward(minutes=5)
    call_who_is_due(desk)
    assert kinds(desk)[before:] == ["TicketCalled"]
