"""A console at counter 3 of the example branch, through a line that can be cut."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from textual.notifications import Notification

from lobby.config import load
from lobby.desk import Desk
from teller_console import seen, state_file
from teller_console.clock import BranchClock
from teller_console.screens import following
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.sending import Sending
from tests.builders import Clock, a_desk, moment
from tests.teller_console.care_stage import CareStage
from tests.teller_console.stage import Stage


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The console's pauses, shortened."""
    monkeypatch.setattr(Sending, "RETRY_S", 0.02)
    monkeypatch.setattr(following, "REFETCH_S", 0.05)
    monkeypatch.setattr(following, "SOON_S", 0.02)


@pytest.fixture(autouse=True)
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may take its time: between two words of the branch its clock stands still, what was said stays, and
    disks are waited for."""
    monkeypatch.setattr(seen, "BranchClock", lambda: BranchClock(steady=lambda: 0.0))
    monkeypatch.setattr(Notification, "time_left", 1000.0)
    monkeypatch.setattr(state_file, "PATIENCE_S", 60.0)


@pytest.fixture
def example_desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The example branch over a database of its own."""
    with (tmp_path / "branch.toml").open("wb") as file:
        file.write(files("lobby.examples").joinpath("branch.toml").read_bytes())
    desk = a_desk(tmp_path, clock=clock, setup=load(tmp_path).setup)
    yield desk
    desk.close()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CareStage]:
    """The example branch with its answers, standards and templates, on a Monday morning."""
    monkeypatch.setattr(CareScreen, "AGAIN_S", 0.02)
    room = CareStage(tmp_path, Clock(moment("2026-11-23 10:00")))
    yield room
    room.desk.close()


@pytest.fixture
def stage(example_desk: Desk, clock: Clock) -> Stage:
    return Stage(example_desk, clock)
