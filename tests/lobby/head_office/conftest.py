"""A head office's database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from lobby.records.received import Received
from lobby.records.store import Store


@pytest.fixture
def store(empty_store: Path, memory_folder: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store.in_folder(copytree(empty_store, memory_folder / f"office of {tmp_path.name}"))
    yield store
    store.close()


@pytest.fixture
def received(store: Store) -> Received:
    return Received(store)
