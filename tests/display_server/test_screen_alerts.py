"""A lobby screen that is missing while the branch is open is an alert, until it is back."""

from __future__ import annotations

from pathlib import Path

from display_server.live.presence import Presence
from display_server.live.screen_alerts import MISSING_MS, PROBLEM, screen_alerts
from lobby.queue import commands as c
from lobby.queue.alerts import Alert
from lobby.queue.commands import RaiseAlert, ResolveAlert
from tests.end_to_end.house import Clock, a_house

NAMED = {"hall"}


def told(gone: dict[str, int], here: frozenset[str] = frozenset(), alerts: tuple[Alert, ...] = ()) -> list[c.Command]:
    return list(screen_alerts(gone, here, NAMED, alerts, 100_000))


ALERT = (Alert("hall", PROBLEM, "", "", 0),)


def test_a_screen_that_only_starts_anew_is_no_alert() -> None:
    assert told({"hall": 100_000 - MISSING_MS + 1}) == []
    assert told({"hall": 100_000 - MISSING_MS}) == [RaiseAlert("hall", PROBLEM)]


def test_it_is_raised_once_and_over_when_the_screen_is_back() -> None:
    assert told({"hall": 0}, alerts=ALERT) == []
    assert told({}, frozenset({"hall"}), ALERT) == [ResolveAlert("hall", PROBLEM)]


def test_a_restart_of_the_server_brings_no_screen_back() -> None:
    assert told({}, alerts=ALERT) == []


def test_a_screen_that_is_back_at_another_process_is_not_missed_here(memory_folder: Path) -> None:
    house = a_house(memory_folder / "shared", Clock())
    house.server.others.are_allowed = True
    house.issue()
    here, there = Presence(), Presence()
    here.came("one", "hall", house.clock())
    here.went("one", house.clock())
    house.clock.forward(minutes=2)
    house.server.watching.look_at_screens(here)
    assert house.server.desk.state.alerts
    there.came("one", "hall", house.clock())
    house.server.watching.look_at_screens(there)
    assert not house.server.desk.state.alerts
    house.server.watching.look_at_screens(here)
    assert not house.server.desk.state.alerts
    assert not here.gone
    house.server.close()


def test_a_screen_that_nobody_expects_any_more_is_no_alert() -> None:
    strange = (Alert("old screen", PROBLEM, "", "", 0),)
    assert told({}, alerts=strange) == [ResolveAlert("old screen", PROBLEM)]


def test_the_journal_says_it_while_the_branch_is_open_and_not_while_it_is_closed(memory_folder: Path) -> None:
    house = a_house(memory_folder / "branch", Clock())
    house.issue()
    presence = Presence()
    presence.came("one", "hall", house.clock())
    presence.went("one", house.clock())
    house.clock.forward(minutes=2)
    house.server.watching.look_at_screens(presence)
    assert [one.problem for one in house.server.desk.state.alerts.values()] == [PROBLEM]
    presence.came("two", "hall", house.clock())
    house.server.watching.look_at_screens(presence)
    assert not house.server.desk.state.alerts
    presence.went("two", house.clock())
    house.post("/close-day")
    house.clock.forward(minutes=2)
    house.server.watching.look_at_screens(presence)
    assert not house.server.desk.state.alerts
    house.server.close()
