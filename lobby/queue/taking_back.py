"""The last step at each counter, kept so that it can be taken back: ticket and counter as they were before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lobby.queue import events as e
from lobby.queue.counters import Counter
from lobby.queue.ticket import Ticket

if TYPE_CHECKING:  # the branch holds what can be undone
    from lobby.queue.branch import Branch


class Undo(msgspec.Struct, frozen=True):
    """A counter's last step: what it was, when, as which event, ticket and counter as they were before, and the number
    of the record that was made with it."""

    step: str
    at: int
    seq: int
    before: Ticket
    counter: Counter
    record: int | None = None


def remember(branch: Branch, event: Any, at: int) -> None:
    """Keep what `undo` at this counter would restore."""
    number = event.counter
    counter = branch.counters.get(number) or Counter(number)
    record = branch.seq if getattr(event, "recorded", False) else None
    ticket = branch.tickets[event.ticket]
    branch.undo[number] = Undo(type(event).__name__, at, branch.seq + 1, ticket, counter, record)


def on_undone(branch: Branch, event: e.StepUndone, at: int) -> None:
    """The step never counted: not for the mean serving time, nor for calls in a row, nor as a record."""
    last = branch.undo.pop(event.counter)
    step = branch.tickets[event.ticket].steps[len(last.before.steps) - 1]
    if last.step == "ServiceFinished" and step.started_at is not None:
        service = last.before.step.service
        branch.spent[service] = branch.spent[service].less((step.ended_at or 0) - step.started_at - step.parked_ms)
    branch.calls.pop(last.seq, None)
    if last.record is not None:
        branch.care.take_back(last.record)
    branch.put(last.before)
    now = branch.counters[event.counter]
    branch.counters[event.counter] = msgspec.structs.replace(
        last.counter, ready=False, services=now.services, offered=now.offered, offered_to=now.offered_to
    )
