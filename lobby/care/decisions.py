"""Commands of care decided into events; see `lobby.queue.decisions`. The queue has looked tickets up before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lobby import errors
from lobby.care import commands as c
from lobby.care import events as e
from lobby.care import watch
from lobby.care.calendars import Deadline, due
from lobby.care.casebook import DAY_MS, Casebook
from lobby.care.clocks import legal_due
from lobby.care.complaints import Complaint, longer_time
from lobby.care.facts import Facts
from lobby.care.interactions import cleaned

FURTHEST_MS = 2 * 366 * DAY_MS
"""Nothing is promised for later: a year written wrong should be seen, and a clock reckons every day up to its end."""


def decide(book: Casebook, command: Any, facts: Facts) -> list[e.CareEvent]:
    """The events that a command of care makes, perhaps none; or a `LobbyError`, and nothing happened."""
    return _DECIDE[type(command)](book, command, facts)


# -- complaints


def take_complaint(book: Casebook, command: c.TakeComplaint, facts: Facts) -> list[e.CareEvent]:
    rules = facts.setup.complaints
    if command.category:
        _known("category", command.category, rules.categories)
    received = e.ComplaintReceived(
        complaint=f"C-{facts.reference}",
        place=facts.place,
        language=command.language,
        promise_due=due(facts.at, rules.promise, facts.calendar),
        law_due=legal_due(rules.place, command.matter, False, False, facts.at, facts.calendar),
        contact=bool(cleaned(command.contact)),
        person=facts.note,
        service=command.service,
        ticket=command.ticket,
        category=command.category,
        matter=command.matter,
    )
    return [received]


def acknowledge(book: Casebook, command: c.AcknowledgeComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintAcknowledged)
    owned: list[e.CareEvent] = [] if found.owner else [e.ComplaintAssigned(found.reference, facts.actor)]
    return [*owned, e.ComplaintAcknowledged(found.reference, command.how, facts.note)]


def assess(book: Casebook, command: c.AssessComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintAssessed)
    rules = facts.setup.complaints
    _known("category", command.category, rules.categories)
    law = legal_due(rules.place, command.matter, command.complex, found.extended, found.law_from, facts.calendar)
    assessed = e.ComplaintAssessed(
        found.reference,
        command.category,
        command.severity,
        command.priority,
        command.matter,
        command.complex,
        law,
        facts.note,
    )
    return [assessed]


def investigate(book: Casebook, command: c.InvestigateComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintInvestigated)
    return [e.ComplaintInvestigated(found.reference, facts.note)]


def answer(book: Casebook, command: c.AnswerComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintAnswered)
    return [e.ComplaintAnswered(found.reference, command.decision, command.how, facts.note)]


def close(book: Casebook, command: c.CloseComplaint, facts: Facts) -> list[e.CareEvent]:
    """Closed; and whoever can be reached, and has not said yet that it is solved, is asked some days later."""
    found = book.complaint(command.complaint)
    found.after(e.ComplaintClosed)
    rules = facts.setup.complaints
    _known("cause", command.cause, rules.causes)
    closed = e.ComplaintClosed(found.reference, command.cause, facts.note)
    if not found.contact or found.solved:
        return [closed]
    ask = e.FollowUpPromised(
        follow_up=f"F-{facts.reference}",
        owner=found.owner or facts.actor,
        due=due(facts.at, rules.ask_after, facts.calendar),
        note=found.person,
        reason="ask_solved",
        ticket=found.ticket,
        complaint=found.reference,
        service=found.service,
        language=found.language,
    )
    return [closed, ask]


def reopen(book: Casebook, command: c.ReopenComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintReopened)
    return [*_asked_already(book, found), _reopened(found, _by(facts), facts)]


def assign(book: Casebook, command: c.AssignComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.must_be_open()
    return [] if found.owner == command.owner else [e.ComplaintAssigned(found.reference, command.owner)]


def extend(book: Casebook, command: c.ExtendComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintAnswered)
    longer = longer_time(found, facts.setup.complaints.place, facts.calendar)
    if longer is None:
        raise errors.NoLongerTime(complaint=found.reference)
    return [e.ComplaintExtended(found.reference, longer, facts.note)]


def note(book: Casebook, command: c.NoteOnComplaint, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    if command.next_at is not None and facts.place != "counter":
        raise errors.BadField(field="next_at", problem="the branch itself says what comes next")
    if command.next_at is not None and command.next_at < facts.at:
        raise errors.BadField(field="next_at", problem="it is in the past")
    return [e.ComplaintNoted(found.reference, facts.note, command.next_at)]


def say_whether_solved(book: Casebook, command: c.SayWhetherSolved, facts: Facts) -> list[e.CareEvent]:
    found = book.complaint(command.complaint)
    found.after(e.ComplaintReopened)  # answered or closed
    said: list[e.CareEvent] = [e.CustomerAsked(found.reference, command.solved, facts.note)]
    if not command.solved:
        said.append(_reopened(found, "customer", facts))
    return [*_asked_already(book, found), *said]


def _reopened(complaint: Complaint, by: str, facts: Facts) -> e.ComplaintReopened:
    law = legal_due(facts.setup.complaints.place, complaint.matter, complaint.complex, False, facts.at, facts.calendar)
    return e.ComplaintReopened(complaint.reference, by, facts.note, law)


def _asked_already(book: Casebook, complaint: Complaint) -> list[e.CareEvent]:
    """The promises to ask that are kept thereby."""
    return [
        e.FollowUpKept(one.reference)
        for one in book.follow_ups.values()
        if one.is_open and one.reason == "ask_solved" and one.complaint == complaint.reference
    ]


# -- follow-ups


def promise(book: Casebook, command: c.PromiseFollowUp, facts: Facts) -> list[e.CareEvent]:
    if command.complaint:
        book.complaint(command.complaint)
    promised = e.FollowUpPromised(
        follow_up=f"F-{facts.reference}",
        owner=command.owner or facts.actor,
        due=_until(command, facts),
        note=facts.note,
        ticket=command.ticket,
        complaint=book.complaint(command.complaint).reference if command.complaint else "",
        service=command.service,
        language=command.language,
    )
    return [promised]


def _until(command: c.PromiseFollowUp, facts: Facts) -> int:
    if (command.due is None) == (command.within_h is None):
        raise errors.BadField(field="due", problem="give either due or within_h")
    if command.within_h is not None:
        return due(facts.at, Deadline(command.within_h, "hours"), facts.calendar)
    assert command.due is not None
    return _still_to_come(command.due, facts)


def _still_to_come(moment: int, facts: Facts) -> int:
    if moment <= facts.at:
        raise errors.BadField(field="due", problem="it is in the past")
    if moment > facts.at + FURTHEST_MS:
        raise errors.BadField(field="due", problem="at most two years from now")
    return moment


def keep(book: Casebook, command: c.KeepFollowUp, facts: Facts) -> list[e.CareEvent]:
    found = book.follow_up(command.follow_up)
    found.must_be_open()
    return [e.FollowUpKept(found.reference, facts.note)]


def move(book: Casebook, command: c.MoveFollowUp, facts: Facts) -> list[e.CareEvent]:
    found = book.follow_up(command.follow_up)
    found.must_be_open()
    moment = found.due if command.due is None else _still_to_come(command.due, facts)
    owner = command.owner or found.owner
    if (moment, owner) == (found.due, found.owner) and not facts.note:
        return []
    return [e.FollowUpMoved(found.reference, owner, moment, facts.note)]


def drop(book: Casebook, command: c.DropFollowUp, facts: Facts) -> list[e.CareEvent]:
    found = book.follow_up(command.follow_up)
    found.must_be_open()
    return [e.FollowUpDropped(found.reference, facts.note)]


# -- praise, answers, reviews


def praise(book: Casebook, command: c.Praise, facts: Facts) -> list[e.CareEvent]:
    return [e.PraiseGiven(command.teller, facts.place, facts.note)]


def report_article(book: Casebook, command: c.ReportArticle, facts: Facts) -> list[e.CareEvent]:
    if not command.article and not facts.note:
        raise errors.BadField(field="note", problem="say what is missing")
    return [e.ArticleReported(f"R-{facts.reference}", command.article, command.language, command.problem, facts.note)]


def settle_article_report(book: Casebook, command: c.SettleArticleReport, facts: Facts) -> list[e.CareEvent]:
    found = book.article_report(command.report)
    return [] if found.settled_at is not None else [e.ArticleReportSettled(found.reference, facts.note)]


def settle_comment(book: Casebook, command: c.SettleComment, facts: Facts) -> list[e.CareEvent]:
    found = book.comment(command.comment)
    if found.settled_at is not None:
        raise errors.CommentIsSettled(by=found.settled_by)
    return [e.CommentSettled(found.seq, found.rating, found.at, facts.note, found.ticket)]


def review_record(book: Casebook, command: c.ReviewRecord, facts: Facts) -> list[e.CareEvent]:
    record = book.record(command.record)
    if record.teller == facts.actor:
        raise errors.OwnRecord()
    lines = max((len(texts) for texts in facts.setup.standard(record.service).values()), default=0)
    met = tuple(sorted(set(command.met)))
    if any(not 0 <= line < lines for line in met):
        raise errors.BadField(field="met", problem=f"the standard has {lines} lines, counted from 0")
    return [e.RecordReviewed(record.seq, record.teller, record.service, met, lines, facts.note)]


def _by(facts: Facts) -> str:
    return "staff" if facts.place == "counter" else "customer"


def _known(field: str, code: str, listed: tuple[Any, ...]) -> None:
    codes = [one.code for one in listed]
    if code not in codes:
        raise errors.BadField(field=field, problem=f"known are {', '.join(codes)}")


_DECIDE: dict[type[Any], Callable[[Casebook, Any, Facts], list[e.CareEvent]]] = {
    c.TakeComplaint: take_complaint,
    c.AcknowledgeComplaint: acknowledge,
    c.AssessComplaint: assess,
    c.InvestigateComplaint: investigate,
    c.AnswerComplaint: answer,
    c.CloseComplaint: close,
    c.ReopenComplaint: reopen,
    c.AssignComplaint: assign,
    c.ExtendComplaint: extend,
    c.NoteOnComplaint: note,
    c.SayWhetherSolved: say_whether_solved,
    c.PromiseFollowUp: promise,
    c.KeepFollowUp: keep,
    c.MoveFollowUp: move,
    c.DropFollowUp: drop,
    c.WatchClocks: watch.watch_clocks,
    c.Praise: praise,
    c.ReportArticle: report_article,
    c.SettleArticleReport: settle_article_report,
    c.SettleComment: settle_comment,
    c.ReviewRecord: review_record,
}
