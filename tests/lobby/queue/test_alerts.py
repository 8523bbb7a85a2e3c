"""Alerts about devices: each is open once, from when it began until it is over."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.alerts import Alert
from lobby.queue.decisions import Actor
from tests.builders import KIOSK, TUESDAY, Clock, Room, a_desk, a_room

SCREEN = Actor("screen", "display")


def open_alerts(room: Room) -> list[tuple[str, str, str]]:
    return [(one.device, one.problem, one.subject) for one in room.branch.alerts.values()]


def test_an_alert_says_what_is_wrong_with_which_device_and_since_when(room: Room) -> None:
    made = room.do(c.RaiseAlert("printer-1", "paper_out", "", "roll ended at A047"), KIOSK)
    assert made == [e.AlertRaised("printer-1", "paper_out", "", "roll ended at A047")]
    assert list(room.branch.alerts.values()) == [Alert("printer-1", "paper_out", "", "roll ended at A047", TUESDAY)]


def test_an_alert_that_is_raised_again_stays_as_it_began(room: Room) -> None:
    room.do(c.RaiseAlert("printer-1", "paper_out", detail="first"), KIOSK)
    room.clock.forward(60)
    assert room.do(c.RaiseAlert("printer-1", "paper_out", detail="second"), SCREEN) == []
    assert [(one.detail, one.since) for one in room.branch.alerts.values()] == [("first", TUESDAY)]


def test_an_alert_is_over_when_it_is_resolved_and_may_come_again(room: Room) -> None:
    room.do(c.RaiseAlert("printer-1", "cover_open"), KIOSK)
    assert room.do(c.ResolveAlert("printer-1", "cover_open"), KIOSK) == [e.AlertResolved("printer-1", "cover_open")]
    assert open_alerts(room) == []
    room.clock.forward(60)
    room.do(c.RaiseAlert("printer-1", "cover_open"), KIOSK)
    assert [one.since for one in room.branch.alerts.values()] == [TUESDAY + 60_000]


def test_resolving_what_is_not_open_changes_nothing(room: Room) -> None:
    room.do(c.RaiseAlert("printer-1", "paper_out", "A001"), KIOSK)
    for other in (c.ResolveAlert("printer-1", "paper_out"), c.ResolveAlert("printer-2", "paper_out", "A001")):
        assert room.do(other, KIOSK) == []
    assert len(open_alerts(room)) == 1


def test_an_alert_opens_no_day_and_outlives_the_change_of_days(room: Room) -> None:
    room.do(c.RaiseAlert("printer-1", "offline"), KIOSK)
    assert room.branch.day == ""
    room.issue()
    room.clock.forward(hours=24)
    room.issue()
    assert open_alerts(room) == [("printer-1", "offline", "")]


def test_open_alerts_are_there_after_a_restart_with_a_snapshot_and_without(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.RaiseAlert("printer-1", "cutter", "A001", "twice"), key="1", actor=KIOSK)
    assert a_desk(tmp_path, clock=clock).state.alerts == desk.state.alerts
    desk.close()
    again = a_desk(tmp_path, clock=clock)
    assert again.journal.load_snapshot() is not None
    assert list(again.state.alerts.values()) == [Alert("printer-1", "cutter", "A001", "twice", TUESDAY)]
    assert again.submit(c.RaiseAlert("printer-1", "cutter", "A001"), key="2", actor=KIOSK).seq == 0


def test_a_branch_that_was_copied_has_alerts_of_its_own(room: Room) -> None:
    room.do(c.RaiseAlert("printer-1", "offline"), KIOSK)
    before = room.branch.copy()
    room.do(c.ResolveAlert("printer-1", "offline"), KIOSK)
    assert len(before.alerts) == 1
    assert msgspec.json.decode(msgspec.json.encode(before.alerts), type=dict[str, Alert]) == before.alerts


NAMES = st.sampled_from(["lp", "lp/lp"])  # a device file has slashes in its name
DOINGS = st.lists(st.tuples(st.booleans(), NAMES, NAMES, st.sampled_from(["", "lp"])), max_size=30)


@given(DOINGS)
def test_alerts_of_different_things_are_never_taken_for_one(doings: list[tuple[bool, str, str, str]]) -> None:
    room = a_room()
    expected: list[tuple[str, str, str]] = []
    for raised, device, problem, subject in doings:
        about = (device, problem, subject)
        made = room.do((c.RaiseAlert if raised else c.ResolveAlert)(*about), KIOSK)
        assert bool(made) == (raised != (about in expected))
        if raised and about not in expected:
            expected.append(about)
        elif not raised and about in expected:
            expected.remove(about)
        assert open_alerts(room) == expected
