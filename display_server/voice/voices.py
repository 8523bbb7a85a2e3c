"""All rooms that speak: a follower of the journal with its own cursor, so that a speaker that is stuck delays no call.

After a restart it begins with the calls that are not stale yet and not on record as announced.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from display_server.running.threads import Runs, plainly
from display_server.voice.line import Call
from display_server.voice.room import Room
from display_server.voice.shelf import Shelf
from display_server.voice.waves import Waves
from hardware.speech import Speaker
from lobby.desk import Desk
from lobby.queue.events import CallAnnounced, Recorded, TicketCalled, TicketRecalled
from lobby.signage import Signage

log = logging.getLogger(__name__)

BUILD_AFTER_S, BUILD_EVERY_S = 5.0, 0.2
"""When after the start the first clip is read or made, and the pause before each further one: in a branch nobody
notices. What is needed sooner is made when it is needed."""

SCREENS_FIRST_S = 0.05
"""A call is joined this long after its commit, when the screens have it: joining takes the loop some milliseconds."""

LOOK_BACK = 500
"""Events before the start among which calls may be that are not spoken yet."""


class Voices:
    """The voice of one branch. `send` is set by whoever holds the connections; until then nothing is heard."""

    def __init__(
        self, folder: Path, desk: Desk, signage: Signage, speaker: Speaker | None = None, offload: Runs = plainly
    ) -> None:
        self.shelf = Shelf(folder, desk.setup, speaker, offload)
        self.waves = Waves()
        self.send: Callable[[str, dict[str, Any]], None] = lambda connection, message: None
        self._desk = desk
        self._signage = signage
        names = dict.fromkeys(screen.room for screen in signage.screens if screen.room)
        self.rooms = {
            name: Room(name, desk, self.shelf, self.waves, signage.voice, lambda link, say: self.send(link, say))
            for name in names
        }
        self._cursor = desk.seq

    def start(self, spawn: Callable[..., Any], sleep: Callable[[float], None]) -> None:
        """Follow the journal and speak, each room on a thread of its own; nothing where no room speaks."""
        if not self.rooms:
            return
        self.begin()
        happened = threading.Event()
        self._desk.follow(happened.set)
        spawn(self._follow, happened, sleep)
        for room in self.rooms.values():
            spawn(room.run)
        spawn(self._build, sleep)

    def begin(self) -> None:
        """Take in the calls from before the start that may still be spoken."""
        past = self._desk.events(max(0, self._desk.seq - LOOK_BACK))
        for one in past:
            if isinstance(one.event, CallAnnounced) and one.event.room in self.rooms:
                self.rooms[one.event.room].announced(one.event.called_seq)
        oldest = self._desk.now() - self._signage.voice.stale_s * 1000
        self._take_in([one for one in past if one.at >= oldest])

    def take_in(self) -> int:
        """Take in what the journal has beyond the cursor; gives how many events that was."""
        fresh = self._desk.events(self._cursor)
        self._take_in(fresh)
        return len(fresh)

    def _take_in(self, fresh: list[Recorded]) -> None:
        for place, one in enumerate(fresh):
            self._cursor = one.seq
            if isinstance(one.event, TicketCalled | TicketRecalled) and not self._desk.state.rehearsal:
                self._put(one, one.event, fresh[place + 1 :])
            elif isinstance(one.event, CallAnnounced) and one.event.room in self.rooms:
                self.rooms[one.event.room].done_with(one.event.called_seq)

    def _put(self, one: Recorded, event: TicketCalled | TicketRecalled, later: list[Recorded]) -> None:
        """Have the call spoken in each room where a screen shows such calls. The branch may be further than the event:
        recalls that come later are not counted."""
        ticket = self._desk.state.tickets.get(event.ticket)
        if ticket is None:
            return
        service = next((s.service for s in reversed(ticket.steps) if s.queued_at <= one.at), ticket.service)
        recalls = sum(isinstance(o.event, TicketRecalled) and o.event.ticket == event.ticket for o in later)
        calls = max(1, ticket.step.calls - recalls)
        call = Call(one.seq, ticket.id, event.counter, ticket.language, service, calls, one.at)
        for name, room in self.rooms.items():
            if any(screen.shows(service, event.counter) for screen in self._signage.in_room(name)):
                room.put(call)

    def _follow(self, happened: threading.Event, sleep: Callable[[float], None]) -> None:
        while True:
            happened.wait()
            happened.clear()
            sleep(SCREENS_FIRST_S)
            try:
                while self.take_in():
                    pass
            except Exception:  # a fault of ours in one call must not silence all later ones
                log.exception("following the calls by voice failed")

    def _build(self, sleep: Callable[[float], None]) -> None:
        """Read all clips and make those that are missing, slowly: whoever calls now goes before."""
        sleep(BUILD_AFTER_S)
        for language, name in self.shelf.names():
            self.shelf.clip(language, name)
            sleep(BUILD_EVERY_S)

    # -- speakers

    def came(self, connection: str, name: str) -> None:
        """The device that is the screen `name` has connected."""
        screen = self._signage.screen(name)
        if screen is not None and screen.room:
            self.rooms[screen.room].came(connection, screen)

    def went(self, connection: str) -> None:
        for room in self.rooms.values():
            room.went(connection)

    def said(self, connection: str, message: Any) -> None:
        """A client's `said {id, outcome}`, whatever it may hold."""
        if isinstance(message, dict) and isinstance(message.get("id"), str):
            for room in self.rooms.values():
                room.said(connection, message["id"], str(message.get("outcome")))
