"""What a webhook says of an event: its public type, and the JSON body.

Public names stay when a class is renamed. An event holds references to what may speak of a person; the body holds
neither these nor the words, unless the words are asked for. Times are ISO 8601, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from lobby.care import events as care
from lobby.happened import Happened
from lobby.queue import events as e


class InteractionUndone(Happened, frozen=True):
    """A record was made with a step that was undone: it counts no more. Stands for a `StepUndone` of the journal;
    `undone` is the id of the message that told of the record. See `lobby.outbound.undoing`."""

    ticket: str
    counter: int
    undone: str


class Message(msgspec.Struct, frozen=True):
    """What is said of one event: its number, its moment (ms UTC), who did it, and the event itself or what stands for
    it."""

    seq: int
    at: int
    actor: str
    event: Happened


TYPES: dict[type[Happened], str] = {
    e.InteractionRecorded: "interaction.recorded",
    InteractionUndone: "interaction.undone",
    e.FeedbackGiven: "feedback.given",
    care.PraiseGiven: "feedback.praise",
    care.CommentSettled: "feedback.settled",
    care.ComplaintReceived: "complaint.received",
    care.ComplaintAcknowledged: "complaint.acknowledged",
    care.ComplaintAssessed: "complaint.assessed",
    care.ComplaintInvestigated: "complaint.investigated",
    care.ComplaintAnswered: "complaint.answered",
    care.ComplaintClosed: "complaint.closed",
    care.ComplaintReopened: "complaint.reopened",
    care.ComplaintAssigned: "complaint.assigned",
    care.ComplaintExtended: "complaint.extended",
    care.ComplaintNoted: "complaint.noted",
    care.CustomerAsked: "complaint.customer_asked",
    care.FollowUpPromised: "follow_up.promised",
    care.FollowUpKept: "follow_up.kept",
    care.FollowUpMoved: "follow_up.moved",
    care.FollowUpDropped: "follow_up.dropped",
    care.ClockWarned: "clock.warned",
    care.ClockRanOut: "clock.ran_out",
    e.BranchAnchored: "branch.anchored",
}
"""What may be sent, by its public name. What speaks of staff alone (reviews, breaks) is not among it."""

TEST = "lobby.test"

REFERENCES = ("note", "person", "private")
"""Fields that hold a reference into the erasable store, in any of these events."""

MOMENTS = ("due", "promise_due", "law_due", "next_at", "given_at")
"""Fields in ms UTC."""

Reader = Callable[[str], str | None]
"""The words under a reference; None when they were erased."""

_encode = msgspec.json.Encoder().encode


def chosen(patterns: Iterable[str]) -> frozenset[str]:
    """The types that these patterns name: a type, `complaint.*`, or `*`."""
    found = {name for pattern in patterns for name in TYPES.values() if _fits(name, pattern)}
    return frozenset(found)


def _fits(name: str, pattern: str) -> bool:
    return pattern in ("*", name) or (pattern.endswith(".*") and name.startswith(pattern[:-1]))


def message_id(branch: str, seq: int) -> str:
    """The same at every attempt and every replay, so that a receiver can drop what it has."""
    return f"{branch}/{seq}"


def body(branch: str, message: Message, private: Reader | None = None) -> bytes:
    """The JSON of an event of `TYPES`; with `private`, also the words that its references stand for."""
    event = message.event
    fields: dict[str, Any] = {name: getattr(event, name) for name in event.__struct_fields__}
    for name in REFERENCES:
        fields.pop(name, None)
    for name in MOMENTS:
        if fields.get(name) is not None:
            fields[name] = iso(fields[name])
    data = {"branch": branch, "seq": message.seq, "actor": message.actor} | fields
    if private is not None:
        data["private"] = spoken(event, private)
    return _encode({"type": TYPES[type(event)], "timestamp": iso(message.at), "data": data})


def references(event: Happened) -> set[str]:
    """The references of an event into the erasable store."""
    return {reference for name in REFERENCES if (reference := getattr(event, name, ""))}


def spoken(event: Happened, private: Reader) -> dict[str, Any]:
    """What the references of an event stand for, as far as it is still there: `note`, `text`, `name`, `contact`, and
    under `fields` a record's own."""
    found: dict[str, Any] = {}
    for name in REFERENCES:
        text = private(reference) if (reference := getattr(event, name, "")) else None
        if text is None:
            continue
        if name == "note" and not isinstance(event, care.FollowUpPromised):
            found["note"] = text
        else:
            several = msgspec.json.decode(text, type=dict[str, str])
            found |= {"fields": several} if name == "private" else several
    return found


def test_body(branch: str, at: int) -> bytes:
    """What `lobby webhooks test` sends."""
    return _encode({"type": TEST, "timestamp": iso(at), "data": {"branch": branch}})


def iso(at: int) -> str:
    """A moment (ms UTC) as `2026-11-22T09:30:00.000Z`."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03}Z"
