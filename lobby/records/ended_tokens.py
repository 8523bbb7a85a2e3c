"""Tokens that have ended, by their own time or because somebody revoked them: kept for a while, then deleted."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, func, or_, select

from lobby.records import schema
from lobby.records.store import Store


class EndedTokens:
    """Those of one store. `before` is a moment, ms UTC."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, before: int) -> int:
        """How many ended before."""
        with self._store.read() as connection:
            query = select(func.count()).select_from(schema.tokens).where(_ended(before))
            return int(connection.execute(query).scalar_one())

    def forget(self, before: int) -> None:
        """Delete them."""
        with self._store.write() as connection:
            connection.execute(delete(schema.tokens).where(_ended(before)))


def _ended(before: int) -> ColumnElement[bool]:
    table = schema.tokens.c
    return or_(table.expires_at < before, table.revoked_at < before)
