"""`head-office.toml`: what a head office's server needs to know. Every mistake is reported at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lobby.branch_file.toml_values import Mistake, Values
from lobby.config import BadBranchFile
from lobby.signage import Look
from lobby.words import LANGUAGES

FILE = "head-office.toml"
KEYS = ("name", "languages", "zone", "database", "partitions", "service_level_min")

EXAMPLE = """\
# The head office of a chain. Change it, then restart: lobby head-office serve --data DIR

[head_office]
name = "Head office"                  # or { en = "Head office", ru = "..." }
languages = ["en", "ar", "zh", "ru"]  # of its pages
zone = "UTC"                          # of the times on its pages; each branch's day is its own
service_level_min = 10                # one target for the reports of the chain, whatever each branch promises
# database = "postgresql+psycopg://lobby@/chain"   # from some ten branches on; without it, a file in this folder
# partitions = 16                     # of the large tables on PostgreSQL; chosen once, at the first start
"""


class Office(msgspec.Struct, frozen=True):
    """`names` by language; `languages[0]` is the office's own. `zone` is that of the times on its pages. The reports of
    the chain take one `service_level_s` (s) for all branches. `partitions`: of the large tables on PostgreSQL;
    0 leaves them whole, for whoever distributes them otherwise."""

    names: dict[str, str]
    languages: tuple[str, ...]
    zone: str = "UTC"
    database: str = ""
    partitions: int = 16
    service_level_s: float = 600.0
    look: Look = Look()


class _Reader(Values):
    def office(self, data: dict[str, Any]) -> Office:
        where = "head_office"
        self.known(data, "", (where,))
        table = self.table(data, where)
        self.known(table, where, KEYS)
        languages = self.texts(table, "languages", where, LANGUAGES)
        if not set(languages) & set(LANGUAGES):
            self.wrong(f"{where}.languages", f"needs one that pages have words for: {', '.join(LANGUAGES)}")
        zone = self.text(table, "zone", where, "UTC")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong(f"{where}.zone", f'"{zone}" is not a time zone; write one such as "Europe/Madrid"')
        return Office(
            names=self.names(table, where, languages),
            languages=languages,
            zone=zone,
            database=self.text(table, "database", where, ""),
            partitions=self.whole(table, "partitions", where, 16, 0, 1024),
            service_level_s=self.positive_minutes(table, "service_level_min", where, 600.0),
        )


def load(folder: Path) -> Office:
    """Read and check the office's file, or raise `BadBranchFile` with every mistake."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadBranchFile(path, [Mistake("TOML", str(error))]) from None
    except OSError as error:
        raise BadBranchFile(path, [Mistake(FILE, f"cannot be read: {error.strerror}")]) from None
    reader = _Reader()
    office = reader.office(data)
    if reader.mistakes:
        raise BadBranchFile(path, reader.mistakes)
    return office
