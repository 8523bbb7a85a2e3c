"""The door to a branch, as everyone sees it who is not the journal: a command in, an answer out; and views.

`lobby.desk` opens it in this process, `lobby.remote` over HTTP. Both keep the same promises and raise the same
refusals; one suite of tests runs over both.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from lobby.board import BoardView
from lobby.care.views import ComplaintView, FollowUpView
from lobby.queue.appointments import Appointment
from lobby.queue.commands import Command
from lobby.queue.events import Recorded, Why
from lobby.queue.leases import Lease
from lobby.views import BranchView, CounterView, QueueView, TicketView


class Answer(msgspec.Struct, frozen=True):
    """What came of a command: the number of its last event (0: nothing changed), ticket and counter afterwards; the
    numbers that a kiosk now holds of the service; the appointment that was made; complaint or follow-up afterwards."""

    seq: int
    ticket: TicketView | None = None
    counter: CounterView | None = None
    why: Why | None = None
    leases: tuple[Lease, ...] = ()
    appointment: Appointment | None = None
    complaint: ComplaintView | None = None
    follow_up: FollowUpView | None = None


class Door(Protocol):
    """One branch, for one actor."""

    def submit(self, command: Command, *, key: str, at: int | None = None) -> Answer:
        """Carry a command out, once for each `key` however often it is sent, or raise a `LobbyError` with nothing
        changed. `at` (ms UTC) sets the time, on a rehearsal branch only."""
        ...

    def branch(self) -> BranchView:
        """What the branch offers now."""
        ...

    def board(self) -> BoardView:
        """What the lobby screens show."""
        ...

    def queue(self) -> QueueView:
        """What the consoles show."""
        ...

    def ticket(self, reference: str) -> TicketView:
        """A ticket of today by id or number."""
        ...

    def events(self, after: int = 0, limit: int = 1000) -> list[Recorded]:
        """The journal from `after` on."""
        ...
