"""Tables for a spreadsheet or another program: records, complaints, follow-ups, feedback. Pure.

The columns are documented in docs/outbound.md and only ever grow at the end of each part; those of `PRIVATE` come after
them, and only where they are asked for. Times are ISO 8601 in the branch's zone.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import takewhile
from typing import Any

import msgspec

from lobby.care import complaints, follow_ups
from lobby.care import events as care
from lobby.care.clocks import Clock, ClockKind
from lobby.care.complaints import Complaint, Entry
from lobby.care.follow_ups import FollowUp
from lobby.outbound.messages import Reader, spoken
from lobby.outbound.undoing import standing
from lobby.queue import events as e
from lobby.queue.services import Setup
from lobby.reports.forms.sheet import DANGEROUS

Row = dict[str, Any]

COLUMNS: dict[str, tuple[str, ...]] = {
    "interactions": (
        *("seq", "recorded_at", "ticket", "counter", "teller", "service", "kind", "outcome"),
        *("delivered", "steps", "fields"),
    ),
    "complaints": (
        *("complaint", "received_at", "state", "place", "language", "service", "ticket", "category", "matter"),
        *("severity", "priority", "complex", "owner", "can_be_reached", "promise_due", "law_due", "extended"),
        *("acknowledged_at", "assessed_at", "answered_at", "decision", "closed_at", "cause", "times_reopened"),
        *("solved", "promise_kept", "law_kept"),
    ),
    "follow-ups": (
        *("follow_up", "promised_at", "promised_by", "owner", "due", "state", "ended_at", "times_moved", "in_time"),
        *("reason", "ticket", "complaint", "service", "language"),
    ),
    "feedback": ("seq", "given_at", "kind", "rating", "place", "service", "language", "choices", "teller", "ticket"),
}

PRIVATE: dict[str, tuple[str, ...]] = {
    "interactions": ("note", "private_fields"),
    "complaints": ("name", "contact", "text", "answer", "prevention"),
    "follow-ups": ("name", "contact", "note"),
    "feedback": ("note",),
}
"""Columns that may speak of a person; empty where the words were erased."""


def rows(
    what: str, recorded: Iterable[e.Recorded], setup: Setup, start: int, end: int, private: Reader | None = None
) -> Iterator[list[str]]:
    """The heading, then a row for each that began from `start` up to `end` (ms UTC). `recorded` are events in order
    from there on; complaints and follow-ups are as these leave them, so they may go on after `end`. KeyError: not one
    of `COLUMNS`. Records that were taken back by an undo have no row."""
    heading = COLUMNS[what] + (PRIVATE[what] if private is not None else ())
    yield list(heading)
    later = (one for one in recorded if one.at >= start)
    for row in _MAKERS[what](later, end, private):
        yield [_cell(row.get(name), name, setup) for name in heading]


def words_asked(table: Callable[[Reader], Iterable[list[str]]]) -> frozenset[str]:
    """The references to private words that a table asks for when it is made."""
    asked: set[str] = set()

    def ask(reference: str) -> None:
        asked.add(reference)

    for _ in table(ask):
        pass
    return frozenset(asked)


def as_csv(table: Iterable[list[str]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180) with a byte order mark, to be written as UTF-8. A cell that a spreadsheet
    would run as a formula has an apostrophe before it (OWASP, CSV injection)."""
    yield "\ufeff"
    for row in table:
        line = StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(
            ["'" + cell if cell.startswith(DANGEROUS) else cell for cell in row]
        )
        yield line.getvalue()


def _cell(value: Any, name: str, setup: Setup) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and (name.endswith("_at") or name.endswith("due")):
        return setup.local(value).isoformat(timespec="seconds")
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, dict):
        return msgspec.json.encode(value, order="sorted").decode() if value else ""
    return str(value)


def _interactions(recorded: Iterator[e.Recorded], end: int, private: Reader | None) -> Iterator[Row]:
    for one in takewhile(lambda one: one.at < end, standing(recorded)):
        if not isinstance(event := one.event, e.InteractionRecorded):
            continue
        words = spoken(event, private) if private else {}
        yield msgspec.structs.asdict(event) | {
            "seq": one.seq,
            "recorded_at": one.at,
            "teller": one.actor,
            "kind": event.interaction,
            "note": words.get("note"),
            "private_fields": words.get("fields"),
        }


def _feedback(recorded: Iterator[e.Recorded], end: int, private: Reader | None) -> Iterator[Row]:
    for one in takewhile(lambda one: one.at < end, recorded):
        event = one.event
        if isinstance(event, e.FeedbackGiven | care.PraiseGiven):
            kind = "rating" if isinstance(event, e.FeedbackGiven) else "praise"
            note = spoken(event, private).get("note") if private else None
            own = {"seq": one.seq, "given_at": one.at, "kind": kind, "note": note}
            yield msgspec.structs.asdict(event) | own


def _complaints(recorded: Iterator[e.Recorded], end: int, private: Reader | None) -> Iterator[Row]:
    found: dict[str, Complaint] = {}
    persons: dict[str, care.ComplaintReceived] = {}
    for one in recorded:
        event = one.event
        if isinstance(event, care.ComplaintReceived):
            if one.at < end:
                found[event.complaint] = complaints.received(event, one.at, one.actor)
                persons[event.complaint] = event
        elif isinstance(event, care.AboutComplaint) and event.complaint in found:
            found[event.complaint] = complaints.told(found[event.complaint], event, one.at, one.actor)
    for complaint in found.values():
        person = spoken(persons[complaint.reference], private) if private else {}
        clocks = {clock.kind: clock for clock in complaint.clocks()}
        yield msgspec.structs.asdict(complaint) | {
            "complaint": complaint.reference,
            "can_be_reached": complaint.contact,
            "severity": complaint.severity or None,
            "priority": complaint.priority or None,
            "assessed_at": next((entry.at for entry in _of(complaint.story, care.ComplaintAssessed)), None),
            "promise_kept": _kept(clocks[ClockKind.PROMISE]),
            "law_kept": _kept(clocks.get(ClockKind.LAW)),
            "name": person.get("name"),
            "contact": person.get("contact"),
            "text": person.get("text"),
            "answer": _last_note(complaint.story, care.ComplaintAnswered, private),
            "prevention": _last_note(complaint.story, care.ComplaintClosed, private),
        }


def _follow_ups(recorded: Iterator[e.Recorded], end: int, private: Reader | None) -> Iterator[Row]:
    found: dict[str, FollowUp] = {}
    promises: dict[str, care.FollowUpPromised] = {}
    for one in recorded:
        event = one.event
        if isinstance(event, care.FollowUpPromised):
            if one.at < end:
                found[event.follow_up] = follow_ups.promised(event, one.at, one.actor)
                promises[event.follow_up] = event
        elif isinstance(event, care.AboutFollowUp) and event.follow_up in found:
            found[event.follow_up] = follow_ups.told(found[event.follow_up], event, one.at, one.actor)
    for follow_up in found.values():
        words = spoken(promises[follow_up.reference], private) if private else {}
        yield msgspec.structs.asdict(follow_up) | {
            "follow_up": follow_up.reference,
            "times_moved": len(_of(follow_up.story, care.FollowUpMoved)),
            "in_time": _kept(*follow_up.clocks()),
            "name": words.get("name"),
            "contact": words.get("contact"),
            "note": words.get("note"),
        }


_MAKERS: dict[str, Callable[[Iterator[e.Recorded], int, Reader | None], Iterator[Row]]] = {
    "interactions": _interactions,
    "complaints": _complaints,
    "follow-ups": _follow_ups,
    "feedback": _feedback,
}


def _kept(clock: Clock | None) -> bool | None:
    """Whether it was stopped in time; None while it runs, or where there is none."""
    return None if clock is None or clock.stopped is None else clock.stopped <= clock.due


def _of(story: tuple[Entry, ...], kind: type[care.CareEvent]) -> list[Entry]:
    return [entry for entry in story if entry.what == kind.__name__]


def _last_note(story: tuple[Entry, ...], kind: type[care.CareEvent], private: Reader | None) -> str | None:
    entries = _of(story, kind)
    return private(entries[-1].note) if private and entries and entries[-1].note else None
