"""Complaints: received, acknowledged, assessed, investigated, answered, closed; reopened when it was not solved.

The steps are those of ISO 10002:2018, clause 7. The lookup in `TRANSITIONS` is the check.

    received --acknowledged--> acknowledged --assessed--> assessed --investigated--> investigated
                                                              |                           |
                                                              +--------- answered <-------+
                                                                             |
    reopened <------------------------reopened------------- closed <--closed--
       +-- assessed, investigated, answered, as above

Two clocks run from the receipt: the bank's promise of a first answer, which the acknowledgement keeps, and the law's
time for the final answer. Both are reckoned when the complaint is received and stand in the journal; only an assessment
or an extension moves the law's, and a complaint that is opened again has it anew. To close takes a root cause and what
is done so that it does not happen again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from lobby.care import events as e
from lobby.care.calendars import Calendar
from lobby.care.clocks import Clock, ClockKind, legal_due
from lobby.care.jurisdictions import Matter
from lobby.errors import N_, WrongComplaintState

_replace = msgspec.structs.replace


class State(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    INVESTIGATED = "investigated"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


STATE_NAMES = {
    State.RECEIVED: N_("received"),
    State.ACKNOWLEDGED: N_("acknowledged"),
    State.ASSESSED: N_("assessed"),
    State.INVESTIGATED: N_("investigated"),
    State.ANSWERED: N_("answered"),
    State.CLOSED: N_("closed"),
    State.REOPENED: N_("reopened"),
}

_WORKED_ON: dict[type[e.AboutComplaint], State] = {
    e.ComplaintAssessed: State.ASSESSED,
    e.ComplaintInvestigated: State.INVESTIGATED,
    e.ComplaintAnswered: State.ANSWERED,
}

TRANSITIONS: dict[State, dict[type[e.AboutComplaint], State]] = {
    State.RECEIVED: {e.ComplaintAcknowledged: State.ACKNOWLEDGED},
    State.ACKNOWLEDGED: {e.ComplaintAssessed: State.ASSESSED},
    State.ASSESSED: _WORKED_ON,
    State.INVESTIGATED: _WORKED_ON,
    State.ANSWERED: {e.ComplaintClosed: State.CLOSED, e.ComplaintReopened: State.REOPENED},
    State.CLOSED: {e.ComplaintReopened: State.REOPENED},
    State.REOPENED: _WORKED_ON,
}

UNANSWERED = frozenset(State) - {State.ANSWERED, State.CLOSED}
"""States in which the law's clock runs."""


class Entry(msgspec.Struct, frozen=True):
    """A line of a complaint's or follow-up's story: when, who, which event, where its private words are; `detail` is
    the new owner, or the clock that was spoken of."""

    at: int
    actor: str
    what: str
    note: str = ""
    detail: str = ""


class Complaint(msgspec.Struct, frozen=True):
    """One complaint. Moments in ms UTC; `person` is a reference to the customer's words, name and contact; `warned` are
    the clocks that were spoken of already, as "law" or "law over"."""

    reference: str
    received_at: int
    place: str
    language: str
    promise_due: int
    law_due: int | None
    contact: bool
    person: str
    law_from: int = 0
    state: State = State.RECEIVED
    service: str = ""
    ticket: str = ""
    category: str = ""
    matter: Matter = "general"
    complex: bool = False
    extended: bool = False
    severity: int = 0
    priority: int = 0
    owner: str = ""
    acknowledged_at: int | None = None
    answered_at: int | None = None
    closed_at: int | None = None
    decision: str = ""
    cause: str = ""
    solved: bool | None = None
    times_reopened: int = 0
    next_at: int | None = None
    warned: tuple[str, ...] = ()
    story: tuple[Entry, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state is not State.CLOSED

    def must_be_open(self) -> None:
        """Refuse what makes no sense after the end."""
        if not self.is_open:
            raise WrongComplaintState(complaint=self.reference, state=STATE_NAMES[self.state])

    def after(self, event: type[e.AboutComplaint]) -> State:
        """The state after such an event, or `WrongComplaintState`."""
        found = TRANSITIONS[self.state].get(event)
        if found is None:
            raise WrongComplaintState(complaint=self.reference, state=STATE_NAMES[self.state])
        return found

    def clocks(self) -> tuple[Clock, ...]:
        """The bank's clock, and the law's where there is one."""
        promise = Clock(ClockKind.PROMISE, self.received_at, self.promise_due, self.acknowledged_at)
        if self.law_due is None:
            return (promise,)
        answered = None if self.state in UNANSWERED else self.answered_at
        return promise, Clock(ClockKind.LAW, self.law_from, self.law_due, answered)


def longer_time(complaint: Complaint, place: str, calendar: Calendar) -> int | None:
    """Until when the law's longer time would run, ms UTC; None where it gives none, or it is used already."""
    longer = legal_due(place, complaint.matter, complaint.complex, True, complaint.law_from, calendar)
    return None if complaint.extended or longer == complaint.law_due else longer


def received(event: e.ComplaintReceived, at: int, actor: str) -> Complaint:
    """The complaint that begins with this event. Whoever takes it at a counter owns it until it is assigned."""
    return Complaint(
        reference=event.complaint,
        received_at=at,
        place=event.place,
        language=event.language,
        promise_due=event.promise_due,
        law_from=at,
        law_due=event.law_due,
        contact=event.contact,
        person=event.person,
        service=event.service,
        ticket=event.ticket,
        category=event.category,
        matter=event.matter,
        owner=actor if event.place == "counter" else "",
        story=(Entry(at, actor, type(event).__name__, event.person),),
    )


def told(complaint: Complaint, event: e.AboutComplaint, at: int, actor: str) -> Complaint:
    """The complaint after one more event."""
    entry = Entry(at, actor, type(event).__name__, getattr(event, "note", ""), getattr(event, "owner", ""))
    changed = _replace(complaint, story=(*complaint.story, entry))
    if type(event) in _MOVES:
        changed = _replace(changed, state=complaint.after(type(event)), next_at=None)
    return _replace(changed, **_changes(complaint, event, at))


_MOVES = {event for moves in TRANSITIONS.values() for event in moves}


def _changes(complaint: Complaint, event: e.AboutComplaint, at: int) -> dict[str, Any]:
    match event:
        case e.ComplaintAcknowledged():
            return {"acknowledged_at": at}
        case e.ComplaintAssessed():
            known = ("category", "severity", "priority", "matter", "complex", "law_due")
            changes = {name: getattr(event, name) for name in known}
            return changes if event.law_due == complaint.law_due else changes | _armed_again(complaint)
        case e.ComplaintAnswered():
            return {"decision": event.decision, "answered_at": at}
        case e.ComplaintClosed():
            return {"cause": event.cause, "closed_at": at}
        case e.ComplaintReopened():
            return {
                "times_reopened": complaint.times_reopened + 1,
                "closed_at": None,
                "solved": None,
                "extended": False,
                "law_from": at,
                "law_due": event.law_due,
            } | _armed_again(complaint)
        case e.ComplaintAssigned():
            return {"owner": event.owner}
        case e.ComplaintExtended():
            return {"law_due": event.law_due, "extended": True} | _armed_again(complaint)
        case e.ComplaintNoted():
            return {"next_at": event.next_at} if event.next_at is not None else {}
        case e.CustomerAsked():
            return {"solved": event.solved}
    return {}


def _armed_again(complaint: Complaint) -> dict[str, Any]:
    """The law's clock has another end, of which nothing was said yet."""
    return {"warned": tuple(one for one in complaint.warned if one.split()[0] != ClockKind.LAW)}
