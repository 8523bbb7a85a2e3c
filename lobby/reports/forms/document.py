"""What any report is made of, before it takes a form: notes, headline figures, grids, definitions; all in words.

Every figure is a `Cell`: its value for a program, and its text for people. A form takes what it needs of it, so that no
form reckons anything of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from lobby.reports.units import COUNTS

MOMENT = "moment"

Value: TypeAlias = int | float | str | dict[str, int] | None


class Cell(NamedTuple):
    """A value (None: nothing to say), its unit as in `lobby.reports.units` (empty: words; `MOMENT`: a time on the
    branch's clock, ISO), how people read it, and of a value that is made of several, the name of each."""

    value: Value
    unit: str
    text: str
    names: Mapping[str, str] = MappingProxyType({})


def in_words(cell: Cell) -> bool:
    """Whether the cell is read as words and not as a number, and so begins where words do."""
    return cell.unit in {"", COUNTS}


class Column(NamedTuple):
    """`key` is that of a definition, or begins with it (`issued/before`); a column of plain facts has none."""

    key: str
    title: str

    @property
    def figure(self) -> str:
        """The key of the definition."""
        return self.key.partition("/")[0]


class Bar(NamedTuple):
    """How far a bar reaches, as shares of 1: its own part, and the part of all before it together with it."""

    share: float
    together: float


class Line(NamedTuple):
    """What the line is about (its code, its name), and a cell for each column; with a bar, where the grid has bars."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    bar: Bar | None = None


class Grid(NamedTuple):
    """A table of what `scope` names (service, counter, ...), with at least one line. A wide one comes in parts, so that
    its columns fit a terminal and a sheet of paper; parts have the same lines, and stand on one sheet of a workbook,
    named `sheet`. In a `shaded` one, larger numbers have a darker ground. Where it says what its `lines_are`, a reader
    may put them in order by any column of numbers."""

    scope: str
    title: str
    sheet: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    shaded: bool = False
    lines_are: str = ""


class Headed(NamedTuple):
    """A figure of the whole branch, and what it was in the period before, where that is known."""

    key: str
    title: str
    now: Cell
    before: Cell | None = None


class Headline(NamedTuple):
    """Some figures of the whole branch."""

    title: str
    figures: tuple[Headed, ...]


class Definition(NamedTuple):
    """What a figure means. A report has one for every figure that it shows."""

    key: str
    title: str
    sentence: str


class Document(NamedTuple):
    """A whole report. `about` are facts for programs (branch, days, zone), `scope` what the headlines speak of."""

    title: str
    about: tuple[tuple[str, str], ...]
    scope: str
    notes: tuple[str, ...]
    headlines: tuple[Headline, ...]
    grids: tuple[Grid, ...]
    definitions: tuple[Definition, ...]
