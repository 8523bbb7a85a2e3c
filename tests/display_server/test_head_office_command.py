"""`lobby head-office`: branches, people, reports and tables by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from lobby.cli import lobby
from lobby.head_office.office_file import FILE, load
from lobby.head_office.office_store import TRAIL, office_store
from lobby.head_office.reckoning import ChainReckoning
from lobby.records.acts import Acts
from lobby.records.journal import Journal
from lobby.records.parcels import Parcel
from lobby.records.received import Received
from lobby.records.tokens import Tokens
from tests.builders import TUESDAY
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive
from tests.lobby.reports.ten_tickets import ten_tickets

Run = Callable[..., Result]


@pytest.fixture
def folder(empty_store: Path, memory_folder: Path, tmp_path: Path) -> Path:
    return copytree(empty_store, memory_folder / f"office by command of {tmp_path.name}")


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs `lobby head-office VERB --data FOLDER ...`."""

    def run(verb: str, *arguments: str) -> Result:
        return CliRunner().invoke(lobby, ["head-office", verb, "--data", str(folder), *arguments])

    assert CliRunner().invoke(lobby, ["head-office", "init", str(folder)]).exit_code == 0
    return run


def test_a_folder_is_made_once(folder: Path, run: Run) -> None:
    assert load(folder).names == {"en": "Head office"}
    again = CliRunner().invoke(lobby, ["head-office", "init", str(folder)])
    assert again.exit_code == 1
    assert "nothing was changed" in again.output


def test_every_mistake_of_the_file_is_said_at_once(folder: Path, run: Run) -> None:
    (folder / FILE).write_text('[head_office]\nzone = "Moon"\npartitions = -1\ncolour = "red"\n')
    said = str(run("branches").exception)
    for place in ("name", "zone", "partitions", "colour"):
        assert f"head_office.{place}" in said


def test_a_branch_gets_a_token_of_its_own_and_a_new_one_when_it_is_lost(folder: Path, run: Run) -> None:
    first = run("add-branch", "harbour").output.strip()
    for again in ("harbour", "../../harbour", "(head office)", "x" * 33):
        assert run("add-branch", again).exit_code == 1
    second = run("renew-token", "harbour").output.strip()
    assert run("renew-token", "elsewhere").exit_code == 1
    store = office_store(folder, load(folder))
    try:
        tokens = Tokens(store)
        assert tokens.holder(first, TUESDAY) is None
        held = tokens.holder(second, TUESDAY)
        assert held is not None
        assert (held.name, held.role) == ("harbour", "branch")
        acts = [(act.kind, act.about) for act in Acts(store, TRAIL).read()]
    finally:
        store.close()
    assert acts == [("head-office-branch-added", "harbour"), ("token-rotated", "harbour")]


@pytest.fixture
def chain(folder: Path, run: Run) -> Run:
    """The same with two branches, a day each."""
    store = office_store(folder, load(folder))
    try:
        for room in (ten_tickets(), a_day_of("harbour", [60, 180])):
            arrive(Received(store), room)
    finally:
        store.close()
    return run


def test_how_far_each_branch_has_arrived_is_listed(chain: Run) -> None:
    lines = chain("branches").output.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["harbour", "test-branch"]
    assert "0 to come" in lines[0]
    found = json.loads(chain("branches", "--json").output)
    assert [(one["branch"], one["behind"], one["forked"]) for one in found] == [
        ("harbour", 0, 0),
        ("test-branch", 0, 0),
    ]


def test_a_fork_is_settled_by_a_person(chain: Run) -> None:
    assert chain("settle", "harbour").exit_code == 0
    assert chain("settle", "elsewhere").exception is not None


def test_the_branchs_own_version_holds_on_an_administrators_word(chain: Run, folder: Path) -> None:
    refused = chain("give-way", "harbour")
    assert (refused.exit_code, "nothing was changed" in refused.output) == (1, True)
    assert chain("give-way", "elsewhere").exit_code == 1
    store = office_store(folder, load(folder))
    try:
        received = Received(store)
        (harbour,) = (one for one in received.branches() if one.branch == "harbour")
        last, *_ = reversed(list(Journal(store, "harbour").entries()))
        kept = Parcel(last.seq - 1, Journal(store, "harbour").hash_of(last.seq - 1) or b"", 0, NOON, lost=True)
        received.take("harbour", kept, NOON)
        assert chain("give-way", "harbour").exit_code == 0
        assert "its own will hold" in chain("branches").output
        assert received.take("harbour", kept, NOON).seq == harbour.seq - 1
    finally:
        store.close()
    assert (
        f"harbour\trows {harbour.seq} to {harbour.seq}\tset aside 2024-03-05 12:00 UTC\n" == chain("set-aside").output
    )
    (row,) = map(json.loads, chain("set-aside", "harbour", "--rows").output.splitlines())
    assert (row["seq"], row["kind"], row["hash"]) == (last.seq, last.kind, last.hash.hex())
    assert chain("set-aside", "test-branch").output == ""


def test_the_report_is_of_the_last_day_unless_others_are_asked_for(chain: Run, tmp_path: Path) -> None:
    told = json.loads(chain("report", "--format", "json").output)
    assert (told["first"], told["last"], told["overall"]["visits"]["issued"]) == (DAY, DAY, 12)
    assert "harbour" in chain("report", "--from", DAY).output.lower()
    target = tmp_path / "march.xlsx"
    assert (
        chain(
            "report", "--from", "2024-03-01", "--to", "2024-03-31", "--format", "xlsx", "--output", str(target)
        ).exit_code
        == 0
    )
    assert target.read_bytes().startswith(b"PK")
    assert "2024-03-05" in chain("report", "--from", "2023-01-01").output
    assert chain("report", "--from", DAY, "--to", "2024-03-01").exit_code == 2
    assert chain("report", "--language", "xx").exit_code == 2


def test_a_chain_of_which_nothing_has_arrived_has_no_report(run: Run) -> None:
    assert "no business day has arrived yet" in run("report").output


def test_a_day_that_has_arrived_and_is_not_over_is_said_to_be_so(chain: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChainReckoning, "days", lambda self: [])
    assert "no business day is over yet" in chain("report").output


def test_tables_of_a_branch_that_nobody_knows_are_refused(chain: Run, tmp_path: Path) -> None:
    refused = chain("export", "--to", str(tmp_path / "nope"), "--branch", "nope")
    assert (refused.exit_code, "no branch “nope” is expected" in refused.output) == (1, True)
    assert not (tmp_path / "nope").exists()


def test_tables_are_written_for_a_warehouse(chain: Run, tmp_path: Path) -> None:
    assert chain("export", "--to", str(tmp_path)).output == f"4 files in {tmp_path}\n"
    assert chain("export", "--to", str(tmp_path), "--branch", "harbour", "--from", "2024-03").output.startswith(
        "2 files"
    )
    assert (tmp_path / "visits" / "branch=harbour" / "month=2024-03" / "part.parquet").exists()
