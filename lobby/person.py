"""One customer in the records: what the journal says of them and where their words are, found by a reference.

A reference is what a customer or colleague can name: of a complaint (C-...) or a promise (F-...), the id of a ticket
with its day (2026-11-22-A047), the code of an appointment, or the number of one event (the `seq` of exports). What
belongs together is found together: the promises of a complaint, the complaint of a visit, the visit of an appointment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from lobby.care.views import words_of
from lobby.outbound.messages import REFERENCES
from lobby.queue import events as e
from lobby.records.people import Kept
from lobby.retention import KINDS, kind_of

ABOUT = ("follow_up", "complaint", "ticket", "code")
"""The fields of an event that name what it is about: each is a part of those after it."""

NUMBERS = ("comment", "record")
"""The fields that hold the number of an earlier event, which this one speaks of."""

UNSAID = frozenset({*REFERENCES, *NUMBERS, "kind", "token", "teller", "owner", "by", "promised_by", "basis"})
"""Fields that say nothing of the customer: secrets, references within the records, colleagues."""

MOMENTS = frozenset({"slot", "since", "arrived_at", "due", "promise_due", "law_due", "next_at", "given_at", "until"})
"""Fields in ms UTC."""


class Mention(msgspec.Struct, frozen=True):
    """An event that belongs to a reference, and the references of its private words."""

    recorded: e.Recorded
    words: tuple[str, ...]


def mentions(recorded: Iterable[e.Recorded], reference: str) -> list[Mention]:
    """What a journal, read in order from its beginning, says of a reference; nothing where it is unknown."""
    wanted = reference.upper()
    parts, booked, found = {wanted}, dict[str, Mention](), list[Mention]()
    for one in recorded:
        event = one.event
        about = [value.upper() for name in ABOUT if isinstance(value := getattr(event, name, None), str) and value]
        numbers = (one.seq, *(getattr(event, name, None) for name in NUMBERS))
        mention = Mention(one, tuple(value for name in REFERENCES if (value := getattr(event, name, ""))))
        if isinstance(event, e.AppointmentBooked):
            booked[event.code] = mention
        whole = next((place for place in reversed(range(len(about))) if about[place] in parts), None)
        if whole is not None:
            parts.update(about[:whole])
        elif wanted not in map(str, numbers):
            continue
        if isinstance(event, e.TicketIssued) and wanted != event.code and event.code in booked:
            found.append(booked[event.code])
        found.append(mention)
    return found


class Portion(msgspec.Struct, frozen=True):
    """Texts of one kind (see `lobby.retention.KINDS`) that are kept: how many, written from `first` to `last` (ms
    UTC)."""

    kind: str
    count: int
    first: int
    last: int


def portions(kept: Iterable[Kept]) -> tuple[Portion, ...]:
    """What is kept, by kind, in the order of the kinds."""
    written: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for one in kept:
        written[kind_of(one.kind)].append(one.at)
    return tuple(Portion(kind, len(at), min(at), max(at)) for kind, at in written.items() if at)


def written_under(recorded: Iterable[e.Recorded], words: Set[str]) -> Iterator[tuple[str, e.Recorded]]:
    """The events that refer to any of these private words, each with the reference by which a person names it: of the
    promise, the complaint, the visit or the appointment, else its number."""
    for one in recorded:
        if words.isdisjoint(getattr(one.event, name, "") for name in REFERENCES):
            continue
        names = (getattr(one.event, name, "") for name in ABOUT)
        yield next((name for name in names if isinstance(name, str) and name), str(one.seq)), one


def words_in(found: Iterable[Mention]) -> frozenset[str]:
    """The references of all private words."""
    return frozenset(reference for mention in found for reference in mention.words)


def account(branch: str, zone: ZoneInfo, reference: str, found: Iterable[Mention], said: Mapping[str, str]) -> bytes:
    """All that is kept about a reference as JSON for the customer to read: what happened, when, and their words as far
    as they are still there. It names no colleague and holds no key to a page."""
    body = {
        "branch": branch,
        "reference": reference,
        "entries": [_entry(mention, zone, said) for mention in found],
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n"


def _entry(mention: Mention, zone: ZoneInfo, said: Mapping[str, str]) -> dict[str, Any]:
    recorded = mention.recorded
    fields = msgspec.to_builtins(recorded.event)
    entry: dict[str, Any] = {
        "number": recorded.seq,
        "at": _moment(recorded.at, zone),
        "what": re.sub(r"(?<!^)(?=[A-Z])", " ", type(recorded.event).__name__).lower(),
    }
    entry |= {
        name: _moment(value, zone) if name in MOMENTS and isinstance(value, int) else value
        for name, value in fields.items()
        if name not in UNSAID and value not in (None, "", [], {}, ())
    }
    if mention.words:
        kept = [said[reference] for reference in mention.words if reference in said]
        entry["words"] = {name: text for body in kept for name, text in words_of(body).items()} or "erased"
    return entry


def _moment(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).isoformat(timespec="seconds")
