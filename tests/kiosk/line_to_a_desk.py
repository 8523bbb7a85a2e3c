"""A kiosk machine and its branch without a wire between them: a server that fails when it is told to, two clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from kiosk.line import Line
from kiosk.machine import MachineDoor
from kiosk.memory import Memory
from lobby import errors
from lobby.desk import Desk
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.services import Rules, Setup
from lobby.remote import RemoteDesk
from lobby.signage import Look
from lobby.views import BranchView, Briefing, TicketView
from tests.builders import KIOSK, Clock, a_desk, a_setup


class FakeServer:
    """The branch server as a kiosk's line reaches it. Its faults stay until they are taken back, unless they say how
    often they happen."""

    def __init__(self, desk: Desk, kiosk_clock: Clock) -> None:
        self.desk = desk
        self.setup = desk.setup
        self.down = False
        self.revoked = False
        self.proxy = False
        self.full = False
        self.lose_answers = 0
        self.takes_ms = 0
        self.refuse: dict[str, errors.LobbyError] = {}
        self.before: Callable[[c.Command], None] = lambda command: None
        self.heard: list[tuple[c.Command, str]] = []
        self.closed = False
        self._door = desk.door(KIOSK)
        self._kiosk_clock = kiosk_clock

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        self.before(command)
        self._there()
        self.heard.append((command, key))
        if key in self.refuse:
            raise self.refuse[key]
        if self.full and not isinstance(command, c.LeaseNumbers):
            raise errors.StorageFull()
        answer = self._door.submit(command, key=key)
        if self.lose_answers and not isinstance(command, c.LeaseNumbers):
            self.lose_answers -= 1
            raise errors.ServerUnreachable()
        return answer

    def branch(self) -> BranchView:
        self._there()
        return self._door.branch()

    def briefing(self) -> Briefing:
        self._there()
        return Briefing(self.setup, "https://lobby.example", self.desk.now(), Look(brand="#0033a0", logo="logo.svg"))

    def close(self) -> None:
        self.closed = True

    def _there(self) -> None:
        if self.down:
            raise errors.ServerUnreachable()
        if self.revoked:
            raise errors.NotSignedIn()
        if self.proxy:
            raise errors.BadRequest(problem="HTTP 502")
        self._kiosk_clock.forward(self.takes_ms / 1000)


@dataclass
class Machine:
    """A kiosk machine: its memory and its line, but nobody who looks by himself; `look` is what the line does each
    second."""

    folder: Path
    server: FakeServer
    clock: Clock
    memory: Memory = field(init=False)
    line: Line = field(init=False)
    door: MachineDoor = field(init=False)
    touches: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self._switch_on()

    def _switch_on(self) -> None:
        self.memory = Memory(self.folder)
        self.line = Line(cast(RemoteDesk, self.server), self.memory, self.clock)
        self.door = MachineDoor(self.line, self.memory)

    def restart(self) -> None:
        self.memory.close()
        self._switch_on()

    def look(self) -> bool:
        """Look at the branch once, as the line's thread does; whether the line is up then."""
        self.line._try()
        return self.line.up

    def issue(self, key: str = "", **fields: Any) -> TicketView:
        """A touch of its own, unless `key` says whose it is."""
        self.touches += 1
        ticket = self.door.submit(c.Issue("cash", **fields), key=key or f"{self.folder.name} {self.touches}").ticket
        assert ticket is not None
        return ticket


@dataclass
class Branch:
    """A branch with a server of its own clock, and kiosk machines."""

    folder: Path
    setup: Setup | None = None
    clock: Clock = field(default_factory=Clock)
    desk: Desk = field(init=False)
    machines: list[Machine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.desk = a_desk(self.folder, clock=self.clock, setup=self.setup or a_setup(rules=Rules(lease_numbers=50)))

    def machine(self, clock: Clock | None = None) -> Machine:
        """Another kiosk; its clock is the server's unless it has one of its own. All are one device to the server, so
        their touches have keys of their own."""
        clock = clock or self.clock
        made = Machine(self.folder / f"kiosk-{len(self.machines) + 1}", FakeServer(self.desk, clock), clock)
        self.machines.append(made)
        return made

    def waiting(self) -> list[str]:
        """The numbers in the queue, who is next first."""
        return [ticket.number for ticket in self.desk.door(KIOSK).queue().waiting]

    def close(self) -> None:
        for machine in self.machines:
            machine.memory.close()
