"""`head-office.toml`: what a head office's server needs to know. Every mistake is reported at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lobby.access import ADMINISTRATOR, AUDITOR, MANAGER
from lobby.branch_file.server_values import ServerSetup, ServerValues
from lobby.branch_file.single_sign_on_values import SingleSignOn, SingleSignOnValues
from lobby.branch_file.toml_values import Mistake
from lobby.config import BadBranchFile
from lobby.queue.services import Rules, Setup
from lobby.signage import Look
from lobby.words import LANGUAGES

FILE = "head-office.toml"
TABLES = ("head_office", "server", "single_sign_on")
KEYS = ("name", "languages", "zone", "database", "partitions", "service_level_min")
SERVER_KEYS = (
    "behind_proxy",
    "session_hours",
    "idle_min",
    "shared_idle_min",
    "password_days",
    "requests_per_s",
    "metrics",
)
"""Of `[server]`, as in a branch file."""

ROLES = (MANAGER, AUDITOR, ADMINISTRATOR)
"""That people may have at a head office."""

EXAMPLE = """\
# The head office of a chain. Change it, then restart: lobby head-office serve --data DIR

[head_office]
name = "Head office"                  # or { en = "Head office", ru = "..." }
languages = ["en", "ar", "zh", "ru"]  # of its pages
zone = "UTC"                          # of the times on its pages; each branch's day is its own
service_level_min = 10                # one target for the reports of the chain, whatever each branch promises
# database = "postgresql+psycopg://lobby@/chain"   # from some ten branches on; without it, a file in this folder
# partitions = 16                     # of the large tables on PostgreSQL; chosen once, at the first start

[server]
# behind_proxy = ["127.0.0.1"]        # whose word on who asks, and whether by TLS, is believed
# password_days = 90                  # a password must be replaced after so long; without it, never
# session_hours = 14                  # idle_min, shared_idle_min, requests_per_s, metrics: as in a branch file

# [single_sign_on]                    # as in a branch file: docs/signing-in.md
# issuer = "https://login.bank.example/realms/staff"
# client_id = "lobby-head-office"
# client_secret_file = "sso-secret"   # in this folder, readable by its owner alone
# [single_sign_on.roles]
# administrator = ["lobby-admins"]
# auditor = ["auditors"]
# manager = ["regional-managers"]
"""


class Office(msgspec.Struct, frozen=True):
    """`names` by language; `languages[0]` is the office's own. `zone` is that of the times on its pages. The reports of
    the chain take one `service_level_s` (s) for all branches. `partitions`: of the large tables on PostgreSQL;
    0 leaves them whole, for whoever distributes them otherwise. `server` and `single_sign_on` are as in a branch
    file."""

    names: dict[str, str]
    languages: tuple[str, ...]
    zone: str = "UTC"
    database: str = ""
    partitions: int = 16
    service_level_s: float = 600.0
    look: Look = Look()
    server: ServerSetup = ServerSetup()
    single_sign_on: SingleSignOn | None = None

    @property
    def setup(self) -> Setup:
        """The office as if it were a branch without services: its names, languages and zone."""
        return Setup(
            id="",
            names=self.names,
            languages=self.languages,
            zone=self.zone,
            services={},
            counters={},
            priorities={},
            rules=Rules(),
        )


class _Reader(ServerValues, SingleSignOnValues):
    def office(self, data: dict[str, Any], folder: Path) -> Office:
        where = "head_office"
        self.known(data, "", TABLES)
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
            server=self.server(self.table(data, "server"), SERVER_KEYS),
            single_sign_on=self._single_sign_on(data, folder, languages),
        )

    def _single_sign_on(self, data: dict[str, Any], folder: Path, languages: tuple[str, ...]) -> SingleSignOn | None:
        if "single_sign_on" not in data:
            return None
        return self.single_sign_on(self.table(data, "single_sign_on"), folder, languages, ROLES)


def load(folder: Path) -> Office:
    """Read and check the office's file, or raise `BadBranchFile` with every mistake."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadBranchFile(path, [Mistake("TOML", str(error))]) from None
    except OSError as error:
        raise BadBranchFile(path, [Mistake(FILE, f"cannot be read: {error.strerror}")]) from None
    reader = _Reader()
    office = reader.office(data, folder)
    if reader.mistakes:
        raise BadBranchFile(path, reader.mistakes)
    return office
