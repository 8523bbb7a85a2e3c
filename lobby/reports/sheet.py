"""The report for a spreadsheet: one row a figure, numbers as plain numbers, each with unit and definition.

A spreadsheet runs what begins like a formula, and names in a report come from outside; such a text is given a leading
apostrophe (OWASP, CSV injection). Numbers are numbers and keep their sign.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from lobby.reports.definitions import FIGURES
from lobby.reports.figures import DayFigures, Scope
from lobby.reports.shown import Plain, Value, Words, service_names, values

HEAD = ("scope", "key", "name", "value", "unit", "definition")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")

Row = tuple[str, str, str, int | float | str, str, str]


def as_csv(figures: DayFigures, words: Words | None = None) -> str:
    """All figures, in English unless `words` say otherwise. A figure with nothing to say has an empty value."""
    words = words or Plain()
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in _rows(figures, words):
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _rows(figures: DayFigures, words: Words) -> Iterator[Row]:
    about = (("branch", figures.branch), ("day", figures.day), ("zone", figures.zone))
    for key, text in about:
        yield "report", key, "", text, "", ""
    yield "report", "service_level_target_s", "", figures.service_level_target_s, "s", ""
    services = service_names(figures, words)
    for scope in (figures.overall, *figures.services, *figures.counters, *figures.tellers):
        yield from _scope(scope, words, services)


def _scope(scope: Scope, words: Words, services: dict[str, str]) -> Iterator[Row]:
    where = scope.scope if scope.scope == "branch" else f"{scope.scope}/{scope.key}"
    for key, value in values(scope):
        figure = FIGURES[key]
        title, definition = words(figure.title), words(figure.definition)
        if isinstance(value, dict):
            for code, count in value.items():
                yield where, f"{key}/{code}", f"{title}: {services.get(code, code)}", count, "count", definition
        else:
            yield where, key, title, _plain(value), figure.unit, definition


def _plain(value: Value) -> int | float | str:
    assert not isinstance(value, dict)
    return "" if value is None else value


def _safe(cell: int | float | str) -> int | float | str:
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
