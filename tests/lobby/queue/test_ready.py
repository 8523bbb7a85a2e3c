"""A counter that waits for the next customer calls them by itself, as soon as they come, and only then."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from lobby import errors
from lobby.desk import Desk
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.counter_decisions import call_by_itself
from lobby.queue.decisions import Actor
from lobby.queue.services import Reserve, Rules, Setup
from tests.builders import ANN, BOB, CEM, KIOSK, MIA, Clock, Room, a_desk, a_setup
from tests.lobby.queue.test_commands import refused


class Hall:
    """A desk with its clock; every command has a key of its own."""

    def __init__(self, folder: Path, setup: Setup | None = None) -> None:
        self.clock = Clock()
        self.desk: Desk = a_desk(folder, clock=self.clock, setup=setup)
        self.keys = count()

    def do(self, command: c.Command, actor: Actor = ANN) -> Answer:
        return self.desk.submit(command, key=f"key-{next(self.keys)}", actor=actor)

    def made(self, command: c.Command, actor: Actor = ANN) -> list[e.Recorded]:
        """What came of the command."""
        before = self.desk.seq
        self.do(command, actor)
        return self.desk.events(before)

    def ready(self, counter: int, actor: Actor) -> None:
        """The counter is open and waits for whoever comes."""
        self.do(c.OpenCounter(counter), actor)
        self.do(c.WaitForNext(counter), actor)
        assert self.desk.state.counter(counter).ready

    def held(self, counter: int) -> str:
        """The number at the counter; empty for none."""
        ticket = self.desk.state.counter(counter).ticket
        return self.desk.state.tickets[ticket].number if ticket else ""

    def is_ready(self, counter: int) -> bool:
        return self.desk.state.counter(counter).ready


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


# -- asking


def test_while_somebody_waits_the_next_is_called_at_once(room: Room) -> None:
    room.issue()
    room.open()
    [called] = room.do(c.WaitForNext(1))
    assert isinstance(called, e.TicketCalled)
    assert (called.ticket, called.counter, called.teller, called.rule) == ("2024-03-05-A001", 1, "ann", "index")
    assert not room.branch.counter(1).ready


def test_while_nobody_waits_the_counter_is_ready_once(room: Room) -> None:
    room.open()
    assert room.do(c.WaitForNext(1)) == [e.CounterReady(1)]
    assert room.do(c.WaitForNext(1)) == []
    assert room.do(c.StopWaiting(1)) == [e.CounterNotReady(1)]
    assert room.do(c.StopWaiting(1)) == []
    assert not room.branch.counter(1).ready


def test_who_cannot_take_a_customer_cannot_wait_for_one(room: Room) -> None:
    refused(room, c.WaitForNext(1), errors.CounterNotOpen)
    refused(room, c.StopWaiting(1), errors.CounterNotOpen)
    refused(room, c.WaitForNext(9), errors.UnknownCounter)
    room.issue()
    room.open()
    refused(room, c.WaitForNext(1), errors.CounterTaken, BOB)
    room.call()
    refused(room, c.WaitForNext(1), errors.CounterBusy)
    room.open(3, BOB)
    room.do(c.TakeBreak(3, "lunch"), BOB)
    refused(room, c.WaitForNext(3), errors.CounterOnBreak, BOB)


# -- being called


def test_whoever_comes_is_called_in_the_same_breath_by_the_teller_who_waits(hall: Hall) -> None:
    hall.ready(1, ANN)
    issued, called = hall.made(c.Issue("cash"), KIOSK)
    assert isinstance(issued.event, e.TicketIssued)
    assert isinstance(called.event, e.TicketCalled)
    assert (issued.actor, called.actor) == ("kiosk-1", "ann")
    assert (called.at, called.event.counter, called.event.teller) == (issued.at, 1, "ann")
    assert (hall.held(1), hall.is_ready(1)) == ("A001", False)


def test_one_customer_is_called_by_one_counter_and_the_next_by_the_other(hall: Hall) -> None:
    """Counter 1 gives two services, counter 3 everything: who can do less is called to first."""
    hall.ready(3, BOB)
    hall.clock.forward(60)
    hall.ready(1, ANN)
    hall.clock.forward(60)
    hall.do(c.Issue("cash"), KIOSK)
    assert (hall.held(1), hall.held(3)) == ("A001", "")
    assert (hall.is_ready(1), hall.is_ready(3)) == (False, True)
    hall.do(c.Issue("cash"), KIOSK)
    assert (hall.held(1), hall.held(3)) == ("A001", "A002")


def test_of_counters_with_as_many_services_who_has_been_free_for_longest_is_first_whoever_asked_first(
    hall: Hall,
) -> None:
    hall.do(c.OpenCounter(1), ANN)
    hall.clock.forward(60)
    hall.do(c.OpenCounter(3, ("cash", "loans")), BOB)
    hall.do(c.WaitForNext(3), BOB)
    hall.do(c.WaitForNext(1), ANN)
    hall.do(c.Issue("cash"), KIOSK)
    assert (hall.held(1), hall.held(3)) == ("A001", "")


def test_a_counter_is_not_called_for_a_service_that_it_does_not_give(hall: Hall) -> None:
    hall.ready(1, ANN)
    hall.do(c.Issue("loans"), KIOSK)
    assert (hall.held(1), hall.is_ready(1)) == ("", True)
    hall.clock.forward(60)
    hall.do(c.OpenCounter(2), BOB)
    hall.do(c.WaitForNext(2), BOB)
    assert (hall.held(1), hall.held(2)) == ("", "L001")


def test_a_customer_sent_on_to_a_counter_that_waits_is_called_there(hall: Hall) -> None:
    hall.do(c.Issue("loans"), KIOSK)
    hall.do(c.OpenCounter(3), BOB)
    hall.do(c.CallNext(3), BOB)
    hall.ready(1, ANN)
    made = hall.made(c.Transfer(3, to_counter=1), BOB)
    assert [(type(one.event), one.actor) for one in made] == [(e.TicketTransferred, "bob"), (e.TicketCalled, "ann")]
    assert hall.held(1) == "L001"


def test_the_next_service_of_a_visit_is_called_where_someone_waits_for_it(hall: Hall) -> None:
    hall.do(c.Issue("cash", then=("loans",)), KIOSK)
    hall.do(c.OpenCounter(1), ANN)
    hall.do(c.CallNext(1), ANN)
    hall.do(c.Start(1), ANN)
    hall.ready(2, BOB)
    hall.do(c.Finish(1, "done"), ANN)
    assert (hall.held(1), hall.held(2)) == ("", "A001")


def test_a_customer_who_missed_the_call_and_comes_back_is_called_again(hall: Hall) -> None:
    hall.do(c.OpenCounter(1), ANN)
    hall.do(c.Issue("cash"), KIOSK)
    hall.do(c.CallNext(1), ANN)
    hall.do(c.Recall(1), ANN)
    hall.do(c.Recall(1), ANN)
    hall.clock.forward(minutes=5)
    hall.do(c.DeclareNoShow(1), ANN)
    hall.do(c.WaitForNext(1), ANN)
    hall.do(c.Return("A001"), KIOSK)
    assert hall.held(1) == "A001"


def test_the_call_is_as_durable_as_the_number_and_a_second_tap_makes_no_second_call(hall: Hall, tmp_path: Path) -> None:
    hall.ready(1, ANN)
    first = hall.desk.submit(c.Issue("cash"), key="tap", actor=KIOSK)
    seq = hall.desk.seq
    assert hall.desk.submit(c.Issue("cash"), key="tap", actor=KIOSK) == first
    assert hall.desk.seq == seq
    again = a_desk(tmp_path, clock=hall.clock)
    assert again.state == hall.desk.state
    assert again.journal.verify() == seq
    assert again.state.counter(1).ticket == "2024-03-05-A001"


def test_a_counter_still_waits_after_the_server_has_started_again(hall: Hall, tmp_path: Path) -> None:
    hall.ready(1, ANN)
    hall.desk = a_desk(tmp_path, clock=hall.clock)
    hall.do(c.Issue("cash"), KIOSK)
    assert hall.held(1) == "A001"


def test_a_counter_that_waits_in_another_process_is_called_too(hall: Hall, tmp_path: Path) -> None:
    other = a_desk(tmp_path, clock=hall.clock)
    hall.ready(1, ANN)
    answer = other.submit(c.Issue("cash"), key="elsewhere", actor=KIOSK)
    assert answer.ticket
    assert (answer.ticket.number, answer.ticket.state, answer.ticket.counter) == ("A001", "called", 1)
    assert [(type(one.event), one.actor) for one in other.events(other.seq - 1)] == [(e.TicketCalled, "ann")]


# -- the answer


def test_who_waits_for_the_next_is_told_why_it_is_this_one(hall: Hall) -> None:
    for _ in range(2):
        hall.do(c.Issue("cash"), KIOSK)
    hall.clock.forward(300)
    hall.do(c.OpenCounter(1), ANN)
    answer = hall.do(c.WaitForNext(1), ANN)
    assert answer.ticket
    assert answer.why
    assert (answer.ticket.number, answer.why.rule, answer.why.waited_s, answer.why.runner_up) == (
        "A001",
        "index",
        300,
        "A002",
    )


def test_while_nobody_waits_there_is_no_reason_also_after_a_call(hall: Hall) -> None:
    hall.do(c.Issue("cash"), KIOSK)
    hall.do(c.OpenCounter(1), ANN)
    for step in (c.CallNext(1), c.Start(1), c.Finish(1, "done")):
        hall.do(step, ANN)
    for _ in range(2):
        answer = hall.do(c.WaitForNext(1), ANN)
        assert (answer.ticket, answer.why) == (None, None)
        assert answer.counter
        assert answer.counter.ready


def test_an_answer_is_about_the_commands_own_ticket_and_its_place_after_the_call(hall: Hall) -> None:
    hall.do(c.Issue("loans"), KIOSK)
    hall.do(c.OpenCounter(3), BOB)
    hall.do(c.CallNext(3), BOB)
    hall.ready(1, ANN)
    sent = hall.do(c.Transfer(3, to_counter=1), BOB)
    assert sent.ticket
    assert sent.counter
    assert (sent.ticket.number, sent.ticket.counter, sent.counter.number) == ("L001", 1, 3)
    assert sent.why is None
    assert sent.seq == hall.desk.seq


def test_a_command_about_no_ticket_is_not_answered_with_one_that_was_called_meanwhile(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a start from a journal in which somebody waits where a counter is ready."""
    hall.ready(1, ANN)
    with monkeypatch.context() as patched:
        patched.setattr("lobby.deciding.call_by_itself", lambda branch, at: None)
        hall.do(c.Issue("cash"), KIOSK)
    made = hall.do(c.OpenCounter(2), BOB)
    assert hall.held(1) == "A001"
    assert made.ticket is None
    assert made.counter
    assert (made.counter.number, made.seq) == (2, hall.desk.seq)


# -- the end of it


def test_who_said_stop_is_not_called(hall: Hall) -> None:
    hall.ready(1, ANN)
    hall.do(c.StopWaiting(1), ANN)
    hall.do(c.Issue("cash"), KIOSK)
    assert hall.held(1) == ""


@pytest.mark.parametrize(
    "end",
    [
        c.TakeBreak(1, "lunch"),
        c.CloseCounter(1),
        c.OfferCounter(1, "bob"),
        c.OpenCounter(1, ("cash",)),
        c.CloseDay(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_whatever_ends_the_work_at_a_counter_ends_its_waiting(hall: Hall, end: c.Command) -> None:
    hall.ready(1, ANN)
    hall.do(end, MIA if isinstance(end, c.CloseDay) else ANN)
    assert not hall.is_ready(1)


def test_after_a_break_a_counter_waits_only_when_asked(hall: Hall) -> None:
    hall.ready(1, ANN)
    hall.do(c.TakeBreak(1, "lunch"), ANN)
    hall.do(c.EndBreak(1), ANN)
    hall.do(c.Issue("cash"), KIOSK)
    assert hall.held(1) == ""


@pytest.mark.parametrize("by", ["by hand", "resumed"])
def test_a_customer_at_the_counter_ends_its_waiting(hall: Hall, by: str) -> None:
    hall.do(c.OpenCounter(1), ANN)
    hall.do(c.OpenCounter(3), BOB)
    hall.do(c.Issue("cash"), KIOSK)
    hall.do(c.CallNext(3), BOB)
    hall.do(c.Start(3), BOB)
    if by == "resumed":
        hall.do(c.Park(3, "papers"), BOB)
        hall.do(c.WaitForNext(1), ANN)
        hall.do(c.Resume(1, "A001"), ANN)
    else:
        hall.do(c.Issue("cash"), KIOSK)
        hall.do(c.CallTicket(1, "A002", "an old friend"), ANN)
    assert not hall.is_ready(1)
    hall.do(c.Issue("cash"), KIOSK)
    assert hall.held(1) == ("A001" if by == "resumed" else "A002")


def test_a_call_taken_back_is_not_made_again_by_itself(hall: Hall) -> None:
    hall.ready(1, ANN)
    hall.do(c.Issue("cash"), KIOSK)
    hall.do(c.UndoStep(1), ANN)
    assert (hall.held(1), hall.is_ready(1)) == ("", False)
    assert hall.desk.state.ticket("A001").state == "waiting"


def test_a_new_day_begins_with_nobody_waiting_for_it(hall: Hall) -> None:
    hall.ready(1, ANN)
    hall.clock.forward(hours=24)
    made = hall.made(c.Issue("cash"), KIOSK)
    assert [type(one.event) for one in made] == [e.DayClosed, e.DayOpened, e.TicketIssued]
    assert (hall.held(1), hall.is_ready(1)) == ("", False)


def test_a_counter_handed_over_while_it_waited_waits_for_its_new_teller_only_when_asked(hall: Hall) -> None:
    hall.do(c.OpenCounter(1), ANN)
    hall.do(c.OfferCounter(1), ANN)
    hall.do(c.WaitForNext(1), ANN)
    hall.do(c.OpenCounter(1), CEM)
    assert not hall.is_ready(1)
    hall.do(c.Issue("cash"), KIOSK)
    assert hall.held(1) == ""


# -- what a reserve keeps back


def test_whom_a_reserve_keeps_back_is_called_when_time_has_made_them_due(tmp_path: Path) -> None:
    hall = Hall(tmp_path, a_setup(rules=Rules(reserves=(Reserve(3, services=("loans",)),))))
    hall.ready(3, BOB)
    hall.do(c.Issue("cash"), KIOSK)
    hall.clock.forward(599)
    assert hall.made(c.CallWhoIsDue(), MIA) == []
    assert call_by_itself(hall.desk.state, hall.clock()) is None
    hall.clock.forward(1)
    assert call_by_itself(hall.desk.state, hall.clock()) is not None
    [called] = hall.made(c.CallWhoIsDue(), MIA)
    assert isinstance(called.event, e.TicketCalled)
    assert (called.actor, called.event.counter, called.event.rule) == ("bob", 3, "index")
    assert (hall.held(3), hall.is_ready(3)) == ("A001", False)


def test_nobody_is_called_by_itself_when_the_day_is_over(tmp_path: Path) -> None:
    hall = Hall(tmp_path, a_setup(rules=Rules(reserves=(Reserve(3, services=("loans",), until=100),))))
    hall.ready(3, BOB)
    hall.do(c.Issue("cash"), KIOSK)
    hall.clock.forward(hours=30)
    assert hall.made(c.CallWhoIsDue(), MIA) == []
