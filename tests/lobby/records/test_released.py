"""Databases and branch files as earlier releases left them: they open, nothing in them is lost or read otherwise.

`released/` holds, for each schema that was ever in use, a database written by the code of that time (two days: served,
missed, cancelled, left over; a complaint), the branch file, and what that code made of it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, MetaData, Table, create_engine

from lobby import records
from lobby.command_line.branch import write_example
from lobby.config import load
from lobby.desk import Desk
from lobby.errors import KeyReused
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.records import schema
from lobby.records.journal import Journal
from lobby.records.store import HEAD, Store
from lobby.records.verdict import verdict
from lobby.records.visits import Visits
from tests.builders import KIOSK, Clock
from tests.lobby.records.branch_folder import BRANCH, run
from tests.postgres import Postgres

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(path.stem for path in RELEASED.glob("*.sql"))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(version: str, place: Path) -> Path:
    """The data folder of a branch as that release left it."""
    write_example(place / "branch")
    shutil.copy(RELEASED / f"{version}.toml", place / "branch" / "branch.toml")
    with closing(sqlite3.connect(place / "branch" / "lobby.db")) as database:
        database.executescript((RELEASED / f"{version}.sql").read_text(encoding="utf-8"))
    return place / "branch"


@pytest.fixture
def made(version: str) -> dict[str, Any]:
    """What the code of that time made of it: rows, hash of the last, tickets of each day, private texts."""
    return dict(json.loads((RELEASED / f"{version}.json").read_text(encoding="utf-8")))


def steps(branch: Branch) -> list[Any]:
    return sorted(
        [
            ticket.id,
            str(ticket.state),
            ticket.language,
            [[s.service, s.queued_at, s.called_at, s.started_at, s.ended_at, s.ended, s.calls] for s in ticket.steps],
        ]
        for ticket in branch.tickets.values()
    )


def by_day(journal: Journal, branch: Branch) -> list[Any]:
    days = []
    for recorded in journal.stream():
        branch.apply(recorded)
        if isinstance(recorded.event, e.DayClosed):
            days.append([branch.day, steps(branch)])
    return [*days, [branch.day, steps(branch)]]


def test_there_is_a_database_of_every_schema_before_this_one() -> None:
    assert [f"{number:04}" for number in range(1, int(HEAD))] == VERSIONS


def test_it_opens_with_its_chain_whole_and_every_day_read_as_it_was(folder: Path, made: dict[str, Any]) -> None:
    setup = load(folder).setup
    with closing(Store.in_folder(folder)) as store:
        found = verdict(store, BRANCH)
        assert (found.whole, found.journal.rows, found.journal.hash.hex()) == (True, made["rows"], made["hash"])
        journal = Journal(store, BRANCH)
        assert by_day(journal, Branch(setup)) == made["days"]
        assert journal.replay(setup) == journal.replay(setup)
        with store.read() as connection:
            assert [row.body for row in connection.execute(schema.people.select())] == made["words"]
            assert connection.execute(schema.staff.select()).one().username == "ann"


def test_its_schema_is_the_one_of_a_new_database(folder: Path, empty_store: Path) -> None:
    def shape(of: Path) -> set[tuple[str, str]]:
        Store.in_folder(of).close()
        with closing(sqlite3.connect(of / "lobby.db")) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {
                (table, str(row[1:])) for table in tables for row in database.execute(f"PRAGMA table_info({table})")
            }
            others = database.execute("SELECT name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'index')")
            return columns | set(others)

    assert shape(folder) == shape(empty_store)


def test_it_goes_on_where_it_was(folder: Path, made: dict[str, Any]) -> None:
    setup, clock = load(folder).setup, Clock(made["days"][-1][1][-1][3][0][1] + 3_600_000)
    with closing(Store.in_folder(folder)) as store:
        desk = Desk(setup, Journal(store, BRANCH), clock=clock)
        with suppress(KeyReused):  # the command has grown a field since then
            again = desk.submit(c.Issue("cash", language="ru"), key="i13", actor=KIOSK).ticket
            assert again is not None
            assert again.number == "A004"
        assert desk.seq == made["rows"], "a retry over the upgrade makes no second ticket"
        issued = desk.submit(c.Issue("cash"), key="new", actor=KIOSK).ticket
        assert issued is not None
        assert issued.number == "A005"
        assert desk.journal.verify() == made["rows"] + 1


def test_its_reports_and_its_backups_are_those_of_any_branch(folder: Path, place: Path, made: dict[str, Any]) -> None:
    with closing(Store.in_folder(folder)) as store:
        journal, setup = Journal(store, BRANCH), load(folder).setup
        Visits(store, BRANCH).project(journal, setup)
        (day,) = Visits(store, BRANCH).days()
    ended = sorted((step.ticket, step.called_at, step.started_at, step.ended_at, step.ended) for step in day.steps)
    assert [(t[0], *t[3][0][2:6]) for t in made["days"][0][1]] == ended
    assert run("report", "--day", "2024-03-05", "--data", folder, "--json").exit_code == 0
    assert run("backup", "--data", folder, "--to", place / "kept").exit_code == 0
    done = run("backup", "drill", "--data", folder, "--from", place / "kept")
    assert done.exit_code == 0, done.output


def as_that_release_left_it(url: str, version: str, folder: Path) -> None:
    """The same rows on PostgreSQL, in the schema of that time."""
    engine, old = create_engine(url), create_engine(f"sqlite:///{folder / 'lobby.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(records.__file__).parent / "migrations"))
    known = MetaData()
    known.reflect(old)
    with engine.begin() as new, old.connect() as connection:
        config.attributes["connection"] = new
        command.upgrade(config, version)
        for table in known.sorted_tables:
            rows = [dict(row) for row in connection.execute(table.select()).mappings()]
            if rows and table.name != "alembic_version":
                there = Table(table.name, MetaData(), autoload_with=new)
                flags = [column.name for column in there.columns if isinstance(column.type, Boolean)]
                new.execute(there.insert(), [row | {name: bool(row[name]) for name in flags} for row in rows])
    engine.dispose()
    old.dispose()


def test_the_same_on_postgresql(version: str, folder: Path, made: dict[str, Any], postgres: Postgres) -> None:
    setup = load(folder).setup
    with postgres.database(migrated=False) as url:
        as_that_release_left_it(url, version, folder)
        with closing(Store(url)) as store:
            found = verdict(store, BRANCH)
            assert (found.whole, found.journal.hash.hex()) == (True, made["hash"])
            assert by_day(Journal(store, BRANCH), Branch(setup)) == made["days"]
            Visits(store, BRANCH).project(Journal(store, BRANCH), setup)
            assert [day.day for day in Visits(store, BRANCH).days()] == ["2024-03-05"]
