"""A teller's own day: sums and means that add up, and nothing of anybody else."""

from __future__ import annotations

import msgspec
import pytest

from lobby.care import commands as c
from lobby.care.casebook import KEEP_RECORDS_MS, Rated, Worked
from lobby.care.feedback import ENOUGH_OF_ONE
from lobby.care.my_day import Kindness, MyDay, OwnDay, OwnService, my_day
from lobby.care.views import due_view
from tests.builders import TUESDAY
from tests.lobby.care.office import Office, a_record

TODAY = "2024-03-05"
YESTERDAY = "2024-03-04"
NOTES = {"note-1": "so patient", "note-2": "count twice next time"}


@pytest.fixture
def office() -> Office:
    return Office()


def day_of(office: Office, *today: Worked, teller: str = "ann") -> MyDay:
    now = office.clock()
    due = due_view(office.book, now, office.setup, office.calendar, teller, read).follow_ups
    return my_day(office.book, teller, TODAY, TUESDAY, today, due, read)


def read(reference: str) -> str:
    return NOTES.get(reference, "")


def test_a_day_without_a_customer_has_no_means(office: Office) -> None:
    mine = day_of(office)
    assert mine.today == OwnDay(TODAY, 0, None, None)
    assert (mine.services, mine.days, mine.praise, mine.reviews, mine.due) == ((), (), (), (), ())
    assert mine.ratings == {}


def test_the_means_of_today_are_taken_over_customers_and_not_over_services(office: Office) -> None:
    mine = day_of(
        office,
        Worked(TODAY, "ann", "cash", 3, 180_000, 600_000),
        Worked(TODAY, "ann", "loans", 1, 900_000, 0),
        Worked(TODAY, "bob", "cash", 9, 90_000, 90_000),
    )
    assert mine.today == OwnDay(TODAY, 4, 150.0, 270.0)
    assert mine.services == (OwnService("cash", 3, 60.0, None, 0), OwnService("loans", 1, 900.0, None, 0))


def test_a_service_stands_beside_ones_own_days_before(office: Office) -> None:
    office.book.end_day(
        (
            Worked("2024-03-01", "ann", "cash", 1, 100_000, 10_000),
            Worked("2024-03-01", "ann", "loans", 1, 500_000, 0),
            Worked("2024-03-01", "bob", "cash", 50, 50_000, 0),
        )
    )
    office.book.end_day((Worked(YESTERDAY, "ann", "cash", 3, 140_000, 30_000),))
    mine = day_of(office, Worked(TODAY, "ann", "cash", 2, 100_000, 0))
    assert mine.services == (OwnService("cash", 2, 50.0, 60.0, 4),)
    assert mine.days == (OwnDay("2024-03-01", 2, 5.0, 300.0), OwnDay(YESTERDAY, 3, 10.0, 46.7))


def test_days_on_which_one_was_not_at_work_are_left_out(office: Office) -> None:
    office.book.end_day((Worked("2024-03-01", "ann", "cash", 1, 1000, 0),))
    office.book.end_day((Worked(YESTERDAY, "bob", "cash", 1, 1000, 0),))
    assert [one.day for one in day_of(office).days] == ["2024-03-01"]
    assert [one.day for one in day_of(office, teller="bob").days] == [YESTERDAY]
    assert day_of(office, teller="cem").days == ()


def test_marks_are_those_of_the_days_before_from_ten_on_so_that_nobody_knows_who_gave_which(office: Office) -> None:
    fours = [Rated(TUESDAY - at, "ann", 4) for at in range(2, ENOUGH_OF_ONE + 1)]
    today, of_another = Rated(TUESDAY, "ann", 1), Rated(TUESDAY - 1, "bob", 1)
    office.book.rated = (*fours, of_another, today)
    assert day_of(office).ratings == {}
    office.book.rated = (*fours, Rated(TUESDAY - 1, "ann", 2), of_another, today)
    assert day_of(office).ratings == {1: 0, 2: 1, 3: 0, 4: ENOUGH_OF_ONE - 1, 5: 0}


def test_praise_and_reviews_reach_the_teller_they_are_about_and_nobody_else(office: Office) -> None:
    office.book.keep(a_record(7, "ann"))
    office.do(c.Praise("so patient", "ann"), place="kiosk")
    office.do(c.ReviewRecord(7, note="count twice next time"), actor="mia")
    mine = day_of(office)
    assert mine.praise == (Kindness(TUESDAY, "kiosk", "so patient"),)
    assert [(one.seq, one.reviewed, one.remark) for one in mine.reviews] == [(7, True, "count twice next time")]
    for other in ("bob", "mia"):
        theirs = day_of(office, teller=other)
        assert (theirs.praise, theirs.reviews) == ((), ())
        assert b"patient" not in msgspec.json.encode(theirs)


def test_a_review_is_read_after_the_records_of_its_week_are_gone(office: Office) -> None:
    office.book.keep(a_record(7, "ann", at=TUESDAY))
    office.do(c.ReviewRecord(7), actor="mia")
    office.book.forget_past(TUESDAY + KEEP_RECORDS_MS)
    assert [one.seq for one in day_of(office).reviews] == [7]
    office.book.records = {}  # its step was taken back
    assert day_of(office).reviews == ()


def test_what_one_has_promised_is_there_and_what_others_have_is_not(office: Office) -> None:
    mine = office.promise(within_h=2)
    office.promise(within_h=1, owner="bob")
    done = office.promise(within_h=1)
    office.do(c.KeepFollowUp(done))
    assert [one.reference for one in day_of(office).due] == [mine]
