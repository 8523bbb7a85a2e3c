"""The database: how it is opened, and a disk that is full, a database that is locked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lobby.desk import Desk
from lobby.errors import LobbyError, StorageBusy, StorageFull, StorageNewer, StorageOlder
from lobby.queue import commands as c
from lobby.queue.branch import Branch
from lobby.records import store as store_module
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import ANN, KIOSK, Clock, a_setup


def test_a_commit_survives_a_power_cut_because_every_connection_says_so(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    for door in (store.read, store.write):
        with door() as connection:
            pragmas = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "secure_delete")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_a_store_is_migrated_once_and_opened_again_as_it_is(tmp_path: Path) -> None:
    with Store.in_folder(tmp_path).read() as connection:
        before = connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).fetchall()
    with Store.in_folder(tmp_path).read() as connection:
        assert connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).fetchall() == before
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == store_module.HEAD


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, empty_store: Path) -> None:
    database = tmp_path / "lobby.db"
    database.write_bytes((empty_store / "lobby.db").read_bytes())
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageNewer, match="newer version"):
        Store.in_folder(tmp_path)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_command_beside_the_server_leaves_a_database_of_an_earlier_version_as_it_is(
    tmp_path: Path, empty_store: Path
) -> None:
    database = tmp_path / "lobby.db"
    database.write_bytes((empty_store / "lobby.db").read_bytes())
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0004'")
    with pytest.raises(StorageOlder, match="earlier version"):
        Store.beside(tmp_path)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]


def test_a_command_beside_the_server_begins_a_database_where_there_is_none(tmp_path: Path) -> None:
    Store.beside(tmp_path).close()
    Store.beside(tmp_path).close()
    assert (tmp_path / "lobby.db").exists()


OPENS_TO_UPGRADE = {
    "lobby/head_office/office_store.py",
    "lobby/records/backup.py",
    "lobby/records/drill.py",
    "lobby/records/restore.py",
    "lobby/records/taken_away.py",
    "lobby/command_line/place.py",
    "lobby/replaying.py",
    "display_server/branch_server.py",
}
"""Servers, and copies that nobody else opens."""


def test_no_other_command_brings_the_branchs_database_to_its_own_version() -> None:
    house = Path(store_module.__file__).parents[2]
    found = {
        path.relative_to(house).as_posix()
        for package in ("lobby", "display_server", "kiosk")
        for path in (house / package).rglob("*.py")
        if "Store.in_folder" in path.read_text(encoding="utf-8")
    }
    assert found == OPENS_TO_UPGRADE


def test_the_migrations_make_the_schema_that_the_code_works_with(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lobby.records.schema import metadata

    with Store.in_folder(tmp_path).read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("name", ["plain", "with space", "50%", "a?b#c", "Hauptstraße", "分行", "a%20b"])
def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    store = Store.in_folder(folder)
    assert Journal(store, "x").count() == 0
    assert (folder / "lobby.db").exists()


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)

    class Stopped(Exception):
        pass

    def write_and_stop() -> None:
        with store.write() as connection:
            connection.execute(text("INSERT INTO people VALUES (:b, :r, :k, 0, 'x')"), {"b": "b", "r": "r", "k": "k"})
            raise Stopped

    with pytest.raises(Stopped):
        write_and_stop()
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar() == 0


def test_an_error_that_is_neither_is_left_as_it_is(tmp_path: Path) -> None:
    store = Store.in_folder(tmp_path)
    with pytest.raises(OperationalError, match="no such table"), store.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


@pytest.mark.parametrize("word", ["full", "locked", "busy", "disk i/o", "no space"])
def test_a_word_in_an_unrelated_error_is_not_taken_for_a_full_or_busy_disk(tmp_path: Path, word: str) -> None:
    """A constraint that names a branch called `full-street` must not read as a full disk."""
    store = Store.in_folder(tmp_path)
    with pytest.raises(OperationalError, match="no such table"), store.read() as connection:
        connection.execute(text(f'SELECT * FROM "{word}-street"'))


# -- locked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock in a test."""
    monkeypatch.setattr(store_module, "BUSY_MS", 50)


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_a_refusal_and_works_again_when_the_lock_is_gone(tmp_path: Path) -> None:
    setup = a_setup()
    desk = Desk(setup, Journal(Store.in_folder(tmp_path), setup.id), clock=Clock())
    desk.submit(c.Issue("cash"), key="1", actor=KIOSK)
    before = desk.state.copy()
    intruder = sqlite3.connect(tmp_path / "lobby.db", isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy):
        desk.submit(c.Issue("cash"), key="2", actor=KIOSK)
    assert desk.state == before
    assert desk.door(KIOSK).board().services[0].waiting == 1  # reading goes on
    intruder.execute("ROLLBACK")
    intruder.close()
    answer = desk.submit(c.Issue("cash"), key="2", actor=KIOSK)
    assert answer.ticket
    assert answer.ticket.number == "A002"
    assert desk.journal.verify() == desk.seq


# -- full


def fill(store: Store, pages: int) -> None:
    """Let the database grow by `pages` pages and no further, on every connection from now on."""
    for engine in (store._readers, store._writers):
        with engine.connect() as connection:
            count = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.execute(text(f"PRAGMA max_page_count = {count + pages}"))
    with store.straight() as straight:
        straight.execute(f"PRAGMA max_page_count = {count + pages}")


def test_a_full_disk_is_a_refusal_nothing_is_half_done_and_the_desk_goes_on_with_room_again(tmp_path: Path) -> None:
    setup = a_setup()
    store = Store.in_folder(tmp_path)
    desk = Desk(setup, Journal(store, setup.id), clock=Clock())
    desk.submit(c.OpenCounter(1), key="open", actor=ANN)
    fill(store, 8)
    answered = []
    refused = 0
    note = "x" * 3000
    for n in range(200):
        try:
            answer = desk.submit(c.Issue("cash"), key=f"issue-{n}", actor=KIOSK)
            answered.append(answer.ticket.number if answer.ticket else "")
            desk.submit(c.RecordInteraction(answered[-1], "asked", note), key=f"note-{n}", actor=ANN)
        except StorageFull:
            refused += 1
            if refused > 3:
                break
    assert refused > 3
    assert answered
    kept = Journal(Store.in_folder(tmp_path), setup.id)
    assert kept.verify() == desk.seq
    assert kept.replay(setup) == desk.state
    assert list(desk.state.numbers) == answered
    fill(store, 10_000)
    answer = desk.submit(c.Issue("cash"), key="room-again", actor=KIOSK)
    assert answer.ticket
    assert answer.ticket.number == f"A{len(answered) + 1:03d}"
    assert desk.journal.verify() == desk.seq


NO_ROOM = """
import resource, signal, sys
from pathlib import Path
from lobby.desk import Desk
from lobby.errors import StorageFull
from lobby.queue import commands as c
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import KIOSK, Clock, a_setup

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
setup = a_setup()
desk = Desk(setup, Journal(Store.in_folder(Path(sys.argv[1])), setup.id), clock=Clock())
desk.submit(c.Issue("cash"), key="first", actor=KIOSK)
size = max(path.stat().st_size for path in Path(sys.argv[1]).glob("lobby.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
refused = 0
for n in range(500):
    try:
        desk.submit(c.Issue("cash"), key=f"k{n}", actor=KIOSK)
    except StorageFull:
        refused += 1
        if refused == 3:
            break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answer = desk.submit(c.Issue("cash"), key="again", actor=KIOSK)
print(refused, answer.ticket.number, desk.seq, desk.journal.verify(), len(desk.state.numbers))
"""


@pytest.mark.slow
def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    """The operating system refuses to let the file grow, in the middle of a write, in a process of its own."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(tmp_path)], capture_output=True, text=True, cwd=root, check=False
    )
    assert done.returncode == 0, done.stderr
    refused, number, seq, verified, numbers = done.stdout.split()
    assert refused == "3"
    assert seq == verified
    assert number == f"A{int(numbers):03d}"
    setup = a_setup()
    again = Journal(Store.in_folder(tmp_path), setup.id)
    assert again.verify() == int(seq)
    assert len(again.replay(setup).numbers) == int(numbers)


def test_a_missing_folder_is_an_error_and_not_a_new_branch(tmp_path: Path) -> None:
    with pytest.raises((OperationalError, LobbyError)):
        Store.in_folder(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_an_empty_journal_folds_to_an_empty_branch(tmp_path: Path) -> None:
    assert Journal(Store.in_folder(tmp_path), "x").replay(a_setup()) == Branch(a_setup())
