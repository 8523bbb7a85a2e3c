"""PostgreSQL as a store: how connections are made, and what never waits for ever.

A statement ends after `STATEMENT_MS` by the server's own clock and a wait for a lock after `LOCK_MS`. A server that is
gone, or hangs, or is behind a cut line, ends it after `ANSWER_S` here. Whoever holds a transaction open and does not go
on loses it after `IDLE_MS`, so that a process that was stopped in the middle holds up no other. What stands in the
address's own `options` goes before all this.

Loaded only where an address says so: the driver, psycopg 3, is an extra.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import NullPool

PORT = 5432
CONNECT_S = 5
STATEMENT_MS = 8_000
LOCK_MS = 5_000
IDLE_MS = 10_000
ANSWER_S = 10.0
LOOK_S = 0.1

DURABLE = {"synchronous_commit": "on"}
"""What was answered is on the disk, whatever the server does for others."""

MISSED = {
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    "client_connection_check_interval": 2000,
}
"""The server soon lets go of what a machine holds that is gone without a word: turns, duties, locks."""

LIMITS = {"statement_timeout": STATEMENT_MS, "lock_timeout": LOCK_MS, "idle_in_transaction_session_timeout": IDLE_MS}

CONNECTIONS, IN_A_RUSH, WAIT_FOR_ONE_S = 6, 14, 5.0
"""Connections that a process keeps, how many more it may have, and how long somebody waits for one."""

ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A line that is cut is known to be after some ten seconds; see libpq's connection parameters."""


class Pipeline(psycopg.Pipeline):
    """Several statements in one piece; its end asks for nothing that is not needed. psycopg asks for a flush after the
    end, and PostgreSQL, once it was asked anything, no longer counts how long a transaction stands idle (`IDLE_MS`)."""

    def _exit_gen(self) -> Any:
        return self._sync_gen()


class Connection(psycopg.Connection[Any]):
    """One that gives up on a server that does not answer; what was under way may or may not have been done there."""

    answer_s: float | None = ANSWER_S

    @contextmanager
    def pipeline(self) -> Iterator[psycopg.Pipeline]:
        """As psycopg's, by our `Pipeline`; not one within another."""
        assert self._pipeline is None
        self._pipeline = Pipeline(self)
        try:
            with self._pipeline as pipeline:
                yield pipeline
        finally:
            self._pipeline = None

    def wait(self, gen: Any, interval: float = LOOK_S, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.answer_s if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer from the database within {self.answer_s:g} s") from None
        except psycopg.Error:
            raise
        except BaseException:  # whoever waited was killed: nobody is to go on with what is under way here
            self.pgconn.finish()
            raise


def engine(url: URL, *, patient: bool = False) -> Engine:
    """An engine for this address. A `patient` one waits as long as a statement takes: for changing the schema."""
    if patient:
        made = create_engine(url, poolclass=NullPool, hide_parameters=True)
    else:
        made = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=IN_A_RUSH,
            pool_timeout=WAIT_FOR_ONE_S,
            hide_parameters=True,
        )

    @event.listens_for(made, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> Connection:
        return connect(*arguments, patient=patient, **parameters)

    return made


def alone(url: URL) -> Connection:
    """A connection outside any pool, each statement its own transaction: to listen on, or to hold a lock with."""
    dialect = url.get_dialect()()
    arguments, parameters = dialect.create_connect_args(url)
    return connect(*arguments, autocommit=True, **parameters)


def connect(*arguments: Any, patient: bool = False, **parameters: Any) -> Connection:
    """Connect as the top of this module says."""
    settings = DURABLE | MISSED | ({} if patient else LIMITS)
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    options = f"{ours} {parameters.pop('options', '')}".strip()
    made: Connection = Connection.connect(
        *arguments,
        **{
            "connect_timeout": CONNECT_S,
            "application_name": "lobby",
            **ALIVE,
            **parameters,
            **addresses(parameters),
            "options": options,
        },
    )
    if patient:
        made.answer_s = None
    return made


def addresses(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The hosts of libpq's parameters with all their addresses. libpq would ask for them itself and hold up the whole
    server meanwhile, which Python's own way to ask does not where gevent has replaced it."""
    hosts = str(parameters.get("host") or "").split(",")
    if "hostaddr" in parameters or not all(host and host[0] not in "/@" for host in hosts):
        return {}
    ports = str(parameters.get("port") or PORT).split(",")
    found: list[tuple[str, str, str]] = []
    problem: OSError | None = None
    for host, port in zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=False):
        try:
            found += [(host, str(one[4][0]), port) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as fault:
            problem = fault
    if problem is not None and not found:
        raise psycopg.OperationalError(f"nobody knows the address of {','.join(hosts)}: {problem}")
    return {name: ",".join(row[n] for row in found) for n, name in enumerate(("host", "hostaddr", "port"))}
