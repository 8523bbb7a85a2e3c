"""The desk in this process, for one actor: a `Door`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from lobby.board import BoardView, board_view
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.events import Recorded
from lobby.queue.given import Actor
from lobby.records.ticket_check import ticket_check
from lobby.views import BranchView, QueueView, TicketView, branch_view, queue_view, ticket_view

if TYPE_CHECKING:  # the desk makes its doors
    from lobby.desk import Desk


class LocalDoor:
    """The desk for one actor; a `Door`."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        c.check(command)
        return self._checked(self._desk.submit(command, key=key, actor=self._actor, at=at))

    def _checked(self, answer: Answer) -> Answer:
        """With the check on the slip, where one is printed: known only now that the row of its issue is in the journal,
        and the same however often the answer is given; and, on a copy, with what opens the customer's page."""
        ticket = answer.ticket
        if ticket is None or not ticket.issued_seq:
            return answer
        hashed = self._desk.journal.hash_of(ticket.issued_seq)
        check = ticket_check(hashed) if hashed else ""
        return replace(
            answer, ticket=replace(ticket, check=check, token=ticket.token or self._desk.token_of(ticket.id))
        )

    def branch(self) -> BranchView:
        return self._desk.view(branch_view)

    def board(self) -> BoardView:
        return self._desk.view(board_view)

    def queue(self) -> QueueView:
        return self._desk.view(queue_view)

    def ticket(self, reference: str) -> TicketView:
        return self._desk.view(lambda branch, now: ticket_view(branch, branch.ticket(reference), now))

    def events(self, after: int = 0, limit: int = 1000) -> list[Recorded]:
        return self._desk.events(after, limit)
