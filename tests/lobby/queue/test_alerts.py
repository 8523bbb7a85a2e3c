"""Alerts about devices: each is open once, from when it began until it is over."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.errors import AlertHeld, AlertIsOver
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.alerts import KEPT, Alert, alerts_of
from lobby.queue.decisions import Actor
from lobby.queue.supervision import AcknowledgeAlert, TakeAlert
from lobby.queue.supervision_events import AlertAcknowledged, AlertTaken
from tests.builders import KIOSK, MIA, TUESDAY, Clock, Room, a_desk, a_room

SCREEN = Actor("screen", "display")
LEA = Actor("lea", "supervisor")


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
    assert again.journal.snapshots.newest() is not None
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


# -- who has seen it, who sees to it, and what was over today

JAM = ("printer-1", "cutter", "A001")


def test_who_has_seen_an_alert_first_is_kept(room: Room) -> None:
    room.do(c.RaiseAlert(*JAM), KIOSK)
    room.clock.forward(60)
    assert room.do(AcknowledgeAlert(*JAM), MIA) == [AlertAcknowledged(*JAM, "mia")]
    assert room.do(AcknowledgeAlert(*JAM), LEA) == []
    (alert,) = room.branch.alerts.values()
    assert (alert.seen_by, alert.seen_at, alert.owner) == ("mia", TUESDAY + 60_000, "")


def test_whoever_takes_an_alert_has_seen_it_and_may_hand_it_on(room: Room) -> None:
    room.do(c.RaiseAlert(*JAM), KIOSK)
    assert room.do(TakeAlert(*JAM), MIA) == [AlertTaken(*JAM, "mia", "mia")]
    assert room.do(TakeAlert(*JAM), MIA) == []
    room.clock.forward(60)
    assert room.do(TakeAlert(*JAM, owner="ann"), MIA) == [AlertTaken(*JAM, "ann", "mia")]
    (alert,) = room.branch.alerts.values()
    assert (alert.seen_by, alert.seen_at, alert.owner, alert.taken_at) == ("mia", TUESDAY, "ann", TUESDAY + 60_000)


def test_what_a_colleague_sees_to_is_not_taken_unawares(room: Room) -> None:
    room.do(c.RaiseAlert(*JAM), KIOSK)
    room.do(TakeAlert(*JAM), MIA)
    with pytest.raises(AlertHeld, match="mia sees to this alert already"):
        room.do(TakeAlert(*JAM), LEA)
    assert room.do(TakeAlert(*JAM, owner="lea"), LEA) == [AlertTaken(*JAM, "lea", "lea")]


def test_nobody_takes_or_acknowledges_what_is_over(room: Room) -> None:
    for command in (TakeAlert(*JAM), AcknowledgeAlert(*JAM)):
        with pytest.raises(AlertIsOver):
            room.do(command, MIA)


def test_what_was_over_today_is_kept_with_its_story_the_latest_first(room: Room) -> None:
    room.issue()
    for device in ("one", "two"):
        room.do(c.RaiseAlert(device, "offline"), KIOSK)
    room.do(TakeAlert("one", "offline"), MIA)
    for device in ("one", "two"):
        room.clock.forward(60)
        room.do(c.ResolveAlert(device, "offline"), KIOSK)
    alerts = alerts_of(room.branch, room.clock())
    assert alerts.open == ()
    assert [(one.device, one.owner, one.since, one.resolved_at) for one in alerts.over] == [
        ("two", "", TUESDAY, TUESDAY + 120_000),
        ("one", "mia", TUESDAY, TUESDAY + 60_000),
    ]
    room.do(c.RaiseAlert("one", "offline"), KIOSK)
    assert [one.owner for one in alerts_of(room.branch, room.clock()).open] == [""]
    room.clock.forward(hours=24)
    assert alerts_of(room.branch, room.clock()).over == ()
    room.issue()
    assert room.branch.alerts_over == {}


def test_of_very_many_the_oldest_are_forgotten(room: Room) -> None:
    for number in range(KEPT + 1):
        room.do(c.RaiseAlert("one", "offline", str(number)), KIOSK)
        room.do(c.ResolveAlert("one", "offline", str(number)), KIOSK)
    over = [one.subject for one in room.branch.alerts_over.values()]
    assert (len(over), over[0], over[-1]) == (KEPT, "1", str(KEPT))
