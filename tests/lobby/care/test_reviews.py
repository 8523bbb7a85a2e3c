"""Reviews: a small sample that nobody can choose, looked at by somebody else, against the service's standard."""

from __future__ import annotations

from collections import Counter

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.casebook import Review
from lobby.care.reviews import EACH, sample
from lobby.care.setup import CareSetup
from lobby.errors import BadField, OwnRecord, UnknownRecord
from tests.builders import TUESDAY
from tests.lobby.care.office import Office, a_record, rules

STANDARD = {
    "": {"en": ("greet", "say goodbye")},
    "cash": {"en": ("greet", "count twice", "say goodbye"), "ru": ("поздороваться",)},
}


@pytest.fixture
def office() -> Office:
    office = Office(CareSetup(rules(), standards=STANDARD))
    office.book.keep(a_record(7, "ann"))
    office.book.keep(a_record(8, "ann", service="loans"))
    return office


# -- the sample


WEEKS = [f"2024-W{n:02d}" for n in range(1, 53)]


def test_whoever_draws_gets_the_same_sample_in_any_order() -> None:
    records = [a_record(n, ("ann", "bob", "cem")[n % 3]) for n in range(1, 60)]
    drawn = sample(records, "2024-W10")
    assert sample(reversed(records), "2024-W10") == drawn
    assert [one.seq for one in drawn] == sorted(one.seq for one in drawn)


def test_of_every_teller_the_same_few_are_drawn_however_many_they_made() -> None:
    records = [a_record(n, "ann") for n in range(1, 500)] + [a_record(500, "bob")]
    records += [a_record(n, "cem") for n in range(501, 504)]
    drawn = Counter(one.teller for one in sample(records, "2024-W10"))
    assert drawn == {"ann": EACH, "bob": 1, "cem": EACH}
    assert Counter(one.teller for one in sample(records, "2024-W10", each=3)) == {"ann": 3, "bob": 1, "cem": 3}
    assert sample([], "2024-W10") == ()


def test_a_record_that_comes_later_can_push_out_one_of_its_teller_only() -> None:
    records = [a_record(n, ("ann", "bob")[n % 2]) for n in range(1, 40)]
    before = sample(records, "2024-W10")
    after = sample([*records, a_record(40, "ann")], "2024-W10")
    assert [one for one in after if one.teller == "bob"] == [one for one in before if one.teller == "bob"]


def test_what_was_reviewed_stays_drawn_so_that_the_weeks_draw_does_not_grow() -> None:
    records = [a_record(n, "ann") for n in range(1, 40)] + [a_record(50, "bob"), a_record(51, "bob")]
    before = [one.seq for one in sample(records, "2024-W10") if one.teller == "ann"]
    asked_for = next(n for n in range(1, 40) if n not in before)
    after = [one.seq for one in sample(records, "2024-W10", {asked_for, 50}) if one.teller == "ann"]
    assert len(after) == EACH
    assert asked_for in after
    assert set(after) - {asked_for} < set(before), "the place that is left is drawn as before"
    assert [one.seq for one in sample(records, "2024-W10", set(before)) if one.teller == "ann"] == before


def test_over_many_weeks_every_record_is_as_likely_as_any_other() -> None:
    records = [a_record(n) for n in range(1, 11)]
    drawn = Counter(one.seq for week in WEEKS for n in range(20) for one in sample(records, f"{week}-{n}"))
    expected = len(WEEKS) * 20 * EACH / len(records)
    assert sum(drawn.values()) == len(WEEKS) * 20 * EACH
    assert all(0.75 * expected < drawn[n] < 1.25 * expected for n in range(1, 11))


# -- the review


def test_a_review_says_which_lines_of_the_standard_were_kept(office: Office) -> None:
    made = office.do(c.ReviewRecord(7, (2, 0, 2), "count twice next time"), actor="mia")
    assert made == [e.RecordReviewed(7, "ann", "cash", (0, 2), 3, "note-1")]
    assert office.book.reviews == {7: Review(7, TUESDAY, "mia", "ann", "cash", (0, 2), 3, "note-1")}


def test_a_service_without_a_standard_has_the_common_one(office: Office) -> None:
    assert office.do(c.ReviewRecord(8, (1,)), actor="mia") == [e.RecordReviewed(8, "ann", "loans", (1,), 2)]


def test_nobody_reviews_a_record_of_their_own(office: Office) -> None:
    office.refused(c.ReviewRecord(7), OwnRecord, actor="ann")


@pytest.mark.parametrize("met", [(3,), (-1,), (0, 99)])
def test_a_line_that_the_standard_does_not_have_is_refused(office: Office, met: tuple[int, ...]) -> None:
    facts = office.refused(c.ReviewRecord(7, met), BadField, actor="mia")
    assert facts == {"field": "met", "problem": "the standard has 3 lines, counted from 0"}


def test_without_any_standard_a_review_is_its_note_alone() -> None:
    office = Office()
    office.book.keep(a_record(7, "ann"))
    assert office.do(c.ReviewRecord(7, note="well done"), actor="mia") == [
        e.RecordReviewed(7, "ann", "cash", (), 0, "note-1")
    ]
    office.refused(c.ReviewRecord(7, (0,)), BadField, actor="mia")


def test_a_record_that_is_not_at_hand_is_refused(office: Office) -> None:
    assert office.refused(c.ReviewRecord(99), UnknownRecord, actor="mia") == {"record": 99}


def test_a_second_look_takes_the_place_of_the_first(office: Office) -> None:
    office.do(c.ReviewRecord(7, (0,)), actor="mia")
    office.do(c.ReviewRecord(7, (0, 1)), actor="bob")
    assert (office.book.reviews[7].by, office.book.reviews[7].met) == ("bob", (0, 1))
