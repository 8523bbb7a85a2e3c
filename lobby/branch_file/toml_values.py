"""Values of a TOML file read with care: what is wrong is noted with its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from lobby.languages import NO_LANGUAGE, is_language
from lobby.queue.services import WEEKDAYS, Hours, Span

SHORTEST_MIN = 0.001
"""The shortest time that may stand where one is needed, in minutes."""


class Mistake(msgspec.Struct, frozen=True):
    """One mistake: where (`services[2].prefix`), what is wrong and what to write instead."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Values:
    """Reads single values; `mistakes` collects what is wrong, one for each place."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def wrong(self, where: str, what: str) -> None:
        """Note a mistake, unless this place has one already."""
        if all(mistake.where != where for mistake in self.mistakes):
            self.mistakes.append(Mistake(where, what))

    def known(self, table: dict[str, Any], where: str, keys: Iterable[str]) -> None:
        for key in table.keys() - set(keys):
            place = f"{where}.{key}" if where else key or '""'
            self.wrong(place, f"is not a key here; known are {', '.join(sorted(keys))}")

    def table(self, data: dict[str, Any], key: str, where: str = "") -> dict[str, Any]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(f"{where}{key}", f"must be a table: [{key}]")
        return {}

    def tables(self, data: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.wrong(key, f"must be a list of tables: [[{key}]]")
        return []

    def text(self, table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if value is None:
            self.wrong(f"{where}.{key}", 'is missing; write a text in quotes, such as "cash"')
            return ""
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong(f"{where}.{key}", "must be a text in quotes")
            return ""
        if "\0" in value:
            self.wrong(f"{where}.{key}", "holds a sign that no text has (U+0000); delete it")
            return ""
        return value

    def code(self, table: dict[str, Any], key: str, where: str) -> str:
        value = self.text(table, key, where)
        if value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", value):
            self.wrong(f"{where}.{key}", "may have letters, digits, - and _ only, at most 32")
        return value

    def whole(self, table: dict[str, Any], key: str, where: str, default: int | None, low: int, high: int) -> int:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(f"{where}.{key}", f"must be a whole number from {low} to {high}")
            return default if default is not None else low
        return value

    def minutes(self, table: dict[str, Any], key: str, where: str, default_s: float) -> float:
        """A span given in minutes, returned in seconds."""
        return self.number(table, key, where, default_s / 60, 0, 24 * 60) * 60

    def seconds(self, table: dict[str, Any], key: str, where: str, default_s: float) -> float:
        return self.number(table, key, where, default_s, 0, 24 * 3600)

    def number(self, table: dict[str, Any], key: str, where: str, default: float, low: float, high: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.wrong(f"{where}.{key}", f"must be a number from {low:g} to {high:g}")
            return default
        return float(value)

    def positive_minutes(self, table: dict[str, Any], key: str, where: str, default_s: float) -> float:
        value = self.minutes(table, key, where, default_s)
        if value < SHORTEST_MIN * 60:
            self.wrong(f"{where}.{key}", "must be more than 0")
            return default_s
        return value

    def yes(self, table: dict[str, Any], key: str, where: str, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.wrong(f"{where}.{key}", "must be true or false")
            return default
        return value

    def texts(self, table: dict[str, Any], key: str, where: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = table.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(f"{where}.{key}", 'must be a list of texts, such as ["a", "b"]')
            return default
        return tuple(value)

    def names(self, table: dict[str, Any], where: str, languages: tuple[str, ...]) -> dict[str, str]:
        """`name = "Cash"` for one language, or `name = { en = "Cash", ar = "..." }`."""
        value = table.get("name")
        if isinstance(value, str) and value.strip():
            return {languages[0] if languages else "en": value}
        if isinstance(value, dict) and value and all(isinstance(v, str) and v.strip() for v in value.values()):
            self.by_language(value, f"{where}.name")
            return dict(value)
        self.wrong(f"{where}.name", 'is missing; write "Cash" or { en = "Cash", ru = "Касса" }')
        return {}

    def by_language(self, texts: dict[str, Any], where: str) -> None:
        """Every key is the code of a language, one of the branch's or not."""
        for code in texts:
            if not is_language(code):
                self.wrong(f"{where}.{code}", NO_LANGUAGE)

    def hours(self, table: dict[str, Any], where: str) -> Hours | None:
        """`hours = { mon = "09:00-13:00, 14:00-17:00", ... }`; a day that is not listed is closed."""
        if "hours" not in table:
            return None
        value = table["hours"]
        if not isinstance(value, dict):
            self.wrong(f"{where}.hours", 'must be a table, such as { mon = "09:00-17:00" }')
            return None
        self.known(value, f"{where}.hours", WEEKDAYS)
        return Hours({day: self.spans(value[day], f"{where}.hours.{day}") for day in WEEKDAYS if day in value})

    def spans(self, value: Any, where: str) -> tuple[Span, ...]:
        spans: list[Span] = []
        for part in str(value).split(","):
            found = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", part)
            if not found:
                self.wrong(where, f'"{part.strip()}" is not a span; write "09:00-17:00"')
                continue
            a, b, c, d = map(int, found.groups())
            start, end = a * 60 + b, c * 60 + d
            if b > 59 or d > 59 or end > 24 * 60 or start >= end or (spans and start < spans[-1].end):
                self.wrong(where, f'"{part.strip()}" must start before it ends, within one day, after the span before')
                continue
            spans.append(Span(start, end))
        return tuple(spans)
