"""`lobby visits rebuild`: every day anew, from the journal and nothing else."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from lobby.command_line.branch import write_example
from lobby.command_line.visits import visits
from lobby.config import load
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visits import Visits
from tests.builders import KIOSK, MIA, Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A branch with one day that is over."""
    write_example(tmp_path / "branch")
    setup = load(tmp_path / "branch").setup
    with closing(Store.in_folder(tmp_path / "branch")) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=Clock())
        desk.submit(c.Issue("cash"), key="1", actor=KIOSK)
        desk.submit(c.CloseDay(), key="2", actor=MIA)
    return tmp_path / "branch"


def known(folder: Path) -> list[int]:
    """How many steps each projected day has."""
    with closing(Store.in_folder(folder)) as store:
        return [len(day.steps) for day in Visits(store, load(folder).setup.id).days()]


def test_what_was_spoiled_is_made_anew(folder: Path) -> None:
    assert known(folder) == []
    assert CliRunner().invoke(visits, ["rebuild", "--data", str(folder)]).output == "1 day made anew from the journal\n"
    with closing(Store.in_folder(folder)) as store, store.write() as connection:
        connection.execute(text("DELETE FROM past_days"))
    assert known(folder) == []
    answer = CliRunner().invoke(visits, ["rebuild", "--data", str(folder), "--json"])
    assert json.loads(answer.output) == {"days": 1}
    assert known(folder) == [1]


def test_a_branch_without_a_journal_is_told_so_in_one_line(tmp_path: Path) -> None:
    write_example(tmp_path / "new")
    answer = CliRunner().invoke(visits, ["rebuild", "--data", str(tmp_path / "new")])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: nothing was recorded in")
    assert not (tmp_path / "new" / "lobby.db").exists()
