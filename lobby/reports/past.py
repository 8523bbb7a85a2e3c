"""A day's record as the rows that are kept for good."""

from __future__ import annotations

from lobby.queue.past import PastDay, PastStep
from lobby.queue.ticket import Step, Ticket
from lobby.reports.day import DayRecord


def past_day(record: DayRecord) -> PastDay:
    """The rows of `record`, tickets in the order of their issue, each with its steps."""
    return PastDay(
        day=record.day,
        start=record.start,
        end=record.end,
        at=record.at,
        closed=record.closed,
        steps=tuple(
            past_step(record.day, ticket, index, step)
            for ticket in record.tickets
            for index, step in enumerate(ticket.steps)
        ),
        spans=record.spans,
        services_at=record.services_at,
        lists_taken=record.lists_taken,
        ratings=record.ratings,
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
    )
