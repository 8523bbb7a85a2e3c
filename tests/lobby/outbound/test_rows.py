"""The tables that leave the branch: what stands in them, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lobby.care import events as care
from lobby.outbound.export_command import WHAT
from lobby.outbound.rows import COLUMNS, PRIVATE, as_csv, rows
from lobby.queue import events as e
from tests.builders import a_setup, moment

WORDS = {
    "note": "=cmd|' /C calc'!A0",
    "fields": '{"old":"Calle 1"}',
    "person": '{"text":"I waited, two \\"hours\\"\\nand more","name":"Inés","contact":"+34 600"}',
    "answer": "we are sorry",
    "action": "a second counter on Mondays",
    "promise": '{"note":"call back","name":"-5"}',
    "praise": "@Ann was kind",
}
START, END = moment("2024-03-05 04:00"), moment("2024-03-06 04:00")
Happening = tuple[str, e.Event]


def table(what: str, *happened: Happening, private: bool = False, end: int = END) -> list[dict[str, str]]:
    """The rows as whoever reads the file sees them."""
    recorded = [e.Recorded(n, moment(at), "ann", event) for n, (at, event) in enumerate(happened, 1)]
    found = rows(what, recorded, a_setup(), START, end, WORDS.get if private else None)
    return list(csv.DictReader(io.StringIO("".join(as_csv(found)).removeprefix("\ufeff"), newline="")))


def record(outcome: str = "done", note: str = "", **fields: Any) -> e.InteractionRecorded:
    return e.InteractionRecorded("2024-03-05-A001", 1, outcome, note, **fields)


def test_a_record_is_a_row() -> None:
    event = record(
        "done",
        "note",
        interaction="data_update",
        service="cash",
        delivered=("card", "pin"),
        steps=("id",),
        fields={"b": "2", "a": "1"},
        private="fields",
    )
    (row,) = table("interactions", ("2024-03-05 09:00", event))
    assert row == {
        "seq": "1",
        "recorded_at": "2024-03-05T09:00:00+00:00",
        "ticket": "2024-03-05-A001",
        "counter": "1",
        "teller": "ann",
        "service": "cash",
        "kind": "data_update",
        "outcome": "done",
        "delivered": "card|pin",
        "steps": "id",
        "fields": '{"a":"1","b":"2"}',
    }
    (row,) = table("interactions", ("2024-03-05 09:00", event), private=True)
    assert row["private_fields"] == '{"old":"Calle 1"}'


def test_times_are_in_the_branchs_zone_on_both_sides_of_a_clock_change() -> None:
    before, after = table(
        "interactions",
        ("2024-03-30 12:00", record()),
        ("2024-03-31 12:00", record()),
        end=moment("2024-04-01 04:00"),
    )
    assert before["recorded_at"] == "2024-03-30T12:00:00+00:00"
    assert after["recorded_at"] == "2024-03-31T12:00:00+01:00"


@pytest.mark.parametrize("what", WHAT)
def test_what_began_outside_the_days_asked_for_is_left_out(what: str) -> None:
    makers: dict[str, Callable[[str], e.Event]] = {
        "interactions": lambda name: record(name),
        "complaints": lambda name: care.ComplaintReceived(name, "counter", "en", END, None, False, ""),
        "follow-ups": lambda name: care.FollowUpPromised(name, "ann", END, ""),
        "feedback": lambda name: e.FeedbackGiven(3, name, "en"),
    }
    make = makers[what]
    found = table(
        what,
        ("2024-03-05 03:59", make("before")),
        ("2024-03-05 04:00", make("in")),
        ("2024-03-06 03:59", make("in too")),
        ("2024-03-06 04:00", make("after")),
    )
    assert len(found) == 2
    assert {"in", "in too"} <= {value for row in found for value in row.values()}


def test_a_complaint_is_one_row_as_it_stands_now() -> None:
    story: list[Happening] = [
        (
            "2024-03-05 09:00",
            care.ComplaintReceived(
                "C-1",
                "counter",
                "ru",
                moment("2024-03-06 09:00"),
                moment("2024-04-05 00:00"),
                True,
                "person",
                "cash",
            ),
        ),
        ("2024-03-05 09:30", care.ComplaintAcknowledged("C-1", "in_person")),
        ("2024-03-05 10:00", care.ComplaintAssessed("C-1", "wait", 2, 3, "general", False, moment("2024-04-05 00:00"))),
        ("2024-03-05 11:00", care.ComplaintAssigned("C-1", "bob")),
        ("2024-04-06 09:00", care.ComplaintAnswered("C-1", "upheld", "phone", "answer")),
        ("2024-04-07 09:00", care.ComplaintClosed("C-1", "staffing", "action")),
        ("2024-04-08 09:00", care.ComplaintReopened("C-1", "customer", law_due=moment("2024-06-03 00:00"))),
    ]
    (row,) = table("complaints", *story, private=True)
    assert row == dict.fromkeys(COLUMNS["complaints"] + PRIVATE["complaints"], "") | {
        "complaint": "C-1",
        "received_at": "2024-03-05T09:00:00+00:00",
        "state": "reopened",
        "place": "counter",
        "language": "ru",
        "service": "cash",
        "category": "wait",
        "matter": "general",
        "severity": "2",
        "priority": "3",
        "complex": "no",
        "owner": "bob",
        "can_be_reached": "yes",
        "promise_due": "2024-03-06T09:00:00+00:00",
        "law_due": "2024-06-03T00:00:00+01:00",
        "extended": "no",
        "acknowledged_at": "2024-03-05T09:30:00+00:00",
        "assessed_at": "2024-03-05T10:00:00+00:00",
        "answered_at": "2024-04-06T09:00:00+01:00",
        "decision": "upheld",
        "cause": "staffing",
        "times_reopened": "1",
        "promise_kept": "yes",
        "law_kept": "",
        "name": "Inés",
        "contact": "'+34 600",
        "text": 'I waited, two "hours"\nand more',
        "answer": "we are sorry",
        "prevention": "a second counter on Mondays",
    }
    (plain,) = table("complaints", *story)
    assert set(plain) == set(COLUMNS["complaints"])
    assert "Inés" not in plain.values()


def test_the_laws_clock_is_that_of_the_last_round() -> None:
    first, second = moment("2024-03-10 00:00"), moment("2024-05-10 00:00")
    story: list[Happening] = [
        ("2024-03-05 09:00", care.ComplaintReceived("C-1", "counter", "en", first, first, False, "")),
        ("2024-03-05 09:30", care.ComplaintAcknowledged("C-1", "in_person")),
        ("2024-03-05 10:00", care.ComplaintAssessed("C-1", "wait", 2, 3, "general", False, first)),
        ("2024-03-12 09:00", care.ComplaintAnswered("C-1", "upheld", "phone", "answer")),
        ("2024-03-13 09:00", care.ComplaintReopened("C-1", "customer", law_due=second)),
        ("2024-05-01 09:00", care.ComplaintAnswered("C-1", "upheld", "phone", "answer")),
    ]
    found = [table("complaints", *story[:length])[0] for length in range(3, 7)]
    assert [row["law_kept"] for row in found] == ["", "no", "", "yes"]
    assert [row["promise_kept"] for row in found] == ["yes"] * 4


def test_where_there_is_no_law_nobody_kept_it() -> None:
    due = moment("2024-03-10 00:00")
    received = care.ComplaintReceived("C-1", "counter", "en", due, None, False, "")
    (row,) = table("complaints", ("2024-03-05 09:00", received))
    assert (row["law_due"], row["law_kept"], row["promise_kept"]) == ("", "", "")


def test_a_follow_up_is_one_row_as_it_stands_now() -> None:
    (row,) = table(
        "follow-ups",
        (
            "2024-03-05 09:00",
            care.FollowUpPromised("F-1", "ann", moment("2024-03-08 17:00"), "promise", service="cash"),
        ),
        ("2024-03-06 09:00", care.FollowUpMoved("F-1", "bob", moment("2024-03-11 17:00"))),
        ("2024-03-11 09:00", care.FollowUpKept("F-1")),
        private=True,
    )
    assert (row["state"], row["owner"], row["times_moved"], row["in_time"]) == ("kept", "bob", "1", "yes")
    assert row["due"] == "2024-03-11T17:00:00+00:00"
    assert (row["note"], row["name"]) == ("call back", "'-5")


def test_ratings_and_praise_are_feedback() -> None:
    rating, praise = table(
        "feedback",
        ("2024-03-05 09:00", e.FeedbackGiven(4, "kiosk", "zh", "cash", ("quick", "kind"))),
        ("2024-03-05 09:01", care.PraiseGiven("bob", "phone", "praise")),
        private=True,
    )
    assert (rating["kind"], rating["rating"], rating["choices"], rating["teller"]) == ("rating", "4", "quick|kind", "")
    assert (praise["kind"], praise["rating"], praise["teller"], praise["note"]) == (
        "praise",
        "",
        "bob",
        "'@Ann was kind",
    )


def test_erased_words_leave_an_empty_cell_and_the_row_stays() -> None:
    (row,) = table("interactions", ("2024-03-05 09:00", record(note="erased", private="erased")), private=True)
    assert (row["note"], row["private_fields"], row["outcome"]) == ("", "", "done")


@pytest.mark.parametrize("cell", ["=1+1", "+34", "-5", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = csv.reader(io.StringIO("".join(as_csv([[cell, "a" + cell]])).removeprefix("\ufeff"), newline=""))
    assert row == ["'" + cell, "a" + cell]


def test_a_file_begins_with_a_byte_order_mark_and_a_heading_even_when_it_is_empty() -> None:
    for what in WHAT:
        text = "".join(as_csv(rows(what, [], a_setup(), START, END)))
        assert text == "\ufeff" + ",".join(COLUMNS[what]) + "\r\n"


def test_every_table_has_its_columns_and_none_twice() -> None:
    assert set(WHAT) == set(COLUMNS) == set(PRIVATE)
    for what in WHAT:
        columns = COLUMNS[what] + PRIVATE[what]
        assert len(columns) == len(set(columns))


def test_the_documented_columns_are_the_ones_that_there_are() -> None:
    lines = (Path(__file__).parents[3] / "docs" / "outbound.md").read_text(encoding="utf-8").splitlines()
    for what in WHAT:
        (line,) = [line for line in lines if line.startswith(f"| `{what}` |")]
        assert line.split(" | ")[-1] == f"{', '.join(COLUMNS[what])}; *{', '.join(PRIVATE[what])}* |"
