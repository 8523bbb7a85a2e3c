"""What is asked of the branch when something is recorded beside a visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from lobby.care.commands import PromiseFollowUp, TakeComplaint
from lobby.care.interactions import Kind, Record
from lobby.queue.commands import Command, RecordInteraction
from lobby.views import TicketView


def beside_the_visit(
    kind: Kind, fields: Mapping[str, str], private: Mapping[str, str], ticket: TicketView, zone: str
) -> Command:
    """A complaint is taken, a follow-up promised (its `due` is the branch's local time); all else is a record."""
    if kind is Kind.COMPLAINT:
        return TakeComplaint(
            private.get("text", ""),
            name=private.get("name", ""),
            contact=private.get("contact", ""),
            language=ticket.language,
            service=ticket.service,
            ticket=ticket.id,
            category=fields.get("category", ""),
        )
    if kind is Kind.FOLLOW_UP:
        due = datetime.fromisoformat(fields["due"]).replace(tzinfo=ZoneInfo(zone))
        return PromiseFollowUp(
            private.get("what", ""),
            due=int(due.timestamp() * 1000),
            name=private.get("name", ""),
            contact=private.get("contact", ""),
            ticket=ticket.id,
            service=ticket.service,
            language=ticket.language,
        )
    return RecordInteraction(ticket.id, record=Record(kind=kind, fields=dict(fields), private=dict(private)))
