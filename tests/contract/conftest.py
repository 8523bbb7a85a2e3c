"""A branch behind each kind of door, for every test of this folder."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.houses import HOUSES, House, Visit

logging.getLogger("werkzeug").setLevel(logging.ERROR)


@pytest.fixture(params=HOUSES)
def house(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path) -> Iterator[House]:
    shutil.copytree(empty_store, tmp_path, dirs_exist_ok=True)
    with HOUSES[request.param](tmp_path) as house:
        yield house


@pytest.fixture
def do(house: House) -> Visit:
    return Visit(house)
