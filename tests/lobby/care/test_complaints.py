"""A complaint from its receipt to its end: every step from every state, the two clocks, who owns it."""

from __future__ import annotations

from typing import get_args

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.casebook import Casebook
from lobby.care.clocks import Clock, ClockKind, Standing, standing
from lobby.care.complaints import STATE_NAMES, TRANSITIONS, State
from lobby.care.setup import CareSetup
from lobby.command_shape import Command, check
from lobby.errors import BadField, LobbyError, NoLongerTime, UnknownComplaint, WrongComplaintState
from tests.builders import TUESDAY, moment
from tests.lobby.care.office import Office, brought_to, rules, steps_to

VERBS: dict[str, Command] = {
    "acknowledge": c.AcknowledgeComplaint("C-0", "phone"),
    "assess": c.AssessComplaint("C-0", "wait", 1, 1, "payments"),
    "investigate": c.InvestigateComplaint("C-0", "found out more"),
    "answer": c.AnswerComplaint("C-0", "partly", "email", "half of it comes back"),
    "close": c.CloseComplaint("C-0", "system", "the system was mended"),
    "reopen": c.ReopenComplaint("C-0", "it was not solved"),
    "assign": c.AssignComplaint("C-0", "bob"),
    "extend": c.ExtendComplaint("C-0", "another bank has to answer first"),
    "note": c.NoteOnComplaint("C-0", "she rang again"),
    "solved": c.SayWhetherSolved("C-0", True),
    "not solved": c.SayWhetherSolved("C-0", False),
}

AFTER: dict[str, dict[str, str]] = {
    "received": {"acknowledge": "acknowledged", "assign": "received", "note": "received"},
    "acknowledged": {"assess": "assessed", "assign": "acknowledged", "note": "acknowledged"},
    "assessed": {
        "assess": "assessed",
        "investigate": "investigated",
        "answer": "answered",
        "assign": "assessed",
        "extend": "assessed",
        "note": "assessed",
    },
    "investigated": {
        "assess": "assessed",
        "investigate": "investigated",
        "answer": "answered",
        "assign": "investigated",
        "extend": "investigated",
        "note": "investigated",
    },
    "answered": {
        "close": "closed",
        "reopen": "reopened",
        "assign": "answered",
        "note": "answered",
        "solved": "answered",
        "not solved": "reopened",
    },
    "closed": {"reopen": "reopened", "note": "closed", "solved": "closed", "not solved": "reopened"},
    "reopened": {
        "assess": "assessed",
        "investigate": "investigated",
        "answer": "answered",
        "assign": "reopened",
        "extend": "reopened",
        "note": "reopened",
    },
}
"""The state after each verb, from each state. What is not here is refused."""


LAW_DUE = moment("2024-03-27 00:00") - 1
"""The end of the law's time for a payment complained of on Tuesday the fifth: 6-8, 11-15, 18-22, 25 and 26 March."""
LATER = moment("2024-04-02 09:00")


@pytest.fixture
def office() -> Office:
    return Office()


def told(office: Office, reference: str, verb: str) -> Command:
    """The verb, said of this complaint."""
    command = VERBS[verb]
    return type(command)(reference, *[getattr(command, name) for name in command.__struct_fields__[1:]])


# -- the table of states


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", AFTER)
def test_every_verb_from_every_state_does_what_the_table_says_or_is_refused(
    office: Office, state: str, verb: str
) -> None:
    reference = brought_to(office, state)
    command = told(office, reference, verb)
    if verb in AFTER[state]:
        office.do(command, actor="bob")
        assert office.complaint(reference).state == AFTER[state][verb]
        assert office.folded() == office.book
    else:
        facts = office.refused(command, WrongComplaintState)
        assert facts == {"complaint": reference, "state": STATE_NAMES[State(state)]}


def test_the_table_of_these_tests_has_every_state_and_every_verb() -> None:
    assert set(AFTER) == set(State) == set(TRANSITIONS) == set(STATE_NAMES)
    assert {type(command) for command in VERBS.values()} == set(c.COMPLAINT_VERBS.values())


@pytest.mark.parametrize("verb", VERBS)
def test_a_complaint_that_is_not_there_is_refused_by_its_reference(office: Office, verb: str) -> None:
    assert office.refused(told(office, "C-9999999", verb), UnknownComplaint) == {"complaint": "C-9999999"}


@pytest.mark.parametrize("typed", ["C-0000001", "c-0000001", "c0000001", " c 000 0001 ", "C.0000001", "c—0000001"])
def test_a_reference_may_be_typed_as_anyone_would_say_it(office: Office, typed: str) -> None:
    reference = office.take()
    assert reference == "C-0000001"
    made = office.do(c.AcknowledgeComplaint(typed, "phone"))
    assert made == [e.ComplaintAcknowledged(reference, "phone")]


@pytest.mark.parametrize("typed", ["0000001", "F-0000001", "C", "-", "", "C-00000011"])
def test_what_is_not_the_reference_finds_nothing(office: Office, typed: str) -> None:
    office.take()
    with pytest.raises(UnknownComplaint):
        office.book.complaint(typed)


# -- taking it down


def test_a_complaint_holds_both_clocks_and_no_word_of_the_customer(office: Office) -> None:
    made = office.do(
        c.TakeComplaint("the fee was charged twice", "Mrs Whitcombe", "020 7946 0018", "en", "cash", "T1", "fees")
    )
    assert made == [
        e.ComplaintReceived(
            complaint="C-0000001",
            place="counter",
            language="en",
            promise_due=moment("2024-03-06 09:00"),
            law_due=moment("2024-05-01 00:00") - 1,
            contact=True,
            person="note-1",
            service="cash",
            ticket="T1",
            category="fees",
        )
    ]
    found = office.complaint("C-0000001")
    assert (found.state, found.received_at, found.owner) == ("received", TUESDAY, "ann")
    assert [(line.at, line.actor, line.what, line.note) for line in found.story] == [
        (TUESDAY, "ann", "ComplaintReceived", "note-1")
    ]


@pytest.mark.parametrize(("place", "owner"), [("counter", "ann"), ("kiosk", ""), ("phone", "")])
def test_who_takes_it_at_a_counter_owns_it_and_a_machine_owns_nothing(office: Office, place: str, owner: str) -> None:
    found = office.complaint(office.take(place=place))
    assert (found.place, found.owner) == (place, owner)


def test_without_a_way_to_reach_the_customer_it_is_taken_all_the_same(office: Office) -> None:
    assert not office.complaint(office.take(contact="")).contact
    assert not office.complaint(office.take(contact="  ")).contact
    assert not office.complaint(office.take(contact="\u202e\u200b")).contact
    assert office.complaint(office.take(contact="a@b.example")).contact


def test_a_category_that_the_branch_does_not_have_is_refused_with_those_it_has(office: Office) -> None:
    facts = office.refused(c.TakeComplaint("slow", category="weather"), BadField)
    assert facts == {"field": "category", "problem": "known are fees, wait"}


def test_where_no_law_is_known_only_the_promise_runs() -> None:
    office = Office(CareSetup(rules(place="")))
    found = office.complaint(office.take())
    assert found.law_due is None
    assert [clock.kind for clock in found.clocks()] == ["promise"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n"])
def test_a_complaint_of_nothing_but_spaces_is_none(text: str) -> None:
    with pytest.raises(BadField) as caught:
        check(c.TakeComplaint(text))
    assert caught.value.facts["field"] == "text"


# -- the steps


def test_the_first_answer_keeps_the_promise_and_gives_an_owner_where_there_was_none(office: Office) -> None:
    reference = office.take(place="kiosk")
    office.clock.forward(hours=2)
    made = office.do(c.AcknowledgeComplaint(reference, "message"), actor="bob")
    assert made == [e.ComplaintAssigned(reference, "bob"), e.ComplaintAcknowledged(reference, "message")]
    found = office.complaint(reference)
    assert (found.owner, found.acknowledged_at) == ("bob", TUESDAY + 7_200_000)
    assert standing(found.clocks()[0], moment("2024-03-20 09:00"), 0.75) is Standing.KEPT


def test_the_first_answer_leaves_the_owner_who_is_there(office: Office) -> None:
    reference = office.take()
    assert office.do(c.AcknowledgeComplaint(reference, "phone"), actor="bob") == [
        e.ComplaintAcknowledged(reference, "phone")
    ]
    assert office.complaint(reference).owner == "ann"


def test_a_promise_is_missed_when_the_first_answer_comes_a_moment_late(office: Office) -> None:
    reference = office.take()
    due = office.complaint(reference).promise_due
    office.clock.now = due + 1
    office.do(c.AcknowledgeComplaint(reference, "phone"))
    assert standing(office.complaint(reference).clocks()[0], due + 2, 0.75) is Standing.MISSED


def test_an_assessment_says_what_it_is_about_and_gives_it_the_time_of_its_law(office: Office) -> None:
    reference = brought_to(office, "acknowledged")
    made = office.do(c.AssessComplaint(reference, "wait", 3, 2, "payments", note="a card payment"))
    assert made == [e.ComplaintAssessed(reference, "wait", 3, 2, "payments", False, LAW_DUE, "note-3")]
    found = office.complaint(reference)
    assert (found.category, found.severity, found.priority, found.matter, found.law_due) == (
        "wait",
        3,
        2,
        "payments",
        LAW_DUE,
    )


def test_a_complex_case_has_the_longer_time_where_the_law_knows_one() -> None:
    office = Office(CareSetup(rules(place="cn")))
    reference = brought_to(office, "acknowledged")
    office.do(c.AssessComplaint(reference, "fees", 1, 1, complex=True))
    assert office.complaint(reference).law_due == moment("2024-04-05 00:00") - 1
    office.do(c.AssessComplaint(reference, "fees", 1, 1))
    assert office.complaint(reference).law_due == moment("2024-03-21 00:00") - 1


def test_a_category_is_needed_to_assess_and_one_of_the_branchs(office: Office) -> None:
    reference = brought_to(office, "acknowledged")
    facts = office.refused(c.AssessComplaint(reference, "weather", 1, 1), BadField)
    assert facts == {"field": "category", "problem": "known are fees, wait"}


def test_an_answer_in_time_keeps_the_law(office: Office) -> None:
    reference = brought_to(office, "investigated")
    office.clock.now = office.complaint(reference).law_due or 0
    office.do(c.AnswerComplaint(reference, "not_upheld", "letter", "we explained why"))
    found = office.complaint(reference)
    assert (found.decision, found.answered_at) == ("not_upheld", found.law_due)
    assert standing(found.clocks()[1], office.clock() + 1, 0.75) is Standing.KEPT


def test_to_close_takes_a_cause_of_the_branchs_own(office: Office) -> None:
    reference = brought_to(office, "answered")
    facts = office.refused(c.CloseComplaint(reference, "bad luck", "nothing"), BadField)
    assert facts == {"field": "cause", "problem": "known are mistake, system"}
    office.do(c.CloseComplaint(reference, "mistake", "the form asks once now"))
    found = office.complaint(reference)
    assert (found.cause, found.closed_at, found.is_open) == ("mistake", TUESDAY, False)


@pytest.mark.parametrize("note", ["", " ", "\n \t"])
@pytest.mark.parametrize(
    "said",
    [
        lambda note: c.CloseComplaint("C-1", "mistake", note),
        lambda note: c.InvestigateComplaint("C-1", note),
        lambda note: c.AnswerComplaint("C-1", "upheld", "phone", note),
        lambda note: c.ReopenComplaint("C-1", note),
        lambda note: c.ExtendComplaint("C-1", note),
        lambda note: c.NoteOnComplaint("C-1", note),
        lambda note: c.PromiseFollowUp(note, within_h=1),
        lambda note: c.DropFollowUp("F-1", note),
        lambda note: c.Praise(note, "ann"),
    ],
)
def test_what_must_be_written_cannot_be_left_out_nor_be_spaces(said: object, note: str) -> None:
    """To close takes what is done so that it does not happen again."""
    with pytest.raises(BadField) as caught:
        check(said(note))  # type: ignore[operator]
    assert caught.value.facts["field"] == "note"


def test_every_way_to_be_told_and_every_degree_is_checked_by_shape() -> None:
    for way in get_args(c.Way):
        check(c.AcknowledgeComplaint("C-1", way))
    wrong: list[Command] = [
        c.AcknowledgeComplaint("C-1", "pigeon"),  # type: ignore[arg-type]
        c.AssessComplaint("C-1", "fees", 0, 1),
        c.AssessComplaint("C-1", "fees", 1, 4),
        c.AssessComplaint("C-1", "", 1, 1),
        c.AnswerComplaint("C-1", "perhaps", "phone", "x"),  # type: ignore[arg-type]
        c.InvestigateComplaint("", "x"),
        c.InvestigateComplaint("C-1", "x" * 4001),
    ]
    for command in wrong:
        with pytest.raises(BadField):
            check(command)


# -- closed, asked, opened again


def test_who_can_be_reached_is_asked_some_days_later_whether_it_is_solved(office: Office) -> None:
    reference = brought_to(office, "answered", service="cash", language="ru", ticket="T1")
    made = office.do(c.CloseComplaint(reference, "mistake", "the form asks once now"), actor="mia")
    assert isinstance(made[0], e.ComplaintClosed)
    assert made[1:] == [
        e.FollowUpPromised(
            follow_up=f"F-{office.made:07d}",
            owner="ann",
            due=moment("2024-03-13 00:00") - 1,  # 6-8, 11 and 12 March
            note="note-1",
            reason="ask_solved",
            ticket="T1",
            complaint=reference,
            service="cash",
            language="ru",
        )
    ]


def test_who_cannot_be_reached_is_not_asked(office: Office) -> None:
    reference = brought_to(office, "closed", contact="")
    assert office.solving(reference) == []


def test_who_said_before_the_end_that_it_is_solved_is_not_asked_again(office: Office) -> None:
    reference = brought_to(office, "answered")
    office.do(c.SayWhetherSolved(reference, True))
    made = office.do(c.CloseComplaint(reference, "mistake", "the form asks once now"))
    assert [type(event) for event in made] == [e.ComplaintClosed]


def test_a_yes_is_kept_and_with_it_the_promise_to_ask(office: Office) -> None:
    reference = brought_to(office, "closed")
    asked = office.solving(reference)[0].reference
    made = office.do(c.SayWhetherSolved(reference, True, "glad"))
    assert made == [e.FollowUpKept(asked), e.CustomerAsked(reference, True, f"note-{office.made}")]
    assert office.complaint(reference).solved is True
    assert office.complaint(reference).state == "closed"
    assert office.follow_up(asked).state == "kept"


@pytest.mark.parametrize(("place", "by"), [("counter", "customer"), ("phone", "customer")])
def test_a_no_opens_the_complaint_again_for_the_customer(office: Office, place: str, by: str) -> None:
    reference = brought_to(office, "closed")
    asked = office.solving(reference)[0].reference
    made = office.do(c.SayWhetherSolved(reference, False, "charged again"), place=place)
    note = f"note-{office.made}"
    assert made == [
        e.FollowUpKept(asked),
        e.CustomerAsked(reference, False, note),
        e.ComplaintReopened(reference, by, note, LAW_DUE),
    ]
    found = office.complaint(reference)
    assert (found.state, found.times_reopened, found.closed_at, found.solved) == ("reopened", 1, None, None)


@pytest.mark.parametrize(("place", "by"), [("counter", "staff"), ("phone", "customer"), ("kiosk", "customer")])
def test_opening_again_says_who_did_and_needs_nobody_to_ask_any_more(office: Office, place: str, by: str) -> None:
    reference = brought_to(office, "closed")
    asked = office.solving(reference)[0].reference
    made = office.do(c.ReopenComplaint(reference, "charged again"), place=place)
    assert made == [e.FollowUpKept(asked), e.ComplaintReopened(reference, by, f"note-{office.made}", LAW_DUE)]


def test_after_each_end_the_customer_is_asked_once(office: Office) -> None:
    reference = brought_to(office, "reopened")
    for command in steps_to(reference)["closed"][3:]:
        office.do(command)
    assert [one.state for one in office.solving(reference)] == ["kept", "open"]
    assert office.complaint(reference).times_reopened == 1


def test_another_promise_about_the_complaint_is_not_kept_by_a_yes(office: Office) -> None:
    reference = brought_to(office, "closed")
    other = office.promise("send the letter", within_h=24, complaint=reference)
    office.do(c.SayWhetherSolved(reference, True))
    assert office.follow_up(other).is_open


def test_a_complaint_opened_again_has_the_laws_time_anew_from_then_on(office: Office) -> None:
    reference = brought_to(office, "closed")
    promise, law = office.complaint(reference).clocks()
    assert (law.started, law.due, law.stopped) == (TUESDAY, LAW_DUE, TUESDAY)
    office.clock.now = LATER
    office.do(c.ReopenComplaint(reference, "charged again"))
    again = Clock(ClockKind.LAW, LATER, moment("2024-04-24 00:00") - 1)  # 15 business days from 2 April
    assert office.complaint(reference).clocks() == (promise, again)
    office.clock.forward(hours=24)
    office.do(c.AnswerComplaint(reference, "upheld", "phone", "it comes back"))
    law = office.complaint(reference).clocks()[1]
    assert (law.started, law.stopped) == (LATER, LATER + 86_400_000)
    assert office.folded() == office.book


def test_an_assessment_and_an_extension_of_what_is_open_again_are_reckoned_from_then_on(office: Office) -> None:
    reference = brought_to(office, "closed")
    office.clock.now = LATER
    office.do(c.SayWhetherSolved(reference, False, "charged again"))
    office.clock.forward(hours=72)
    office.do(c.AssessComplaint(reference, "wait", 1, 1, "general"))
    assert office.complaint(reference).law_due == moment("2024-05-29 00:00") - 1  # eight weeks from 2 April
    office.do(c.AssessComplaint(reference, "wait", 1, 1, "payments"))
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    assert office.complaint(reference).law_due == moment("2024-05-22 00:00") - 1  # 35 business days from 2 April


def test_longer_time_ends_with_the_answer_and_is_there_once_more_afterwards(office: Office) -> None:
    reference = brought_to(office, "assessed")
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    for command in steps_to(reference)["reopened"][3:]:
        office.do(command)
    found = office.complaint(reference)
    assert (found.extended, found.law_due) == (False, LAW_DUE)
    office.do(c.ExtendComplaint(reference, "and another one"))
    assert office.complaint(reference).extended
    office.refused(c.ExtendComplaint(reference, "again"), NoLongerTime)


def test_a_complex_case_that_is_opened_again_is_complex_still() -> None:
    office = Office(CareSetup(rules(place="cn")))
    reference = brought_to(office, "acknowledged")
    office.do(c.AssessComplaint(reference, "fees", 1, 1, complex=True))
    before = office.complaint(reference).law_due
    for command in steps_to(reference)["reopened"][2:]:
        office.do(command)
    assert office.complaint(reference).law_due == before


def test_where_no_law_is_known_a_complaint_opened_again_has_its_promise_alone() -> None:
    office = Office(CareSetup(rules(place="")))
    reference = brought_to(office, "reopened")
    assert [clock.kind for clock in office.complaint(reference).clocks()] == ["promise"]


# -- longer time


def test_the_laws_longer_time_is_given_once(office: Office) -> None:
    reference = brought_to(office, "assessed")
    made = office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    longer = moment("2024-04-24 00:00") - 1  # 35 business days from the receipt
    assert made == [e.ComplaintExtended(reference, longer, f"note-{office.made}")]
    found = office.complaint(reference)
    assert (found.law_due, found.extended) == (longer, True)
    assert office.refused(c.ExtendComplaint(reference, "again"), NoLongerTime) == {"complaint": reference}


def test_an_extension_outlives_another_assessment(office: Office) -> None:
    reference = brought_to(office, "assessed")
    office.do(c.ExtendComplaint(reference, "another bank has to answer first"))
    longer = office.complaint(reference).law_due
    office.do(c.AssessComplaint(reference, "fees", 3, 3, "payments"))
    assert office.complaint(reference).law_due == longer


def test_where_the_law_knows_no_longer_time_there_is_none(office: Office) -> None:
    reference = brought_to(office, "acknowledged")
    office.do(c.AssessComplaint(reference, "fees", 1, 1, "general"))
    office.refused(c.ExtendComplaint(reference, "more time"), NoLongerTime)
    lawless = Office(CareSetup(rules(place="")))
    reference = brought_to(lawless, "assessed")
    lawless.refused(c.ExtendComplaint(reference, "more time"), NoLongerTime)


# -- owner, notes


def test_assigning_to_whoever_owns_it_changes_nothing(office: Office) -> None:
    reference = office.take()
    assert office.do(c.AssignComplaint(reference, "bob")) == [e.ComplaintAssigned(reference, "bob")]
    assert office.do(c.AssignComplaint(reference, "bob")) == []
    assert office.complaint(reference).owner == "bob"


def test_a_note_may_say_the_next_step_which_the_next_real_step_clears(office: Office) -> None:
    reference = brought_to(office, "assessed")
    soon = office.clock() + 3_600_000
    office.do(c.NoteOnComplaint(reference, "ring the card maker", soon))
    assert office.complaint(reference).next_at == soon
    office.do(c.NoteOnComplaint(reference, "nobody there"))
    assert office.complaint(reference).next_at == soon
    office.do(c.InvestigateComplaint(reference, "they found it"))
    assert office.complaint(reference).next_at is None


def test_the_next_step_cannot_have_been_yesterday(office: Office) -> None:
    reference = office.take()
    facts = office.refused(c.NoteOnComplaint(reference, "x", TUESDAY - 1), BadField)
    assert facts == {"field": "next_at", "problem": "it is in the past"}


def test_the_story_has_each_step_with_time_and_teller(office: Office) -> None:
    reference = office.take()
    for command in steps_to(reference)["closed"]:
        office.clock.forward(60)
        office.do(command, actor="bob")
    story = office.complaint(reference).story
    assert [line.what for line in story] == [
        "ComplaintReceived",
        "ComplaintAcknowledged",
        "ComplaintAssessed",
        "ComplaintInvestigated",
        "ComplaintAnswered",
        "ComplaintClosed",
    ]
    assert [line.at - TUESDAY for line in story] == [60_000 * n for n in range(6)]
    assert [line.actor for line in story] == ["ann", *["bob"] * 5]
    assert [line.note for line in story] == ["note-1", "", "", "note-4", "note-5", "note-6"]


@pytest.mark.parametrize(
    "event",
    [
        e.ComplaintClosed("C-0000009", "mistake", ""),
        e.CustomerAsked("C-0000009", True),
        e.FollowUpKept("F-0000009"),
        e.ClockRanOut("C-0000009", "law", TUESDAY, "mia"),
        e.ArticleReportSettled("R-0000009"),
    ],
)
def test_what_is_said_of_something_that_was_forgotten_is_let_go(office: Office, event: e.CareEvent) -> None:
    office.book.apply(event, TUESDAY, "ann")
    assert office.book == Casebook()


def test_a_refusal_says_the_state_in_words() -> None:
    refusal: LobbyError = WrongComplaintState(complaint="C-1", state=STATE_NAMES[State.CLOSED])
    assert str(refusal) == "Complaint C-1 is closed. This step does not come next."
