"""The report for a spreadsheet: one row a figure, numbers as plain numbers, each with unit and definition.

A spreadsheet runs what begins like a formula, and names in a report come from outside; such a text is given a leading
apostrophe (OWASP, CSV injection). Numbers are numbers and keep their sign.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from lobby.reports.forms.document import Cell, Document
from lobby.reports.units import COUNT, LONG_SECONDS, SECONDS

HEAD = ("scope", "key", "name", "value", "unit", "definition")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")

Row = tuple[str, str, str, int | float | str, str, str]


def as_csv(report: Document) -> str:
    """The report as a sheet. A figure with nothing to say has an empty value."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows(report):
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def rows(report: Document) -> Iterator[Row]:
    """What the report is about, its headline figures, each cell of each grid; what the report says twice stands here
    once."""
    for key, text in report.about:
        yield "report", key, "", text, "", ""
    seen: set[tuple[str, str]] = set()
    for row in _figures(report):
        if row[:2] not in seen:
            seen.add(row[:2])
            yield row


def _figures(report: Document) -> Iterator[Row]:
    sentences = {definition.key: definition.sentence for definition in report.definitions}
    headed = [figure for headline in report.headlines for figure in headline.figures]
    for figure in headed:
        yield from _figure(report.scope, figure.key, figure.title, figure.now, sentences[figure.key])
    for figure in headed:
        if figure.before is not None:
            yield from _figure("before", figure.key, figure.title, figure.before, sentences[figure.key])
    for grid in report.grids:
        for line in grid.lines:
            for column, cell in zip(grid.columns, line.cells, strict=True):
                sentence, title = sentences.get(column.figure, ""), f"{column.title}: {line.name}"
                yield from _figure(f"{grid.scope}/{line.key}", column.key, title, cell, sentence)


def _figure(scope: str, key: str, title: str, cell: Cell, sentence: str) -> Iterator[Row]:
    if isinstance(cell.value, dict):
        for code, count in cell.value.items():
            yield scope, f"{key}/{code}", f"{title}: {cell.names[code]}", count, COUNT, sentence
        return
    unit = SECONDS if cell.unit == LONG_SECONDS else cell.unit
    yield scope, key, title, "" if cell.value is None else cell.value, unit, sentence


def _safe(cell: int | float | str) -> int | float | str:
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
