"""The care room's contract, over every implementation of it: complaints, promises, records, answers, one's own day."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.access import ROLES
from lobby.care import commands as c
from lobby.care.clocks import Standing
from lobby.care.complaints import State
from lobby.care.interactions import Record
from lobby.care.views import ClockView
from lobby.care_door import TableDay
from lobby.queue import commands as q
from lobby.queue.decisions import Actor
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, moment
from tests.contract.houses import House, Visit

AUDITOR = Actor("ida", "auditor")
DAY = 86_400_000


@pytest.fixture
def complaint(do: Visit) -> str:
    """A complaint that Ann took; its reference."""
    taken = do(ANN, c.TakeComplaint("The teller was rude.", "Lee Wu", "+44 20 7946 0000", category="staff"))
    assert taken.complaint
    return taken.complaint.reference


def test_a_complaint_goes_from_receipt_to_its_end(house: House, do: Visit, complaint: str) -> None:
    house.clock.forward(3600)
    steps: tuple[q.Command, ...] = (
        c.AcknowledgeComplaint(complaint, "in_person"),
        c.AssessComplaint(complaint, "staff", 2, 3),
        c.InvestigateComplaint(complaint, "It was a misunderstanding over the fee."),
        c.AnswerComplaint(complaint, "partly", "phone", "We apologised and repaid the fee."),
        c.CloseComplaint(complaint, "information", "The fee stands on the screen now."),
    )
    states = []
    for step in steps:
        answer = do(MIA, step)
        assert answer.complaint
        states.append(answer.complaint.state)
    assert states == [State.ACKNOWLEDGED, State.ASSESSED, State.INVESTIGATED, State.ANSWERED, State.CLOSED]
    found = house.care(MIA).complaint(complaint)
    assert (found.told.text, found.told.name, found.told.contact) == (
        "The teller was rude.", "Lee Wu", "+44 20 7946 0000",
    )  # fmt: skip
    assert [line.what for line in found.story] == [
        "ComplaintReceived", "ComplaintAcknowledged", "ComplaintAssessed", "ComplaintInvestigated",
        "ComplaintAnswered", "ComplaintClosed",
    ]  # fmt: skip
    assert found.story[4].note == "We apologised and repaid the fee."
    assert [(clock.kind, clock.standing) for clock in found.clocks] == [
        ("promise", Standing.KEPT),
        ("law", Standing.KEPT),
    ]
    (ask,) = house.care(ANN).due().follow_ups
    assert (ask.reason, ask.complaint, ask.owner) == ("ask_solved", complaint, "ann")
    house.clock.now = moment("2024-03-11 10:00")
    said = do(ANN, c.SayWhetherSolved(complaint, solved=False, note="Not repaid yet."))
    assert said.complaint
    assert (said.complaint.state, said.complaint.times_reopened) == (State.REOPENED, 1)
    eight_weeks = moment("2024-05-07 00:00") - 1
    assert said.complaint.clocks[1] == ClockView("law", eight_weeks, Standing.OK)
    assert house.care(ANN).due().follow_ups == ()


def test_longer_time_is_among_the_steps_only_where_the_law_gives_it_and_only_once(do: Visit, complaint: str) -> None:
    do(ANN, c.AcknowledgeComplaint(complaint, "phone"))

    def steps(command: q.Command) -> tuple[str, ...]:
        answer = do(MIA, command)
        assert answer.complaint
        return answer.complaint.steps

    assert "extend" not in steps(c.AssessComplaint(complaint, "fees", 1, 1))
    assert "extend" in steps(c.AssessComplaint(complaint, "fees", 1, 1, "payments"))
    assert "extend" not in steps(c.ExtendComplaint(complaint, "Another bank has to answer first"))
    with pytest.raises(errors.NoLongerTime):
        do(MIA, c.ExtendComplaint(complaint, "And another one"))


def test_what_ran_out_is_the_supervisors_and_a_line_of_the_story(house: House, do: Visit, complaint: str) -> None:
    house.clock.now = house.care(ANN).complaint(complaint).clocks[0].due + 1
    house.watch()
    found = house.care(MIA).complaint(complaint)
    assert (found.owner, found.clocks[0].standing) == ("boss", Standing.OVER)
    assert [(line.at, line.actor, line.what, line.note, line.detail) for line in found.story[1:]] == [
        (house.clock(), "clock", "ClockRanOut", "", "promise")
    ]


def test_the_story_says_who_a_complaint_was_given_to(house: House, do: Visit, complaint: str) -> None:
    bob = house.care(BOB)
    do(MIA, c.AssignComplaint(complaint, "bob"))
    assert [(line.what, line.detail) for line in bob.complaint(complaint).story[1:]] == [("ComplaintAssigned", "bob")]


def test_a_teller_reads_in_the_list_what_is_theirs_or_nobodys_and_who_leads_reads_all(house: House, do: Visit) -> None:
    do(KIOSK, c.TakeComplaint("Too slow"))
    do(ANN, c.TakeComplaint("Charged twice"))
    do(BOB, c.TakeComplaint("Too loud"))
    do(ANN, c.PromiseFollowUp("Call Lee", within_h=2))
    do(BOB, c.PromiseFollowUp("Call Wu", within_h=1))

    def words(actor: Actor, everyone: bool) -> tuple[set[str], list[str]]:
        due = house.care(actor).due(everyone=everyone)
        assert {one.story for one in due.complaints} | {one.story for one in due.follow_ups} == {()}
        return {one.told.text for one in due.complaints}, [one.told.text for one in due.follow_ups]

    assert words(ANN, False) == ({"Too slow", "Charged twice"}, ["Call Lee"])
    assert words(ANN, True) == ({"Too slow", "Charged twice", ""}, ["", "Call Lee"])
    assert words(BOB, True) == ({"Too slow", "Too loud", ""}, ["Call Wu", ""])
    assert words(MIA, True) == ({"Too slow", "Charged twice", "Too loud"}, ["Call Wu", "Call Lee"])
    assert words(AUDITOR, True) == ({""}, ["", ""])
    assert [one.told.text for one in house.care(ANN).my_day().due] == ["Call Lee"]


def test_both_clocks_of_a_complaint_are_known_at_once(house: House, do: Visit, complaint: str) -> None:
    promise, law = house.care(ANN).complaint(complaint).clocks
    assert promise.due == TUESDAY + DAY
    assert law.due == moment("2024-05-01 00:00") - 1, "eight weeks, the last day whole"


def test_a_step_out_of_turn_is_refused_in_words_and_changes_nothing(house: House, do: Visit, complaint: str) -> None:
    before = house.care(MIA).complaint(complaint)
    with pytest.raises(errors.WrongComplaintState) as refusal:
        do(MIA, c.CloseComplaint(complaint, "mistake", "so"))
    assert refusal.value.facts == {"complaint": complaint, "state": "received"}
    assert house.care(MIA).complaint(complaint) == before


def test_a_reference_may_be_typed_in_any_way(house: House, complaint: str) -> None:
    spoken = complaint.lower().replace("-", " ")
    assert house.care(ANN).complaint(spoken).reference == complaint
    with pytest.raises(errors.UnknownComplaint):
        house.care(ANN).complaint("C-2222222")


def test_an_auditor_sees_complaints_but_nobodys_words(house: House, complaint: str) -> None:
    found = house.care(AUDITOR).complaint(complaint)
    assert found.category == "staff"
    assert (found.told.text, found.told.name, found.told.contact) == ("", "", "")


def test_no_word_of_a_customer_is_in_the_journal(house: House, do: Visit, complaint: str) -> None:
    do(ANN, c.PromiseFollowUp("Call about the fee", within_h=8, name="Lee Wu", contact="0000"))
    do(ANN, c.NoteOnComplaint(complaint, "Mr Wu will bring the receipt"))
    journal = repr(house.door(MIA).events())
    assert "ComplaintNoted" in journal
    assert not [word for word in ("rude", "Lee Wu", "Mr Wu", "20 7946", "the fee", "receipt") if word in journal]


def test_a_complaint_without_contact_is_taken_and_nobody_is_asked_afterwards(house: House, do: Visit) -> None:
    taken = do(KIOSK, c.TakeComplaint("Too slow"))
    assert taken.complaint
    reference = taken.complaint.reference
    assert (taken.complaint.place, taken.complaint.contact, taken.complaint.owner) == ("kiosk", False, "")
    do(ANN, c.AcknowledgeComplaint(reference, "slip"))
    assert house.care(MIA).complaint(reference).owner == "ann"
    do(MIA, c.AssessComplaint(reference, "wait", 1, 1))
    do(ANN, c.AnswerComplaint(reference, "upheld", "slip", "We are sorry."))
    do(MIA, c.CloseComplaint(reference, "staffing", "A third counter at noon."))
    assert house.care(MIA).due(everyone=True).follow_ups == ()


def test_a_complaint_about_a_visit_knows_its_service_and_language(house: House, do: Visit) -> None:
    do(KIOSK, q.Issue("cash", "ru"))
    taken = do(ANN, c.TakeComplaint("Долго", ticket="A001")).complaint
    assert taken
    assert (taken.ticket, taken.service, taken.language) == ("2024-03-05-A001", "cash", "ru")


@pytest.mark.parametrize(
    "command",
    [
        c.AssessComplaint("", "nonsense", 1, 1),
        c.TakeComplaint("x", category="nonsense"),
        c.PromiseFollowUp("x"),
        c.PromiseFollowUp("x", due=TUESDAY + 5, within_h=3),
        c.PromiseFollowUp("x", due=TUESDAY - 1),
        c.ReportArticle("missing"),
        c.TakeComplaint(""),
        c.TakeComplaint("\u202e\u200b", "Lee Wu", "+44 20 7946 0000"),
        c.Praise("\u200b", "ann"),
        c.TakeComplaint("x" * 5_000),
    ],
    ids=lambda command: type(command).__name__,
)
def test_bad_input_is_refused_by_its_field(house: House, do: Visit, complaint: str, command: q.Command) -> None:
    if isinstance(command, c.AssessComplaint):
        do(ANN, c.AcknowledgeComplaint(complaint, "slip"))
        command = c.AssessComplaint(complaint, "nonsense", 1, 1)
    with pytest.raises(errors.BadField):
        do(MIA, command)
    assert len(house.care(MIA).complaints()) == 1


def test_a_note_of_100_kilobytes_is_refused_and_nothing_is_kept(house: House, do: Visit) -> None:
    with pytest.raises((errors.BadField, errors.TooLong)):
        do(MIA, c.TakeComplaint("x" * 100_000))
    assert house.care(MIA).complaints() == ()


def test_directions_and_control_signs_in_a_note_are_gone(house: House, do: Visit) -> None:
    taken = do(ANN, c.TakeComplaint("evil\u202etxt\x07.\r\nnext")).complaint
    assert taken
    assert house.care(ANN).complaint(taken.reference).told.text == "eviltxt.\nnext"


def test_a_follow_up_is_due_moved_kept_and_over(house: House, do: Visit) -> None:
    promised = do(ANN, c.PromiseFollowUp("Call back", within_h=8, name="Lee", contact="123")).follow_up
    assert promised
    (due,) = house.care(ANN).due().follow_ups
    assert (due.told.text, due.told.name, due.told.contact) == ("Call back", "Lee", "123")
    assert (due.owner, due.due, due.clock.standing) == ("ann", TUESDAY + 8 * 3_600_000, Standing.OK)
    assert house.care(BOB).due().follow_ups == ()
    moved = do(ANN, c.MoveFollowUp(due.reference, owner="bob", due=TUESDAY + DAY)).follow_up
    assert moved
    assert (moved.owner, moved.due) == ("bob", TUESDAY + DAY)
    kept = do(BOB, c.KeepFollowUp(due.reference, "done")).follow_up
    assert kept
    assert (kept.state, kept.clock.standing) == ("kept", Standing.KEPT)
    with pytest.raises(errors.FollowUpDone):
        do(BOB, c.DropFollowUp(due.reference, "why"))


def test_a_record_is_checked_against_its_template_and_its_private_fields_stay_private(house: House, do: Visit) -> None:
    do(ANN, q.OpenCounter(1))
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.CallNext(1))
    do(ANN, q.Start(1))
    with pytest.raises(errors.BadField):
        do(ANN, q.Finish(1, record=Record(outcome="nonsense")))
    with pytest.raises(errors.BadField):
        do(ANN, q.Finish(1, record=Record(outcome="paid", fields={"phone": "+442079460000"})))
    record = Record(outcome="paid", fields={"reason": "rent"}, private={"phone": "+44 20 7946 0000"}, note="For Lee")
    done = do(ANN, q.Finish(1, record=record))
    assert done.ticket
    assert done.ticket.ended == "finished"
    (event,) = [r.event for r in house.door(MIA).events() if type(r.event).__name__ == "InteractionRecorded"]
    assert (event.outcome, event.service, event.fields) == ("paid", "cash", {"reason": "rent"})  # type: ignore[union-attr]
    assert not [word for word in ("20 7946", "For Lee") if word in repr(house.door(MIA).events())]
    (drawn,) = house.care(MIA).reviews()
    assert (drawn.teller, drawn.outcome, drawn.note, drawn.reviewed) == ("ann", "paid", "For Lee", False)
    offered = house.care(ANN).care()
    assert offered.usual == {"cash": {"paid": 1.0}}
    assert [outcome.code for outcome in offered.templates["cash"].outcomes] == ["paid", "sent_on"]


def test_the_notes_of_a_finish_and_of_its_record_are_read_as_one(house: House, do: Visit) -> None:
    do(ANN, q.OpenCounter(1))
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.CallNext(1))
    do(ANN, q.Start(1))
    do(ANN, q.Finish(1, "paid", "Paid in coins", record=Record(note="Took long")))
    (drawn,) = house.care(MIA).reviews()
    assert drawn.note == "Paid in coins\nTook long"


def test_an_undone_finish_takes_its_record_out_of_the_sample_and_of_what_is_usual(house: House, do: Visit) -> None:
    do(ANN, q.OpenCounter(1))
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.CallNext(1))
    do(ANN, q.Start(1))
    do(ANN, q.Finish(1, "paid"))
    do(ANN, q.UndoStep(1))
    assert house.care(MIA).reviews() == ()
    assert not house.care(ANN).care().usual.get("cash")


def test_the_samples_are_of_last_week_and_of_this_week_so_far(house: House, do: Visit) -> None:
    def recorded(when: str, count: int, actor: Actor = ANN) -> set[int]:
        house.clock.now = moment(when)
        number = do(KIOSK, q.Issue("cash")).ticket
        assert number
        return {do(actor, q.RecordInteraction(number.number, "paid")).seq for _ in range(count)}

    def drawn() -> set[int]:
        return {one.seq for one in house.care(MIA).reviews()}

    first = recorded("2024-03-05 09:00", 3) | recorded("2024-03-11 03:59", 2, BOB)  # Sunday's business day goes on
    assert drawn() <= first
    sample = drawn()
    assert len(sample) == 4, "two of each teller"
    assert drawn() == sample
    second = recorded("2024-03-11 04:00", 3)
    assert len(drawn() & second) == 2
    assert drawn() & first == sample, "last week's sample stays as it was drawn"
    house.clock.now = moment("2024-03-17 23:00")
    assert drawn() & first == sample
    third = recorded("2024-03-18 09:00", 1)
    assert drawn() & first == set()
    assert len(drawn() & second) == 2
    assert drawn() >= third


def test_nobody_is_given_records_of_their_own_to_review(house: House, do: Visit) -> None:
    do(KIOSK, q.Issue("cash"))
    for actor in (MIA, MIA, MIA, ANN):
        do(actor, q.RecordInteraction("A001", "paid"))
    assert [one.teller for one in house.care(MIA).reviews()] == ["ann"]
    assert {one.teller for one in house.care(Actor("eve", "supervisor")).reviews()} == {"ann", "mia"}


def test_before_the_first_event_of_a_day_ones_day_is_empty_and_not_yesterdays(house: House, do: Visit) -> None:
    do(ANN, q.OpenCounter(1))
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.CallNext(1))
    do(ANN, q.Start(1))
    house.clock.forward(120)
    do(ANN, q.Finish(1, "paid"))
    house.clock.now = moment("2024-03-06 08:00")
    mine = house.care(ANN).my_day()
    assert (mine.today.day, mine.today.served, mine.today.handled_mean_s) == ("2024-03-06", 0, None)
    assert mine.services == ()
    do(KIOSK, q.Issue("cash"))
    mine = house.care(ANN).my_day()
    assert (mine.today.day, mine.today.served) == ("2024-03-06", 0)
    assert [(one.day, one.served, one.handled_mean_s) for one in mine.days] == [("2024-03-05", 1, 120.0)]


def test_what_a_customer_wrote_is_read_by_those_who_lead_until_one_of_them_has_seen_to_it(
    house: House, do: Visit
) -> None:
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.Cancel("A001"))
    do(KIOSK, q.GiveFeedback(1, choices=("wait",), ticket="A001", note="I waited an hour"))
    do(KIOSK, q.GiveFeedback(5, note="Lovely"))
    bad, good = house.care(MIA).comments()
    assert (bad.rating, bad.choices, bad.text, bad.waits) == (1, ("wait",), "I waited an hour", True)
    assert (good.rating, good.text, good.waits) == (5, "Lovely", False)
    do(MIA, c.SettleComment(bad.seq, "A second counter from nine on"))
    with pytest.raises(errors.CommentIsSettled):
        do(Actor("eve", "supervisor"), c.SettleComment(bad.seq))
    settled = {one.seq: one for one in house.care(Actor("eve", "supervisor")).comments()}[bad.seq]
    assert (settled.waits, settled.settled_by, settled.remark) == (False, "mia", "A second counter from nine on")
    assert {(one.text, one.remark) for one in house.care(AUDITOR).comments()} == {("", "")}
    with pytest.raises(errors.NotAllowed):
        house.care(ANN).comments()
    assert not [word for word in ("hour", "Lovely", "second") if word in repr(house.door(MIA).events())]


def test_a_review_reaches_the_teller_alone_and_praise_too(house: House, do: Visit) -> None:
    do(ANN, q.OpenCounter(1))
    do(KIOSK, q.Issue("cash"))
    do(ANN, q.CallNext(1))
    do(ANN, q.Start(1))
    house.clock.forward(120)
    do(ANN, q.Finish(1, "paid"))
    (drawn,) = house.care(MIA).reviews()
    do(MIA, c.ReviewRecord(drawn.seq, (0,), "Well explained."))
    do(KIOSK, c.Praise("Ann was so kind", ticket="A001"))
    do(KIOSK, q.GiveFeedback(5, ticket="A001"))
    mine = house.care(ANN).my_day()
    assert (mine.today.served, mine.today.handled_mean_s) == (1, 120.0)
    assert [(one.remark, one.met, one.lines) for one in mine.reviews] == [("Well explained.", (0,), 2)]
    assert [one.text for one in mine.praise] == ["Ann was so kind"]
    assert mine.ratings == {}, "nobody is told whose it is"
    (seen,) = house.care(MIA).reviews()
    assert (seen.reviewed, seen.remark) == (True, "")
    theirs = house.care(BOB).my_day()
    assert (theirs.praise, theirs.reviews, theirs.today.served) == ((), (), 0)
    with pytest.raises(errors.BadField):
        do(MIA, c.ReviewRecord(drawn.seq, (2,)))


def test_answers_are_found_opened_and_said_to_be_out_of_date(house: House) -> None:
    care = house.care(ANN)
    (hit, *_) = care.search("large withdrawal", "en", "cash")
    assert hit.article == "large"
    article = care.article("large", "en")
    assert article.title == "Large withdrawals"
    assert "| Withdrawal | 1.00 |" in article.body
    assert article.tables == (TableDay("fees", "2024-01-01", "2024-06-01"),)
    assert care.article("large", "ru").language == "ru"
    assert care.article("large", "zh").language == "en", "there is none in Chinese"
    assert care.article("old", "en").standing == "out_of_date"
    assert "large" in [one.article for one in care.opening("cash", "en")]
    assert [one.situation for one in care.phrases("en")] == ["a long wait"]
    assert {change.id for change in care.news("en")} >= {"large", "fees"}
    with pytest.raises(errors.UnknownArticle):
        care.article("nothing", "en")
    with pytest.raises(errors.UnknownArticle):
        care.article("../../etc/passwd", "en")


def test_what_is_wrong_with_an_answer_comes_to_the_managers_list_until_it_is_settled(house: House, do: Visit) -> None:
    do(ANN, c.ReportArticle("wrong", "large", "en", "It is 15,000 now"))
    (report,) = house.care(MIA).article_reports()
    assert (report.article, report.by, report.note) == ("large", "ann", "It is 15,000 now")
    do(MIA, c.SettleArticleReport(report.reference))
    assert house.care(MIA).article_reports() == ()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_what_it_may_and_no_more(house: House, role: str) -> None:
    may = {
        "complaints": {"teller", "supervisor", "manager", "auditor", "administrator"},
        "search": {"teller", "supervisor", "manager", "auditor", "administrator"},
        "my_day": {"teller", "supervisor", "manager", "administrator"},
        "reviews": {"supervisor", "manager", "administrator"},
        "article_reports": {"supervisor", "manager", "administrator"},
    }
    care = house.care(Actor("x", role))
    for name, roles in may.items():
        ask = getattr(care, name)
        asked = ("fee", "en") if name == "search" else ()
        if role in roles:
            ask(*asked)
        else:
            with pytest.raises(errors.NotAllowed):
                ask(*asked)
