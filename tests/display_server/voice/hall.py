"""A real server whose hall speaks, by the screen "hall" and the speaker "ceiling", with recordings so short that nobody
waits for them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from display_server.voice.phrase import clips_of
from hardware.voice_clips import as_wave
from lobby.queue import commands as c
from lobby.queue.events import CallAnnounced, Recorded
from lobby.remote import RemoteDesk
from tests.display_server.voice.stage import tone
from tests.end_to_end.branch_process import BranchProcess, until


@dataclass
class Hall:
    """A branch whose first counter calls, and what its journal says of the voice; `screen` is the screen's token."""

    server: BranchProcess
    screen: str
    kiosk: RemoteDesk
    manager: RemoteDesk
    keys: int = 0

    def do(self, command: c.Command, desk: RemoteDesk | None = None) -> Any:
        self.keys += 1
        return (desk or self.manager).submit(command, key=f"voice {self.keys}")

    def call(self) -> str:
        """Somebody takes a number and is called at once; the number."""
        counter = self.manager.queue().counters[0]
        if counter.ticket is not None:
            self.do(c.Start(1))
            self.do(c.Finish(1))
        elif not counter.open:
            self.do(c.OpenCounter(1))
        number = self.do(c.Issue("cash", "en"), self.kiosk).ticket.number
        self.do(c.CallTicket(1, number, "test"))
        return str(number)

    def announced(self, calls: int) -> Recorded:
        """What became of a call, once it is on record; `calls` is how many are by then."""
        return until(lambda: self.noted[calls - 1 :], "what became of the call")[0]

    @property
    def day(self) -> str:
        return self.manager.branch().day

    @property
    def day_ends(self) -> str:
        """At which time of the clock, by the branch file."""
        return str(tomllib.loads(self.server.file.read_text("utf-8"))["branch"]["day_starts"])

    @property
    def noted(self) -> list[Recorded]:
        return [one for one in self.manager.events() if isinstance(one.event, CallAnnounced)]


@contextmanager
def a_hall(folder: Path) -> Iterator[Hall]:
    """The hall of the example branch, open until the end of `with`."""
    server = BranchProcess(folder)
    server.edit("[voice]\n", '[[screens]]\nname = "ceiling"\nlayout = "voice"\nroom = "hall"\n\n[voice]\n')
    record(folder)
    with closing(server):
        server.start()
        (kiosk,), (manager,) = server.desks("kiosk", ["kiosk"]), server.desks("manager", ["mia"])
        with closing(kiosk), closing(manager):
            yield Hall(server, server.token("display", "hall"), kiosk, manager)


def record(folder: Path) -> None:
    recorded = folder / "voice" / "recorded"
    (recorded / "en").mkdir(parents=True)
    names = {name for digits in ("0123", "4567", "89") for name, _ in clips_of(f"A{digits}", 1, again=True)}
    for name in names:
        (recorded / "en" / f"{name}.wav").write_bytes(as_wave(tone(700, 0.05)))
    (recorded / "chime.wav").write_bytes(as_wave(tone(500, 0.1)))
