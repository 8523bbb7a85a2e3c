"""What customers said, in figures: the day of docs/feedback.md reckoned by hand, and what is not shown of a person."""

from __future__ import annotations

from typing import Any

import pytest

from lobby.care import commands as care
from lobby.care.feedback import ENOUGH_OF_ONE, FeedbackSetup
from lobby.care.templates import Named
from lobby.queue import commands as c
from lobby.queue.past import PastOpinion
from lobby.reports.cases import cases_in, cases_of
from lobby.reports.columns import columns_of
from lobby.reports.day import day_records
from lobby.reports.forms.rendering import as_csv, as_html_body, document
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_figures
from lobby.reports.said import said
from lobby.words import words
from tests.builders import ANN, KIOSK, MIA, VISITOR, Room, a_room, a_setup

DAY = "2024-03-05"


def visit(room: Room, service: str = "cash") -> str:
    """The number of somebody who was served."""
    number = room.issue(service)
    room.serve(3)
    room.clock.forward(minutes=3)
    room.do(c.Finish(3))
    return number


def figures(room: Room) -> PeriodFigures:
    rows = columns_of(past_day(record) for record in day_records(room.branch.setup, room.history))
    cases = cases_of(room.history)
    assert cases == cases_in(room.branch.care)
    return period_figures(rows, room.branch.setup, DAY, DAY, room.branch.at, cases)


@pytest.fixture
def room() -> Room:
    """Six served, one of them sent on from loans to cash, and one who gave up."""
    room = a_room()
    room.open(3, ANN)
    numbers = [visit(room) for _ in range(5)]
    sent_on = room.issue("loans")
    room.serve(3)
    room.do(c.Transfer(3, service="cash"))
    room.serve(3)
    room.do(c.Finish(3))
    gone = room.issue()
    room.do(c.Cancel(gone), VISITOR)
    room.do(c.GiveFeedback(5, choices=("wait", "staff"), ticket=numbers[0]), VISITOR)
    room.do(c.GiveFeedback(2, choices=("wait",), ticket=sent_on, note="An hour"), VISITOR)
    room.do(c.GiveFeedback(1, choices=("wait",), ticket=gone), VISITOR)
    room.do(c.GiveFeedback(4), KIOSK)
    return room


def test_the_day_of_the_handbook_is_as_reckoned_there(room: Room) -> None:
    overall = figures(room).overall.opinions
    assert (overall.ratings, overall.answered, overall.response_rate) == (4, 2, 0.3333)
    assert (overall.rating_mean, overall.satisfied, overall.bad_comments) == (3.0, 0.5, 1)
    assert (overall.good_named, overall.bad_named) == ({"staff": 1, "wait": 1}, {"wait": 2})
    assert [getattr(overall, f"rated_{rating}") for rating in (5, 4, 3, 2, 1)] == [1, 1, 0, 1, 1]


def test_an_answer_counts_under_the_service_that_the_visit_was_issued_for(room: Room) -> None:
    services = {one.key: one.opinions for one in figures(room).services}
    assert (services["loans"].ratings, services["loans"].response_rate, services["loans"].rating_mean) == (1, 1.0, 2.0)
    assert (services["cash"].ratings, services["cash"].answered, services["cash"].response_rate) == (2, 1, 0.2)


def test_what_was_said_at_the_kiosk_stands_apart(room: Room) -> None:
    places = {line.key: line.opinions for line in figures(room).said.places}
    assert {place: one.ratings for place, one in places.items()} == {"phone": 3, "kiosk": 1}
    assert places["kiosk"].response_rate is None


def test_a_comment_that_somebody_has_seen_to_is_counted_with_how_long_it_took(room: Room) -> None:
    assert figures(room).overall.comments_settled == 0.0
    room.clock.forward(hours=2)
    (seq,) = room.branch.care.comments
    room.do(care.SettleComment(seq), MIA)
    overall = figures(room).overall
    assert (overall.comments_settled, overall.settled_median_s) == (1.0, None)


def answers(teller: str, many: int) -> list[PastOpinion]:
    return [PastOpinion(4, "phone", "en", teller=teller, visit=True) for _ in range(many)]


def test_a_teller_with_few_answers_has_no_figures_of_them() -> None:
    found = said([*answers("ann", ENOUGH_OF_ONE), *answers("bob", ENOUGH_OF_ONE - 1)], a_setup())
    assert [(line.key, line.opinions.ratings) for line in found.tellers] == [("ann", ENOUGH_OF_ONE)]


def test_choices_come_the_most_frequent_first_in_the_branchs_own_words() -> None:
    parking = Named("parking", {"en": "Nowhere to park", "ru": "Негде припарковаться"})
    setup = a_setup(feedback=FeedbackSetup(bad=(parking, Named("wait"))))
    opinions = [
        PastOpinion(2, "kiosk", "en", choices=("parking", "wait")),
        PastOpinion(1, "kiosk", "en", choices=("parking",)),
    ]
    bad = said(opinions, setup).bad
    assert [(part.code, part.count, part.share) for part in bad] == [("parking", 2, 0.6667), ("wait", 1, 0.3333)]
    assert bad[0].names == parking.names


def grids(report: Any) -> dict[str, Any]:
    return {grid.title: grid for grid in report.grids}


def test_the_report_has_them_in_every_form(room: Room) -> None:
    found = figures(room)
    shown = grids(document(found, words("en")))
    by_service = shown["What customers said, by service"]
    assert [line.name for line in by_service.lines] == ["Cash", "Loans"]
    assert [cell.text for cell in by_service.lines[0].cells[:4]] == ["2", "20%", "3", "50%"]
    assert shown["What could be better, by service"].lines[1].cells[0].text == "The wait was long 1"
    assert [line.name for line in shown["What could be better?"].lines] == ["The wait was long"]
    assert [line.name for line in shown["What customers said, by where"].lines][1] == "At the kiosk"
    assert "What customers said, by teller" not in shown
    assert "bad_named/wait,What could be better: Loans: The wait was long,1,count" in as_csv(found, words("en"))
    assert "An hour" not in as_html_body(found, words("en"))


def test_a_day_on_which_nobody_answered_has_no_table_of_it() -> None:
    room = a_room()
    room.open(3, ANN)
    visit(room)
    assert not [title for title in grids(document(figures(room), words("en"))) if "customers said" in title]
