"""What is over as Parquet files for a bank's warehouse: a file for each branch and month, under names that every reader
of partitioned data understands.

    visits/branch=main-street/month=2026-11/part.parquet        a row for each time that a ticket waited for a service
    spans/branch=main-street/month=2026-11/part.parquet         a row for each time that a counter was open, on a break
                                                                or serving

Columns are those of the tables, without the rows' own keys; moments are timestamps in UTC. `day` is the business day
by the branch's own clock, and its month is the folder's. Pseudonyms only, as everywhere outside `people`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from sqlalchemy import BigInteger, Boolean, Column, Table, select

from lobby.records import schema
from lobby.records.store import Store

FILE = "part.parquet"
KEYS = ("branch", "opened_seq", "place")
MOMENT = "_at"
"""What the names of columns end in that hold ms UTC."""

ALSO_MOMENTS = ("since", "held_until")


def export_branch(store: Store, branch: str, target: Path, first: str = "") -> int:
    """Write the months of a branch from `first` on (`2026-11`; empty: all) into `target`, each file whole or not;
    how many files were written. A month that is written again takes the place of what was there, and one of which
    nothing is left, as its rows were set aside, is not there afterwards."""
    written, months = 0, _months(store, branch, first)
    for path in target.glob(f"*/branch={branch}/month=*/{FILE}"):
        month = path.parent.name.removeprefix("month=")
        if month >= first and month not in months:
            path.unlink()
    for month in months:
        for table in (schema.visits, schema.spans):
            rows = _rows(store, branch, month, table)
            if rows:
                folder = target / table.name / f"branch={branch}" / f"month={month}"
                _write(folder, pa.Table.from_pylist(rows, schema=_shape(table)))
                written += 1
    return written


def _months(store: Store, branch: str, first: str) -> list[str]:
    """The months with a business day that is over, in order."""
    days = schema.past_days.c
    query = select(days.day).where(days.branch == branch, days.day >= first)
    with store.read() as connection:
        return sorted({day[:7] for day in connection.execute(query).scalars()})


def _rows(store: Store, branch: str, month: str, table: Table) -> list[dict[str, Any]]:
    """The rows of a month's business days, in the order of the journal."""
    days = schema.past_days.c
    columns = [days.day, *_columns(table)]
    query = (
        select(*columns)
        .join_from(schema.past_days, table, (days.branch == table.c.branch) & (days.opened_seq == table.c.opened_seq))
        .where(days.branch == branch, days.day >= month, days.day < f"{month}~")
        .order_by(table.c.opened_seq, table.c.place)
    )
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _columns(table: Table) -> Sequence[Column[Any]]:
    return [column for column in table.columns if column.name not in (*KEYS, "day")]


def _shape(table: Table) -> pa.Schema:
    return pa.schema([("day", pa.string()), *_fields(table)])


def _fields(table: Table) -> Iterator[pa.Field]:
    for column in _columns(table):
        if column.name.endswith(MOMENT) or column.name in ALSO_MOMENTS:
            kind: pa.DataType = pa.timestamp("ms", tz="UTC")
        elif isinstance(column.type, BigInteger):
            kind = pa.int64()
        elif isinstance(column.type, Boolean):
            kind = pa.bool_()
        else:
            kind = pa.string()
        yield pa.field(column.name, kind)


def _write(folder: Path, rows: pa.Table) -> None:
    """By a second name first, so that a reader never meets half a file, nor one after a power cut."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f".{FILE}"
    with made.open("wb") as file:
        pq.write_table(rows, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    made.replace(folder / FILE)
