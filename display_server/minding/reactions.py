"""What a branch server does after something has happened, and now and then without: it foresees the waits, shows the
signs over the counters what they must say, and has the journal say what a person must see to."""

from __future__ import annotations

import gevent
from gevent.event import Event

from display_server.branch_server import BranchServer
from display_server.running.repeating import after

FORESEE_S, FORESEE_AGAIN_S = 0.5, 10.0
"""Waits are foreseen at most so often while something happens, and so often while nothing does."""

LOOK_AT_SIGNS_S = 5.0
"""A day ends without an event."""

TELL_AGAIN_S = 5.0
"""After how long an alert that could not be written is tried again."""


def tell_alerts(house: BranchServer) -> None:
    """Put what printers, signs and couriers need into the journal, for ever. They speak from threads of the system,
    which may wake the loop by an asynchronous watcher only."""
    there = Event()
    watcher = gevent.get_hub().loop.async_()
    watcher.start(there.set)
    house.watching.alerted = watcher.send
    there.set()
    after(there, house.watching.tell_alerts, "telling what needs a person", again_s=TELL_AGAIN_S)


def mind_waits(house: BranchServer) -> None:
    """Foresee the waits, for ever."""
    happened = Event()
    house.desk.follow(happened.set)
    after(happened, house.waits.refresh, "foreseeing the waits", again_s=FORESEE_AGAIN_S, pause_s=FORESEE_S)


def mind_signs(house: BranchServer) -> None:
    """While on duty, have the signs over the counters show what has happened, for ever."""
    happened, signs, duty = Event(), house.signs, house.duty
    house.desk.follow(happened.set)
    duty.follow(happened.set)
    happened.set()

    def look() -> None:
        if duty.held:
            signs.start()
            signs.look()
        else:
            signs.stop(within_s=0.0)

    after(happened, look, "looking at what the signs show", again_s=LOOK_AT_SIGNS_S)
