"""A branch behind each kind of door, for every test of this folder."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.houses import DATABASES, HOUSES, House, Visit

logging.getLogger("werkzeug").setLevel(logging.ERROR)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> str:
    """Where the branch keeps its records: the file in its folder (empty), or the address of a database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_database"))
    shutil.copytree(empty_store, tmp_path, dirs_exist_ok=True)
    return ""


@pytest.fixture(params=HOUSES)
def house(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> Iterator[House]:
    with HOUSES[request.param](tmp_path, database) as house:
        yield house


@pytest.fixture
def do(house: House) -> Visit:
    return Visit(house)
