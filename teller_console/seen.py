"""What is known at a counter: the queue, the branch with what it records, and the branch's time."""

from __future__ import annotations

from lobby.care.views import OfferedCare
from lobby.queue.events import CounterNotReady, CounterReady, TicketRecalled
from lobby.queue.ticket import State
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
        self.ready = False
        """Whoever comes next is called by itself."""
        self.offered_by = ""
        """The teller who offered the counter to a colleague; empty when nobody did."""
        self.no_show_at: tuple[int, int] | None = None
        """Recalls still needed, and from when (ms UTC), before the customer who was called may be declared a no-show;
        None while nobody asked."""
        self._missed: dict[str, TicketView] = {}

    def news(self, seq: int, ticket: TicketView | None, counter: CounterView | None, kind: str = "") -> None:
        """Take what the event `seq` of this kind, or the answer to a command, tells."""
        self.live.news(seq, ticket, counter)
        if ticket is not None:
            self._missed.pop(ticket.id, None)
            if ticket.state is State.NO_SHOW:
                self._missed[ticket.id] = ticket
        if counter is not None and counter.number == self.number:
            self.ready = kind == CounterReady.__name__ or (self.ready and kind != CounterNotReady.__name__)
            if kind == TicketRecalled.__name__:
                self.no_show_at = None
        self._settle()

    def picture(self, queue: QueueView) -> bool:
        """Take a whole picture; False when a newer one is held already."""
        newer = self.live.picture(queue)
        self._settle()
        return newer

    def _settle(self) -> None:
        """What no longer holds of the counter as it is now."""
        counter = self.counter
        if counter.ticket is not None or not counter.open or counter.on_break:
            self.ready = False
        if counter.ticket is None:
            self.no_show_at = None

    @property
    def missed(self) -> list[TicketView]:
        """Who missed the call since this console looks on, the latest first."""
        return list(reversed(self._missed.values()))

    @property
    def queue(self) -> QueueView:
        return self.live.view()

    @property
    def counter(self) -> CounterView:
        """This counter; an open, free one before anything is known."""
        unknown = CounterView(self.number, "", True, "", (), False, "", self.clock.now())
        return counter_of(self.queue, self.number) or unknown

    @property
    def day(self) -> str:
        """The business day (2026-11-23); empty before the branch is known."""
        return business_day(self.branch, max(self.clock.now(), self.branch.at)) if self.branch else ""
