"""What a report of several days shows: days, weekdays, the period before, the law's limit."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.console import Console

from lobby.queue import commands as c
from lobby.reports.columns import columns_of
from lobby.reports.day import day_records
from lobby.reports.forms.document import MOMENT, Document, Grid, Line
from lobby.reports.forms.rendering import as_csv, as_html, as_table, document
from lobby.reports.forms.shown import name_of
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_figures
from lobby.reports.scopes import Scope
from lobby.words import words
from tests.builders import ANN, Room, a_room, moment

EN = words("en")
FIRST, LAST = "2024-03-12", "2024-03-13"


def a_day(room: Room, day: str, waits: tuple[float, ...]) -> None:
    """Visits at nine, each called after so many minutes and served for one."""
    room.clock.now = moment(f"{day} 09:00")
    room.open(1, ANN)
    numbers = [room.issue(language="ar" if place % 2 else "en") for place, _ in enumerate(waits)]
    for number, minutes in zip(numbers, waits, strict=True):
        room.clock.now = moment(f"{day} 09:00") + round(minutes * 60_000)
        room.do(c.CallTicket(1, number, "to the plan"), ANN)
        room.do(c.Start(1), ANN)
        room.clock.forward(minutes=1)
        room.do(c.Finish(1), ANN)
    room.do(c.CloseDay())


@pytest.fixture(scope="module")
def figures() -> PeriodFigures:
    """A Tuesday and a Wednesday, after a Tuesday a week before, in a place whose law allows twenty minutes."""
    room = a_room()
    a_day(room, "2024-03-05", (4, 8))
    a_day(room, FIRST, (2, 6, 31))
    a_day(room, LAST, (5,))
    setup = msgspec.structs.replace(room.branch.setup, jurisdiction="br-uberaba")
    days = [past_day(record) for record in day_records(setup, room.history)]
    rows, before = columns_of(days[1:]), columns_of(days[:1])
    return period_figures(rows, setup, FIRST, LAST, room.branch.at, before=before)


@pytest.fixture(scope="module")
def report(figures: PeriodFigures) -> Document:
    return document(figures, EN)


def grid(report: Document, title: str) -> Grid:
    return next(grid for grid in report.grids if grid.title == title)


def texts(line: Line) -> list[str]:
    return [cell.text for cell in line.cells]


def test_the_title_and_the_notes_say_which_days_and_with_which_they_are_compared(report: Document) -> None:
    assert report.title == "Test branch: Tuesday, March 12, 2024 – Wednesday, March 13, 2024"
    assert "These days are over. Days with customers: 2." in report.notes
    assert "Compared with: Tuesday, March 5, 2024 – Wednesday, March 6, 2024" in report.notes


def test_each_headline_figure_stands_beside_the_one_of_the_period_before(report: Document) -> None:
    shown = {figure.key: figure for headline in report.headlines for figure in headline.figures}
    issued, wait = shown["issued"], shown["wait_mean_s"]
    assert (issued.now.text, issued.before and issued.before.text) == ("4", "2")
    assert (wait.now.text, wait.before and wait.before.text) == ("11:00", "6:00")
    assert "waiting" not in shown  # nobody can be in the branch any more


def test_a_service_is_compared_with_itself_a_week_before(report: Document) -> None:
    compared = grid(report, "By service: against the period before")
    titles = [column.title for column in compared.columns]
    assert titles[:2] == ["Issued", "Issued, before"]
    assert texts(compared.lines[0])[:2] == ["4", "2"]


def test_the_days_have_a_line_each_with_the_longest_bar_for_the_busiest(report: Document) -> None:
    days = grid(report, "By day")
    assert [line.name for line in days.lines] == ["Tue, Mar 12, 2024", "Wed, Mar 13, 2024"]
    assert [line.bar and round(line.bar.share, 2) for line in days.lines] == [1.0, 0.33]


def test_weekdays_stand_beside_each_other_with_the_counters_that_were_open(report: Document) -> None:
    came = grid(report, "Customers a day, by weekday and half-hour")
    opened = grid(report, "Open counters, by weekday and half-hour")
    assert [column.title for column in came.columns] == ["Tuesday", "Wednesday"]
    assert texts(came.lines[0]) == ["3", "1"]
    assert [line.key for line in came.lines] == [line.key for line in opened.lines]
    assert texts(opened.lines[0])[0] == "1"


def test_languages_are_called_in_the_reader_s_own(figures: PeriodFigures, report: Document) -> None:
    assert [line.name for line in grid(report, "By the customer's language").lines] == ["English", "Arabic"]
    russian = next(one for one in document(figures, words("ru")).grids if one.scope == "language")
    assert [line.name for line in russian.lines] == ["английский", "арабский"]


def test_each_wait_longer_than_the_law_allows_is_listed_with_its_times(report: Document) -> None:
    assert "Longest lawful wait in Uberaba: 20 minutes; beside a holiday 25, on a payday 30." in report.notes
    limits, breaches = grid(report, "By the law's limit"), grid(report, "Waits longer than the law allows")
    assert [(line.name, *texts(line)) for line in limits.lines] == [("20 minutes", "4", "1")]
    (breach,) = breaches.lines
    cells = dict(zip([column.title for column in breaches.columns], breach.cells, strict=True))
    assert breach.name == "A003"
    assert (cells["Issued at"].value, cells["Issued at"].unit) == ("2024-03-12T09:00:00", MOMENT)
    assert cells["Called at"].text == "Mar 12, 2024, 09:31"
    assert (cells["Waited"].text, cells["Limit"].text, cells["Every counter open"].text) == ("31:00", "20:00", "No")


def test_a_branch_whose_law_was_kept_says_so(figures: PeriodFigures) -> None:
    assert figures.legal is not None
    kept = msgspec.structs.replace(figures, legal=msgspec.structs.replace(figures.legal, breaches=()))
    report = document(kept, EN)
    assert "No wait was longer than the law allows." in report.notes
    assert not [grid for grid in report.grids if grid.scope == "breach"]


def test_what_still_goes_on_is_shown_while_it_does() -> None:
    room = a_room()
    room.open(1, ANN)
    room.issue()
    days = [past_day(record) for record in day_records(room.branch.setup, room.history)]
    day = days[0].day
    report = document(period_figures(columns_of(days), room.branch.setup, day, day, room.branch.at), EN)
    shown = {figure.key: figure.now.text for headline in report.headlines for figure in headline.figures}
    assert shown["waiting"] == "1"
    assert "the day is still open" in report.notes[0]
    assert grid(report, "By service: still in the branch")


def test_days_that_are_not_over_are_said_to_be_so(figures: PeriodFigures) -> None:
    assert "these days are not over" in document(msgspec.structs.replace(figures, closed=False), EN).notes[0]


def test_every_figure_of_a_report_stands_once_in_the_sheet_and_is_defined(figures: PeriodFigures) -> None:
    rows = [line.split(",")[:2] for line in as_csv(figures).splitlines()]
    assert len({tuple(row) for row in rows}) == len(rows)
    assert ["before", "issued"] in rows
    assert ["service/cash", "issued/before"] in rows
    assert any(scope.startswith("breach/") and key == "waited_s" for scope, key in rows)


def test_larger_numbers_have_a_darker_ground_and_are_still_read(figures: PeriodFigures) -> None:
    html = as_html(figures, EN)
    assert '<td class="report-shade-5"><bdi>3</bdi></td>' in html
    assert '<td class="report-shade-2"><bdi>1</bdi></td>' in html


def test_who_left_or_still_waits_longer_than_the_law_allows_is_listed_as_such(figures: PeriodFigures) -> None:
    assert figures.legal is not None
    (called,) = figures.legal.breaches
    left = msgspec.structs.replace(called, ticket="l", called_at=None, left=True, priority="by-law", all_open=True)
    waiting = msgspec.structs.replace(called, ticket="w", called_at=None)
    legal = msgspec.structs.replace(figures.legal, all_open_min=10, breaches=(left, waiting))
    report = document(msgspec.structs.replace(figures, legal=legal), EN)
    assert "While every counter is open, 10 minutes more." in report.notes
    lines = grid(report, "Waits longer than the law allows").lines
    assert [texts(line)[1] for line in lines] == ["by-law", "–"]
    assert [texts(line)[3:5] for line in lines] == [["–", "Left"], ["–", "Waiting"]]
    assert [texts(line)[-1] for line in lines] == ["Yes", "No"]


@pytest.mark.parametrize(("code", "name"), [("zh", "Chinese"), ("", "not said"), ("no such code", "no such code")])
def test_a_language_that_nobody_knows_is_called_by_its_code(code: str, name: str) -> None:
    assert name_of(Scope(scope="language", key=code), EN) == name


def test_the_terminal_shows_the_period_before_too(figures: PeriodFigures) -> None:
    console = Console(file=io.StringIO(), width=110, highlight=False)
    console.print(as_table(figures, EN))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert re.search(r"Mean wait +11:00 +6:00", text)
    assert max(map(len, text.splitlines())) <= 110
