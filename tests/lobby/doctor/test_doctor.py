"""What the doctor says of the ground a branch stands on: folder, disk, clock, database, mail, backups."""

from __future__ import annotations

import errno
import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from msgspec import structs

from lobby.doctor import disk as disk_room
from lobby.doctor.clock import look_at_clock
from lobby.doctor.database import look_at_database
from lobby.doctor.disk import look_at_disk, look_at_speed
from lobby.doctor.finding import Finding, Patient, examine, good, size, span
from lobby.doctor.folder import look_at_folder
from lobby.doctor.keeping import DAY_MS, look_at_anchors, look_at_backups
from lobby.doctor.machine import look_at_files, look_at_versions
from lobby.doctor.post import look_at_head_office, look_at_mail, look_at_webhooks
from lobby.outbound.cursors import Cursor, Cursors
from lobby.queue import commands as c
from lobby.records.acts import Acts
from lobby.records.journal import Journal
from lobby.records.parcels import Standing, answer
from lobby.records.store import Store
from tests.builders import KIOSK, Clock, a_desk
from tests.lobby.doctor.patients import a_patient, everything_in, states, told
from tests.lobby.outbound.fake_smtp import a_mail_server
from tests.lobby.outbound.receiver import a_receiver, answers


@pytest.fixture
def patient(tmp_path: Path, empty_store: Path) -> Patient:
    return a_patient(tmp_path / "branch", empty_store)


def written(patient: Patient) -> Store:
    return Store.in_folder(patient.folder)


def with_a_ticket(patient: Patient) -> int:
    """Have something happen in the branch; when it did."""
    clock = Clock(patient.now)
    desk = a_desk(patient.folder, clock=clock, setup=patient.config.setup)
    desk.submit(c.Issue("cash"), key="tap", actor=KIOSK)
    return clock.now


# -- findings


def test_a_look_that_fails_is_a_finding_and_the_others_go_on(patient: Patient) -> None:
    def fails(_: Patient) -> NoReturn:
        raise ZeroDivisionError("by nothing\nat all")

    def works(_: Patient) -> Iterator[Finding]:
        yield good("second", "It is well.")

    first, second = examine(patient, [("first", fails), ("second", works)])
    assert (first.subject, first.state) == ("first", "look")
    assert first.says == "could not be looked at: ZeroDivisionError: by nothing"
    assert second.state == "good"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.25, "0.25 seconds"), (61, "1 minute"), (600, "10 minutes"), (7200, "2 hours"), (259200, "3 days")],
)
def test_a_length_of_time_is_said_as_people_do(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_an_amount_of_data_is_said_as_people_do() -> None:
    assert [size(500), size(12_345), size(3.21e9)] == ["500 bytes", "12.3 kB", "3.21 GB"]


# -- the folder


def test_a_folder_of_its_account_alone_is_good(patient: Patient) -> None:
    (patient.folder / "lobby.db").chmod(0o600)
    assert states(look_at_folder(patient)) == ["good"]


def test_a_folder_that_is_open_is_broken_and_what_helps_is_said(patient: Patient) -> None:
    (patient.folder / "lobby.db").chmod(0o600)
    patient.folder.chmod(0o755)
    (found,) = look_at_folder(patient)
    assert (found.state, found.do) == ("broken", f"chmod 700 {patient.folder}")
    patient.folder.chmod(0o750)
    assert states(look_at_folder(patient)) == ["look"]


def test_a_database_that_others_may_read_is_named(patient: Patient) -> None:
    (patient.folder / "lobby.db").chmod(0o644)
    assert told(look_at_folder, patient) == [("look", "lobby.db may be read by others.")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_another_account_are_named(patient: Patient) -> None:
    (patient.folder / "lobby.db").chmod(0o600)
    for number in range(5):
        path = patient.folder / f"left-{number}"
        path.touch()
        os.chown(path, 12345, 12345)
    ((state, says),) = told(look_at_folder, patient)
    assert state == "broken"
    assert "and 2 more" in says


# -- the disk


@pytest.mark.parametrize(("free", "state"), [(100e9, "good"), (1e9, "look"), (50e6, "broken")])
def test_room_on_the_disk_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch, free: float, state: str) -> None:
    usage = type("Usage", (), {"free": free, "total": 200e9})
    monkeypatch.setattr(disk_room.shutil, "disk_usage", lambda _: usage)
    assert states(look_at_disk(patient)) == [state]


def test_a_disk_that_a_year_would_fill_is_to_be_looked_at(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 4e9, "total": 200e9})
    monkeypatch.setattr(disk_room.shutil, "disk_usage", lambda _: usage)
    assert states(look_at_disk(patient)) == ["good"]
    monkeypatch.setattr(disk_room, "grows_bytes_a_year", lambda _: 9e9)
    ((state, says),) = told(look_at_disk, patient)
    assert state == "look"
    assert "9 GB a year" in says


@pytest.mark.parametrize(("took_s", "state"), [(0.001, "good"), (0.1, "look"), (0.9, "broken")])
def test_a_slow_disk_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch, took_s: float, state: str) -> None:
    monkeypatch.setattr(disk_room, "_durable_writes", lambda _: [took_s] * 5)
    assert states(look_at_speed(patient)) == [state]


# -- the clock


def test_a_disk_that_takes_nothing_is_broken(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert told(look_at_speed, patient) == [("broken", "Nothing can be written: No space left on device.")]


def test_a_clock_behind_the_journal_is_broken(patient: Patient) -> None:
    at = with_a_ticket(patient)
    early = a_patient(patient.folder, now=at - 600_000)
    found = [one for one in look_at_clock(early, lambda: "NTPSynchronized=yes")]
    assert states(found) == ["broken", "good"]
    assert "10 minutes behind" in found[0].says


@pytest.mark.parametrize(
    ("said", "state"), [("NTPSynchronized=yes\n", "good"), ("NTPSynchronized=no\n", "look"), ("", "look")]
)
def test_whether_a_time_service_keeps_the_clock_is_told(patient: Patient, said: str, state: str) -> None:
    assert states(look_at_clock(patient, lambda: said)) == ["good", state]


# -- the database


def test_a_whole_database_is_good_and_looking_leaves_nothing(patient: Patient) -> None:
    with_a_ticket(patient)
    before = everything_in(patient.folder)
    assert states(look_at_database(patient)) == ["good"]
    assert everything_in(patient.folder) == before


def test_a_database_that_a_server_has_open_can_be_looked_at(patient: Patient) -> None:
    with closing(written(patient)) as store:
        Acts(store, patient.config.setup.id).note("backup-made", actor="ops", role="operator", at=patient.now)
        assert states(look_at_database(patient)) == ["good"]
        assert states(look_at_backups(patient))[0] == "good"


def test_no_database_yet_is_no_fault(tmp_path: Path) -> None:
    fresh = a_patient(tmp_path / "branch")
    assert states(look_at_database(fresh)) == ["look"]
    assert list(look_at_backups(fresh)) == list(look_at_anchors(fresh)) == []
    assert states(look_at_clock(fresh, lambda: "")) == ["good", "look"]


@pytest.mark.parametrize(("revision", "state"), [("0003", "look"), ("9999", "broken")])
def test_a_database_of_another_version_is_told(patient: Patient, revision: str, state: str) -> None:
    with closing(sqlite3.connect(patient.folder / "lobby.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    assert states(look_at_database(patient)) == [state, "good"]


def test_a_damaged_database_is_broken(patient: Patient) -> None:
    with_a_ticket(patient)
    with closing(sqlite3.connect(patient.folder / "lobby.db")) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
        (page_size,) = database.execute("PRAGMA page_size").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (patient.folder / "lobby.db").open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(struct.pack(">B", 99) * 64)
    found = list(look_at_database(patient))
    assert states(found)[-1] == "broken"
    assert "backup" in found[-1].do
    ((subject, says),) = [(one.subject, one.says) for one in examine(patient, [("clock", look_at_clock)])]
    assert (subject, says) == ("clock", "could not be looked at: the database cannot be read.")


def test_a_file_that_is_no_database_is_broken(patient: Patient) -> None:
    (patient.folder / "lobby.db").write_bytes(b"nothing of the kind" * 100)
    ((state, says),) = told(look_at_database, patient)
    assert (state, says) == ("broken", "It cannot be opened: file is not a database")


def test_a_database_that_may_not_be_opened_is_not_to_be_restored_from_a_backup(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (patient.folder / "lobby.db").chmod(0o600)
    monkeypatch.setattr(os, "access", lambda path, rights: Path(path).suffix != ".db")
    (locked,) = look_at_folder(patient)
    assert (locked.state, locked.says) == ("broken", "lobby.db may not be written by this account.")
    (patient.folder / "lobby.db").write_bytes(b"not to be read" * 100)
    (found,) = look_at_database(patient)
    assert "backup" not in found.do


def on(url: str, patient: Patient) -> Patient:
    server = structs.replace(patient.config.server, database=url)
    return structs.replace(patient, config=structs.replace(patient.config, server=server))


def test_a_postgresql_that_would_not_keep_what_it_is_given_is_broken(patient: Patient, postgres_database: str) -> None:
    there = on(postgres_database, patient)
    with closing(Store(postgres_database)) as store:
        Acts(store, patient.config.setup.id).note("backup-made", actor="ops", role="operator", at=patient.now)
    fsync, pages, size = look_at_database(there)
    assert (fsync.state, pages.state, size.state) == ("broken", "broken", "good")
    assert "fsync is off" in fsync.says, "as it is on the server of the tests"
    assert states(look_at_backups(there)) == ["good", "look"]
    assert states(look_at_clock(there, lambda: "")) == ["good", "look"]


def test_a_postgresql_that_is_away_is_broken_and_its_password_is_not_said(patient: Patient) -> None:
    there = on("postgresql+psycopg://lobby:very-secret@127.0.0.1:1/lobby", patient)
    (found,) = look_at_database(there)
    assert found.state == "broken"
    assert "very-secret" not in found.says + found.do
    assert list(look_at_backups(there)) == []


# -- backups and anchors


@pytest.mark.parametrize(("age_days", "state"), [(1, "good"), (5, "look")])
def test_the_age_of_the_last_backup_is_told(patient: Patient, age_days: int, state: str) -> None:
    with closing(written(patient)) as store:
        acts = Acts(store, patient.config.setup.id)
        for kind in ("backup-made", "backup-drilled", "anchor-made"):
            acts.note(kind, actor="ops", role="operator", at=patient.now - age_days * DAY_MS)
    assert states(look_at_backups(patient)) == [state]
    assert states(look_at_anchors(patient)) == [state]


def test_a_backup_that_nobody_tried_is_to_be_looked_at(patient: Patient) -> None:
    assert states(look_at_backups(patient)) == ["look"]
    with closing(written(patient)) as store:
        Acts(store, patient.config.setup.id).note("backup-made", actor="o", role="operator", at=patient.now)
    made, tried = look_at_backups(patient)
    assert (made.state, tried.state) == ("good", "look")
    assert tried.do.startswith("lobby backup drill")
    _, tried = look_at_backups(msgspec.structs.replace(patient, serve="lobby head-office serve"))
    assert tried.do.startswith("lobby head-office backup drill")


# -- what leaves


def test_mail_is_tried_and_nothing_is_sent(tmp_path: Path) -> None:
    with a_mail_server() as box:
        server = box.setup("manager@bank.example")
        mail = f'\n[mail]\nserver = "{server.host}:{server.port}"\nfrom = "l@bank.example"\n'
        patient = a_patient(tmp_path / "branch", add=mail + 'to = ["m@bank.example"]\nstarttls = false\n')
        assert states(look_at_mail(patient)) == ["good"]
        assert box.got == []
    assert states(look_at_mail(patient)) == ["look"]


def test_without_mail_nothing_is_said_of_it(patient: Patient) -> None:
    assert list(look_at_mail(patient)) == list(look_at_webhooks(patient)) == list(look_at_head_office(patient)) == []


def test_how_webhooks_stand_is_told(tmp_path: Path, empty_store: Path) -> None:
    folder = tmp_path / "branch"
    folder.mkdir()
    (folder / "secret").write_text("whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    (folder / "secret").chmod(0o600)
    hooks = "".join(
        f'\n[[webhooks]]\nname = "{name}"\nurl = "https://{name}.bank.example/"\nevents = ["interaction.*"]\n'
        'secret_file = "secret"\n'
        for name in ("new", "well", "late", "ended")
    )
    patient = a_patient(folder, empty_store, add=hooks)
    with closing(written(patient)) as store:
        cursors = Cursors(store, patient.config.setup.id)
        cursors.put("well", Cursor(1), None)
        cursors.put("late", Cursor(1, failing_since=patient.now - 7_200_000, problem="answered 500"), None)
        cursors.put("ended", Cursor(1, stopped=True, problem="answered 410"), None)
    assert told(look_at_webhooks, patient) == [
        ("look", "new has not begun."),
        ("good", "well takes what it is sent."),
        ("look", "late has taken nothing for 2 hours: answered 500"),
        ("broken", "ended was given up: answered 410"),
    ]


def test_how_much_of_the_journal_the_head_office_has_is_told(tmp_path: Path, empty_store: Path) -> None:
    folder = tmp_path / "branch"
    folder.mkdir()
    token = folder / "token"
    token.write_text("a-token")
    token.chmod(0o600)
    with a_receiver() as office:
        patient = a_patient(folder, empty_store, add=f'\n[head_office]\nurl = "{office.url}"\ntoken_file = "token"\n')
        with_a_ticket(patient)
        with closing(written(patient)) as store:
            last, _ = Journal(store, patient.config.setup.id).head()

        def says(standing: bytes, asked: Patient = patient) -> list[tuple[str, str]]:
            office.behaviours.append(answers(200, standing))
            return told(look_at_head_office, asked)

        assert says(answer(Standing(last))) == [("good", f"It has {last} of {last} rows.")]
        assert says(answer(Standing(0))) == [("look", f"It has 0 of {last} rows.")]
        assert says(answer(Standing(0)), structs.replace(patient, server=1))[0][0] == "good", "they are on their way"
        for other, row in ((Standing(last, forked=1), 1), (Standing(last + 2), last + 1)):
            assert says(answer(other)) == [("broken", f"It holds another version of the journal from row {row} on.")]
        assert says(b"welcome")[0][0] == "broken"
        office.behaviours.append(answers(401))
        ((state, problem),) = told(look_at_head_office, patient)
        assert state == "look"
        assert "401" in problem
        token.chmod(0o640)
        ((state, problem),) = told(look_at_head_office, patient)
        assert (state, "may be read by others" in problem) == ("look", True)


# -- the machine


def test_versions_and_open_files_are_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(look_at_versions(patient)) == ["good"]
    own = a_patient(patient.folder, server=os.getpid())
    monkeypatch.setattr("lobby.doctor.machine.ENOUGH_FILES", 1)
    assert states(look_at_files(own)) == ["good"]
    monkeypatch.setattr("lobby.doctor.machine.ENOUGH_FILES", 2**40)
    assert states(look_at_files(own)) == ["look"]
