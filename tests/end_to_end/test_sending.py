"""The one sender of live messages must survive whatever the journal brings: when it stops, every screen is silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_socketio import SocketIO

from display_server.live.phone_looks import SLICE
from display_server.live.sender import Live
from lobby.errors import StorageBusy
from lobby.queue.places import people_ahead, places_ahead
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


def test_a_database_that_is_away_holds_no_event_back_and_a_kiosk_is_known_when_it_is_there_again(
    house: House, live: Live, joined: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = joined("/display", token=house.token("display"))

    def away(*_: object) -> bool:
        raise StorageBusy()

    with monkeypatch.context() as hour:
        hour.setattr(house.server.tokens, "is_held", away)
        house.issue()
        while live.send_new():
            pass
        assert [event["kind"] for event in told(screen, "/display", "event")][-1] == "TicketIssued"
        with pytest.raises(StorageBusy):
            live.look_at_kiosks()
    house.issue()
    live.send_new()
    live.look_at_kiosks()
    assert "kiosk" in {device.kind for device in live.presence.devices([], [])}


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


# -- customers' pages


@pytest.fixture
def phones(house: House, joined: Callable[..., Any], live: Live) -> list[Any]:
    """The pages of three customers who wait for the same service, told how they stand."""
    pages = [joined("/ticket", ticket=house.issue()["token"]) for _ in range(3)]
    live.send_new()
    live.look_at_phones()
    for page in pages:
        told(page, "/ticket", "snapshot")
    return pages


def places(phones: list[Any]) -> list[list[int]]:
    """What each was told since of how many are ahead."""
    return [[said["ticket"]["ahead"] for said in told(page, "/ticket", "snapshot")] for page in phones]


def test_a_page_hears_of_a_change_once_and_of_nothing_else(house: House, live: Live, phones: list[Any]) -> None:
    house.post("/counters/1/open")
    live.look_at_phones()
    places(phones)
    house.post("/counters/1/next")
    live.send_new()
    live.look_at_phones()
    assert places(phones) == [[0], [0], [1]]
    for _ in range(3):
        house.clock.forward(seconds=1)
        live.look_at_phones()
    assert places(phones) == [[], [], []]


def test_a_page_hears_when_its_wait_is_another_minute_though_nothing_happened(
    house: House, live: Live, phones: list[Any]
) -> None:
    house.post("/counters/1/open")
    house.server.waits.refresh()
    live.look_at_phones()
    places(phones)
    house.clock.forward(minutes=1)
    live.look_at_phones()
    assert places(phones) != [[], [], []]


def test_the_beat_of_the_pages_is_one_and_the_same_and_has_no_number(live: Live, phones: list[Any]) -> None:
    live.send_beat()
    beats = [told(page, "/ticket", "beat") for page in phones]
    assert [set(beat) for (beat,) in beats] == [{"epoch", "at"}] * 3
    assert beats[0] == beats[1] == beats[2]


def test_the_look_at_many_pages_lets_others_run_in_between(
    house: House, live: Live, joined: Callable[..., Any]
) -> None:
    for _ in range(2 * SLICE):
        joined("/ticket", ticket=house.issue()["token"])
    pauses: list[None] = []
    live.look_at_phones(lambda: pauses.append(None))
    assert len(pauses) == 2


def test_the_places_of_all_are_the_place_of_each(house: House) -> None:
    for service in ("cash", "loans", "cash", "cash", "loans"):
        house.issue(service)
        house.clock.forward(seconds=30)
    state = house.server.desk.state
    assert places_ahead(state) == {one.id: people_ahead(state, one) for one in state.waiting_tickets()}


# -- the lobby's part of the beat


def test_what_the_lobby_shows_beside_is_in_the_beat_when_it_changes_and_every_two_seconds(
    house: House, live: Live, joined: Callable[..., Any]
) -> None:
    screen = joined("/display", token=house.token("display"))

    def beside(beats: int) -> list[bool]:
        for _ in range(beats):
            live.send_beat()
        return ["services" in beat for beat in told(screen, "/display", "beat")]

    assert beside(8) == [True, False, False, False] * 2
    assert beside(1) == [True]
    house.issue()
    assert beside(2) == [True, False]
