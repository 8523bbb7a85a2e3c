"""What the journal says of one ticket, and whether the check on its slip bears it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
from sqlalchemy import select

from lobby.happened import Happened
from lobby.queue import events as e
from lobby.queue.supervision_events import TicketReassigned
from lobby.records import schema
from lobby.records.groups import NotACode, same
from lobby.records.store import Store
from lobby.records.ticket_check import BITS, ticket_check
from lobby.records.verify import JOURNAL, Wrong, examine

WORDS: dict[type[Happened], str] = {
    e.TicketIssued: "issued",
    e.TicketRenumbered: "renumbered",
    e.TicketCalled: "called",
    e.TicketRecalled: "called again",
    e.ServiceStarted: "started",
    e.ServiceFinished: "finished",
    e.TicketParked: "parked",
    e.TicketResumed: "taken up again",
    e.TicketTransferred: "passed on",
    TicketReassigned: "sent elsewhere",
    e.NoShowDeclared: "did not come",
    e.TicketReturned: "came back",
    e.TicketCancelled: "cancelled",
    e.StepUndone: "undone",
}
"""The events of a ticket's way that are told, and how."""


_decode = msgspec.json.Decoder(e.Event).decode


class BadCheck(ValueError):
    """What was typed cannot be the check of a slip."""


class Line(msgspec.Struct, frozen=True):
    """One event of the ticket: row of the journal, moment (ms UTC), what, and at which counter."""

    seq: int
    at: int
    what: str
    where: str


class TicketRecord(msgspec.Struct, frozen=True):
    """A ticket's way. `number` is the one on paper; `check` is what its slip must bear, `given` what was typed (empty:
    nothing); `alone` that a kiosk issued it without the server; `wrong` what is wrong with the journal."""

    ticket: str
    number: str
    lines: tuple[Line, ...]
    check: str
    alone: bool
    given: str
    wrong: tuple[Wrong, ...]

    @property
    def day(self) -> str:
        return self.ticket[:10]

    @property
    def proved(self) -> bool:
        return not self.wrong and self.given in ("", self.check)

    def sentences(self) -> Iterator[str]:
        """What slip and journal prove, a line each."""
        row = self.lines[0].seq
        for wrong in self.wrong:
            yield f"the journal is broken: {wrong}"
        if self.alone:
            yield f"A kiosk issued it without the server, and row {row} is when it was handed in. Its first slip bears"
            yield "no check; a copy that was printed later does."
        if self.given and self.given == self.check:
            yield f"The check {self.given} is that of row {row}: slip and journal agree."
            yield "What came after that row is borne out by the slips of later customers, and by anchors."
        elif self.given:
            yield f"The check {self.given} is not that of row {row}: slip and journal do not agree."
        else:
            yield f"Row {row} is there; only the check on the slip proves that it is the row of that day."

    def plain(self) -> dict[str, Any]:
        """The same for a program. Without a check given, `agrees` is null."""
        return {
            "ticket": self.ticket,
            "events": [msgspec.structs.asdict(line) for line in self.lines],
            "check_given": self.given,
            "agrees": self.given == self.check if self.given else None,
            "journal_whole": not self.wrong,
        }


def ticket_record(store: Store, branch: str, number: str, day: str = "", check: str = "") -> TicketRecord | None:
    """The record of the ticket with this number on that business day (ISO date; the latest that had it, unless given);
    None where there is none. `check` as typed from the slip, `BadCheck` when it can be none."""
    try:
        given = same(check, BITS) if check else ""
    except NotACode:
        raise BadCheck(f"{check} has not the form of a check, such as K7Q2-9MXD") from None
    number = number.upper().replace(" ", "")
    ticket = _named(store, branch, number, day)
    if ticket is None:
        return None
    lines, right, alone = [], "", False
    for row, event in _events(store, branch, f'"ticket":"{ticket}"'):
        if type(event) not in WORDS or getattr(event, "ticket", "") != ticket:
            continue
        at, counter = row.at, getattr(event, "counter", None)
        if isinstance(event, e.TicketIssued):
            right, alone = ticket_check(row.hash), event.arrived_at is not None
            at = event.arrived_at if event.arrived_at is not None else row.at
        lines.append(Line(row.seq, at, WORDS[type(event)], f"counter {counter}" if counter is not None else ""))
    wrong = examine(store, JOURNAL, branch).wrong
    return TicketRecord(ticket, number, tuple(lines), right, alone, given, wrong)


def _named(store: Store, branch: str, number: str, day: str) -> str | None:
    """The id of the latest ticket whose paper has this number."""
    for _, event in reversed(_events(store, branch, f'"number":"{number}"')):
        if isinstance(event, e.TicketIssued | e.TicketRenumbered) and event.ticket.startswith(f"{day}-" if day else ""):
            return event.ticket
    return None


def _events(store: Store, branch: str, words: str) -> list[tuple[Any, Any]]:
    """The rows whose body has these words, and their events; without what is no event any more: somebody changed it,
    and the chain says so."""
    table = schema.events.c
    own = (table.branch == branch, table.body.contains(words, autoescape=True))
    query = select(table.seq, table.at, table.body, table.hash).where(*own).order_by(table.seq)
    found = []
    with store.read() as connection:
        for row in connection.execute(query):
            with suppress(msgspec.DecodeError):
                found.append((row, _decode(row.body)))
    return found
