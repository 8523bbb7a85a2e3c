"""The workbook, read back as a spreadsheet would."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from lobby.queue.decisions import Actor
from lobby.reports.day import day_record
from lobby.reports.definitions import FIGURES
from lobby.reports.figures import figures_of_days
from lobby.reports.forms.document import MOMENT, Cell, Column, Definition, Document, Grid, Headed, Headline, Line
from lobby.reports.forms.rendering import as_xlsx
from lobby.reports.forms.workbook import as_xlsx as workbook_of
from lobby.reports.period import PeriodFigures
from lobby.reports.units import COUNT, SECONDS, SHARE
from lobby.words import LANGUAGES, words
from tests.builders import a_room, moment
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

EN = words("en")


@pytest.fixture(scope="module")
def ten() -> PeriodFigures:
    room = ten_tickets()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    return figures_of_days([record], room.branch.at)


@pytest.fixture(scope="module")
def book(ten: PeriodFigures) -> Workbook:
    return read(as_xlsx(ten, EN))


def read(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def heads(book: Workbook, sheet: str) -> dict[object, int]:
    return {cell.value: place for place, cell in enumerate(book[sheet][1])}


def row(book: Workbook, sheet: str, name: str) -> list[object]:
    return next([cell.value for cell in line] for line in book[sheet].iter_rows() if line[0].value == name)


def a_grid(title: str, cells: tuple[Cell, ...], scope: str = "x", **more: bool) -> Grid:
    columns = tuple(Column(f"k{place}", f"Column {place}") for place in range(len(cells)))
    return Grid(scope, title, title, columns, (Line("a", "A", cells),), **more)


def a_document(*grids: Grid, headlines: tuple[Headline, ...] = ()) -> Document:
    keys = dict.fromkeys(figure.key for headline in headlines for figure in headline.figures)
    return Document("T", (("branch", "b"),), "branch", (), headlines, grids, tuple(Definition(k, k, "d") for k in keys))


def test_there_is_an_overview_a_sheet_for_each_kind_of_line_and_the_definitions(book: Workbook) -> None:
    assert book.sheetnames[0] == "Overview"
    assert {"By half-hour", "By service", "By counter", "By teller", "By language"} <= set(book.sheetnames)
    assert book.sheetnames[-1] == "Definitions"


def test_numbers_are_numbers_spans_are_times_and_nothing_is_empty(book: Workbook) -> None:
    at = heads(book, "By service")
    cash, cards = row(book, "By service", "Cash"), row(book, "By service", "Cards")
    assert cash[at["Issued"]] == 8
    assert cash[at["Mean wait"]] == timedelta(minutes=6, seconds=45)
    assert cash[at["Service level"]] == pytest.approx(3 / 7, abs=1e-4)
    assert cards[at["Wait, 90th percentile"]] is None
    head = row(book, "Overview", "Mean wait")
    assert head[1] == timedelta(minutes=6, seconds=30)
    assert head[3] == FIGURES["wait_mean_s"].definition


def test_parts_of_a_table_stand_side_by_side_and_no_figure_twice(book: Workbook) -> None:
    titles = [cell.value for cell in book["By service"][1]]
    assert "Left at close" in titles
    assert "Mean handling time" in titles
    assert len(titles) == len(set(titles))


def test_a_table_can_be_filtered_and_its_heads_stay(book: Workbook) -> None:
    sheet = book["By counter"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.dimensions.split(':')[1]}"


def test_every_figure_is_defined(book: Workbook) -> None:
    told = {line[0].value: line[1].value for line in book["Definitions"].iter_rows(min_row=2)}
    assert told["Occupancy"] == FIGURES["occupancy"].definition
    shown = {cell.value for name in ("By service", "By counter", "By teller") for cell in book[name][1][1:]}
    assert shown <= told.keys()


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    room = a_room(at=moment(f"{DAY} 09:00"))
    room.open(1, Actor('=HYPERLINK("http://x")', "teller"))
    room.issue()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    sheet = read(as_xlsx(figures_of_days([record], room.branch.at), EN))["By teller"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert sheet["A2"].hyperlink is None


def test_a_span_that_may_be_below_zero_is_a_number_of_minutes() -> None:
    figure = Headed("promise_error_mean_s", "Mean error", Cell(-90.0, SECONDS, "−1:30"))
    sheet = read(workbook_of(a_document(headlines=(Headline("Promises", (figure,)),)), EN))["Overview"]
    found = {line[0].value: line[1].value for line in sheet.iter_rows()}
    assert found["Mean error, minutes"] == -1.5


def test_a_moment_is_a_time_of_the_branch() -> None:
    sheet = read(workbook_of(a_document(a_grid("Late", (Cell("2024-03-05T09:30:00", MOMENT, "half past nine"),))), EN))
    assert sheet["Late"]["B2"].value == datetime(2024, 3, 5, 9, 30)  # noqa: DTZ001 (a spreadsheet knows no zones)


def test_the_period_before_stands_beside() -> None:
    figure = Headed("issued", "Issued", Cell(12, COUNT, "12"), Cell(9, COUNT, "9"))
    sheet = read(workbook_of(a_document(headlines=(Headline("Visits", (figure,)),)), EN))["Overview"]
    assert next(line for line in sheet.values if line[0] == "Issued")[1:3] == (12, 9)


def test_the_names_of_sheets_are_such_as_a_spreadsheet_takes() -> None:
    cell = (Cell(0.5, SHARE, "50%"),)
    titles = ["A: b/c [d]*?", "'" * 3, "x" * 40, "X" * 40, "Overview"]
    names = read(
        workbook_of(a_document(*(a_grid(title, cell, str(n)) for n, title in enumerate(titles))), EN)
    ).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == len(titles) + 2
    assert all(0 < len(name) <= 31 for name in names)
    assert not [name for name in names if set(name) & set("[]:*?/\\")]


def test_larger_numbers_of_a_shaded_table_have_a_darker_ground() -> None:
    grid = a_grid("Heat", (Cell(1, COUNT, "1"), Cell(9, COUNT, "9")), shaded=True)
    assert read(workbook_of(a_document(grid), EN))["Heat"].conditional_formatting


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheets_run_as_the_language_does(ten: PeriodFigures, language: str) -> None:
    for sheet in read(as_xlsx(ten, words(language))).worksheets:
        assert bool(sheet.sheet_view.rightToLeft) == (language == "ar")
