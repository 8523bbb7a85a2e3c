"""The back-test: what is learnt from and judged, that nothing is known before its time, and a real bank's log."""

from __future__ import annotations

import csv
import gzip
import json
import math
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from lobby.command_line.waits import waits as command
from lobby.waits.foreign.backtest import Course, backtest
from lobby.waits.foreign.days import TooShort, split, working_days
from lobby.waits.foreign.foretold import Foretold, foretell
from lobby.waits.foreign.mapping import read_mapping
from lobby.waits.foreign.rows import read_rows
from lobby.waits.foreign.visit import Visit
from tests.lobby.waits.foreign.logs import MAPPING, at, gone, made_up_days, served

ROOT = Path(__file__).resolve().parents[4]
BANK_MAP = ROOT / "lobby" / "examples" / "anonymous_bank.toml"
BANK = ROOT.parent / "shared" / "data" / "anonymous_bank_1999_02.csv.gz"
PREDICTORS = {
    "constant", "last_to_enter_service", "head_of_line", "last_five_called", "half_hour_mean", "queue_length",
    "queue_length_with_leavers", "simulation_median", "corrected_mean", "corrected_median",
}  # fmt: skip


# -- which days


def test_quiet_weekdays_are_no_working_days() -> None:
    """Monday to Friday of two weeks with ten each, Saturdays with four."""
    visits = [served(f"{day}-{n}", n, n, n + 1, day=day) for day in range(14) if day % 7 < 5 for n in range(10)]
    visits += [served(f"{day}-{n}", n, n, n + 1, day=day) for day in (5, 12) for n in range(4)]
    days = working_days(visits, "UTC")
    assert len(days) == 10
    assert date(2024, 3, 9) not in days


def test_the_first_six_of_ten_days_are_for_learning() -> None:
    learning, judged = split([date(2024, 3, day) for day in range(1, 11)])
    assert (len(learning), judged[0]) == (6, date(2024, 3, 7))


def test_one_day_is_too_little_and_so_are_days_on_which_nobody_waits() -> None:
    with pytest.raises(TooShort, match="the log has 1"):
        backtest([served("1", 0, 5, 10)], MAPPING)
    with pytest.raises(TooShort, match="days to learn from"):
        backtest([served("1", 0, 0, 10), served("2", 0, 5, 10, day=1), served("3", 0, 5, 10, day=1)], MAPPING)
    with pytest.raises(TooShort, match="days to judge on"):
        backtest([*(served(f"{n}", n, n + 5, n + 9) for n in range(2)), served("9", 0, 0, 10, day=1)], MAPPING)


# -- what is known


def after(visits: list[Visit], moment: int) -> list[Visit]:
    """The same log with another future: who came later comes otherwise, who was called or left later waits on, and
    services under way take longer."""
    changed = []
    for visit in visits:
        if visit.arrived >= moment:
            changed.append(msgspec.structs.replace(visit, service="loans", agent="eve", ended=visit.ended + 999_000))
        elif visit.called is not None and visit.called >= moment:
            changed.append(
                msgspec.structs.replace(
                    visit, agent="eve", called=visit.called + 77_000, started=visit.called + 77_000,
                    ended=visit.ended + 99_000,
                )
            )  # fmt: skip
        elif visit.ended >= moment:
            changed.append(msgspec.structs.replace(visit, ended=visit.ended + 333_000))
        else:
            changed.append(visit)
    return changed


@pytest.mark.parametrize("second", [1000, 2500.5, 4000])
def test_another_future_changes_nothing_that_was_foretold_before(second: float) -> None:
    """On the second day, so that there is something learnt."""
    visits, moment = made_up_days(2), at(second, 1)
    days = {date(2024, 3, 4), date(2024, 3, 5)}

    def before(log: list[Visit]) -> list[Any]:
        told = foretell(log, MAPPING, days, paths=5)
        return [one for one in told if isinstance(one, Foretold) and one.arrival.at < moment]

    as_it_was = before(visits)
    assert len(as_it_was) > 60
    assert before(after(visits, moment)) == as_it_was


def test_what_was_promised_before_does_not_depend_on_what_comes_after() -> None:
    """The whole course, corrections and bounds included: a promise is the same when the log ends with its arrival."""
    visits = sorted(made_up_days(3, a_day=60), key=lambda visit: visit.arrived)
    cut = [visit for visit in visits if visit.arrived <= at(1500, 2)]
    whole, part = promises(visits), promises(cut)
    assert len(part) > 10
    assert {id: whole[id] for id in part} == part


def promises(visits: list[Visit]) -> dict[str, Any]:
    days = working_days(visits, "UTC")
    course = Course("UTC", set(days[2:]))
    for one in foretell(visits, MAPPING, set(days), paths=5):
        course.take(one)
    return course.promises


# -- what comes of it


def test_every_predictor_is_judged_on_the_same_customers() -> None:
    visits = made_up_days(5)
    outcome = backtest(visits, MAPPING, paths=20)
    assert outcome.predictors.keys() == PREDICTORS
    judged = [v for v in visits if v.arrived >= at(0, 3) and v.queued and v.called is not None]
    assert {of.n for of in outcome.predictors.values()} == {len(judged)} == {outcome.promise.n}
    assert (outcome.training_days, outcome.judged_days, outcome.judged) == (3, 2, ("2024-03-07", "2024-03-08"))


def test_the_errors_are_those_of_the_waits_by_hand() -> None:
    """Learnt: waits of 10 and 30, mean 20. Judged: 50 and 10."""
    visits = [served("1", 0, 10, 11), served("2", 100, 130, 131), served("3", 0, 50, 60, day=1)]
    visits += [served("4", 100, 110, 120, day=1), gone("5", 200, 900, day=1)]
    constant = backtest(visits, MAPPING, paths=0).predictors["constant"]
    assert (constant.rmse_s, constant.mae_s, constant.n) == (pytest.approx(math.sqrt((30**2 + 10**2) / 2)), 20, 2)


def test_a_simulation_of_the_rule_beats_what_only_looks_back() -> None:
    predictors = backtest(made_up_days(6), MAPPING, paths=30).predictors
    assert predictors["simulation_median"].rmse_s < predictors["last_five_called"].rmse_s
    assert predictors["simulation_median"].rmse_s < predictors["constant"].rmse_s


# -- the command


HEAD = "call,date,weekday,service,priority,arrived_s,queued,started_s,ended_s,wait_s,service_s,outcome,agent"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with the columns of the public one and services of its own."""
    rows = [HEAD]
    for n, visit in enumerate(made_up_days(4, a_day=40)):
        day = f"2024-03-{4 + int(visit.id.split('-')[0]):02}"
        came, ended = ((t - at(0, int(visit.id.split("-")[0]))) // 1000 + 32400 for t in (visit.arrived, visit.ended))
        if visit.called is None:
            rows.append(f"{n},{day},Mon,XX,0,{came},1,,,{ended - came},,HANG,")
        else:
            called = came + (visit.called - visit.arrived) // 1000
            rows.append(
                f"{n},{day},Mon,XX,0,{came},{int(visit.queued)},{called},{ended},{called - came},1,AGENT,{visit.agent}"
            )
    path = tmp_path / "log.csv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["backtest", *(str(argument) for argument in arguments)])


def test_the_command_reads_any_file_with_the_public_columns_and_prints_one_json_object(log: Path) -> None:
    result = run(log, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert told["predictors"].keys() == PREDICTORS
    assert all(of.keys() == {"rmse_s", "mae_s", "n"} for of in told["predictors"].values())
    assert told["promise"].keys() >= {"coverage", "mean_bound_s", "services"}
    assert told["promise"]["services"].keys() == {"XX"}
    assert told["rows_left_out"] == {}
    assert told["columns_not_read"] == ["weekday", "service_s"]


def test_the_command_prints_tables_and_what_was_left_out(log: Path) -> None:
    with log.open("a") as file:
        file.write("1,2024-03-05,Mon,XX,0,33000,1,,,9,,HANG,\nbad,2024-03-05,Mon,XX,0,33000,1,,,-9,,HANG,\n")
    result = run(log)
    assert result.exit_code == 0
    for said in ("Simulation, median", "Promise", "Left out, duplicate_id: 1 (1)", "Left out, negative_wait: 1 (bad)"):
        assert said in result.stdout


def test_too_short_a_log_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{HEAD}\n1,2024-03-05,Mon,XX,0,33000,1,,,9,,HANG,\n2,2024-03-05,Mon,XX,0,1,1,,,-9,,HANG,\n")
    result = run(path)
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: a back-test needs two working days or more; the log has 1 (2 rows read; left out: negative_wait 1)\n"
    )


def test_a_file_without_the_columns_is_refused_with_those_it_has(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n")
    result = run(path)
    assert result.exit_code == 1
    assert 'the file has no column "service"; it has a, b' in result.stderr
    assert len(run(path).stderr.splitlines()) > 2


# -- a real bank


@pytest.mark.slow
@pytest.mark.skipif(not BANK.exists(), reason=f"the Technion bank data is not at {BANK}")
def test_on_a_real_bank_the_correction_beats_the_best_measured_and_nine_of_ten_promises_are_kept() -> None:
    """With fewer paths than the command simulates, for the time it takes; docs/waits.md has the command's figures."""
    mapping = read_mapping(tomllib.loads(BANK_MAP.read_text(encoding="utf-8")))
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outcome = backtest(read_rows(iter(rows), mapping).visits, mapping, paths=20)
    assert min(of.rmse_s for of in outcome.predictors.values()) < 69.8
    assert min(of.mae_s for of in outcome.predictors.values()) < 48.4
    assert 0.88 <= outcome.promise.coverage <= 0.92
    assert outcome.promise.mean_bound_s <= 190
    assert outcome.promise.if_all_stayed > 0.85
    judged = [row for row in rows if row["date"] >= outcome.judged[0] and row["weekday"] not in {"Fri", "Sat"}]
    queued = [row for row in judged if row["queued"] == "1" and row["outcome"] == "AGENT"]
    assert outcome.promise.n == sum(row["agent"] != "NO_SERVER" for row in queued)
