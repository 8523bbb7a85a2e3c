"""Quiet mode, and what the journal keeps of calls by voice."""

from __future__ import annotations

import pytest

from lobby.board import board_view
from lobby.errors import BadField
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.announcing import NoteAnnouncement
from lobby.queue.given import Actor
from lobby.queue.supervision import LoudVoice, QuietVoice
from lobby.queue.supervision_events import VoiceQuieted, VoiceRestored
from tests.builders import MIA, Room

VOICE = Actor("voice", "display")
TICKET = "2024-03-05-A001"


def quiet_until(room: Room) -> int:
    """What the lobby screens are told now."""
    return board_view(room.branch, room.clock.now).quiet_until


def test_the_voice_keeps_quiet_up_to_its_time_and_the_screens_say_so(room: Room) -> None:
    until = room.clock.now + 60_000
    assert room.do(QuietVoice(until), MIA) == [VoiceQuieted(until)]
    assert quiet_until(room) == until
    room.clock.forward(60)
    assert quiet_until(room) == 0


def test_without_a_time_it_is_quiet_for_the_rest_of_the_day(room: Room) -> None:
    room.issue()
    room.do(QuietVoice(), MIA)
    assert quiet_until(room) == room.branch.day_end


def test_another_time_takes_the_place_of_the_first_and_the_same_says_nothing(room: Room) -> None:
    soon, later = (room.clock.now + minutes * 60_000 for minutes in (5, 50))
    room.do(QuietVoice(later), MIA)
    assert room.do(QuietVoice(later), MIA) == []
    room.do(QuietVoice(soon), MIA)
    assert quiet_until(room) == soon


def test_quiet_mode_ends_by_hand_once(room: Room) -> None:
    assert room.do(LoudVoice(), MIA) == []
    room.do(QuietVoice(), MIA)
    assert room.do(LoudVoice(), MIA) == [VoiceRestored()]
    assert room.do(LoudVoice(), MIA) == []
    assert quiet_until(room) == 0


def test_a_time_that_is_over_is_refused(room: Room) -> None:
    with pytest.raises(BadField, match="over"):
        room.do(QuietVoice(room.clock.now), MIA)


def test_what_became_of_a_call_is_kept_and_changes_nothing(room: Room) -> None:
    room.issue()
    room.open()
    room.call()
    ticket = room.branch.tickets[TICKET]
    noted = NoteAnnouncement(TICKET, 1, 1, 4, "hall", "skipped", "stale")
    assert room.do(noted, VOICE) == [e.CallAnnounced(TICKET, 1, 1, 4, "hall", "skipped", "stale")]
    assert room.branch.tickets[TICKET] == ticket
    assert room.do(c.Start(1)) != []


def test_of_a_ticket_that_the_branch_has_forgotten_nothing_is_kept(room: Room) -> None:
    assert room.do(NoteAnnouncement("2024-03-04-A001", 1, 1, 4, "hall", "spoken"), VOICE) == []
