"""`lobby forecast`, `staffing`, `what-if`, `brief`: through the command line, over a journal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lobby.cli import lobby
from lobby.command_line.branch import write_example
from lobby.config import load
from lobby.queue.events import AppointmentBooked, AppointmentCancelled, Recorded
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import moment
from tests.lobby.waits.planning.made_up_days import events_of, made_up_days


@pytest.fixture(scope="module")
def folder(memory_folder: Path) -> Path:
    """The example branch with six days in its journal, and appointments on the seventh, one of them cancelled."""
    found = memory_folder / "forecast"
    write_example(found)
    setup = load(found).setup
    days = made_up_days(setup, "2024-03-04", 6, per_hour={"cash": 6, "loans": 1}, counters=2)
    journal = events_of(days)
    slot = moment("2024-03-12 10:00")
    booked = (
        AppointmentBooked("AAAA", "loans", slot),
        AppointmentBooked("BBBB", "loans", slot + 1_800_000),
        AppointmentBooked("CCCC", "cash", slot + 24 * 3_600_000),
        AppointmentCancelled("BBBB"),
    )
    last = journal[-1]
    journal += [Recorded(last.seq + n, last.at, "mia", event) for n, event in enumerate(booked, 1)]
    store = Store.in_folder(found)
    Journal(store, setup.id).append(journal)
    store.close()
    return found


def told(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(lobby, [*command, "--data", str(folder)])


def told_json(folder: Path, *command: str) -> Any:
    result = told(folder, *command, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_forecast_for_a_program_and_for_people(folder: Path) -> None:
    found = told_json(folder, "forecast", "--day", "2024-03-12")
    assert (found["day"], found["days"], found["like_it"], found["about"]) == ("2024-03-12", 6, 1, True)
    assert found["total"]["low"] < found["total"]["mean"] < found["total"]["high"]
    said = told(folder, "forecast", "--day", "2024-03-12").stdout
    assert "Main Street, forecast: Tuesday, March 12, 2024" in said
    assert "That is little to rely on." in said


def test_the_morning_brief_counts_the_appointments_that_were_not_cancelled(folder: Path) -> None:
    found = told_json(folder, "brief", "morning", "--day", "2024-03-12", "--break-min", "0")
    assert found["appointments"] == {"loans": [600]}
    assert found["staffing"]["periods"]
    assert found["breaks"] == []


def test_the_evening_brief_is_of_the_latest_day(folder: Path) -> None:
    found = told_json(folder, "brief", "evening")
    assert found["day"] == "2024-03-11"
    assert found["came"] == found["served"] > 20
    assert found["forecast"]["days"] == 5


def test_what_if_tells_what_a_change_would_have_made(folder: Path) -> None:
    found = told_json(folder, "what-if", "--close", "2@09:00-17:00", "--day", "2024-03-08")
    assert found["effect"]["high"] < 0
    assert found["changed"]["wait_s"]["mean"] > found["played"]["wait_s"]["mean"]
    said = told(folder, "what-if", "--open", "6@10:00-11:00").stdout
    assert "Customers called in time, with the change against without:" in said


@pytest.mark.parametrize(
    ("command", "code", "what"),
    [
        (("what-if",), 2, "what would be different?"),
        (("what-if", "--open", "6@25:00-26:00"), 2, '"6@25:00-26:00" is not a counter and a time'),
        (("what-if", "--open", "6@11:00-10:00"), 2, "ends before it begins"),
        (("what-if", "--open", "9@10:00-11:00"), 2, "there is no counter 9; there are 1, 2, 3, 4, 5, 6"),
        (("forecast", "--day", "soon"), 2, "does not match the format"),
        (("forecast", "--day", "0001-01-01"), 2, "a business day lies between 2000-01-01 and 2999-12-30"),
        (("staffing", "--day", "9999-12-31"), 2, "a business day lies between 2000-01-01 and 2999-12-30"),
        (("forecast", "--language", "xx"), 2, 'no words for "xx"'),
        (("staffing", "--goal", "120"), 2, "not in the range"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    folder: Path, command: tuple[str, ...], code: int, what: str
) -> None:
    result = told(folder, *command)
    assert result.exit_code == code
    assert what in result.output


def test_a_branch_without_a_day_behind_it_has_no_forecast(folder: Path, tmp_path: Path) -> None:
    write_example(tmp_path / "new")
    assert "nothing was recorded in" in told(tmp_path / "new", "forecast").output
    before = told(folder, "forecast", "--day", "2024-03-04")
    assert str(before.exception) == "No business day in the weeks before is known; there is nothing to forecast from."
