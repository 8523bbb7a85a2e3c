"""What a console keeps for its next start, and when it forgets."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from lobby.queue import commands as c
from teller_console import state_file
from teller_console.drafts import Draft
from teller_console.memory import Memory, remember
from teller_console.state_file import KEPT_S, StateFile


def open_memory(folder: Path, user: str = "maria") -> Memory:
    return remember(folder, "http://branch", "main-street", user)


def test_drafts_reasons_and_unsent_commands_are_found_by_the_next_console(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.begin("2026-11-23")
    memory.drafts.of("2026-11-23-A001").note = "wants 硬币"
    memory.drafts.typed["park 2026-11-23-A001"] = "looks for"
    intention = memory.outbox.add(c.CallTicket(3, "A002", "in pain"))
    memory.close()
    later = open_memory(tmp_path)
    assert later.drafts.of("2026-11-23-A001").note == "wants 硬币"
    assert later.drafts.typed == {"park 2026-11-23-A001": "looks for"}
    assert later.outbox.head == intention
    later.close()


def test_the_file_is_for_its_owner_alone_and_says_nobodys_name(tmp_path: Path) -> None:
    memory = open_memory(tmp_path / "state")
    memory.drafts.of("A001").note = "x"
    memory.keep()
    memory.settle()
    [path] = (tmp_path / "state").glob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "maria" not in path.name
    memory.close()


def test_another_teller_finds_nothing(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.drafts.of("A001").note = "x"
    memory.close()
    other = open_memory(tmp_path, "omar")
    assert other.drafts.unfinished() == {}
    other.close()


def test_what_the_branch_has_is_erased_from_the_disk(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.drafts.of("A001").note = "x"
    intention = memory.outbox.add(c.Finish(3, "done", "x"))
    memory.keep()
    memory.settle()
    assert list(tmp_path.glob("*.json")) != []
    assert intention is not None
    memory.outbox.answered(intention)
    memory.drafts.recorded("A001")
    memory.keep()
    memory.settle()
    assert list(tmp_path.glob("*.json")) == []
    assert memory.drafts.of("A001").note == "x", "an undo brings the customer back, and the words"
    memory.close()


def test_what_another_day_has_left_is_shown_once_and_never_sent(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.begin("2026-11-23")
    draft = memory.drafts.of("2026-11-23-A001")
    draft.note, draft.forms = "wants coins", {"interest": {"name": "Mrs Example", "when": "2"}}
    memory.drafts.typed |= {
        "complaint 2026-11-23-A001 text": "The fee was never said.",
        "complaint 2026-11-23-A001 category": "4",
        "C-7K3M9QA close note": "The sign is right now",
        "break": "pouring",
    }
    memory.outbox.add(c.CallNext(3))
    memory.close()
    later = open_memory(tmp_path)
    left = later.begin("2026-11-24")
    assert left is not None
    assert (left.day, left.texts, left.commands) == (
        "2026-11-23",
        (
            ("2026-11-23-A001", "wants coins"),
            ("2026-11-23-A001", "Mrs Example"),
            ("2026-11-23-A001", "The fee was never said."),
            ("C-7K3M9QA", "The sign is right now"),
            ("", "pouring"),
        ),
        (c.CallNext(3),),
    )
    assert later.outbox.head is None
    later.close()
    assert list(tmp_path.glob("*.json")) == []
    again = open_memory(tmp_path)
    assert again.begin("2026-11-24") is None
    again.close()


def test_the_same_day_goes_on(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.begin("2026-11-23")
    memory.outbox.add(c.CallNext(3))
    memory.close()
    later = open_memory(tmp_path)
    assert later.begin("2026-11-23") is None
    assert later.outbox.commands == [c.CallNext(3)]
    later.close()


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"drafts": 3}', b"[]", b'{"unsent": [{"command": {"command": "Fly"}, "key": "k"}]}'],
)
def test_a_damaged_file_or_one_of_another_version_stops_nobody(tmp_path: Path, content: bytes) -> None:
    memory = open_memory(tmp_path)
    memory.drafts.of("A001").note = "x"
    memory.close()
    [path] = tmp_path.glob("*.json")
    path.write_bytes(content)
    later = open_memory(tmp_path)
    assert later.drafts.unfinished() == {}
    assert later.outbox.head is None
    later.close()


def test_two_consoles_of_one_teller_do_not_write_over_each_other(tmp_path: Path) -> None:
    first, second = open_memory(tmp_path), open_memory(tmp_path)
    first.drafts.of("A001").note = "first"
    second.drafts.of("A002").note = "second"
    first.close()
    second.close()
    found = [open_memory(tmp_path), open_memory(tmp_path)]
    assert [memory.drafts.unfinished() for memory in found] == [
        {"A001": Draft(note="first")},
        {"A002": Draft(note="second")},
    ]
    for memory in found:
        memory.close()


def test_a_disk_that_cannot_be_written_is_said_and_stops_nobody(tmp_path: Path) -> None:
    memory = open_memory(tmp_path)
    memory.keep()
    tmp_path.joinpath(next(tmp_path.glob("*.lock")).with_suffix(".part").name).mkdir()
    memory.drafts.of("A001").note = "x"
    memory.keep()
    memory.settle()
    assert memory.failed
    next(tmp_path.glob("*.part")).rmdir()
    memory.drafts.of("A001").note = "xy"
    memory.keep()
    memory.settle()
    assert not memory.failed
    memory.close()


def test_a_disk_that_is_slower_than_our_patience_has_the_last_word_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on, write = threading.Event(), threading.Event(), state_file._write

    def slow(path: Path, content: bytes) -> None:
        begun.set()
        assert goes_on.wait(60)
        write(path, content)

    monkeypatch.setattr(state_file, "_write", slow)
    monkeypatch.setattr(state_file, "PATIENCE_S", 0.0)
    file = StateFile(tmp_path, "slow")
    file.keep(b"first")
    assert begun.wait(60)
    file.keep(b"last")
    file.close()
    goes_on.set()
    file._thread.join(60)
    assert file.read() == b"last"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = open_memory(tmp_path / "file" / "state")
    assert memory.failed
    memory.close()


def test_what_nobody_came_back_for_is_erased_after_a_week(tmp_path: Path) -> None:
    old = StateFile(tmp_path, "old")
    old.keep(b"{}")
    old.close()
    old_at = time.time() - KEPT_S - 60
    os.utime(tmp_path / "old.json", (old_at, old_at))
    StateFile(tmp_path, "new").close()
    assert not (tmp_path / "old.json").exists()
