"""The calls of a past or present day, taken from the journal with the rules that were in force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from lobby.errors import BadField, NoTicketThatDay
from lobby.queue.branch import Branch
from lobby.queue.events import Recorded, RulesChanged
from lobby.queue.rules_in_force import RuleSet
from lobby.queue.services import Day, day_of
from lobby.queue.ticket import Ticket
from lobby.records.journal import Journal
from lobby.records.people import Look, People
from lobby.reports.day import day_record
from lobby.reports.fairness import Ledger, fairness
from lobby.reports.why import WhyTicket, why

_replace = msgspec.structs.replace


def why_ticket(journal: Journal, branch: Branch, reference: str, date: str = "") -> WhyTicket:
    """Why the ticket with this id or number was called when it was, on the business day `date` (ISO; empty: the
    present one). `branch` is the branch now. A `NotThere` where there is no such ticket; `BadField` for a bad date."""
    day = asked_day(branch, date)
    recorded = list(recorded_between(journal, branch, day.start, day.end))
    ticket = branch.ticket(reference) if day.date == branch.day else _ticket(branch, recorded, day, reference)
    return why(branch.setup, recorded, ticket, day.date, oldest_rules(journal, branch))


def with_reasons(found: WhyTicket, people: People, look: Look) -> WhyTicket:
    """The answer with the reasons that somebody typed, as far as they are still there; who read them stands in the
    audit trail before."""
    notes = {one.note for one in found.calls} | {one.note for one in found.overtaken}
    said = people.read(notes, look)

    calls = tuple(_replace(one, reason=said.get(one.note, one.reason)) for one in found.calls)
    overtaken = tuple(_replace(one, reason=said.get(one.note, one.reason)) for one in found.overtaken)
    return _replace(found, calls=calls, overtaken=overtaken)


def ledger(journal: Journal, branch: Branch, first: str = "", last: str = "") -> Ledger:
    """The fairness ledger of the business days of `asked_days`."""
    recorded = recorded_between(journal, branch, *asked_days(branch, first, last))
    return fairness(branch.setup, recorded, oldest_rules(journal, branch))


def asked_days(branch: Branch, first: str, last: str) -> tuple[int, int]:
    """Where the business days from `first` to `last` (ISO dates; empty: the present day, and the first) begin and end,
    ms UTC. `BadField` for what is no span of days."""
    start, end = asked_day(branch, first).start, asked_day(branch, last or first).end
    if end <= start:
        raise BadField(field="to", problem="must not be before from")
    return start, end


def asked_day(branch: Branch, date: str) -> Day:
    """The business day with this ISO date, the present one for none; `BadField` for what is no date."""
    if not date and not branch.day:
        raise BadField(field="day", problem="nothing has happened yet")
    try:
        return day_of(branch.setup, date or branch.day)
    except ValueError:
        raise BadField(field="day", problem="a date such as 2026-11-22") from None


def recorded_between(journal: Journal, branch: Branch, start: int, end: int) -> Iterator[Recorded]:
    """What happened from `start` up to `end` (ms UTC), after the rules that were in force when it began."""
    first = journal.before(start)
    yield from islice((recorded for recorded, _ in _rules_back(journal, branch) if recorded.seq <= first), 1)
    yield from journal.stream(first, journal.before(end) - first)


def oldest_rules(journal: Journal, branch: Branch) -> RuleSet | None:
    """The first rules on record: what comes nearest to those before them. None where no rules are."""
    changes = [changed for _, changed in _rules_back(journal, branch)]
    return changes[-1].rules if changes else None


def _rules_back(journal: Journal, branch: Branch) -> Iterator[tuple[Recorded, RulesChanged]]:
    """Every change of the rules, the latest first."""
    seq = branch.rules.seq
    while seq:
        [recorded] = journal.read(seq - 1, 1)
        assert isinstance(recorded.event, RulesChanged)
        yield recorded, recorded.event
        seq = recorded.event.before


def _ticket(branch: Branch, recorded: list[Recorded], day: Day, reference: str) -> Ticket:
    record = day_record(branch.setup, recorded, day.date)
    for ticket in record.tickets if record is not None else ():
        if reference in (ticket.id, ticket.number) or reference.upper() == ticket.number:
            return ticket
    raise NoTicketThatDay(ticket=reference, day=day.date)
