"""Figures in the form that is asked for: terminal table, HTML, CSV, JSON."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from rich.console import RenderableType

from lobby.reports import complaint_layout, layout, page, sheet, table
from lobby.reports.complaints import ComplaintFigures
from lobby.reports.definitions import COMPLAINTS, FIGURES
from lobby.reports.document import Document
from lobby.reports.figures import DayFigures
from lobby.reports.shown import Plain, Words

Figures: TypeAlias = DayFigures | ComplaintFigures


def as_table(figures: Figures, words: Words) -> RenderableType:
    """For a terminal."""
    return table.as_table(_document(figures, words), words)


def as_html(figures: Figures, words: Words) -> str:
    """A whole page, to be kept, mailed or printed."""
    return page.as_html(_document(figures, words), words)


def as_html_body(figures: Figures, words: Words) -> str:
    """One `<article class="report">`, for a page around it."""
    return page.as_html_body(_document(figures, words), words)


def as_csv(figures: Figures, words: Words | None = None) -> str:
    """All figures as a sheet, in English unless `words` say otherwise."""
    say = words or Plain()
    if isinstance(figures, DayFigures):
        return sheet.as_csv(sheet.day_rows(figures, say))
    return sheet.as_csv(sheet.complaint_rows(figures, say))


def as_json(figures: Figures, words: Words | None = None) -> bytes:
    """The figures as they are, and under `definitions` for each key its title, unit and sentence."""
    say = words or Plain()
    definitions = {
        key: {"title": say(figure.title), "unit": figure.unit, "definition": say(figure.definition)}
        for key, figure in (FIGURES if isinstance(figures, DayFigures) else COMPLAINTS).items()
    }
    return msgspec.json.encode(msgspec.to_builtins(figures) | {"definitions": definitions})


def _document(figures: Figures, words: Words) -> Document:
    if isinstance(figures, DayFigures):
        return layout.document(figures, words)
    return complaint_layout.document(figures, words)
