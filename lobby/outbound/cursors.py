"""Where each webhook stands in the journal, durably, and how its last attempts went."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from lobby.records.schema import webhooks
from lobby.records.store import Store


class Cursor(msgspec.Struct, frozen=True):
    """`seq` is the last event that is done with. While an event cannot be delivered: `tries` so far, `failing_since`,
    `tried_at` the last of them, `pause_s` from then to the next. `stopped`: nothing is sent until a replay. Times in ms
    UTC, 0 for never."""

    seq: int
    tries: int = 0
    failing_since: int = 0
    tried_at: int = 0
    pause_s: float = 0.0
    stopped: bool = False
    problem: str = ""
    sent_at: int = 0

    def pause(self, now: int) -> float:
        """Seconds until the next attempt is due. A clock that was set back makes it due at once."""
        passed = now - self.tried_at
        return max(0.0, self.pause_s - passed / 1000) if passed >= 0 else 0.0


class Cursors:
    """The cursors of one branch's webhooks."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch

    def get(self, name: str) -> Cursor | None:
        """The cursor of a webhook; None before it has begun."""
        query = select(*(webhooks.c[field] for field in Cursor.__struct_fields__)).where(*self._one(name))
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Cursor(*row)

    def put(self, name: str, cursor: Cursor, instead_of: Cursor | None) -> bool:
        """Keep a cursor durably; False when it is no longer where the caller saw it, because somebody moved it."""
        values = msgspec.structs.asdict(cursor)
        if instead_of is None:
            return self._first(name, values)
        with self._store.write() as connection:
            one = (*self._one(name), webhooks.c.seq == instead_of.seq, webhooks.c.stopped == instead_of.stopped)
            return connection.execute(update(webhooks).where(*one).values(values)).rowcount > 0

    def _first(self, name: str, values: dict[str, object]) -> bool:
        try:
            with self._store.write() as connection:
                connection.execute(insert(webhooks), {"branch": self._branch, "name": name, **values})
        except IntegrityError:
            return False
        return True

    def move(self, name: str, seq: int) -> None:
        """Go on after event `seq`, with a clean record: what a replay asks for."""
        with self._store.write() as connection:
            found = connection.execute(
                update(webhooks).where(*self._one(name)).values(msgspec.structs.asdict(Cursor(seq)))
            )
            if not found.rowcount:
                values = {"branch": self._branch, "name": name, **msgspec.structs.asdict(Cursor(seq))}
                connection.execute(insert(webhooks), values)

    def _one(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return webhooks.c.branch == self._branch, webhooks.c.name == name
