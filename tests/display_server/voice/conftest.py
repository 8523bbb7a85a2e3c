"""Fixtures for the tests of the voice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.builders import Clock
from tests.display_server.voice.hall import Hall, a_hall
from tests.display_server.voice.stage import Lobby, a_lobby


@pytest.fixture
def folder(memory_folder: Path, empty_store: Path) -> Iterator[Path]:
    """A branch's data folder with an empty database, where a commit costs nothing."""
    with TemporaryDirectory(dir=memory_folder) as here:
        shutil.copytree(empty_store, Path(here) / "branch")
        yield Path(here) / "branch"


@pytest.fixture
def lobby_with(folder: Path, clock: Clock) -> Callable[..., Lobby]:
    """Makes the lobby, with other screens or another voice than one screen in the hall."""

    def make(*screens: Any, **options: Any) -> Lobby:
        return a_lobby(folder, clock, *screens, **options)

    return make


@pytest.fixture
def lobby(lobby_with: Callable[..., Lobby]) -> Lobby:
    """One screen that speaks in the hall; it is not connected yet."""
    return lobby_with()


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A real server, started once for all tests of the voice that need one."""
    with a_hall(tmp_path_factory.mktemp("voice") / "branch") as opened:
        yield opened
