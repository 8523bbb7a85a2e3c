"""The large tables of a chain, cut by branch: PostgreSQL's hash partitions (manual, 5.12 Table Partitioning).

Every key begins with the branch, so a query about one branch touches one partition of each table, whose index is as
small as that of a database with so many fewer branches; and vacuum, backup and moving to another disk go part by part.
The same column spreads the tables over machines, should one be too small; docs/scale.md says when.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from lobby.records.store import Store

CUT = ("events", "past_days", "visits", "spans")
"""The tables that grow with time; all others have a row or a few for each branch."""

APPEND_ONLY = ("events",)
"""Guarded by a trigger; one on a table cut into parts does not guard the parts, so each has its own."""


def partition(store: Store, parts: int) -> bool:
    """Cut the large tables into so many parts, whatever is in them; once. False where they are cut already, into
    however many. Takes as long as copying them, while nobody writes: best done before the first branch sends anything.
    Of several processes that come at once, one does it."""
    with store.alone() as connection:
        if _is_cut(connection):
            return False
        for table in CUT:
            _cut(connection, table, parts)
    return True


def _is_cut(connection: Connection) -> bool:
    query = text("SELECT relkind = 'p' FROM pg_class WHERE oid = CAST('events' AS regclass)")
    return bool(connection.execute(query).scalar_one())


def _cut(connection: Connection, table: str, parts: int) -> None:
    """Rename the table, make one of the same columns and key that is cut, and move the rows over."""
    statements = [
        f"ALTER TABLE {table} RENAME TO {table}_whole",
        f"ALTER TABLE {table}_whole RENAME CONSTRAINT {table}_pkey TO {table}_whole_pkey",
        f"CREATE TABLE {table} (LIKE {table}_whole INCLUDING ALL) PARTITION BY HASH (branch)",
        *(
            f"CREATE TABLE {table}_{part} PARTITION OF {table} FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
            for part in range(parts)
        ),
        f"INSERT INTO {table} SELECT * FROM {table}_whole",
        f"DROP TABLE {table}_whole",
    ]
    if table in APPEND_ONLY:
        statements += [
            f"CREATE TRIGGER {guarded}_append_only BEFORE UPDATE OR DELETE ON {guarded} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
            for guarded in (table, *(f"{table}_{part}" for part in range(parts)))
        ]
    for statement in statements:
        connection.execute(text(statement))
