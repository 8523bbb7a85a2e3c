"""A branch at work, with something of everything that an address or a body may name."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import strategies as st

from lobby.care import commands as cc
from lobby.care.interactions import Record
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from tests.builders import ANN, BOB, KIOSK, MIA
from tests.end_to_end.house import House

APPOINTMENT = "7F2K9QM"
HOUR = 3_600_000
KEYS = count()


def fill(house: House) -> None:
    """A quarter of an hour of a branch."""

    def do(command: c.Command, actor: Actor = ANN) -> None:
        house.server.desk.submit(command, key=f"fill {next(KEYS)}", actor=actor)

    do(c.OpenCounter(1))
    do(c.OpenCounter(6), BOB)
    for service in ("cash", "cash", "cards", "loans", "accounts", "cash"):
        do(c.Issue(service), KIOSK)
    house.clock.forward(minutes=3)
    do(c.CallNext(1))
    do(c.Start(1))
    house.clock.forward(minutes=4)
    do(c.Finish(1, record=Record(note="Paid in.")))
    do(c.CallNext(1))
    do(c.CallNext(6), BOB)
    do(c.Book("loans", house.clock() + HOUR, APPOINTMENT, note="Mr Brown"))
    do(c.LeaseNumbers("cash", "kiosk-1", 5), KIOSK)
    do(c.GiveFeedback(2, "en", ticket="A001", note="It took long."), KIOSK)
    do(cc.PromiseFollowUp("Call back", within_h=5))
    for _ in range(3):
        do(cc.TakeComplaint("The fee was charged twice.", contact="020 7946 0018"), KIOSK)
    do(cc.AcknowledgeComplaint(next(iter(house.server.desk.state.care.complaints)), "phone"), MIA)


def familiar(house: House, asked: Any, draw: st.DataObject) -> Any:
    """What is asked, most values whose name the branch knows replaced by such as are there: what is only strange does
    not get far."""
    if isinstance(asked, list):
        return [familiar(house, one, draw) for one in asked]
    if not isinstance(asked, dict):
        return asked
    known = names(house)
    return {
        name: draw.draw(st.sampled_from(known[name]))
        if name in known and draw.draw(MOSTLY)
        else familiar(house, value, draw)
        for name, value in asked.items()
    }


MOSTLY = st.sampled_from([True, True, True, False])


def names(house: House) -> dict[str, list[Any]]:
    """By the name of a field or of a part of an address, what it may be."""
    state, now = house.server.desk.state, house.clock()
    tickets = [*state.tickets][:12] + [ticket.number for ticket in list(state.tickets.values())[:12]]
    services = [*house.server.config.setup.services]
    moments = [now, now + HOUR, now - HOUR, now + 48 * HOUR]
    days = ["2024-03-05", "2024-03-04", "2024-03-31"]
    return {
        "branch": [house.server.id],
        "ticket": tickets,
        "token": [house.server.desk.token_of(ticket) for ticket in [*state.tickets][:5]],
        "replaces": tickets,
        "number": tickets,
        "counter": [1, 2, 6],
        "to_counter": [1, 2, 6],
        "service": services,
        "to_service": services,
        "services": [services[:2], services[2:]],
        "then": [services[:1], []],
        "priority": ["", *house.server.config.setup.priorities],
        "language": ["en", "ar", "zh", "ru"],
        "complaint": [*state.care.complaints][:5],
        "follow_up": [*state.care.follow_ups][:5],
        "code": [APPOINTMENT, "7f2 k9qm"],
        "slot": moments,
        "until": moments,
        "due": moments,
        "arrived_at": moments,
        "holder": ["kiosk-1"],
        "to_teller": ["ann", "bob"],
        "day": days,
        "from": days,
        "to": days,
        "what": ["complaints", "visits", "follow-ups"],
    }
