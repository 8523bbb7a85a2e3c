"""The values above an article, TOML between two lines of `+++`, read with care: every mistake is kept with its key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from lobby.care.knowledge.article import Mistake
from lobby.care.knowledge.safe_text import unsafe, without_directions

_FENCE = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LONGEST_TEXT = 200
"""Characters that a title, a keyword or an owner may have."""


class BadValues(Exception):
    """The text holds no values that could be read at all."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake
        super().__init__(str(mistake))


def split(text: str) -> tuple[dict[str, Any], str]:
    """The values above the text, and the text; raises `BadValues`."""
    found = _FENCE.match(text)
    if not found:
        raise BadValues(
            Mistake("line 1", 'must be "+++"; values such as title = "Lost card" follow, and a second line "+++"')
        )
    return toml("\n" + found[1]), text[found.end() :]


def toml(text: str) -> dict[str, Any]:
    """The values of a TOML text; raises `BadValues` with the line."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a date such as 2026-02-30 is a ValueError that is no TOML error
        raise BadValues(Mistake("TOML", str(error) or "is nested too deep")) from None


class FrontMatter:
    """Reads single values of a table; `mistakes` collects what is wrong."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.mistakes: list[Mistake] = []

    def wrong(self, where: str, what: str) -> None:
        self.mistakes.append(Mistake(where, what))

    def known_in(self, table: dict[str, Any], where: str, keys: Collection[str]) -> None:
        """Note each key of a table that is none of these."""
        for key in sorted(table.keys() - set(keys)):
            place = f"{where}.{shown(key)}" if where else shown(key)
            self.wrong(place, f"is not a key here; known are {', '.join(keys)}")

    def text(self, key: str, example: str) -> str:
        """A text that must be there."""
        if key not in self.values:
            self.wrong(key, f'is missing; write {key} = "{example}"')
            return ""
        return self.line(self.values[key], key)

    def line(self, value: object, where: str) -> str:
        """One line of text, not empty."""
        if not isinstance(value, str) or not value.strip():
            self.wrong(where, "must be a text in quotes")
            return ""
        text = without_directions(value).strip()
        if "\n" in text or len(text) > LONGEST_TEXT:
            self.wrong(where, f"must be one line of at most {LONGEST_TEXT} characters")
            return ""
        self.mistakes += unsafe(text, where)
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none when the key is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, 'must be a list of texts, such as ["a", "b"]')
            return ()
        return tuple(self.line(item, f"{key}[{at}]") for at, item in enumerate(value))

    def services(self, known: Collection[str] | None) -> tuple[str, ...]:
        """Codes of services, of those that the branch offers where `known` says them."""
        codes = self.texts("services")
        for code in codes if known is not None else ():
            if known is not None and code and code not in known:
                self.wrong("services", f'the branch offers no service "{code}"; it offers {", ".join(known)}')
        return codes

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.wrong(key, "must be a day without quotes, such as 2026-01-31")
        return None

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of `choices`; the first when the key is not there."""
        value = self.values.get(key, choices[0])
        if isinstance(value, str) and value in choices:
            return value
        self.wrong(key, f"must be one of {', '.join(choices)}")
        return choices[0]


def shown(key: str) -> str:
    """A key as it may be shown, whatever was typed for one."""
    return without_directions(key).encode("unicode_escape").decode() if next(unsafe(key), None) else key[:LONGEST_TEXT]
