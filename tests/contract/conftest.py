"""A branch behind each kind of door, for every test of this folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.houses import HOUSES, House, Visit

logging.getLogger("werkzeug").setLevel(logging.ERROR)


@pytest.fixture(params=HOUSES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with HOUSES[request.param](tmp_path) as house:
        yield house


@pytest.fixture
def do(house: House) -> Visit:
    return Visit(house)
