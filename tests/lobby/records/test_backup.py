"""A backup holds everything, is never half, and comes back as it was."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sqlite3
import tarfile
import threading
import tomllib
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.care.events import ComplaintReceived
from lobby.config import load
from lobby.desk import Desk
from lobby.errors import BranchLocked
from lobby.queue import commands as c
from lobby.queue.outlook import Foreseen, Outlook
from lobby.records import archive, schema
from lobby.records.acts import Acts
from lobby.records.archive import BadBackup, read_archive
from lobby.records.backup import backups, make_backup
from lobby.records.chain import link
from lobby.records.erasures import Erasures, erased, list_of
from lobby.records.journal import Journal
from lobby.records.kept import A_BRANCH
from lobby.records.not_written import NotWritten
from lobby.records.restore import _forget_database, restore
from lobby.records.staff import Staff
from lobby.records.store import Store
from lobby.records.taken_away import NotTheFormer
from lobby.records.tokens import DEVICE, SESSION, Tokens
from lobby.records.visits import Visits
from tests.builders import KIOSK, TUESDAY, Clock
from tests.fuzz.cases import cases
from tests.lobby.records.branch_folder import BRANCH, WORDS, copy_of, forge, live_through_days, run

LATER = TUESDAY + 5 * 86_400_000
SESSION_MS = 3_600_000


@pytest.fixture(scope="module")
def lived(memory_folder: Path) -> Path:
    folder = memory_folder / "kept"
    live_through_days(folder, Clock())
    (folder / "secrets").mkdir()
    (folder / "secrets" / "hook").write_text("whsec_x", encoding="utf-8")
    (folder / "spool.db").write_text("slips", encoding="utf-8")
    (folder / "printed").mkdir()
    (folder / "printed" / "slip.png").write_bytes(b"x")
    return folder


@pytest.fixture
def folder(lived: Path, place: Path) -> Path:
    return copy_of(lived, place / "branch")


@pytest.fixture(scope="module")
def kept(lived: Path, memory_folder: Path) -> Path:
    """A backup of the branch."""
    return back_up(lived, memory_folder / "a backup")


def rows(folder: Path, url: str = "") -> dict[str, list[Any]]:
    """All that is in the database, but for the trail, in which each command leaves a line."""
    with closing(Store.in_folder(folder, url)) as store, store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
            for table in schema.metadata.sorted_tables
            if table.name != "acts"
        }


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if not path.name.startswith("lobby.db")}


def back_up(folder: Path, to: Path) -> Path:
    with closing(Store.in_folder(folder)) as store:
        return make_backup(folder, store, BRANCH, to, LATER).path


def the_complaint(folder: Path) -> str:
    with closing(Store.in_folder(folder)) as store:
        events = [recorded.event for recorded in Journal(store, BRANCH).stream()]
    return next(event.complaint for event in events if isinstance(event, ComplaintReceived))


def bring_back(path: Path, folder: Path, former: Store | None = None, database: str = "") -> Any:
    return restore(path, folder, LATER + 1, actor="root", role="operator", former=former, database=database)


def test_a_branch_comes_back_with_every_row_and_every_file_of_its_own(folder: Path, place: Path) -> None:
    done = run("backup", "--data", folder, "--to", place / "kept")
    assert done.exit_code == 0, done.output
    (path,) = backups(place / "kept", BRANCH)
    assert path.stat().st_mode & 0o777 == 0o600
    done = run("restore", path, "--data", place / "back")
    assert done.exit_code == 0, done.output
    assert rows(place / "back") == rows(folder)
    own = {name: content for name, content in files(folder).items() if not name.startswith(("spool.db", "printed"))}
    assert files(place / "back") == own
    assert "secrets/hook" in own
    assert all(path.stat().st_mode & 0o077 == 0 for path in (place / "back").rglob("*"))
    assert run("audit", "verify", "--data", place / "back").exit_code == 0
    with closing(Store.in_folder(place / "back")) as store:
        kinds = [act.kind for act in Acts(store, BRANCH).read()][-3:]
    assert kinds == ["backup-made", "backup-restored", "records-verified"]


def test_a_restored_branch_goes_on_and_knows_what_it_had_answered(folder: Path, place: Path) -> None:
    bring_back(back_up(folder, place), place / "back")
    setup, clock = load(place / "back").setup, Clock(TUESDAY + 2 * 86_400_000 + 3 * 3_600_000)
    with closing(Store.in_folder(place / "back")) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=clock)
        before = desk.seq
        assert desk.door(KIOSK).submit(c.Issue("cash"), key="tap 2 0").ticket.number == "A001"  # type: ignore[union-attr]
        assert desk.seq == before
        assert desk.door(KIOSK).submit(c.Issue("cash"), key="new").ticket.number == "A004"  # type: ignore[union-attr]
        assert desk.journal.verify() == before + 1


def test_a_backup_under_load_is_a_branch_as_it_was_at_one_moment(folder: Path, place: Path) -> None:
    setup, stop = load(folder).setup, threading.Event()
    with closing(Store.in_folder(folder)) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=Clock(LATER))
        ticket = desk.door(KIOSK).submit(c.Issue("cash"), key="first").ticket
        assert ticket is not None

        def taps(name: str) -> None:
            tap = 0
            while not stop.is_set():
                desk.door(KIOSK).submit(c.Reprint(ticket.id), key=f"{name} {tap}")
                tap += 1

        tapping = [threading.Thread(target=taps, args=(f"kiosk {number}",)) for number in range(3)]
        for thread in tapping:
            thread.start()
        try:
            begun = desk.seq
            with closing(Store.in_folder(folder)) as own:
                made = [make_backup(folder, own, BRANCH, place / str(one), LATER) for one in range(3)]
            ended = desk.seq
        finally:
            stop.set()
            for thread in tapping:
                thread.join()
        for backup in made:
            assert backup.verdict.whole
            assert begun <= backup.verdict.journal.rows <= ended
        assert ended > begun, "the branch went on meanwhile"
        bring_back(made[-1].path, place / "back")
        with closing(Store.in_folder(place / "back")) as back:
            kept = Journal(back, BRANCH)
            assert kept.read() == desk.journal.read(limit=made[-1].verdict.journal.rows)
            assert len(kept.receipts(0)) == len([r for r in desk.journal.receipts(0) if r.seq <= kept.head()[0]])


def test_only_the_youngest_are_kept_and_none_of_another_branch(folder: Path, place: Path) -> None:
    for name in (f"{BRANCH}-20200101T000000Z", f"{BRANCH}-20200102T000000Z", f"{BRANCH}-2-20200102T000000Z"):
        (place / f"{name}.lobby.tar.gz").write_bytes(b"x")
    done = run("backup", "--data", folder, "--to", place, "--keep", "2")
    assert done.exit_code == 0, done.output
    old, _ = backups(place, BRANCH)
    assert old.name.startswith(f"{BRANCH}-20200102")
    assert len(backups(place, f"{BRANCH}-2")) == 1


def test_the_backup_just_made_is_kept_beside_one_of_a_wrong_clock(folder: Path, place: Path) -> None:
    wrong = place / f"{BRANCH}-21060207T000000Z.lobby.tar.gz"
    wrong.write_bytes(b"x")
    done = run("backup", "--data", folder, "--to", place, "--keep", "1")
    (left,) = backups(place, BRANCH)
    assert (done.exit_code, left == wrong) == (0, False)


def test_what_a_link_hides_is_named_as_left_out(folder: Path, place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (folder / "pictures").symlink_to(elsewhere, target_is_directory=True)
    (folder / "gone.txt").symlink_to(place / "nowhere")
    done = run("backup", "--data", folder, "--to", place)
    assert done.exit_code == 1
    for name in ("pictures", "gone.txt"):
        assert f"{name} could not be read and is not in it" in done.output


def test_two_backups_of_the_same_second_do_not_take_each_others_file(folder: Path, place: Path) -> None:
    with closing(Store.in_folder(folder)) as store:
        made = make_backup(folder, store, BRANCH, place, LATER)
        under_way = made.path.with_name(f".{made.path.name}.partial")
        under_way.write_bytes(b"half of another's")
        with pytest.raises(NotWritten):
            make_backup(folder, store, BRANCH, place, LATER)
    assert under_way.read_bytes() == b"half of another's"


@pytest.mark.parametrize("how", ["a database that grows without end", "a manifest without end"])
def test_no_backup_fills_the_disk_of_an_open_branch(place: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, name = place / "x.lobby.tar.gz", "lobby.db" if "database" in how else "manifest.json"
    monkeypatch.setattr(archive, "LARGEST_MANIFEST", 1000)
    with tarfile.open(path, "w:gz") as bomb:
        info = tarfile.TarInfo(name)
        info.size = 2**50 if name == "lobby.db" else 1001
        bomb.addfile(info, io.BytesIO(bytes(1001)) if info.size == 1001 else None)
    done = run("restore", path, "--data", place / "back")
    assert done.exit_code == 1
    assert ("no room for" if name == "lobby.db" else "too large") in done.output
    assert [left.name for left in place.iterdir()] == [path.name]


def test_where_the_records_are_broken_nothing_old_is_deleted(folder: Path, place: Path) -> None:
    (place / f"{BRANCH}-20200101T000000Z.lobby.tar.gz").write_bytes(b"x")
    forge(folder, "DELETE FROM events WHERE seq = 4")
    done = run("backup", "--data", folder, "--to", place, "--keep", "1")
    assert (done.exit_code, "the journal is broken: row 4 is missing" in done.output) == (1, True)
    assert len(backups(place, BRANCH)) == 2


def test_a_backup_inside_of_the_data_folder_does_not_hold_itself(folder: Path) -> None:
    first = back_up(folder, folder / "backups")
    with closing(Store.in_folder(folder)) as store:
        second = make_backup(folder, store, BRANCH, folder / "backups", LATER + 60_000)
    assert first.name not in " ".join(second.manifest.members)


def test_what_cannot_be_written_leaves_nothing_behind(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run("backup", "--data", folder, "--to", place / "kept")
    assert (done.exit_code, "cannot be written: No space left on device" in done.output) == (1, True)
    assert not list((place / "kept").iterdir())


def test_what_a_killed_backup_has_left_is_gone_with_the_next_after_a_day(folder: Path, place: Path) -> None:
    to = place / "kept"
    for name, age_s in ((".backup-old", 90_000), (".backup-new", 60), (".a.lobby.tar.gz.partial", 90_000)):
        (to / name).mkdir(parents=True) if name.startswith(".backup") else (to / name).write_bytes(b"x")
        os.utime(to / name, (LATER / 1000 - age_s,) * 2)
    back_up(folder, to)
    assert [left.name for left in to.iterdir() if left.name.startswith(".")] == [".backup-new"]


def spoiled(path: Path, how: str) -> Path:
    """The backup as a bad disk or somebody's hand would leave it."""
    content = path.read_bytes()
    if how == "cut off":
        path.write_bytes(content[: len(content) // 2])
    elif how == "a flipped bit":
        plain = bytearray(gzip.decompress(content))
        plain[plain.index(b"main-street")] ^= 1
        path.write_bytes(gzip.compress(bytes(plain), 1))
    elif how == "no archive":
        path.write_bytes(b"nothing")
    elif how == "empty":
        path.write_bytes(b"")
    else:
        rewritten(path, how)
    return path


def rewritten(path: Path, how: str) -> None:
    with tarfile.open(path) as archive:
        members = {info.name: archive.extractfile(info).read() for info in archive}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    if how == "a file is missing":
        del members["files/branch.toml"]
    elif how == "a file too many":
        members["files/extra"] = b"x"
    elif how == "another database":
        members["files/lobby.db"] = members["lobby.db"]
        manifest["members"]["files/lobby.db"] = manifest["members"]["lobby.db"]
    elif how == "no branch file":
        del members["files/branch.toml"], manifest["members"]["files/branch.toml"]
    elif how == "outside":
        members["files/../../x"] = b"x"
    elif how == "another format":
        manifest["format"] = 9
    if how != "no manifest":
        members["manifest.json"] = msgspec.json.encode(manifest)
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, content in members.items():
            scratch = path.with_name("member")
            scratch.write_bytes(content)
            archive.add(scratch, name)


HOW = ("cut off", "a flipped bit", "no archive", "empty", "a file is missing", "a file too many", "outside",
       "another format", "no manifest", "another database", "no branch file")  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_a_backup_that_is_not_as_it_was_made_brings_nothing_back(kept: Path, place: Path, how: str) -> None:
    path = spoiled(Path(shutil.copy(kept, place / kept.name)), how)
    done = run("restore", path, "--data", place / "back")
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {path}")
    assert not (place / "back").exists()
    assert not [left for left in place.iterdir() if left.name.startswith(".")]


@cases(30)
@given(st.integers(0, 2**30), st.integers(1, 255), st.booleans())
def test_a_backup_with_any_damage_is_refused_or_every_byte_is_there(
    kept: Path, place: Path, at: int, change: int, cut: bool
) -> None:
    content = bytearray(kept.read_bytes())
    at %= len(content)
    if cut:
        del content[at:]
    else:
        content[at] ^= change
    (place / "damaged").write_bytes(content)
    with TemporaryDirectory(dir=place) as whole, TemporaryDirectory(dir=place) as into:
        read_archive(kept, Path(whole))
        with suppress(BadBackup):  # a fill byte, or the date of the archive, is nobody's loss
            read_archive(place / "damaged", Path(into))
            assert files(Path(into)) == files(Path(whole))


def test_nothing_is_restored_over_something(kept: Path, place: Path) -> None:
    (place / "here").mkdir()
    (place / "here" / "letter").write_text("Dear Ann", encoding="utf-8")
    done = run("restore", kept, "--data", place / "here")
    assert (done.exit_code, "is not empty" in done.output) == (1, True)
    assert files(place / "here") == {"letter": b"Dear Ann"}
    (place / "empty").mkdir()
    assert run("restore", kept, "--data", place / "empty").exit_code == 0


def test_a_branch_moves_to_postgresql_and_back_by_its_backups(
    kept: Path, lived: Path, place: Path, postgres_database: str
) -> None:
    done = run("restore", kept, "--data", place / "moved", "--database", postgres_database)
    assert done.exit_code == 0, done.output
    assert "Write the address of the database as database under [server]" in done.output
    assert postgres_database not in done.output, "an address may hold a password"
    assert not list((place / "moved").glob("lobby.db*"))
    assert rows(place / "moved", postgres_database) == rows(lived)
    refused = run("restore", kept, "--data", place / "twice", "--database", postgres_database)
    assert (refused.exit_code, "has rows of main-street already" in refused.output) == (1, True)
    with closing(Store(postgres_database)) as store:
        made = make_backup(place / "moved", store, BRANCH, place, LATER)
    assert made.verdict.whole
    bring_back(made.path, place / "back", database="sqlite")
    assert rows(place / "back") == rows(lived)
    assert run("audit", "verify", "--data", place / "back").exit_code == 0


def test_nothing_is_restored_under_a_server_that_runs(
    kept: Path, place: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its branch has no row yet."""
    from lobby.records import serving

    with closing(Store(postgres_database)) as store:
        other = serving.Serving(store.url, BRANCH, shared=True)
        with closing(other), monkeypatch.context() as hasty:
            hasty.setattr(serving, "ENDING_S", 0.1)
            refused = run("restore", kept, "--data", place / "moved", "--database", postgres_database)
        assert isinstance(refused.exception, BranchLocked)
        assert not (place / "moved").exists()
    assert run("restore", kept, "--data", place / "moved", "--database", postgres_database).exit_code == 0


@pytest.mark.parametrize(
    ("server", "left"),
    [
        ('[server]\ndatabase = "sqlite:///LIVE"\nshared = false\n', {}),
        ('[server]\nsession_hours = 9\n  database="sqlite:///LIVE"  # the live one\n', {"session_hours": 9}),
        ('server = { database = "sqlite:///LIVE" }\n', {"database": "sqlite:///LIVE"}),
    ],
)
def test_a_copy_in_a_file_no_longer_names_the_live_database(
    tmp_path: Path, server: str, left: dict[str, object]
) -> None:
    rest = '[branch]\nnote = """\nour database\n"""\n'
    (tmp_path / "branch.toml").write_text(server + rest, encoding="utf-8")
    assert _forget_database(tmp_path, A_BRANCH) == ("database" not in left)
    found = tomllib.loads((tmp_path / "branch.toml").read_text(encoding="utf-8"))
    assert found == {"server": left, "branch": {"note": "our database\n"}}


def test_what_was_taken_away_since_stays_away(folder: Path, place: Path) -> None:
    with closing(Store.in_folder(folder)) as store:
        tokens, staff = Tokens(store), Staff(store)
        lost, kept = (tokens.create(DEVICE, name, "kiosk", LATER) for name in ("lost", "kept"))
        session = tokens.create(SESSION, "ann", "teller", LATER, SESSION_MS)
        for name in ("ann", "bob"):
            staff.add(name, name.title(), "teller", LATER)
        path = make_backup(folder, store, BRANCH, place, LATER).path
        tokens.revoke(lost, LATER)
        staff.disable("bob", LATER)
    assert run("person", "erase", "--data", folder, the_complaint(folder)).exit_code == 0
    without = run("restore", path, "--data", place / "without")
    assert "Not known here is what was taken away after 2024-03-10" in without.output, without.output
    assert WORDS in str(rows(place / "without")["people"]), "nothing else knows that they were erased"
    done = run("restore", path, "--data", place / "back", "--former", folder)
    assert "taken away again: 1 private texts, 1 tokens, 1 accounts" in done.output, done.output
    assert rows(place / "back")["people"] == []
    assert WORDS.encode() not in (place / "back" / "lobby.db").read_bytes()
    with closing(Store.in_folder(place / "back")) as store:
        assert Tokens(store).holder(kept, LATER + 2) is not None
        assert Tokens(store).holder(lost, LATER + 2) is None
        assert Tokens(store).holder(session, LATER + 2) is None, "everybody signs in anew"
        assert {member.username for member in Staff(store).members()} == {"ann"}


@pytest.mark.parametrize("where", ["the former folder", "another machine", "beside the backups"])
def test_a_list_of_erasures_outlives_the_database(folder: Path, place: Path, where: str) -> None:
    elsewhere, to = place / "elsewhere", place / "backups"
    elsewhere.mkdir()
    with (folder / "branch.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[retention]\nerasures_to = "{elsewhere}"\n')
    path = back_up(folder, to)
    assert run("person", "erase", "--data", folder, the_complaint(folder)).exit_code == 0
    if where == "beside the backups":  # where the next backup that is made takes it, which is lost then
        with closing(Store.in_folder(folder)) as store:
            make_backup(folder, store, BRANCH, to, LATER + 1000).path.unlink()
    (folder / "lobby.db").write_bytes(bytes(4096))
    (folder / "lobby.db-wal").unlink(missing_ok=True)
    given = {"the former folder": ["--former", folder], "another machine": ["--erased", elsewhere]}.get(where, [])
    done = run("restore", path, "--data", place / "back", *given)
    assert done.exit_code == 0, done.output
    assert "taken away again: 1 private texts, 0 tokens, 0 accounts" in done.output, done.output
    assert "but for the words that are listed" in done.output
    assert rows(place / "back")["people"] == []
    listed = (place / "back" / f"{BRANCH}.erased.txt").read_text(encoding="utf-8")
    assert len(listed.split()) == 2, "the next restore knows of it too"


def test_what_a_newer_backup_has_no_more_stays_away_though_it_is_damaged_itself(folder: Path, place: Path) -> None:
    """The newest cannot be read, the one before it knows of the erasure; one of a wrong clock, older in truth, says
    nothing, though it has no words at all."""
    with closing(Store.in_folder(folder)) as store:
        old = make_backup(folder, store, BRANCH, place, LATER).path
        Tokens(store).revoke(Tokens(store).create(DEVICE, "lost", "kiosk", LATER), LATER)
        assert run("person", "erase", "--data", folder, the_complaint(folder)).exit_code == 0
        list_of(BRANCH, folder).unlink()
        newer = make_backup(folder, store, BRANCH, place, LATER + 1000).path
    (place / f"{BRANCH}-20240401T000000Z{archive.ENDING}").write_bytes(newer.read_bytes()[:-2000])
    with closing(Store.in_folder(copy_of(folder, place / "another"))) as other:
        other_path = make_backup(place / "another", other, BRANCH, place / "others", LATER + 2000).path
    taken = bring_back(old, place / "back").taken_away
    assert (taken.words, taken.newer, taken.known) == (1, newer.name, False)
    forge(place / "another", "DELETE FROM events", "DELETE FROM acts", "DELETE FROM people")
    with closing(Store.in_folder(place / "another")) as empty:
        early = make_backup(place / "another", empty, BRANCH, place / "others", LATER + 3000).path
        with pytest.raises(NotTheFormer):
            bring_back(old, place / "wrong", former=empty)
    assert early.name > other_path.name
    newer.unlink()
    shutil.copy(early, place)
    assert bring_back(old, place / "again").taken_away.words == 0


def test_no_words_are_erased_of_which_no_list_can_be_kept(folder: Path) -> None:
    list_of(BRANCH, folder).mkdir()
    done = run("person", "erase", "--data", folder, the_complaint(folder))
    assert done.exit_code == 1
    assert WORDS in str(rows(folder)["people"])


def test_a_second_place_that_is_away_gets_the_lines_later(tmp_path: Path) -> None:
    away = tmp_path / "away"
    erasures = Erasures(tmp_path, "b", str(away))
    erasures.note(["one"])
    away.mkdir()
    with list_of("b", away).open("a", encoding="utf-8") as file:
        file.write("2026-11-22T17:30:04Z hal")  # what a crash has left
    erasures.note(["two"])
    assert erased([list_of("b", away)]).references == {"one", "two", "hal"}


def test_a_drill_says_that_a_backup_would_bring_the_branch_back(folder: Path, place: Path) -> None:
    with closing(Store.in_folder(folder)) as store:
        setup = load(folder).setup
        desk = Desk(setup, Journal(store, setup.id), clock=Clock(LATER))
        desk.foresee(Outlook(waiting={"t1": Foreseen(60, 120, 90)}))  # as a server does
        desk.door(KIOSK).submit(c.Issue("cash"), key="foreseen")
        desk.close()
        run("backup", "--data", folder, "--to", place / "kept")
        desk.door(KIOSK).submit(c.Issue("cash"), key="since")
        Visits(store, setup.id).project(desk.journal, setup)
    done = run("backup", "drill", "--data", folder, "--from", place / "kept")
    assert done.exit_code == 0, done.output
    assert "every byte is as it was made" in done.output
    assert "the live branch goes on from it, " in done.output
    assert "its journal gives the state that its snapshot holds" in done.output
    assert "figures made anew from it are the live branch's own on 3 of 3 days that are over" in done.output
    plain = json.loads(run("backup", "drill", "--data", folder, "--from", place / "kept", "--json").stdout)
    assert (plain["good"], plain["days"], plain["days_that_differ"]) == (True, 3, [])


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE events SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM events)"], "has another journal"),
        (["DELETE FROM acts"], "has another journal or audit trail"),
    ],
    ids=["another journal", "another trail"],
)
def test_a_drill_finds_a_live_branch_that_is_another(
    folder: Path, place: Path, statements: list[str], says: str
) -> None:
    run("backup", "--data", folder, "--to", place / "kept")
    forge(folder, *statements)
    done = run("backup", "drill", "--data", folder, "--from", place / "kept")
    assert (done.exit_code, says in done.output) == (1, True), done.output


def test_a_drill_finds_a_backup_whose_records_are_broken_or_whose_snapshot_lies(folder: Path, place: Path) -> None:
    with closing(sqlite3.connect(folder / "lobby.db", isolation_level=None)) as connection:
        body, own = connection.execute("SELECT s.body, e.hash FROM snapshots s JOIN events e USING (seq)").fetchone()
        lie = body.replace(b'"A003"', b'"A009"')
        connection.execute("UPDATE snapshots SET body = ?, hash = ?", (lie, link(own, lie.decode())))
    forge(folder, "UPDATE events SET at = at - 1 WHERE seq = 4")
    back_up(folder, place / "kept")
    done = run("backup", "drill", "--data", folder, "--from", place / "kept")
    assert done.exit_code == 1
    assert "in the backup: the journal is broken: row 4 is not as written" in done.output
    assert "its journal does not give the state that its snapshot holds" in done.output


def test_a_drill_finds_figures_that_differ(folder: Path, place: Path) -> None:
    back_up(folder, place / "kept")
    forge(
        folder,
        "UPDATE events SET at = at + 60000 WHERE kind = 'TicketCalled'",
        "DELETE FROM past_days",
    )
    done = run("backup", "drill", "--data", folder, "--from", place / "kept")
    assert (done.exit_code, "the figures of 2024-03-05 differ" in done.output) == (1, True)
