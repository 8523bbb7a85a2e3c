"""`branch.toml` read into a `Setup`: every mistake is reported at once, with its place and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lobby.queue.services import (
    WEEKDAYS,
    CounterPlace,
    Group,
    Hours,
    PriorityClass,
    Rules,
    Service,
    Setup,
    Span,
)

FILE = "branch.toml"


class Mistake(msgspec.Struct, frozen=True):
    """One mistake: where (`services[2].prefix`), what is wrong and what to write instead."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class BadBranchFile(Exception):
    """The branch file cannot be used. `mistakes` holds all that is wrong with it."""

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.path = path
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"{path} has {count}:", *(f"  {m}" for m in mistakes)]))


class PrinterSetup(msgspec.Struct, frozen=True):
    """A ticket printer: its address (`tcp://host:port`, `serial:///dev/...`, `usb://...`, `file:///...`, `none`,
    `virtual`) and the paper profile."""

    name: str
    address: str
    profile: str = "80mm"


class Config(msgspec.Struct, frozen=True):
    """The whole branch file: the branch itself, and what only this machine needs."""

    setup: Setup
    printers: tuple[PrinterSetup, ...] = ()
    public_url: str = ""
    database: str = ""


def load(folder: Path) -> Config:
    """Read `folder/branch.toml`, or raise `BadBranchFile` with everything that is wrong."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadBranchFile(path, [Mistake(FILE, f"is missing; `lobby init {folder}` writes an example")]) from None
    except UnicodeDecodeError as error:
        raise BadBranchFile(path, [Mistake(f"byte {error.start}", "is not UTF-8; save the file as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise BadBranchFile(path, [Mistake("TOML", str(error))]) from None
    except OSError as error:
        raise BadBranchFile(path, [Mistake(FILE, f"cannot be read: {error.strerror}")]) from None
    reader = _Reader()
    config = reader.config(data)
    if reader.mistakes or config is None:
        raise BadBranchFile(path, reader.mistakes)
    return config


class _Reader:
    """Walks the parsed file, collects mistakes, and builds what is right."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def wrong(self, where: str, what: str) -> None:
        self.mistakes.append(Mistake(where, what))

    # -- single values

    def known(self, table: dict[str, Any], where: str, keys: Iterable[str]) -> None:
        for key in table.keys() - set(keys):
            place = f"{where}.{key}" if where else key
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
        return self._number(table, key, where, default_s / 60, 0, 24 * 60) * 60

    def seconds(self, table: dict[str, Any], key: str, where: str, default_s: float) -> float:
        return self._number(table, key, where, default_s, 0, 24 * 3600)

    def _number(
        self, table: dict[str, Any], key: str, where: str, default: float, low: float, high: float, least: bool = False
    ) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.wrong(f"{where}.{key}", f"must be a number from {low:g} to {high:g}")
            return default
        return float(value)

    def positive_minutes(self, table: dict[str, Any], key: str, where: str, default_s: float) -> float:
        value = self.minutes(table, key, where, default_s)
        if value <= 0:
            self.wrong(f"{where}.{key}", "must be more than 0")
            return default_s
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
            for language in value.keys() - set(languages):
                self.wrong(f"{where}.name.{language}", f"is not among the branch's languages {', '.join(languages)}")
            return dict(value)
        self.wrong(f"{where}.name", 'is missing; write "Cash" or { en = "Cash", ru = "Касса" }')
        return {}

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

    # -- the parts of the file

    def config(self, data: dict[str, Any]) -> Config | None:
        self.known(data, "", ("branch", "rules", "groups", "services", "counters", "priorities", "printers", "server"))
        if "branch" not in data:
            self.wrong("branch", "is missing; the file starts with [branch]")
        branch = self.table(data, "branch")
        languages = self.texts(branch, "languages", "branch", ("en",))
        groups = {g.code: g for g in (self.group(t, i, languages) for i, t in enumerate(self.tables(data, "groups")))}
        services = [self.service(t, i, languages, groups) for i, t in enumerate(self.tables(data, "services"))]
        if not services:
            self.wrong("services", "is empty; a branch needs at least one [[services]]")
        codes = [service.code for service in services]
        self.distinct(codes, "services", "code")
        self.numbers_apart(services)
        counters = [self.counter(t, i, codes) for i, t in enumerate(self.tables(data, "counters"))]
        if not counters:
            self.wrong("counters", "is empty; a branch needs at least one [[counters]]")
        self.distinct([counter.number for counter in counters], "counters", "number")
        priorities = [self.priority(t, i, languages) for i, t in enumerate(self.tables(data, "priorities"))]
        self.distinct([priority.code for priority in priorities], "priorities", "code")
        printers = tuple(self.printer(t, i) for i, t in enumerate(self.tables(data, "printers")))
        server = self.table(data, "server")
        self.known(server, "server", ("public_url", "database"))
        setup = self.branch(branch, languages, services, counters, priorities, groups, self.table(data, "rules"))
        return Config(
            setup,
            printers,
            self.text(server, "public_url", "server", ""),
            self.text(server, "database", "server", ""),
        )

    def branch(
        self,
        table: dict[str, Any],
        languages: tuple[str, ...],
        services: list[Service],
        counters: list[CounterPlace],
        priorities: list[PriorityClass],
        groups: dict[str, Group],
        rules: dict[str, Any],
    ) -> Setup:
        where = "branch"
        self.known(
            table, where, ("id", "name", "languages", "zone", "day_starts", "hours", "break_reasons", "outcomes")
        )
        zone = self.text(table, "zone", where, "UTC")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong("branch.zone", f'"{zone}" is not a time zone; write one such as "Europe/Madrid"')
        starts = self.text(table, "day_starts", where, "04:00")
        try:
            start = time.fromisoformat(starts)
        except ValueError:
            self.wrong("branch.day_starts", f'"{starts}" is not a time; write "04:00"')
            start = time(4)
        if not languages:
            self.wrong("branch.languages", 'is empty; write ["en"]')
        return Setup(
            id=self.code(table, "id", where),
            names=self.names(table, where, languages),
            languages=languages,
            zone=zone,
            services={service.code: service for service in services},
            counters={counter.number: counter for counter in counters},
            priorities={priority.code: priority for priority in priorities},
            groups=groups,
            day_starts_min=start.hour * 60 + start.minute,
            hours=self.hours(table, where),
            rules=self.rules(rules),
            break_reasons=self.texts(table, "break_reasons", where, ("lunch", "meeting", "other")),
            outcomes=self.texts(table, "outcomes", where, ("done", "referred", "not_possible")),
        )

    def rules(self, table: dict[str, Any]) -> Rules:
        where, default = "rules", Rules()
        self.known(
            table,
            where,
            (
                "age_cap_min",
                "age_cap_targets",
                "recalls",
                "no_show_grace_s",
                "undo_s",
                "return_min",
                "appointment_grace_min",
                "service_level_min",
            ),
        )
        return Rules(
            age_cap_s=self.positive_minutes(table, "age_cap_min", where, default.age_cap_s),
            age_cap_targets=self._number(table, "age_cap_targets", where, default.age_cap_targets, 1, 1000),
            recalls=self.whole(table, "recalls", where, default.recalls, 0, 20),
            no_show_grace_s=self.seconds(table, "no_show_grace_s", where, default.no_show_grace_s),
            undo_s=self.seconds(table, "undo_s", where, default.undo_s),
            return_s=self.minutes(table, "return_min", where, default.return_s),
            appointment_grace_s=self.minutes(table, "appointment_grace_min", where, default.appointment_grace_s),
            service_level_s=self.positive_minutes(table, "service_level_min", where, default.service_level_s),
        )

    def group(self, table: dict[str, Any], index: int, languages: tuple[str, ...]) -> Group:
        where = f"groups[{index}]"
        self.known(table, where, ("code", "name"))
        return Group(self.code(table, "code", where), self.names(table, where, languages))

    def service(
        self, table: dict[str, Any], index: int, languages: tuple[str, ...], groups: dict[str, Group]
    ) -> Service:
        where = f"services[{index}]"
        self.known(
            table,
            where,
            (
                "code",
                "name",
                "prefix",
                "first",
                "last",
                "group",
                "icon",
                "target_min",
                "appointment_target_min",
                "mean_service_min",
                "hours",
                "documents",
                "outcomes",
            ),
        )
        first = self.whole(table, "first", where, 1, 0, 999_999)
        last = self.whole(table, "last", where, 999, 0, 999_999)
        if last < first:
            self.wrong(f"{where}.last", f"must not be less than first ({first})")
        group = self.text(table, "group", where, "")
        if group and group not in groups:
            self.wrong(f"{where}.group", f'there is no group "{group}"; add [[groups]] with that code')
        prefix = self.text(table, "prefix", where, "")
        if prefix and not re.fullmatch(r"[A-Z]{1,3}", prefix):
            self.wrong(f"{where}.prefix", "must be one to three capital letters A to Z, or empty")
        default = Service("", {})
        return Service(
            code=self.code(table, "code", where),
            names=self.names(table, where, languages),
            prefix=prefix,
            first=first,
            last=last,
            group=group,
            icon=self.text(table, "icon", where, ""),
            target_s=self.positive_minutes(table, "target_min", where, default.target_s),
            appointment_target_s=self.positive_minutes(
                table, "appointment_target_min", where, default.appointment_target_s
            ),
            mean_service_s=self.positive_minutes(table, "mean_service_min", where, default.mean_service_s),
            hours=self.hours(table, where),
            documents=self.documents(table, where, languages),
            outcomes=self.texts(table, "outcomes", where),
        )

    def documents(self, table: dict[str, Any], where: str, languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        lists = self.table(table, "documents", f"{where}.")
        self.known(lists, f"{where}.documents", languages)
        return {language: self.texts(lists, language, f"{where}.documents") for language in lists}

    def counter(self, table: dict[str, Any], index: int, codes: list[str]) -> CounterPlace:
        where = f"counters[{index}]"
        self.known(table, where, ("number", "name", "services"))
        services = self.texts(table, "services", where)
        for code in services:
            if code not in codes:
                self.wrong(f"{where}.services", f'there is no service "{code}"')
        return CounterPlace(
            self.whole(table, "number", where, None, 1, 9999), self.text(table, "name", where, ""), services
        )

    def priority(self, table: dict[str, Any], index: int, languages: tuple[str, ...]) -> PriorityClass:
        where = f"priorities[{index}]"
        self.known(table, where, ("code", "name", "rank", "credit_min", "target_min", "declared"))
        declared = table.get("declared", True)
        if not isinstance(declared, bool):
            self.wrong(f"{where}.declared", "must be true or false")
        return PriorityClass(
            code=self.code(table, "code", where),
            names=self.names(table, where, languages),
            rank=self.whole(table, "rank", where, None, 1, 99) if "rank" in table else None,
            credit_s=self.minutes(table, "credit_min", where, 0.0),
            target_s=self.positive_minutes(table, "target_min", where, 600.0) if "target_min" in table else None,
            declared=bool(declared),
        )

    def printer(self, table: dict[str, Any], index: int) -> PrinterSetup:
        where = f"printers[{index}]"
        self.known(table, where, ("name", "address", "profile"))
        return PrinterSetup(
            self.text(table, "name", where, "printer"),
            self.text(table, "address", where),
            self.text(table, "profile", where, "80mm"),
        )

    # -- across the parts

    def distinct(self, values: list[Any], where: str, key: str) -> None:
        for index, value in enumerate(values):
            if value in values[:index]:
                self.wrong(f"{where}[{index}].{key}", f'"{value}" is used already; each needs its own')

    def numbers_apart(self, services: list[Service]) -> None:
        for index, one in enumerate(services):
            for other in services[:index]:
                if one.clashes(other):
                    self.wrong(
                        f"services[{index}].prefix",
                        f'"{one.prefix}" with {one.first}-{one.last} would give the same numbers as service '
                        f'"{other.code}"; choose another prefix or range',
                    )
