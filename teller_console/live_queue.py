"""The queue as the console holds it: the last whole picture, and what is known to have happened since.

News comes three ways that overtake each other: whole pictures, events, and answers to this console's own commands.
Each carries a journal number, so the newest word on a ticket or a counter wins, and an older picture never undoes it.
The order of those who wait is the picture's; who joined since stands at the end until the next picture.
"""

from __future__ import annotations

from msgspec.structs import replace

from lobby.queue.ticket import State
from lobby.views import CounterView, QueueView, TicketView

_NOTHING = QueueView(seq=0, at=0, waiting=(), parked=(), counters=(), longest_s=0)


class LiveQueue:
    def __init__(self) -> None:
        self._picture = _NOTHING
        self._tickets: dict[str, tuple[int, TicketView]] = {}
        self._counters: dict[int, tuple[int, CounterView]] = {}
        self._view: QueueView | None = _NOTHING

    def picture(self, queue: QueueView) -> bool:
        """Take a whole picture; False when a newer one is held already."""
        if queue.seq < self._picture.seq:
            return False
        self._picture, self._view = queue, None
        self._tickets = {id: known for id, known in self._tickets.items() if known[0] > queue.seq}
        self._counters = {number: known for number, known in self._counters.items() if known[0] > queue.seq}
        return True

    def news(self, seq: int, ticket: TicketView | None, counter: CounterView | None) -> None:
        """Take what ticket and counter are after the event `seq`."""
        if seq <= self._picture.seq:
            return
        self._view = None
        if ticket is not None and self._tickets.get(ticket.id, (0,))[0] <= seq:
            self._tickets[ticket.id] = (seq, ticket)
        if counter is not None and self._counters.get(counter.number, (0,))[0] <= seq:
            self._counters[counter.number] = (seq, counter)

    def view(self) -> QueueView:
        """The queue now."""
        if self._view is None:
            self._view = self._put_together() if self._tickets or self._counters else self._picture
        return self._view

    def _put_together(self) -> QueueView:
        return replace(
            self._picture,
            waiting=self._in_state(self._picture.waiting, State.WAITING),
            parked=self._in_state(self._picture.parked, State.PARKED),
            missed=self._in_state(self._picture.missed, State.NO_SHOW, latest_first=True),
            counters=tuple(self._counter(counter) for counter in self._picture.counters),
        )

    def _in_state(
        self, before: tuple[TicketView, ...], state: State, *, latest_first: bool = False
    ) -> tuple[TicketView, ...]:
        known = {id: ticket for id, (_, ticket) in self._tickets.items()}
        stayed = [known.get(ticket.id, ticket) for ticket in before]
        joined = [ticket for id, ticket in known.items() if all(id != other.id for other in before)]
        found = [*reversed(joined), *stayed] if latest_first else [*stayed, *joined]
        return tuple(ticket for ticket in found if ticket.state is state)

    def _counter(self, before: CounterView) -> CounterView:
        """The counter, with its customer as last heard of."""
        seq, counter = self._counters.get(before.number, (self._picture.seq, before))
        if counter.ticket is None:
            return counter
        newer = self._tickets.get(counter.ticket.id)
        if newer is None or newer[0] <= seq:
            return counter
        here = newer[1].state in (State.CALLED, State.SERVING) and newer[1].counter == counter.number
        return replace(counter, ticket=newer[1] if here else None)
