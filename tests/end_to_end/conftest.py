"""Branches in processes of their own, each ended by its fixture; and branches without a process, for HTTP alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.builders import Clock
from tests.end_to_end.branch_process import BranchProcess
from tests.end_to_end.house import House, a_house


@pytest.fixture
def a_branch(tmp_path: Path) -> Iterator[Callable[..., BranchProcess]]:
    """Makes branches, not started yet."""
    with ExitStack() as ended:

        def make(name: str = "branch", **options: str | int) -> BranchProcess:
            branch = BranchProcess(tmp_path / name, **options)  # type: ignore[arg-type]
            ended.callback(branch.close)
            return branch

        yield make


@pytest.fixture
def branch(a_branch: Callable[..., BranchProcess]) -> BranchProcess:
    """A branch whose server runs."""
    made = a_branch()
    made.start()
    return made


@pytest.fixture(scope="module")
def shared_branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BranchProcess]:
    """A running branch for all tests of a module."""
    made = BranchProcess(tmp_path_factory.mktemp("shared") / "branch")
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="session")
def empty_branch(memory_folder: Path) -> Path:
    """A folder whose databases are made and empty, so that they need not be made for each test."""
    folder = memory_folder / "empty"
    a_house(folder, Clock()).server.close()
    return folder


@pytest.fixture
def a_house_of(memory_folder: Path, empty_branch: Path, clock: Clock) -> Iterator[Callable[..., House]]:
    """Makes branch servers without a process; the same name is the same folder."""
    with TemporaryDirectory(dir=memory_folder) as here, ExitStack() as closed:

        def make(name: str = "house", **options: Any) -> House:
            made = a_house(Path(here) / name, clock, template=empty_branch, **options)
            closed.callback(made.server.close)
            return made

        yield make


@pytest.fixture
def house(a_house_of: Callable[..., House]) -> House:
    """The example branch, without a process."""
    return a_house_of()
