"""The wait room over a desk: promises rest on the simulation, breaking ones are revised, the past is learnt from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue.events import PromiseRevised, TicketIssued
from lobby.queue.given import Actor
from lobby.queue.past import PastDay
from lobby.queue.services import CounterPlace
from lobby.reports.day import day_records
from lobby.reports.past import past_day
from lobby.wait_room import WaitRoom
from lobby.waits.calibration import Calibration
from tests.builders import ANN, CASH, KIOSK, VISITOR, Clock, a_desk, a_setup

SETUP = a_setup((CASH,), (CounterPlace(1), CounterPlace(2)))
_keys = itertools.count()


def do(desk: Desk, command: c.Command, actor: Actor = ANN) -> None:
    desk.submit(command, key=str(next(_keys)), actor=actor)


def serve_one(desk: Desk, clock: Clock, seconds: float, counter: int = 1) -> None:
    """Call and serve the next at the counter."""
    do(desk, c.CallNext(counter))
    do(desk, c.Start(counter))
    clock.forward(seconds)
    do(desk, c.Finish(counter))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """A desk with counter 1 open, and a customer there."""
    made = a_desk(tmp_path, clock=clock, setup=SETUP)
    do(made, c.OpenCounter(1))
    do(made, c.Issue("cash"), KIOSK)
    do(made, c.CallNext(1))
    do(made, c.Start(1))
    yield made
    made.close()


def test_a_promise_rests_on_the_simulation_once_it_has_run(desk: Desk, clock: Clock) -> None:
    room = WaitRoom(desk)
    assert room.refresh()
    do(desk, c.Issue("cash"), KIOSK)
    ticket = desk.state.ticket("A002")
    assert ticket.basis
    assert ticket.basis.median_s is not None
    assert ticket.promise
    assert ticket.promise.about
    [issued] = [r.event for r in desk.events() if isinstance(r.event, TicketIssued) and r.event.number == "A002"]
    assert issued.basis == ticket.basis


def test_who_waits_is_foreseen_after_the_next_look(desk: Desk) -> None:
    room = WaitRoom(desk)
    do(desk, c.Issue("cash"), KIOSK)
    assert room.refresh()
    assert set(desk.state.outlook.waiting) == {desk.state.ticket("A002").id}
    assert desk.state.outlook.seq == desk.seq


def test_there_is_nothing_to_foresee_before_the_first_day(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, setup=SETUP)
    assert not WaitRoom(desk).refresh()
    desk.close()


def test_a_customer_whose_promise_breaks_is_told_so_by_an_event(desk: Desk, clock: Clock) -> None:
    """Both counters were there at issue; one closes, and the other does not end."""
    room = WaitRoom(desk)
    do(desk, c.OpenCounter(2), Actor("bob", "teller"))
    room.refresh()
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(2), Actor("bob", "teller"))
    for _ in range(6):
        do(desk, c.Issue("cash"), KIOSK)
        room.refresh()
    last = desk.state.ticket("A008")
    assert last.promise
    do(desk, c.Start(2), Actor("bob", "teller"))
    do(desk, c.Finish(2), Actor("bob", "teller"))
    do(desk, c.CloseCounter(2), Actor("bob", "teller"))
    for _ in range(60):
        clock.forward(60)
        room.refresh()
        if desk.state.ticket("A008").told is not None:
            break
    told_after_s = (clock.now - last.since) / 1000
    revised = [r for r in desk.events() if isinstance(r.event, PromiseRevised) and r.event.ticket == last.id]
    assert revised
    assert revised[0].actor == "forecast"
    assert revised[0].event.high_s > last.promise.high_s  # type: ignore[union-attr]  # asked for above
    assert told_after_s <= last.promise.high_s, "the customer heard of it before finding out"
    assert desk.state.ticket("A008").promise == last.promise


def test_one_process_alone_tells_customers_another_wait(desk: Desk, clock: Clock) -> None:
    others = WaitRoom(desk, revises=lambda: False)
    do(desk, c.OpenCounter(2), Actor("bob", "teller"))
    others.refresh()
    for _ in range(7):
        do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CloseCounter(2), Actor("bob", "teller"))
    clock.forward(minutes=60)
    before = desk.seq
    others.refresh()
    assert desk.seq == before
    WaitRoom(desk).refresh()
    assert desk.seq > before


def test_a_rehearsal_is_left_alone(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, setup=SETUP)
    do(desk, c.StartRehearsal((), ()), Actor("mia", "manager"))
    assert not WaitRoom(desk).refresh()
    desk.close()


def test_what_was_promised_and_what_came_of_it_correct_the_next_promise(desk: Desk, clock: Clock) -> None:
    """Services take a quarter of what was configured; after enough of them the range is no first guess any more."""
    room = WaitRoom(desk)
    do(desk, c.Finish(1))
    before = None
    for _ in range(55):
        room.refresh()
        do(desk, c.Issue("cash"), KIOSK)
        do(desk, c.Issue("cash"), KIOSK)
        before = before or desk.state.ticket("A002").promise
        serve_one(desk, clock, 75)
        serve_one(desk, clock, 75)
    room.refresh()
    do(desk, c.Issue("cash"), KIOSK)
    now = desk.state.ticket("A112").promise
    assert before
    assert before.about
    assert now
    assert not now.about
    assert now.high_s <= before.high_s


def test_who_asked_for_a_few_minutes_teaches_that_they_had_waited_until_then_and_no_more(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[tuple[float, bool]] = []
    monkeypatch.setattr(
        Calibration, "learn", lambda self, basis, service, waited_s, left: learnt.append((waited_s, left))
    )
    for _ in range(3):
        do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.Finish(1))
    clock.forward(60)
    for number in ("A002", "A003"):
        do(desk, c.Hold(number), VISITOR)
    clock.forward(400)
    do(desk, c.CallNext(1))
    do(desk, c.Cancel("A003"), VISITOR)
    do(desk, c.Cancel("A004"), VISITOR)
    WaitRoom(desk).refresh()
    assert [one for one in learnt if one[0]] == [(60, True), (60, True), (460, True)]


def test_the_days_before_are_learnt_from_at_the_start(desk: Desk, clock: Clock) -> None:
    do(desk, c.Finish(1))
    for _ in range(30):
        do(desk, c.Issue("cash"), KIOSK)
        serve_one(desk, clock, 60)
    do(desk, c.CloseDay(), Actor("mia", "manager"))
    clock.forward(hours=24)
    asked: list[tuple[str, int]] = []

    def past(before: str, days: int) -> Sequence[PastDay]:
        asked.append((before, days))
        return [past_day(record) for record in day_records(SETUP, desk.events()) if record.day < before]

    do(desk, c.OpenCounter(1))
    do(desk, c.Issue("cash"), KIOSK)
    do(desk, c.CallNext(1))
    do(desk, c.Start(1))
    room = WaitRoom(desk, past)
    room.refresh()
    room.refresh()
    assert [before for before, _ in asked] == [desk.state.day]
    new = WaitRoom(desk)
    learnt = desk.state.outlook.joining["cash"].median_s
    new.refresh()
    assert learnt < desk.state.outlook.joining["cash"].median_s, "without the days before, the configured 300 s count"
