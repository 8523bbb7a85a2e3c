"""The post room: couriers on their own threads, killed at the worst moment, beside a gevent loop."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from lobby.outbound import post_room
from lobby.outbound.courier import LATE, STOPPED
from lobby.outbound.cursors import Cursor
from lobby.outbound.post_room import Notice, PostRoom
from lobby.outbound.sending import TOTAL_S
from lobby.queue import commands as c
from lobby.queue.alerts import Alert
from tests.builders import TUESDAY, a_room
from tests.lobby.outbound.branch import BRANCH, Branch, a_webhook
from tests.lobby.outbound.receiver import PATIENCE_S, Receiver, a_receiver, says_nothing


@pytest.fixture(autouse=True)
def a_stop_waits_for_what_can_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(post_room, "LEAVE_S", PATIENCE_S)


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    made = Branch(tmp_path)
    yield made
    made.store.close()


@contextmanager
def a_post_room(branch: Branch, *urls: str, seq: int = 0) -> Iterator[PostRoom]:
    names = [f"hook-{n}" for n in range(len(urls))]
    room = PostRoom(
        [a_webhook(branch.folder, url, name=name) for name, url in zip(names, urls, strict=True)],
        BRANCH,
        branch.journal,
        branch.store,
        branch.people.read,
        alerts=(),
        notify=lambda notice: None,
        clock=branch.clock,
        live=lambda: True,
    )
    room.start(seq)
    try:
        yield room
    finally:
        room.stop()


@contextmanager
def a_process(branch: Branch, receiver: Receiver, *options: str) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "tests.lobby.outbound.courier_process", str(branch.folder), receiver.url]
    with subprocess.Popen([*arguments, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def test_what_happens_is_delivered_as_soon_as_the_room_is_woken(branch: Branch) -> None:
    with a_receiver() as receiver, a_post_room(branch, receiver.url) as room:
        branch.record()
        room.wake()
        receiver.wait_for(1)
        branch.noise()
        branch.record()
        room.wake()
        assert [got.id for got in receiver.wait_for(2)] == ["north/1", "north/3"]


def test_a_silent_receiver_holds_up_no_other(branch: Branch) -> None:
    with a_receiver() as silent, a_receiver() as well, a_post_room(branch, silent.url, well.url) as room:
        silent.behaviours = [says_nothing]
        for _ in range(3):
            branch.record()
        room.wake()
        silent.wait_for(1)
        assert [got.id for got in well.wait_for(3)] == ["north/1", "north/2", "north/3"]
        assert len(silent.got) == 1
        silent.released.set()


def test_a_webhook_begins_where_the_branch_is_when_it_is_new(branch: Branch) -> None:
    branch.record()
    with a_receiver() as receiver, a_post_room(branch, receiver.url, seq=branch.seq) as room:
        branch.record()
        room.wake()
        assert [got.id for got in receiver.wait_for(1)] == ["north/2"]


def test_a_stopped_room_has_no_courier_left(branch: Branch) -> None:
    with a_receiver() as receiver:
        with a_post_room(branch, receiver.url, receiver.url) as room:
            branch.record()
            room.wake()
            receiver.wait_for(2)
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("webhook")] == []


def test_a_stop_waits_for_no_silent_receiver(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_receiver() as silent:
        silent.behaviours = [says_nothing] * 3
        with a_post_room(branch, *[silent.url] * 3) as room:
            branch.record()
            room.wake()
            silent.wait_for(3)
            began = time.monotonic()
            with monkeypatch.context() as hasty:
                hasty.setattr(post_room, "LEAVE_S", 0.1)
                room.stop()
            assert time.monotonic() - began < TOTAL_S / 2
            silent.released.set()


@pytest.mark.slow
def test_killed_before_the_answer_the_event_is_sent_again_with_its_id(branch: Branch) -> None:
    a_webhook(branch.folder)
    branch.record()
    branch.record()
    started: Future[subprocess.Popen[str]] = Future()
    with a_receiver() as receiver:
        receiver.behaviours = [lambda handler: started.result(PATIENCE_S).kill()]
        with a_process(branch, receiver) as process:
            started.set_result(process)
            process.wait(PATIENCE_S)
        with a_process(branch, receiver):
            got = receiver.wait_for(3)
    assert [one.id for one in got] == ["north/1", "north/1", "north/2"]
    assert got[0].body == got[1].body


@pytest.mark.slow
def test_killed_between_the_answer_and_its_own_note_of_it_the_event_is_sent_again_with_its_id(branch: Branch) -> None:
    """Somebody else holds the database's write lock, so that the cursor cannot move after the receiver said yes."""
    a_webhook(branch.folder)
    branch.cursors.put("crm", Cursor(0), None)
    branch.record()
    branch.record()
    with a_receiver() as receiver:
        with closing(sqlite3.connect(branch.folder / "lobby.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with a_process(branch, receiver) as process:
                receiver.wait_for(1)
                process.kill()
                process.wait(PATIENCE_S)
            other.execute("ROLLBACK")
        assert branch.cursor().seq == 0
        with a_process(branch, receiver):
            got = receiver.wait_for(3)
    assert [one.id for one in got] == ["north/1", "north/1", "north/2"]


@pytest.mark.slow
def test_beside_a_gevent_loop_a_silent_receiver_does_not_hold_up_the_loop(branch: Branch) -> None:
    a_webhook(branch.folder)
    branch.record()
    with a_receiver() as receiver:
        receiver.behaviours = [says_nothing]
        with a_process(branch, receiver, "gevent") as process:
            receiver.wait_for(2)
            (branch.folder / "enough").touch()
            assert process.stdout is not None
            stood_still_ms = int(process.stdout.readline())
    assert stood_still_ms < TOTAL_S / 2 * 1000, "as long as one attempt"


def told_at_the_start(branch: Branch, alerts: Iterable[Alert]) -> list[Notice]:
    """What the branch is told when it starts with the webhook `crm` alone and these open alerts."""
    told: list[Notice] = []
    room = PostRoom(
        [a_webhook(branch.folder)],
        BRANCH,
        branch.journal,
        branch.store,
        branch.people.read,
        alerts=alerts,
        notify=told.append,
        clock=branch.clock,
        live=lambda: True,
    )
    room.start(0)
    room.stop()
    return told


def test_the_alerts_of_a_webhook_that_was_removed_end_at_the_next_start(branch: Branch) -> None:
    known = a_room()
    for device, problem in (
        ("webhook old", STOPPED),
        ("webhook crm-2", LATE),
        ("webhook crm", STOPPED),
        ("ticket", "paper_out"),
    ):
        known.do(c.RaiseAlert(device, problem))
    for notice in told_at_the_start(branch, known.branch.alerts.values()):
        known.do(notice.command)
    assert {alert.device for alert in known.branch.alerts.values()} == {"webhook crm", "ticket"}


def test_a_start_without_open_alerts_tells_nothing(branch: Branch) -> None:
    assert told_at_the_start(branch, []) == []


def test_a_notice_is_a_command_of_the_branch_that_can_be_decided() -> None:
    room = a_room()
    raised = Notice("webhook crm", LATE, True, "answered 500" * 100, TUESDAY)
    resolved = msgspec.structs.replace(raised, raised=False, at=TUESDAY + 1)
    for notice in (raised, resolved):
        c.check(notice.command)
        assert len(room.do(notice.command)) == 1
    assert room.branch.alerts == {}
    assert raised.key != resolved.key
