"""How a foreign queue log is to be read: the mapping of its columns, units and values onto a branch.

A mapping is a small table (TOML on disk). It is checked as a whole: every mistake is reported at once, with its place
and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lobby.queue.services import PriorityClass, Rules, Service, Setup

REQUIRED = ("service", "arrived")
OPTIONAL = ("id", "date", "priority", "queued", "started", "ended", "wait", "outcome", "agent")
TIME_FORMATS = ("seconds", "clock", "iso", "epoch")
WAIT_UNITS = ("seconds", "minutes", "clock")
CALLS = ("wait", "start")
NUMBERS = 9999
CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
NAME = r"[a-z][a-z0-9_]{0,31}"


class BadMapping(Exception):
    """The mapping cannot be used. `mistakes` holds all that is wrong with it, each as `place: what`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A checked mapping. `columns` names the file's column for each of ours; `services` and `priorities` go by the
    value in the file; `drop` are rows to leave out, by reason and column; without `start_within_s` every start is
    believed."""

    delimiter: str
    encoding: str
    columns: dict[str, str]
    zone: str
    time_format: str
    date_format: str
    wait_unit: str
    call: str
    start_within_s: float | None
    served: tuple[str, ...]
    left: tuple[str, ...]
    queued: tuple[str, ...]
    drop: dict[str, dict[str, tuple[str, ...]]]
    services: dict[str, Service]
    priorities: dict[str, PriorityClass]
    branch: str
    branch_name: str
    day_starts_min: int
    service_level_s: float
    first_counter: int

    def setup(self) -> Setup:
        """A branch of its own for the replay; its services and counters come with the plan."""
        return Setup(
            id=self.branch,
            names={"en": self.branch_name},
            languages=("en",),
            zone=self.zone,
            services={},
            counters={},
            priorities={kind.code: kind for kind in self.priorities.values()},
            day_starts_min=self.day_starts_min,
            rules=Rules(service_level_s=self.service_level_s),
        )


def read_mapping(data: dict[str, Any]) -> Mapping:
    """The mapping in `data`, or `BadMapping` with everything that is wrong with it."""
    reader = _Reader()
    mapping = reader.mapping(data)
    if reader.mistakes:
        raise BadMapping(reader.mistakes)
    return mapping


def check_columns(mapping: Mapping, present: Collection[str]) -> None:
    """Refuse with `BadMapping` when the file lacks a column that the mapping reads."""
    named = [(f"columns.{ours}", theirs) for ours, theirs in mapping.columns.items()]
    named += [(f"drop.{reason}", column) for reason, by in mapping.drop.items() for column in by]
    missing = [
        f'{place}: the file has no column "{column}"; it has {", ".join(filter(None, present))}'
        for place, column in named
        if column not in present
    ]
    if missing:
        raise BadMapping(missing)


class _Reader:
    """Walks the table, collects mistakes, and builds what is right."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def mapping(self, data: dict[str, Any]) -> Mapping:
        self.known(data, "", ("file", "columns", "times", "outcomes", "drop", "branch", "services", "priorities"))
        file = self.table(data, "file")
        self.known(file, "file", ("delimiter", "encoding"))
        columns = self.columns(self.table(data, "columns"))
        times = self.table(data, "times")
        self.known(times, "times", ("zone", "format", "date_format", "wait_unit", "call", "start_within_s"))
        outcomes = self.table(data, "outcomes")
        self.known(outcomes, "outcomes", ("served", "left", "queued"))
        branch = self.table(data, "branch")
        self.known(branch, "branch", ("id", "name", "day_starts", "service_level_s", "first_counter"))
        time_format = self.one_of(times, "format", "times", TIME_FORMATS, "seconds")
        if time_format in {"seconds", "clock"} and "date" not in columns:
            self.wrong("columns.date", f"is missing; times given as {time_format} need the column with the date")
        served = self.texts(outcomes, "served", "outcomes")
        if "outcome" in columns and not served:
            self.wrong("outcomes.served", 'is missing; write the values that mean served, such as ["DONE"]')
        if "outcome" not in columns and "started" not in columns:
            self.wrong("columns.outcome", "is missing; without it and without started nobody can be known as served")
        within = self.number(times, "start_within_s", "times", -1.0, 0, 86400) if "start_within_s" in times else None
        return Mapping(
            delimiter=self.text(file, "delimiter", "file", ",", r"(?s)."),
            encoding=self.encoding(file),
            columns=columns,
            zone=self.zone(times),
            time_format=time_format,
            date_format=self.date_format(times),
            wait_unit=self.one_of(times, "wait_unit", "times", WAIT_UNITS, "seconds"),
            call=self.one_of(times, "call", "times", CALLS, "wait"),
            start_within_s=within,
            served=served,
            left=self.texts(outcomes, "left", "outcomes"),
            queued=self.texts(outcomes, "queued", "outcomes", ("1", "true", "yes")),
            drop=self.drop(self.table(data, "drop")),
            services=self.services(data),
            priorities=self.priorities(self.table(data, "priorities")),
            branch=self.text(branch, "id", "branch", "replay", CODE),
            branch_name=self.text(branch, "name", "branch", "Replay"),
            day_starts_min=self.day_starts(branch),
            service_level_s=self.number(branch, "service_level_s", "branch", 600, 1, 86400),
            first_counter=int(self.number(branch, "first_counter", "branch", 1, 1, 9000)),
        )

    # -- parts

    def encoding(self, file: dict[str, Any]) -> str:
        name = self.text(file, "encoding", "file", "utf-8-sig")
        try:
            "a".encode(name)
        except (LookupError, ValueError):
            self.wrong("file.encoding", f'"{name}" is not an encoding; write one such as "utf-8" or "cp1252"')
        return name

    def date_format(self, times: dict[str, Any]) -> str:
        form = self.text(times, "date_format", "times", "%Y-%m-%d")
        day = date(2024, 1, 31)
        try:
            datetime.strptime(day.strftime(form), form)  # noqa: DTZ007  # a date
        except (ValueError, re.error):
            self.wrong("times.date_format", f'"{form}" is not a form of dates; write one such as "%d.%m.%Y"')
        return form

    def columns(self, table: dict[str, Any]) -> dict[str, str]:
        self.known(table, "columns", (*REQUIRED, *OPTIONAL))
        for key in REQUIRED:
            if key not in table:
                self.wrong(f"columns.{key}", "is missing; write the name of the column in the file")
        return {key: self.text(table, key, "columns", "") for key in table if key in (*REQUIRED, *OPTIONAL)}

    def drop(self, table: dict[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
        made: dict[str, dict[str, tuple[str, ...]]] = {}
        for reason, rule in table.items():
            if not re.fullmatch(NAME, reason) or not isinstance(rule, dict) or not rule:
                self.wrong(f"drop.{reason}", 'must be a table of columns, such as no_server = { agent = ["NONE"] }')
                continue
            made[reason] = {column: self.texts(rule, column, f"drop.{reason}") for column in rule}
        return made

    def services(self, data: dict[str, Any]) -> dict[str, Service]:
        tables = data.get("services", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(item, dict) for item in tables):
            self.wrong("services", "is missing; write one [[services]] for each value of the service column")
            return {}
        made: dict[str, Service] = {}
        for index, table in enumerate(tables):
            where = f"services[{index}]"
            self.known(table, where, ("value", "code", "name", "prefix", "target_s", "mean_service_s"))
            value = self.text(table, "value", where)
            code = self.text(table, "code", where, value, CODE)
            prefix = self.text(table, "prefix", where, None, r"[A-Z]{1,3}")
            for other_value, other in made.items():
                for key, ours, theirs in (
                    ("value", value, other_value),
                    ("code", code, other.code),
                    ("prefix", prefix, other.prefix),
                ):
                    if ours and ours == theirs:
                        self.wrong(f"{where}.{key}", f'"{ours}" is used already; each service needs its own')
            made[value] = Service(
                code=code,
                names={"en": self.text(table, "name", where, value)},
                prefix=prefix,
                last=NUMBERS,
                target_s=self.number(table, "target_s", where, 600, 1, 86400),
                mean_service_s=self.number(table, "mean_service_s", where, 300, 1, 86400),
            )
        return made

    def priorities(self, table: dict[str, Any]) -> dict[str, PriorityClass]:
        made: dict[str, PriorityClass] = {}
        for value, kind in table.items():
            where = f"priorities.{value}"
            if not isinstance(kind, dict):
                self.wrong(
                    where, 'must be a table, such as "2" = { code = "premium", name = "Premium", credit_s = 90 }'
                )
                continue
            self.known(kind, where, ("code", "name", "credit_s"))
            code = self.text(kind, "code", where, None, CODE)
            made[value] = PriorityClass(
                code=code,
                names={"en": self.text(kind, "name", where, code)},
                credit_s=self.number(kind, "credit_s", where, 0, 0, 86400),
                declared=False,
            )
        return made

    def zone(self, times: dict[str, Any]) -> str:
        zone = self.text(times, "zone", "times", "UTC")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong("times.zone", f'"{zone}" is not a time zone; write one such as "Europe/Madrid"')
            return "UTC"
        return zone

    def day_starts(self, branch: dict[str, Any]) -> int:
        text = self.text(branch, "day_starts", "branch", "00:00")
        found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
        if not found:
            self.wrong("branch.day_starts", f'"{text}" is not a time; write "04:00"')
            return 0
        return int(found[1]) * 60 + int(found[2])

    # -- single values

    def wrong(self, where: str, what: str) -> None:
        self.mistakes.append(f"{where}: {what}")

    def known(self, table: dict[str, Any], where: str, keys: Iterable[str]) -> None:
        for key in table:
            if key not in keys:
                self.wrong(f"{where}.{key}" if where else key, f"is not a key here; known are {', '.join(keys)}")

    def table(self, data: dict[str, Any], key: str) -> dict[str, Any]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(key, f"must be a table: [{key}]")
        return {}

    def text(
        self, table: dict[str, Any], key: str, where: str, default: str | None = None, pattern: str = r"(?s).*\S.*"
    ) -> str:
        value = table.get(key, default)
        if value is None:
            self.wrong(f"{where}.{key}", "is missing; write a text in quotes")
            return ""
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            shape = "" if pattern.startswith("(") else f" of the form {pattern}"
            self.wrong(f"{where}.{key}", f"must be a text in quotes{shape}")
            return ""
        return value

    def texts(self, table: dict[str, Any], key: str, where: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = table.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(f"{where}.{key}", 'must be a list of texts in quotes, such as ["1"]')
            return default
        return tuple(value)

    def one_of(self, table: dict[str, Any], key: str, where: str, allowed: tuple[str, ...], default: str) -> str:
        value = table.get(key, default)
        if value not in allowed:
            self.wrong(f"{where}.{key}", f"must be one of {', '.join(allowed)}")
            return default
        return str(value)

    def number(self, table: dict[str, Any], key: str, where: str, default: float, low: float, high: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(f"{where}.{key}", f"must be a number from {low:g} to {high:g}")
            return default
        return float(value)
