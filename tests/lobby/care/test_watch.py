"""The clocks are watched: each warning once; what ran out goes on to whoever answers for it; the rest is left alone."""

from __future__ import annotations

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.setup import CareSetup
from tests.builders import TUESDAY, moment
from tests.lobby.care.office import Office, brought_to, rules, steps_to

WEDNESDAY_NINE = moment("2024-03-06 09:00")


@pytest.fixture
def office() -> Office:
    return Office()


def warned(office: Office, at: int) -> list[e.CareEvent]:
    """What is said at a moment, and nothing more when it is looked at again."""
    office.clock.now = at
    said = office.watch()
    assert office.watch() == []
    assert office.folded() == office.book
    return said


def test_the_promise_warns_from_three_quarters_of_its_time_and_runs_out_after_its_last_moment(office: Office) -> None:
    reference = office.take()
    warning = e.ClockWarned(reference, "promise", WEDNESDAY_NINE, "ann")
    assert warned(office, TUESDAY + 18 * 3_600_000 - 1) == []
    assert warned(office, TUESDAY + 18 * 3_600_000) == [warning]
    assert warned(office, WEDNESDAY_NINE) == []
    assert warned(office, WEDNESDAY_NINE + 1) == [e.ClockRanOut(reference, "promise", WEDNESDAY_NINE, "mia")]
    assert warned(office, WEDNESDAY_NINE + 3_600_000) == []


def test_what_ran_out_has_whoever_answers_for_it_as_its_owner(office: Office) -> None:
    reference = office.take()
    warned(office, WEDNESDAY_NINE)
    assert office.complaint(reference).owner == "ann"
    warned(office, WEDNESDAY_NINE + 1)
    assert office.complaint(reference).owner == "mia"


def test_where_nobody_else_answers_for_it_the_owner_stays() -> None:
    office = Office(CareSetup(rules(escalate_to="")))
    reference = office.take()
    assert warned(office, WEDNESDAY_NINE + 1) == [e.ClockRanOut(reference, "promise", WEDNESDAY_NINE, "ann")]
    assert office.complaint(reference).owner == "ann"


def test_where_nobody_has_the_name_that_the_branch_gave_what_ran_out_stays_with_its_owner(office: Office) -> None:
    complaint, promise = office.take(), office.promise(within_h=1)
    due = office.follow_up(promise).due
    office.clock.now = WEDNESDAY_NINE + 1
    assert office.do(c.WatchClocks(escalate=False), actor="lobby") == [
        e.ClockRanOut(complaint, "promise", WEDNESDAY_NINE, "ann"),
        e.ClockRanOut(promise, "due", due, "ann"),
    ]
    assert (office.complaint(complaint).owner, office.follow_up(promise).owner) == ("ann", "ann")
    assert office.watch() == [], "it was said; nobody is given it behind their back later"


def test_a_server_that_was_off_for_days_says_once_that_it_ran_out(office: Office) -> None:
    reference = office.take()
    assert warned(office, moment("2024-03-12 09:00")) == [e.ClockRanOut(reference, "promise", WEDNESDAY_NINE, "mia")]


def test_a_first_answer_stops_the_promise_and_the_law_goes_on(office: Office) -> None:
    reference = brought_to(office, "assessed")
    assert warned(office, WEDNESDAY_NINE + 1) == []
    law_due = office.complaint(reference).law_due or 0
    assert [type(one) for one in warned(office, law_due)] == [e.ClockWarned]
    assert warned(office, law_due + 1) == [e.ClockRanOut(reference, "law", law_due, "mia")]


def test_both_clocks_are_spoken_of_each_for_itself(office: Office) -> None:
    reference = office.take()
    law_due = office.complaint(reference).law_due or 0
    assert warned(office, law_due + 1) == [
        e.ClockRanOut(reference, "promise", WEDNESDAY_NINE, "mia"),
        e.ClockRanOut(reference, "law", law_due, "mia"),
    ]


def test_over_the_weekend_no_clock_warns(office: Office) -> None:
    office.clock.now = moment("2024-03-08 20:00")
    reference = office.take()
    assert warned(office, moment("2024-03-10 23:59")) == []
    assert [type(one) for one in warned(office, moment("2024-03-11 15:00"))] == [e.ClockWarned]
    assert office.complaint(reference).promise_due == moment("2024-03-11 20:00")


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_nothing_is_said_of_a_complaint_that_has_its_answer(office: Office, state: str) -> None:
    reference = brought_to(office, state, contact="")
    assert warned(office, (office.complaint(reference).law_due or 0) + 1) == []


def test_the_promise_of_a_complaint_closed_before_it_was_watched_is_not_spoken_of(office: Office) -> None:
    reference = office.take(contact="")
    office.clock.now = WEDNESDAY_NINE + 1
    for command in steps_to(reference)["closed"]:
        office.do(command)
    assert office.watch() == []


def test_an_extension_arms_the_laws_warning_again(office: Office) -> None:
    reference = brought_to(office, "assessed")
    warned(office, (office.complaint(reference).law_due or 0))
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    longer = office.complaint(reference).law_due or 0
    assert office.complaint(reference).warned == ()
    assert warned(office, longer) == [e.ClockWarned(reference, "law", longer, "ann")]
    assert warned(office, longer + 1) == [e.ClockRanOut(reference, "law", longer, "mia")]


def test_an_extension_leaves_the_promise_that_was_spoken_of_alone(office: Office) -> None:
    reference = office.take()
    warned(office, WEDNESDAY_NINE + 1)
    for command in steps_to(reference)["assessed"]:
        office.do(command)
    warned(office, office.complaint(reference).law_due or 0)
    assert office.complaint(reference).warned == ("promise over", "law")
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    assert office.complaint(reference).warned == ("promise over",)


def test_an_assessment_with_another_law_arms_its_warning_again_and_one_with_the_same_does_not(office: Office) -> None:
    reference = brought_to(office, "assessed")
    warned(office, office.complaint(reference).law_due or 0)
    office.do(c.AssessComplaint(reference, "wait", 1, 1, "payments"))
    assert office.complaint(reference).warned == ("law",)
    office.do(c.AssessComplaint(reference, "wait", 1, 1, "general"))
    assert office.complaint(reference).warned == ()
    law_due = office.complaint(reference).law_due or 0
    assert warned(office, law_due) == [e.ClockWarned(reference, "law", law_due, "ann")]


def test_a_complaint_opened_again_has_the_laws_time_anew_and_is_spoken_of_when_that_is_over(office: Office) -> None:
    reference = brought_to(office, "closed", contact="")
    law_due = office.complaint(reference).law_due or 0
    office.clock.now = law_due + 1
    office.do(c.ReopenComplaint(reference, "charged again"))
    assert warned(office, law_due + 2) == []
    anew = office.complaint(reference).law_due or 0
    assert anew > law_due
    assert warned(office, anew) == [e.ClockWarned(reference, "law", anew, "ann")]
    assert warned(office, anew + 1) == [e.ClockRanOut(reference, "law", anew, "mia")]


def test_what_was_said_before_an_answer_is_said_again_of_the_time_after_it(office: Office) -> None:
    reference = brought_to(office, "investigated", contact="")
    warned(office, (office.complaint(reference).law_due or 0) + 1)
    assert office.complaint(reference).warned == ("law over",)
    for command in steps_to(reference)["reopened"][3:]:
        office.do(command)
    assert office.complaint(reference).warned == ()
    anew = office.complaint(reference).law_due or 0
    assert warned(office, anew + 1) == [e.ClockRanOut(reference, "law", anew, "mia")]


def test_each_thing_that_is_said_of_a_clock_is_a_line_of_the_story(office: Office) -> None:
    complaint, follow_up = office.take(), office.promise(within_h=24)
    warned(office, WEDNESDAY_NINE)
    warned(office, WEDNESDAY_NINE + 1)
    for story in (office.complaint(complaint).story, office.follow_up(follow_up).story):
        assert [(line.at, line.actor, line.what, line.note) for line in story[1:]] == [
            (WEDNESDAY_NINE, "lobby", "ClockWarned", ""),
            (WEDNESDAY_NINE + 1, "lobby", "ClockRanOut", ""),
        ]


def test_a_follow_up_warns_its_owner_and_goes_on_to_whoever_answers_for_it(office: Office) -> None:
    reference = office.promise(within_h=4)
    due = office.follow_up(reference).due
    assert warned(office, due) == [e.ClockWarned(reference, "due", due, "ann")]
    assert warned(office, due + 1) == [e.ClockRanOut(reference, "due", due, "mia")]
    assert office.follow_up(reference).owner == "mia"


@pytest.mark.parametrize("end", [c.KeepFollowUp("F-0000001"), c.DropFollowUp("F-0000001", "she came")])
def test_nothing_is_said_of_a_follow_up_that_is_over(office: Office, end: c.FollowUpCommand) -> None:
    reference = office.promise(within_h=4)
    office.do(end)
    assert warned(office, office.follow_up(reference).due + 1) == []


def test_a_follow_up_moved_to_another_day_warns_again(office: Office) -> None:
    reference = office.promise(within_h=4)
    warned(office, office.follow_up(reference).due + 1)
    office.do(c.MoveFollowUp(reference, moment("2024-03-08 12:00"), "bob"))
    assert warned(office, moment("2024-03-08 11:59")) == [
        e.ClockWarned(reference, "due", moment("2024-03-08 12:00"), "bob")
    ]


def test_an_overdue_follow_up_stays_with_the_colleague_it_was_given_to(office: Office) -> None:
    reference = office.promise(within_h=4)
    warned(office, office.follow_up(reference).due + 1)
    office.do(c.MoveFollowUp(reference, owner="bob"), actor="mia")
    assert warned(office, office.follow_up(reference).due + 60_000) == []
    assert office.follow_up(reference).owner == "bob"


def test_whether_a_complaint_is_solved_is_asked_in_time_as_anything_promised_is(office: Office) -> None:
    reference = brought_to(office, "closed")
    asked = office.solving(reference)[0]
    assert warned(office, asked.due + 1) == [e.ClockRanOut(asked.reference, "due", asked.due, "mia")]


def test_an_empty_book_says_nothing(office: Office) -> None:
    assert office.watch() == []
