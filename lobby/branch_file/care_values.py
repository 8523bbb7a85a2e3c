"""How complaints, records and standards are to be handled, as a branch writes it: `[complaints]`, `[records]` and
`[standards]` in `branch.toml`, or `records/` and `standards.toml` beside it. See `docs/branch-file.md`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from lobby.care.calendars import Deadline
from lobby.care.jurisdictions import JURISDICTIONS
from lobby.care.setup import CATEGORIES, CAUSES, CareSetup, ComplaintRules
from lobby.care.templates import Named
from lobby.queue.law import is_date
from lobby.record_files import FOLDER, RecordValues

STANDARDS = "standards.toml"
MOST_HOURS, MOST_DAYS, MOST_LINES = 8760, 365, 9


class CareValues(RecordValues):
    """Reads how care is to be taken; `folder` is the data folder."""

    def care(self, data: dict[str, Any], folder: Path, languages: tuple[str, ...], services: list[str]) -> CareSetup:
        """All of it. Tables of the branch file go before the files of the same name."""
        if "records" in data:
            templates = self.templates(self.table(data, "records"), "records", languages, services)
        else:
            templates = self.templates(self.read_folder(folder / FOLDER), f"{FOLDER}/", languages, services)
        standards = self.table(data, "standards") if "standards" in data else self._standards_file(folder)
        return CareSetup(
            self._complaints(self.table(data, "complaints"), languages),
            templates,
            self._standards(standards, services),
        )

    def _complaints(self, table: dict[str, Any], languages: tuple[str, ...]) -> ComplaintRules:
        where, default = "complaints", ComplaintRules()
        self.known(
            table,
            where,
            (
                "promise_hours",
                "law",
                "categories",
                "causes",
                "warn_percent",
                "escalate_to",
                "ask_after_days",
                "worked_days",
            ),
        )
        place = self.text(table, "law", where, "")
        if place and place not in JURISDICTIONS:
            self.wrong(f"{where}.law", f'"{place}" is not known; known are {", ".join(JURISDICTIONS)}')
        worked = self.texts(table, "worked_days", where)
        for day in worked:
            if not is_date(day):
                self.wrong(f"{where}.worked_days", f'"{day}" is not a date; write "2026-12-26"')
        promised = self.whole(table, "promise_hours", where, default.promise.amount, 1, MOST_HOURS)
        asked = self.whole(table, "ask_after_days", where, default.ask_after.amount, 1, MOST_DAYS)
        return ComplaintRules(
            promise=Deadline(promised, "hours"),
            place=place if place in JURISDICTIONS else "",
            categories=self._codes(table, "categories", languages, tuple(CATEGORIES)),
            causes=self._codes(table, "causes", languages, tuple(CAUSES)),
            warn_share=self.whole(table, "warn_percent", where, round(default.warn_share * 100), 1, 99) / 100,
            escalate_to=self.text(table, "escalate_to", where, ""),
            worked=worked if all(is_date(day) for day in worked) else (),
            ask_after=Deadline(asked, "business_days"),
        )

    def _codes(
        self, table: dict[str, Any], key: str, languages: tuple[str, ...], ours: tuple[str, ...]
    ) -> tuple[Named, ...]:
        """The branch's own codes with their names, or ours."""
        if key not in table:
            return tuple(Named(code) for code in ours)
        where = f"complaints.{key}"
        rows = table[key]
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            self.wrong(where, f"must be a list of tables: [[{where}]], each with code and name")
            return tuple(Named(code) for code in ours)
        found = []
        for index, row in enumerate(rows):
            self.known(row, f"{where}[{index}]", ("code", "name"))
            code = self.code(row, "code", f"{where}[{index}]")
            found.append(Named(code, {} if "name" not in row and code in ours else self.names(row, where, languages)))
        return self._apart(found, where)

    def _standards_file(self, folder: Path) -> dict[str, Any]:
        try:
            text = (folder / STANDARDS).read_text(encoding="utf-8-sig")
            data = tomllib.loads(text)
        except FileNotFoundError:
            return {}
        except UnicodeDecodeError:
            self.wrong(STANDARDS, "is not UTF-8; save the file as UTF-8")
            return {}
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
            self.wrong(STANDARDS, str(error))
            return {}
        except OSError as error:
            self.wrong(STANDARDS, f"cannot be read: {error.strerror}")
            return {}
        return self.table(data, "standards")

    def _standards(self, table: dict[str, Any], services: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        """Checklists by service code ("" for every service) and language."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name in table:
            where = f"standards.{name}"
            if name != "common" and name not in services:
                self.wrong(
                    where, f'there is no service "{name}"; write one of {", ".join(services)}, or common for all'
                )
                continue
            lines = self.table(table, name, "standards.")
            self.by_language(lines, where)
            said = {language: self.texts(lines, language, where) for language in lines}
            lengths = {len(texts) for texts in said.values()}
            if len(lengths) > 1:
                self.wrong(where, "has more lines in one language than in another; write the same ones in each")
            elif lengths and not 1 <= max(lengths) <= MOST_LINES:
                self.wrong(where, f"must have 1 to {MOST_LINES} lines")
            found["" if name == "common" else name] = said
        return found
