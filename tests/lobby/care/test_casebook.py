"""The casebook: praise, reports on answers, records, and what is let go when it is long over."""

from __future__ import annotations

import pytest

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.casebook import (
    DAYS_COMPARED,
    KEEP_CLOSED_MS,
    KEEP_DONE_MS,
    KEEP_RECORDS_MS,
    Casebook,
    PraiseNote,
    Rated,
    Worked,
    spelled,
)
from lobby.command_shape import check
from lobby.errors import BadField, UnknownArticleReport, UnknownComplaint, UnknownRecord
from tests.builders import TUESDAY
from tests.lobby.care.office import Office, a_record, brought_to


@pytest.fixture
def office() -> Office:
    return Office()


# -- references


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C-7K3M9QA", "C-7K3M9QA"),
        ("c 7k3m9qa", "C-7K3M9QA"),
        ("f7k3m9qa", "F-7K3M9QA"),
        ("  r-7k3 m9qa.", "R-7K3M9QA"),
        ("", "-"),
    ],
)
def test_a_reference_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert spelled(typed) == kept


# -- praise


def test_praise_reaches_the_teller_it_names_and_says_where_it_was_given(office: Office) -> None:
    assert office.do(c.Praise("so patient", "bob"), place="kiosk") == [e.PraiseGiven("bob", "kiosk", "note-1")]
    assert office.book.praise == (PraiseNote(TUESDAY, "bob", "kiosk", "note-1"),)


# -- reports on answers


def test_a_wrong_answer_is_reported_and_settled_once(office: Office) -> None:
    made = office.do(c.ReportArticle("wrong", "card-lost", "ru", "the number is an old one"))
    assert made == [e.ArticleReported("R-0000001", "card-lost", "ru", "wrong", "note-1")]
    report = office.book.article_report("r 0000001")
    assert (report.by, report.at, report.settled_at) == ("ann", TUESDAY, None)
    office.clock.forward(60)
    assert office.do(c.SettleArticleReport("r0000001"), actor="mia") == [e.ArticleReportSettled("R-0000001")]
    assert office.book.article_report("R-0000001").settled_at == TUESDAY + 60_000
    assert office.do(c.SettleArticleReport("R-0000001"), actor="mia") == []


def test_what_is_missing_has_to_be_said_where_no_article_is_named(office: Office) -> None:
    assert office.refused(c.ReportArticle("missing"), BadField) == {"field": "note", "problem": "say what is missing"}
    office.do(c.ReportArticle("missing", note="how to close an estate's account"))
    office.do(c.ReportArticle("out_of_date", "card-lost"))
    assert [one.article for one in office.book.article_reports.values()] == ["", "card-lost"]


def test_a_report_that_is_not_there_cannot_be_settled(office: Office) -> None:
    assert office.refused(c.SettleArticleReport("R-9"), UnknownArticleReport) == {"report": "R-9"}
    with pytest.raises(BadField):
        check(c.ReportArticle("boring", "card-lost"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"article": "Card lost"},
        {"article": "../rates"},
        {"article": "карта"},
        {"article": "a" * 65},
        {"language": "Mrs Whitcombe"},
        {"language": "en1"},
        {"language": "x" * 17},
    ],
    ids=str,
)
def test_a_report_names_an_article_and_a_language_and_no_words_of_anybody(fields: dict[str, str]) -> None:
    check(c.ReportArticle("wrong", "card-lost-2", "zh_Hans"))
    check(c.ReportArticle("missing", note="how to close an estate's account"))
    with pytest.raises(BadField) as refusal:
        check(c.ReportArticle("wrong", **fields))
    assert refusal.value.facts["field"] in fields


# -- records


def test_the_usual_outcome_is_the_one_that_was_recorded_most_of_late() -> None:
    book = Casebook()
    for n, outcome in enumerate(["moved", "moved", "moved", *["issued"] * 3, ""], 1):
        book.keep(a_record(n, outcome=outcome))
    weights = book.usual["cash"]
    assert set(weights) == {"moved", "issued"}
    assert weights["issued"] > weights["moved"] > 0
    book.keep(a_record(9, service="loans", outcome="moved"))
    assert set(book.usual["loans"]) == {"moved"}
    assert book.usual["cash"] == weights


def test_the_record_of_an_undone_step_is_forgotten_and_no_other() -> None:
    book = Casebook()
    for seq in (4, 6, 8):
        book.keep(a_record(seq, ticket="T1"))
    book.take_back(6)
    assert set(book.records) == {4, 8}
    before = book.copy()
    book.take_back(6)
    book.take_back(99)
    assert book == before
    with pytest.raises(UnknownRecord):
        book.record(6)


def test_an_outcome_that_was_taken_back_is_not_usual_any_more() -> None:
    book = Casebook()
    for seq, outcome in enumerate(["issued", "moved", "moved"], 1):
        book.keep(a_record(seq, ticket="T1", outcome=outcome))
    before = dict(book.usual["cash"])
    book.keep(a_record(4, ticket="T1", outcome="blocked"))
    book.take_back(4)
    assert book.usual == {"cash": pytest.approx(before)}
    book.keep(a_record(5, ticket="T1", outcome="moved"))
    book.take_back(5)
    assert book.usual == {"cash": pytest.approx(before)}


def test_a_record_without_an_outcome_that_is_taken_back_leaves_what_is_usual_as_it_is() -> None:
    book = Casebook()
    book.keep(a_record(1, ticket="T1", outcome=""))
    book.take_back(1)
    assert book.usual == {}
    book.keep(a_record(2, ticket="T1", outcome="moved"))
    book.keep(a_record(3, ticket="T1", outcome=""))
    book.take_back(3)
    assert book.usual == {"cash": {"moved": 1.0}}


def test_an_outcome_taken_back_after_a_colleagues_leaves_the_colleagues() -> None:
    book = Casebook()
    book.keep(a_record(1, ticket="T1", outcome="moved"))
    book.keep(a_record(2, "bob", ticket="T2", outcome="issued"))
    book.take_back(1)
    assert set(book.usual["cash"]) == {"issued"}


# -- letting go


def test_a_complaint_is_kept_while_it_may_be_opened_again(office: Office) -> None:
    closed, still_open = brought_to(office, "closed", contact=""), office.take()
    office.book.forget_past(TUESDAY + KEEP_CLOSED_MS - 1)
    assert set(office.book.complaints) == {closed, still_open}
    office.book.forget_past(TUESDAY + KEEP_CLOSED_MS)
    assert set(office.book.complaints) == {still_open}
    office.book.forget_past(TUESDAY + 10 * KEEP_CLOSED_MS)
    assert set(office.book.complaints) == {still_open}
    office.refused(c.ReopenComplaint(closed, "still not solved"), UnknownComplaint)


def test_a_complaint_that_was_opened_again_is_not_let_go(office: Office) -> None:
    reference = brought_to(office, "reopened", contact="")
    office.book.forget_past(TUESDAY + 2 * KEEP_CLOSED_MS)
    assert set(office.book.complaints) == {reference}


def test_what_is_done_is_let_go_after_its_time_and_what_is_open_stays(office: Office) -> None:
    kept, dropped, still_open = office.promise(), office.promise(), office.promise()
    office.do(c.KeepFollowUp(kept))
    office.do(c.DropFollowUp(dropped, "she came"))
    office.do(c.Praise("so patient", "bob"))
    office.do(c.ReportArticle("wrong", "one"))
    office.do(c.ReportArticle("wrong", "two"))
    office.do(c.SettleArticleReport(f"R-{office.made:07d}"))
    office.book.keep(a_record(7, at=TUESDAY))
    office.do(c.ReviewRecord(7), actor="mia")
    office.book.rated = (Rated(TUESDAY, "ann", 5),)
    office.book.keep(a_record(8, at=TUESDAY))
    office.book.forget_past(TUESDAY + KEEP_RECORDS_MS - 1)
    assert set(office.book.records) == {7, 8}
    office.book.forget_past(TUESDAY + KEEP_DONE_MS - 1)
    book = office.book
    assert set(book.records) == {7}  # as long as its review
    assert (set(book.follow_ups), len(book.praise), len(book.article_reports)) == ({kept, dropped, still_open}, 1, 2)
    assert (set(book.reviews), len(book.rated)) == ({7}, 1)
    book.forget_past(TUESDAY + KEEP_DONE_MS)
    assert (set(book.follow_ups), book.praise, book.reviews, book.rated) == ({still_open}, (), {}, ())
    assert book.records == {}
    assert [one.article for one in book.article_reports.values()] == ["one"]


def test_as_many_days_of_work_are_kept_as_anyone_compares_with() -> None:
    book = Casebook()
    days = [f"2024-03-{n:02d}" for n in range(1, 31)]
    for day in days:
        book.end_day((Worked(day, "ann", "cash", 1, 60_000, 0), Worked(day, "bob", "cash", 1, 60_000, 0)))
    book.end_day(())
    assert sorted({one.day for one in book.worked}) == days[-DAYS_COMPARED:]
    assert len(book.worked) == 2 * DAYS_COMPARED


def test_a_copy_of_the_book_does_not_change_with_the_book(office: Office) -> None:
    office.take()
    office.promise()
    office.book.keep(a_record(1))
    before = office.book.copy()
    assert before == office.book
    office.take()
    office.promise()
    office.do(c.ReportArticle("wrong", "one"))
    office.do(c.Praise("so patient", "bob"))
    office.do(c.ReviewRecord(1), actor="mia")
    office.book.keep(a_record(2))
    assert (len(before.complaints), len(before.follow_ups), len(before.records)) == (1, 1, 1)
    assert (before.article_reports, before.reviews, before.praise) == ({}, {}, ())
    assert before.usual == {"cash": {"done": 1.0}}
