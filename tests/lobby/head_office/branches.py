"""Branches of a chain for tests: what happened in a room arrives at a head office as its courier would bring it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.services import Setup
from lobby.records.chain import GENESIS, link
from lobby.records.entries import Entry
from lobby.records.parcels import Parcel, Standing, fitting, setup_text
from lobby.records.received import Received
from tests.builders import ANN, MIA, Room, a_room, a_setup, moment

DAY = "2024-03-05"
NOON = moment(f"{DAY} 12:00")


def rows(branch: str, recorded: Iterable[e.Recorded]) -> list[Entry]:
    """The rows of a journal with these events, as the branch writes them."""
    made, previous = [], GENESIS
    for one in recorded:
        body = msgspec.json.encode(one.event).decode()
        previous = link(previous, branch, one.seq, one.at, one.actor, body)
        made.append(Entry(one.seq, one.at, type(one.event).__name__, one.actor, body, previous))
    return made


def arrive(received: Received, room: Room, now: int = NOON) -> Standing:
    """Have all that happened in the room arrive; only what is new, where some has."""
    setup = room.branch.setup
    return arrive_rows(received, setup, rows(setup.id, room.history), now)


def arrive_rows(received: Received, setup: Setup, made: Sequence[Entry], now: int = NOON) -> Standing:
    if setup.id not in {one.branch for one in received.branches()}:
        received.add(setup.id)
    standing = received.take(setup.id, Parcel(0, GENESIS, len(made), now, setup=setup_text(setup)), now)
    while standing.seq < len(made):
        parcel = Parcel(standing.seq, standing.hash, len(made), now, fitting(made[standing.seq :]))
        standing = received.take(setup.id, parcel, now)
    return standing


def a_day_of(branch: str, waits_s: Sequence[int], day: str = DAY, *, closed: bool = True) -> Room:
    """A day in `branch` on which customers came one after the other and waited so many seconds each."""
    room = a_room(a_setup(id=branch, names={"en": branch.title()}), moment(f"{day} 09:00"))
    room.open(1)
    for wait_s in waits_s:
        room.issue()
        room.clock.forward(wait_s)
        room.serve()
        room.clock.forward(60)
        room.do(c.Finish(1), ANN)
    if closed:
        room.do(c.CloseDay(), MIA)
    return room
