"""`[feedback]` of the branch file: what customers may choose when they say how it went. See `lobby.config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lobby.branch_file.toml_values import Values
from lobby.care.feedback import BAD, GOOD, Choices, FeedbackSetup
from lobby.care.templates import Named

MOST_CHOICES = 6
"""More than that nobody reads on the way out."""


class FeedbackValues(Values):
    """Reads the choices, against the services and languages that there are."""

    def feedback(self, table: dict[str, Any], languages: tuple[str, ...], services: list[str]) -> FeedbackSetup:
        where, default = "feedback", FeedbackSetup()
        self.known(table, where, ("good", "bad", "services"))
        own = self.table(table, "services", f"{where}.")
        for code in own:
            if code not in services:
                self.wrong(f"{where}.services.{code}", f'there is no service "{code}"')
        found = {code: self._of_service(own, code, languages) for code in own}
        everywhere = self._both(table, where, languages)
        return FeedbackSetup(
            good=default.good if everywhere.good is None else everywhere.good,
            bad=default.bad if everywhere.bad is None else everywhere.bad,
            services=found,
        )

    def _of_service(self, tables: dict[str, Any], code: str, languages: tuple[str, ...]) -> Choices:
        where = f"feedback.services.{code}"
        table = self.table(tables, code, "feedback.services.")
        self.known(table, where, ("good", "bad"))
        return self._both(table, where, languages)

    def _both(self, table: dict[str, Any], where: str, languages: tuple[str, ...]) -> Choices:
        return Choices(
            good=self._listed(table, "good", where, languages, GOOD),
            bad=self._listed(table, "bad", where, languages, BAD),
        )

    def _listed(
        self, table: dict[str, Any], key: str, where: str, languages: tuple[str, ...], ours: Mapping[str, str]
    ) -> tuple[Named, ...] | None:
        """`["wait", { code = "parking", name = "Parking" }]`: codes of ours, or the branch's own with their names."""
        if key not in table:
            return None
        rows, place = table[key], f"{where}.{key}"
        if not isinstance(rows, list) or not all(isinstance(row, str | dict) for row in rows):
            self.wrong(place, 'must be a list, such as ["wait", { code = "parking", name = "Parking" }]')
            return ()
        if len(rows) > MOST_CHOICES:
            self.wrong(place, f"has {len(rows)} choices; nobody reads more than {MOST_CHOICES}")
        found = [self._one_choice(row, f"{place}[{index}]", languages, ours) for index, row in enumerate(rows)]
        codes = [one.code for one in found]
        for index, code in enumerate(codes):
            if code in codes[:index]:
                self.wrong(f"{place}[{index}]", f'"{code}" stands there already')
        return tuple(found)

    def _one_choice(
        self, row: str | dict[str, Any], where: str, languages: tuple[str, ...], ours: Mapping[str, str]
    ) -> Named:
        if isinstance(row, str):
            if row not in ours:
                known = ", ".join(ours)
                self.wrong(where, f'"{row}" is none of {known}; write your own as {{ code = "...", name = "..." }}')
            return Named(row)
        self.known(row, where, ("code", "name"))
        return Named(self.code(row, "code", where), self.names(row, where, languages))
