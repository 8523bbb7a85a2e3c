"""All rows of one branch's database, copied into another, whichever kind either is."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select

from lobby.errors import StorageDamaged
from lobby.records import schema
from lobby.records.store import Store

PORTION = 2000


def copy_file(source: Path, target: Path) -> None:
    """A SQLite database as it is at this moment, in one file, while others go on writing (sqlite.org/backup.html: in
    WAL mode a reader holds up nobody). `StorageDamaged` when it cannot be read, `OSError` when there is no room."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise StorageDamaged(path=str(source)) from error
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def copy_rows(source: Store, target: Store, branch: str) -> None:
    """Every row of the branch (empty: of all branches), as they stand at one moment, into a database that has none of
    it; whole or not at all. Staff and tokens come along, unless the database has its own, of other branches."""
    with source.read_all() as old, target.write() as new:
        for table in schema.metadata.sorted_tables:
            _copy(old, new, table, branch)


def rows_of(store: Store, branch: str) -> int:
    """How many rows of the branch's journal and trail (empty: of all branches') are there."""
    with store.read() as connection:
        return sum(_count(connection, table, branch) for table in (schema.events, schema.acts))


def _count(connection: Connection, table: Table, branch: str) -> int:
    query = select(func.count()).select_from(table)
    return int(connection.execute(query.where(table.c.branch == branch) if branch else query).scalar_one())


def _copy(old: Connection, new: Connection, table: Table, branch: str) -> None:
    query = select(table)
    if "branch" in table.c:
        query = query.where(table.c.branch == branch) if branch else query
    elif new.execute(select(table).limit(1)).first() is not None:
        return
    query = query.order_by(*table.primary_key.columns).execution_options(yield_per=PORTION)
    for rows in old.execute(query).mappings().partitions():
        new.execute(insert(table), [dict(row) for row in rows])
