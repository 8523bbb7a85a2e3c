"""Figures of complaints, reckoned by hand on a small casebook."""

from __future__ import annotations

import csv
import io
import json
from itertools import count
from pathlib import Path

import msgspec
import pytest

from lobby.care import commands as cc
from lobby.care.setup import CATEGORIES, CareSetup, ComplaintRules
from lobby.care.templates import Named
from lobby.command_shape import Command
from lobby.queue.decisions import Actor
from lobby.queue.events import Recorded
from lobby.queue.services import Setup
from lobby.reports.cases import cases_in, cases_of
from lobby.reports.complaint_definitions import COMPLAINTS
from lobby.reports.complaints import (
    ComplaintFigures,
    asked_days,
    complaint_counts,
    complaint_figures,
    solved,
)
from lobby.reports.forms.rendering import as_csv, as_html, as_html_body, as_json, as_table
from lobby.reports.live import live_figures
from lobby.reports.pareto import pareto
from lobby.words import LANGUAGES, words
from tests.builders import KIOSK, MIA, Clock, a_desk, a_setup, moment
from tests.lobby.care.office import Office, rules

FIRST, LAST = "2024-03-04", "2024-03-17"


def a_care_setup() -> Setup:
    return a_setup(care=CareSetup(ComplaintRules(place="gb")))


def handle(office: Office, reference: str, *, cause: str = "mistake", after_h: float = 2, close_h: float = 24) -> None:
    """Acknowledge after so many hours and close after so many more, with an answer between."""
    office.clock.forward(hours=after_h)
    office.do(cc.AcknowledgeComplaint(reference, "phone"))
    office.do(cc.AssessComplaint(reference, "fees", 1, 1))
    office.do(cc.AnswerComplaint(reference, "upheld", "phone", "you are right"))
    office.clock.forward(hours=close_h)
    office.do(cc.CloseComplaint(reference, cause, "mended"))


@pytest.fixture(scope="module")
def six() -> Office:
    """Six complaints over two weeks: five closed after 26, 27, 28, 29 and 54 hours, of which the last was late and
    one opened again by its customer; one is open and over. One more came before."""
    office = Office(CareSetup(rules()))
    office.clock.now = moment("2024-03-01 10:00")
    office.take(category="wait", service="cash")
    office.clock.now = moment("2024-03-05 09:00")
    for number in range(4):
        office.clock.now = moment(f"2024-03-{5 + number:02d} 09:00")
        handle(office, office.take(category="fees", service="cash"), after_h=2 + number)
    office.clock.now = moment("2024-03-11 09:00")
    late = office.take(category="wait", service="cards")
    handle(office, late, cause="system", after_h=30)
    office.do(cc.SayWhetherSolved(late, True))
    office.clock.now = moment("2024-03-14 09:00")
    again = next(ref for ref, one in office.book.complaints.items() if one.service == "cash" and one.closed_at)
    office.do(cc.SayWhetherSolved(again, False, "it came back"))
    office.clock.now = moment("2024-03-14 10:00")
    office.take(category="fees", place="kiosk")
    office.clock.now = moment("2024-03-18 11:00")
    return office


@pytest.fixture(scope="module")
def figures(six: Office) -> ComplaintFigures:
    setup = a_setup(care=six.setup)
    return complaint_figures(six.book.complaints.values(), setup, FIRST, LAST, six.clock())


def test_a_complaint_counts_in_the_time_in_which_it_was_received(figures: ComplaintFigures) -> None:
    assert figures.received == 6  # not the one of 1 March
    assert (figures.still_open, figures.over) == (2, 1)  # one opened again, one never acknowledged: its day is over


def test_promises_are_kept_by_those_acknowledged_in_time(figures: ComplaintFigures) -> None:
    assert figures.promise_kept == round(4 / 6, 4)  # four in time, one after 30 hours, one not at all
    assert figures.law_kept == 1.0  # eight weeks; the one that is open again and the new one still have time


def test_times_run_from_receipt(figures: ComplaintFigures) -> None:
    assert figures.acknowledged == 5
    assert figures.acknowledged_median_s == 4 * 3600  # of 2, 3, 4, 5 and 30 hours
    assert figures.acknowledged_p90_s == (5 + 0.6 * 25) * 3600
    assert figures.closed == 4  # 27, 28, 29 and 54 hours: fewer than five, so no percentile
    assert (figures.closed_median_s, figures.closed_p90_s) == (None, None)


def test_what_was_opened_again_is_a_share_of_what_was_answered(figures: ComplaintFigures) -> None:
    assert (figures.reopened, figures.reopened_share, figures.upheld) == (1, 0.2, 5)


def test_a_customer_who_says_no_is_remembered_although_the_complaint_is_open_again(
    six: Office, figures: ComplaintFigures
) -> None:
    assert (figures.asked, figures.solved) == (2, 0.5)
    reopened = next(one for one in six.book.complaints.values() if one.times_reopened)
    assert (reopened.solved, solved(reopened)) == (None, False)


def test_what_a_customer_says_last_counts_and_a_later_reopening_does_not_change_it() -> None:
    office = Office()
    reference = office.take()
    handle(office, reference)
    office.do(cc.SayWhetherSolved(reference, False))
    office.do(cc.AnswerComplaint(reference, "partly", "phone", "half of it"))
    office.do(cc.SayWhetherSolved(reference, True))
    assert solved(office.complaint(reference)) is True
    office.clock.forward(minutes=1)
    office.do(cc.ReopenComplaint(reference, "we found more"))
    assert office.complaint(reference).solved is None
    assert solved(office.complaint(reference)) is True


def test_a_pareto_adds_up_from_the_most_frequent_on() -> None:
    bars = pareto(["fees", "wait", "fees", "", "fees"], {"fees": {"en": "Fees"}})
    assert [(bar.code, bar.count, bar.share, bar.together) for bar in bars] == [
        ("fees", 3, 0.6, 0.6),
        ("", 1, 0.2, 0.8),
        ("wait", 1, 0.2, 1.0),
    ]
    assert bars[0].names == {"en": "Fees"}


def test_causes_are_of_what_is_closed_and_services_and_places_of_all(figures: ComplaintFigures) -> None:
    assert [(part.code, part.count) for part in figures.causes] == [("mistake", 3), ("system", 1)]
    assert [(part.code, part.count) for part in figures.services] == [("cash", 4), ("", 1), ("cards", 1)]
    assert [(part.code, part.count) for part in figures.places] == [("counter", 5), ("kiosk", 1)]
    assert [(part.code, part.count) for part in figures.categories] == [("fees", 6)]  # as assessed in the end


def test_the_trend_has_every_week_that_was_asked_for_up_to_now(six: Office, figures: ComplaintFigures) -> None:
    assert [(week.monday, week.received, week.reopened) for week in figures.trend] == [
        ("2024-03-04", 4, 1),
        ("2024-03-11", 2, 0),
    ]
    setup = a_setup(care=six.setup)
    wider = complaint_figures(six.book.complaints.values(), setup, "2024-02-20", "2024-12-31", six.clock())
    assert [week.monday for week in wider.trend] == [
        "2024-02-19",
        "2024-02-26",
        "2024-03-04",
        "2024-03-11",
        "2024-03-18",
    ]


def test_a_complaint_belongs_to_the_business_day_of_the_branch_s_zone() -> None:
    office = Office()
    office.clock.now = moment("2024-03-05 23:30")
    office.take()
    setup = a_setup(care=office.setup, zone="Asia/Shanghai")
    there = complaint_figures(office.book.complaints.values(), setup, "2024-03-06", "2024-03-06", office.clock())
    here = complaint_figures(
        office.book.complaints.values(), a_setup(care=office.setup), "2024-03-05", "2024-03-05", office.clock()
    )
    assert (there.received, here.received) == (1, 1)


def test_nothing_received_is_no_error_and_no_share(six: Office) -> None:
    nothing = complaint_figures([], a_setup(care=six.setup), FIRST, FIRST, six.clock())
    assert (nothing.received, nothing.promise_kept, nothing.solved, nothing.reopened_share) == (0, None, None, None)
    assert nothing.categories == ()
    assert as_html(nothing, words("en"))


def test_the_day_s_report_counts_what_was_received_on_the_day(six: Office) -> None:
    start, end = moment("2024-03-14 00:00"), moment("2024-03-15 00:00")
    counts = complaint_counts(cases_in(six.book).within(start, end).complaints, six.clock())
    assert (counts.complaints_received, counts.complaints_open, counts.complaints_over) == (1, 1, 1)
    assert counts.complaints_promise_kept == 0.0


def test_the_complaints_of_a_journal_are_those_of_the_casebook(six: Office) -> None:
    recorded = [Recorded(seq, at, actor, event) for seq, (event, at, actor) in enumerate(six.history, 1)]
    assert cases_of(recorded) == cases_in(six.book)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("", "", ("2024-02-07", "2024-03-05")),
        ("", "2024-03-01", ("2024-02-03", "2024-03-01")),
        ("2024-01-01", "", ("2024-01-01", "2024-03-05")),
        ("2024-03-05", "2024-03-05", ("2024-03-05", "2024-03-05")),
    ],
)
def test_four_weeks_up_to_today_are_reported_unless_others_are_asked_for(
    first: str, last: str, days: tuple[str, str]
) -> None:
    assert asked_days(a_setup(), first, last, moment("2024-03-05 09:00")) == days


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("tomorrow", ""),
        ("2024-03-05", "2024-03-04"),
        ("2021-01-01", "2024-01-01"),
        ("0001-01-01", ""),
        ("", "9999-12-31"),
    ],
)
def test_days_that_make_no_report_are_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"day|date"):
        asked_days(a_setup(), first, last, moment("2024-03-05 09:00"))


# -- the forms


def test_the_page_says_codes_by_their_names_and_draws_a_bar_without_script(figures: ComplaintFigures) -> None:
    html = as_html_body(figures, words("en"))
    assert "Fees" in html  # the branch's own name
    assert "At the kiosk" in html
    assert "not said" in html
    assert '<rect class="before" width="75.0" height="10"/><rect class="own" x="75.0" width="25.0"' in html
    assert not {"<script", "style="} & set(html.split())
    for figure in COMPLAINTS.values():
        assert figure.title in html


def test_a_code_without_the_branch_s_own_name_has_ours_in_every_language(six: Office) -> None:
    setup = a_care_setup()
    for language in LANGUAGES:
        said = words(language)
        html = as_html_body(complaint_figures(six.book.complaints.values(), setup, FIRST, LAST, six.clock()), said)
        assert said(CATEGORIES["fees"]) in html


def test_times_of_days_read_as_hours_and_from_two_days_on_as_days(figures: ComplaintFigures) -> None:
    slow = msgspec.structs.replace(figures, closed_median_s=86400 * 3.25)
    html = as_html_body(slow, words("en"))
    assert '<td data-figure="acknowledged_median_s"><bdi>4 h</bdi></td>' in html
    assert '<td data-figure="closed_median_s"><bdi>3.2 d</bdi></td>' in html


def test_a_sheet_has_one_row_a_figure_a_code_and_a_week(figures: ComplaintFigures) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(figures), newline="")))
    by_key = {(row["scope"], row["key"]): row for row in rows}
    assert len(by_key) == len(rows)
    assert by_key["complaints", "acknowledged_median_s"]["value"] == "14400.0"
    assert by_key["complaints", "acknowledged_median_s"]["unit"] == "s"
    assert by_key["cause/mistake", "count"]["name"] == "Complaints: A mistake"
    assert by_key["cause/mistake", "together"]["value"] == "0.75"
    assert by_key["week/2024-03-04", "received"]["value"] == "4"


def test_json_carries_figures_names_and_definitions(figures: ComplaintFigures) -> None:
    told = json.loads(as_json(figures, words("en")))
    assert (told["received"], told["causes"][0]["names"]) == (6, {"en": "A mistake"})
    assert told["definitions"]["promise_kept"]["unit"] == "share"


def test_the_terminal_shows_the_same(figures: ComplaintFigures) -> None:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=100, highlight=False)
    console.print(as_table(figures, words("en")))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "What they are about" in text
    assert "█" * 9 + " " in text  # three quarters of twelve
    assert max(map(len, text.splitlines())) <= 100


def test_a_category_that_is_no_longer_listed_is_shown_by_its_code(six: Office) -> None:
    setup = a_setup(care=CareSetup(rules(categories=(Named("wait"),))))
    found = complaint_figures(six.book.complaints.values(), setup, FIRST, LAST, six.clock())
    assert words("en")(CATEGORIES["fees"]) in as_html_body(found, words("en"))
    odd = msgspec.structs.replace(found, categories=pareto(["x_ray"]))
    assert "x_ray" in as_html_body(odd, words("en"))


# -- on the manager's page


def test_the_live_figures_say_how_many_are_open_soon_and_over(tmp_path: Path) -> None:
    clock, keys = Clock(), count()
    desk = a_desk(tmp_path, clock=clock, setup=a_care_setup())

    def do(command: Command, actor: Actor = MIA) -> None:
        desk.submit(command, key=str(next(keys)), actor=actor)

    for hours in (0, 6):
        clock.forward(hours=hours)
        do(cc.TakeComplaint("the fee", category="fees"), KIOSK)
    do(cc.PromiseFollowUp("call back", within_h=1))
    clock.forward(hours=18.5)  # the first is over by half an hour, the second has 5.5 hours left
    do(cc.WatchClocks())
    live = live_figures(desk.state, clock())
    assert msgspec.structs.astuple(live.complaints) == (2, 1, 1)
    assert msgspec.structs.astuple(live.follow_ups) == (1, 0, 1)
    for reference in list(desk.state.care.follow_ups):
        do(cc.KeepFollowUp(reference))
    assert msgspec.structs.astuple(live_figures(desk.state, clock()).follow_ups) == (0, 0, 0)
