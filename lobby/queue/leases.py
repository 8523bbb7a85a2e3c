"""Numbers that a kiosk may give without asking, so that it can go on when it has lost the server.

A lease is a stretch of a service's numbers, taken from their top, for one installation of a kiosk: two kiosks apart
can never give the same number, and neither can the server. It is good for each day anew until it runs out, so that a
kiosk that is alone in the morning can begin the day. A lost kiosk's numbers come back when its lease has run out.

Tickets from a lease are handed in when the server is back. Their arrival is when they were issued, so they wait where
they would have waited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given
from lobby.queue.page_marks import mark_of
from lobby.queue.services import Service, named
from lobby.queue.ticket import State, Ticket

if TYPE_CHECKING:  # the branch holds leases
    from lobby.queue.branch import Branch

LASTS_MS = 30 * 24 * 3600 * 1000
RENEWED_MS = LASTS_MS // 2
"""A lease that runs for less is renewed when its kiosk asks."""


class Lease(msgspec.Struct, frozen=True):
    """The numbers `first` to `last` of a service, for `holder`, until `until` (ms UTC)."""

    holder: str
    service: str
    first: int
    last: int
    until: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def leases_of(branch: Branch, service: str, holder: str) -> tuple[Lease, ...]:
    """What an installation holds of a service, in the order in which it got it."""
    return tuple(lease for lease in branch.leases.get(service, ()) if lease.holder == holder)


def next_free(branch: Branch, service: Service, sequence: int, at: int) -> int:
    """The first number from `sequence` on that no kiosk keeps at `at` (ms UTC), perhaps beyond the service's last."""
    for lease in sorted(branch.leases.get(service.code, ()), key=lambda lease: lease.first):
        if lease.until > at and lease.first <= sequence <= lease.last:
            sequence = lease.last + 1
    return sequence


# -- decisions


def lease_numbers(branch: Branch, command: c.LeaseNumbers, given: Given) -> list[e.Event]:
    service = branch.service(command.service)
    running = [lease for lease in branch.leases.get(service.code, ()) if lease.until > given.at]
    mine = [lease for lease in running if lease.holder == command.holder]
    until = given.at + LASTS_MS
    made: list[e.Event] = [
        e.NumbersLeased(lease.holder, service.code, lease.first, lease.last, until)
        for lease in mine
        if lease.until < given.at + RENEWED_MS
    ]
    missing = command.count - sum(lease.size for lease in mine)
    if missing > 0:
        first, last = _stretch(branch, service, running, missing)
        made.append(e.NumbersLeased(command.holder, service.code, first, last, until))
    return made


def _stretch(branch: Branch, service: Service, running: list[Lease], size: int) -> tuple[int, int]:
    """The highest free stretch of this size in the upper half of the service's numbers."""
    last = service.last
    for lease in sorted(running, key=lambda lease: -lease.last):
        if lease.last <= last - size:
            break
        last = min(last, lease.first - 1)
    first = last - size + 1
    middle = service.first + (service.last - service.first) // 2
    if first <= max(middle, branch.next_number.get(service.code, service.first) - 1):
        name = named(service.names, branch.setup.languages[0], service.code)
        raise errors.NoNumbersToLease(service=name)
    return first, last


def handed_in(branch: Branch, command: c.HandIn, given: Given) -> tuple[int, int]:
    """The sequence and the arrival (ms UTC) of a ticket that is handed in; refuses a number that was not leased to this
    installation, and one that another ticket has."""
    service = branch.service(command.service)
    sequence = service.sequence(command.number)
    held = leases_of(branch, service.code, command.holder)
    if sequence is None or not any(lease.first <= sequence <= lease.last for lease in held):
        raise errors.NumberNotLeased(number=command.number)
    return sequence, min(command.arrived_at, given.at)


def may_be_replaced(branch: Branch, ticket: Ticket, command: c.HandIn) -> None:
    """Refuse a ticket that cannot have been issued for the same touch: with another service's number, or from a lease.
    Where it waits now does not matter: whoever leads may have sent it elsewhere."""
    service = branch.service(command.service)
    sequence = service.sequence(ticket.number)
    from_lease = sequence is None or any(
        lease.first <= sequence <= lease.last for lease in branch.leases.get(service.code, ())
    )
    if from_lease:
        raise errors.BadField(field="replaces", problem="not a ticket that the server issued for the same touch")


def renumber(ticket: Ticket, command: c.HandIn, arrived_at: int) -> list[e.Event]:
    """The server had issued `ticket` for the same touch: it gets the number that is on the paper."""
    came = min(arrived_at, ticket.arrived_at)
    made: list[e.Event] = [e.TicketRenumbered(ticket.id, ticket.number, command.number, mark_of(command.token), came)]
    if ticket.state is State.NO_SHOW and not ticket.returned:
        made.append(e.TicketReturned(ticket.id))  # its own number was called, and nobody had it
    return made


# -- the fold


def on_leased(branch: Branch, event: e.NumbersLeased, at: int) -> None:
    lease = Lease(event.holder, event.service, event.first, event.last, event.until)
    others = [
        one for one in branch.leases.get(event.service, ()) if one.last < lease.first or one.first > lease.last
    ]  # a lease that has run out, and the one that is renewed, make room
    branch.leases[event.service] = (*others, lease)
