"""What a situation expects, told from the events; what a lesson comes to; how it is said."""

from __future__ import annotations

import json

import pytest

from lobby.care.events import ComplaintReceived, FollowUpPromised
from lobby.happened import Happened
from lobby.queue import events as e
from lobby.words import LANGUAGES, words
from teller_console.training.coach import Feedback, Lesson, lesson
from teller_console.training.commands import MOST
from teller_console.training.report import data, told
from teller_console.training.situations import SITUATIONS, Situation
from teller_console.training.visit import CALMING_WORDS, LookUp, Visit, cut
from tests.teller_console.training.test_visit import MAX, a_complaint, called, journal

BY_CODE = {one.code: one for one in SITUATIONS}
START, FINISH = e.ServiceStarted("t", 3), e.ServiceFinished("t", 3)
DONE = e.InteractionRecorded("t", 3, "done")


def visited(*happened: Happened, read: tuple[LookUp, ...] = (), language: str = "en", lasts_s: float = 60) -> Visit:
    """A visit of a called customer, its events spread over so many seconds."""
    rows = [(0.0, called("t")), *((1 + place * lasts_s, one) for place, one in enumerate(happened))]
    return cut(journal(*rows), read, {"t": language}, MAX)["t"]


def promise(due_s: float) -> FollowUpPromised:
    return FollowUpPromised("F-1", MAX, round(due_s * 1000), "note", ticket="t")


def marks(code: str, visit: Visit) -> list[bool]:
    """What of the situation's expectations was done."""
    return [one.met(visit) for one in BY_CODE[code].expected]


def recorded(outcome: str = "done", **more: object) -> e.InteractionRecorded:
    return e.InteractionRecorded("t", 3, outcome, **more)  # type: ignore[arg-type]


CASES: list[tuple[str, Visit, list[bool]]] = [
    ("large-withdrawal", visited(START, DONE, FINISH, read=(LookUp(2000, "large-withdrawal"),)), [True, True]),
    ("large-withdrawal", visited(START, DONE, FINISH, read=(LookUp(2000, "coins"),)), [False, True]),
    ("large-withdrawal", visited(START, FINISH), [False, False]),
    ("wrong-documents", visited(START, recorded("papers_missing", steps=("id",)), FINISH), [True, True]),
    ("wrong-documents", visited(START, recorded("opened"), FINISH), [False, False]),
    (
        "two-services",
        visited(START, e.ServiceAdded("t", 3, "cards"), DONE, FINISH, called("t"), START, DONE, FINISH),
        [True, True, True],
    ),
    ("two-services", visited(START, e.ServiceAdded("t", 3, "cards"), DONE, FINISH), [True, False, True]),
    ("two-services", visited(START, DONE, FINISH, called("t"), START, FINISH), [False, True, False]),
    ("transfer", visited(START, e.TicketTransferred("t", 3, "loans", reason="house")), [True, True]),
    ("transfer", visited(e.TicketTransferred("t", 3, "loans")), [True, False]),
    ("transfer", visited(START, e.TicketTransferred("t", 3, "cards", reason="?")), [False, True]),
    ("no-show", visited(e.TicketRecalled("t", 3), e.NoShowDeclared("t", 3)), [True, True]),
    ("no-show", visited(START, FINISH), [False, False]),
    (
        "angry",
        visited(START, recorded(note="n"), FINISH, read=(LookUp(2000, CALMING_WORDS),)),
        [True, True, True],
    ),
    ("angry", visited(START, DONE, FINISH), [False, False, True]),
    ("complaint", visited(START, a_complaint("t"), DONE, FINISH), [True, True, True]),
    ("complaint", visited(START, DONE, FINISH, a_complaint()), [True, True, True]),
    (
        "complaint",
        visited(START, ComplaintReceived("C-1", "counter", "en", 0, None, False, "p", ticket="t"), DONE, FINISH),
        [False, False, True],
    ),
    (
        "language",
        visited(START, DONE, FINISH, read=(LookUp(2000, "lost-card", "ru"),), language="ru"),
        [True, True, True],
    ),
    (
        "language",
        visited(START, DONE, FINISH, read=(LookUp(2000, "lost-card", "en"),), language="ru"),
        [True, False, True],
    ),
    (
        "promise",
        visited(START, recorded("", interaction="data_update"), promise(9999), DONE, FINISH),
        [True, True, True],
    ),
    ("promise", visited(START, promise(0), DONE, FINISH), [False, False, True]),
    ("power-cut", visited(START, DONE, FINISH), [True, True]),
    ("power-cut", visited(START, DONE, FINISH, DONE, FINISH), [False, True]),
    ("power-cut", visited(START), [False, False]),
]


@pytest.mark.parametrize(("code", "visit", "expected"), CASES)
def test_what_was_done_is_told_from_the_events(code: str, visit: Visit, expected: list[bool]) -> None:
    assert marks(code, visit) == expected


def test_every_situation_can_be_met_and_missed() -> None:
    for one in SITUATIONS:
        of_it = [expected for code, _, expected in CASES if code == one.code]
        assert any(all(expected) for expected in of_it), one.code
        assert any(not all(expected) for expected in of_it), one.code


def test_the_command_knows_how_many_situations_there_are() -> None:
    assert len(SITUATIONS) == MOST == len(BY_CODE)


def test_a_visit_is_held_against_the_services_mean() -> None:
    visit = visited(START, DONE, FINISH, lasts_s=100)
    (one,) = lesson([(BY_CODE["angry"], visit)], {"cash": 120.0}, 1).met
    assert (one.start_s, one.handling_s, one.mean_s, one.slow_start, one.long) == (1, 200, 120, False, True)


@pytest.mark.parametrize(
    ("code", "start_s", "handling_s", "slow", "long"),
    [
        ("angry", 31.0, 10.0, True, False),
        ("angry", 30.0, 180.0, False, False),
        ("angry", 2.0, 181.0, False, True),
        ("power-cut", 2.0, 999.0, False, False),
        ("no-show", 99.0, 10.0, False, False),
        ("transfer", None, None, False, False),
    ],
)
def test_a_remark_on_time_is_made_where_it_is_fair(
    code: str, start_s: float | None, handling_s: float | None, slow: bool, long: bool
) -> None:
    one = Feedback(BY_CODE[code], (), (), start_s, handling_s, 120.0)
    assert (one.slow_start, one.long) == (slow, long)


def test_who_was_never_called_is_no_fault() -> None:
    taught: list[tuple[Situation, Visit]] = [
        (BY_CODE["angry"], visited(START, DONE, FINISH)),
        (BY_CODE["complaint"], Visit("u", "en")),
    ]
    held = lesson(taught, {"cash": 120.0, "cards": 120.0}, 3)
    assert (len(held.met), held.planned, held.done, held.expected) == (1, 3, 1, 3)


def held(share: str) -> Lesson:
    """A lesson of one angry customer: nothing, something, all done."""
    read = (LookUp(2000, CALMING_WORDS),)
    visit = {
        "nothing": visited(START),
        "most": visited(START, DONE, FINISH, read=read),
        "all": visited(START, recorded(note="n"), FINISH, read=read),
    }[share]
    return lesson([(BY_CODE["angry"], visit)], {"cash": 120.0}, 1)


@pytest.mark.parametrize(
    ("share", "closing", "said", "not_said"),
    [
        ("nothing", "A good start.", "→ Press / and F3", "✓"),
        ("most", "Most of it was done.", "→ Write a short note", "No customer"),
        ("all", "You are ready for the counter.", "✓ A note says", "→"),
    ],
)
def test_the_report_is_kind_and_says_what_to_try_next(share: str, closing: str, said: str, not_said: str) -> None:
    report = told(held(share), words("en"))
    assert closing in report.splitlines()[-1]
    assert said in report
    assert not_said not in report


def test_the_report_of_a_lesson_without_customers_says_so() -> None:
    assert "No customer" in told(Lesson((), 10), words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_told_in_every_language(language: str) -> None:
    assert told(held("most"), words(language)).count("\n") >= 6


def test_the_report_is_data_too() -> None:
    found = json.loads(json.dumps(data(held("most"))))
    assert (found["planned"], found["met"], found["done"], found["expected"]) == (1, 1, 2, 3)
    (one,) = found["situations"]
    assert (one["situation"], len(one["done"]), len(one["missing"])) == ("angry", 2, 1)
    assert (one["call_to_start_s"], one["handling_s"], one["mean_s"]) == (1, 120, 120)
