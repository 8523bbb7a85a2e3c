"""`[server]` of the branch file: what this machine's server needs to know, and nothing of the branch. See
`lobby.config`."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any

import msgspec

from lobby.branch_file.toml_values import Values

KEYS = (
    "public_url",
    "database",
    "shared",
    "behind_proxy",
    "session_hours",
    "idle_min",
    "shared_idle_min",
    "password_days",
    "requests_per_s",
    "metrics",
)


class ServerSetup(msgspec.Struct, frozen=True):
    """`public_url`: the address that phones reach. `database`: of PostgreSQL; empty for the file in the data folder.
    `shared`: several server processes serve this branch on that database, each with a data folder of its own.
    `behind_proxy`: the networks whose word on the customer's address and on TLS is believed. A session ends
    `session_hours` after signing in, and when it was not used for `idle_min` (`shared_idle_min` on a machine that
    others use too); a password must be replaced after `password_days`; 0 is never. One token
    may ask `requests_per_s` in the long run; with 0 nobody is counted. `metrics`: the networks that may
    read /metrics without a token."""

    public_url: str = ""
    database: str = ""
    shared: bool = False
    behind_proxy: tuple[str, ...] = ()
    session_hours: float = 14.0
    idle_min: float = 120.0
    shared_idle_min: float = 10.0
    password_days: int = 0
    requests_per_s: float = 300.0
    metrics: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


class ServerValues(Values):
    """Reads `[server]`."""

    def server(self, table: dict[str, Any], keys: Collection[str] = KEYS) -> ServerSetup:
        """With `keys`, those alone may stand there."""
        where, default = "server", ServerSetup()
        self.known(table, where, keys)
        if table.get("shared") and not table.get("database"):
            self.wrong(f"{where}.shared", "several processes share a database on PostgreSQL; name it as `database`")
        return ServerSetup(
            public_url=self.text(table, "public_url", where, ""),
            database=self.text(table, "database", where, ""),
            shared=self.yes(table, "shared", where, False),
            behind_proxy=self._networks(table, "behind_proxy", where, default.behind_proxy),
            session_hours=self.number(table, "session_hours", where, default.session_hours, 0.25, 24),
            idle_min=self.number(table, "idle_min", where, default.idle_min, 0, 24 * 60),
            shared_idle_min=self.number(table, "shared_idle_min", where, default.shared_idle_min, 2, 24 * 60),
            password_days=self.whole(table, "password_days", where, default.password_days, 0, 3650),
            requests_per_s=self.number(table, "requests_per_s", where, default.requests_per_s, 0, 100_000),
            metrics=self._networks(table, "metrics", where, default.metrics),
        )

    def _networks(self, table: dict[str, Any], key: str, where: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """`["127.0.0.1", "10.1.0.0/16"]`, each as a network."""
        found = []
        for text in self.texts(table, key, where, default):
            try:
                found.append(str(ipaddress.ip_network(text)))
            except ValueError:
                self.wrong(f"{where}.{key}", f'"{text}" is no address; write one such as "127.0.0.1" or "10.1.0.0/16"')
        return tuple(found)
