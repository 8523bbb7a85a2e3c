"""The report for a spreadsheet: one row a figure, numbers as plain numbers, each with unit and definition.

A spreadsheet runs what begins like a formula, and names in a report come from outside; such a text is given a leading
apostrophe (OWASP, CSV injection). Numbers are numbers and keep their sign.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from lobby.reports.complaint_layout import HEADLINES, by_code, code_name
from lobby.reports.complaints import ComplaintFigures
from lobby.reports.definitions import COMPLAINTS, FIGURES, LONG_SECONDS, SECONDS
from lobby.reports.figures import DayFigures, Scope
from lobby.reports.shown import Value, Words, service_names, values

HEAD = ("scope", "key", "name", "value", "unit", "definition")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")

Row = tuple[str, str, str, int | float | str, str, str]


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as a sheet. A figure with nothing to say has an empty value."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def day_rows(figures: DayFigures, words: Words) -> Iterator[Row]:
    """All figures of a day."""
    about = (("branch", figures.branch), ("day", figures.day), ("zone", figures.zone))
    for key, text in about:
        yield "report", key, "", text, "", ""
    yield "report", "service_level_target_s", "", figures.service_level_target_s, "s", ""
    services = service_names(figures, words)
    for scope in (figures.overall, *figures.services, *figures.counters, *figures.tellers):
        yield from _scope(scope, words, services)


def complaint_rows(figures: ComplaintFigures, words: Words) -> Iterator[Row]:
    """All figures of complaints: of all together, of each code, of each week."""
    for key in ("branch", "first", "last", "zone"):
        yield "report", key, "", getattr(figures, key), "", ""
    for _, keys in HEADLINES:
        for key in keys:
            yield _row("complaints", key, "", getattr(figures, key), words)
    for scope, parts in by_code(figures):
        for part in parts:
            for key in ("count", "share", "together"):
                name = code_name(scope, part, words)
                yield _row(f"{scope}/{part.code}", key, name, getattr(part, key), words)
    for week in figures.trend:
        for key in ("received", "reopened"):
            yield _row(f"week/{week.monday}", key, "", getattr(week, key), words)


def _row(scope: str, key: str, name: str, value: Value, words: Words) -> Row:
    known = COMPLAINTS[key]
    title = words(known.title)
    unit = SECONDS if known.unit == LONG_SECONDS else known.unit
    return scope, key, f"{title}: {name}" if name else title, _plain(value), unit, words(known.definition)


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
