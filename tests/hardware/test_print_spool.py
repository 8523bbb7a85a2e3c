from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.document import Document, Number
from hardware.errors import DeviceError
from hardware.print_job import STATES, WAYS, Job, State
from hardware.spool import Spool

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


def claimed(spool: Spool, ticket: str = "t1") -> Job:
    """A job that a printer has just been given."""
    spool.put(ticket, 0, SLIP)
    job = spool.claim("main")
    assert job is not None
    assert job.ticket == ticket
    return job


def test_jobs_leave_in_the_order_in_which_they_came_though_the_clock_is_set_back(path: Path) -> None:
    now = 5000.0
    with Spool(path, clock=lambda: now) as spool:
        for name in ("t1", "t2", "t3"):
            now -= 1000.0
            spool.put(name, 0, SLIP)
        left = []
        while (job := spool.claim("main")) is not None:
            left.append(job.ticket)
        assert left == ["t1", "t2", "t3"]


def test_a_job_is_given_to_one_printer_only_and_remembers_which(path: Path) -> None:
    with Spool(path) as spool:
        job = claimed(spool)
        assert (job.state, job.printer) == ("sending", "main")
        assert spool.claim("spare") is None
        back = spool.move(job, "queued", "the cover is open", failed_try=True)
        assert back is not None
        assert (back.printer, back.tries) == ("main", 1)
        again = spool.claim("spare")
        assert again is not None
        assert again.printer == "spare"


def test_of_many_workers_that_reach_for_the_same_jobs_each_job_goes_to_one(path: Path) -> None:
    with Spool(path) as spool:
        for number in range(40):
            spool.put(f"t{number}", 0, SLIP)
        got: list[Job] = []

        def reach(name: str) -> None:
            while (job := spool.claim(name)) is not None:
                got.append(job)

        workers = [threading.Thread(target=reach, args=(f"printer {n}",)) for n in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(job.ticket for job in got) == sorted(f"t{number}" for number in range(40))


def test_a_process_that_only_looks_is_given_no_job(path: Path) -> None:
    with Spool(path) as spool, Spool(path) as onlooker:
        onlooker.put("t1", 0, SLIP)
        assert onlooker.claim("main") is None
        assert spool.claim("main") is not None


def test_what_wants_one_printer_is_given_to_no_other(path: Path) -> None:
    with Spool(path) as spool:
        test = spool.put_test("spare", SLIP)
        spool.put("t1", 0, SLIP)
        job = spool.claim("main")
        assert job is not None
        assert job.ticket == "t1"
        assert spool.claim("main") is None
        job = spool.claim("spare", any_slip=False)
        assert job is not None
        assert job.id == test.id


def test_test_prints_are_counted(path: Path) -> None:
    with Spool(path) as spool:
        spool.put("test-no-number", 0, SLIP)
        assert [spool.put_test("main", SLIP).ticket for _ in range(11)][-2:] == ["test-10", "test-11"]


def test_a_put_job_survives_reopening(path: Path) -> None:
    with Spool(path) as spool:
        put = spool.put("t1", 0, SLIP)
    with Spool(path) as spool:
        assert spool.job("t1") == put
        assert spool.job("t2") is None


def test_a_job_that_was_being_sent_is_unknown_after_reopening_and_not_next(path: Path) -> None:
    with Spool(path) as spool:
        claimed(spool)
    with Spool(path) as spool:
        (job,) = spool.jobs(("unknown",))
        assert "stopped" in job.reason
        assert spool.claim("main") is None


def test_a_killed_process_leaves_its_job_unknown(path: Path) -> None:
    script = (
        "import sys\n"
        "from hardware.spool import Spool\n"
        "from hardware.sample_slip import sample_slip\n"
        "spool = Spool(sys.argv[1])\n"
        "for name in ('t1', 't2'): spool.put(name, 0, sample_slip())\n"
        "assert spool.claim('main').ticket == 't1'\n"
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
        job = spool.move(claimed(spool), state, "paper", failed_try=True)
        assert job is not None
        released = spool.release(job.id)
        assert released is not None
        assert (released.state, released.tries, released.reason) == ("queued", 0, "")
        assert spool.claim("spare") is not None


def test_a_printed_job_is_not_released(path: Path) -> None:
    with Spool(path) as spool:
        job = spool.move(claimed(spool), "printed")
        assert job is not None
        assert spool.release(job.id) is None
        assert spool.drop(job.id) is None


def test_a_job_that_is_being_sent_is_neither_released_nor_dropped(path: Path) -> None:
    with Spool(path) as spool:
        job = claimed(spool)
        assert spool.release(job.id) is None
        assert spool.drop(job.id) is None
        assert spool.drop(99) is None


def test_a_dropped_job_stays_on_record_and_is_not_printed_when_it_is_put_again(path: Path) -> None:
    with Spool(path) as spool:
        job = spool.put("t1", 0, SLIP)
        spool.drop(job.id)
        assert spool.put("t1", 0, SLIP).state == "dropped"
        assert spool.claim("main") is None


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("target", STATES)
def test_a_job_moves_only_along_the_table_and_is_sent_only_by_a_claim(path: Path, start: State, target: State) -> None:
    with Spool(path) as spool:
        job = replace(spool.put("t1", 0, SLIP), state=start)
        with sqlite3.connect(path) as other:
            other.execute("UPDATE job SET state = ?", (start,))
        other.close()
        moved = spool.move(job, target)
        assert (moved is not None) == (target in WAYS[start] and target != "sending")
        assert spool.jobs()[0].state == (target if moved else start)


def test_a_job_that_moved_on_meanwhile_is_left_alone(path: Path) -> None:
    with Spool(path) as spool:
        seen = spool.put("t1", 0, SLIP)
        assert spool.claim("main") is not None
        assert spool.move(seen, "held", "no printer can print") is None
        assert spool.jobs()[0].state == "sending"


def test_old_printed_jobs_are_forgotten_and_waiting_ones_never(path: Path) -> None:
    now = 1000.0
    with Spool(path, clock=lambda: now) as spool:
        spool.move(claimed(spool), "printed")
        spool.put("t2", 0, SLIP)
        assert spool.forget(before=1000.0) == 0
        assert spool.forget(before=1001.0) == 1
        assert [job.ticket for job in spool.jobs()] == ["t2"]


def test_ten_thousand_old_jobs_are_forgotten_at_once(path: Path) -> None:
    with Spool(path) as spool:
        with sqlite3.connect(path) as other:
            other.executemany(
                "INSERT INTO job (ticket, copy, document, state, created_at, changed_at) VALUES (?, 0, x'00', ?, 0, ?)",
                [(f"t{number}", ("printed", "dropped")[number % 2], float(number)) for number in range(10_000)],
            )
        other.close()
        spool.put("today", 0, SLIP)
        assert spool.forget(before=9_990.0) == 9_990
        assert len(spool.jobs()) == 11


def test_the_number_on_a_slip_is_known_without_printing_it(path: Path) -> None:
    with Spool(path) as spool:
        assert spool.put("t1", 0, SLIP).number == "A001"
        assert spool.put("t2", 0, Document((), "en")).number == ""
        assert replace(spool.put("t3", 0, SLIP), data=b"{").number == ""


def test_a_damaged_record_is_refused_when_it_is_read(path: Path) -> None:
    with Spool(path) as spool:
        spool.put("t1", 0, SLIP)
        with sqlite3.connect(path) as other:
            other.execute("UPDATE job SET document = x'00'")
        other.close()
        with pytest.raises(DeviceError, match="not a slip"):
            _ = spool.jobs()[0].document
