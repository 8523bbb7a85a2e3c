"""The check on a customer's slip: the first 40 bits of the chain hash of the row by which their ticket was issued.

That hash goes over every row before it too, so each slip in a customer's pocket is an anchor of the journal up to it.
Who rewrites the journal must find, for every slip given out since, another row with the same 40 bits: 2^40 tries each,
one after the other, for each rests on the one before.
"""

from __future__ import annotations

from lobby.records.groups import grouped

BITS = 40


def ticket_check(hashed: bytes) -> str:
    """As it is printed, such as `K7Q2-9MXD`."""
    return grouped(hashed, BITS)
