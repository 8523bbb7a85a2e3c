"""A day's figures in the form that is asked for: terminal table, HTML, CSV, JSON."""

from __future__ import annotations

import msgspec

from lobby.reports.definitions import FIGURES
from lobby.reports.figures import DayFigures
from lobby.reports.page import as_html, as_html_body
from lobby.reports.sheet import as_csv
from lobby.reports.shown import Plain, Words
from lobby.reports.table import as_table

__all__ = ["as_csv", "as_html", "as_html_body", "as_json", "as_table"]


def as_json(figures: DayFigures, words: Words | None = None) -> bytes:
    """The figures as they are, and under `definitions` for each key its title, unit and sentence."""
    say = words or Plain()
    definitions = {
        key: {"title": say(figure.title), "unit": figure.unit, "definition": say(figure.definition)}
        for key, figure in FIGURES.items()
    }
    return msgspec.json.encode(msgspec.to_builtins(figures) | {"definitions": definitions})
