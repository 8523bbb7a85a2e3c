"""What is shown of complaints, follow-ups and one's own day: plain, frozen pictures of a casebook at a moment. Pure.

Times are ms UTC. What may speak of a person is not in the casebook; whoever may read it fills in `told` and the notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.calendars import Calendar
from lobby.care.casebook import ArticleReport, Casebook, Kept, Review
from lobby.care.clocks import Clock, Standing, standing
from lobby.care.complaints import TRANSITIONS, Complaint, Entry, State, longer_time
from lobby.care.follow_ups import FollowUp
from lobby.care.setup import CareSetup
from lobby.care.templates import Template
from lobby.command_shape import LATEST

_replace = msgspec.structs.replace

Reader = Callable[[str], str]
"""Gives the private words under a reference, empty where they were erased or may not be read."""

_VERB_OF = {
    e.ComplaintAcknowledged: "acknowledge",
    e.ComplaintAssessed: "assess",
    e.ComplaintInvestigated: "investigate",
    e.ComplaintAnswered: "answer",
    e.ComplaintClosed: "close",
    e.ComplaintReopened: "reopen",
}


class ClockView(msgspec.Struct, frozen=True):
    """What a clock says: promise, law or due; until when; ok, soon, over, kept or missed."""

    kind: str
    due: int
    standing: Standing


class Told(msgspec.Struct, frozen=True):
    """The customer's own words and how to reach them; empty where they were not said, erased, or may not be read."""

    text: str = ""
    name: str = ""
    contact: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line of a story: when, who, what (the event's name), and what was written; `detail` is the new owner, or the
    clock (promise, law, due) that was spoken of."""

    at: int
    actor: str
    what: str
    note: str = ""
    detail: str = ""


class ComplaintView(msgspec.Struct, frozen=True):
    """One complaint. `steps` are the verbs that may come next."""

    reference: str
    state: State
    received_at: int
    place: str
    language: str
    service: str
    ticket: str
    category: str
    matter: str
    severity: int
    priority: int
    owner: str
    contact: bool
    decision: str
    cause: str
    solved: bool | None
    times_reopened: int
    next_at: int | None
    clocks: tuple[ClockView, ...]
    steps: tuple[str, ...]
    told: Told = Told()
    story: tuple[Line, ...] = ()


class FollowUpView(msgspec.Struct, frozen=True):
    """One promise to a customer. `reason` is promised, or ask_solved after a complaint."""

    reference: str
    state: str
    owner: str
    promised_by: str
    promised_at: int
    due: int
    reason: str
    ticket: str
    complaint: str
    service: str
    language: str
    clock: ClockView
    told: Told = Told()
    story: tuple[Line, ...] = ()


class DueView(msgspec.Struct, frozen=True):
    """Everything with a clock that runs, the most urgent first."""

    at: int
    complaints: tuple[ComplaintView, ...]
    follow_ups: tuple[FollowUpView, ...]


class OfferedCare(msgspec.Struct, frozen=True):
    """What a console needs for records and complaints: templates and standards by service code, codes and names of
    categories and causes, and by service which outcome was recorded how often lately."""

    templates: dict[str, Template]
    standards: dict[str, dict[str, tuple[str, ...]]]
    categories: dict[str, dict[str, str]]
    causes: dict[str, dict[str, str]]
    usual: dict[str, dict[str, float]]


class RecordView(msgspec.Struct, frozen=True):
    """An interaction record, and its review where there is one; `seq` is its number in the journal."""

    seq: int
    at: int
    teller: str
    ticket: str
    service: str
    kind: str
    outcome: str
    delivered: tuple[str, ...]
    fields: dict[str, str]
    steps: tuple[str, ...]
    note: str = ""
    reviewed: bool = False
    met: tuple[int, ...] = ()
    lines: int = 0
    remark: str = ""


class ArticleReportView(msgspec.Struct, frozen=True):
    reference: str
    at: int
    by: str
    article: str
    language: str
    problem: str
    note: str


def complaint_view(
    complaint: Complaint, now: int, setup: CareSetup, calendar: Calendar, read: Reader | None = None
) -> ComplaintView:
    """The complaint at `now`; with `read` also its words and its story."""
    return ComplaintView(
        reference=complaint.reference,
        state=complaint.state,
        received_at=complaint.received_at,
        place=complaint.place,
        language=complaint.language,
        service=complaint.service,
        ticket=complaint.ticket,
        category=complaint.category,
        matter=complaint.matter,
        severity=complaint.severity,
        priority=complaint.priority,
        owner=complaint.owner,
        contact=complaint.contact,
        decision=complaint.decision,
        cause=complaint.cause,
        solved=complaint.solved,
        times_reopened=complaint.times_reopened,
        next_at=complaint.next_at,
        clocks=tuple(_clock(clock, now, setup, calendar) for clock in complaint.clocks()),
        steps=next_steps(complaint, setup.complaints.place, calendar),
        told=_told(read(complaint.person)) if read is not None else Told(),
        story=_story(complaint.story, read) if read is not None else (),
    )


def next_steps(complaint: Complaint, place: str, calendar: Calendar) -> tuple[str, ...]:
    """The verbs that may come next, the usual one first."""
    moves = [_VERB_OF[event] for event in TRANSITIONS[complaint.state] if event in _VERB_OF]
    asked = ["solved"] if complaint.state in (State.ANSWERED, State.CLOSED) and complaint.solved is None else []
    longer = "answer" in moves and longer_time(complaint, place, calendar) is not None
    extend = ["extend"] if longer else []
    assign = ["assign"] if complaint.is_open else []
    again = ["reopen"] if "reopen" in moves else []
    known = [*(verb for verb in moves if verb != "reopen"), *asked, *again, *assign, *extend, "note"]
    return tuple(dict.fromkeys(verb for verb in known if verb in c.COMPLAINT_VERBS))


def follow_up_view(
    follow_up: FollowUp, now: int, setup: CareSetup, calendar: Calendar, read: Reader | None = None
) -> FollowUpView:
    """The follow-up at `now`; with `read` also its words and its story."""
    return FollowUpView(
        reference=follow_up.reference,
        state=follow_up.state,
        owner=follow_up.owner,
        promised_by=follow_up.promised_by,
        promised_at=follow_up.promised_at,
        due=follow_up.due,
        reason=follow_up.reason,
        ticket=follow_up.ticket,
        complaint=follow_up.complaint,
        service=follow_up.service,
        language=follow_up.language,
        clock=_clock(follow_up.clocks()[0], now, setup, calendar),
        told=_told(read(follow_up.note)) if read is not None else Told(),
        story=_story(follow_up.story, read) if read is not None else (),
    )


def due_view(book: Casebook, now: int, setup: CareSetup, calendar: Calendar, owner: str, read: Reader) -> DueView:
    """What is due, to `owner` or (empty) to anyone, with its words and without its story; what nobody owns is
    everyone's."""
    complaints = [one for one in book.complaints.values() if one.is_open and (not owner or one.owner in ("", owner))]
    return DueView(
        now,
        tuple(
            _replace(complaint_view(one, now, setup, calendar), told=_told(read(one.person)))
            for one in sorted(complaints, key=_urgency)
        ),
        due_follow_ups(book, now, setup, calendar, owner, read),
    )


def due_follow_ups(
    book: Casebook, now: int, setup: CareSetup, calendar: Calendar, owner: str, read: Reader
) -> tuple[FollowUpView, ...]:
    """The promises of `due_view` alone."""
    follow_ups = [one for one in book.follow_ups.values() if one.is_open and (not owner or one.owner == owner)]
    return tuple(
        _replace(follow_up_view(one, now, setup, calendar), told=_told(read(one.note)))
        for one in sorted(follow_ups, key=lambda one: one.due)
    )


def complaint_views(book: Casebook, now: int, setup: CareSetup, calendar: Calendar) -> tuple[ComplaintView, ...]:
    """All that the casebook holds, the open ones first, the most urgent of them before."""
    found = sorted(book.complaints.values(), key=lambda one: (not one.is_open, _urgency(one)))
    return tuple(complaint_view(one, now, setup, calendar) for one in found)


def offered_care(book: Casebook, setup: CareSetup) -> OfferedCare:
    rules = setup.complaints
    return OfferedCare(
        templates=setup.templates,
        standards=setup.standards,
        categories={one.code: one.names for one in rules.categories},
        causes={one.code: one.names for one in rules.causes},
        usual=book.usual,
    )


def record_view(record: Kept, review: Review | None, read: Reader, *, remark: bool) -> RecordView:
    """A record with its note; `remark` says whether whoever asks may read what the review says to the teller."""
    return RecordView(
        seq=record.seq,
        at=record.at,
        teller=record.teller,
        ticket=record.ticket,
        service=record.service,
        kind=record.kind,
        outcome=record.outcome,
        delivered=record.delivered,
        fields=record.fields,
        steps=record.steps,
        note=read(record.note),
        reviewed=review is not None,
        met=review.met if review is not None else (),
        lines=review.lines if review is not None else 0,
        remark=read(review.note) if review is not None and remark else "",
    )


def article_report_view(report: ArticleReport, read: Reader) -> ArticleReportView:
    return ArticleReportView(
        report.reference, report.at, report.by, report.article, report.language, report.problem, read(report.note)
    )


def words_of(body: str) -> Mapping[str, str]:
    """Private words as they were put away: an object of several, or a note alone."""
    try:
        found = msgspec.json.decode(body, type=dict[str, str])
    except msgspec.DecodeError:
        return {"note": body}
    return found


def _told(body: str) -> Told:
    said = words_of(body) if body else {}
    return Told(said.get("text") or said.get("note", ""), said.get("name", ""), said.get("contact", ""))


def _story(story: tuple[Entry, ...], read: Reader) -> tuple[Line, ...]:
    lines = []
    for index, entry in enumerate(story):
        note = read(entry.note) if index and entry.note else ""  # the first is in `told`
        lines.append(Line(entry.at, entry.actor, entry.what, note, entry.detail))
    return tuple(lines)


def _clock(clock: Clock, now: int, setup: CareSetup, calendar: Calendar) -> ClockView:
    return ClockView(clock.kind, clock.due, standing(clock, now, setup.complaints.warn_share, calendar))


def _urgency(complaint: Complaint) -> tuple[int, int]:
    """When the next of its running clocks ends, those without any last; the weightier first among equals."""
    running = [clock.due for clock in complaint.clocks() if clock.stopped is None]
    return min(running, default=LATEST), -complaint.priority
