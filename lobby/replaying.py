"""Carrying out the plan of a replay through a door: a running server's, or that of a scratch branch in this process.

Every command goes the way that a live one goes: decided, journalled, folded. Its idempotency key comes from the plan,
so a replay that was cut off is simply run again: what was done answers as it did, the rest follows.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from lobby.desk import Desk
from lobby.door import Answer, Door
from lobby.errors import CounterNotOpen, LobbyError, NothingAtCounter
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.queue.events import Recorded
from lobby.queue.services import Rules, Setup
from lobby.queue.ticket import State
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.reports.day import DayRecord, day_records
from lobby.waits.foreign.replay import Mapping, Plan, Planned

MEMORY, ROOM = Path("/dev/shm"), 1_000_000_000
"""Where a scratch branch lives if this machine has it, and how many bytes must be free there: in many a container it is
small. Its commits are real and cost no disk."""

PAGE = 1000


class Stopped(Exception):
    """The branch refused a step of the plan, and the replay cannot go on."""

    def __init__(self, planned: Planned, why: object) -> None:
        about = f"visit {planned.visit}" if planned.visit else "a counter"
        super().__init__(f"{type(planned.command).__name__} for {about} was refused: {why}")
        self.planned = planned


class Outcome(msgspec.Struct, frozen=True):
    """What a replay did: the ticket of each visit, the commands it took, and how long that took in seconds."""

    tickets: dict[str, str]
    steps: int
    seconds: float


def _silent(_done: int) -> None:
    pass


def replay(plan: Plan, door: Door, progress: Callable[[int], None] = _silent) -> Outcome:
    """Carry out `plan` through `door` on an unused or rehearsing branch. `progress` is told after each step how many
    are done. Raises `Stopped`."""
    begun = time.monotonic()
    driver = _Driver(plan, door)
    driver.begin()
    for number, planned in enumerate(plan.steps):
        driver.step(number, planned)
        progress(number + 1)
    return Outcome(driver.tickets, len(plan.steps), time.monotonic() - begun)


class _Driver:
    def __init__(self, plan: Plan, door: Door) -> None:
        self.plan = plan
        self.door = door
        self.tickets: dict[str, str] = {}
        self.priorities = {kind.code for kind in door.branch().priorities}

    def begin(self) -> None:
        first = self.plan.steps[0]
        start = c.StartRehearsal(self.plan.services, self.plan.counters)
        try:
            self.door.submit(start, key=self._key("start"), at=first.at)
        except LobbyError as refusal:
            raise Stopped(Planned(first.at, start), refusal) from None

    def step(self, number: int, planned: Planned) -> None:
        command = self._own(planned.command)
        try:
            answer = self._submit(command, number, planned.at)
        except (CounterNotOpen, NothingAtCounter) as refusal:
            # The branch's day turned, and closed the counters and what was going on at them.
            if not isinstance(command, c.CloseCounter | c.Start | c.Finish):
                raise Stopped(planned, refusal) from None
            return
        except LobbyError as refusal:
            raise Stopped(planned, refusal) from None
        if isinstance(command, c.Issue) and answer.ticket is not None:
            if answer.ticket.arrived_at != planned.at:
                raise Stopped(planned, "the branch's time is past this already; take an unused branch")
            self.tickets[planned.visit] = answer.ticket.id

    def _submit(self, command: c.AnyCommand, number: int, at: int) -> Answer:
        try:
            return self.door.submit(command, key=self._key(f"{number}"), at=at)
        except CounterNotOpen:
            if not isinstance(command, c.CallTicket):
                raise
            self.door.submit(c.OpenCounter(command.counter), key=self._key(f"{number}-open"), at=at)
            return self.door.submit(command, key=self._key(f"{number}"), at=at)

    def _own(self, command: c.AnyCommand) -> c.AnyCommand:
        """The command with this branch's ticket in it, and without a priority class that it does not have."""
        if isinstance(command, c.CallTicket | c.Cancel):
            return msgspec.structs.replace(command, ticket=self.tickets[command.ticket])
        if isinstance(command, c.Issue) and command.priority not in self.priorities:
            return msgspec.structs.replace(command, priority="")
        return command

    def _key(self, step: str) -> str:
        return f"replay-{self.plan.digest}-{step}"


def memory() -> Path | None:
    """A folder where a commit costs nothing and a scratch branch has room; None on a machine that has none."""
    there = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if there else None


@contextmanager
def scratch(setup: Setup) -> Iterator[Door]:
    """The door of a branch that is gone afterwards."""
    with TemporaryDirectory(prefix="replay-", dir=memory()) as folder:
        store = Store.in_folder(Path(folder))
        try:
            desk = Desk(setup, Journal(store, setup.id))
            yield desk.door(Actor("replay", "manager"))
        finally:
            store.close()


def journal(door: Door) -> Iterator[Recorded]:
    """The whole journal, page by page."""
    after = 0
    while page := door.events(after, PAGE):
        yield from page
        after = page[-1].seq


def replayed(door: Door, mapping: Mapping, tickets: dict[str, str]) -> list[DayRecord]:
    """What the branch's journal says about these tickets and about the counters, for each of their days.
    `service_level_s` is the mapping's: a door does not tell the branch's rules."""
    view = door.branch()
    setup = Setup(
        id=view.id,
        names=view.names,
        languages=view.languages,
        zone=view.zone,
        services={},
        counters={},
        rules=Rules(service_level_s=mapping.service_level_s),
    )
    ours = set(tickets.values())
    own = ((day, tuple(t for t in day.tickets if t.id in ours)) for day in day_records(setup, journal(door)))
    return [msgspec.structs.replace(day, tickets=found) for day, found in own if found]


def unlike(plan: Plan, records: Sequence[DayRecord], tickets: dict[str, str]) -> list[str]:
    """The visits that did not end as in the log: served there and not here, or the other way round."""
    served = {planned.visit for planned in plan.steps if isinstance(planned.command, c.Finish)}
    made = [ticket for record in records for ticket in record.tickets]
    finished = {ticket.id for ticket in made if ticket.state is State.FINISHED}
    gone = {ticket.id for ticket in made if ticket.state is State.CANCELLED}
    return [visit for visit, ticket in tickets.items() if ticket not in (finished if visit in served else gone)]
