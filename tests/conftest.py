"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lobby.desk import Desk
from tests.builders import Clock, Room, a_desk, a_room

MEMORY = Path("/dev/shm")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room() -> Room:
    """A branch without a store, on a Tuesday at nine; nothing happened yet."""
    return a_room()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk over a database of its own; `clock` turns its clock."""
    return a_desk(tmp_path, clock=clock)


@pytest.fixture(scope="session")
def memory_folder() -> Iterator[Path]:
    """A folder where a commit costs nothing, if this machine has one: for tests about decisions, not about disks."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)
