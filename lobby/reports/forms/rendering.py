"""Figures in the form that is asked for: terminal table, HTML, workbook, CSV, JSON."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from rich.console import RenderableType

from lobby.reports.chain import ChainFigures
from lobby.reports.complaint_definitions import COMPLAINTS
from lobby.reports.complaints import ComplaintFigures
from lobby.reports.definitions import FIGURES
from lobby.reports.forms import chain_layout, complaint_layout, layout, page, sheet, table, workbook
from lobby.reports.forms.document import Document
from lobby.reports.forms.shown import Plain, Words
from lobby.reports.period import PeriodFigures

Figures: TypeAlias = PeriodFigures | ComplaintFigures | ChainFigures


def as_table(figures: Figures, words: Words) -> RenderableType:
    """For a terminal."""
    return table.as_table(document(figures, words), words)


def as_html(figures: Figures, words: Words) -> str:
    """A whole page, to be kept, mailed or printed."""
    return page.as_html(document(figures, words), words)


def as_html_body(figures: Figures, words: Words) -> str:
    """One `<article class="report">`, for a page around it."""
    return page.as_html_body(document(figures, words), words)


def as_xlsx(figures: Figures, words: Words) -> bytes:
    """A workbook: an overview, one sheet for each kind of line, and the definitions."""
    return workbook.as_xlsx(document(figures, words), words)


def as_csv(figures: Figures, words: Words | None = None) -> str:
    """All figures as a sheet, in English unless `words` say otherwise."""
    return sheet.as_csv(document(figures, words or Plain()))


def as_json(figures: Figures, words: Words | None = None) -> bytes:
    """The figures as they are, and under `definitions` for each key its title, unit and sentence."""
    say = words or Plain()
    definitions = {
        key: {"title": say(figure.title), "unit": figure.unit, "definition": say(figure.definition)}
        for key, figure in (COMPLAINTS if isinstance(figures, ComplaintFigures) else FIGURES).items()
    }
    return msgspec.json.encode(msgspec.to_builtins(figures) | {"definitions": definitions})


def document(figures: Figures, words: Words) -> Document:
    """The report in words, before it takes a form."""
    if isinstance(figures, PeriodFigures):
        return layout.document(figures, words)
    if isinstance(figures, ChainFigures):
        return chain_layout.document(figures, words)
    return complaint_layout.document(figures, words)
