"""Whether the server can do its work."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from display_server.operating.pulse import FAULT, LATE_S, Pulse, Reason, touch, watch_lag
from lobby.errors import StorageFull
from lobby.records.store import Store


class Branch:
    """A journal and a disk that can fail on purpose, with a clock in seconds."""

    def __init__(self) -> None:
        self.seq = 0
        self.now = 0.0
        self.writes = 0
        self.fails: Exception | None = None
        self.pulse = Pulse(lambda: self.seq, self.write, lambda: self.now)

    def write(self) -> None:
        self.writes += 1
        if self.fails is not None:
            raise self.fails


@pytest.fixture
def branch() -> Branch:
    return Branch()


def test_a_server_that_has_just_started_is_ready(branch: Branch) -> None:
    assert branch.pulse.reasons() == []


def test_a_quiet_branch_is_tried_with_a_write_and_a_busy_one_is_not(branch: Branch) -> None:
    branch.pulse.beat()
    assert branch.writes == 1
    branch.seq += 1
    branch.pulse.beat()
    assert branch.writes == 1
    branch.pulse.beat()
    assert branch.writes == 2


def test_a_disk_that_is_full_is_named_at_once_and_forgotten_when_it_has_room(branch: Branch) -> None:
    branch.fails = StorageFull()
    branch.now = 7
    branch.pulse.beat()
    assert branch.pulse.reasons() == [Reason("NotWritten", "StorageFull", 7)]
    branch.fails = None
    branch.pulse.beat()
    assert branch.pulse.reasons() == []


def test_a_write_that_hangs_is_told_after_a_while_though_no_beat_ends(branch: Branch) -> None:
    branch.now = LATE_S
    assert branch.pulse.reasons() == []
    branch.now += 1
    assert branch.pulse.reasons() == [Reason("NotWritten", "", int(LATE_S) + 1)]


def test_an_event_proves_that_the_disk_is_there_again(branch: Branch) -> None:
    branch.fails = StorageFull()
    branch.pulse.beat()
    branch.seq += 1
    branch.now = 8
    assert branch.pulse.reasons() == [], "the next beat is not waited for"
    assert branch.pulse.unwritten_s == 0


def test_that_nothing_can_be_written_is_logged_once_and_so_is_the_end_of_it(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    branch.fails = StorageFull()
    for branch.now in (10, 20, 30):
        branch.pulse.beat()
    branch.fails = None
    branch.pulse.beat()
    branch.pulse.beat()
    assert [record.getMessage() for record in caplog.records] == [
        "nothing can be written to the database: StorageFull",
        "the database can be written again, after 30 s",
    ]


def test_what_is_no_refusal_of_the_store_is_a_fault_and_is_logged(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    branch.fails = ZeroDivisionError()
    branch.pulse.beat()
    assert branch.pulse.reasons()[0].cause == FAULT
    assert "writing to the database failed" in caplog.text


def test_a_server_that_ends_is_not_ready(branch: Branch) -> None:
    branch.pulse.stopping = True
    assert branch.pulse.reasons() == [Reason("Stopping")]


def test_the_write_is_a_durable_one_and_changes_nothing(tmp_path: Path, empty_store: Path) -> None:
    (tmp_path / "lobby.db").write_bytes((empty_store / "lobby.db").read_bytes())
    store = Store.in_folder(tmp_path)
    before = (tmp_path / "lobby.db-wal").stat().st_size
    touch(store)
    assert (tmp_path / "lobby.db-wal").stat().st_size > before
    store.close()
    Store.in_folder(tmp_path).close()  # the revision is the same: nothing is migrated anew


def test_a_loop_that_comes_back_late_is_noted() -> None:
    class Ended(Exception):
        pass

    noted: list[float] = []
    rounds = count()

    def sleep(seconds: float) -> None:
        if next(rounds) == 2:
            raise Ended

    def run(note: Callable[[float], None]) -> None:
        watch_lag(sleep, note)

    with pytest.raises(Ended):
        run(noted.append)
    assert noted == [0.0, 0.0], "a sleep that ends early is not late"
