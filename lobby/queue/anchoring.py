"""How far the records go, put on record itself: so that it travels to whoever is told of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from lobby.command_shape import Command
from lobby.queue.events import BranchAnchored, Event
from lobby.queue.given import Given

if TYPE_CHECKING:  # an anchor asks nothing of the branch
    from lobby.queue.branch import Branch


class NoteAnchor(Command, frozen=True):
    """Say that this anchor was made. The server's own. See `lobby.records.anchor`."""

    anchor: Annotated[str, msgspec.Meta(max_length=400)]


def note_anchor(branch: Branch, command: NoteAnchor, given: Given) -> list[Event]:
    return [BranchAnchored(command.anchor)]
