"""`branch.toml` read into a `Setup`: every mistake is reported at once, with its place and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel.core import Locale, UnknownLocaleError

from lobby.queue.services import CounterPlace, Group, PriorityClass, Rules, Service, Setup
from lobby.toml_values import Mistake, Values

FILE = "branch.toml"


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


PrinterCheck = Callable[[PrinterSetup], Iterable[tuple[str, str]]]
"""Whoever knows printers says what is wrong with one: (key, what is wrong and what to write)."""


def load(folder: Path, printer_check: PrinterCheck = lambda printer: ()) -> Config:
    """Read `folder/branch.toml`, or raise `BadBranchFile` with everything that is wrong."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadBranchFile(path, [Mistake(FILE, f"is missing; `lobby init {folder}` writes an example")]) from None
    except UnicodeDecodeError as error:
        raise BadBranchFile(path, [Mistake(f"byte {error.start}", "is not UTF-8; save the file as UTF-8")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadBranchFile(path, [Mistake("TOML", str(error))]) from None
    except OSError as error:
        raise BadBranchFile(path, [Mistake(FILE, f"cannot be read: {error.strerror}")]) from None
    reader = _Reader(printer_check)
    config = reader.config(data)
    if reader.mistakes or config is None:
        raise BadBranchFile(path, reader.mistakes)
    return config


class _Reader(Values):
    """Walks the parsed file and builds what is right."""

    def __init__(self, printer_check: PrinterCheck) -> None:
        super().__init__()
        self._printer_check = printer_check

    # -- the parts of the file

    def config(self, data: dict[str, Any]) -> Config | None:
        self.known(data, "", ("branch", "rules", "groups", "services", "counters", "priorities", "printers", "server"))
        if "branch" not in data:
            self.wrong("branch", "is missing; the file starts with [branch]")
        branch = self.table(data, "branch")
        languages = self.texts(branch, "languages", "branch", ("en",))
        headings = [self.group(t, i, languages) for i, t in enumerate(self.tables(data, "groups"))]
        self.distinct([group.code for group in headings], "groups", "code")
        groups = {group.code: group for group in headings}
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
        self.distinct([printer.name for printer in printers], "printers", "name")
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
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong("branch.zone", f'"{zone}" is not a time zone; write one such as "Europe/Madrid"')
        starts = self.text(table, "day_starts", where, "04:00")
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", starts)
        if not found:
            self.wrong("branch.day_starts", f'"{starts}" is not a time; write "04:00"')
        starts_min = int(found[1]) * 60 + int(found[2]) if found else 240
        self.languages(languages)
        return Setup(
            id=self.code(table, "id", where),
            names=self.names(table, where, languages),
            languages=languages,
            zone=zone,
            services={service.code: service for service in services},
            counters={counter.number: counter for counter in counters},
            priorities={priority.code: priority for priority in priorities},
            groups=groups,
            day_starts_min=starts_min,
            hours=self.hours(table, where),
            rules=self.rules(rules),
            break_reasons=self.texts(table, "break_reasons", where, ("lunch", "meeting", "other")),
            outcomes=self.texts(table, "outcomes", where, ("done", "referred", "not_possible")),
        )

    def languages(self, languages: tuple[str, ...]) -> None:
        if not languages:
            self.wrong("branch.languages", 'is empty; write ["en"]')
        self.distinct(list(languages), "branch.languages", "")
        for language in languages:
            try:
                Locale.parse(language)
            except (UnknownLocaleError, ValueError, TypeError):
                self.wrong("branch.languages", f'"{language}" is not a language; write its short code, such as "en"')

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
            age_cap_targets=self.number(table, "age_cap_targets", where, default.age_cap_targets, 1, 1000),
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
        printer = PrinterSetup(
            self.text(table, "name", where, "printer"),
            self.text(table, "address", where),
            self.text(table, "profile", where, "80mm"),
        )
        for key, what in self._printer_check(printer):
            self.wrong(f"{where}.{key}", what)
        return printer

    # -- across the parts

    def distinct(self, values: list[Any], where: str, key: str) -> None:
        for index, value in enumerate(values):
            if value != "" and value in values[:index]:
                place = f"{where}[{index}].{key}" if key else where
                self.wrong(place, f'"{value}" is used already; each needs its own')

    def numbers_apart(self, services: list[Service]) -> None:
        for index, one in enumerate(services):
            for other in services[:index]:
                if one.clashes(other):
                    self.wrong(
                        f"services[{index}].prefix",
                        f'"{one.prefix}" with {one.first}-{one.last} would give the same numbers as service '
                        f'"{other.code}"; choose another prefix or range',
                    )
