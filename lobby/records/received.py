"""What a head office has received: the journals of its branches, row by row as each branch wrote them.

A parcel is taken in one transaction that holds the branch's row in `chain_branches`, so that two couriers of a branch
take turns. What is there already is compared, what follows is checked against the chain and appended. Nothing is ever
taken over a gap, twice, or for another branch; what differs from what was received before is refused and remembered,
until a person says which version holds (`lobby.records.set_aside`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from lobby.errors import BadField, BadRequest, UnknownBranch
from lobby.queue.services import Setup
from lobby.records import schema
from lobby.records.chain import GENESIS, link
from lobby.records.entries import Entry
from lobby.records.parcels import Parcel, Standing, mark_of, read_setup
from lobby.records.set_aside import move_aside
from lobby.records.store import Bulk, Store

_insert = Bulk(schema.events)
_table = schema.chain_branches

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""What the branch file takes as the id of a branch; it names folders of tables, too."""

LATEST = 2**53
"""ms UTC; no journal has a later time."""


class Arrived(msgspec.Struct, frozen=True):
    """A branch of the chain. `seq` and `at` (ms UTC) are of the last row that arrived, `head` the last that the branch
    has, as it said at `heard_at` (ms UTC; 0: it was never heard of), when its clock was `ahead_ms` before this one.
    `forked`: a row of which a version differs from what was received before, found at `forked_at`; 0: there is none.
    `gives_way_at`: since when the rows that differ are to give way to the branch's (0: they are not); `set_aside_at`:
    when that happened last."""

    branch: str
    seq: int
    at: int
    head: int
    heard_at: int
    ahead_ms: int
    forked: int
    forked_at: int
    setup_mark: str
    gives_way_at: int = 0
    set_aside_at: int = 0

    @property
    def behind(self) -> int:
        """How many rows the branch has that have not arrived."""
        return max(0, self.head - self.seq)


_COLUMNS = [_table.c["forked_seq" if name == "forked" else name] for name in Arrived.__struct_fields__]


_STANDING = [column for column in _table.c if column.name != "setup"]
"""All but what is long and seldom asked for."""


def _silent(_branch: str, _first: int, _last: int) -> None:
    pass


class Received:
    """The journals in one store. Any number of processes and threads may take parcels at once."""

    def __init__(self, store: Store, told: Callable[[str, int, int], None] = _silent) -> None:
        """`told` hears, with the branch and the numbers of the first and the last, of rows that were set aside."""
        self._store = store
        self._told = told

    def add(self, branch: str) -> None:
        """Expect this branch from now on; `BadField` when it is expected already, or no branch can have this id."""
        if not ID.fullmatch(branch):
            raise BadField(field="branch", problem="an id has letters, digits, - and _ only, at most 32")
        row = {
            "branch": branch,
            "setup": "",
            "setup_mark": "",
            "seq": 0,
            "hash": GENESIS,
            "at": 0,
            "head": 0,
            "heard_at": 0,
            "ahead_ms": 0,
            "forked_seq": 0,
            "forked_at": 0,
            "gives_way_at": 0,
            "agreed_seq": 0,
            "set_aside_at": 0,
        }
        with self._store.write() as connection:
            if connection.execute(select(_table.c.branch).where(_table.c.branch == branch)).first():
                raise BadField(field="branch", problem="this branch is there already")
            connection.execute(insert(_table), row)

    def branches(self) -> list[Arrived]:
        """Every branch of the chain, by its id."""
        with self._store.read() as connection:
            return [Arrived(*row) for row in connection.execute(select(*_COLUMNS).order_by(_table.c.branch))]

    def setups(self, branches: Collection[str] = ()) -> dict[str, Setup]:
        """What these branches offer (none named: all), by id; without those that have not said so yet."""
        query = select(_table.c.branch, _table.c.setup).where(_table.c.setup != "").order_by(_table.c.branch)
        if branches:
            query = query.where(_table.c.branch.in_(branches))
        with self._store.read() as connection:
            return {row.branch: read_setup(row.setup) for row in connection.execute(query)}

    def take(self, branch: str, parcel: Parcel, now: int) -> Standing:
        """Take a parcel of this branch durably, as far as it follows what is there, and say how far that is now (`now`:
        ms UTC). `UnknownBranch`; `BadRequest` where the rows are no chain, and then nothing of it is taken."""
        with self._store.write() as connection:
            query = select(*_STANDING).where(_table.c.branch == branch).with_for_update()
            row = connection.execute(query).first()
            if row is None:
                raise UnknownBranch(branch=branch)
            changes: dict[str, Any] = {
                "heard_at": now,
                "ahead_ms": parcel.now - now,
                "head": max(parcel.head, row.seq),
            }
            forked, rows = _compared(connection, row, parcel)
            answer = None
            if row.gives_way_at:
                found, answer = self._parting(connection, row, parcel, forked, now)
                changes |= found
            elif forked:
                changes |= {"forked_seq": forked, "forked_at": row.forked_at or now}
            elif rows:
                _append(connection, _rows(branch, row.seq, row.hash, rows))
                changes |= {"seq": rows[-1].seq, "hash": rows[-1].hash, "at": rows[-1].at}
            if parcel.setup:
                changes |= {"setup": _checked(branch, parcel.setup), "setup_mark": mark_of(parcel.setup)}
            connection.execute(update(_table).where(_table.c.branch == branch).values(changes))
        now_is = row._asdict() | changes
        if now_is["set_aside_at"] != row.set_aside_at:
            self._told(branch, now_is["seq"] + 1, row.seq)
        seq, hashed = answer or (now_is["seq"], now_is["hash"])
        return Standing(seq, hashed, now_is["setup_mark"], now_is["forked_seq"])

    def _parting(
        self, connection: Connection, row: Any, parcel: Parcel, forked: int, now: int
    ) -> tuple[dict[str, Any], tuple[int, bytes] | None]:
        """Go on looking for the row where the two versions part, as this parcel shows it; once it is found, set aside
        what gives way. What changes, and the row that the branch is to be asked for next."""
        agreed = max(row.agreed_seq, _agreed(parcel, row.seq, forked))
        differs = min(row.forked_seq, forked or row.forked_seq)
        if agreed >= differs:  # two copies of the branch speak, and each has a version of its own
            return {"gives_way_at": 0, "agreed_seq": 0}, None
        if differs - agreed > 1:
            middle = (agreed + differs) // 2
            return {"agreed_seq": agreed, "forked_seq": differs}, (middle, _row(connection, row.branch, middle)[0])
        hashed, at = _row(connection, row.branch, agreed)
        moment = max(now, row.set_aside_at + 1)
        move_aside(connection, row.branch, differs, moment)
        none = dict.fromkeys(("forked_seq", "forked_at", "gives_way_at", "agreed_seq"), 0)
        return none | {
            "seq": agreed,
            "hash": hashed,
            "at": at,
            "head": max(parcel.head, agreed),
            "set_aside_at": moment,
        }, None

    def give_way(self, branch: str, now: int) -> None:
        """A person says that what the branch has holds, from the row on where it differs: what was received from there
        on is to be set aside, as soon as the branch is heard of. `BadField` when nothing differs."""
        with self._store.write() as connection:
            query = select(*_STANDING).where(_table.c.branch == branch).with_for_update()
            row = connection.execute(query).first()
            if row is None:
                raise UnknownBranch(branch=branch)
            if not row.forked_seq:
                raise BadField(field="branch", problem="there are no two versions of its journal")
            values = {"gives_way_at": now, "agreed_seq": 0}
            connection.execute(update(_table).where(_table.c.branch == branch).values(values))

    def settle(self, branch: str) -> None:
        """A person has looked into the fork of this branch: it is named no more, unless it shows again."""
        values = {"forked_seq": 0, "forked_at": 0, "gives_way_at": 0}
        with self._store.write() as connection:
            if not connection.execute(update(_table).where(_table.c.branch == branch).values(values)).rowcount:
                raise UnknownBranch(branch=branch)


def _compared(connection: Connection, row: Any, parcel: Parcel) -> tuple[int, Sequence[Entry]]:
    """The first row that differs from what is there (0: none does), and the rows that are new."""
    if (parcel.after, parcel.after_hash) == (row.seq, row.hash):
        return 0, parcel.rows  # as nearly always: they follow what is there
    if parcel.after > row.seq:
        return 0, ()
    last = min(row.seq, parcel.after + len(parcel.rows))
    events = schema.events.c
    query = select(events.seq, events.hash).where(
        events.branch == row.branch, events.seq >= parcel.after, events.seq <= last
    )
    known = {one.seq: one.hash for one in connection.execute(query)}
    if parcel.after and known[parcel.after] != parcel.after_hash:
        return parcel.after, ()
    for entry in parcel.rows:
        if entry.seq in known and known[entry.seq] != entry.hash:
            return entry.seq, ()
    if parcel.lost and parcel.after < row.seq:
        return parcel.after + 1, ()
    return 0, [entry for entry in parcel.rows if entry.seq > row.seq]


def _agreed(parcel: Parcel, seq: int, forked: int) -> int:
    """The last row up to which the parcel shows the same as what is there, whose last is row `seq`."""
    if parcel.after > seq or (forked and forked == parcel.after):
        return 0
    return min(seq, forked - 1 if forked else parcel.after + len(parcel.rows))


def _row(connection: Connection, branch: str, seq: int) -> tuple[bytes, int]:
    """Hash and moment (ms UTC) of a row that is there; of the beginning for row 0."""
    if seq == 0:
        return GENESIS, 0
    events = schema.events.c
    row = connection.execute(select(events.hash, events.at).where(events.branch == branch, events.seq == seq)).one()
    return row.hash, row.at


def _append(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write the rows; to PostgreSQL by COPY, which takes less than half as long."""
    if connection.dialect.name != "postgresql":
        _insert(connection, rows)
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY events ({', '.join(rows[0])}) FROM STDIN") as table:
        for row in rows:
            table.write_row(tuple(row.values()))


def _rows(branch: str, seq: int, previous: bytes, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The rows after row `seq` as they are kept, each checked against the one before and against what a table holds."""
    rows = []
    for number, one in enumerate(entries, seq + 1):
        right = link(previous, branch, one.seq, one.at, one.actor, one.body)
        named = one.body.startswith(f'{{"kind":"{one.kind}"') and len(one.kind) <= 64 and len(one.actor) <= 100
        kept = 0 <= one.at <= LATEST and "\0" not in one.actor + one.body
        if one.seq != number or one.hash != right or not named or not kept:
            raise BadRequest(problem=f"row {number} does not follow the one before it")
        rows.append({"branch": branch, **msgspec.structs.asdict(one)})
        previous = right
    return rows


def _checked(branch: str, setup: str) -> str:
    if read_setup(setup).id != branch:
        raise BadRequest(problem="this is the setup of another branch")
    return setup
