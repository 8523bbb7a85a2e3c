"""The report for a terminal."""

from __future__ import annotations

from math import ceil

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lobby.errors import N_
from lobby.reports.forms.document import Bar, Document, Grid, Headline, in_words
from lobby.reports.forms.shown import Words

BAR = 12
"""Characters of the longest bar."""


def as_table(report: Document, words: Words) -> RenderableType:
    """Headline figures, the grids, and the definitions."""
    parts: list[RenderableType] = [Text(report.title, style="bold")]
    parts += [Text(note, style="dim") for note in report.notes]
    parts += [Padding(_headline(headline, words), (1, 0, 0, 0)) for headline in report.headlines]
    parts += [Padding(_grid(grid), (1, 0, 0, 0)) for grid in report.grids]
    parts.append(Padding(_definitions(report, words), (1, 0, 0, 0)))
    return Group(*parts)


def _headline(headline: Headline, words: Words) -> Table:
    compared = any(figure.before for figure in headline.figures)
    table = Table(title=escape(headline.title), title_justify="left", show_header=compared, box=None, min_width=30)
    table.add_column()
    table.add_column(justify="right", overflow="fold")
    if compared:
        table.add_column(escape(words(N_("before"))), justify="right", style="dim")
    for figure in headline.figures:
        before = [escape(figure.before.text) if figure.before else ""] if compared else []
        table.add_row(escape(figure.title), escape(figure.now.text), *before)
    return table


def _grid(grid: Grid) -> Table:
    table = Table(title=escape(grid.title), title_justify="left")
    table.add_column(overflow="fold")
    for column, cell in zip(grid.columns, grid.lines[0].cells, strict=True):
        table.add_column(escape(column.title), justify="left" if in_words(cell) else "right", overflow="fold")
    if any(line.bar for line in grid.lines):
        table.add_column(min_width=BAR)
    for line in grid.lines:
        cells = (escape(cell.text) for cell in line.cells)
        table.add_row(escape(line.name), *cells, *([_bar(line.bar)] if line.bar else []))
    return table


def _bar(bar: Bar) -> str:
    return "█" * ceil(bar.share * BAR)


def _definitions(report: Document, words: Words) -> Table:
    table = Table(title=escape(words(N_("Definitions"))), title_justify="left", show_header=False, box=None)
    table.add_column(style="bold", ratio=1)
    table.add_column(ratio=3, overflow="fold")
    for definition in report.definitions:
        table.add_row(escape(definition.title), escape(definition.sentence))
    return table
