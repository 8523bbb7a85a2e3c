"""What is shown of the casebook: clocks, the steps that may come next, and private words only to who may read them."""

from __future__ import annotations

import msgspec
import pytest

from lobby.care import commands as c
from lobby.care.casebook import Review
from lobby.care.jurisdictions import Matter
from lobby.care.setup import CareSetup
from lobby.care.views import (
    ClockView,
    ComplaintView,
    Line,
    Told,
    article_report_view,
    complaint_view,
    complaint_views,
    due_view,
    follow_up_view,
    next_steps,
    offered_care,
    record_view,
    words_of,
)
from lobby.errors import LobbyError, NoLongerTime
from tests.builders import TUESDAY, moment
from tests.lobby.care.office import CATEGORIES, CAUSES, Office, a_record, brought_to, rules, steps_to
from tests.lobby.care.test_complaints import AFTER, VERBS, told

WORDS = {
    "note-1": '{"text":"charged twice","name":"Mrs Whitcombe","contact":"020 7946 0018"}',
    "note-3": "a card payment",
    "note-4": "charged twice indeed",
}


@pytest.fixture
def office() -> Office:
    return Office()


def read(reference: str) -> str:
    return WORDS.get(reference, "")


def seen(office: Office, reference: str, *, words: bool = False) -> ComplaintView:
    found = office.complaint(reference)
    return complaint_view(found, office.clock(), office.setup, office.calendar, read if words else None)


# -- steps


def steps(office: Office, reference: str) -> tuple[str, ...]:
    return next_steps(office.complaint(reference), office.setup.complaints.place, office.calendar)


@pytest.mark.parametrize("state", AFTER)
def test_the_steps_that_are_shown_are_those_that_succeed(state: str) -> None:
    """Each verb is tried from the state: what is shown does something, and what is left out is refused, except for what
    was asked before or is a way around."""
    office = Office()
    reference = brought_to(office, state)
    shown = set(steps(office, reference))
    succeed = set()
    for verb in VERBS:
        tried = Office(office.setup, office.book.copy(), office.clock)
        try:
            tried.do(told(tried, reference, verb), actor="bob")
        except LobbyError:
            continue
        succeed.add(verb.removeprefix("not "))
    assert shown == succeed


def test_what_was_asked_or_used_already_is_not_shown_again(office: Office) -> None:
    answered, extended = brought_to(office, "answered"), brought_to(office, "assessed")
    office.do(c.SayWhetherSolved(answered, True))
    office.do(c.ExtendComplaint(extended, "another bank has to answer first"))
    assert "solved" not in steps(office, answered)
    assert "extend" not in steps(office, extended)


def test_without_a_law_there_is_no_longer_time_to_show() -> None:
    office = Office(CareSetup(rules(place="")))
    assert "extend" not in steps(office, brought_to(office, "assessed"))


@pytest.mark.parametrize(
    ("place", "matter", "longer"),
    [("gb", "payments", True), ("gb", "general", False), ("cn", "general", True), ("", "payments", False)],
)
@pytest.mark.parametrize("state", ["assessed", "investigated", "reopened"])
def test_longer_time_is_shown_where_the_law_gives_one_and_it_is_not_used(
    place: str, matter: Matter, longer: bool, state: str
) -> None:
    office = Office(CareSetup(rules(place=place)))
    reference = brought_to(office, "acknowledged")
    office.do(c.AssessComplaint(reference, "fees", 1, 1, matter))
    for command in steps_to(reference)[state][2:]:
        office.do(command)
    assert ("extend" in seen(office, reference).steps) == longer
    if longer:
        office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
        assert "extend" not in seen(office, reference).steps
    else:
        office.refused(c.ExtendComplaint(reference, "another bank has to answer first"), NoLongerTime)


def test_longer_time_that_was_used_may_be_used_again_once_it_is_opened_again(office: Office) -> None:
    reference = brought_to(office, "assessed")
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    for command in steps_to(reference)["reopened"][3:]:
        office.do(command)
    assert "extend" in steps(office, reference)


def test_the_usual_step_comes_first(office: Office) -> None:
    assert steps(office, office.take())[0] == "acknowledge"
    assert steps(office, brought_to(office, "answered"))[0] == "close"


# -- a complaint


def test_a_complaint_shows_what_its_clocks_say_at_the_moment(office: Office) -> None:
    reference = office.take()
    law_due = office.complaint(reference).law_due or 0
    wednesday = moment("2024-03-06 09:00")
    assert seen(office, reference).clocks == (
        ClockView("promise", wednesday, "ok"),
        ClockView("law", law_due, "ok"),
    )
    office.clock.now = wednesday
    assert seen(office, reference).clocks[0].standing == "soon"
    office.clock.now = wednesday + 1
    assert seen(office, reference).clocks[0].standing == "over"
    office.do(c.AcknowledgeComplaint(reference, "phone"))
    assert seen(office, reference).clocks[0].standing == "missed"


def test_who_may_not_read_gets_no_word_and_no_story(office: Office) -> None:
    view = seen(office, brought_to(office, "investigated"))
    assert (view.told, view.story) == (Told(), ())
    assert b"Whitcombe" not in msgspec.json.encode(view)
    assert b"note-" not in msgspec.json.encode(view)


def test_who_may_read_gets_the_customers_words_once_and_the_notes_of_each_step(office: Office) -> None:
    view = seen(office, brought_to(office, "investigated"), words=True)
    assert view.told == Told("charged twice", "Mrs Whitcombe", "020 7946 0018")
    assert [(line.what, line.note) for line in view.story] == [
        ("ComplaintReceived", ""),
        ("ComplaintAcknowledged", ""),
        ("ComplaintAssessed", ""),
        ("ComplaintInvestigated", "charged twice indeed"),
    ]


def test_words_that_were_erased_are_empty(office: Office) -> None:
    found = office.complaint(brought_to(office, "investigated"))
    view = complaint_view(found, office.clock(), office.setup, office.calendar, lambda reference: "")
    assert view.told == Told()
    assert {line.note for line in view.story} == {""}
    assert len(view.story) == 4


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"text":"a","name":"b"}', {"text": "a", "name": "b"}),
        ("a note", {"note": "a note"}),
        ("[1, 2]", {"note": "[1, 2]"}),
        ('{"count": 3}', {"note": '{"count": 3}'}),
        ('"quoted"', {"note": '"quoted"'}),
        ("{broken", {"note": "{broken"}),
    ],
)
def test_private_words_are_an_object_of_several_or_one_note(body: str, words: dict[str, str]) -> None:
    assert words_of(body) == words


def test_a_warning_and_what_ran_out_are_lines_of_the_story_with_nothing_to_read(office: Office) -> None:
    reference = office.take()
    office.clock.now = office.complaint(reference).promise_due + 1
    office.watch()
    assert seen(office, reference, words=True).story[1:] == (
        Line(office.clock(), "lobby", "ClockRanOut", detail="promise"),
    )


def test_the_story_says_who_it_was_given_to_and_which_clock_was_spoken_of(office: Office) -> None:
    complaint, promise = office.take(), office.promise(within_h=2)
    office.do(c.AssignComplaint(complaint, "bob"))
    office.do(c.MoveFollowUp(promise, owner="cem"))
    office.clock.now = office.complaint(complaint).promise_due
    office.watch()
    assert [(line.what, line.detail) for line in seen(office, complaint, words=True).story] == [
        ("ComplaintReceived", ""),
        ("ComplaintAssigned", "bob"),
        ("ClockWarned", "promise"),
    ]
    found = follow_up_view(office.follow_up(promise), office.clock(), office.setup, office.calendar, read)
    assert [(line.what, line.detail) for line in found.story] == [
        ("FollowUpPromised", ""),
        ("FollowUpMoved", "cem"),
        ("ClockRanOut", "due"),
    ]


# -- what is due


def test_what_ends_first_is_shown_first_and_among_equals_the_weightier(office: Office) -> None:
    later = office.take(place="kiosk")
    light, heavy = brought_to(office, "acknowledged"), brought_to(office, "acknowledged")
    office.do(c.AssessComplaint(light, "fees", 1, 1, "payments"))
    office.do(c.AssessComplaint(heavy, "fees", 1, 3, "payments"))
    closed = brought_to(office, "closed", contact="")
    shown = complaint_views(office.book, office.clock(), office.setup, office.calendar)
    assert [one.reference for one in shown] == [later, heavy, light, closed]


def test_what_is_due_to_one_is_ones_own_and_what_nobody_owns(office: Office) -> None:
    nobodys, mine = office.take(place="phone"), office.take()
    bobs = office.take()
    office.do(c.AssignComplaint(bobs, "bob"))
    brought_to(office, "closed", contact="")
    second, first = office.promise(within_h=9), office.promise(within_h=2)
    theirs = office.promise(within_h=1, owner="bob")
    done = office.promise(within_h=1)
    office.do(c.KeepFollowUp(done))

    def due(owner: str) -> tuple[set[str], list[str]]:
        view = due_view(office.book, office.clock(), office.setup, office.calendar, owner, read)
        assert view.at == office.clock()
        return {one.reference for one in view.complaints}, [one.reference for one in view.follow_ups]

    assert due("ann") == ({nobodys, mine}, [first, second])
    assert due("bob") == ({nobodys, bobs}, [theirs])
    assert due("") == ({nobodys, mine, bobs}, [theirs, first, second])


def test_the_list_of_what_is_due_has_the_words_and_no_story(office: Office) -> None:
    office.take()
    office.promise(within_h=2)
    said = {"note-1": WORDS["note-1"], "note-2": '{"note":"call back","name":"Lee"}'}
    view = due_view(office.book, office.clock(), office.setup, office.calendar, "", lambda ref: said.get(ref, ""))
    [complaint], [promise] = view.complaints, view.follow_ups
    assert (complaint.told, promise.told) == (
        Told("charged twice", "Mrs Whitcombe", "020 7946 0018"),
        Told("call back", "Lee"),
    )
    assert (complaint.story, promise.story) == ((), ())
    assert len(office.complaint(complaint.reference).story) == len(office.follow_up(promise.reference).story) == 1


def test_a_follow_up_shows_its_clock_and_what_was_promised(office: Office) -> None:
    found = office.follow_up(office.promise(within_h=2))
    plain = follow_up_view(found, TUESDAY, office.setup, office.calendar)
    assert (plain.state, plain.clock, plain.told, plain.story) == (
        "open",
        ClockView("due", TUESDAY + 7_200_000, "ok"),
        Told(),
        (),
    )
    body = '{"note":"call back","name":"Mrs Whitcombe","contact":"020 7946 0018"}'
    whole = follow_up_view(found, TUESDAY, office.setup, office.calendar, lambda reference: body)
    assert whole.told == Told("call back", "Mrs Whitcombe", "020 7946 0018")
    assert [(line.what, line.note) for line in whole.story] == [("FollowUpPromised", "")]


def test_who_asks_whether_it_is_solved_reads_what_the_complaint_said(office: Office) -> None:
    reference = brought_to(office, "closed")
    view = follow_up_view(office.solving(reference)[0], TUESDAY, office.setup, office.calendar, read)
    assert (view.reason, view.complaint) == ("ask_solved", reference)
    assert view.told == Told("charged twice", "Mrs Whitcombe", "020 7946 0018")


# -- records, reports, what is offered


def test_a_remark_is_shown_to_who_may_read_it_alone() -> None:
    record = a_record(7, note="note-4", steps=("greet",), fields={"amount": "5.00"})
    review = Review(7, TUESDAY, "mia", "ann", "cash", (0,), 3, "note-3")
    for remark, text in ((True, "a card payment"), (False, "")):
        view = record_view(record, review, read, remark=remark)
        assert (view.reviewed, view.met, view.lines, view.remark) == (True, (0,), 3, text)
        assert (view.note, view.steps, view.fields) == ("charged twice indeed", ("greet",), {"amount": "5.00"})
    fresh = record_view(record, None, read, remark=True)
    assert (fresh.reviewed, fresh.met, fresh.lines, fresh.remark) == (False, (), 0, "")


def test_a_report_on_an_answer_shows_what_was_written(office: Office) -> None:
    office.do(c.ReportArticle("wrong", "card-lost", "ru", "old number"))
    view = article_report_view(office.book.article_report("R-0000001"), lambda reference: "old number")
    assert (view.reference, view.by, view.article, view.language, view.problem, view.note) == (
        "R-0000001",
        "ann",
        "card-lost",
        "ru",
        "wrong",
        "old number",
    )


def test_a_console_is_offered_the_branchs_own_codes_and_names(office: Office) -> None:
    office.book.keep(a_record(7, outcome="issued"))
    offered = offered_care(office.book, office.setup)
    assert offered.categories == {one.code: one.names for one in CATEGORIES}
    assert offered.causes == {one.code: one.names for one in CAUSES}
    assert offered.usual == {"cash": {"issued": 1.0}}
