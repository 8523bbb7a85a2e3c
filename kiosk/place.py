"""What the kiosk's pages need from whoever serves them: the branch server, or a kiosk machine of its own."""

from __future__ import annotations

from typing import Protocol

from hardware.document import Document
from lobby.door import Answer
from lobby.queue.commands import Command
from lobby.signage import Look
from lobby.views import BranchView, TicketView

NO_PAPER = "none"
"""The state of a slip that does not exist."""


class KioskDoor(Protocol):
    """What a kiosk asks of the branch: the part of `lobby.door.Door` that customers use."""

    def submit(self, command: Command, *, key: str, at: int | None = None) -> Answer:
        """See `Door.submit`."""
        ...

    def branch(self) -> BranchView:
        """What the branch offers now."""
        ...


class Kiosk(Protocol):
    """A kiosk as its pages see it."""

    def door(self) -> KioskDoor:
        """The branch's door for the kiosk that makes this request; raises `NotSignedIn` or `NotAllowed` when the
        request is not from a kiosk."""
        ...

    def connected(self) -> bool:
        """Whether the branch is at hand, so that waits are known."""
        ...

    def print(self, ticket: TicketView, branch: BranchView) -> None:
        """Put the ticket's slip, of the copy that it counts, into the spool and return, never waiting for paper. Asked
        again for the same ticket and copy (a retry after a lost answer) it changes nothing."""
        ...

    def print_slip(self, id: str, slip: Document) -> None:
        """The same for a slip that is no ticket, known by `id`."""
        ...

    def paper(self, id: str, copy: int = 0) -> str:
        """How far a slip is: queued, sending, printed, held, unknown, or none when there is no slip."""
        ...

    def ticket_url(self, ticket: TicketView) -> str:
        """The customer's page, for the QR code; empty when phones cannot reach the branch."""
        ...

    def complaint_url(self, reference: str) -> str:
        """The page of a complaint, as above."""
        ...

    def look(self) -> Look:
        """How the bank wants its pages; without a logo where its file is not at hand."""
        ...

    def speech(self) -> tuple[str, ...]:
        """The languages that can be spoken here."""
        ...

    def volume(self) -> int:
        """Of chimes and speech, in percent."""
        ...
