"""Reports as a branch's database has them: days that are over and the one under way, together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lobby.care import commands as cc
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.reckoning import Reckoning
from lobby.records.store import Store
from lobby.reports.asked import Kind, asked
from lobby.reports.day import day_records
from lobby.reports.figures import figures_of_days
from lobby.reports.forms.layout import document
from lobby.reports.period import PeriodFigures
from lobby.words import words
from tests.builders import ANN, KIOSK, Clock, a_desk, a_setup, moment

WEDNESDAY = date(2024, 3, 13)


def work(desk: Desk, clock: Clock, day: str, customers: int) -> None:
    """So many customers at nine, each called after five minutes and served for two."""
    clock.now = moment(f"{day} 09:00")
    for number in range(customers):
        desk.submit(c.Issue("cash"), key=f"{day}-issue-{number}", actor=KIOSK)
    desk.submit(c.OpenCounter(1), key=f"{day}-open", actor=ANN)
    for number in range(customers):
        clock.forward(minutes=5)
        desk.submit(c.CallNext(1), key=f"{day}-call-{number}", actor=ANN)
        desk.submit(c.Start(1), key=f"{day}-start-{number}", actor=ANN)
        clock.forward(minutes=2)
        desk.submit(c.Finish(1), key=f"{day}-finish-{number}", actor=ANN)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """Monday, Wednesday and Friday of one week, then Monday and Wednesday of the next, which goes on."""
    desk = a_desk(tmp_path, clock=clock)
    for day, customers in (("04", 2), ("06", 3), ("08", 4), ("11", 1), ("13", 2)):
        work(desk, clock, f"2024-03-{day}", customers)
    return desk


def reckoned(folder: Path, kind: Kind, day: date, now: int) -> PeriodFigures | None:
    store = Store.in_folder(folder)
    try:
        return Reckoning(store, a_setup()).period(asked(kind, day), now)
    finally:
        store.close()


def test_a_week_with_the_present_day_has_the_figures_of_all_its_days(tmp_path: Path, desk: Desk, clock: Clock) -> None:
    made = reckoned(tmp_path, "week", WEDNESDAY, clock())
    assert made is not None
    records = list(day_records(a_setup(), desk.events()))[3:]
    assert made.overall == figures_of_days(records, clock()).overall
    assert [line.key for line in made.by_day] == ["2024-03-11", "2024-03-13"]


def test_a_week_under_way_is_compared_with_the_same_days_of_the_week_before(
    tmp_path: Path, desk: Desk, clock: Clock
) -> None:
    made = reckoned(tmp_path, "week", WEDNESDAY, clock())
    assert made is not None
    assert made.before is not None
    assert (made.before.first, made.before.last, made.before.whole) == ("2024-03-04", "2024-03-06", False)
    assert made.before.overall.visits.issued == 5
    said = "Compared with the same part of the period before: Monday, March 4, 2024 – Wednesday, March 6, 2024"
    assert said in document(made, words("en")).notes


def test_a_week_that_is_over_is_compared_with_the_whole_week_before(tmp_path: Path, desk: Desk) -> None:
    made = reckoned(tmp_path, "week", WEDNESDAY, moment("2024-03-18 09:00"))
    assert made is not None
    assert made.before is not None
    assert (made.before.last, made.before.whole, made.before.overall.visits.issued) == ("2024-03-10", True, 9)


def test_before_anything_happened_today_the_week_has_come_to_yesterday(
    tmp_path: Path, desk: Desk, clock: Clock
) -> None:
    clock.now = moment("2024-03-14 07:00")
    made = reckoned(tmp_path, "week", WEDNESDAY, clock())
    assert made is not None
    assert made.before is not None
    assert made.before.last == "2024-03-06"


def test_a_day_with_complaints_and_no_ticket_has_a_report(tmp_path: Path, desk: Desk, clock: Clock) -> None:
    clock.now = moment("2024-03-16 10:00")
    desk.submit(cc.TakeComplaint("Charged twice", category="fees"), key="complaint", actor=KIOSK)
    made = reckoned(tmp_path, "day", date(2024, 3, 16), clock())
    assert made is not None
    assert (made.days, made.overall.visits.issued, made.overall.complaints.complaints_received) == (0, 0, 1)
    assert document(made, words("en")).headlines
    assert reckoned(tmp_path, "day", date(2024, 3, 15), clock()) is None


def test_who_was_handed_in_after_their_day_is_counted_once_on_the_day_they_reached_the_branch(
    tmp_path: Path, clock: Clock
) -> None:
    desk = a_desk(tmp_path, clock=clock)
    work(desk, clock, "2024-03-05", 1)
    desk.submit(c.LeaseNumbers("cash", "one", 10), key="lease", actor=KIOSK)
    came = clock()
    work(desk, clock, "2024-03-06", 1)
    late = c.HandIn("A990", service="cash", holder="one", token="t", arrived_at=came)
    desk.submit(late, key="late", actor=KIOSK)
    desk.submit(late, key="late again", actor=KIOSK)
    made = reckoned(tmp_path, "week", date(2024, 3, 6), clock())
    assert made is not None
    assert (made.overall.handed_in_late, made.overall.visits.issued) == (1, 2)
    shown = {one.key: one.now.text for part in document(made, words("en")).headlines for one in part.figures}
    assert shown["handed_in_late"] == "1"
