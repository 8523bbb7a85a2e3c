"""The calls that are still to be spoken in one room, in the order in which they were made. Pure."""

from __future__ import annotations

import msgspec

from lobby.queue.announcing import Skipped
from lobby.queue.branch import Branch
from lobby.queue.ticket import State

CROWDED = 3
"""With so many calls waiting behind it, a call is spoken in the customer's own language only."""


class Call(msgspec.Struct, frozen=True):
    """A call or recall: `seq` is the number of its event, `at` its time (ms UTC), `calls` which call of the step it
    is."""

    seq: int
    ticket: str
    number: str
    counter: int
    language: str
    service: str
    calls: int
    at: int


class Line:
    """One room's line. A customer stands in it once: called again, the newer call takes the older one's place."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __len__(self) -> int:
        return len(self.calls)

    def put(self, call: Call) -> Call | None:
        """Let a call in; gives the older one of the same customer, which it replaces."""
        for place, older in enumerate(self.calls):
            if older.ticket == call.ticket:
                self.calls[place] = call
                return older
        self.calls.append(call)
        return None

    def take(self, call: Call) -> bool:
        """Take a call out of the line; False when it is not there any more."""
        there = call in self.calls
        if there:
            self.calls.remove(call)
        return there

    def put_back(self, call: Call) -> bool:
        """First in line again; False when the customer was called anew meanwhile."""
        if any(other.ticket == call.ticket for other in self.calls):
            return False
        self.calls.insert(0, call)
        return True

    def languages(self, call: Call, own: str) -> tuple[str, ...]:
        """The languages for a call that was just taken: the customer's, then the branch's `own` while few wait."""
        first = call.language or own
        return (first,) if first == own or len(self.calls) >= CROWDED else (first, own)


def overtaken(branch: Branch, call: Call, now: int, stale_s: float) -> Skipped:
    """Why a call need not be spoken any more at `now` (ms UTC); empty while it stands."""
    ticket = branch.tickets.get(call.ticket)
    if ticket is None:
        return "withdrawn"
    if any(step.started_at is not None and step.started_at >= call.at for step in ticket.steps):
        return "served"
    if ticket.state is not State.CALLED or ticket.counter != call.counter or ticket.step.calls < call.calls:
        return "withdrawn"
    if ticket.step.calls > call.calls:
        return "called_again"
    return "stale" if now - call.at > stale_s * 1000 else ""
