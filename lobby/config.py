"""`branch.toml` read into a `Setup`: every mistake is reported at once, with its place and what to do. Whether the
rules fit together is asked once every value is right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lobby.branch_file.care_values import CareValues
from lobby.branch_file.feedback_values import FeedbackValues
from lobby.branch_file.offer_values import OfferValues
from lobby.branch_file.retention_values import Retention, RetentionValues
from lobby.branch_file.rule_checks import contradictions
from lobby.branch_file.rule_values import RuleValues
from lobby.branch_file.server_values import ServerSetup, ServerValues
from lobby.branch_file.signage_values import SignageValues, SignCheck
from lobby.branch_file.single_sign_on_values import SingleSignOn, SingleSignOnValues
from lobby.branch_file.toml_values import Mistake
from lobby.languages import is_language
from lobby.outbound.mail_values import MailSetup, MailValues
from lobby.outbound.ship_values import HeadOffice, HeadOfficeValues
from lobby.outbound.values import Webhook, WebhookValues
from lobby.queue.law import WAIT_LIMITS, is_date
from lobby.queue.services import CounterPlace, Group, KioskOptions, PriorityClass, Rules, Service, Setup
from lobby.signage import Signage
from lobby.words import LANGUAGES

FILE = "branch.toml"
TABLES = (
    "branch",
    "rules",
    "reserves",
    "ratios",
    "groups",
    "services",
    "counters",
    "priorities",
    "printers",
    "server",
    "single_sign_on",
    "kiosk",
    "complaints",
    "feedback",
    "records",
    "standards",
    "webhooks",
    "mail",
    "look",
    "screens",
    "voice",
    "signs",
    "head_office",
    "retention",
)
"""What a branch file may hold."""


class BadBranchFile(Exception):
    """The branch file cannot be used. `mistakes` holds all that is wrong with it."""

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.path = path
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"{path} has {count}:", *(f"  {m}" for m in mistakes)]))


class PrinterSetup(msgspec.Struct, frozen=True):
    """A ticket printer: its address (`tcp://host:port`, `serial:///dev/...`, `usb://...`, `file:///...`, `none`,
    `virtual`) and the paper profile; `mode` is raster (all drawn) or hybrid (the printer itself draws number and QR
    code); `roll_m` the length of a new roll in metres, 0 where it is not counted."""

    name: str
    address: str
    profile: str = "80mm"
    mode: Literal["raster", "hybrid"] = "raster"
    roll_m: float = 0.0


class Config(msgspec.Struct, frozen=True):
    """The whole branch file: the branch itself, and what only this machine needs."""

    setup: Setup
    printers: tuple[PrinterSetup, ...] = ()
    server: ServerSetup = ServerSetup()
    webhooks: tuple[Webhook, ...] = ()
    mail: MailSetup | None = None
    signage: Signage = Signage()
    head_office: HeadOffice | None = None
    retention: Retention = Retention()
    single_sign_on: SingleSignOn | None = None

    @property
    def public_url(self) -> str:
        """The address that phones reach; empty where the file names none."""
        return self.server.public_url

    @property
    def database(self) -> str:
        """The address of a PostgreSQL database; empty for the file in the data folder."""
        return self.server.database


PrinterCheck = Callable[[PrinterSetup], Iterable[tuple[str, str]]]
"""Whoever knows printers says what is wrong with one: (key, what is wrong and what to write)."""


def load(
    folder: Path, printer_check: PrinterCheck = lambda printer: (), sign_check: SignCheck = lambda address: ()
) -> Config:
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
    reader = _Reader(folder, printer_check, sign_check)
    config = reader.config(data)
    if reader.mistakes or config is None:
        raise BadBranchFile(path, reader.mistakes)
    return config


class _Reader(
    OfferValues,
    RuleValues,
    CareValues,
    FeedbackValues,
    WebhookValues,
    MailValues,
    SignageValues,
    ServerValues,
    HeadOfficeValues,
    RetentionValues,
    SingleSignOnValues,
):
    """Walks the parsed file and builds what is right."""

    def __init__(self, folder: Path, printer_check: PrinterCheck, sign_check: SignCheck) -> None:
        super().__init__()
        self._folder = folder
        self._printer_check = printer_check
        self._sign_check = sign_check

    # -- the parts of the file

    def config(self, data: dict[str, Any]) -> Config | None:
        self.known(data, "", TABLES)
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
        setup = self.branch(
            branch,
            languages,
            services,
            counters,
            priorities,
            groups,
            self.rules(self.table(data, "rules"), self.tables(data, "reserves"), self.tables(data, "ratios")),
            self.table(data, "kiosk"),
        )
        webhooks = tuple(self.webhook(t, i, self._folder) for i, t in enumerate(self.tables(data, "webhooks")))
        self.distinct([webhook.name for webhook in webhooks], "webhooks", "name")
        signage = self.signage(data, self._folder, languages, codes, counters, self._sign_check)
        self.distinct([screen.name for screen in signage.screens], "screens", "name")
        if not self.mistakes:
            for mistake in contradictions(setup):
                self.wrong(mistake.where, mistake.what)
        return Config(
            msgspec.structs.replace(
                setup,
                care=self.care(data, self._folder, languages, codes),
                feedback=self.feedback(self.table(data, "feedback"), languages, codes),
            ),
            printers,
            self.server(self.table(data, "server")),
            webhooks,
            self.mail(self.table(data, "mail"), self._folder) if "mail" in data else None,
            signage,
            self.head_office(self.table(data, "head_office"), self._folder) if "head_office" in data else None,
            retention=self.retention(self.table(data, "retention")),
            single_sign_on=self.single_sign_on(self.table(data, "single_sign_on"), self._folder, languages)
            if "single_sign_on" in data
            else None,
        )

    def branch(
        self,
        table: dict[str, Any],
        languages: tuple[str, ...],
        services: list[Service],
        counters: list[CounterPlace],
        priorities: list[PriorityClass],
        groups: dict[str, Group],
        rules: Rules,
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
            rules=rules,
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
            (
                "screen_inches",
                "documents_first",
                "check_in",
                "several",
                "feedback",
                "complaints",
                "reprint_min",
                "volume",
            ),
        )
        return KioskOptions(
            screen_inches=self.number(table, "screen_inches", where, default.screen_inches, 0, 100),
            documents_first=self.yes(table, "documents_first", where, default.documents_first),
            check_in=self.yes(table, "check_in", where, default.check_in),
            several=self.yes(table, "several", where, default.several),
            feedback=self.yes(table, "feedback", where, default.feedback),
            complaints=self.yes(table, "complaints", where, default.complaints),
            reprint_s=self.minutes(table, "reprint_min", where, default.reprint_s),
            volume=self.whole(table, "volume", where, default.volume, 0, 100),
        )

    def languages(self, languages: tuple[str, ...]) -> None:
        if not languages:
            self.wrong("branch.languages", 'is empty; write ["en"]')
        self.distinct(list(languages), "branch.languages", "")
        for language in languages:
            if not is_language(language):
                self.wrong("branch.languages", f'"{language}" is not a language; write its short code, such as "en"')
        if not set(languages) & set(LANGUAGES):
            self.wrong("branch.languages", f"needs one that pages have words for: {', '.join(LANGUAGES)}")

    def printer(self, table: dict[str, Any], index: int) -> PrinterSetup:
        where = f"printers[{index}]"
        self.known(table, where, ("name", "address", "profile", "mode", "roll_m"))
        mode = table.get("mode", "raster")
        if mode not in ("raster", "hybrid"):
            self.wrong(f"{where}.mode", 'must be "raster" or "hybrid"')
        printer = PrinterSetup(
            self.text(table, "name", where, "printer"),
            self.text(table, "address", where),
            self.text(table, "profile", where, "80mm"),
            "hybrid" if mode == "hybrid" else "raster",
            self.number(table, "roll_m", where, 0.0, 0, 1000),
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
