"""What a teller has written about a customer and not recorded yet: by ticket, so that it waits with a parked one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Draft:
    """The chosen outcome's place in the list, and the note so far."""

    outcome: int = 0
    note: str = ""


class Drafts:
    """One draft a ticket. Kept after a finish too: an undo brings the customer back, and the words with them."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def of(self, ticket: str) -> Draft:
        return self._drafts.setdefault(ticket, Draft())
