"""The spool's file in a bad world: full, read-only, damaged, old, too new, killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.document import Document, Number, Text
from hardware.errors import DeviceError
from hardware.spool import INTERRUPTED, Spool
from hardware.spool_file import STEPS, SpoolFile

SLIP = Document((Number("A001"),), "en")
OLD = Path(__file__).with_name("spool_of_version_0.sql")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


def run(path: Path, script: str) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(script)
    db.close()


def test_the_spool_is_written_through_to_the_disk(path: Path) -> None:
    file = SpoolFile(path)
    assert file.read("PRAGMA synchronous") == [(2,)]
    assert file.read("PRAGMA journal_mode") == [("wal",)]
    file.close()


def test_an_old_spool_is_brought_up_to_date_with_every_job_in_it(path: Path) -> None:
    run(path, OLD.read_text())
    with Spool(path) as spool:
        assert [(job.ticket, job.copy, job.number, job.state) for job in spool.jobs()] == [
            ("ticket-1", 0, "A001", "printed"),
            ("ticket-2", 0, "A002", "held"),
            ("ticket-3", 0, "A003", "unknown"),
            ("ticket-4", 0, "A004", "dropped"),
            ("ticket-5", 0, "A005", "unknown"),
            ("ticket-6", 0, "A006", "queued"),
            ("ticket-6", 1, "A006", "queued"),
        ]
        held, interrupted, waiting = (spool.jobs()[index] for index in (1, 4, 5))
        assert (held.tries, held.reason, held.printer) == (1, "the printer is out of paper", "")
        assert interrupted.reason == INTERRUPTED
        assert waiting.document == Document((Number("A006"), Text("Cash")), "en")
        claimed = spool.claim("main")
        assert claimed is not None
        assert claimed.id == waiting.id
        assert spool.put("ticket-7", 0, SLIP).id == 8
        assert spool.roll("main", 80.0).left_m() == 80.0


def test_an_up_to_date_spool_is_opened_again_as_it_is(path: Path) -> None:
    for number in range(3):
        with Spool(path) as spool:
            spool.put(f"t{number}", 0, SLIP)
            assert len(spool.jobs()) == number + 1


def test_a_spool_of_a_newer_program_is_refused(path: Path) -> None:
    Spool(path).close()
    run(path, f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(DeviceError, match="newer version") as refusal:
        Spool(path)
    assert refusal.value.permanent


def test_a_file_that_is_no_spool_is_refused_with_what_to_do(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DeviceError, match=r"damaged or not a spool.*move spool\.db") as refusal:
        Spool(path)
    assert refusal.value.permanent


def test_a_spool_with_damaged_pages_is_refused_with_what_to_do(path: Path) -> None:
    with Spool(path) as spool:
        for number in range(200):
            spool.put(f"t{number}", 0, SLIP)
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = b"\xa5" * 2000
    path.write_bytes(content)
    with pytest.raises(DeviceError, match=r"damaged.*start again with an empty spool"):
        Spool(path)
    path.unlink()
    with Spool(path) as spool:
        assert spool.put("t1", 0, SLIP).state == "queued"


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"cannot be opened.*folder must exist"):
        Spool(tmp_path / "nowhere" / "spool.db")


def test_a_folder_that_may_not_be_written_is_refused() -> None:
    with pytest.raises(DeviceError, match=r"cannot be opened.*allowed to write"):
        Spool(Path("/proc/spool.db"))


def test_a_locked_spool_says_so_and_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.spool_file.BUSY_MS", 50)
    with Spool(path) as spool:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DeviceError, match="kept busy") as refusal:
            spool.put("t1", 0, SLIP)
        assert "kept busy" in spool.trouble
        other.execute("ROLLBACK")
        other.close()
        assert not refusal.value.permanent
        assert spool.put("t1", 0, SLIP).state == "queued"
        spool.probe()
        assert spool.trouble == ""


def test_a_spool_that_became_read_only_says_so_until_it_can_be_written_again(path: Path) -> None:
    with Spool(path) as spool:
        spool._file.read("PRAGMA query_only = ON")
        with pytest.raises(DeviceError, match="read-only"):
            spool.put("t1", 0, SLIP)
        spool.probe()
        assert "read-only" in spool.trouble
        spool._file.read("PRAGMA query_only = OFF")
        spool.probe()
        assert spool.trouble == ""
        assert spool.jobs() == []


def test_a_write_that_needs_no_room_does_not_end_the_trouble_of_a_full_disk(path: Path) -> None:
    with Spool(path) as spool:
        put = spool.put("t1", 0, SLIP)
        (pages,) = spool._file.read("PRAGMA page_count")[0]
        spool._file.read(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DeviceError, match="is full"):
            spool.put("t2", 0, Document((Text("x" * 2000),) * 20, "en"))
        assert spool.move(put, "dropped") is not None
        spool.probe()
        assert "full" in spool.trouble


def test_a_full_disk_refuses_a_slip_and_keeps_those_before_it(path: Path) -> None:
    with Spool(path) as spool:
        put = spool.put("t1", 0, SLIP)
        (pages,) = spool._file.read("PRAGMA page_count")[0]
        spool._file.read(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DeviceError, match=r"is full\. Free some space") as refusal:
            spool.put("t2", 0, Document((Text("x" * 2000),) * 20, "en"))
        assert not refusal.value.permanent
        assert "full" in spool.trouble
        assert spool.jobs() == [put]
        spool._file.read("PRAGMA max_page_count = 100000")
        assert spool.put("t2", 0, SLIP).state == "queued"


FULL = """
import resource, signal, sys
from hardware.errors import DeviceError
from hardware.document import Document, Number
from hardware.spool import Spool
spool = Spool(sys.argv[1])
slip = Document((Number("A001"),), "en")
spool.put("t0", 0, slip)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))  # a file cannot grow any more, as on a full disk
put = 1
try:
    while put < 1000:
        spool.put(f"t{put}", 0, slip)
        put += 1
except DeviceError as fault:
    print("refused" if "full" in fault.message and not fault.permanent else fault.message)
spool.probe()
print("trouble" if spool.trouble else "none")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
spool.probe()
print("trouble" if spool.trouble else "none")
print(len(spool.jobs()) - put)
spool.put("last", 0, slip)
print(spool.job("last").state)
"""


def test_a_disk_that_takes_no_more_bytes_loses_nothing_and_is_used_again_when_it_can_be(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["refused", "trouble", "none", "0", "queued"], done.stderr
