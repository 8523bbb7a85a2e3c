"""The desk in this process, for one actor: a `Door`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lobby.board import BoardView, board_view
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.events import Recorded
from lobby.queue.given import Actor
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
        return self._desk.submit(command, key=key, actor=self._actor, at=at)

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
