"""The audit trail: who administered what, and who looked at whose personal data. Append-only and chained like the
journal, in a table of its own, for it is about people who work here and not about the queue.

An act is written before what it speaks of is shown or done, so that nothing happens that the trail does not know.
`about` is a reference (a ticket, a complaint, a user name), never a customer's name or words.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select
from sqlalchemy.exc import IntegrityError

from lobby.act_kinds import KINDS
from lobby.errors import StorageBusy
from lobby.records import schema
from lobby.records.chain import GENESIS, BrokenChain, link
from lobby.records.store import Store
from lobby.records.verify import TRAIL, examine

OPERATOR = "operator"
"""The role of whoever gives a command on the machine itself; the name is the account's there."""

UNKNOWN = "unknown"
"""What was typed and is nobody's user name, and about nothing that is known: it may be a password, or a name, and is
not written down."""

SOON = 1000
"""So many lines after an act what became of it is looked for: more than are written while one command is under way."""

_OF_A_LINE = '"line":"'
"""In the detail of a line that says what became of another; see `lobby.records.outcomes`."""

TRIES = 20
PORTION = 1000

_table = schema.acts.c
_encode = msgspec.json.Encoder(order="sorted").encode


class Act(msgspec.Struct, frozen=True):
    """One line of the trail. `at` in ms UTC; `kind` is one of `lobby.act_kinds.KINDS`."""

    seq: int
    at: int
    actor: str
    role: str
    kind: str
    about: str
    detail: dict[str, str]


class Wanted(msgspec.Struct, frozen=True):
    """Which acts are asked for: of one person (or device), of one kind, about one reference, from `start` up to `end`
    (ms UTC); empty or 0 for all."""

    person: str = ""
    kind: str = ""
    about: str = ""
    start: int = 0
    end: int = 0


def operator() -> str:
    """The account that runs this command, as the trail names it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def by_operator(acts: Acts, kind: str, about: str = "", /, **detail: str) -> int:
    """Write down an act of whoever runs this command on the machine, now."""
    now = time.time_ns() // 1_000_000
    return acts.note(kind, actor=operator(), role=OPERATOR, at=now, about=about, **detail)


class Acts:
    """The audit trail of one branch in a store."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self.branch = branch

    def note(self, kind: str, /, *, actor: str, role: str, at: int, about: str = "", **detail: str) -> int:
        """Write one act durably; its number. Any number of processes may write at once."""
        if kind not in KINDS:
            raise ValueError(f"lobby/act_kinds.py has no line for {kind!r}")
        body = _encode(detail).decode()
        for _ in range(TRIES):
            try:
                return self._append(kind, actor, role, at, about, body)
            except IntegrityError:  # another process wrote first
                continue
        raise StorageBusy()

    def _append(self, kind: str, actor: str, role: str, at: int, about: str, body: str) -> int:
        last = select(_table.seq, _table.hash).where(_table.branch == self.branch).order_by(_table.seq.desc()).limit(1)
        with self._store.write() as connection:
            found = connection.execute(last).first()
            seq, previous = (found.seq + 1, found.hash) if found else (1, GENESIS)
            row = {"seq": seq, "at": at, "actor": actor, "role": role, "kind": kind, "about": about, "detail": body}
            hashed = link(previous, self.branch, *row.values())
            connection.execute(insert(schema.acts), {"branch": self.branch, **row, "hash": hashed})
        return seq

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Act]:
        """Acts with `seq > after`, in order."""
        while limit is None or limit > 0:
            portion = PORTION if limit is None else min(PORTION, limit)
            query = select(schema.acts).where(_table.branch == self.branch, _table.seq > after)
            with self._store.read() as connection:
                rows = connection.execute(query.order_by(_table.seq).limit(portion)).all()
            yield from map(_act, rows)
            if len(rows) < portion:
                return
            after = rows[-1].seq
            limit = None if limit is None else limit - len(rows)

    def if_known(self, name: str, value: str) -> str:
        """A value by which the trail is searched, as the trail may keep it: where no act has this `person` or `about`
        it may be a customer's name, and is `UNKNOWN`."""
        wanted = Wanted(person=value) if name == "person" else Wanted(about=value)
        return value if self.newest(wanted, 1) else UNKNOWN

    def newest(self, wanted: Wanted, limit: int, before: int = 0, *, outcomes: bool = True) -> list[Act]:
        """At most `limit` of the acts that are wanted, the newest first; with `before`, only those with a lower
        number. Without `outcomes`, no line that says what became of another."""
        query = select(schema.acts).where(_table.branch == self.branch)
        for column, value in ((_table.actor, wanted.person), (_table.kind, wanted.kind), (_table.about, wanted.about)):
            query = query.where(column == value) if value else query
        query = query.where(_table.at >= wanted.start) if wanted.start else query
        query = query.where(_table.at < wanted.end) if wanted.end else query
        query = query.where(_table.seq < before) if before else query
        query = query if outcomes else query.where(~_table.detail.contains(_OF_A_LINE))
        with self._store.read() as connection:
            return [_act(row) for row in connection.execute(query.order_by(_table.seq.desc()).limit(limit))]

    def outcomes_of(self, acts: Sequence[Act]) -> dict[int, Act]:
        """What became of these, by their numbers: the lines soon after that say so, of the same people and kinds."""
        if not acts:
            return {}
        first, last = min(act.seq for act in acts), max(act.seq for act in acts)
        query = select(schema.acts).where(_table.branch == self.branch, _table.seq.between(first + 1, last + SOON))
        for column, values in ((_table.actor, {act.actor for act in acts}), (_table.kind, {act.kind for act in acts})):
            query = query.where(column.in_(sorted(values)))
        with self._store.read() as connection:
            rows = connection.execute(query.where(_table.detail.contains(_OF_A_LINE))).all()
        return {int(act.detail["line"]): act for act in map(_act, rows)}

    def verify(self) -> tuple[int, bytes]:
        """Check the whole chain; the number of rows and the last hash, or `BrokenChain` naming the first wrong row."""
        found = examine(self._store, TRAIL, self.branch)
        if found.wrong:
            raise BrokenChain(found.wrong[0].seq, TRAIL.name)
        return found.rows, found.hash


def _act(row: Row[Any]) -> Act:
    detail = msgspec.json.decode(row.detail, type=dict[str, str])
    return Act(row.seq, row.at, row.actor, row.role, row.kind, row.about, detail)
