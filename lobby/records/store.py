"""One database: opened, migrated, its errors put into the domain's words.

SQLite runs in WAL mode with synchronous=FULL, so that a commit that was answered survives a power cut. Writers begin
with BEGIN IMMEDIATE: who waits for the lock waits at the start, not in the middle with a snapshot that has gone stale.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from lobby.errors import (
    BranchLocked,
    Invalid,
    StorageAway,
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageNewer,
    StorageOlder,
)
from lobby.records.lock import TABLES, lock_key
from lobby.records.straight import Straight

HEAD = "0005"
"""The schema revision that this code works with; `migrations/versions` holds the way there."""

BUSY_MS = 10_000

GLANCE_MS, PAUSE_S, PATIENCE_S = 20, 0.2, 10.0
"""Whoever empties the write-ahead log keeps all writers waiting while it waits for readers (sqlite.org/c3ref/
wal_checkpoint_v2.html): so it waits that long at once, and tries again after a pause, for so long in all."""

FULL = ("SQLITE_FULL", "SQLITE_IOERR", "53100", "58030")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "53", "55P03", "57014", "25006")
AWAY = ("08", "57P", "25P03")
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "XX001", "XX002")
"""What databases call a full disk, being busy, being away, and a broken file: the beginnings of SQLite's result codes,
and of SQLSTATE (appendix A of PostgreSQL's manual). 25006 is a standby that is not to be written on yet."""

AT_ONCE = 200
"""So many rows go into one statement; SQLite takes 32,766 values."""

UNFIT = ("22001", "22021")
"""A text that is longer than its column, or has a character that PostgreSQL keeps in none, such as NUL."""

log = logging.getLogger(__name__)


class Store:
    """A database by SQLAlchemy URL. `read` and `write` give a connection inside a transaction. One of an earlier
    version is brought to this one; not `upgrade`: it stays as it is, and is refused with `StorageOlder`."""

    def __init__(self, url: str | URL, *, upgrade: bool = True) -> None:
        self.url = make_url(url)
        self._place = str(self.url.database)
        if self.is_postgresql:
            from lobby.records import postgresql

            engine = postgresql.engine(self.url)
            self._readers: Engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writers: Engine = engine.execution_options(isolation_level="READ COMMITTED")
        else:
            self._readers = _engine(self.url, "BEGIN")
            self._writers = _engine(self.url, "BEGIN IMMEDIATE")
        self._straight = None if self.is_postgresql else Straight(self._writers)
        try:
            self._migrate(upgrade=upgrade)
        except BaseException:
            self.close()
            raise

    @property
    def is_postgresql(self) -> bool:
        """Whether it is a server that several processes may use; else it is the file of one branch."""
        return self.url.get_backend_name() == "postgresql"

    @classmethod
    def in_folder(cls, folder: Path, url: str = "") -> Store:
        """The database of a branch's data folder: the embedded one, or the one that the branch file names."""
        return cls(url or URL.create("sqlite", database=str(folder / "lobby.db")))

    @classmethod
    def beside(cls, folder: Path, url: str = "") -> Store:
        """The same for a command beside the server, which may be of another version: only a server's start brings a
        database to its own."""
        return cls(url or URL.create("sqlite", database=str(folder / "lobby.db")), upgrade=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._in_plain_words(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._in_plain_words(), self._writers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def straight(self) -> Iterator[Straight]:
        """`write` for `Bulk` alone, by the shortest way; SQLite only."""
        assert self._straight is not None
        with self._in_plain_words(), self._straight.transaction():
            yield self._straight

    def scrub(self) -> None:
        """Make sure that what was deleted is gone from the disk too, not only from the tables. `StorageBusy` where
        somebody has been reading for so long that it is not: it is with the next time."""
        if self.is_postgresql:
            return
        until = time.monotonic() + PATIENCE_S
        with self._in_plain_words(), self._writers.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout={GLANCE_MS}")
            try:
                while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    if time.monotonic() > until:
                        raise StorageBusy()
                    time.sleep(PAUSE_S)
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        """Full disks, busy and broken databases become refusals; anything else is a bug and is left as it is."""
        try:
            yield
        except NoConnectionFree as error:
            raise StorageBusy() from error
        except DBAPIError as error:
            code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
            if code.startswith(FULL):
                raise StorageFull() from error
            if code.startswith(DAMAGED):
                raise StorageDamaged(path=self._place) from error
            if isinstance(error, DataError) and (not code or code.startswith(UNFIT)):
                raise Invalid() from error
            if code.startswith(BUSY):
                raise StorageBusy() from error
            if "UTF-8" in str(error.orig) and not self.is_postgresql:  # the driver's own, without a code
                raise StorageDamaged(path=self._place) from error
            if (
                code.startswith(AWAY)
                or error.connection_invalidated
                or (isinstance(error, OperationalError) and not code)
            ):
                log.warning("the database is away: %s", str(error.orig).strip().splitlines()[:1])
                raise StorageAway() from error
            raise

    def close(self) -> None:
        if self._straight is not None:
            self._straight.close()
        self._readers.dispose()
        self._writers.dispose()

    def _migrate(self, *, upgrade: bool) -> None:
        """Bring the schema to HEAD. Alembic costs a fifth of a second and is loaded only when there is work."""
        with self.read() as connection:
            found = _version(connection)
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise StorageNewer(path=self._place)
        if found is not None and not upgrade:
            raise StorageOlder(path=self._place)
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.alone() as connection:
            if _version(connection) == HEAD:  # another process was quicker
                return
            self._refuse_while_served(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction that may take its time, while no other process changes the tables."""
        if not self.is_postgresql:
            with self.write() as connection:
                yield connection
            return
        from lobby.records import postgresql

        engine = postgresql.engine(self.url, patient=True)
        with self._in_plain_words(), engine.connect() as connection, connection.begin():
            connection.execute(select(func.pg_advisory_xact_lock(lock_key("migrations"))))
            yield connection

    def _refuse_while_served(self, connection: Connection) -> None:
        """`BranchLocked` while servers, of an earlier version then, work on this database, of whichever branch: see
        `lobby.records.serving`. A file is its own server's, which holds the folder."""
        if self.is_postgresql:
            key = lock_key(*TABLES)
            if not connection.execute(select(func.pg_try_advisory_xact_lock(key))).scalar_one():
                raise BranchLocked(path=self._place)

    @contextmanager
    def read_all(self) -> Iterator[Connection]:
        """Like `read`, for as long as it takes: to copy everything as it stands at one moment."""
        if not self.is_postgresql:
            with self.read() as connection:
                yield connection
            return
        from lobby.records import postgresql

        engine = postgresql.engine(self.url, patient=True)
        still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with self._in_plain_words(), still.connect() as connection, connection.begin():
            yield connection


class Bulk:
    """An INSERT of whole rows, compiled once: writing many small rows durably is what this database is for, and
    compiling them anew would take longer than the disk."""

    def __init__(self, table: Table) -> None:
        self._statement = insert(table)
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}
        self._names = [column.name for column in table.columns]
        self._into = f"INSERT INTO {table.name} ({', '.join(self._names)}) VALUES "
        self._row = f"({', '.join('?' * len(self._names))})"

    def __call__(self, connection: Connection | Straight, rows: list[dict[str, Any]]) -> None:
        """Insert `rows`, each with every column of the table."""
        if isinstance(connection, Straight):
            for start in range(0, len(rows), AT_ONCE):
                part = rows[start : start + AT_ONCE]
                values = [row[name] for row in part for name in self._names]
                connection.execute(self._into + ", ".join([self._row] * len(part)), values)
            return
        sql, order = self._for(connection)
        connection.exec_driver_sql(sql, rows if order is None else [tuple(row[name] for name in order) for row in rows])

    def _for(self, connection: Connection) -> tuple[str, list[str] | None]:
        """The SQL text for this database, and the order of its parameters where they go by position."""
        name = connection.dialect.name
        if name not in self._compiled:
            compiled = self._statement.compile(dialect=connection.dialect)
            order = getattr(compiled, "positiontup", None) if getattr(compiled, "positional", False) else None
            self._compiled[name] = (str(compiled), order)
        return self._compiled[name]


def _version(connection: Connection) -> str | None:
    """The revision of the schema; None where there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _engine(url: URL, begin: str) -> Engine:
    """An engine for SQLite whose transactions begin with `begin`."""
    timeout = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
    engine = create_engine(url, connect_args=timeout, hide_parameters=True)  # they may be a customer's words

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun by us, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
