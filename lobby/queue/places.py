"""Where in the queue of a service somebody stands, by arrival: how many came before.

Whom the rule calls next is another question (`lobby.queue.calling`).
"""

from __future__ import annotations

from lobby.queue.branch import Branch
from lobby.queue.ticket import State, Ticket


def people_ahead(branch: Branch, ticket: Ticket) -> int:
    """How many of those who wait for the same service came before; 0 for a ticket that does not wait."""
    if ticket.state is not State.WAITING:
        return 0
    ahead = 0
    for id in branch.waiting[ticket.service]:
        other = branch.tickets[id]
        ahead += (other.since, other.issued_seq) < (ticket.since, ticket.issued_seq)
    return ahead


def places_ahead(branch: Branch) -> dict[str, int]:
    """`people_ahead` of everyone who waits, by reference, at the price of one sorting."""
    queues = ([branch.tickets[id] for id in waiting] for waiting in branch.waiting.values())
    by_turn = (sorted(queue, key=lambda ticket: (ticket.since, ticket.issued_seq)) for queue in queues)
    return {ticket.id: ahead for queue in by_turn for ahead, ticket in enumerate(queue)}
