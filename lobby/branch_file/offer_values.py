"""What a branch offers, as its file says it: groups, services, counters, priority classes. See `lobby.config`."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import east_asian_width

from lobby.branch_file.toml_values import Values
from lobby.queue.law import LEGAL_CLASSES, LegalClass
from lobby.queue.services import DIRECTIONS, CounterPlace, Group, PriorityClass, Service
from lobby.words import words

MOST_DOCUMENTS, LONGEST_DOCUMENT = 12, 80
"""Lines of a service's list, and columns of a line: what fits a ticket that one can hold, on the narrowest paper."""


class OfferValues(Values):
    """Reads the tables of what is offered; `where` is the place of each in the file."""

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
            documents=self.documents(table, where),
            outcomes=self.texts(table, "outcomes", where),
            daily_limit=self.whole(table, "daily_limit", where, 0, 0, 999_999),
        )

    def documents(self, table: dict[str, Any], where: str) -> dict[str, tuple[str, ...]]:
        lists = self.table(table, "documents", f"{where}.")
        self.by_language(lists, f"{where}.documents")
        found = {language: self.texts(lists, language, f"{where}.documents") for language in lists}
        for language, items in found.items():
            if len(items) > MOST_DOCUMENTS or any(columns(item) > LONGEST_DOCUMENT for item in items):
                self.wrong(
                    f"{where}.documents.{language}",
                    f"is too long for a ticket: at most {MOST_DOCUMENTS} lines of {LONGEST_DOCUMENT} letters "
                    f"({LONGEST_DOCUMENT // 2} in Chinese)",
                )
        return found

    def counter(self, table: dict[str, Any], index: int, codes: list[str]) -> CounterPlace:
        where = f"counters[{index}]"
        self.known(table, where, ("number", "name", "services", "direction"))
        services = self.texts(table, "services", where)
        for code in services:
            if code not in codes:
                self.wrong(f"{where}.services", f'there is no service "{code}"')
        direction = self.text(table, "direction", where, "")
        if direction and direction not in DIRECTIONS:
            self.wrong(f"{where}.direction", f"must be one of {', '.join(DIRECTIONS)}")
        return CounterPlace(
            self.whole(table, "number", where, None, 1, 9999), self.text(table, "name", where, ""), services, direction
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
            law=self.text(table, "law", where, ""),
        )

    def law(self, table: dict[str, Any], where: str) -> LegalClass | None:
        """The class of the law that a priority follows: its words and rank, unless the file has its own."""
        code = self.text(table, "law", where, "")
        if code and code not in LEGAL_CLASSES:
            self.wrong(f"{where}.law", f'"{code}" is not known; known are {", ".join(LEGAL_CLASSES)}')
        return LEGAL_CLASSES.get(code)


def columns(text: str) -> int:
    """How wide a text is, in letters: wide ones, such as Chinese, count twice (Unicode, UAX 11)."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
