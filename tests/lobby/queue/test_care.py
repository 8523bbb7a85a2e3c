"""What the queue adds to complaints, promises and praise: the ticket, its service and language, and who served it."""

from __future__ import annotations

from typing import Any

import pytest

from lobby import errors
from lobby.care import commands as care
from lobby.care import events as e
from lobby.care.casebook import Rated, Worked
from lobby.care.interactions import Kind, Record
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as q
from lobby.queue.decisions import Actor
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, VISITOR, Room
from tests.lobby.queue.test_commands import refused

ID = "2024-03-05-A001"


@pytest.mark.parametrize(
    ("actor", "place", "owner"), [(ANN, "counter", "ann"), (KIOSK, "kiosk", ""), (VISITOR, "phone", "")]
)
def test_a_complaint_says_where_it_was_taken(room: Room, actor: Actor, place: str, owner: str) -> None:
    [made] = room.do(care.TakeComplaint("slow"), actor)
    assert isinstance(made, e.ComplaintReceived)
    assert (made.place, made.language, made.service, made.ticket) == (place, "en", "", "")
    assert room.branch.care.complaint(made.complaint).owner == owner


@pytest.mark.parametrize(
    "asked", [care.TakeComplaint, lambda note, **fields: care.PromiseFollowUp(note, within_h=1, **fields)]
)
def test_a_ticket_brings_its_own_service_and_language(room: Room, asked: Any) -> None:
    room.issue("cash", language="ru")
    [made] = room.do(asked("slow", ticket="a001"))
    assert (made.ticket, made.service, made.language) == (ID, "cash", "ru")
    [made] = room.do(asked("slow", ticket=ID, service="loans", language="zh"))
    assert (made.ticket, made.service, made.language) == (ID, "loans", "zh")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"ticket": "A404"}, errors.UnknownTicket),
        ({"service": "tea"}, errors.UnknownService),
        ({"language": "xx"}, errors.UnknownLanguage),
    ],
)
def test_what_the_branch_does_not_have_is_refused(
    room: Room, fields: dict[str, str], refusal: type[LobbyError]
) -> None:
    refused(room, care.TakeComplaint("slow", **fields), refusal)
    refused(room, care.PromiseFollowUp("call back", within_h=1, **fields), refusal)


UNSEEN = "\u202e\u200b \x07"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (care.TakeComplaint(UNSEEN), "text"),
        (care.TakeComplaint(UNSEEN, "Mrs Whitcombe", "020 7946 0018"), "text"),
        (care.PromiseFollowUp(UNSEEN, within_h=1, name="Mrs Whitcombe"), "note"),
        (care.NoteOnComplaint("C-0000001", UNSEEN), "note"),
        (care.Praise(UNSEEN, "ann"), "note"),
        (care.ReportArticle("wrong", "card-lost", note=UNSEEN), "note"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_words_of_which_nothing_can_be_read_are_refused(room: Room, command: c.Command, field: str) -> None:
    assert refused(room, command, errors.BadField) == {"field": field, "problem": "nothing in it can be read"}


def test_a_note_that_may_be_left_out_is_left_out_and_words_with_unseen_signs_are_taken(room: Room) -> None:
    [made] = room.do(care.TakeComplaint(UNSEEN + "slow", UNSEEN))
    assert isinstance(made, e.ComplaintReceived)
    assert not made.contact
    assert room.do(care.AcknowledgeComplaint(made.complaint, "phone")) != []


def test_a_complaint_is_taken_before_the_day_begins_and_after_it_is_over(room: Room) -> None:
    assert len(room.do(care.TakeComplaint("slow"), VISITOR)) == 1
    room.issue()
    room.do(c.CloseDay(), MIA)
    assert len(room.do(care.TakeComplaint("slow"), VISITOR)) == 1


def test_a_complaint_outlives_its_ticket_and_its_day(room: Room) -> None:
    room.issue()
    room.do(care.TakeComplaint("slow", ticket="A001"))
    room.clock.forward(hours=24)
    room.issue("cash")
    [complaint] = room.branch.care.complaints.values()
    assert complaint.ticket == ID
    refused(room, care.TakeComplaint("slow", ticket=ID), errors.UnknownTicket)


# -- praise


def test_praise_by_ticket_reaches_who_served_it(room: Room) -> None:
    room.issue("cash", then=("loans",))
    kind = care.Praise("so patient", ticket="a001")
    assert refused(room, kind, errors.NobodyToPraise, KIOSK) == {"number": "A001"}
    room.open(1, ANN)
    room.call()
    refused(room, kind, errors.NobodyToPraise, KIOSK)
    room.do(c.Start(1))
    assert [event.teller for event in room.do(kind, KIOSK) if isinstance(event, e.PraiseGiven)] == ["ann"]
    room.do(c.Finish(1, "done"))
    room.open(2, BOB)
    room.call(2, BOB)
    assert [event.teller for event in room.do(kind, VISITOR) if isinstance(event, e.PraiseGiven)] == ["ann"]
    room.do(c.Start(2), BOB)
    room.do(kind)
    assert [(one.teller, one.place) for one in room.branch.care.praise] == [
        ("ann", "kiosk"),
        ("ann", "phone"),
        ("bob", "counter"),
    ]


def test_a_colleague_may_name_who_is_praised_without_a_ticket(room: Room) -> None:
    assert room.do(care.Praise("so patient", "bob"), ANN) == [e.PraiseGiven("bob", "counter", "note-1")]


@pytest.mark.parametrize("actor", [KIOSK, VISITOR], ids=["kiosk", "phone"])
def test_a_customer_says_the_ticket_and_not_the_teller(room: Room, actor: Actor) -> None:
    room.issue()
    room.open(1, ANN)
    room.serve()
    facts = {"field": "teller", "problem": "say the ticket; we know who served it"}
    assert refused(room, care.Praise("so patient", "bob"), errors.BadField, actor) == facts
    assert refused(room, care.Praise("so patient", "bob", ticket="A001"), errors.BadField, actor) == facts
    assert room.branch.care.praise == ()


def test_praise_for_nobody_says_what_is_missing(room: Room) -> None:
    assert refused(room, care.Praise("so patient"), errors.BadField)["field"] == "teller"
    assert refused(room, care.Praise("so patient", ticket="A404"), errors.UnknownTicket) == {"ticket": "A404"}


def test_a_rating_with_a_ticket_is_kept_for_who_served_it(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.serve()
    room.do(c.GiveFeedback(4, ticket="A001"), KIOSK)
    room.do(c.GiveFeedback(1), KIOSK)
    assert room.branch.care.rated == (Rated(TUESDAY, "ann", 4),)


# -- records


def test_a_record_is_remembered_with_the_service_it_was_made_for(room: Room) -> None:
    room.issue("cash", then=("loans",))
    room.open(3, ANN)
    room.serve(3)
    room.do(c.Finish(3, record=Record(Kind.ENQUIRY, "done")))
    room.serve(3)
    room.do(c.Finish(3, "later"))
    records = list(room.branch.care.records.values())
    assert [(one.service, one.kind, one.outcome, one.teller, one.ticket) for one in records] == [
        ("cash", "enquiry", "done", "ann", ID),
        ("loans", "", "later", "ann", ID),
    ]
    assert [one.seq for one in records] == sorted(room.branch.care.records)


def test_a_finish_that_is_taken_back_takes_its_outcome_out_of_what_is_usual(room: Room) -> None:
    room.issue("cash")
    room.issue("cash")
    room.open(1, ANN)
    room.serve()
    room.do(c.Finish(1, "later"))
    room.serve()
    room.do(c.Finish(1, "done"))
    room.do(c.UndoStep(1))
    assert room.branch.care.usual == {"cash": {"later": pytest.approx(1.0)}}
    room.do(c.Finish(1, "later"))
    assert set(room.branch.care.usual["cash"]) == {"later"}


@pytest.mark.parametrize("before", [True, False], ids=["before", "within"])
def test_a_finish_taken_back_at_once_takes_its_own_record_and_no_other(room: Room, before: bool) -> None:
    """All of it at one moment, as it is while the clock stands still."""
    room.issue()
    room.open(1, ANN)
    if before:
        room.do(c.RecordInteraction("A001", "asked"), MIA)
    room.serve()
    if not before:
        room.do(c.RecordInteraction("A001", "asked"), MIA)
    room.do(c.Finish(1, "done"))
    room.do(c.UndoStep(1))
    assert [(one.teller, one.outcome) for one in room.branch.care.records.values()] == [("mia", "asked")]
    assert set(room.branch.care.usual["cash"]) == {"asked"}


def test_a_finish_without_a_record_takes_none_back(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.serve()
    room.do(c.RecordInteraction("A001", "asked"), ANN)
    [finished] = room.do(c.Finish(1))
    assert isinstance(finished, q.ServiceFinished)
    assert not finished.recorded
    room.do(c.UndoStep(1))
    assert [one.outcome for one in room.branch.care.records.values()] == ["asked"]


def test_another_step_that_is_taken_back_leaves_the_record_of_the_finish_before_it(room: Room) -> None:
    room.issue("cash", then=("loans",))
    room.open(3, ANN)
    room.serve(3)
    room.do(c.Finish(3, "done"))
    room.call(3)
    room.do(c.UndoStep(3))
    assert [one.outcome for one in room.branch.care.records.values()] == ["done"]


@pytest.mark.parametrize("code", ["Mrs Whitcombe", "paid, rang her", "020 7946+0018", "a/b", "x" * 65])
def test_an_outcome_is_a_code_and_no_words_of_anybody(code: str) -> None:
    for made in (
        c.Finish(1, code),
        c.RecordInteraction("A001", code),
        c.Finish(1, record=Record(outcome=code)),
        c.RecordInteraction("A001", record=Record(outcome=code)),
    ):
        with pytest.raises(errors.BadField):
            c.check(made)
    for fine in ("", "sent_on", "paid-2.1", "оформлено"):
        c.check(c.Finish(1, fine, record=Record(outcome=fine)))


def test_a_record_may_be_reviewed_by_a_colleague_and_not_by_who_made_it(room: Room) -> None:
    room.issue()
    room.do(c.RecordInteraction("A001", "asked"), MIA)
    [seq] = room.branch.care.records
    refused(room, care.ReviewRecord(seq), errors.OwnRecord, MIA)
    assert room.do(care.ReviewRecord(seq), BOB) == [e.RecordReviewed(seq, "mia", "cash", (), 0)]


# -- days of work


def test_a_days_work_is_kept_when_the_next_day_begins(room: Room) -> None:
    for service in ("cash", "cash", "loans"):
        room.issue(service)
    room.open(3, ANN)
    for waited, handled in ((60, 120), (0, 240), (0, 600)):
        room.clock.forward(waited)
        room.serve(3)
        room.clock.forward(handled)
        room.do(c.Finish(3, "done"))
    assert room.branch.care.worked == ()
    room.clock.forward(hours=24)
    room.issue()
    waits = (60 + (60 + 120)) * 1000, (60 + 120 + 240) * 1000
    assert room.branch.care.worked == (
        Worked("2024-03-05", "ann", "cash", 2, 360_000, waits[0]),
        Worked("2024-03-05", "ann", "loans", 1, 600_000, waits[1]),
    )


def test_work_that_was_taken_back_is_no_work(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.serve()
    room.do(c.Finish(1, "done"))
    room.do(c.UndoStep(1))
    room.do(c.Park(1, "papers"))
    room.clock.forward(hours=24)
    room.issue()
    assert room.branch.care.worked == ()
