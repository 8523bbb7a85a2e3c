"""A kiosk's numbers and tickets, for tests about kiosks that go on without the server."""

from __future__ import annotations

from typing import Any

from lobby.queue import commands as c
from lobby.queue.leases import leases_of
from lobby.queue.services import CounterPlace
from lobby.views import queue_view
from tests.builders import KIOSK, Room, a_room, a_service, a_setup


def keep(room: Room, holder: str = "one", count: int = 10, service: str = "cash") -> list[tuple[int, int, int]]:
    """Have numbers kept; what the holder has of the service then, as (first, last, until)."""
    room.do(c.LeaseNumbers(service, holder, count), KIOSK)
    return [(one.first, one.last, one.until) for one in leases_of(room.branch, service, holder)]


def paper(room: Room, number: str = "A990", ago_s: float = 0, **fields: Any) -> c.HandIn:
    """A ticket for cash that kiosk `one` issued `ago_s` seconds ago without the server; `fields` say otherwise."""
    came = room.clock() - round(ago_s * 1000)
    said: dict[str, Any] = {"service": "cash", "holder": "one", "token": f"token-{number}", "arrived_at": came}
    return c.HandIn(number, **said | fields)


def waiting(room: Room) -> list[str]:
    """Who waits, in the order in which the consoles show it."""
    return [ticket.number for ticket in queue_view(room.branch, room.clock()).waiting]


def narrow(last: int = 10) -> Room:
    """A branch that gives cash the numbers 1 to `last` and nothing else."""
    return a_room(a_setup(services=(a_service("cash", "A", last=last),), counters=(CounterPlace(1),)))
