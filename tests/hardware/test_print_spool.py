from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.document import Document, Number
from hardware.errors import DeviceError
from hardware.spool import STATES, WAYS, Spool, State

SLIP = Document((Number("A001"),), "en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


def test_the_same_ticket_and_copy_is_put_once(path: Path) -> None:
    with Spool(path) as spool:
        first = spool.put("t1", 0, SLIP)
        again = spool.put("t1", 0, Document((), "ar"))
        copy = spool.put("t1", 1, SLIP)
        assert again == first
        assert again.document == SLIP
        assert copy.id != first.id
        assert len(spool.jobs()) == 2


def test_jobs_leave_in_the_order_in_which_they_came(path: Path) -> None:
    with Spool(path) as spool:
        for name in ("t1", "t2", "t3"):
            spool.put(name, 0, SLIP)
        left = []
        while (job := spool.next()) is not None:
            left.append(job.ticket)
            spool.mark(job.id, "sending")
        assert left == ["t1", "t2", "t3"]


def test_a_put_job_survives_reopening(path: Path) -> None:
    with Spool(path) as spool:
        put = spool.put("t1", 0, SLIP)
    with Spool(path) as spool:
        assert spool.job("t1") == put
        assert spool.job("t2") is None


def test_a_job_that_was_being_sent_is_unknown_after_reopening_and_not_next(path: Path) -> None:
    with Spool(path) as spool:
        spool.mark(spool.put("t1", 0, SLIP).id, "sending")
    with Spool(path) as spool:
        (job,) = spool.jobs(("unknown",))
        assert "stopped" in job.reason
        assert spool.next() is None


def test_a_killed_process_leaves_its_job_unknown(path: Path) -> None:
    script = (
        "import sys\n"
        "from hardware.spool import Spool\n"
        "from hardware.sample_slip import sample_slip\n"
        "spool = Spool(sys.argv[1])\n"
        "for name in ('t1', 't2'): spool.put(name, 0, sample_slip())\n"
        "spool.mark(spool.next().id, 'sending')\n"
        "print('sending', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "sending\n"
        with Spool(path) as onlooker:
            assert not onlooker.is_owner
            assert [job.state for job in onlooker.jobs()] == ["sending", "queued"]
        process.kill()
        process.wait(10)
    with Spool(path) as spool:
        assert spool.is_owner
        assert [job.state for job in spool.jobs()] == ["unknown", "queued"]


@pytest.mark.parametrize("state", ["held", "unknown"])
def test_staff_may_release_what_is_held_or_unknown(path: Path, state: State) -> None:
    with Spool(path) as spool:
        job = spool.put("t1", 0, SLIP)
        spool.mark(job.id, "sending")
        spool.mark(job.id, state, "paper", failed_try=True)
        released = spool.release(job.id)
        assert released is not None
        assert (released.state, released.tries, released.reason) == ("queued", 0, "")
        assert spool.next() == released


def test_a_printed_job_is_not_released(path: Path) -> None:
    with Spool(path) as spool:
        job = spool.put("t1", 0, SLIP)
        spool.mark(job.id, "sending")
        spool.mark(job.id, "printed")
        assert spool.release(job.id) is None
        assert spool.drop(job.id) is None


def test_a_dropped_job_stays_on_record_and_is_not_printed_when_it_is_put_again(path: Path) -> None:
    with Spool(path) as spool:
        job = spool.put("t1", 0, SLIP)
        spool.drop(job.id)
        assert spool.put("t1", 0, SLIP).state == "dropped"
        assert spool.next() is None


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("target", STATES)
def test_a_job_moves_only_along_the_table(path: Path, start: State, target: State) -> None:
    with Spool(path) as spool:
        job = spool.put("t1", 0, SLIP)
        with sqlite3.connect(path) as other:
            other.execute("UPDATE job SET state = ?", (start,))
        other.close()
        moved = spool.mark(job.id, target)
        assert (moved is not None) == (target in WAYS[start])
        assert spool.jobs()[0].state == (target if moved else start)


def test_old_printed_jobs_are_forgotten_and_waiting_ones_never(path: Path) -> None:
    now = 1000.0
    with Spool(path, clock=lambda: now) as spool:
        for name in ("t1", "t2"):
            spool.put(name, 0, SLIP)
        spool.mark(1, "sending")
        spool.mark(1, "printed")
        assert spool.forget(before=1000.0) == 0
        assert spool.forget(before=1001.0) == 1
        assert [job.ticket for job in spool.jobs()] == ["t2"]


def test_a_damaged_record_is_refused_when_it_is_read(path: Path) -> None:
    with Spool(path) as spool:
        spool.put("t1", 0, SLIP)
        with sqlite3.connect(path) as other:
            other.execute("UPDATE job SET document = x'00'")
        other.close()
        with pytest.raises(DeviceError, match="not a slip"):
            _ = spool.jobs()[0].document


def test_a_file_that_is_no_spool_is_refused(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DeviceError, match="damaged or not a spool") as refusal:
        Spool(path)
    assert refusal.value.permanent


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="cannot be opened"):
        Spool(tmp_path / "nowhere" / "spool.db")


def test_a_locked_spool_says_so_and_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.spool.BUSY_MS", 50)
    with Spool(path) as spool:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DeviceError, match="cannot be written") as refusal:
            spool.put("t1", 0, SLIP)
        other.execute("ROLLBACK")
        other.close()
        assert not refusal.value.permanent
        assert spool.put("t1", 0, SLIP).state == "queued"


def test_the_spool_is_written_through_to_the_disk(path: Path) -> None:
    with Spool(path) as spool:
        assert spool._db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert spool._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
