"""One database: opened, migrated, its errors put into the domain's words.

SQLite runs in WAL mode with synchronous=FULL, so that a commit that was answered survives a power cut. Writers begin
with BEGIN IMMEDIATE: who waits for the lock waits at the start, not in the middle with a snapshot that has gone stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from lobby.errors import StorageBusy, StorageDamaged, StorageFull

HEAD = "0005"
"""The schema revision that this code works with; `migrations/versions` holds the way there."""

BUSY_MS = 10_000

FULL = ("SQLITE_FULL", "SQLITE_IOERR", "53100")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57P", "08")
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
"""What databases call a full disk, being busy or away, and a broken file: SQLite's result codes, SQLSTATE classes."""


class Store:
    """A database by SQLAlchemy URL. `read` and `write` give a connection inside a transaction."""

    def __init__(self, url: str | URL) -> None:
        self._place = str(make_url(url).database)
        self._readers = _engine(url, "BEGIN")
        self._writers = _engine(url, "BEGIN IMMEDIATE")
        self._migrate()

    @classmethod
    def in_folder(cls, folder: Path, url: str = "") -> Store:
        """The database of a branch's data folder: the embedded one, or the one that the branch file names."""
        return cls(url or URL.create("sqlite", database=str(folder / "lobby.db")))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._in_plain_words(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._in_plain_words(), self._writers.connect() as connection, connection.begin():
            yield connection

    def scrub(self) -> None:
        """Make sure that what was deleted is gone from the disk too, not only from the tables."""
        if self._writers.dialect.name == "sqlite":
            with self._in_plain_words(), self._writers.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        """Full disks, busy and broken databases become refusals; anything else is a bug and is left as it is."""
        try:
            yield
        except (OperationalError, DBAPIError) as error:
            code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
            if code.startswith(FULL):
                raise StorageFull() from error
            if code.startswith(DAMAGED):
                raise StorageDamaged(path=self._place) from error
            if code.startswith(BUSY) or error.connection_invalidated:
                raise StorageBusy() from error
            raise

    def close(self) -> None:
        self._readers.dispose()
        self._writers.dispose()

    def _migrate(self) -> None:
        """Bring the schema to HEAD. Alembic costs a fifth of a second and is loaded only when there is work."""
        with self.read() as connection:
            if inspect(connection).has_table("alembic_version"):
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if found == HEAD:
                    return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


class Bulk:
    """An INSERT of whole rows, compiled once: writing many small rows durably is what this database is for, and
    compiling them anew would take longer than the disk."""

    def __init__(self, table: Table) -> None:
        self._statement = insert(table)
        self._compiled: dict[str, tuple[str, list[str] | None]] = {}

    def __call__(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Insert `rows`, each with every column of the table."""
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


def _engine(url: str | URL, begin: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun by us, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
