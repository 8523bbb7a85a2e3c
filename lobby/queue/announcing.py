"""Calls spoken aloud: what became of each in each room, and whether the voice is to keep quiet.

A call is told from others by the number of its event. The journal has one entry for each call and room where somebody
could speak: it was spoken, or only chimed, or why nothing was heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from lobby.command_shape import Command, Reference
from lobby.queue.events import CallAnnounced, Event
from lobby.queue.given import Given
from lobby.queue.services_open import ends
from lobby.queue.supervision import LoudVoice, QuietVoice
from lobby.queue.supervision_events import VoiceQuieted, VoiceRestored

if TYPE_CHECKING:  # the branch holds how long the voice keeps quiet
    from lobby.queue.branch import Branch

Outcome = Literal["spoken", "chimed", "skipped"]
"""`chimed`: there was no clip for the number, so a chime drew the eyes to the screens."""

Skipped = Literal["", "served", "withdrawn", "called_again", "stale", "quiet", "refused", "failed", "nobody"]
"""Why nothing was heard: the customer was there already; the call was taken back, or ended without them; they were
called again meanwhile; too long ago; the voice keeps quiet; the browser does not let its page make a sound; the speaker
failed or did not answer; no speaker of the room was connected."""


class NoteAnnouncement(Command, frozen=True):
    """Put on record what became of a call in a room. The server's own."""

    ticket: Reference
    counter: int
    calls: int
    called_seq: int
    room: Reference
    outcome: Outcome
    why: Skipped = ""
    languages: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=10)] = ()


def note_announcement(branch: Branch, command: NoteAnnouncement, given: Given) -> list[Event]:
    """Nothing for a ticket of a day that is over."""
    if command.ticket not in branch.tickets:
        return []
    return [
        CallAnnounced(
            command.ticket,
            command.counter,
            command.calls,
            command.called_seq,
            command.room,
            command.outcome,
            command.why,
            command.languages,
        )
    ]


def quiet_voice(branch: Branch, command: QuietVoice, given: Given) -> list[Event]:
    until = ends(branch, command.until, given.at)
    return [] if until == branch.quiet_until else [VoiceQuieted(until)]


def loud_voice(branch: Branch, command: LoudVoice, given: Given) -> list[Event]:
    return [VoiceRestored()] if given.at < branch.quiet_until else []


def on_quieted(branch: Branch, event: VoiceQuieted, at: int) -> None:
    branch.quiet_until = event.until


def on_restored(branch: Branch, event: VoiceRestored, at: int) -> None:
    branch.quiet_until = 0
