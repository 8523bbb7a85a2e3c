"""The report as a workbook (XLSX): an overview, one sheet for each kind of line, the definitions.

Cells are typed: counts and shares are numbers, spans are times, words are words, and what there is nothing to say of
is empty, so that a reader can go on reckoning. Nothing is a formula, also not a name that looks like one. A span that
can be below zero is a number of minutes, because Excel shows no negative time. The sheets run from right to left where
the language does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Any

import xlsxwriter

from lobby.errors import N_
from lobby.reports.forms.document import MOMENT, Cell, Column, Document, Grid
from lobby.reports.forms.shown import Words
from lobby.reports.units import COUNT, LONG_SECONDS, MEAN, PER_HOUR, SCORE, SECONDS, SHARE

DAY_S = 24 * 3600
NUMBERS = {
    COUNT: "#,##0",
    SHARE: "0.0%",
    MEAN: "0.0",
    PER_HOUR: "0.0",
    SCORE: "0.0",
    SECONDS: "[h]:mm:ss",
    LONG_SECONDS: "[h]:mm:ss",
    MOMENT: "yyyy-mm-dd hh:mm",
}
"""How Excel shows a unit; the decimal sign and the grouping are those of the reader's own Excel."""
MINUTES = "0.0"
BELOW_ZERO = frozenset({"promise_error_mean_s", "bias_s"})
"""Figures whose spans can be below zero."""

LONGEST_NAME = 31
"""Characters of a sheet's name; Excel takes no more, and none of `[]:*?/\\`."""
NARROW, WIDE, WIDEST = 11, 30, 90
"""Characters of a column of numbers, of names, of sentences."""
SHADES = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#8DB0CE"}
UNNAMED = "Sheet"


def as_xlsx(report: Document, words: Words) -> bytes:
    """The workbook's bytes."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": report.title})
        _Book(book, report, words).write()
    return out.getvalue()


class _Book:
    """The open workbook, its formats, and the names of its sheets so far."""

    def __init__(self, book: Any, report: Document, words: Words) -> None:
        self._book = book
        self._report = report
        self._words = words
        self._names: set[str] = set()
        rtl = {"reading_order": 2} if words.direction == "rtl" else {}
        self._plain = book.add_format({"valign": "top", **rtl})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top", **rtl})
        self._title = book.add_format({"bold": True, "font_size": 16, **rtl})
        self._bold = book.add_format({"bold": True, "font_size": 12, **rtl})
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, **rtl})
        shown = {*NUMBERS.values(), MINUTES}
        self._number = {form: book.add_format({"num_format": form, "valign": "top"}) for form in shown}

    def write(self) -> None:
        self._overview()
        for name, grids in groupby(self._report.grids, key=lambda grid: grid.sheet):
            self._grids(name, list(grids))
        self._definitions()

    def _overview(self) -> None:
        """Title, notes, and every headline figure with the period before and what it means."""
        words = self._words
        sheet = self._sheet(words(N_("Overview")))
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, 2, NARROW + 4)
        sheet.set_column(3, 3, WIDEST)
        sheet.write_string(0, 0, self._report.title, self._title)
        row = 1
        for note in self._report.notes:
            sheet.write_string(row, 0, note, self._plain)
            row += 1
        meaning = {one.key: one.sentence for one in self._report.definitions}
        compared = any(figure.before for headline in self._report.headlines for figure in headline.figures)
        for headline in self._report.headlines:
            row += 1
            sheet.write_string(row, 0, headline.title, self._bold)
            if compared:
                sheet.write_string(row, 2, words(N_("before")), self._plain)
            for figure in headline.figures:
                row += 1
                sheet.write_string(row, 0, self._heading(figure.key, figure.title), self._plain)
                self._cell(sheet, row, 1, figure.key, figure.now)
                if figure.before is not None:
                    self._cell(sheet, row, 2, figure.key, figure.before)
                sheet.write_string(row, 3, meaning[figure.key], self._plain)
            row += 1

    def _grids(self, name: str, grids: Sequence[Grid]) -> None:
        """Grids of the same lines, side by side; a figure that stands in several of them once."""
        sheet = self._sheet(name)
        sheet.set_column(0, 0, WIDE)
        sheet.write_string(0, 0, name, self._head)
        for row, line in enumerate(grids[0].lines, start=1):
            sheet.write_string(row, 0, line.name, self._plain)
        columns: dict[str, int] = {}
        for grid in grids:
            for place, column in enumerate(grid.columns):
                if column.key not in columns:
                    columns[column.key] = len(columns) + 1
                    self._column(sheet, columns[column.key], column, [line.cells[place] for line in grid.lines])
        if any(grid.shaded for grid in grids):
            sheet.conditional_format(1, 1, len(grids[0].lines), len(columns), SHADES)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(grids[0].lines), len(columns))

    def _column(self, sheet: Any, place: int, column: Column, cells: Sequence[Cell]) -> None:
        width = max(NARROW, *(len(word) + 3 for word in column.title.split()))
        if any(isinstance(cell.value, (str, dict)) for cell in cells):
            width = min(WIDE, max(width, *(len(cell.text) + 2 for cell in cells)))
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, self._heading(column.figure, column.title), self._head)
        for row, cell in enumerate(cells, start=1):
            self._cell(sheet, row, place, column.figure, cell)

    def _definitions(self) -> None:
        words = self._words
        sheet = self._sheet(words(N_("Definitions")))
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, 1, WIDEST)
        sheet.write_string(0, 0, words(N_("Figure")), self._head)
        sheet.write_string(0, 1, words(N_("Definition")), self._head)
        for row, one in enumerate(self._report.definitions, start=1):
            sheet.write_string(row, 0, self._heading(one.key, one.title), self._wrapped)
            sheet.write_string(row, 1, one.sentence, self._wrapped)
        sheet.freeze_panes(1, 0)

    def _heading(self, key: str, title: str) -> str:
        """A figure's title, with its unit where the cell alone does not say it."""
        return self._words(N_("%(figure)s, minutes"), figure=title) if key in BELOW_ZERO else title

    def _cell(self, sheet: Any, row: int, place: int, key: str, cell: Cell) -> None:
        value = cell.value
        if value is None:
            return
        if isinstance(value, str) and cell.unit == MOMENT:
            sheet.write_datetime(row, place, datetime.fromisoformat(value), self._number[NUMBERS[MOMENT]])
        elif isinstance(value, (str, dict)):
            sheet.write_string(row, place, cell.text, self._plain)
        elif key in BELOW_ZERO:
            sheet.write_number(row, place, value / 60, self._number[MINUTES])
        else:
            span = cell.unit in {SECONDS, LONG_SECONDS}
            sheet.write_number(row, place, value / DAY_S if span else value, self._number[NUMBERS[cell.unit]])

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(self._free_name(name))
        if self._words.direction == "rtl":
            sheet.right_to_left()
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _free_name(self, name: str) -> str:
        """A name that Excel takes and no other sheet has."""
        name = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:LONGEST_NAME].strip(" '") or UNNAMED
        free, number = name, 2
        while free.casefold() in self._names:
            free = f"{name[: LONGEST_NAME - 4]} {number}"
            number += 1
        self._names.add(free.casefold())
        return free


A4 = 9
"""The paper's number in the format (ECMA-376, ST_PageSetup paperSize)."""
