"""One room: its calls are spoken one after the other, each by one speaker at a time, and none twice.

A speaker is the connection of a screen (or of `lobby speaker`) that speaks for the room. It is sent `say` and answers
`said`; without an answer within the length of the sound and three seconds it counts as failed. What one refuses or
fails at another of the room is asked to say. A call that nobody can say yet waits until it is stale, so that a screen
that connects again in time still says it. What became of each call goes on record, from the moment on that the room
has had a speaker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from display_server.voice.composer import Announcement, compose
from display_server.voice.line import Call, Line, overtaken
from display_server.voice.shelf import Shelf
from display_server.voice.waves import Waves
from lobby.desk import Desk
from lobby.errors import LobbyError
from lobby.queue.announcing import NoteAnnouncement, Outcome, Skipped
from lobby.queue.given import Actor
from lobby.signage import Screen, Voice

log = logging.getLogger(__name__)

ANSWER_S = 3.0
"""How long after the sound should have ended its speaker may still answer."""

LOOK_AGAIN_S = 1.0
"""How often calls are looked at that nobody can say yet."""

VOICE = Actor("voice", "display")
"""Who notes what became of a call."""

HEARD = ("spoken", "chimed")
ANSWERS = (*HEARD, "refused", "failed")
"""What a speaker may answer. `chimed`: it played a chime, because it did not get the words."""

GONE = "gone"

Send = Callable[[str, dict[str, Any]], None]
"""Sends `say` with its payload to one connection."""


class Room:
    """One room of the branch. `step` does the work; `run` does it for ever on a thread of its own."""

    def __init__(self, name: str, desk: Desk, shelf: Shelf, waves: Waves, voice: Voice, send: Send) -> None:
        self.name = name
        self.line = Line()
        self._desk = desk
        self._shelf = shelf
        self._waves = waves
        self._voice = voice
        self._send = send
        self._speakers: dict[str, Screen] = {}
        self._failed_at: dict[str, int] = {}
        self._on_record: set[int] = set()
        self._has_spoken = False
        self._awake = threading.Event()
        self._asked = ("", "")
        self._answer = ""
        self._answered = threading.Event()

    # -- what is heard from outside

    def put(self, call: Call) -> None:
        """A customer was called."""
        if call.seq in self._on_record:
            return
        older = self.line.put(call)
        if older is not None:
            self._note(older, "skipped", "called_again")
        self._awake.set()

    def announced(self, called_seq: int) -> None:
        """The call of this event is on record from before the start."""
        self._on_record.add(called_seq)
        self._has_spoken = True

    def done_with(self, called_seq: int) -> None:
        """The call of this event is on record: another server process, which has a speaker of the room, had it too."""
        for call in [call for call in self.line.calls if call.seq == called_seq]:
            self.line.calls.remove(call)

    def came(self, connection: str, screen: Screen) -> None:
        """A speaker of the room has connected."""
        self._speakers[connection] = screen
        self._has_spoken = True
        self._awake.set()

    def went(self, connection: str) -> None:
        """A connection is over."""
        self._speakers.pop(connection, None)
        self._failed_at.pop(connection, None)
        if self._asked[0] == connection:
            self._answer = GONE
            self._answered.set()

    def said(self, connection: str, id: str, outcome: str) -> None:
        """A speaker has answered. Only the answer that is waited for counts."""
        if self._asked == (connection, id) and outcome in ANSWERS:
            self._answer = outcome
            self._answered.set()

    # -- the work

    def run(self) -> None:
        while True:
            self._awake.wait(LOOK_AGAIN_S if self.line else None)
            self._awake.clear()
            try:
                while self.step():
                    pass
            except Exception:  # nor silence the room until the next start
                log.exception("the voice of room %s failed", self.name)

    def step(self) -> bool:
        """Let go of a call that need not be spoken any more, or else say the next; False when there is neither."""
        for call in self.line.calls:
            if why := self._why_not(call):
                self.line.calls.remove(call)
                self._note(call, "skipped", why)
                return True
        sayable = next((call for call in self.line.calls if self._able(call)), None)
        if sayable is None:
            return False
        self.line.calls.remove(sayable)
        try:
            self._speak(sayable)
        except Exception:  # a fault of ours in one call must not lose it
            log.exception("speaking the call of %s failed", sayable.ticket)
            self._note(sayable, "skipped", "failed")
        return True

    def _why_not(self, call: Call) -> Skipped:
        now = self._desk.now()
        why = overtaken(self._desk.state, call, now, self._voice.stale_s)
        if why == "stale" and not self._able(call):
            return "nobody"
        return why or ("" if self._volume(now) else "quiet")

    def _volume(self, now: int) -> int:
        """In percent; 0 while the voice is to keep quiet."""
        if now < self._desk.state.quiet_until:
            return 0
        local = self._desk.state.setup.local(now)
        return self._voice.volume_at(local.hour * 60 + local.minute)

    def _able(self, call: Call) -> list[str]:
        """The connections that may say it: those that did not fail lately first, in the order in which they came."""
        able = [link for link, screen in self._speakers.items() if screen.shows(call.service, call.counter)]
        return sorted(able, key=lambda link: self._failed_at.get(link, 0))

    def _speak(self, call: Call) -> None:
        number = self._desk.state.tickets[call.ticket].number
        languages = self.line.languages(call, self._shelf.languages[0])
        sound = compose(self._shelf, number, call.counter, languages, again=call.calls > 1)
        asked: set[str] = set()
        why: Skipped = ""
        while connection := next((link for link in self._able(call) if link not in asked), ""):
            if late := self._why_not(call):  # meanwhile: clips were made, or another speaker was asked
                why = late
                break
            asked.add(connection)
            answer = self._say(connection, call, number, sound)
            if answer in HEARD:
                heard = sound.languages if answer == "spoken" else ()
                return self._note(call, "spoken" if heard else "chimed", "", heard)
            if answer != GONE:
                self._failed_at[connection] = self._desk.now()
                why = "refused" if answer == "refused" else "failed"
        if why:
            self._note(call, "skipped", why)
        elif not self.line.put_back(call):  # whoever was to say it has gone; somebody may come
            self._note(call, "skipped", "called_again")

    def _say(self, connection: str, call: Call, number: str, sound: Announcement) -> str:
        """Have one speaker say it, and wait for its answer. After that there is nothing to play any more."""
        id = self._waves.keep(sound.wave)
        self._asked, self._answer = (connection, id), ""
        self._answered.clear()
        self._send(
            connection,
            {
                "id": id,
                "number": number,
                "counter": call.counter,
                "language": sound.languages[0] if sound.languages else call.language,
                "url": f"/voice/{id}.wav",
                "ms": sound.ms,
                "volume": self._volume(self._desk.now()),
            },
        )
        self._answered.wait(sound.ms / 1000 + ANSWER_S)
        self._asked = ("", "")
        self._waves.drop(id)
        return self._answer or "failed"

    def _note(self, call: Call, outcome: Outcome, why: Skipped = "", languages: tuple[str, ...] = ()) -> None:
        """Put on record what became of a call, once, in a room that has had a speaker."""
        if not self._has_spoken:
            return
        command = NoteAnnouncement(call.ticket, call.counter, call.calls, call.seq, self.name, outcome, why, languages)
        try:
            self._desk.submit(command, key=f"{self.name}/{call.seq}", actor=VOICE)
        except LobbyError as refusal:
            log.warning("what became of the call of %s is not on record: %s", call.ticket, refusal)
