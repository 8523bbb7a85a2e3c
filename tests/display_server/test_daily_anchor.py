"""Each day that is over gets one anchor, which is kept, told and mailed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from display_server.trail.daily_anchor import DailyAnchor
from lobby.desk import Desk
from lobby.outbound.mail_values import MailSetup
from lobby.queue import commands as c
from lobby.queue.events import BranchAnchored
from lobby.records.anchor import read_anchor
from lobby.records.anchor_folder import kept_anchors
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import ANN, KIOSK, MIA, Clock, a_setup
from tests.lobby.outbound.fake_smtp import a_mail_server


class Night:
    """A branch whose days end, and whoever makes their anchors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = Store.in_folder(folder)
        self.desk = Desk(a_setup(), Journal(self.store, "test-branch"), clock=self.clock)
        self.anchors = self.another()

    def another(self, mail: MailSetup | None = None) -> DailyAnchor:
        def at_once(work: Callable[[], Any]) -> Any:
            return work()

        return DailyAnchor(self.folder, self.store, self.desk, self.clock, mail, at_once)

    def a_day(self, name: str) -> None:
        self.desk.door(KIOSK).submit(c.Issue("cash"), key=f"tap {name}")

    def close(self, name: str) -> None:
        self.desk.door(MIA).submit(c.CloseDay(), key=f"close {name}")

    def told(self) -> list[str]:
        return [one.event.anchor for one in self.desk.journal.read() if isinstance(one.event, BranchAnchored)]


@pytest.fixture
def night(place: Path) -> Night:
    return Night(place)


def test_a_day_that_is_closed_gets_one_anchor_however_often_it_is_looked(night: Night) -> None:
    night.anchors.look()
    night.a_day("one")
    night.anchors.look()
    assert night.told() == []
    night.close("one")
    last = night.desk.seq
    for _ in range(3):
        night.anchors.look()
    (told,) = night.told()
    assert read_anchor(told).journal_seq == last
    assert [str(one) for one in kept_anchors(night.folder)[0]] == [told]
    night.another().look()
    assert len(night.told()) == 1, "a restart makes no other"


def test_a_day_that_nobody_closes_gets_its_anchor_when_it_is_over(night: Night) -> None:
    night.a_day("one")
    night.clock.forward(hours=24)
    night.anchors.look()
    assert len(night.told()) == 1
    night.a_day("two")
    night.anchors.look()
    assert len(night.told()) == 1
    night.close("two")
    night.anchors.look()
    assert len(night.told()) == 2


def test_a_day_that_goes_on_after_its_end_gets_another(night: Night) -> None:
    night.a_day("one")
    night.close("one")
    night.anchors.look()
    night.desk.door(MIA).submit(c.ReopenDay(), key="reopen")
    night.desk.door(ANN).submit(c.OpenCounter(1), key="open")
    night.anchors.look()
    assert len(night.told()) == 1
    night.close("one again")
    night.anchors.look()
    assert len(night.told()) == 2


def test_of_two_processes_one_tells(night: Night) -> None:
    night.a_day("one")
    night.close("one")
    other = night.another()
    seen = night.desk.events()
    night.anchors.look()
    night.clock.forward(1)
    night.desk.events, told = (lambda *_: seen), night.desk.events  # type: ignore[method-assign, assignment]  # what a slow process sees
    other.look()
    night.desk.events = told  # type: ignore[method-assign]
    assert len(night.told()) == 1


def test_it_is_mailed_once_where_the_branch_file_says_so(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    night.a_day("one")
    night.close("one")
    with a_mail_server() as box:
        posting = night.another(box.setup("audit@bank.example", anchors=True))
        posting.look()
        posting.look()
        (letter,) = box.mails()
    assert letter["Subject"].startswith("Anchor of test-branch, 2024-03-05")
    assert night.told()[0] in letter.get_content()
    night.clock.forward(hours=24)
    night.a_day("two")
    night.close("two")
    with caplog.at_level(logging.WARNING):
        posting.look()  # nobody listens there any more
    assert len(night.told()) == 2
    assert "was not mailed" in caplog.text


def test_a_database_that_was_lost_and_begun_anew_is_an_alert_until_its_past_is_back(
    night: Night, tmp_path: Path
) -> None:
    night.a_day("one")
    night.close("one")
    night.anchors.look()
    assert kept_anchors(night.folder)[0]
    lost = Night(tmp_path)
    lost.folder = night.folder
    lost.another().look()
    (alert,) = lost.desk.state.alerts.values()
    assert (alert.device, alert.problem) == ("journal", "records_missing")
    assert read_anchor(alert.detail) == kept_anchors(night.folder)[0][0]
    lost.another().look()
    assert len(lost.desk.journal.read()) == 1, "it is said once"
    night.another().look()
    assert not night.desk.state.alerts
    (night.folder / "anchors").rename(night.folder / "anchors of before")
    lost.another().look()
    assert not lost.desk.state.alerts, "whoever looks after the server has put them aside"
