"""Snapshots of a branch: the fold of its journal up to some event, so that a start need not begin at the first."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from lobby.queue.branch import Branch
from lobby.records import schema
from lobby.records.chain import link
from lobby.records.store import Store

T = TypeVar("T", bound=msgspec.Struct)

FORMAT = "8"
"""Changes whenever the shape of `Branch` does; a snapshot in another format is left aside, the journal folded anew."""


class Snapshots:
    """Those of one branch in a store; the newest is kept."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch
        self.read_seq = 0
        """How far the snapshot went that `newest` found last; 0 where it found none."""

    def keep(self, branch: Branch) -> None:
        """Keep the fold up to `branch.seq` for a fast start. Where two processes keep one at once, either will do."""
        with suppress(IntegrityError):
            self._keep(branch)

    def _keep(self, branch: Branch) -> None:
        table, body = schema.snapshots, msgspec.json.encode(branch)
        with self._store.write() as connection:
            at_seq = select(schema.events.c.hash).where(
                schema.events.c.branch == self._branch, schema.events.c.seq == branch.seq
            )
            connection.execute(delete(table).where(table.c.branch == self._branch))
            connection.execute(
                insert(table),
                {
                    "branch": self._branch,
                    "seq": branch.seq,
                    "hash": link(connection.execute(at_seq).scalar_one(), body.decode()),
                    "format": FORMAT,
                    "body": body,
                },
            )

    def newest(self) -> Branch | None:
        """The newest snapshot that this code can read, that belongs to this very journal, and that is as it was
        written."""
        found = self.newest_as(Branch)
        self.read_seq = found.seq if found is not None else 0
        return found

    def newest_as(self, shape: type[T]) -> T | None:
        """The same, or as much of it as `shape` has fields for."""
        table = schema.snapshots.c
        own_hash = select(schema.events.c.hash).where(
            schema.events.c.branch == table.branch, schema.events.c.seq == table.seq
        )
        query = select(table.body, table.hash, own_hash.scalar_subquery().label("own")).where(
            table.branch == self._branch, table.format == FORMAT
        )
        with self._store.read() as connection:
            kept = connection.execute(query).first()
        if kept is None or kept.own is None:
            return None
        try:
            as_written = link(kept.own, kept.body.decode()) == kept.hash
            return msgspec.json.decode(kept.body, type=shape) if as_written else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
