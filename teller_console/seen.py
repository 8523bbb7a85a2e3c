"""What is known at a counter: the queue, the branch with what it records, and the branch's time."""

from __future__ import annotations

from lobby.care.views import OfferedCare
from lobby.views import BranchView, CounterView, QueueView, TicketView
from teller_console.clock import BranchClock
from teller_console.live_queue import LiveQueue
from teller_console.picture import business_day, counter_of


class Seen:
    """Kept up to date by whoever follows the branch."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.clock = BranchClock()
        self.live = LiveQueue()
        self.branch: BranchView | None = None
        self.care: OfferedCare | None = None

    def news(self, seq: int, ticket: TicketView | None, counter: CounterView | None) -> None:
        """Take what the event `seq`, or the answer to a command, tells."""
        self.live.news(seq, ticket, counter)

    def picture(self, queue: QueueView) -> bool:
        """Take a whole picture; False when a newer one is held already."""
        return self.live.picture(queue)

    @property
    def queue(self) -> QueueView:
        return self.live.view()

    @property
    def counter(self) -> CounterView:
        """This counter; an open, free one before anything is known."""
        unknown = CounterView(self.number, "", True, "", (), False, "", self.clock.now())
        return counter_of(self.queue, self.number) or unknown

    @property
    def lost(self) -> bool:
        """Whether the branch is known, and has this counter no more."""
        there = self.queue.counters
        return bool(there) and counter_of(self.queue, self.number) is None

    @property
    def day(self) -> str:
        """The business day (2026-11-23); empty before the branch is known."""
        return business_day(self.branch, max(self.clock.now(), self.branch.at)) if self.branch else ""
