"""The rows of the journal that speak of complaints and promises, and those of visits under which words stand: few among
many, so they are asked for by their kinds."""

from __future__ import annotations

from collections.abc import Iterator, Set

import msgspec
from sqlalchemy import ColumnElement, or_, select

from lobby.care.events import AboutComplaint, AboutFollowUp
from lobby.happened import Happened
from lobby.queue import events as e
from lobby.queue.supervision_events import TicketReassigned
from lobby.records import schema
from lobby.records.store import Store

CASES = frozenset(kind.__name__ for root in (AboutComplaint, AboutFollowUp) for kind in root.__subclasses__())

OF_VISITS = (
    e.InteractionRecorded,
    e.TicketCalled,
    e.TicketParked,
    e.TicketTransferred,
    e.TicketCancelled,
    TicketReassigned,
)
"""The records of a visit, and its steps for which somebody typed a reason."""

PORTION = 100
"""How many tickets a query asks for at once: databases take no expression of any length."""

_table = schema.events.c
_decode = msgspec.json.Decoder(e.Event).decode


def case_rows(store: Store, branch: str) -> Iterator[tuple[int, Happened]]:
    """Moment (ms UTC) and event of all that happened to complaints and promises, in order."""
    return _rows(store, branch, _table.kind.in_(sorted(CASES)))


def visit_words(store: Store, branch: str, tickets: Set[str]) -> frozenset[str]:
    """The references to what was written down of the visits with these tickets."""
    found, wanted = set[str](), sorted(tickets)
    for begin in range(0, len(wanted), PORTION):
        portion = wanted[begin : begin + PORTION]
        theirs = or_(*(_table.body.contains(f'"ticket":"{ticket}"', autoescape=True) for ticket in portion))
        kinds = _table.kind.in_([kind.__name__ for kind in OF_VISITS])
        for _, event in _rows(store, branch, kinds, theirs):
            if isinstance(event, OF_VISITS) and event.ticket in tickets:
                found |= {event.note, getattr(event, "private", "")}
    return frozenset(found - {""})


def _rows(store: Store, branch: str, *which: ColumnElement[bool]) -> Iterator[tuple[int, Happened]]:
    query = select(_table.at, _table.body).where(_table.branch == branch, *which).order_by(_table.seq)
    with store.read() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        yield row.at, _decode(row.body)
