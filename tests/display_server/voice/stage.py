"""A lobby to speak in: a desk with eight counters, a machine voice that sings each text at a pitch of its own, and
speakers that say what they are sent by turning the branch's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from display_server.voice.room import Room
from display_server.voice.shelf import Shelf
from display_server.voice.voices import Voices
from hardware.errors import DeviceError
from hardware.voice_clips import RATE, Samples, as_wave, read
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue.announcing import CallAnnounced
from lobby.queue.services import CounterPlace
from lobby.signage import Screen, Signage, Voice
from tests.builders import ANN, KIOSK, MIA, Clock, a_desk, a_service, a_setup

CLIP_S = 0.1
LOWEST_HZ, STEP_HZ = 1000, 50
CHIME = "chime"


class Singer:
    """A speech program of the test's own: it sings each (language, text) at a pitch of its own, and can be dumb."""

    def __init__(self) -> None:
        self.sung: list[tuple[str, str]] = []
        self.dumb: set[str] = set()
        self.fails: set[str] = set()

    def speaks(self, language: str) -> bool:
        return language not in self.dumb

    def speak(self, text: str, language: str) -> bytes:
        if text in self.fails:
            raise DeviceError("the speech program failed", permanent=False)
        if (language, text) not in self.sung:
            self.sung.append((language, text))
        hertz = LOWEST_HZ + STEP_HZ * self.sung.index((language, text))
        return as_wave(tone(hertz))

    def heard(self, wave: bytes) -> list[str]:
        """What is said in an announcement: `chime`, then "en: Ticket number", "en: A" and so on."""
        sound = read(wave)
        loud = np.abs(sound) > 0.001
        edges = np.flatnonzero(np.diff(np.concatenate([[0], _closed(loud).astype(np.int8), [0]])))
        found = []
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            piece = sound[start:end]
            hertz = np.abs(np.fft.rfft(piece)).argmax() * RATE / len(piece)
            if hertz < LOWEST_HZ - STEP_HZ:
                found.append(CHIME)
            else:
                language, text = self.sung[round((hertz - LOWEST_HZ) / STEP_HZ)]
                found.append(f"{language}: {text}")
        return found


def tone(hertz: float, seconds: float = CLIP_S) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def _closed(loud: Any) -> Any:
    """Without the gaps within a tone; pauses between clips are longer."""
    return np.convolve(loud, np.ones(400), "same") > 0


CASH = a_service("cash", "A")
LOANS = a_service("loans", "L")
HALL = Screen("hall", room="hall")


@dataclass
class Lobby:
    """One branch with its voice. `say` makes an announcement for nobody; `run` lets the rooms do their work."""

    folder: Path
    clock: Clock
    signage: Signage
    desk: Desk
    singer: Singer = field(default_factory=Singer)
    speakers: dict[str, Callable[[dict[str, Any]], str | None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As the server does, also after a restart; nobody is connected then."""
        self.speakers.clear()
        self.voices = Voices(self.folder, self.desk, self.signage, self.singer)  # type: ignore[arg-type]  # sings instead
        self.voices.send = self._send
        self.voices.begin()

    @property
    def shelf(self) -> Shelf:
        return self.voices.shelf

    def room(self, name: str = "hall") -> Room:
        return self.voices.rooms[name]

    # -- what happens in the branch

    def do(self, command: c.Command, actor: Any = ANN) -> Any:
        answer = self.desk.submit(command, key=f"{self.desk.seq} {command}", actor=actor)
        self.voices.take_in()
        return answer

    def issue(self, language: str = "en", service: str = "cash") -> str:
        return str(self.do(c.Issue(service, language), KIOSK).ticket.number)

    def call(self, counter: int = 1, language: str = "en", service: str = "cash") -> str:
        """A new customer, called at once to a counter that is opened for it; the number."""
        if not self.desk.state.counter(counter).open:
            self.do(c.OpenCounter(counter))
        number = self.issue(language, service)
        self.do(c.CallTicket(counter, number, "test"), MIA)
        return number

    # -- speakers

    def join(
        self, link: str, screen: str = "hall", answers: Callable[[dict[str, Any]], str | None] | str = "spoken"
    ) -> None:
        """A speaker connects; it answers so (None: not at all) once its sound is over."""
        self.speakers[link] = (lambda say: answers) if isinstance(answers, str) else answers  # type: ignore[assignment]  # as given
        self.voices.came(link, screen)

    def leave(self, link: str) -> None:
        self.speakers.pop(link, None)
        self.voices.went(link)

    def _send(self, link: str, say: dict[str, Any]) -> None:
        self.asked.append((link, say))
        self.fetched.append(self.voices.waves.find(say["id"]) or b"")
        answer = self.speakers[link](say)
        if answer is not None:
            self.clock.forward(say["ms"] / 1000)
            self.voices.said(link, {"id": say["id"], "outcome": answer})

    def run(self) -> None:
        """Until nothing is left to say."""
        for room in self.voices.rooms.values():
            while room.step():
                self.voices.take_in()

    # -- what came of it

    @property
    def said(self) -> list[str]:
        """The numbers that speakers were asked to say, in order."""
        return [say["number"] for _, say in self.asked]

    def words(self, which: int = -1) -> list[str]:
        """What is heard in an announcement."""
        return self.singer.heard(self.fetched[which])

    @property
    def on_record(self) -> list[CallAnnounced]:
        return [one.event for one in self.desk.events(0, 10_000) if isinstance(one.event, CallAnnounced)]

    @property
    def outcomes(self) -> list[tuple[str, str, str]]:
        """(number, outcome, why) of each entry in the journal, in order."""
        return [(one.ticket.rpartition("-")[2], one.outcome, one.why) for one in self.on_record]


def a_lobby(folder: Path, clock: Clock, *screens: Screen, voice: Voice | None = None) -> Lobby:
    """A branch with eight counters, in English and Arabic first."""
    setup = a_setup((CASH, LOANS), tuple(CounterPlace(number) for number in range(1, 9)))
    desk = a_desk(folder, clock=clock, setup=setup)
    return Lobby(folder, clock, Signage(screens=screens or (HALL,), voice=voice or Voice()), desk)
