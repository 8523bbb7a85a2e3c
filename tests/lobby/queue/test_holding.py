"""“I need a few minutes”: the place is kept and the clock runs on, nobody is called meanwhile, once a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lobby import errors
from lobby.access import ROLES, may, permission_for
from lobby.board import board_view
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.calling import pick
from lobby.queue.rules_in_force import rule_set
from lobby.queue.services import Ratio, Reserve, Rules
from lobby.queue.supervision import Reassign
from lobby.queue.ticket import State
from lobby.views import queue_view, ticket_view
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, VISITOR, Clock, Room, a_desk, a_room, a_setup, moment

FIVE_MIN = 300_000


def hold(room: Room, number: str) -> list[e.Event]:
    return room.do(c.Hold(number), VISITOR)


def release(room: Room, number: str) -> list[e.Event]:
    return room.do(c.Release(number), VISITOR)


def refused(room: Room, command: c.Command, refusal: type[errors.LobbyError]) -> errors.LobbyError:
    seq = room.branch.seq
    with pytest.raises(refusal) as raised:
        room.do(command, VISITOR)
    assert room.branch.seq == seq
    return raised.value


def two_wait(**setup: Any) -> Room:
    """A001 since nine and A002 a minute later wait for counter 1."""
    room = a_room(a_setup(**setup))
    room.open(1)
    room.issue()
    room.clock.forward(minutes=1)
    room.issue()
    return room


# -- who is called


def test_the_place_is_kept_and_the_next_one_is_called_meanwhile() -> None:
    room = two_wait()
    assert hold(room, "A001") == [e.TicketHeld("2024-03-05-A001", room.clock() + FIVE_MIN)]
    assert room.call() == "A002"
    decided = pick(room.branch, room.branch.counters[1], room.clock())
    assert decided is None
    assert room.ticket("A001").since == TUESDAY


def test_after_the_few_minutes_the_customer_is_first_again() -> None:
    room = two_wait()
    hold(room, "A001")
    room.clock.forward(minutes=5)
    assert room.call() == "A001"
    assert room.ticket("A001").step.called_at == room.clock()


def test_who_is_there_before_is_called_at_once() -> None:
    room = two_wait()
    hold(room, "A001")
    room.clock.forward(minutes=1)
    assert release(room, "A001") == [e.TicketReleased("2024-03-05-A001")]
    assert room.ticket("A001").held_until == room.clock()
    assert room.call() == "A001"


def test_to_the_millisecond_a_hold_ends_when_it_says() -> None:
    room = two_wait()
    hold(room, "A001")
    until = room.ticket("A001").held_until
    assert until is not None
    for at, chosen in ((until - 1, "A002"), (until, "A001")):
        decided = pick(room.branch, room.branch.counters[1], at)
        assert decided is not None
        assert decided.chosen.ticket.number == chosen


def test_neither_law_nor_age_calls_who_asked_for_a_few_minutes() -> None:
    room = two_wait()
    by_law = room.issue(priority="by-law")
    hold(room, by_law)
    assert room.call() == "A001"
    room.do(c.Start(1))
    room.do(c.Finish(1, "done"))
    room.clock.forward(hours=2)
    hold(room, "A002")  # far beyond the age cap
    release(room, by_law)
    assert room.call() == by_law


def test_who_is_away_is_no_reason_to_leave_a_class_out() -> None:
    room = two_wait(rules=Rules(ratios=(Ratio("premium", 1),)))
    first, second = (room.issue(priority="premium") for _ in range(2))
    hold(room, "A001")
    hold(room, "A002")
    assert room.call() == first
    room.do(c.Start(1))
    room.do(c.Finish(1, "done"))
    assert room.call() == second  # a ratio leaves nobody out while all the others are away


def test_a_reserve_is_not_kept_for_who_is_away() -> None:
    room = a_room(a_setup(rules=Rules(reserves=(Reserve(3, services=("loans",), until=0.0),))))
    room.open(3)
    loan, cash = room.issue("loans"), room.issue("cash")
    hold(room, loan)
    assert room.call(3) == cash


def test_the_decision_says_who_was_away_and_nobody_away_is_the_runner_up() -> None:
    room = two_wait()
    hold(room, "A001")
    decided = pick(room.branch, room.branch.counters[1], room.clock())
    assert decided is not None
    assert [one.ticket.number for one in decided.away] == ["A001"]
    assert decided.runner_up == ""


def test_a_person_may_call_by_hand_and_so_ends_the_few_minutes() -> None:
    room = two_wait()
    hold(room, "A001")
    room.clock.forward(minutes=1)
    room.do(c.CallTicket(1, "A001", "stands here"))
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.held_until, ticket.held) == (State.CALLED, room.clock(), True)


def test_the_example_of_the_docs_comes_out_as_it_says() -> None:
    room = a_room(at=moment("2024-03-05 09:50"))
    room.open(1)
    room.issue()
    room.clock.forward(minutes=4)
    room.issue()
    room.clock.forward(minutes=4)
    hold(room, "A001")
    room.clock.forward(minutes=2)
    decided = pick(room.branch, room.branch.counters[1], room.clock())
    assert decided is not None
    assert [(one.ticket.number, one.index) for one in decided.ranked] == [("A002", 0.6)]
    assert [(one.ticket.number, one.index) for one in decided.away] == [("A001", 1.0)]
    assert room.call() == "A002"
    room.do(c.Start(1))
    room.clock.forward(minutes=2)
    room.do(c.Finish(1, "done"))
    assert pick(room.branch, room.branch.counters[1], room.clock()) is None
    room.clock.forward(minutes=1)
    assert room.call() == "A001"
    why = room.branch.counters[1].why
    assert why is not None
    assert (why.waited_s, why.index) == (780, 1.3)


# -- once, and only while waiting


def test_it_is_possible_once_in_a_visit() -> None:
    room = two_wait()
    hold(room, "A001")
    assert hold(room, "A001") == []  # a second tap
    release(room, "A001")
    assert refused(room, c.Hold("A001"), errors.HeldBefore).facts == {"number": "A001"}
    room.call()
    room.do(c.Start(1))
    room.do(c.Transfer(1, "cards"))
    refused(room, c.Hold("A001"), errors.HeldBefore)


def test_what_is_over_needs_no_release() -> None:
    room = two_wait()
    assert release(room, "A001") == []
    hold(room, "A001")
    room.clock.forward(minutes=5)
    assert release(room, "A001") == []


def test_who_is_called_already_is_told_where_to_go() -> None:
    room = two_wait()
    room.call()
    for command in (c.Hold("A001"), c.Release("A001")):
        assert str(refused(room, command, errors.CalledAlready)) == "A001 is called already. Please go to counter 1."


@pytest.mark.parametrize("steps", [(c.Start(1),), (c.Start(1), c.Park(1)), (c.Start(1), c.Finish(1, "done"))])
def test_who_does_not_wait_has_no_place_to_keep(steps: tuple[c.Command, ...]) -> None:
    room = two_wait()
    room.call()
    for step in steps:
        room.do(step)
    refused(room, c.Hold("A001"), errors.WrongState)


def test_a_branch_may_leave_it_out_or_give_more_time() -> None:
    room = two_wait(rules=Rules(hold_s=0))
    refused(room, c.Hold("A001"), errors.HoldNotOffered)
    assert not ticket_view(room.branch, room.ticket("A001")).may_hold
    room = two_wait(rules=Rules(hold_s=90))
    hold(room, "A001")
    assert room.ticket("A001").held_until == room.clock() + 90_000


def test_nothing_is_kept_beyond_the_day() -> None:
    room = two_wait()
    room.clock.now = room.branch.day_end - 60_000
    hold(room, "A001")
    assert room.ticket("A001").held_until == room.branch.day_end
    room.clock.forward(minutes=1)
    refused(room, c.Hold("A002"), errors.BranchClosed)


def test_the_customer_may_ask_and_whoever_serves_and_no_machine_that_knows_every_number() -> None:
    for command in (c.Hold, c.Release, c.Return, c.Cancel):
        roles = {role for role in ROLES if may(role, permission_for(command))}
        assert roles == {"customer", "teller", "supervisor", "manager", "administrator"}


def test_an_unknown_ticket_is_refused() -> None:
    refused(two_wait(), c.Hold("X999"), errors.UnknownTicket)


# -- a held ticket is never lost


def test_the_end_of_the_day_ends_it_as_everybody_s_wait() -> None:
    room = two_wait()
    hold(room, "A001")
    room.clock.forward(minutes=2)
    room.do(c.CloseDay(), MIA)
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.step.ended, ticket.held_until) == (State.CANCELLED, "left_at_close", room.clock())


def test_who_gives_up_meanwhile_has_left() -> None:
    room = two_wait()
    hold(room, "A001")
    room.clock.forward(minutes=2)
    room.do(c.Cancel("A001"), VISITOR)
    assert room.ticket("A001").step.ended == "cancelled_by_customer"
    assert room.ticket("A001").held_until == room.clock()


def test_another_service_another_counter_and_the_few_minutes_go_on() -> None:
    room = two_wait()
    hold(room, "A001")
    until = room.ticket("A001").held_until
    room.do(Reassign("A001", "loans", to_counter=3), MIA)
    room.open(3, BOB, ("loans",))
    ticket = room.ticket("A001")
    assert (ticket.service, ticket.for_counter, ticket.held_until) == ("loans", 3, until)
    with pytest.raises(errors.NobodyWaiting):
        room.call(3, BOB)
    room.clock.forward(minutes=5)
    assert room.call(3, BOB) == "A001"


def test_a_call_by_hand_that_is_undone_leaves_the_few_minutes_as_they_were() -> None:
    room = two_wait()
    hold(room, "A001")
    before = room.ticket("A001")
    room.do(c.CallTicket(1, "A001", "stands here"))
    room.clock.forward(10)
    room.do(c.UndoStep(1))
    after = room.ticket("A001")
    assert (after.state, after.steps) == (State.WAITING, before.steps)
    assert room.call() == "A002"


def test_undoing_the_call_of_another_touches_nobody_who_is_away() -> None:
    room = two_wait()
    hold(room, "A001")
    held = room.ticket("A001")
    assert room.call() == "A002"
    room.do(c.UndoStep(1))
    assert room.ticket("A001") == held
    assert room.ticket("A002").state is State.WAITING


def test_a_step_after_which_the_customer_asked_for_a_few_minutes_is_not_undone() -> None:
    room = two_wait()
    room.call()
    room.do(c.Start(1))
    room.do(c.Transfer(1, "cards"))
    hold(room, "A001")
    with pytest.raises(errors.NothingToUndo):
        room.do(c.UndoStep(1))
    assert room.ticket("A001").is_held(room.clock())


def test_who_came_back_after_a_missed_call_may_ask_and_the_journal_folds_to_the_same() -> None:
    room = two_wait()
    room.call()
    room.clock.forward(40)
    room.do(c.Recall(1))
    room.clock.forward(40)
    room.do(c.DeclareNoShow(1))
    room.do(c.Return("A001"), KIOSK)
    hold(room, "A001")
    assert room.call() == "A002"
    folded = a_room().branch
    for recorded in room.history:
        folded.apply(recorded)
    assert folded == room.branch


# -- what is shown


def test_the_customer_sees_until_when_and_whether_it_may_be_asked_for() -> None:
    room = two_wait()

    def seen() -> tuple[int | None, bool]:
        view = ticket_view(room.branch, room.ticket("A001"), room.clock())
        return view.held_until, view.may_hold

    assert seen() == (None, True)
    hold(room, "A001")
    assert seen() == (room.clock() + FIVE_MIN, False)
    room.clock.forward(minutes=5)
    assert seen() == (None, False)


def test_whoever_is_away_still_waits_and_is_counted() -> None:
    room = two_wait()
    hold(room, "A001")
    [cash] = [one for one in board_view(room.branch, room.clock()).services if one.code == "cash"]
    assert (cash.waiting, cash.longest_s) == (2, 60)
    assert [one.number for one in queue_view(room.branch, room.clock()).waiting] == ["A001", "A002"]
    assert ticket_view(room.branch, room.ticket("A002")).ahead == 1


def test_the_rules_of_the_branch_are_the_same_ones_as_before() -> None:
    """The end of each hold is in the journal, so no call needs to know the rule: nothing is recorded anew."""
    assert rule_set(a_setup(rules=Rules(hold_s=0))).digest == rule_set(a_setup()).digest


# -- counters that wait for the next customer


@pytest.fixture
def hall(tmp_path: Path) -> tuple[Desk, Clock]:
    """A001 asked for a few minutes, and counter 1 waits for the next customer."""
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    for key, (command, actor) in enumerate(
        ((c.Issue("cash"), KIOSK), (c.Hold("A001"), VISITOR), (c.OpenCounter(1), ANN), (c.WaitForNext(1), ANN))
    ):
        desk.submit(command, key=str(key), actor=actor)
    return desk, clock


def test_a_counter_that_waits_is_called_to_when_the_few_minutes_are_over(hall: tuple[Desk, Clock]) -> None:
    desk, clock = hall
    assert desk.state.counters[1].ready
    before = desk.seq
    clock.forward(minutes=4, seconds=59)
    desk.submit(c.CallWhoIsDue(), key="early", actor=MIA)
    assert desk.seq == before
    clock.forward(1)
    desk.submit(c.CallWhoIsDue(), key="due", actor=MIA)
    assert [type(one.event) for one in desk.events(before)] == [e.TicketCalled]
    assert desk.state.ticket("A001").counter == 1


def test_who_is_there_again_is_called_to_it_in_the_same_moment(hall: tuple[Desk, Clock]) -> None:
    desk, clock = hall
    clock.forward(minutes=1)
    before = desk.seq
    answer = desk.submit(c.Release("A001"), key="there", actor=VISITOR)
    assert [type(one.event) for one in desk.events(before)] == [e.TicketReleased, e.TicketCalled]
    assert answer.ticket is not None
    assert answer.ticket.counter == 1
