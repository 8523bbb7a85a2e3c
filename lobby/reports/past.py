"""A day's record as the rows that are kept for good.

Where nobody closed the day, `DayClosed` is recorded with the first event of the next, hours or a weekend later. A
counter that was left open, a service that was never finished and who still waited did not go on until then: every time
in the rows is at most the end of the business day.
"""

from __future__ import annotations

import msgspec

from lobby.queue.past import PastDay, PastStep, Span
from lobby.queue.ticket import Step, Ticket
from lobby.reports.day import DayRecord
from lobby.reports.opinions import past_opinion


def past_day(record: DayRecord) -> PastDay:
    """The rows of `record`, tickets in the order of their issue, each with its steps."""
    tickets = {ticket.id: ticket for ticket in record.tickets}
    return PastDay(
        day=record.day,
        start=record.start,
        end=record.end,
        at=min(record.at, record.end),
        closed=record.closed,
        steps=tuple(
            past_step(record.day, ticket, index, _until(record.end, step))
            for ticket in record.tickets
            for index, step in enumerate(ticket.steps)
        ),
        spans=tuple(_span_until(record.end, span) for span in record.spans),
        services_at=record.services_at,
        lists_taken=record.lists_taken,
        handed_in_late=record.handed_in_late,
        opinions=tuple(past_opinion(said, tickets.get(said.ticket)) for said in record.opinions),
    )


def past_step(day: str, ticket: Ticket, index: int, step: Step) -> PastStep:
    """One row."""
    return PastStep(
        day=day,
        ticket=ticket.id,
        number=ticket.number,
        step=index,
        service=step.service,
        first_service=ticket.steps[0].service,
        language=ticket.language,
        priority=ticket.priority,
        appointment=ticket.appointment is not None,
        arrived_at=ticket.arrived_at,
        since=ticket.since,
        queued_at=step.queued_at,
        called_at=step.called_at,
        last_called_at=step.last_called_at,
        calls=step.calls,
        started_at=step.started_at,
        ended_at=step.ended_at,
        parked_ms=step.parked_ms,
        ended=step.ended,
        outcome=step.outcome,
        counter=step.counter,
        teller=step.teller,
        state=ticket.state.value,
        steps=len(ticket.steps),
        rule=step.rule,
        promise=ticket.promise,
        told=ticket.told,
        told_at=ticket.told_at,
        basis=ticket.basis,
        held_at=step.held_at,
        held_until=step.held_until,
    )


def _until(end: int, step: Step) -> Step:
    """The step with no time beyond `end` (ms UTC)."""
    if max(step.queued_at, step.last_called_at or 0, step.started_at or 0, step.ended_at or 0) <= end:
        return step
    started_at, ended_at = _at_most(step.started_at, end), _at_most(step.ended_at, end)
    served_ms = 0 if started_at is None or ended_at is None else ended_at - started_at
    return msgspec.structs.replace(
        step,
        queued_at=min(step.queued_at, end),
        called_at=_at_most(step.called_at, end),
        last_called_at=_at_most(step.last_called_at, end),
        started_at=started_at,
        ended_at=ended_at,
        parked_ms=min(step.parked_ms, served_ms),
    )


def _span_until(end: int, span: Span) -> Span:
    if (span.end or span.start) <= end:
        return span
    return msgspec.structs.replace(span, start=min(span.start, end), end=_at_most(span.end, end))


def _at_most(at: int | None, end: int) -> int | None:
    return None if at is None else min(at, end)
