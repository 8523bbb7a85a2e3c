"""The one sender of live messages must survive whatever the journal brings: when it stops, every screen is silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_socketio import SocketIO

from display_server.live import Live
from tests.end_to_end.house import House


@pytest.fixture
def live(house: House) -> Live:
    """The live side of a branch, moved by hand."""
    return Live(SocketIO(house.app, async_mode="threading"), house.server)


@pytest.fixture
def joined(live: Live, house: House) -> Callable[..., Any]:
    """A client in a namespace."""

    def join(namespace: str, **auth: Any) -> Any:
        client = live.socketio.test_client(house.app, namespace=namespace, auth=auth)
        assert client.is_connected(namespace)
        client.get_received(namespace)
        return client

    return join


def told(client: Any, namespace: str, name: str) -> list[Any]:
    return [message["args"][0] for message in client.get_received(namespace) if message["name"] == name]


def test_a_watched_ticket_of_yesterday_does_not_stop_the_sender(
    house: House, live: Live, joined: Callable[..., Any]
) -> None:
    ticket = house.issue()
    screen, page = joined("/display", token=house.token("display")), joined("/ticket", ticket=ticket["token"])
    house.post(f"/tickets/{ticket['id']}/cancel")
    house.clock.forward(hours=24)
    house.issue()
    while live.send_new():
        pass
    kinds = [event["kind"] for event in told(screen, "/display", "event")]
    assert kinds[-3:] == ["TicketCancelled", "DayOpened", "TicketIssued"] or "DayClosed" in kinds
    live.send_beat()
    assert told(screen, "/display", "beat")[-1]["seq"] == house.server.desk.seq
    assert page.is_connected("/ticket")


def test_a_ticket_page_that_stays_open_overnight_disturbs_nobody(
    house: House, live: Live, joined: Callable[..., Any]
) -> None:
    ticket = house.issue()
    screen, page = joined("/display", token=house.token("display")), joined("/ticket", ticket=ticket["token"])
    live.send_new()
    house.clock.forward(hours=24)
    house.issue()
    while live.send_new():
        pass
    live.send_beat()
    page.emit("resync", {"after": 0}, namespace="/ticket")
    page.disconnect("/ticket")
    live.send_beat()
    assert len(told(screen, "/display", "beat")) == 2
    assert ticket["id"] not in live.watched


@pytest.mark.parametrize("namespace", ["/display", "/console", "/dashboard"])
def test_what_is_sent_again_after_midnight_has_the_same_numbers(
    house: House, live: Live, joined: Callable[..., Any], namespace: str
) -> None:
    house.issue()
    house.post("/counters/1/open")
    house.post("/counters/1/next")
    house.clock.forward(hours=24)
    house.issue("loans")
    last = house.server.desk.seq
    client = joined(namespace, token=house.token("manager"))
    client.emit("resync", {"after": 0}, namespace=namespace)
    assert [event["seq"] for event in told(client, namespace, "event")] == list(range(1, last + 1))


def test_each_event_is_sent_once_however_often_the_sender_is_woken(
    house: House, live: Live, joined: Callable[..., Any]
) -> None:
    screen = joined("/display", token=house.token("display"))
    for _ in range(3):
        house.issue()
        live.send_new()
        live.send_new()
    assert [event["seq"] for event in told(screen, "/display", "event")] == [1, 2, 3, 4]
