"""A head office's people, trail, backups and doctor, by the commands that a branch has too."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from display_server.head_office.office_server import OfficeServer
from lobby.cli import lobby
from lobby.errors import BranchLocked
from lobby.head_office.folds import Folds
from lobby.head_office.looks import LONG_MS, look_at_branch_clocks, look_at_branches, look_at_parcels, the_office
from lobby.head_office.office_file import EXAMPLE, FILE, load
from lobby.head_office.office_store import TRAIL, office_store
from lobby.records import schema
from lobby.records.acts import Acts
from lobby.records.chain import link
from lobby.records.entries import Entry
from lobby.records.journal import Journal
from lobby.records.parcels import Parcel
from lobby.records.received import Received
from lobby.records.staff import Staff
from lobby.records.store import Store
from lobby.records.tokens import Tokens
from tests.builders import Clock
from tests.lobby.doctor.patients import everything_in, told
from tests.lobby.head_office.branches import NOON, a_day_of, arrive, arrive_rows
from tests.lobby.head_office.branches import rows as rows_of
from tests.lobby.reports.ten_tickets import ten_tickets

Run = Callable[..., Result]


@pytest.fixture
def folder(empty_store: Path, memory_folder: Path, tmp_path: Path) -> Path:
    """An office with two branches, a day each."""
    folder = copytree(empty_store, memory_folder / f"office that is kept of {tmp_path.name}")
    folder.chmod(0o700)
    assert CliRunner().invoke(lobby, ["head-office", "init", str(folder)]).exit_code == 0
    with the_store(folder) as store:
        for room in (ten_tickets(), a_day_of("harbour", [60, 180])):
            arrive(Received(store), room)
        folds = Folds(store, Clock(NOON))
        folds.look()
        folds.close()
    return folder


@contextmanager
def the_store(folder: Path) -> Iterator[Store]:
    with closing(office_store(folder, load(folder))) as store:
        yield store


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(lobby, ["head-office", *map(str, arguments)])


def acts(folder: Path) -> list[tuple[str, str]]:
    with the_store(folder) as store:
        return [(act.kind, act.about) for act in Acts(store, TRAIL).read()]


# -- people and tokens


def test_accounts_are_made_changed_and_ended_and_each_act_is_in_the_trail(folder: Path) -> None:
    added = run("staff", "add", "--data", folder, "--role", "manager", "--name", "Mia", "mia")
    assert added.exit_code == 0, added.output
    refused = run("staff", "add", "--data", folder, "--role", "teller", "--name", "Tom", "tom")
    assert (refused.exit_code, "manager, auditor, administrator" in refused.output) == (2, True)
    with the_store(folder) as store:
        assert Staff(store).check("mia", added.output.strip()).must_change
    for command in (("role", "mia", "auditor"), ("reset", "mia"), ("sign-out", "mia"), ("remove", "mia")):
        done = run("staff", command[0], "--data", folder, *command[1:])
        assert done.exit_code == 0, done.output
    assert run("staff", "list", "--data", folder).output == ""
    kinds = ["staff-added", "staff-role-changed", "staff-reset", "sessions-ended", "staff-disabled"]
    assert acts(folder) == [(kind, "mia") for kind in kinds]


def test_a_token_that_was_stolen_is_ended_and_none_takes_its_place(folder: Path) -> None:
    token = run("renew-token", "--data", folder, "harbour").output.strip()
    assert run("end-token", "--data", folder, "harbour").output.startswith("harbour: 1 ended")
    assert run("end-token", "--data", folder, "elsewhere").exit_code == 1
    with the_store(folder) as store:
        assert Tokens(store).holder(token, NOON) is None
    assert acts(folder) == [("token-rotated", "harbour"), ("token-revoked", "harbour")]


# -- the records


def test_the_trail_and_every_journal_are_checked_and_an_anchor_proves_the_trail_later(folder: Path) -> None:
    run("staff", "add", "--data", folder, "--role", "auditor", "--name", "Ann", "ann")
    anchor = run("audit", "anchor", "--data", folder).output.strip()
    assert anchor.startswith("anchor %28head%20office%29 ")
    good = run("audit", "verify", "--data", folder, "--anchor", anchor)
    assert good.exit_code == 0, good.output
    assert "rows of 2 journals, unbroken" in good.output
    assert "records-verified" in run("audit", "trail", "--data", folder, "--json").output
    with closing(sqlite3.connect(folder / "lobby.db")) as database, database:
        database.execute("DROP TRIGGER events_no_update")
        database.execute("UPDATE events SET at = at + 1 WHERE branch = 'harbour' AND seq = 2")
    bad = run("audit", "verify", "--data", folder)
    assert bad.exit_code == 1
    assert "harbour: the journal is broken: row 2 is not as written" in bad.output


# -- backups


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What belongs to the branches, and the accounts."""
    tables = (schema.events, schema.chain_branches, schema.past_days, schema.visits, schema.set_aside, schema.staff)
    with the_store(folder) as store, store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables
        }


def test_an_office_comes_back_with_all_its_branches_and_they_go_on(folder: Path, tmp_path: Path) -> None:
    run("staff", "add", "--data", folder, "--role", "auditor", "--name", "Ann", "ann")
    done = run("backup", "--data", folder, "--to", tmp_path / "kept")
    assert done.exit_code == 0, done.output
    assert "rows of 2 journals, unbroken" in done.output
    (path,) = (tmp_path / "kept").iterdir()
    drilled = run("backup", "drill", "--data", folder, "--from", tmp_path / "kept")
    assert drilled.exit_code == 0, drilled.output
    assert "on 2 of 2 days that are over" in drilled.output
    done = run("restore", path, "--data", tmp_path / "back")
    assert done.exit_code == 0, done.output
    assert rows(tmp_path / "back") == rows(folder)
    assert (tmp_path / "back" / FILE).read_bytes() == (folder / FILE).read_bytes()
    assert acts(tmp_path / "back")[-1] == ("backup-restored", "")
    with the_store(tmp_path / "back") as store:
        again = arrive(Received(store), a_day_of("station", [60]))
        assert again.seq > 0
        assert Journal(store, "harbour").verify() > 0
    assert run("restore", path, "--data", tmp_path / "back").exit_code == 1, "there is one already"
    assert CliRunner().invoke(lobby, ["restore", str(path), "--data", str(tmp_path / "no")]).exit_code == 1


def test_tokens_that_were_ended_since_the_backup_stay_ended(folder: Path, tmp_path: Path) -> None:
    stolen = run("renew-token", "--data", folder, "harbour").output.strip()
    run("backup", "--data", folder, "--to", tmp_path)
    run("end-token", "--data", folder, "harbour")
    (path,) = tmp_path.glob("head-office-*")
    done = run("restore", path, "--data", tmp_path / "back", "--former", folder)
    assert done.exit_code == 0, done.output
    with the_store(tmp_path / "back") as store:
        assert Tokens(store).holder(stolen, NOON) is None


def test_a_drill_finds_what_is_other_in_the_office_that_lives(folder: Path, tmp_path: Path) -> None:
    run("backup", "--data", folder, "--to", tmp_path)
    with closing(sqlite3.connect(folder / "lobby.db")) as database, database:
        database.execute("DROP TRIGGER events_no_update")
        database.execute("UPDATE events SET hash = zeroblob(32) WHERE branch = 'test-branch'")
    drilled = run("backup", "drill", "--data", folder, "--from", tmp_path)
    assert drilled.exit_code == 1
    assert "another journal or audit trail than the backup: test-branch" in drilled.output


def test_a_journal_that_gave_way_since_the_backup_is_named_and_no_fault(folder: Path, tmp_path: Path) -> None:
    run("backup", "--data", folder, "--to", tmp_path)
    with the_store(folder) as store:
        received, journal = Received(store), Journal(store, "harbour")
        last = journal.head()[0]
        kept = Parcel(last - 1, journal.hash_of(last - 1) or b"", 0, NOON, lost=True)
        received.take("harbour", kept, NOON)
        received.give_way("harbour", 2 * 10**12)
        assert received.take("harbour", kept, 2 * 10**12).seq == last - 1
    drilled = run("backup", "drill", "--data", folder, "--from", tmp_path)
    assert "the journal of harbour gave way to another since" in drilled.output
    assert drilled.exit_code == 0, drilled.output


def test_a_journal_of_a_newer_version_keeps_nobody_from_trying_the_others(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    newer = a_day_of("newer", [60])
    *made, last = rows_of("newer", newer.history)
    body = last.body.replace("DayClosed", "DayRenamed")
    hashed = link(made[-1].hash, "newer", last.seq, last.at, last.actor, body)
    made.append(Entry(last.seq, last.at, "DayRenamed", last.actor, body, hashed))
    with the_store(folder) as store:
        arrive_rows(Received(store), newer.branch.setup, made)
    run("backup", "--data", folder, "--to", tmp_path)
    drilled = run("backup", "drill", "--data", folder, "--from", tmp_path)
    assert drilled.exit_code == 0, drilled.output
    assert "the journal of newer cannot be read by this version" in drilled.output
    assert "on 2 of 2 days that are over" in drilled.output
    assert caplog.records[-1].levelname == "ERROR"
    with closing(sqlite3.connect(folder / "lobby.db")) as database, database:  # what lives is no fault of the backup's
        database.execute("DROP TRIGGER events_no_update")
        database.execute("UPDATE events SET body = '{}' WHERE branch = 'harbour' AND seq = 2")
        database.execute("DELETE FROM past_days WHERE branch = 'harbour'")
    assert run("backup", "drill", "--data", folder, "--from", tmp_path).exit_code == 1


def test_a_backup_that_was_changed_is_not_restored(folder: Path, tmp_path: Path) -> None:
    run("backup", "--data", folder, "--to", tmp_path)
    (path,) = tmp_path.glob("head-office-*")
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path / "inside", filter="data")
    (tmp_path / "inside" / "files" / FILE).write_text("[head_office]\nname = 'Ours'\n", encoding="utf-8")
    manifest = (tmp_path / "inside" / "manifest.json").read_bytes()
    assert len(json.loads(manifest)["anchors"]) == 2
    with tarfile.open(path, "w:gz") as archive:
        for name in ("lobby.db", f"files/{FILE}", "manifest.json"):
            archive.add(tmp_path / "inside" / name, name)
    assert run("restore", path, "--data", tmp_path / "back").exit_code == 1
    assert not (tmp_path / "back").exists()


def test_an_office_moves_to_postgresql_and_back(folder: Path, tmp_path: Path, postgres_database: str) -> None:
    run("backup", "--data", folder, "--to", tmp_path)
    (path,) = tmp_path.glob("head-office-*")
    moved = run("restore", path, "--data", tmp_path / "moved", "--database", postgres_database)
    assert moved.exit_code == 0, moved.output
    assert f"under [head_office] in {tmp_path / 'moved' / FILE}" in moved.output
    file = tmp_path / "moved" / FILE
    file.write_text(file.read_text(encoding="utf-8").replace("[server]", f'database = "{postgres_database}"\n[server]'))
    assert rows(tmp_path / "moved") == rows(folder)
    with the_store(tmp_path / "moved") as store, store.read() as connection:
        cut = connection.exec_driver_sql("SELECT relkind FROM pg_class WHERE relname = 'events'").scalar_one()
    assert cut in ("p", b"p")
    done = run("backup", "--data", tmp_path / "moved", "--to", tmp_path / "again")
    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "again").iterdir()
    assert run("restore", path, "--data", tmp_path / "back", "--database", "sqlite").exit_code == 0
    assert load(tmp_path / "back").database == ""
    assert rows(tmp_path / "back") == rows(folder)


def test_one_server_looks_at_a_database_and_others_only_take(
    tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = EXAMPLE.replace("[server]", f'database = "{postgres_database}"\npartitions = 2\n[server]')
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    servers = [OfficeServer(tmp_path, taking_only=taking_only) for taking_only in (False, True, True, False)]
    try:
        for server in servers[:3]:
            server.claim(lambda run: None)
        monkeypatch.setattr("lobby.records.serving.ENDING_S", 0.0)
        with pytest.raises(BranchLocked):
            servers[3].claim(lambda run: None)
        servers[0].close()
        monkeypatch.setattr("lobby.records.serving.ENDING_S", 60.0)  # the database lets go in its own time
        servers[3].claim(lambda run: None)
    finally:
        for server in servers:
            server.close()


# -- the doctor


def test_the_doctor_changes_nothing_and_says_when_there_was_never_a_backup(folder: Path) -> None:
    (folder / "lobby.db").chmod(0o600)
    before = everything_in(folder)
    done = run("doctor", "--data", folder, "--json", "--port", "1")
    assert everything_in(folder) == before
    found = {(one["subject"], one["state"]): one for one in json.loads(done.output)["findings"]}
    assert found["backup", "look"]["do"].startswith("systemctl enable --now lobby-head-office-backup.timer")
    assert ("database", "good") in found
    assert ("file", "good") in found
    (folder / FILE).write_text("[head_office]\n", encoding="utf-8")
    assert run("doctor", "--data", folder).exit_code == 1


def test_the_doctor_names_branches_that_are_silent_forked_or_never_came(folder: Path) -> None:
    with the_store(folder) as store:
        received = Received(store)
        received.add("airport")
        received.take("test-branch", Parcel(0, bytes(32), 0, NOON + 2 * LONG_MS + 200_000), NOON + 2 * LONG_MS)
        patient = the_office(folder, load(folder), NOON + 2 * LONG_MS + 1)
        assert told(look_at_branches, patient) == [
            ("look", "Never heard of: airport."),
            ("look", "Not heard of for 2 hours and less: harbour."),
        ]
        assert told(look_at_branch_clocks, patient) == [("look", "Another time than here: test-branch.")]
        journal = Journal(store, "harbour")
        last = journal.head()[0]
        received.take("harbour", Parcel(last - 1, journal.hash_of(last - 1) or b"", 0, NOON, lost=True), NOON)
        assert told(look_at_branches, patient)[0] == ("broken", "Two versions of the journal: harbour.")


def test_the_doctor_names_whose_parcels_were_refused_within_a_day(folder: Path) -> None:
    patient = the_office(folder, load(folder), NOON)
    assert told(look_at_parcels, patient) == []
    with the_store(folder) as store:
        for at in (NOON - 25 * 3600_000, NOON - 3600_000):
            about = "old" if at < NOON - 24 * 3600_000 else "harbour"
            Acts(store, TRAIL).note("head-office-parcel-refused", actor=about, role="branch", at=at, about=about)
    assert told(look_at_parcels, patient) == [("look", "Refused within the last day: harbour.")]
