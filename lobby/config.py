"""`branch.toml` read into a `Setup`: every mistake is reported at once, with its place and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel.core import Locale, UnknownLocaleError

from lobby.queue.law import LEGAL_CLASSES, WAIT_LIMITS, LegalClass, is_date
from lobby.queue.services import CounterPlace, Group, KioskOptions, PriorityClass, Rules, Service, Setup
from lobby.toml_values import Mistake, Values
from lobby.words import words

FILE = "branch.toml"

MOST_DOCUMENTS, LONGEST_DOCUMENT = 12, 120
"""Lines of a service's list, and letters of a line: what fits a ticket that one can hold."""


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
        self.known(
            data, "", ("branch", "rules", "groups", "services", "counters", "priorities", "printers", "server", "kiosk")
        )
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
        setup = self.branch(
            branch,
            languages,
            services,
            counters,
            priorities,
            groups,
            self.table(data, "rules"),
            self.table(data, "kiosk"),
        )
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
        kiosk: dict[str, Any],
    ) -> Setup:
        where = "branch"
        self.known(
            table,
            where,
            (
                "id",
                "name",
                "languages",
                "zone",
                "day_starts",
                "hours",
                "holidays",
                "paydays",
                "jurisdiction",
                "break_reasons",
                "outcomes",
            ),
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
            holidays=self.holidays(table, where),
            paydays=self.paydays(table, where),
            jurisdiction=self.jurisdiction(table, where),
            kiosk=self.kiosk(kiosk),
        )

    def holidays(self, table: dict[str, Any], where: str) -> tuple[str, ...]:
        found = self.texts(table, "holidays", where)
        for day in found:
            if not is_date(day):
                self.wrong(f"{where}.holidays", f'"{day}" is not a date; write "2026-12-25"')
        return found

    def paydays(self, table: dict[str, Any], where: str) -> tuple[int, ...]:
        value = table.get("paydays", [])
        if not isinstance(value, list) or not all(type(day) is int and 1 <= day <= 31 for day in value):
            self.wrong(f"{where}.paydays", "must be a list of days of the month, such as [5, 20]")
            return ()
        return tuple(value)

    def jurisdiction(self, table: dict[str, Any], where: str) -> str:
        place = self.text(table, "jurisdiction", where, "")
        if place and place not in WAIT_LIMITS:
            self.wrong(f"{where}.jurisdiction", f'"{place}" is not known; known are {", ".join(WAIT_LIMITS)}')
        return place

    def kiosk(self, table: dict[str, Any]) -> KioskOptions:
        where, default = "kiosk", KioskOptions()
        self.known(
            table,
            where,
            ("screen_inches", "documents_first", "check_in", "several", "feedback", "reprint_min", "volume"),
        )
        return KioskOptions(
            screen_inches=self.number(table, "screen_inches", where, default.screen_inches, 0, 100),
            documents_first=self.yes(table, "documents_first", where, default.documents_first),
            check_in=self.yes(table, "check_in", where, default.check_in),
            several=self.yes(table, "several", where, default.several),
            feedback=self.yes(table, "feedback", where, default.feedback),
            reprint_s=self.minutes(table, "reprint_min", where, default.reprint_s),
            volume=self.whole(table, "volume", where, default.volume, 0, 100),
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
                "appointment_early_min",
                "appointment_grace_min",
                "appointment_late",
                "lease_numbers",
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
            appointment_early_s=self.minutes(table, "appointment_early_min", where, default.appointment_early_s),
            appointment_late=self.lateness(table, where),
            lease_numbers=self.whole(table, "lease_numbers", where, default.lease_numbers, 1, 10_000),
            appointment_grace_s=self.minutes(table, "appointment_grace_min", where, default.appointment_grace_s),
            service_level_s=self.positive_minutes(table, "service_level_min", where, default.service_level_s),
        )

    def lateness(self, table: dict[str, Any], where: str) -> Literal["walk_in", "refuse"]:
        value = table.get("appointment_late", "walk_in")
        if value not in ("walk_in", "refuse"):
            self.wrong(f"{where}.appointment_late", 'must be "walk_in" or "refuse"')
        return "refuse" if value == "refuse" else "walk_in"

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
                "daily_limit",
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
            daily_limit=self.whole(table, "daily_limit", where, 0, 0, 999_999),
        )

    def documents(self, table: dict[str, Any], where: str, languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        lists = self.table(table, "documents", f"{where}.")
        self.known(lists, f"{where}.documents", languages)
        found = {language: self.texts(lists, language, f"{where}.documents") for language in lists}
        for language, items in found.items():
            if len(items) > MOST_DOCUMENTS or any(len(item) > LONGEST_DOCUMENT for item in items):
                self.wrong(
                    f"{where}.documents.{language}",
                    f"is too long for a ticket: at most {MOST_DOCUMENTS} lines of {LONGEST_DOCUMENT} letters",
                )
        return found

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
        self.known(table, where, ("code", "name", "law", "rank", "credit_min", "target_min", "declared"))
        legal = self.law(table, where)
        rank = self.whole(table, "rank", where, None, 1, 99) if "rank" in table else legal.rank if legal else None
        names = (
            self.names(table, where, languages)
            if legal is None or "name" in table
            else {language: words(language)(legal.words) for language in languages}
        )
        return PriorityClass(
            code=self.code(table, "code", where),
            names=names,
            rank=rank,
            credit_s=self.minutes(table, "credit_min", where, 0.0),
            target_s=self.positive_minutes(table, "target_min", where, 600.0) if "target_min" in table else None,
            declared=self.yes(table, "declared", where, True),
        )

    def law(self, table: dict[str, Any], where: str) -> LegalClass | None:
        """The class of the law that a priority follows: its words and rank, unless the file has its own."""
        code = self.text(table, "law", where, "")
        if code and code not in LEGAL_CLASSES:
            self.wrong(f"{where}.law", f'"{code}" is not known; known are {", ".join(LEGAL_CLASSES)}')
        return LEGAL_CLASSES.get(code)

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
