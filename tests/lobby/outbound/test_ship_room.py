"""The courier to the head office beside a running branch: alerts, and a stop that waits for nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lobby.outbound import ship_room
from lobby.outbound.post_room import Notice
from lobby.outbound.ship_room import DEVICE, HeadOfficeLine, ShipRoom
from lobby.outbound.ship_values import HeadOffice
from lobby.outbound.shipping import FORKED, LATE
from lobby.queue import commands as c
from lobby.queue.alerts import PROBLEMS, Alert
from tests.builders import TUESDAY, a_room, a_setup
from tests.end_to_end.branch_process import free_port, until
from tests.lobby.outbound.branch import BRANCH, Branch
from tests.lobby.outbound.receiver import PATIENCE_S


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return Branch(tmp_path)


def a_ship_room(
    branch: Branch,
    office: HeadOffice | None,
    told: Callable[[Notice], None],
    *,
    live: Callable[[], bool] = lambda: True,
    alert: str = "",
) -> ShipRoom:
    alerts = [Alert(DEVICE, alert, "", "", TUESDAY), Alert("ticket", "paper_out", "", "", TUESDAY)] if alert else []
    return ShipRoom(
        office,
        branch.journal,
        lambda: a_setup(id=BRANCH),
        alerts=alerts,
        notify=told,
        clock=branch.clock,
        live=live,
    )


@pytest.fixture
def office(tmp_path: Path) -> HeadOffice:
    """Where nobody listens."""
    (tmp_path / "token").write_text("a-token")
    (tmp_path / "token").chmod(0o600)
    return HeadOffice(f"http://127.0.0.1:{free_port()}", tmp_path / "token")


def test_its_alerts_are_those_of_the_branch_and_have_words() -> None:
    room = a_room()
    for problem in (LATE, FORKED):
        assert problem in PROBLEMS
        raised = Notice(DEVICE, problem, True, "no connection", TUESDAY)
        c.check(raised.command)
        room.do(raised.command)
    assert {alert.device for alert in room.branch.alerts.values()} == {DEVICE}


def test_the_alerts_of_a_head_office_that_is_no_more_end_at_the_next_start(branch: Branch) -> None:
    told: list[Notice] = []
    room = a_ship_room(branch, None, told.append, alert=LATE)
    room.start()
    room.stop()
    assert [(notice.device, notice.problem, notice.raised) for notice in told] == [(DEVICE, LATE, False)]


def test_a_head_office_that_is_away_holds_up_no_stop(
    branch: Branch, office: HeadOffice, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship_room, "LEAVE_S", PATIENCE_S)
    room = a_ship_room(branch, office, lambda _notice: None)
    room.start()
    until(lambda: any("no connection" in record.getMessage() for record in caplog.records), "the first attempt")
    room.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == DEVICE]


def test_nothing_of_a_rehearsal_is_sent(branch: Branch, office: HeadOffice, caplog: pytest.LogCaptureFixture) -> None:
    branch.noise(3)
    asked = threading.Event()

    def live() -> bool:
        asked.set()
        return False

    room = a_ship_room(branch, office, lambda _notice: None, live=live)
    room.start()
    assert asked.wait(PATIENCE_S)
    room.wake()
    room.stop()
    assert not caplog.records


def test_a_token_that_cannot_be_read_is_said_and_not_sent(office: HeadOffice) -> None:
    office.token_file.unlink()
    line = HeadOfficeLine(office, BRANCH)
    outcome, body = line(b"")
    line.close()
    assert (outcome.delivered, body) == (False, b"")
    assert outcome.problem == "the token file cannot be read: No such file or directory"
