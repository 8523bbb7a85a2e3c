"""Who may see which ticket: whoever has its token, from the paper, until the business day is over.

A token is 72 bits of chance and is forgotten with its day. What is unknown, over, or not handed in yet by a kiosk gets
the same answer, so that nobody learns which it was. Whoever asks for one unknown ticket after the other is slowed down,
by address. A right one is answered all the same: nobody finds one of 72 bits by guessing, and all phones in a lobby, or
behind a proxy, may have one address.
"""

from __future__ import annotations

from collections.abc import Callable

from lobby.brake import Brake
from lobby.desk import Desk
from lobby.errors import UnknownTicket
from lobby.queue.ticket import Ticket

MANY = 50_000
LONG = 64


class TicketTokens:
    """The tokens of one branch. Asked for again from the same address, a wrong one is a page reloaded and no guess."""

    def __init__(self, desk: Desk, brake: Brake, clock: Callable[[], int]) -> None:
        self._desk = desk
        self._brake = brake
        self._clock = clock
        self._wrong: dict[str, str] = {}

    def ticket(self, token: str, address: str) -> Ticket:
        """The ticket with this token, for someone at `address`; `UnknownTicket`, or `TooManyAttempts` for a while."""
        state = self._desk.state
        found = state.ticket_by(token) if self._desk.now() < state.day_end else None
        if found is None:
            self._guessed(token[:LONG], address)
            raise UnknownTicket(ticket="…")
        return found

    def is_over(self, reference: str) -> bool:
        """Whether nobody may see this ticket any more."""
        state = self._desk.state
        return reference not in state.tickets or self._desk.now() >= state.day_end

    def _guessed(self, token: str, address: str) -> None:
        key, now = f"ticket from {address}", self._clock()
        self._brake.check(key, now)
        if self._wrong.get(address) == token:
            return
        if len(self._wrong) >= MANY:
            self._wrong.clear()
        self._wrong[address] = token
        self._brake.begin(key, now)
