"""What happens to a customer at a counter: called, served, parked, sent on. The folds of it; those of the counter alone
are in `lobby.queue.counters`, and taking a step back in `lobby.queue.taking_back`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.queue import counters, taking_back
from lobby.queue import events as e
from lobby.queue.ticket import ended, unparked, waiting_again, with_step

if TYPE_CHECKING:  # the branch holds who is at its counters
    from lobby.queue.branch import Branch

_replace = msgspec.structs.replace


class Spent(msgspec.Struct, frozen=True):
    """Finished services of one kind today: how many, and the sum of their serving times in ms."""

    count: int = 0
    total_ms: int = 0

    def more(self, served_ms: int) -> Spent:
        return Spent(self.count + 1, self.total_ms + served_ms)

    def less(self, served_ms: int) -> Spent:
        return Spent(self.count - 1, self.total_ms - served_ms)


def free(branch: Branch, number: int, at: int) -> None:
    """The counter without its customer, who has left it at `at` (ms UTC)."""
    counters.changed(branch, number, at, ticket=None, why=None, free_since=at)


def on_called(branch: Branch, event: e.TicketCalled, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    step = _replace(
        ticket.step.there(at),
        called_at=at if ticket.step.called_at is None else ticket.step.called_at,
        last_called_at=at,
        calls=ticket.step.calls + 1,
        counter=event.counter,
        teller=event.teller,
        rule=ticket.step.rule or event.rule,
    )
    branch.put(with_step(ticket, step, state=ticket.after(e.TicketCalled), counter=event.counter))
    branch.calls[branch.seq + 1] = ticket.priority
    why = e.Why(event.rule, event.waited_s, event.target_s, event.index, event.runner_up, event.reason)
    counters.changed(branch, event.counter, at, ticket=event.ticket, why=why, ready=False)


def on_recalled(branch: Branch, event: e.TicketRecalled, at: int) -> None:
    ticket = branch.tickets[event.ticket]
    step = _replace(ticket.step, last_called_at=at, calls=ticket.step.calls + 1)
    branch.put(with_step(ticket, step, state=ticket.after(e.TicketRecalled)))
    branch.undo.pop(event.counter, None)


def on_started(branch: Branch, event: e.ServiceStarted, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    branch.put(with_step(ticket, _replace(ticket.step, started_at=at), state=ticket.after(e.ServiceStarted)))
    counters.changed(branch, event.counter, at)


def on_service_added(branch: Branch, event: e.ServiceAdded, at: int) -> None:
    ticket = branch.tickets[event.ticket]
    branch.put(_replace(ticket, state=ticket.after(e.ServiceAdded), then=(*ticket.then, event.service)))


def on_finished(branch: Branch, event: e.ServiceFinished, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    step = ticket.step
    if step.started_at is not None:
        so_far = branch.spent.get(step.service, Spent())
        branch.spent[step.service] = so_far.more(at - step.started_at - step.parked_ms)
    done = ended(ticket, ticket.after(e.ServiceFinished), at, "finished", event.outcome)
    if ticket.then:
        done = waiting_again(done, ticket.then[0], at, then=ticket.then[1:])
    branch.put(done)
    free(branch, event.counter, at)


def on_parked(branch: Branch, event: e.TicketParked, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    step = _replace(ticket.step, parked_at=at)
    branch.put(with_step(ticket, step, state=ticket.after(e.TicketParked), counter=None))
    free(branch, event.counter, at)


def on_resumed(branch: Branch, event: e.TicketResumed, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    branch.put(
        with_step(
            ticket,
            unparked(ticket.step, at, counter=event.counter, teller=event.teller),
            state=ticket.after(e.TicketResumed),
            counter=event.counter,
        )
    )
    counters.changed(branch, event.counter, at, ticket=event.ticket, ready=False)


def on_transferred(branch: Branch, event: e.TicketTransferred, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    moved = ended(ticket, ticket.after(e.TicketTransferred), at, "transferred")
    branch.put(waiting_again(moved, event.service, at, for_counter=event.to_counter, for_teller=event.to_teller))
    free(branch, event.counter, at)


def on_no_show(branch: Branch, event: e.NoShowDeclared, at: int) -> None:
    taking_back.remember(branch, event, at)
    ticket = branch.tickets[event.ticket]
    branch.put(ended(ticket, ticket.after(e.NoShowDeclared), at, "no_show"))
    free(branch, event.counter, at)
