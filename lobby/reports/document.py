"""What any report is made of, before it takes a form: notes, headline figures, grids, definitions; all in words."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    key: str
    title: str


class Bar(NamedTuple):
    """How far a bar reaches, as shares of 1: its own part, and the part of all before it together with it."""

    share: float
    together: float


class Line(NamedTuple):
    """What the line is about, and a text for each column; in a Pareto also its bar."""

    name: str
    cells: tuple[str, ...]
    bar: Bar | None = None


class Grid(NamedTuple):
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


class Headline(NamedTuple):
    """Some figures of the whole branch: key, title and text of each."""

    title: str
    figures: tuple[tuple[str, str, str], ...]


class Document(NamedTuple):
    """A whole report. `definitions` are key, title and sentence of every figure that it shows."""

    title: str
    notes: list[str]
    headlines: list[Headline]
    grids: list[Grid]
    definitions: list[tuple[str, str, str]]
