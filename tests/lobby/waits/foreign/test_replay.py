"""Foreign logs: how they are read, what is left out and why, and that every visit ends as it did."""

from __future__ import annotations

import csv
import gzip
import json
import statistics
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lobby import replaying
from lobby.command_line.replay import replay as replay_command
from lobby.door import Answer
from lobby.errors import ServerUnreachable
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.queue.ticket import State
from lobby.replaying import Stopped, memory, replay, replayed, scratch, unlike
from lobby.reports.figures import figures_of_days
from lobby.waits.foreign.replay import BadMapping, Mapping, Plan, plan, read_mapping
from lobby.waits.foreign.rows import read_rows
from tests.builders import a_desk, a_setup, moment

ROOT = Path(__file__).resolve().parents[4]
BANK = ROOT.parent / "shared" / "data" / "anonymous_bank_1999_02.csv.gz"
BANK_MAP = ROOT / "lobby" / "examples" / "anonymous_bank.toml"
TUESDAY = "1999-02-02"

needs_the_bank = pytest.mark.skipif(not BANK.exists(), reason=f"the Technion bank data is not at {BANK}")

COLUMNS = ["id", "day", "kind", "came", "queued", "from", "to", "wait", "end", "who"]
SMALL: dict[str, Any] = {
    "columns": {
        "id": "id",
        "date": "day",
        "service": "kind",
        "arrived": "came",
        "queued": "queued",
        "started": "from",
        "ended": "to",
        "wait": "wait",
        "outcome": "end",
        "agent": "who",
    },
    "times": {"zone": "Europe/London", "format": "clock", "start_within_s": 60},
    "outcomes": {"served": ["OK"], "left": ["GONE"]},
    "drop": {"machine": {"who": ["ROBOT"]}},
    "services": [{"value": "cash", "prefix": "A"}, {"value": "loan", "code": "loans", "prefix": "L"}],
}

GOOD = [
    "1,2024-03-05,cash,09:00,1,09:02,09:05,120,OK,ann",
    "2,2024-03-05,cash,09:01,1,09:05,09:09,240,OK,ann",
    "3,2024-03-05,loan,09:01,0,09:01,09:20,0,OK,bob",
    "4,2024-03-05,cash,09:03,1,,,90,GONE,",
]


def rows(*lines: str) -> list[dict[str, str | None]]:
    return [dict(zip(COLUMNS, line.split(","), strict=True)) for line in lines]


def small(**changes: Any) -> Mapping:
    """The small mapping with `table__key=value` set in it; None takes the key out."""
    data: dict[str, Any] = {key: dict(v) if isinstance(v, dict) else v for key, v in SMALL.items()}
    for path, value in changes.items():
        table, _, key = path.partition("__")
        if value is None:
            del data[table][key]
        else:
            data[table][key] = value
    return read_mapping(data)


def carried_out(made: Plan, mapping: Mapping) -> tuple[dict[str, tuple[Any, ...]], dict[str, str]]:
    """What became of each visit on a scratch branch: how it ended, and minutes to its call, start and end."""
    with scratch(mapping.setup()) as door:
        outcome = replay(made, door)
        records = replayed(door, mapping, outcome.tickets)
    assert unlike(made, records, outcome.tickets) == []
    by_id = {ticket.id: ticket for record in records for ticket in record.tickets}
    told: dict[str, tuple[Any, ...]] = {}
    for visit, id in outcome.tickets.items():
        ticket = by_id[id]
        times = (ticket.step.called_at, ticket.step.started_at, ticket.step.ended_at)
        told[visit] = (ticket.step.ended, *(None if t is None else (t - ticket.arrived_at) / 60_000 for t in times))
    return told, outcome.tickets


# -- the mapping


def test_a_mapping_with_many_mistakes_names_them_all_at_once() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping(
            {
                "colums": {},
                "columns": {"service": "kind", "arived": "came", "outcome": "end"},
                "times": {"zone": "Mars/Base", "format": "minutes", "start_within_s": -1},
                "branch": {"day_starts": "25:00", "id": "no spaces please"},
                "services": [{"value": "a", "prefix": "a"}, {"value": "a", "code": "b", "prefix": "B", "color": "red"}],
                "drop": {"Robot!": 3},
                "priorities": {"2": "gold"},
                "file": {"delimiter": ";;", "encoding": "utf-99"},
            }
        )
    places = [mistake.split(":")[0] for mistake in caught.value.mistakes]
    assert set(places) == {
        "colums",
        "columns.arived",
        "columns.arrived",
        "columns.date",
        "times.zone",
        "times.format",
        "times.start_within_s",
        "outcomes.served",
        "branch.day_starts",
        "branch.id",
        "services[0].prefix",
        "services[1].color",
        "services[1].value",
        "drop.Robot!",
        "priorities.2",
        "file.delimiter",
        "file.encoding",
    }


def test_values_of_the_wrong_kind_are_mistakes_with_what_to_write() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping(
            SMALL
            | {
                "times": 5,
                "outcomes": {"served": "OK"},
                "services": [{"name": "Cash", "target_s": "long"}],
                "columns": {"service": 3, "arrived": "came", "date": "day"},
            }
        )
    said = "\n".join(caught.value.mistakes)
    for part in (
        "times: must be a table: [times]",
        "outcomes.served: must be a list of texts",
        "services[0].value: is missing",
        "services[0].target_s: must be a number from 1 to 86400",
        "columns.service: must be a text in quotes",
    ):
        assert part in said


def test_a_mapping_without_services_or_without_any_sign_of_service_is_refused() -> None:
    with pytest.raises(BadMapping, match=r"services: is missing"):
        read_mapping(SMALL | {"services": []})
    columns = {key: SMALL["columns"][key] for key in ("service", "arrived", "date")}
    with pytest.raises(BadMapping, match="nobody can be known as served"):
        read_mapping(SMALL | {"columns": columns, "drop": {}})


def test_two_services_cannot_have_the_same_numbers() -> None:
    with pytest.raises(BadMapping, match='"A" is used already'):
        read_mapping(SMALL | {"services": [{"value": "x", "prefix": "A"}, {"value": "y", "prefix": "A"}]})


def test_a_column_that_the_file_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(BadMapping) as caught:
        plan(rows(*GOOD), small(columns__wait="waited", drop__machine={"robot": ["1"]}))
    assert caught.value.mistakes == [
        f'columns.wait: the file has no column "waited"; it has {", ".join(COLUMNS)}',
        f'drop.machine: the file has no column "robot"; it has {", ".join(COLUMNS)}',
    ]


# -- rows


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("9,2024-03-06,cash,09:00,1,09:02,09:05,120,OK,ann", "other_day"),
        ("1,2024-03-05,cash,09:00,1,09:02,09:05,120,OK,ann", "duplicate_id"),
        ("9,2024-03-05,cash,09:00,1,09:02,09:05,120,OK,ROBOT", "machine"),
        ("9,2024-03-05,coins,09:00,1,09:02,09:05,120,OK,ann", "unknown_service"),
        ("9,2024-03-05,cash,09:00,1,09:02,09:05,120,EH?,ann", "unknown_outcome"),
        ("9,2024-03-05,cash,09:00,0,,,0,GONE,", "neither_waited_nor_served"),
        ("9,2024-03-05,cash,09:61,1,09:02,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,nine,1,09:02,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,,,999999,GONE,", "bad_time"),
        ("9,2024-03-05,cash,99:00,1,09:02,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,,1,09:02,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,09:02,,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,09:02,09:05,nan,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,09:02,09:05,a while,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,,,,GONE,", "bad_time"),
        ("9,2024-02-31,cash,09:00,1,09:02,09:05,120,OK,ann", "bad_time"),
        ("9,2024-03-05,cash,09:00,1,09:02,09:05,-5,OK,ann", "negative_wait"),
        ("9,2024-03-05,cash,09:00,1,,08:59,,GONE,", "negative_wait"),
        ("9,2024-03-05,cash,09:00,1,08:50,08:55,,OK,ann", "negative_wait"),
        ("9,2024-03-05,cash,09:00,1,09:05,09:02,120,OK,ann", "end_before_start"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_counted_by_its_reason(line: str, reason: str) -> None:
    made = plan(rows(*GOOD, line), small(), "2024-03-05")
    assert made.left_out == {reason: 1}
    assert (made.rows_read, made.issued) == (5, 4)


def test_the_first_ids_of_what_was_left_out_are_listed() -> None:
    bad = [f"b{n},2024-03-05,coins,09:00,1,09:02,09:05,120,OK,ann" for n in range(12)]
    made = plan(rows(*GOOD, *bad), small())
    assert made.left_out == {"unknown_service": 12}
    assert made.examples["unknown_service"] == [f"b{n}" for n in range(10)]


def test_rows_read_are_those_issued_and_those_left_out() -> None:
    bad = ["8,2024-03-05,coins,09:00,1,,,1,OK,ann", "9,2024-03-09,cash,09:00,1,,,1,GONE,"]
    made = plan(rows(*GOOD, *bad), small(), "2024-03-05")
    assert made.rows_read == made.issued + sum(made.left_out.values())


def test_a_service_starts_no_earlier_than_its_call() -> None:
    reading = read_rows(rows("1,2024-03-05,cash,09:00:00,1,09:01:58,09:05:00,120,OK,ann"), small())
    visit = reading.visits[0]
    assert visit.called == visit.started == moment("2024-03-05 09:02")
    assert visit.ended == moment("2024-03-05 09:05")
    assert reading.adjusted == {"service_start_moved_to_the_call": 1}


def test_the_call_can_be_the_start_where_the_log_says_so() -> None:
    reading = read_rows(rows("1,2024-03-05,cash,09:00:00,1,09:01:58,09:05:00,120,OK,ann"), small(times__call="start"))
    assert reading.visits[0].called == moment("2024-03-05 09:01:58")
    assert not reading.adjusted


@pytest.mark.parametrize("lost", ["00:00,00:00", "24:00,24:00", "08:00,08:00"])
def test_a_start_whose_clock_was_lost_is_set_to_the_call_and_keeps_its_length(lost: str) -> None:
    reading = read_rows(rows(f"1,2024-03-05,cash,09:00,1,{lost},120,OK,ann"), small())
    visit = reading.visits[0]
    assert visit.called == visit.started == visit.ended == moment("2024-03-05 09:02")
    assert reading.adjusted == {"service_start_lost_and_set_to_the_call": 1}


@pytest.mark.parametrize(
    ("changes", "came", "wait"),
    [
        ({"times__format": "seconds"}, "32400", "120"),
        ({"times__format": "clock", "times__wait_unit": "minutes"}, "9:00:00", "2"),
        ({"times__format": "iso", "times__wait_unit": "clock"}, "2024-03-05T09:00", "0:02:00"),
        ({"times__format": "iso", "columns__date": None}, "2024-03-05T10:00+01:00", "120"),
        ({"times__format": "epoch", "columns__date": None}, "1709629200", "120"),
        ({"times__zone": "Asia/Jerusalem"}, "11:00", "120"),
    ],
)
def test_times_can_be_written_in_many_ways(changes: dict[str, Any], came: str, wait: str) -> None:
    row = rows(f"1,2024-03-05,cash,{came},1,,,{wait},GONE,")
    visit = read_rows(row, small(**changes), "2024-03-05").visits[0]
    assert (visit.arrived, visit.ended) == (moment("2024-03-05 09:00"), moment("2024-03-05 09:02"))


def test_without_outcomes_whoever_started_was_served() -> None:
    mapping = small(columns__outcome=None, outcomes__served=None)
    made = plan(rows(*GOOD), mapping)
    assert (made.served, made.left) == (3, 1)


# -- plan and replay


def test_every_visit_ends_as_in_the_log_and_at_its_time() -> None:
    told, _ = carried_out(plan(rows(*GOOD), small()), small())
    assert told == {
        "1": ("finished", 2, 2, 5),
        "2": ("finished", 4, 4, 8),
        "3": ("finished", 0, 0, 19),
        "4": ("cancelled_by_customer", None, None, 1.5),
    }


def test_an_agent_has_a_counter_that_is_open_from_the_first_call_to_the_last_finish() -> None:
    made = plan(rows(*GOOD), read_mapping(SMALL | {"branch": {"first_counter": 11}}))
    assert [(place.number, place.name, place.services) for place in made.counters] == [
        (11, "ann", ("cash",)),
        (12, "bob", ("loans",)),
    ]
    doors = [(p.at, p.command) for p in made.steps if isinstance(p.command, c.OpenCounter | c.CloseCounter)]
    assert doors == [
        (moment("2024-03-05 09:01"), c.OpenCounter(12)),
        (moment("2024-03-05 09:02"), c.OpenCounter(11)),
        (moment("2024-03-05 09:09"), c.CloseCounter(11)),
        (moment("2024-03-05 09:20"), c.CloseCounter(12)),
    ]


def test_overlapping_services_of_an_agent_go_to_a_spare_counter_and_keep_their_times() -> None:
    lines = [
        "1,2024-03-05,cash,09:00,1,09:02,09:10,120,OK,ann",
        "2,2024-03-05,cash,09:01,1,09:05,09:12,240,OK,ann",
        "3,2024-03-05,loan,09:01,1,09:06,09:07,300,OK,ann",
        "4,2024-03-05,loan,09:13,0,09:13,09:14,0,OK,ann",
    ]
    made = plan(rows(*lines), small())
    assert [place.name for place in made.counters] == ["ann", "spare", "spare"]
    told, _ = carried_out(made, small())
    assert [told[visit][1:] for visit in "1234"] == [(2, 2, 10), (4, 4, 11), (5, 5, 6), (0, 0, 1)]


def test_services_that_take_no_time_follow_one_another_at_one_counter() -> None:
    lines = [f"{n},2024-03-05,cash,09:00,1,09:02,09:02,120,OK,ann" for n in range(4)]
    made = plan(rows(*lines), small())
    assert len(made.counters) == 1
    told, _ = carried_out(made, small())
    assert set(told.values()) == {("finished", 2, 2, 2)}


def test_rows_without_an_agent_are_served_at_spare_counters() -> None:
    told, _ = carried_out(plan(rows(*(line.replace("ann", "").replace("bob", "") for line in GOOD)), small()), small())
    assert [told[visit][0] for visit in "123"] == ["finished"] * 3


def test_a_visit_that_would_cross_into_the_next_business_day_is_cut_before_it_and_counted() -> None:
    lines = [
        "1,2024-03-05,cash,23:50,1,23:55,24:30,300,OK,ann",
        "2,2024-03-05,cash,23:58,1,,,1200,GONE,",
        "3,2024-03-06,cash,00:10,1,00:20,00:25,600,OK,ann",
    ]
    made = plan(rows(*lines), small())
    assert made.adjusted["cut_at_the_end_of_the_business_day"] == 2
    told, _ = carried_out(made, small())
    assert [told[visit][0] for visit in "123"] == ["finished", "cancelled_by_customer", "finished"]


def test_a_branch_whose_day_turns_at_another_hour_is_replayed_all_the_same() -> None:
    lines = [
        "1,2024-03-05,cash,03:00,1,03:05,03:10,300,OK,ann",
        "2,2024-03-05,cash,05:00,1,05:05,05:10,300,OK,ann",
    ]
    made = plan(rows(*lines), small())
    told, _ = carried_out(made, read_mapping(SMALL | {"branch": {"day_starts": "04:00"}}))
    assert set(told.values()) == {("finished", 5, 5, 10)}


def test_the_same_rows_give_the_same_plan_and_others_another() -> None:
    assert plan(rows(*GOOD), small()).digest == plan(rows(*GOOD), small()).digest
    assert plan(rows(*GOOD), small()).digest != plan(rows(*GOOD[:3]), small()).digest


def test_a_priority_class_that_the_branch_does_not_have_is_left_off() -> None:
    mapping = read_mapping(
        SMALL | {"columns": SMALL["columns"] | {"priority": "queued"}, "priorities": {"1": {"code": "gold"}}}
    )
    made = plan(rows(*GOOD), mapping)
    assert {p.command.priority for p in made.steps if isinstance(p.command, c.Issue)} == {"gold", ""}
    carried_out(made, mapping)
    carried_out(made, small())


class Cut:
    """A door that fails for good after so many commands; counts what went through."""

    def __init__(self, door: Any, after: int) -> None:
        self._door, self._left = door, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        if not self._left:
            raise ServerUnreachable()
        self._left -= 1
        answer: Answer = self._door.submit(command, key=key, at=at)
        return answer


def test_a_replay_that_was_cut_off_is_run_again_and_goes_on(tmp_path: Path) -> None:
    made = plan(rows(*GOOD), small())
    desk = a_desk(tmp_path, setup=small().setup())
    door = desk.door(Actor("replay", "manager"))
    for after in (1, 4, 9):
        with pytest.raises(Stopped):
            replay(made, Cut(door, after))
    outcome = replay(made, door)
    assert len(desk.state.tickets) == 4
    assert unlike(made, replayed(door, small(), outcome.tickets), outcome.tickets) == []


@pytest.mark.parametrize("free", [64_000_000, 64_000_000_000])
def test_a_scratch_branch_is_kept_in_memory_only_where_it_has_room(
    free: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(replaying.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(replaying, "MEMORY", tmp_path)
    assert memory() == (tmp_path if free > 1_000_000_000 else None)
    monkeypatch.setattr(replaying, "MEMORY", tmp_path / "none")
    assert memory() is None


def test_a_branch_with_real_customers_is_never_replayed_on(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, setup=a_setup())
    door = desk.door(Actor("mia", "manager"))
    door.submit(c.Issue("cash"), key="1")
    with pytest.raises(Stopped, match="real customers"):
        replay(plan(rows(*GOOD), small()), door)
    assert len(desk.state.tickets) == 1


def test_a_branch_whose_time_is_past_the_log_is_not_replayed_on_again() -> None:
    with scratch(small().setup()) as door:
        replay(plan(rows(*GOOD), small()), door)
        with pytest.raises(Stopped, match="take an unused branch"):
            replay(plan(rows(*GOOD[:2]), small()), door)


def test_progress_is_told_after_each_step() -> None:
    made = plan(rows(*GOOD), small())
    told: list[int] = []
    with scratch(small().setup()) as door:
        replay(made, door, told.append)
    assert told == list(range(1, len(made.steps) + 1))


# -- the command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(replay_command, [str(argument) for argument in arguments])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([",".join(COLUMNS), *GOOD, ""]), encoding="utf-8")
    return path


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    columns = "\n".join(f'{ours} = "{theirs}"' for ours, theirs in SMALL["columns"].items())
    path.write_text(
        f'[columns]\n{columns}\n[times]\nformat = "clock"\n[outcomes]\nserved = ["OK"]\nleft = ["GONE"]\n'
        '[[services]]\nvalue = "cash"\nprefix = "A"\n[[services]]\nvalue = "loan"\nprefix = "L"\n',
        encoding="utf-8",
    )
    return path


def test_the_command_prints_one_json_object(log: Path, map_file: Path) -> None:
    result = run(log, "--mapping", map_file, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert {key: told[key] for key in ("rows_read", "rows_left_out", "issued", "called", "served", "left")} == {
        "rows_read": 4,
        "rows_left_out": {},
        "issued": 4,
        "called": 3,
        "served": 3,
        "left": 1,
    }
    assert told["mean_wait_s"] == 120
    assert told["p90_wait_s"] is None


def test_the_command_prints_the_report_and_what_was_left_out(log: Path, map_file: Path) -> None:
    with log.open("a") as file:
        file.write("7,2024-03-05,coins,09:03,1,,,90,GONE,\n")
    result = run(log, "--mapping", map_file)
    assert result.exit_code == 0
    assert "Mean wait" in result.stdout
    assert "Left out, unknown_service: 1 (7)" in result.stdout


def test_a_log_of_several_days_is_reported_day_by_day(log: Path, map_file: Path) -> None:
    with log.open("a") as file:
        file.write("8,2024-03-07,cash,09:30,1,09:32,09:35,120,OK,ann\n")
    told = json.loads(run(log, "--mapping", map_file, "--json").stdout)
    assert (told["day"], told["issued"]) == ("2024-03-05/2024-03-07", 5)
    table = run(log, "--mapping", map_file).stdout
    assert "Tuesday, March 5, 2024 – Thursday, March 7, 2024" in table
    assert [weekday in table for weekday in ("│ Tue,", "│ Wed,", "│ Thu,")] == [True, False, True]


def test_a_day_without_rows_is_an_error_that_says_what_was_read(log: Path, map_file: Path) -> None:
    result = run(log, "--mapping", map_file, "--day", "2024-03-09")
    assert result.exit_code == 1
    assert result.stderr == "Error: there is nothing to replay: 4 rows read; left out: other_day 4\n"


def test_a_broken_mapping_names_its_file_and_every_mistake(log: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[columns]\nservice = 3\n")
    result = run(log, "--mapping", path)
    assert result.exit_code == 1
    assert f"{path} has " in result.stderr
    assert "columns.arrived: is missing" in result.stderr
    path.write_text("[columns\n")
    assert "is not TOML" in run(log, "--mapping", path).stderr


def test_a_file_that_is_not_what_its_name_says_is_one_clear_line(tmp_path: Path, map_file: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_text("not compressed")
    result = run(path, "--mapping", map_file)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {path} cannot be read: ")


@pytest.mark.parametrize(
    "arguments", [["--server", "http://127.0.0.1:1"], ["--token", "t"], ["--day", "yesterday"], ["--branch", "b"]]
)
def test_options_that_do_not_fit_are_usage_errors(log: Path, map_file: Path, arguments: list[str]) -> None:
    assert run(log, "--mapping", map_file, *arguments).exit_code == 2


def test_a_mapping_is_needed(log: Path) -> None:
    assert run(log).exit_code == 2


# -- a real day


@pytest.fixture(scope="module")
def tuesday() -> list[dict[str, str]]:
    """The rows of the day that waited or were served, without those that carry no server."""
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        today = [row for row in csv.DictReader(file) if row["date"] == TUESDAY and row["agent"] != "NO_SERVER"]
    return [row for row in today if row["queued"] == "1" or row["outcome"] == "AGENT"]


@needs_the_bank
def test_a_tuesday_of_a_real_bank_is_replayed_visit_by_visit(tuesday: list[dict[str, str]]) -> None:
    mapping = read_mapping(tomllib.loads(BANK_MAP.read_text(encoding="utf-8")))
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        made = plan(csv.DictReader(file), mapping, TUESDAY)
    assert made.left_out == {"neither_waited_nor_served": 47, "no_server": 21, "other_day": 31231}
    with scratch(mapping.setup()) as door:
        outcome = replay(made, door)
        [record] = replayed(door, mapping, outcome.tickets)
    by_id = {ticket.id: ticket for ticket in record.tickets}
    assert len(by_id) == len(tuesday) == 1767
    for row in tuesday:
        ticket = by_id[outcome.tickets[row["call"]]]
        served = row["outcome"] == "AGENT"
        assert ticket.state is (State.FINISHED if served else State.CANCELLED)
        until = ticket.steps[0].called_at if served else ticket.step.ended_at
        assert until == ticket.arrived_at + int(row["wait_s"]) * 1000
        assert ticket.service == mapping.services[row["service"]].code


@needs_the_bank
def test_the_report_of_that_tuesday_counts_what_the_file_counts(tuesday: list[dict[str, str]]) -> None:
    result = run(BANK, "--mapping", BANK_MAP, "--day", TUESDAY, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    outcomes = Counter(row["outcome"] for row in tuesday)
    waits = [int(row["wait_s"]) for row in tuesday if row["outcome"] == "AGENT"]
    assert (told["issued"], told["served"], told["left"]) == (len(tuesday), outcomes["AGENT"], outcomes["HANG"])
    assert told["called"] == told["served"]
    assert told["mean_wait_s"] == pytest.approx(statistics.mean(waits), abs=1e-3)
    assert told["p90_wait_s"] == pytest.approx(statistics.quantiles(waits, n=10, method="inclusive")[8], abs=1e-3)
    assert told["rows_read"] == told["issued"] + sum(told["rows_left_out"].values())


@needs_the_bank
def test_the_figures_by_service_count_what_the_file_counts(tuesday: list[dict[str, str]]) -> None:
    mapping = read_mapping(tomllib.loads(BANK_MAP.read_text(encoding="utf-8")))
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        made = plan(csv.DictReader(file), mapping, TUESDAY)
    with scratch(mapping.setup()) as door:
        outcome = replay(made, door)
        [record] = replayed(door, mapping, outcome.tickets)
    figures = figures_of_days([record], record.at)
    counted = {s.key: (s.visits.issued, s.visits.served, s.visits.cancelled_by_customer) for s in figures.services}
    assert counted == {
        service.code: (
            sum(row["service"] == value for row in tuesday),
            sum(row["service"] == value and row["outcome"] == "AGENT" for row in tuesday),
            sum(row["service"] == value and row["outcome"] == "HANG" for row in tuesday),
        )
        for value, service in mapping.services.items()
    }
