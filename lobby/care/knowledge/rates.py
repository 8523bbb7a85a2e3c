"""Tables of rates and fees with the days from which they hold: `knowledge/rates/<id>.toml`.

The version in force on a day is the last whose `valid_from` is not after it, unless its `valid_until` is over; the
first after it is the coming one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from itertools import pairwise

import msgspec

from lobby.care.knowledge.article import BadArticle, Mistake
from lobby.care.knowledge.front_matter import BadValues, FrontMatter, toml
from lobby.care.knowledge.reading import checked
from lobby.languages import NO_LANGUAGE, is_language

_NAME = re.compile(r"(?:.*/)?([a-z0-9][a-z0-9-]{0,63})\.toml")

ByLanguage = dict[str, str]
"""One text for each language; the key "" holds a text that is the same in all, such as a number."""


class Column(msgspec.Struct, frozen=True):
    """A column's name; `code` names it for programs, "" where nobody needs it."""

    name: ByLanguage
    code: str = ""


class Version(msgspec.Struct, frozen=True):
    """The rows that hold from a day on, up to another (None: until the next version); each has a cell for each
    column."""

    valid_from: date
    rows: tuple[tuple[ByLanguage, ...], ...]
    valid_until: date | None = None


class RateTable(msgspec.Struct, frozen=True):
    """All versions of a table, the earliest first; `on_screens`: customers see it in the lobby too."""

    id: str
    title: ByLanguage
    owner: str
    columns: tuple[Column, ...]
    versions: tuple[Version, ...]
    services: tuple[str, ...] = ()
    on_screens: bool = True

    def on(self, today: date) -> Rates:
        """What holds on a day, and what comes."""
        now = [version for version in self.versions if version.valid_from <= today]
        coming = [version for version in self.versions if version.valid_from > today]
        over = bool(now) and now[-1].valid_until is not None and now[-1].valid_until < today
        return Rates(self, now[-1] if now and not over else None, coming[0] if coming else None)


class Rates(msgspec.Struct, frozen=True):
    """A table on one day: the version in force, and the coming one; either may be missing."""

    table: RateTable
    now: Version | None
    coming: Version | None

    def markdown(self, language: str) -> str:
        """The version in force as a Markdown table below its title; the title alone when none is."""
        title = f"**{_cell(self.table.title, language)}**\n"
        if self.now is None:
            return title
        head = [_cell(column.name, language) for column in self.table.columns]
        rows = [[_cell(cell, language) for cell in row] for row in self.now.rows]
        lines = [head, ["---"] * len(head), *rows]
        return "\n".join([title, *("| " + " | ".join(line) + " |" for line in lines)]) + "\n"


def in_language(text: ByLanguage, language: str) -> str:
    """The text in this language, else the one for all, else in the first language that there is."""
    return text.get(language) or text.get("") or next(iter(text.values()), "")


def _cell(text: ByLanguage, language: str) -> str:
    return in_language(text, language).replace("\\", "\\\\").replace("|", "\\|")


def read_rates(path: str, text: str, *, services: Collection[str] | None = None) -> RateTable:
    """The table at `path`. None for `services` allows any.

    Raises:
        BadArticle: with all mistakes at once.
    """
    name = _NAME.fullmatch(path)
    if not name:
        raise BadArticle(path, (Mistake("name", "must be like exchange.toml: a-z, 0-9 and -"),))
    try:
        values = toml(checked(path, text))
    except BadValues as bad:
        raise BadArticle(path, (bad.mistake,)) from None
    reader = _Reader(values)
    table = reader.table(name[1], services)
    if reader.mistakes:
        raise BadArticle(path, tuple(reader.mistakes))
    return table


class _Reader(FrontMatter):
    def table(self, id: str, services: Collection[str] | None) -> RateTable:
        self.known_in(self.values, "", ("title", "owner", "services", "on_screens", "columns", "versions"))
        columns = tuple(self.column(values, f"columns[{at}]") for at, values in enumerate(self.tables("columns")))
        versions = tuple(
            version
            for at, values in enumerate(self.tables("versions"))
            if (version := self.version(values, f"versions[{at}]", len(columns)))
        )
        for earlier, later in pairwise(versions):
            if later.valid_from <= earlier.valid_from:
                self.wrong("versions", f"{later.valid_from} must come after {earlier.valid_from}, the one before it")
        title = self.words(self.values.get("title"), "title")
        on_screens = self.values.get("on_screens", True)
        if not isinstance(on_screens, bool):
            self.wrong("on_screens", "must be true or false")
        owner = self.text("owner", "Head cashier")
        return RateTable(id, title, owner, columns, versions, self.services(services), on_screens is True)

    def tables(self, key: str) -> list[dict[str, object]]:
        """A list of tables, one at least."""
        value = self.values.get(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return value
        self.wrong(key, f"must be one or more tables: [[{key}]]")
        return []

    def column(self, values: dict[str, object], where: str) -> Column:
        self.known_in(values, where, ("name", "code"))
        code = self.line(values["code"], f"{where}.code") if "code" in values else ""
        return Column(self.words(values.get("name"), f"{where}.name"), code)

    def version(self, values: dict[str, object], where: str, width: int) -> Version | None:
        self.known_in(values, where, ("valid_from", "valid_until", "rows"))
        day = FrontMatter(values)
        valid_from, rows = day.day("valid_from"), values.get("rows")
        if day.mistakes or valid_from is None:
            self.wrong(f"{where}.valid_from", "must be a day without quotes, such as 2026-01-31")
            return None
        valid_until = day.day("valid_until")
        if day.mistakes or (valid_until is not None and valid_until < valid_from):
            self.wrong(f"{where}.valid_until", f"must be a day without quotes, not before {valid_from}")
            return None
        if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
            self.wrong(f"{where}.rows", 'must be a list of rows, such as [["USD", "1.02"]]')
            return None
        for at, row in enumerate(rows):
            if len(row) != width:
                self.wrong(f"{where}.rows[{at}]", f"has {len(row)} cells for {width} columns")
        return Version(
            valid_from,
            tuple(
                tuple(self.words(cell, f"{where}.rows[{at}][{place}]") for place, cell in enumerate(row))
                for at, row in enumerate(rows)
            ),
            valid_until,
        )

    def words(self, value: object, where: str) -> ByLanguage:
        """One text or number for all languages, or a text for each."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return {"": str(value)}
        if not isinstance(value, dict) or not value:
            return {"": self.line(value, where)}
        for language in sorted(value):
            if not is_language(language):
                self.wrong(f"{where}.{language}", NO_LANGUAGE)
        return {language: self.line(text, f"{where}.{language}") for language, text in value.items()}
