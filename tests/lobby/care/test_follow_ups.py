"""What is promised to a customer: by whom, until when, and how it ends."""

from __future__ import annotations

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.clocks import Standing, standing
from lobby.command_shape import LATEST, check
from lobby.errors import BadField, FollowUpDone, UnknownComplaint, UnknownFollowUp
from tests.builders import TUESDAY, moment
from tests.lobby.care.office import Office

HOUR_MS = 3_600_000


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_promise_belongs_to_who_gives_it_and_says_nothing_of_the_customer(office: Office) -> None:
    made = office.do(c.PromiseFollowUp("call back", within_h=5, name="Mrs Whitcombe", contact="020 7946 0018"))
    assert made == [e.FollowUpPromised("F-0000001", "ann", TUESDAY + 5 * HOUR_MS, "note-1")]
    found = office.follow_up("F-0000001")
    assert (found.owner, found.promised_by, found.promised_at, found.state) == ("ann", "ann", TUESDAY, "open")
    assert [(line.what, line.note) for line in found.story] == [("FollowUpPromised", "note-1")]


def test_a_promise_may_be_given_to_a_colleague(office: Office) -> None:
    found = office.follow_up(office.promise(within_h=1, owner="bob"))
    assert (found.owner, found.promised_by) == ("bob", "ann")


def test_hours_stand_still_over_the_weekend(office: Office) -> None:
    office.clock.now = moment("2024-03-08 17:00")
    assert office.follow_up(office.promise(within_h=24)).due == moment("2024-03-11 17:00")


def test_a_moment_is_taken_as_it_is_said(office: Office) -> None:
    friday = moment("2024-03-08 12:00")
    assert office.follow_up(office.promise(due=friday)).due == friday


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "give either due or within_h"),
        ({"due": TUESDAY + 1, "within_h": 1}, "give either due or within_h"),
        ({"due": TUESDAY}, "it is in the past"),
        ({"due": 0}, "it is in the past"),
        ({"due": LATEST}, "at most two years from now"),
        ({"due": moment("2206-03-08 12:00")}, "at most two years from now"),
    ],
)
def test_a_promise_needs_one_moment_that_is_still_to_come(office: Office, said: dict[str, int], problem: str) -> None:
    facts = office.refused(c.PromiseFollowUp("call back", **said), BadField)  # type: ignore[arg-type]
    assert facts == {"field": "due", "problem": problem}


def test_a_year_of_hours_is_the_most() -> None:
    check(c.PromiseFollowUp("x", within_h=8760))
    for hours in (0, 8761, -5):
        with pytest.raises(BadField):
            check(c.PromiseFollowUp("x", within_h=hours))


def test_a_promise_about_a_complaint_keeps_its_reference_however_it_was_typed(office: Office) -> None:
    complaint = office.take()
    assert office.follow_up(office.promise(within_h=1, complaint=complaint.lower())).complaint == complaint
    office.refused(c.PromiseFollowUp("x", within_h=1, complaint="C-9"), UnknownComplaint)


@pytest.mark.parametrize("typed", ["F-0000001", "f 0000001", "f0000001"])
def test_a_promise_is_kept_once_however_its_reference_is_typed(office: Office, typed: str) -> None:
    reference = office.promise()
    office.clock.forward(60)
    assert office.do(c.KeepFollowUp(typed, "rang, all well")) == [e.FollowUpKept(reference, "note-2")]
    found = office.follow_up(reference)
    assert (found.state, found.ended_at) == ("kept", TUESDAY + 60_000)
    assert standing(found.clocks()[0], found.due + 1, 0.75) is Standing.KEPT
    assert office.refused(c.KeepFollowUp(typed), FollowUpDone) == {"follow_up": reference}


def test_a_promise_that_is_not_needed_any_more_says_why(office: Office) -> None:
    reference = office.promise()
    office.do(c.DropFollowUp(reference, "she came herself"), actor="bob")
    found = office.follow_up(reference)
    assert (found.state, found.story[-1].actor, found.story[-1].note) == ("dropped", "bob", "note-2")


@pytest.mark.parametrize("end", [c.KeepFollowUp("F-0000001"), c.DropFollowUp("F-0000001", "x")])
@pytest.mark.parametrize(
    "later",
    [
        c.KeepFollowUp("F-0000001"),
        c.DropFollowUp("F-0000001", "x"),
        c.MoveFollowUp("F-0000001", owner="bob"),
        c.MoveFollowUp("F-0000001", TUESDAY + 1),
    ],
)
def test_nothing_comes_after_its_end(office: Office, end: c.FollowUpCommand, later: c.FollowUpCommand) -> None:
    office.promise()
    office.do(end)
    office.refused(later, FollowUpDone)


@pytest.mark.parametrize("verb", [c.KeepFollowUp("F-9"), c.MoveFollowUp("F-9"), c.DropFollowUp("F-9", "x")])
def test_a_promise_that_is_not_there_is_refused(office: Office, verb: c.FollowUpCommand) -> None:
    assert office.refused(verb, UnknownFollowUp) == {"follow_up": "F-9"}


def test_another_day_and_another_owner(office: Office) -> None:
    reference = office.promise()
    friday = moment("2024-03-08 12:00")
    office.do(c.MoveFollowUp(reference, friday))
    assert (office.follow_up(reference).due, office.follow_up(reference).owner) == (friday, "ann")
    office.do(c.MoveFollowUp(reference, owner="bob", note="he knows the case"))
    found = office.follow_up(reference)
    assert (found.due, found.owner, found.story[-1].note) == (friday, "bob", "note-3")
    assert office.do(c.MoveFollowUp(reference, friday, "bob")) == []
    assert office.do(c.MoveFollowUp(reference)) == []
    assert office.folded() == office.book


def test_a_note_alone_is_kept_and_moves_nothing(office: Office) -> None:
    reference = office.promise(within_h=4)
    due = office.follow_up(reference).due
    assert office.do(c.MoveFollowUp(reference, note="rang, nobody there")) == [
        e.FollowUpMoved(reference, "ann", due, "note-2")
    ]
    found = office.follow_up(reference)
    assert (found.owner, found.due, found.state) == ("ann", due, "open")
    assert (found.story[-1].what, found.story[-1].note) == ("FollowUpMoved", "note-2")


def test_a_note_alone_does_not_have_a_clock_spoken_of_twice(office: Office) -> None:
    reference = office.promise(within_h=1)
    office.clock.forward(hours=2)
    assert [type(event) for event in office.watch()] == [e.ClockRanOut]
    office.do(c.MoveFollowUp(reference, note="rang, nobody there"))
    assert office.watch() == []


@pytest.mark.parametrize("due", [TUESDAY, TUESDAY - 1, LATEST])
def test_a_promise_is_not_moved_to_a_moment_that_cannot_be(office: Office, due: int) -> None:
    reference = office.promise()
    assert office.refused(c.MoveFollowUp(reference, due), BadField)["field"] == "due"


def test_an_overdue_promise_may_change_hands_as_it_is(office: Office) -> None:
    reference = office.promise(within_h=1)
    office.clock.forward(hours=2)
    office.do(c.MoveFollowUp(reference, owner="bob"))
    assert office.follow_up(reference).owner == "bob"
