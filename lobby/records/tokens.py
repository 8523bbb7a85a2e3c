"""Bearer tokens: of devices, of signed-in staff; and one-time codes, which pair a device or sign somebody in at the
console. Only their hashes are kept.

A session ends at its time, and when it was not used for as long as it may rest; a device's token when it is revoked. A
code is for typing: eight letters out of twenty, none of them a vowel or easily taken for another, so 34 bits, for ten
minutes and behind a brake.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row, and_, insert, or_, select, update

from lobby.records import schema
from lobby.records.store import Store

DEVICE, SESSION, PAIRING, CONSOLE = "device", "session", "pairing", "console"
CODES = {PAIRING, CONSOLE}
"""What opens nothing itself, and is good for one use."""

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 8
CODE_LASTS_MS = 10 * 60 * 1000
NAMED_BY = 8
"""How many hexadecimal digits of its hash name a token to people. They do not open anything."""


class Holder(msgspec.Struct, frozen=True):
    """Whom a token stands for. `must_change`: the person still has a one-time password and may only replace it.
    `used_at`: when it was last noted that the token was used, `expires_at`: when it ends (None: never), ms UTC."""

    name: str
    role: str
    kind: str
    must_change: bool = False
    used_at: int = 0
    expires_at: int | None = None


class Kept(msgspec.Struct, frozen=True):
    """A token that is good, as people see it: its name for them, and times in ms UTC (None: never)."""

    id: str
    kind: str
    name: str
    role: str
    created_at: int
    used_at: int | None
    expires_at: int | None


def _hash(token: str) -> bytes:
    return sha256(token.encode(errors="surrogatepass")).digest()


def _named(hashed: bytes) -> str:
    return hashed.hex()[:NAMED_BY]


def typed(code: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(letter for letter in code.upper() if letter in CODE_LETTERS)


class Tokens:
    """The tokens of one store. A token has 192 random bits, so its plain hash is safe to keep."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(
        self, kind: str, name: str, role: str, now: int, lasts_ms: int | None = None, idle_ms: int | None = None
    ) -> str:
        """Make a token and return it; it cannot be read again. `lasts_ms` None: until revoked; `idle_ms` None: however
        long it rests."""
        return self._keep(secrets.token_urlsafe(24), kind, name, role, now, lasts_ms, idle_ms)

    def pairing_code(self, name: str, role: str, now: int, lasts_ms: int = CODE_LASTS_MS) -> str:
        """A code that makes the device on which it is typed this one, once: `KQRD-MWXT`."""
        return self._code(PAIRING, name, role, now, lasts_ms, None)

    def console_code(self, name: str, role: str, now: int, until: int) -> str:
        """A code that stands for this person's password, once, within ten minutes. It ends at `until` (ms UTC), as the
        session in which it was made; and so does what is begun by it."""
        return self._code(CONSOLE, name, role, now, until - now, CODE_LASTS_MS)

    def _code(self, kind: str, name: str, role: str, now: int, lasts_ms: int, rests_ms: int | None) -> str:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        self._keep(code, kind, name, role, now, lasts_ms, rests_ms)
        return f"{code[:4]}-{code[4:]}"

    def _keep(
        self, token: str, kind: str, name: str, role: str, now: int, lasts_ms: int | None, idle_ms: int | None
    ) -> str:
        row = {
            "hash": _hash(token),
            "kind": kind,
            "name": name,
            "role": role,
            "created_at": now,
            "expires_at": None if lasts_ms is None else now + lasts_ms,
            "used_at": now,
            "idle_ms": idle_ms,
        }
        with self._store.write() as connection:
            connection.execute(insert(schema.tokens), row)
        return token

    def holder(self, token: str, now: int) -> Holder | None:
        """Whom the token stands for at `now` (ms UTC); None when it is unknown, over, revoked, or was left alone."""
        table, staff = schema.tokens.c, schema.staff.c
        account = and_(table.kind == SESSION, staff.username == table.name)
        query = (
            select(
                *(table.name, table.role, table.kind, table.expires_at, table.used_at, table.idle_ms),
                *(staff.role.label("staff_role"), staff.must_change, staff.disabled),
            )
            .select_from(schema.tokens.outerjoin(schema.staff, account))
            .where(table.hash == _hash(token), table.revoked_at.is_(None))
        )
        with self._store.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.disabled or (row.expires_at is not None and row.expires_at <= now):
            return None
        used_at = row.used_at or 0
        if row.idle_ms is not None and now - used_at > row.idle_ms:
            return None
        role = row.staff_role or row.role  # of a session, what the person is now
        return Holder(row.name, role, row.kind, bool(row.must_change), used_at, row.expires_at)

    def touch(self, token: str, now: int) -> None:
        """Note that the token is in use."""
        table = schema.tokens
        with self._store.write() as connection:
            connection.execute(update(table).where(table.c.hash == _hash(token)).values(used_at=now))

    def good(self, now: int, kind: str = "", name: str = "") -> list[Kept]:
        """Every token that is good at `now` (ms UTC), of one kind or name where that is given; the newest first."""
        return [
            Kept(_named(row.hash), row.kind, row.name, row.role, row.created_at, row.used_at, row.expires_at)
            for row in self._good(now)
            if kind in ("", row.kind) and name in ("", row.name)
        ]

    def _good(self, now: int) -> list[Row[Any]]:
        table = schema.tokens.c
        good = and_(table.revoked_at.is_(None), or_(table.expires_at.is_(None), table.expires_at > now))
        with self._store.read() as connection:
            rows = connection.execute(
                select(schema.tokens).where(good).order_by(table.created_at.desc(), table.name)
            ).all()
        return [row for row in rows if row.idle_ms is None or now - (row.used_at or 0) <= row.idle_ms]

    def use(self, token: str, kind: str, now: int) -> Holder | None:
        """Whom a token of this kind stands for, once: it is used up by it. None when it is not valid (any more)."""
        found = self.holder(token, now)
        if found is None or found.kind != kind:
            return None
        table = schema.tokens
        query = update(table).where(table.c.hash == _hash(token), table.c.revoked_at.is_(None)).values(revoked_at=now)
        with self._store.write() as connection:
            return found if connection.execute(query).rowcount else None

    def is_held(self, name: str, roles: Collection[str], now: int) -> bool:
        """Whether a device of this name holds a token of one of these roles that is good at `now` (ms UTC)."""
        table = schema.tokens.c
        good = or_(table.expires_at.is_(None), table.expires_at > now)
        query = select(table.name).where(
            table.name == name, table.kind == DEVICE, table.role.in_(roles), table.revoked_at.is_(None), good
        )
        with self._store.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def role(self, token: str) -> str:
        """The role that a token stands or stood for; empty for an unknown one."""
        query = select(schema.tokens.c.role).where(schema.tokens.c.hash == _hash(token))
        with self._store.read() as connection:
            return connection.execute(query).scalar() or ""

    def id_of(self, token: str) -> str:
        """By what people know this token: its `Kept.id`."""
        return _named(_hash(token))

    def revoke(self, token: str, now: int) -> None:
        """End this one token."""
        table = schema.tokens
        with self._store.write() as connection:
            connection.execute(update(table).where(table.c.hash == _hash(token)).values(revoked_at=now))

    def revoke_named(self, id: str, now: int) -> Kept | None:
        """End the token that people know by this `Kept.id`; None when no good one is called so."""
        found = next((one for one in self.good(now) if one.id == id), None)
        table = schema.tokens
        hashes = [row.hash for row in self._good(now) if _named(row.hash) == id]
        with self._store.write() as connection:
            connection.execute(update(table).where(table.c.hash.in_(hashes)).values(revoked_at=now))
        return found

    def end_sessions(self, name: str, now: int, but: str = "") -> int:
        """End every session of a person but this one, and every code that would begin another; how many sessions there
        were."""
        self.revoke_all(name, CONSOLE, now)
        return self.revoke_all(name, SESSION, now, but=but)

    def revoke_all(self, name: str, kind: str, now: int, but: str = "") -> int:
        """End every token of this kind that a name holds, but this one; return how many."""
        table = schema.tokens
        query = update(table).where(
            table.c.name == name, table.c.kind == kind, table.c.revoked_at.is_(None), table.c.hash != _hash(but)
        )
        with self._store.write() as connection:
            return connection.execute(query.values(revoked_at=now)).rowcount
