"""A casebook without a branch and a store: commands of care are decided and folded, and nothing else happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.calendars import Calendar
from lobby.care.casebook import Casebook, Kept
from lobby.care.complaints import Complaint
from lobby.care.decisions import decide
from lobby.care.facts import Facts
from lobby.care.follow_ups import FollowUp
from lobby.care.setup import CareSetup, ComplaintRules
from lobby.care.templates import Named
from lobby.command_shape import Command
from lobby.errors import LobbyError
from tests.builders import ZONE, Clock

CATEGORIES = (Named("fees", {"en": "Fees"}), Named("wait", {"en": "Waiting"}))
CAUSES = (Named("mistake", {"en": "A mistake"}), Named("system", {"en": "A system"}))


def rules(**changes: Any) -> ComplaintRules:
    """Britain's law, a promise of 24 hours, and mia for what has run out."""
    fields: dict[str, Any] = {
        "place": "gb",
        "categories": CATEGORIES,
        "causes": CAUSES,
        "escalate_to": "mia",
    }
    return ComplaintRules(**fields | changes)


@dataclass
class Office:
    """Tuesday at nine, a week without holidays, nothing in the book."""

    setup: CareSetup = field(default_factory=lambda: CareSetup(rules()))
    book: Casebook = field(default_factory=Casebook)
    clock: Clock = field(default_factory=Clock)
    calendar: Calendar = field(default_factory=lambda: Calendar(ZONE))
    history: list[tuple[e.CareEvent, int, str]] = field(default_factory=list)
    made: int = 0

    def do(self, command: Command, actor: str = "ann", place: str = "counter") -> list[e.CareEvent]:
        """Carry a command out and give its events; on a refusal nothing is changed."""
        self.made += 1
        said = any(getattr(command, name) for name in command.private)
        facts = Facts(
            at=self.clock(),
            actor=actor,
            place=place,
            setup=self.setup,
            calendar=self.calendar,
            reference=f"{self.made:07d}",
            note=f"note-{self.made}" if said else "",
        )
        events = decide(self.book, command, facts)
        for event in events:
            self.history.append((event, facts.at, actor))
            self.book.apply(event, facts.at, actor)
        return events

    def refused(self, command: Command, refusal: type[LobbyError], actor: str = "ann") -> dict[str, str | int]:
        """Have the command refused as `refusal`, with nothing changed, and give the facts."""
        before = self.book.copy()
        with pytest.raises(refusal) as caught:
            self.do(command, actor)
        assert type(caught.value) is refusal
        assert str(caught.value)
        assert self.book == before
        return caught.value.facts

    def take(self, text: str = "the fee was charged twice", place: str = "counter", **fields: Any) -> str:
        """Take a complaint down; the reference is what comes back."""
        made = self.do(c.TakeComplaint(text, **{"contact": "020 7946 0018"} | fields), place=place)[0]
        assert isinstance(made, e.ComplaintReceived)
        return made.complaint

    def promise(self, note: str = "call back", actor: str = "ann", **fields: Any) -> str:
        """Promise something; the reference is what comes back."""
        made = self.do(c.PromiseFollowUp(note, **fields or {"within_h": 24}), actor)[0]
        assert isinstance(made, e.FollowUpPromised)
        return made.follow_up

    def watch(self) -> list[e.CareEvent]:
        return self.do(c.WatchClocks(), actor="lobby")

    def complaint(self, reference: str) -> Complaint:
        return self.book.complaint(reference)

    def follow_up(self, reference: str) -> FollowUp:
        return self.book.follow_up(reference)

    def solving(self, complaint: str) -> list[FollowUp]:
        """The promises to ask whether this complaint is solved."""
        return [one for one in self.book.follow_ups.values() if one.complaint == complaint]

    def folded(self) -> Casebook:
        """The book, folded from scratch."""
        book = Casebook()
        for event, at, actor in self.history:
            book.apply(event, at, actor)
        return book


def steps_to(reference: str) -> dict[str, list[Command]]:
    """By state, the commands that bring a received complaint there."""
    acknowledged: list[Command] = [c.AcknowledgeComplaint(reference, "phone")]
    assessed = [*acknowledged, c.AssessComplaint(reference, "fees", 2, 3, "payments")]
    investigated = [*assessed, c.InvestigateComplaint(reference, "charged twice indeed")]
    answered = [*investigated, c.AnswerComplaint(reference, "upheld", "letter", "the fee comes back")]
    closed = [*answered, c.CloseComplaint(reference, "mistake", "the form asks once now")]
    return {
        "received": [],
        "acknowledged": acknowledged,
        "assessed": assessed,
        "investigated": investigated,
        "answered": answered,
        "closed": closed,
        "reopened": [*closed, c.ReopenComplaint(reference, "it was charged again")],
    }


def brought_to(office: Office, state: str, **fields: Any) -> str:
    """A complaint in this state; the reference is what comes back."""
    reference = office.take(**fields)
    for command in steps_to(reference)[state]:
        office.do(command)
    assert office.complaint(reference).state == state
    return reference


def a_record(seq: int, teller: str = "ann", **changes: Any) -> Kept:
    """What the casebook remembers of an interaction."""
    fields: dict[str, Any] = {
        "seq": seq,
        "at": 0,
        "teller": teller,
        "ticket": f"2024-03-05-A{seq:03d}",
        "service": "cash",
        "kind": "",
        "outcome": "done",
        "note": "",
        "private": "",
    }
    return Kept(**fields | changes)
