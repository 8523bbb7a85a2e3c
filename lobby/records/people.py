"""Personal data and free text, apart from the journal, so that one person's can be erased and every figure stays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from lobby.records import schema
from lobby.records.store import Store

PORTION = 500
"""How many references a query asks for at once."""


class People:
    """The erasable store of one branch. Rows are written with the events that refer to them; see `Journal.append`."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch

    def read(self, reference: str) -> str | None:
        """The text under a reference; None when it was erased or never there."""
        table = schema.people.c
        query = select(table.body).where(table.branch == self._branch, table.reference == reference)
        with self._store.read() as connection:
            return connection.execute(query).scalar()

    def read_all(self, references: Collection[str]) -> dict[str, str]:
        """The texts under these references, without those that were erased."""
        table, wanted, found = schema.people.c, sorted(references), {}
        with self._store.read() as connection:
            for begin in range(0, len(wanted), PORTION):
                portion = wanted[begin : begin + PORTION]
                query = select(table.reference, table.body).where(
                    table.branch == self._branch, table.reference.in_(portion)
                )
                found.update({row.reference: row.body for row in connection.execute(query)})
        return found

    def erase(self, reference: str) -> bool:
        """Erase one entry; True when there was one."""
        table = schema.people
        query = delete(table).where(table.c.branch == self._branch, table.c.reference == reference)
        with self._store.write() as connection:
            erased = connection.execute(query).rowcount > 0
        self._store.scrub()
        return erased
