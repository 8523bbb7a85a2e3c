"""Why a ticket was called when it was: the answer in figures, in words, at the command line and over HTTP."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lobby.config import load
from lobby.queue import commands as c
from lobby.queue.events import Why
from lobby.queue.given import Actor
from lobby.queue.rules_in_force import TakeUpRules
from lobby.queue.services import Ratio, Reserve, Rules
from lobby.reports.why import WhyTicket, why
from lobby.words import reason, words
from lobby.words.why_lines import in_words
from tests.builders import ANN, BOB, KIOSK, TUESDAY, VISITOR, Clock, Room, a_desk, a_room, a_setup, moment

SERVER = Actor("lobby", "server")


def asked(room: Room, number: str) -> WhyTicket:
    return why(room.branch.setup, room.history, room.ticket(number), room.branch.day)


def lines(room: Room, number: str) -> tuple[str, list[str], list[str]]:
    """The ticket's line, those of its calls, those of who overtook it."""
    said = in_words(asked(room, number), words("en"))
    return said.line, [one.line for one in said.calls], [one.line for one in said.overtaken]


def three_wait(**rules: Any) -> Room:
    """The example of docs/calling.md: at 10:00 loans since 9:50, cash since 9:54, Premium for cash since 9:56."""
    room = a_room(a_setup(rules=Rules(**rules)), moment("2024-03-05 09:50"))
    room.do(TakeUpRules())
    for minutes, service, priority in ((4, "loans", ""), (2, "cash", ""), (4, "cash", "premium")):
        room.issue(service, priority=priority)
        room.clock.forward(minutes=minutes)
    room.open(3)
    return room


def test_the_example_of_the_docs_comes_out_as_it_says() -> None:
    room = three_wait()
    assert room.call(3) == "A001"
    [call] = asked(room, "A001").calls
    assert [(one.number, one.index, one.rule) for one in call.ranked] == [
        ("A001", 0.6, "index"),
        ("A002", 0.6, "index"),
        ("L001", 0.5, "index"),
    ]
    assert (call.rule, call.runner_up, call.as_ruled, call.rules) == ("index", "A002", True, 1)
    kept = three_wait(reserves=(Reserve(3, services=("loans",)),))
    assert kept.call(3) == "L001"
    [call] = asked(kept, "L001").calls
    assert [(one.number, one.held) for one in call.ranked] == [("L001", ""), ("A001", "reserve"), ("A002", "reserve")]


def test_a_ticket_that_waits_says_who_went_before_it_and_why() -> None:
    room = three_wait()
    room.call(3)
    said, calls, overtaken = lines(room, "L001")
    assert said == "Not called yet. 1 customer who came later was called before."
    assert calls == []
    assert overtaken == ["A001 had waited 6 of 10 min: further along against its target."]
    assert lines(room, "A002")[0] == "Not called yet. Nobody who came later was called before."


def test_each_rule_has_a_line_of_its_own_that_names_the_other() -> None:
    room = a_room(a_setup(rules=Rules(age_cap_targets=2.0, ratios=(Ratio("premium", 1),))))
    room.issue("loans")
    room.clock.forward(60)
    room.issue("cash")
    room.issue("cards", priority="premium")
    room.issue("loans", priority="by-law")
    room.issue("cash")
    room.open(1)
    room.open(2, BOB)
    room.do(c.CallTicket(1, "A002", "walk_in"))
    room.call(2, BOB)
    room.do(c.Start(1))
    room.do(c.Finish(1))
    room.clock.forward(60)
    room.call(1)
    room.do(c.Start(1))
    room.do(c.Finish(1))
    room.do(c.CloseCounter(1))
    room.open(3)
    room.clock.forward(1200)
    room.call(3)
    said, _, overtaken = lines(room, "L001")
    assert said == "Not called yet. 4 customers who came later were called before."
    assert overtaken == [
        "A002 was called out of order (walk-in).",
        "L002 goes before others by law.",
        "C001 was called to counter 1, which this ticket does not wait for.",
        "A001 had waited 21 min, longer than anyone should.",
    ]


def test_a_head_start_a_reserve_and_a_ratio_are_named() -> None:
    room = a_room(a_setup(rules=Rules(ratios=(Ratio("premium", 1),), reserves=(Reserve(2, services=("loans",)),))))
    room.issue()
    room.clock.forward(60)
    room.issue(priority="premium")
    room.issue(priority="premium")
    room.clock.forward(60)
    room.issue()
    room.issue("loans")
    room.clock.forward(600)
    room.open(3)
    room.do(c.OpenCounter(1), BOB)
    assert [room.call(3), room.call(1, BOB)] == ["A002", "A001"]
    assert lines(room, "A001")[2] == ["A002 had waited 11 of 10 min and has a head start by its class."]
    room.do(c.Start(1), BOB)
    room.do(c.Finish(1), BOB)
    room.call(1, BOB)
    room.do(c.Start(1), BOB)
    room.do(c.Finish(1), BOB)
    assert room.call(1, BOB) == "A004"


def test_who_asked_for_a_few_minutes_reads_so_and_meanwhile_nobody_went_before() -> None:
    """A001 would have been called; it is away for four minutes, and L001 comes before A002 for nobody's wish."""
    room = three_wait()
    room.do(c.Hold("A001"), VISITOR)
    assert room.call(3) == "A002"
    [call] = asked(room, "A002").calls
    assert [(one.number, one.held) for one in call.ranked] == [("A002", ""), ("L001", ""), ("A001", "away")]
    assert (call.runner_up, call.as_ruled) == ("L001", True)
    room.do(c.Start(3))
    room.do(c.Finish(3))
    room.clock.forward(minutes=4)
    room.do(c.Release("A001"), VISITOR)
    assert room.call(3) == "A001"
    found = asked(room, "A001")
    assert (found.overtaken, found.held_until) == ((), room.clock())
    assert [one.as_ruled for one in found.calls] == [True]
    assert lines(room, "A001")[0] == (
        "Waited 10 of 10 min: furthest along against its target. Next: L001. For 4 min it was not called, because the "
        "customer had asked for a few minutes. Nobody who came later was called before."
    )


def test_a_call_that_was_undone_is_no_answer() -> None:
    room = three_wait()
    room.call(3)
    room.do(c.UndoStep(3))
    assert (asked(room, "A001").calls, asked(room, "L001").overtaken) == ((), ())


def test_a_ticket_that_is_called_twice_has_both_calls_and_the_last_is_its_line() -> None:
    room = three_wait()
    room.call(3)
    room.do(c.Start(3))
    room.do(c.Transfer(3, "loans"))
    room.clock.forward(60)
    room.do(c.CallTicket(3, "A001", "is back already"))
    found = asked(room, "A001")
    assert [one.rule for one in found.calls] == ["index", "by_hand"]
    assert lines(room, "A001")[0].startswith("Called out of order (is back already).")


def test_what_was_never_called_says_its_state() -> None:
    room = three_wait()
    room.do(c.Cancel("A001"))
    assert lines(room, "A001")[0].startswith("Never called: it is cancelled.")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("index", "Waited 4 of 10 min: furthest along against its target. Next: A002."),
        ("reserve", "Waited 4 of 10 min: this counter takes such customers first. Next: A002."),
        (
            "ratio",
            "Waited 4 of 10 min: after several of one class in a row it was the turn of others. Next: A002.",
        ),
    ],
)
def test_what_is_said_at_the_counter_names_the_rule(rule: str, said: str) -> None:
    assert reason(Why(rule, 240, 600, 0.4, "A002"), words("en")) == said


# -- at the command line


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A data folder with two days: A001 overtaken by priority on the first, and on the second one who waits."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    clock = Clock(TUESDAY)
    desk = a_desk(tmp_path, clock=clock, setup=load(tmp_path).setup)
    steps: list[tuple[int, c.Command, Any]] = [
        (0, TakeUpRules(), SERVER),
        (0, c.OpenCounter(1), ANN),
        (60, c.Issue("cash"), KIOSK),
        (60, c.Issue("cash", priority="priority"), KIOSK),
        (60, c.CallNext(1), ANN),
        (0, c.Start(1), ANN),
        (60, c.Finish(1), ANN),
        (0, c.CallNext(1), ANN),
        (24 * 3600, c.Issue("cash"), KIOSK),
    ]
    for number, (pause, command, actor) in enumerate(steps):
        clock.forward(pause)
        desk.submit(command, key=str(number), actor=actor)
    return tmp_path


def run(command: str, *arguments: str | Path) -> Result:
    from lobby.command_line import why as why_command

    return CliRunner().invoke(getattr(why_command, command), [str(argument) for argument in arguments])


def test_the_command_answers_for_a_day_that_is_over(branch: Path) -> None:
    result = run("why", "a001", "--data", branch, "--day", "2024-03-05")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "A001  2024-03-05  cash",
        "Waited 3 of 10 min: furthest along against its target. 1 customer who came later was called before.",
        "",
        "09:04:00  Counter 1  ann  Waited 3 of 10 min: furthest along against its target.",
        "  * A001      0.300     3.0 / 10 min  index",
        "",
        "09:03:00  A002 goes before others by law.",
    ]


def test_the_present_day_and_json_for_programs(branch: Path) -> None:
    found = json.loads(run("why", "A001", "--data", branch, "--json").stdout)
    assert (found["day"], found["state"], found["calls"]) == ("2024-03-06", "waiting", [])
    assert found["line"] == "Not called yet. Nobody who came later was called before."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["why", "A404", "--day", "2024-03-05"], "There is no ticket “A404” on 2024-03-05."),
        (["why", "A404"], "There is no ticket “A404” today."),
        (["why", "A001", "--day", "2023-01-01"], "There is no ticket “A001” on 2023-01-01."),
    ],
)
def test_a_ticket_that_is_not_there_is_one_clear_line(branch: Path, arguments: list[str], said: str) -> None:
    result = run(*arguments, "--data", branch)
    assert str(result.exception) == said


def test_the_ledger_is_printed_and_its_json_is_whole(branch: Path) -> None:
    result = run("fairness", "--data", branch, "--from", "2024-03-05", "--to", "2024-03-06")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:2] == [
        "2 calls of 2 tickets; Jain's index of wait / target 0.800",
        "       1 overtakes: statutory",
    ]
    found = json.loads(run("fairness", "--data", branch, "--from", "2024-03-05", "--json").stdout)
    assert (found["calls"], found["by_rule"], found["broken"], found["otherwise"]) == (2, {"statutory": 1}, [], [])


def test_calls_before_any_rules_on_record_are_no_breach(tmp_path: Path) -> None:
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    desk = a_desk(tmp_path, setup=load(tmp_path).setup)
    for number, (command, actor) in enumerate(
        [(c.OpenCounter(1), ANN), (c.Issue("cash"), KIOSK), (c.CallNext(1), ANN)]
    ):
        desk.submit(command, key=str(number), actor=actor)
    result = run("fairness", "--data", tmp_path)
    assert (result.exit_code, "1 calls before any rules were on record" in result.stdout) == (0, True)


def test_a_language_without_words_is_refused(branch: Path) -> None:
    result = run("why", "A001", "--data", branch, "--language", "xx")
    assert (result.exit_code, 'no words for "xx"; there are en' in result.stderr) == (2, True)


def test_the_ledger_refuses_an_end_before_its_beginning(branch: Path) -> None:
    for options in (["--to", "2024-03-05"], ["--from", "2024-03-06", "--to", "2024-03-05"]):
        assert run("fairness", "--data", branch, *options).exit_code == 2


def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (tmp_path / "branch.toml").write_text(example, encoding="utf-8")
    result = run("why", "A001", "--data", tmp_path)
    assert (result.exit_code, "nothing was recorded" in result.stderr) == (1, True)
