"""`lobby train` in a terminal of its own: it ends however it is ended, says how it went, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from teller_console.training import practice_branch
from teller_console.training.commands import train
from teller_console.training.practice_branch import GRACE_S, MEAN_MIN, PracticeBranch, for_practice
from tests.end_to_end.branch_process import children, is_alive
from tests.teller_console import terminal
from tests.teller_console.terminal import Terminal


@pytest.mark.parametrize("numbers", ["0", "11", "1,x", ","])
def test_a_situation_that_there_is_not_is_refused(numbers: str) -> None:
    result = CliRunner().invoke(train, ["--situations", numbers])
    assert result.exit_code == 2
    assert "1,3,5" in result.output


def test_a_language_without_words_is_refused() -> None:
    assert CliRunner().invoke(train, ["--language", "xx"]).exit_code == 2


def test_practice_is_shorter_than_a_working_day() -> None:
    said = for_practice("target_min = 10\nmean_service_min = 18\nno_show_grace_s = 30      # and this long\n", hour=9)
    assert said == f"target_min = 10\nmean_service_min = {MEAN_MIN}\nno_show_grace_s = {GRACE_S}      # and this long\n"


@pytest.mark.parametrize(("hour", "begins"), [(3, "15:00"), (4, "16:00"), (12, "00:00"), (23, "11:00")])
def test_no_day_of_the_practice_branch_ends_in_a_lesson(hour: int, begins: str) -> None:
    said = for_practice('day_starts = "04:00"                  # numbers start again\n', hour)
    assert said == f'day_starts = "{begins}"                  # numbers start again\n'


def test_the_example_branch_becomes_a_practice_branch_that_nobody_else_may_read() -> None:
    branch = PracticeBranch()
    folder = branch.folder
    try:
        assert set(branch.mean_s.values()) == {MEAN_MIN * 60.0}
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        branch.close()
    assert not folder.exists()


def test_a_disk_that_is_full_is_said_in_one_line(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(folder: Path) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(practice_branch, "write_example", no_room)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    result = CliRunner().invoke(train, [])
    assert result.exit_code == 1
    assert result.output == "Error: the practice branch cannot be made: No space left on device\n"
    assert list(scratch.iterdir()) == []


# -- in a terminal


class Lesson(Terminal):
    @property
    def pid(self) -> int:
        return self._process.pid

    def ends(self) -> int:
        """Wait for its end; the exit code."""
        return self._process.wait(terminal.PATIENCE_S)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the practice branch is made."""
    made = tmp_path / "scratch"
    made.mkdir()
    monkeypatch.setenv("TMPDIR", str(made))
    monkeypatch.setattr(terminal, "PATIENCE_S", 60.0)  # a whole branch is opened first
    monkeypatch.setattr(terminal, "CONSOLE", [*terminal.CONSOLE[:-1], "train"])
    return made


@pytest.fixture
def lesson(scratch: Path, tmp_path: Path) -> Iterator[tuple[Lesson, int]]:
    """A lesson with its first customer waiting, and its server's process."""
    shown = Lesson("--language", "en", "--situations", "6,4", state=tmp_path / "state")
    shown.sees("A customer is waiting.", "1/2", "An angry customer")
    (server,) = children(shown.pid)
    yield shown, server
    shown.close()
    if is_alive(server):
        os.kill(server, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["\x11", "\x03"], ids=["ctrl+q", "ctrl+c"])
def test_a_key_ends_the_lesson_with_a_word_on_how_it_went(
    lesson: tuple[Lesson, int], scratch: Path, ending: str
) -> None:
    shown, server = lesson
    shown.type(" ")
    shown.sees("stands before you")
    shown.type(ending)
    shown.sees("How it went", "Customers: 1 of 2. Done: 0 of 3.", "A good start.")
    assert shown.ends() == 0
    assert list(scratch.iterdir()) == []
    assert not is_alive(server)


@pytest.mark.slow
def test_a_lesson_that_is_told_to_end_leaves_nothing_behind(lesson: tuple[Lesson, int], scratch: Path) -> None:
    shown, server = lesson
    os.kill(shown.pid, signal.SIGTERM)
    shown.sees("No customer was called this time.")
    assert shown.ends() == 0
    assert list(scratch.iterdir()) == []
    assert not is_alive(server)
