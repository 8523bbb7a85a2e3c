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
    *before, present = ticket.steps
    if present.started_at is not None or any((step.started_at or 0) > call.at for step in before):
        return "served"
    if ticket.state is not State.CALLED or ticket.counter != call.counter or present.calls < call.calls:
        return "withdrawn"
    if present.calls > call.calls:
        return "called_again"
    return "stale" if now - call.at > stale_s * 1000 else ""
