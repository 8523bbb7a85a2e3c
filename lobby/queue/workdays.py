"""What each teller did on a business day, for their own comparison with their own weeks before."""

from __future__ import annotations

from collections.abc import Iterable

from lobby.care.casebook import Worked
from lobby.queue.ticket import Ticket


def worked_on(day: str, tickets: Iterable[Ticket]) -> tuple[Worked, ...]:
    """By teller and service, from the tickets of the day: services finished or sent on, their handling time, and the
    wait before each."""
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for ticket in tickets:
        for step in ticket.steps:
            handled = step.handled_ms
            if handled is not None and step.teller:
                served, handled_ms, waited_ms = found.get((step.teller, step.service), (0, 0, 0))
                waited = (step.called_at or step.queued_at) - step.queued_at
                found[step.teller, step.service] = served + 1, handled_ms + handled, waited_ms + waited
    return tuple(Worked(day, teller, service, *sums) for (teller, service), sums in sorted(found.items()))
