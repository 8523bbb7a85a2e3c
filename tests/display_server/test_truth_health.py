"""What lobby screens say of their health, what the manager is told of it, and what the server does not believe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_socketio import SocketIO

from display_server.live.health import LONGEST_FAULT, MOST_FAULTS, Health, Trouble
from display_server.live.presence import Device, Presence
from display_server.live.sender import Live
from lobby.signage import Screen
from tests.builders import Clock
from tests.end_to_end.house import House, a_house

NOON = 1_709_640_000_000
WELL = {"seq": 10, "clock": NOON, "sound": "on", "faults": [], "width": 1920, "height": 1080}


@pytest.fixture
def presence() -> Presence:
    """One screen, connected at noon."""
    presence = Presence()
    presence.came("one", "hall", NOON)
    return presence


def the_screen(presence: Presence) -> Device:
    (device,) = presence.devices([], [])
    return device


def codes(presence: Presence) -> list[tuple[str, str]]:
    return [(trouble.code, trouble.about) for trouble in the_screen(presence).troubles]


def test_a_screen_that_is_well_has_a_size_and_no_trouble(presence: Presence) -> None:
    presence.said("one", WELL, 10, NOON)
    assert the_screen(presence) == Device("screen", "hall", True, NOON, (), 1920, 1080)


def test_a_screen_may_be_two_seconds_behind_and_no_more(presence: Presence) -> None:
    presence.said("one", WELL | {"seq": 9}, 10, NOON + 100)
    assert codes(presence) == []
    presence.said("one", WELL | {"seq": 10, "clock": NOON + 5000}, 20, NOON + 5000)
    presence.said("one", WELL | {"seq": 19, "clock": NOON + 5500}, 21, NOON + 5500)
    assert codes(presence) == [], "what came half a second ago may still be on its way"
    presence.said("one", WELL | {"seq": 19, "clock": NOON + 10_000}, 21, NOON + 10_000)
    assert the_screen(presence).troubles == (Trouble("behind", NOON + 10_000),)
    presence.said("one", WELL | {"seq": 21, "clock": NOON + 15_000}, 21, NOON + 15_000)
    assert codes(presence) == []


@pytest.mark.parametrize(("off_ms", "about"), [(5000, []), (-5000, []), (5600, ["6"]), (-3_600_000, ["-3600"])])
def test_a_clock_is_wrong_by_more_than_five_seconds(presence: Presence, off_ms: int, about: list[str]) -> None:
    presence.said("one", WELL | {"clock": NOON + off_ms}, 10, NOON)
    assert codes(presence) == [("clock", seconds) for seconds in about]


def test_a_trouble_is_known_since_it_was_first_seen(presence: Presence) -> None:
    for later, off_ms, sound in ((0, 8000, "on"), (5000, 9000, "off"), (10_000, 10_000, "off")):
        presence.said("one", WELL | {"clock": NOON + later + off_ms, "sound": sound}, 10, NOON + later)
    assert the_screen(presence).troubles == (Trouble("clock", NOON, "10"), Trouble("sound", NOON + 5000))
    assert not the_screen(presence).ok


def test_what_a_screen_cannot_show_is_named(presence: Presence) -> None:
    presence.said("one", WELL | {"faults": ["media:a: b.mp4", "too-small", "too-small"]}, 10, NOON)
    assert codes(presence) == [("media", "a: b.mp4"), ("too-small", "")]


def test_all_windows_of_a_screen_are_looked_at_together(presence: Presence) -> None:
    presence.came("two", "hall", NOON + 1000)
    presence.said("one", WELL | {"sound": "off", "width": 800}, 10, NOON)
    presence.said("two", WELL | {"sound": "off", "faults": ["too-small"]}, 10, NOON)
    assert codes(presence) == [("sound", ""), ("too-small", "")]
    assert (the_screen(presence).since, the_screen(presence).width) == (NOON, 1920)


def test_a_screen_that_is_gone_takes_its_troubles_with_it(presence: Presence) -> None:
    presence.said("one", WELL | {"sound": "off"}, 10, NOON)
    presence.went("one", NOON + 1000)
    assert the_screen(presence) == Device("screen", "hall", False, 0, (Trouble("missing", NOON + 1000),))
    presence.came("two", "hall", NOON + 2000)
    assert the_screen(presence) == Device("screen", "hall", True, NOON + 2000)


def test_a_screen_of_the_branch_file_that_never_came_is_said_so(presence: Presence) -> None:
    screens = (Screen("hall"), Screen("door"), Screen("speaker", layout="voice"))
    never = (Trouble("never", 0),)
    assert presence.devices([], [], screens) == [
        Device("screen", "door", False, 0, never),
        Device("screen", "hall", True, NOON),
        Device("speaker", "speaker", False, 0, never),
    ]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "well",
        [],
        7,
        {},
        {"seq": "10", "clock": [], "sound": {}, "faults": "media", "width": -1, "height": 1e9},
        {"seq": True, "clock": -5, "sound": "loud", "faults": [None, 5, "", "a\nb", {}], "width": None},
        {"seq": 2**70, "clock": 2**70, "sound": None, "faults": {"a": 1}, "width": 10**9, "height": "tall"},
    ],
)
def test_what_nobody_can_read_counts_for_nothing(presence: Presence, message: Any) -> None:
    presence.said("one", message, 10, NOON)
    presence.said("one", message, 10, NOON + 5000)
    assert the_screen(presence) == Device("screen", "hall", True, NOON)


def test_of_many_and_long_faults_a_few_are_kept() -> None:
    health = Health.read({"faults": [f"media:{number}{'x' * 10_000}" for number in range(1000)]})
    assert health is not None
    assert len(health.faults) == MOST_FAULTS
    assert max(map(len, health.faults)) == LONGEST_FAULT


# -- over the wire


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """The example branch, without a process."""
    house = a_house(memory_folder / tmp_path.name, clock)
    yield house
    house.server.close()


@pytest.fixture
def live(house: House) -> Live:
    """The branch's live side, moved by hand."""
    return Live(SocketIO(house.app, async_mode="threading"), house.server)


@pytest.fixture
def join(house: House, live: Live) -> Callable[..., Any]:
    """Connects clients to it."""

    def joined(namespace: str, role: str, **auth: Any) -> Any:
        auth |= {"token": house.token(role)}
        client = live.socketio.test_client(house.app, namespace=namespace, auth=auth)
        assert client.is_connected(namespace)
        return client

    return joined


def screens(join: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """What a manager is told of the screens that came."""
    (snapshot,) = (one for one in join("/dashboard", "manager").get_received("/dashboard") if one["name"] == "snapshot")
    found = {one["name"]: one for one in snapshot["args"][0]["devices"] if one["kind"] == "screen"}
    return {name: one for name, one in found.items() if [why["code"] for why in one["troubles"]] != ["never"]}


def test_the_manager_is_told_what_a_screen_says_of_itself(house: House, join: Callable[..., Any]) -> None:
    screen = join("/display", "display")
    screen.emit("health", WELL | {"clock": house.clock(), "sound": "off"}, namespace="/display")
    told = screens(join)["display"]
    assert (told["ok"], told["width"], told["height"]) == (False, 1920, 1080)
    assert told["troubles"] == [{"code": "sound", "since": house.clock(), "about": ""}]


def test_a_device_is_told_of_by_the_screen_of_the_branch_file_that_it_shows(join: Callable[..., Any]) -> None:
    named = join("/display", "display", screen="hall")
    assert set(screens(join)) == {"hall"}
    named.disconnect("/display")
    join("/display", "display", screen="<nobody knows it>")
    assert set(screens(join)) == {"hall", "display"}


def test_a_screen_whose_token_was_revoked_is_not_missing_for_ever(
    house: House, live: Live, join: Callable[..., Any]
) -> None:
    named, own = join("/display", "display", screen="hall"), join("/display", "display")
    named.disconnect("/display")
    own.disconnect("/display")
    live.listeners.part_from_strangers()
    assert set(screens(join)) == {"hall", "display"}
    house.server.tokens.revoke(house.token("display"), house.clock())
    live.listeners.part_from_strangers()
    assert set(screens(join)) == {"hall"}, "the branch file names it yet"


def test_a_colleague_who_looks_at_a_screen_is_no_device(join: Callable[..., Any]) -> None:
    join("/display", "manager", screen="hall").emit("health", WELL, namespace="/display")
    assert screens(join) == {}


@pytest.mark.parametrize("given", [(), (None,), ("x" * 1000,), ({}, WELL), ({"faults": [{}] * 1000},)])
def test_a_screen_that_says_nonsense_stays_connected(join: Callable[..., Any], given: tuple[Any, ...]) -> None:
    screen = join("/display", "display")
    screen.emit("health", *given, namespace="/display")
    screen.emit("resync", {"after": 0}, namespace="/display")
    assert screen.is_connected("/display")
    assert screens(join)["display"]["ok"]


def test_what_a_client_sends_is_done_one_after_the_other_so_that_no_flood_fills_the_memory(live: Live) -> None:
    assert not live.socketio.server.async_handlers
