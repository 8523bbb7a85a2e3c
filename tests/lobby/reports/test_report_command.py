"""`lobby report`, from the command line to the file."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from lobby.care import commands as cc
from lobby.command_line.report import report
from lobby.config import load
from lobby.queue import commands as c
from tests.builders import ANN, KIOSK, MIA, Clock, a_desk, moment


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(report, [str(argument) for argument in arguments])


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A data folder with two days: one visit served on the first, one still waiting on the second."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    clock = Clock(moment("2024-03-05 09:00"))
    desk = a_desk(tmp_path, clock=clock, setup=load(tmp_path).setup)
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.Issue("cash"), key="2", actor=KIOSK)
    clock.forward(minutes=3)
    desk.submit(c.CallNext(1), key="3", actor=ANN)
    desk.submit(c.Start(1), key="4", actor=ANN)
    clock.forward(minutes=5)
    desk.submit(c.Finish(1), key="5", actor=ANN)
    clock.forward(hours=24)
    desk.submit(c.Issue("cash"), key="6", actor=KIOSK)
    return tmp_path


def test_the_latest_day_is_reported_unless_another_is_asked_for(branch: Path) -> None:
    latest = json.loads(run("--data", branch, "--format", "json").stdout)
    assert (latest["day"], latest["overall"]["visits"]["waiting"]) == ("2024-03-06", 1)
    first = json.loads(run("--data", branch, "--json", "--day", "2024-03-05").stdout)
    assert (first["closed"], first["overall"]["visits"]["wait"]["wait_mean_s"]) == (True, 180)


def test_a_table_is_printed_by_default(branch: Path) -> None:
    result = run("--data", branch, "--day", "2024-03-05")
    assert result.exit_code == 0
    assert "Main Street: Tuesday, March 5, 2024" in result.stdout


def test_a_page_goes_into_a_file(branch: Path, tmp_path: Path) -> None:
    target = tmp_path / "day.html"
    result = run("--data", branch, "--format", "html", "--output", target)
    assert (result.exit_code, result.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_sheet_keeps_its_line_ends(branch: Path, tmp_path: Path) -> None:
    target = tmp_path / "day.csv"
    run("--data", branch, "--format", "csv", "--output", target)
    assert target.read_bytes().startswith(b"scope,key,name,value,unit,definition\r\n")


@pytest.mark.parametrize(
    ("options", "day", "issued"),
    [
        (("--day",), "2024-03-06", 1),
        (("--week",), "2024-03-04/2024-03-10", 2),
        (("--week", "2024-03-05"), "2024-03-04/2024-03-10", 2),
        (("--month", "2024-03"), "2024-03-01/2024-03-31", 2),
        (("--from", "2024-02-01", "--to", "2024-03-05"), "2024-02-01/2024-03-05", 1),
    ],
)
def test_a_week_a_month_and_any_days_are_reported(
    branch: Path, options: tuple[str, ...], day: str, issued: int
) -> None:
    told = json.loads(run("--data", branch, "--format", "json", *options).stdout)
    assert (told["day"], told["overall"]["visits"]["issued"]) == (day, issued)


def test_days_without_any_business_are_an_error_that_says_which_are(branch: Path) -> None:
    result = run("--data", branch, "--week", "2024-05-01")
    assert result.exit_code == 1
    assert "no business day from 2024-04-29 to 2024-05-05 in the journal" in result.stderr


def test_a_workbook_goes_into_a_file(branch: Path, tmp_path: Path) -> None:
    target = tmp_path / "day.xlsx"
    assert run("--data", branch, "--format", "xlsx", "--output", target, "--language", "ar").exit_code == 0
    assert load_workbook(target).worksheets[0].sheet_view.rightToLeft


def test_a_day_that_is_not_there_is_an_error_that_says_which_are(branch: Path) -> None:
    result = run("--data", branch, "--day", "2024-03-09")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: there is no business day 2024-03-09 in the journal; there are 2024-03-05, 2024-03-06\n"
    )


def test_a_branch_where_nothing_happened_yet_has_no_report_and_gets_no_database(tmp_path: Path) -> None:
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    result = run("--data", tmp_path)
    assert result.exit_code == 1
    assert "nothing was recorded" in result.stderr
    assert not (tmp_path / "lobby.db").exists()


@pytest.mark.parametrize(
    "arguments", [["--day", "tomorrow"], ["--format", "pdf"], ["--language", "xx"], ["--no-such-option"]]
)
def test_a_wrong_option_is_a_usage_error(branch: Path, arguments: list[str]) -> None:
    assert run("--data", branch, *arguments).exit_code == 2


@pytest.mark.parametrize(
    "options", [("--day", "1969-12-31"), ("--week", "1970-01-01"), ("--month", "9000-01"), ("--day", "9999-12-31")]
)
def test_days_beyond_every_calendar_are_a_usage_error(branch: Path, options: tuple[str, ...]) -> None:
    result = run("--data", branch, *options)
    assert (result.exit_code, "nothing is known of that year" in result.stderr) == (2, True)


@pytest.mark.parametrize("options", [("--day", "1970-01-01"), ("--month", "1970-01"), ("--day", "8999-12-31")])
def test_the_calendars_ends_are_days_on_which_nothing_happened(branch: Path, options: tuple[str, ...]) -> None:
    result = run("--data", branch, *options)
    assert (result.exit_code, "no business day" in result.stderr) == (1, True)


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run("--data", tmp_path / "nowhere").exit_code == 2


def test_a_file_that_cannot_be_written_is_one_clear_line(branch: Path) -> None:
    result = run("--data", branch, "--format", "csv", "--output", branch / "no" / "such" / "folder.csv")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_a_report_of_a_rehearsal_knows_the_services_it_brought(tmp_path: Path) -> None:
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    desk = a_desk(tmp_path, setup=load(tmp_path).setup)
    at = moment("1999-02-02 09:00")
    service = load(tmp_path).setup.services["cash"]
    coins = type(service)("coins", {"en": "Coins"}, "K")
    desk.submit(c.StartRehearsal((coins,)), key="1", actor=MIA, at=at)
    desk.submit(c.Issue("coins"), key="2", actor=MIA, at=at)
    told = json.loads(run("--data", tmp_path, "--format", "json").stdout)
    assert [(s["key"], s["name"]) for s in told["services"]] == [("coins", "Coins")]
    assert told["at"] == at


# -- complaints


@pytest.fixture
def complained(branch: Path) -> Path:
    """The same folder with a complaint taken on the second day and acknowledged two hours later."""
    clock = Clock(moment("2024-03-06 09:10"))
    desk = a_desk(branch, clock=clock, setup=load(branch).setup)
    answer = desk.submit(cc.TakeComplaint("Charged twice", category="fees"), key="7", actor=KIOSK)
    assert answer.complaint is not None
    clock.forward(hours=2)
    desk.submit(cc.AcknowledgeComplaint(answer.complaint.reference, "phone"), key="8", actor=MIA)
    return branch


def test_complaints_are_reported_from_the_journal(complained: Path) -> None:
    asked = ("--data", complained, "--complaints", "--from", "2024-03-01", "--to", "2024-03-31")
    told = json.loads(run(*asked, "--format", "json").stdout)
    assert (told["received"], told["acknowledged"], told["promise_kept"]) == (1, 1, 1.0)
    table = run(*asked).stdout
    assert "Fees and interest" in table
    assert "Charged twice" not in table


def test_the_report_of_a_day_counts_its_complaints(complained: Path) -> None:
    told = json.loads(run("--data", complained, "--format", "json").stdout)
    assert told["overall"]["complaints"]["complaints_received"] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--complaints", "--day", "2024-03-05"), "--complaints takes --from and --to"),
        (("--from", "2024-03-05"), "--from with --to"),
        (("--day", "--week"), "write one of"),
        (("--week", "--from", "2024-03-05", "--to", "2024-03-06"), "write one of"),
        (("--from", "2020-03-05", "--to", "2024-03-06"), "two years"),
        (("--from", "last", "--to", "2024-03-06"), "'last' does not match"),
        (("--again",), "--again goes with --mail"),
        (("--complaints", "--from", "2024-03-05", "--to", "2024-03-01"), "must come before the last"),
    ],
)
def test_options_that_do_not_fit_each_other_are_refused(branch: Path, options: tuple[str, ...], said: str) -> None:
    result = run("--data", branch, *options)
    assert result.exit_code == 2
    assert said in result.stderr
