"""What the customers' pages were told last, so that each hears of a change and of nothing else.

A page changes with its ticket, and with its place and its wait, which other customers and the mere time move. The
branch is gone over only when it has moved, and a few tickets at a time: whatever else there is to do comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import msgspec

from lobby.desk import Desk
from lobby.queue.branch import Branch
from lobby.queue.places import places_ahead
from lobby.queue.ticket import State
from lobby.views import TicketView, ticket_view

SLICE = 20
"""So many tickets, well under a millisecond, are looked at without a pause."""

MINUTE_MS = 60_000
TIME_MOVES_MS = 10_000
"""Without any event, waits are looked at again after so long: they are told in minutes."""


class PhoneLooks:
    """The tickets of one branch as their pages show them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: dict[str, TicketView] = {}
        self._looked = (0, 0, 0)
        self._places: dict[str, int] = {}
        self._places_seq = -1

    def said(self, reference: str) -> None:
        """The pages of this ticket are being told how it is now."""
        self._told[reference] = self._shown(reference)

    def changed(self, watched: Collection[str], pause: Callable[[], None]) -> Iterator[str]:
        """Those of the watched tickets (by reference) that are not as their pages were told last. Nothing is looked at
        while the branch stands still."""
        state, now = self._desk.state, self._desk.now()
        moved = (state.seq, state.outlook.at, now // TIME_MOVES_MS)
        if moved == self._looked:
            return
        self._looked = moved
        self._told = {reference: told for reference, told in self._told.items() if reference in watched}
        for looked_at, reference in enumerate(watched, start=1):
            if reference in self._desk.state.tickets and self._told.get(reference) != self._shown(reference):
                yield reference
            if looked_at % SLICE == 0:
                pause()

    def _shown(self, reference: str) -> TicketView:
        """The ticket as its page shows it: of the moments between which the call is expected, the minutes."""
        state = self._desk.state
        ticket = state.tickets[reference]
        ahead = self._ahead(state).get(reference, 0) if ticket.state is State.WAITING else 0
        view = ticket_view(state, ticket, self._desk.now(), ahead=ahead)
        return msgspec.structs.replace(view, call_from=_minute(view.call_from), call_to=_minute(view.call_to))

    def _ahead(self, state: Branch) -> dict[str, int]:
        """How many are before each who waits, counted once for all of them after each event."""
        if self._places_seq != state.seq:
            self._places, self._places_seq = places_ahead(state), state.seq
        return self._places


def _minute(moment: int | None) -> int | None:
    return None if moment is None else moment // MINUTE_MS
