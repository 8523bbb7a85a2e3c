"""One business day as reports see it: its tickets, each with its own history, and what the counters did.

The record is a fold over the journal with the branch's own fold inside, so a step that was undone never counts and no
rule lives twice. Only one day is in memory at a time: when the next opens, the record of the last is handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.events import DayOpened, Recorded, RehearsalStarted, TicketHandedInLate
from lobby.queue.opinions import Opinion
from lobby.queue.past import Span
from lobby.queue.services import Setup
from lobby.queue.ticket import Ticket
from lobby.reports.spans import Spans


class DayRecord(msgspec.Struct, frozen=True):
    """A business day. `at` is the time of the last event (ms UTC); `closed` that the day has ended, so that nothing in
    it can change; `services_at` are the services that each counter gave when it was last open (none named: all);
    `handed_in_late` counts the tickets of earlier days that kiosks handed in on it, or after it was closed."""

    setup: Setup
    day: str
    start: int
    end: int
    at: int
    closed: bool
    tickets: tuple[Ticket, ...] = ()
    spans: tuple[Span, ...] = ()
    lists_taken: int = 0
    handed_in_late: int = 0
    opinions: tuple[Opinion, ...] = ()
    services_at: dict[int, tuple[str, ...]] = {}


def day_records(setup: Setup, recorded: Iterable[Recorded]) -> Iterator[DayRecord]:
    """Every business day in `recorded`, in order. It is the whole journal or a part that begins at a `DayOpened` or
    before one; what comes before the first `DayOpened` belongs to no day."""
    return _records(setup, recorded, None)


def day_record(setup: Setup, recorded: Iterable[Recorded], day: str) -> DayRecord | None:
    """The business day `day` (ISO date), or None when `recorded` has no such day. See `day_records`."""
    return next(_records(setup, recorded, day), None)


def _records(setup: Setup, recorded: Iterable[Recorded], wanted: str | None) -> Iterator[DayRecord]:
    branch: Branch | None = None
    spans, late = Spans(), set[str]()
    for item in recorded:
        event = item.event
        if isinstance(event, RehearsalStarted):
            setup = setup.with_more(event.services, event.counters)
        elif isinstance(event, DayOpened):
            if branch is not None:
                yield _record(branch, spans, len(late))
            branch, spans, late = None, Spans(), set()
            if wanted is None or event.day == wanted:
                branch = Branch(setup, seq=item.seq - 1)
        if branch is not None:
            spans.note(branch, item)
            branch.apply(item)
            if isinstance(event, TicketHandedInLate):
                late.add(event.ticket)
    if branch is not None:
        yield _record(branch, spans, len(late))


def _record(branch: Branch, spans: Spans, late: int) -> DayRecord:
    return DayRecord(
        setup=branch.setup,
        day=branch.day,
        start=branch.day_start,
        end=branch.day_end,
        at=branch.at,
        closed=branch.day_closed,
        tickets=tuple(branch.tickets.values()),
        spans=spans.all(),
        lists_taken=sum(branch.lists_taken.values()),
        handed_in_late=late,
        opinions=tuple(branch.opinions.values()),
        services_at=spans.services_at,
    )
