"""Follow-ups: something that was promised to a customer, by whom, until when."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from lobby.care import events as e
from lobby.care.clocks import Clock, ClockKind
from lobby.care.complaints import Entry
from lobby.errors import FollowUpDone

_replace = msgspec.structs.replace


class FollowUpState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


class FollowUp(msgspec.Struct, frozen=True):
    """One promise. Moments in ms UTC; `note` is a reference to what was promised and to whom."""

    reference: str
    promised_at: int
    promised_by: str
    owner: str
    due: int
    note: str
    reason: str = "promised"
    state: FollowUpState = FollowUpState.OPEN
    ticket: str = ""
    complaint: str = ""
    service: str = ""
    language: str = ""
    ended_at: int | None = None
    warned: tuple[str, ...] = ()
    story: tuple[Entry, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state is FollowUpState.OPEN

    def must_be_open(self) -> None:
        """Refuse what comes after its end."""
        if not self.is_open:
            raise FollowUpDone(follow_up=self.reference)

    def clocks(self) -> tuple[Clock, ...]:
        """The one clock of a promise."""
        return (Clock(ClockKind.DUE, self.promised_at, self.due, self.ended_at),)


def promised(event: e.FollowUpPromised, at: int, actor: str) -> FollowUp:
    """The follow-up that begins with this event."""
    return FollowUp(
        reference=event.follow_up,
        promised_at=at,
        promised_by=actor,
        owner=event.owner,
        due=event.due,
        note=event.note,
        reason=event.reason,
        ticket=event.ticket,
        complaint=event.complaint,
        service=event.service,
        language=event.language,
        story=(Entry(at, actor, type(event).__name__, event.note),),
    )


def told(follow_up: FollowUp, event: e.AboutFollowUp, at: int, actor: str) -> FollowUp:
    """The follow-up after one more event."""
    entry = Entry(at, actor, type(event).__name__, getattr(event, "note", ""), getattr(event, "owner", ""))
    return _replace(follow_up, story=(*follow_up.story, entry), **_changes(follow_up, event, at))


def _changes(follow_up: FollowUp, event: e.AboutFollowUp, at: int) -> dict[str, Any]:
    match event:
        case e.FollowUpKept():
            return {"state": FollowUpState.KEPT, "ended_at": at}
        case e.FollowUpDropped():
            return {"state": FollowUpState.DROPPED, "ended_at": at}
        case e.FollowUpMoved():
            warned = follow_up.warned if event.due == follow_up.due else ()
            return {"owner": event.owner, "due": event.due, "warned": warned}
    return {}
