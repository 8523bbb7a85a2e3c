"""What a command on the machine does is in the audit trail, and `lobby audit trail` prints it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.commands import kiosk_pin
from lobby.care import commands as care
from lobby.command_line.branch import write_example
from lobby.command_line.report import report
from lobby.command_line.trail import trail
from lobby.config import load
from lobby.desk import Desk
from lobby.outbound.export_command import export
from lobby.queue import commands as c
from lobby.records.acts import Act, Acts, operator
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import ANN, KIOSK, Clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "branch"
    write_example(folder)
    setup = load(folder).setup
    with closing(Store.in_folder(folder)) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=Clock())
        desk.submit(c.Issue("cash"), key="1", actor=KIOSK)
        desk.submit(care.TakeComplaint("Rude", "Lee"), key="2", actor=ANN)
        desk.submit(care.TakeComplaint("Slow", "Wu"), key="3", actor=ANN)
    return folder


def acts(folder: Path) -> Iterator[Act]:
    with closing(Store.in_folder(folder)) as store:
        yield from Acts(store, load(folder).setup.id).read()


def kinds(folder: Path) -> list[tuple[str, str, dict[str, str]]]:
    return [(act.kind, act.about, act.detail) for act in acts(folder)]


def test_an_export_has_one_line_with_its_days_and_how_many_texts_went_with_it(folder: Path) -> None:
    for options in ((), ("--private",), ("--private", "--to", "2024-03-04")):
        done = CliRunner().invoke(export, ["complaints", "--data", str(folder), *options])
        assert done.exit_code == 0, done.output
    assert kinds(folder) == [
        ("data-exported", "complaints", {"texts": "0", "from": "", "to": ""}),
        ("data-exported", "complaints", {"texts": "2", "from": "", "to": ""}),
        ("data-exported", "complaints", {"texts": "0", "from": "", "to": "2024-03-04"}),
    ]
    assert {(act.actor, act.role) for act in acts(folder)} == {(operator(), "operator")}


def test_a_report_and_a_new_pin_of_the_kiosks_are_in_the_trail(folder: Path) -> None:
    assert CliRunner().invoke(report, ["--data", str(folder), "--day", "2024-03-05", "--format", "csv"]).exit_code == 0
    assert CliRunner().invoke(kiosk_pin, ["--data", str(folder), "--pin", "271828"]).exit_code == 0
    assert kinds(folder) == [
        ("report-exported", "2024-03-05/2024-03-05", {"what": "period", "format": "csv"}),
        ("kiosk-pin-set", "", {}),
    ]
    assert "271828" not in str(kinds(folder))


def test_the_pin_of_a_kiosk_machine_has_no_trail_to_stand_in(tmp_path: Path) -> None:
    assert CliRunner().invoke(kiosk_pin, ["--data", str(tmp_path), "--pin", "271828"]).exit_code == 0
    assert not (tmp_path / "lobby.db").exists()


def test_the_trail_is_printed_by_person_kind_reference_and_day(folder: Path) -> None:
    with closing(Store.in_folder(folder)) as store:
        written = Acts(store, load(folder).setup.id)
        for n, person in enumerate(("ann", "bob", "ann")):
            written.note(
                "complaint-read", actor=person, role="teller", at=Clock()() + n * 86_400_000, about=f"C-{n}", texts="1"
            )

    def run(*options: str) -> list[str]:
        done = CliRunner().invoke(trail, ["--data", str(folder), *options])
        assert done.exit_code == 0, done.output
        return [line for line in done.output.splitlines() if "audit trail" not in line and "trail-read" not in line]

    assert run()[0] == "1\t2024-03-05 09:00:00\tann (teller)\tRead a complaint\tC-0\ttexts 1"
    assert [line.split("\t")[4] for line in run("--person", "ann")] == ["C-0", "C-2"]
    assert [line.split("\t")[4] for line in run("--day", "2024-03-06")] == ["C-1"]
    assert [json.loads(line)["actor"] for line in run("--about", "C-1", "--json")] == ["bob"]
    assert [line.split("\t")[4] for line in run("--kind", "complaint-read", "--last", "1")] == ["C-2"]
    wrong = CliRunner().invoke(trail, ["--data", str(folder), "--kind", "tea-made"])
    assert wrong.exit_code == 2
    assert "complaint-read" in wrong.output
    assert run("--person", "bob", "--about", "Quillfeather") == []
    last = list(acts(folder))[-1]
    assert (last.kind, last.detail) == ("trail-read", {"person": "bob", "asked_about": "unknown"}), "it may be a name"
