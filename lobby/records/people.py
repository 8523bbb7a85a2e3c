"""Personal data and free text, apart from the journal, so that one person's can be erased and every figure stays.

There is one way to read it, and it leaves a line in the audit trail before it gives anything: see `Look`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Set
from typing import Any

import msgspec
from sqlalchemy import delete, select

from lobby.records import schema
from lobby.records.acts import OPERATOR, Acts, operator
from lobby.records.erasures import Erasures
from lobby.records.same_look import SameLook
from lobby.records.store import Store

PORTION = 500
"""How many references a query asks for at once."""


class Look(msgspec.Struct, frozen=True):
    """Who reads personal words and what for, as the audit trail keeps it; see `Acts.note`. `at` in ms UTC."""

    kind: str
    actor: str
    role: str
    at: int
    about: str = ""
    detail: dict[str, str] = {}

    def note(self, acts: Acts, texts: int) -> None:
        """Write it into the trail, with the number of texts that are given away."""
        detail = {"texts": str(texts)} | self.detail
        acts.note(self.kind, actor=self.actor, role=self.role, at=self.at, about=self.about, **detail)


def operators_look(kind: str, about: str = "") -> Look:
    """The look of whoever runs this command on the machine, now."""
    return Look(kind, operator(), OPERATOR, time.time_ns() // 1_000_000, about)


class Kept(msgspec.Struct, frozen=True):
    """That there are words: under which reference, from which command, since when (ms UTC)."""

    reference: str
    kind: str
    at: int


class People:
    """The erasable store of one branch. Rows are written with the events that refer to them; see `Journal.append`.
    `offload` says how the audit trail is written, as it does for the desk; `erasures` where it is noted what is erased,
    before it is."""

    def __init__(
        self,
        store: Store,
        branch: str,
        *,
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
        erasures: Erasures | None = None,
    ) -> None:
        self._store = store
        self._branch = branch
        self._acts = Acts(store, branch)
        self._offload = offload
        self._erasures = erasures
        self._seen = SameLook()

    def read(self, references: Set[str], look: Look) -> dict[str, str]:
        """The texts under these references, without those that were erased. The audit trail has the look first, with
        the number of texts that were asked for."""
        wanted = frozenset(references) - {""}
        same = (look.kind, look.actor, look.role, look.about, wanted)
        if wanted and not self._seen.has(same, look.at):
            self._offload(lambda: look.note(self._acts, len(wanted)))
            self._seen.add(same, look.at)
        return {row.reference: row.body for row in self._rows(sorted(wanted), "reference", "body")}

    def holding(
        self, text: str, look: Look, *, aside: Callable[[Callable[[], Any]], Any] = lambda work: work()
    ) -> frozenset[str]:
        """The references of all texts in which `text` stands, capital and small letters alike. `aside` says how what
        takes a while is done."""
        self._offload(lambda: look.note(self._acts, 0))
        return frozenset(aside(lambda: self._holding(text.casefold())))

    def _holding(self, wanted: str) -> set[str]:
        table, found, after = schema.people.c, set[str](), ""
        while True:
            query = select(table.reference, table.body).where(table.branch == self._branch, table.reference > after)
            with self._store.read() as connection:
                rows = connection.execute(query.order_by(table.reference).limit(PORTION)).all()
            found |= {row.reference for row in rows if wanted in row.body.casefold()}
            if len(rows) < PORTION:
                return found
            after = rows[-1].reference

    def older(self, kinds: Set[str], before: int) -> list[Kept]:
        """What commands of these kinds left before a moment (ms UTC); nobody's words are read for that."""
        table = schema.people.c
        query = select(table.reference, table.kind, table.at).where(
            table.branch == self._branch, table.kind.in_(sorted(kinds)), table.at < before
        )
        with self._store.read() as connection:
            return [Kept(row.reference, row.kind, row.at) for row in connection.execute(query)]

    def kept(self, references: Set[str]) -> list[Kept]:
        """What is there under these references; nobody's words are read for that."""
        rows = self._rows(sorted(references), "reference", "kind", "at")
        return [Kept(row.reference, row.kind, row.at) for row in rows]

    def erase(self, references: Set[str]) -> int:
        """Erase what is under these references, from the disk too; how many texts that were. Many go in portions, so
        that whoever writes meanwhile need not wait."""
        table, gone, wanted = schema.people, 0, sorted(references)
        if self._erasures is not None:
            self._erasures.note(wanted)
        for begin in range(0, len(wanted), PORTION):
            portion = table.c.reference.in_(wanted[begin : begin + PORTION])
            with self._store.write() as connection:
                gone += connection.execute(delete(table).where(table.c.branch == self._branch, portion)).rowcount
        self._store.scrub()
        return gone

    def _rows(self, wanted: list[str], *columns: str) -> Iterator[Any]:
        table = schema.people.c
        with self._store.read() as connection:
            for begin in range(0, len(wanted), PORTION):
                portion = table.reference.in_(wanted[begin : begin + PORTION])
                query = select(*(table[name] for name in columns)).where(table.branch == self._branch, portion)
                yield from connection.execute(query)
