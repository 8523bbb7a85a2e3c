"""Screens in the lobby and other customers' phones hear that the journal goes on, and nothing of who said what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_socketio import SocketIO

from display_server.live.sender import Live
from lobby.care import commands as cc
from lobby.queue import commands as c
from tests.builders import ANN, MIA, VISITOR, Clock
from tests.end_to_end.house import House, a_house


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    house = a_house(memory_folder / tmp_path.name, clock)
    yield house
    house.server.close()


class Listeners:
    """A screen, a console, a dashboard and the phone of one ticket, each with what it was told since it asked last."""

    def __init__(self, house: House, ticket: dict[str, Any]) -> None:
        self.live = Live(SocketIO(house.app, async_mode="threading"), house.server)
        roles = {"/display": "display", "/console": "teller", "/dashboard": "manager"}
        own = {space: {"token": house.token(role)} for space, role in roles.items()} | {
            "/ticket": {"ticket": ticket["token"]}
        }
        self._clients = {
            space: self.live.socketio.test_client(house.app, namespace=space, auth=auth) for space, auth in own.items()
        }
        for space in own:
            self.told(space)

    def told(self, space: str) -> list[dict[str, Any]]:
        while self.live.send_new():
            pass
        return [message["args"][0] for message in self._clients[space].get_received(space)]


def test_a_complaint_from_a_waiting_customer_is_not_told_to_the_lobby(house: House) -> None:
    ticket = house.issue()
    listeners = Listeners(house, ticket)
    house.post("/complaints", {"text": "It took an hour.", "ticket": ticket["id"], "print": False}, "teller")
    (screen,) = listeners.told("/display")
    assert screen == {"seq": house.server.desk.seq, "at": house.clock(), "kind": "Other"}
    assert listeners.told("/ticket") == []
    (figures,) = listeners.told("/dashboard")
    assert figures["kind"] == "ComplaintReceived"


def test_what_is_said_of_a_visit_stays_behind_the_counter_and_a_colleague_is_not_told_whose_mark_it_was(
    house: House,
) -> None:
    ticket = house.issue()
    for command in (c.OpenCounter(6), c.CallNext(6), c.Start(6), c.Finish(6)):
        house.server.desk.submit(command, key=type(command).__name__, actor=ANN)
    listeners = Listeners(house, ticket)
    feedback = c.GiveFeedback(1, ticket=ticket["id"], note="Far too slow")
    done = (
        (feedback, VISITOR),
        (cc.SettleComment(house.server.desk.seq + 1, "Spoke with Ann"), MIA),
        (c.RecordInteraction(ticket["id"], "done", "saw the passport"), ANN),
        (cc.Praise("So kind", ticket=ticket["id"]), ANN),
    )
    for said, who in done:
        house.server.desk.submit(said, key=type(said).__name__, actor=who)
    told = listeners.told("/display")
    assert [one["kind"] for one in told] == ["Other"] * 4
    assert [one["seq"] for one in told] == list(range(house.server.desk.seq - 3, house.server.desk.seq + 1))
    assert ticket["number"] not in json.dumps(told)
    assert listeners.told("/ticket") == []
    given, settled, *others = listeners.told("/console")
    assert [one["kind"] for one in others] == ["InteractionRecorded", "PraiseGiven"]
    for one, kind in ((given, "FeedbackGiven"), (settled, "CommentSettled")):
        assert one == {"seq": one["seq"], "at": house.clock(), "kind": kind}


def test_a_screen_that_asks_for_what_it_missed_learns_no_more(house: House) -> None:
    ticket = house.issue()
    listeners = Listeners(house, ticket)
    before = house.server.desk.seq
    house.post("/complaints", {"text": "It took an hour.", "ticket": ticket["id"], "print": False}, "teller")
    listeners.told("/display")
    listeners._clients["/display"].emit("resync", {"after": before}, namespace="/display")
    (screen,) = listeners.told("/display")
    assert set(screen) == {"seq", "at", "kind"}
    assert screen["kind"] == "Other"


def test_a_call_is_still_told_whole(house: House) -> None:
    ticket = house.issue()
    listeners = Listeners(house, ticket)
    for command in (c.OpenCounter(6), c.CallNext(6)):
        house.server.desk.submit(command, key=type(command).__name__, actor=ANN)
    call = listeners.told("/display")[-1]
    assert (call["kind"], call["number"], call["counter"]) == ("TicketCalled", ticket["number"], 6)
    assert listeners.told("/ticket")[-1]["ticket"]["state"] == "called"
