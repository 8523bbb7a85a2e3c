"""Bearer tokens: of devices, of signed-in staff, and one-time links that pair a device. Only their hashes are kept."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hashlib import sha256

import msgspec
from sqlalchemy import and_, insert, or_, select, update

from lobby.records import schema
from lobby.records.store import Store

DEVICE, SESSION, PAIRING = "device", "session", "pairing"


class Holder(msgspec.Struct, frozen=True):
    """Whom a token stands for. `must_change`: the person still has a one-time password and may only replace it."""

    name: str
    role: str
    kind: str
    must_change: bool = False


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


class Tokens:
    """The tokens of one store. A token has 192 random bits, so its plain hash is safe to keep."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, kind: str, name: str, role: str, now: int, lasts_ms: int | None = None) -> str:
        """Make a token and return it; it cannot be read again. `lasts_ms` None: until revoked."""
        token = secrets.token_urlsafe(24)
        row = {
            "hash": _hash(token),
            "kind": kind,
            "name": name,
            "role": role,
            "created_at": now,
            "expires_at": None if lasts_ms is None else now + lasts_ms,
        }
        with self._store.write() as connection:
            connection.execute(insert(schema.tokens), row)
        return token

    def holder(self, token: str, now: int) -> Holder | None:
        """Whom the token stands for at `now` (ms UTC); None when it is unknown, expired or revoked."""
        table, staff = schema.tokens.c, schema.staff.c
        account = and_(table.kind == SESSION, staff.username == table.name)
        query = (
            select(table.name, table.role, table.kind, table.expires_at, staff.must_change, staff.disabled)
            .select_from(schema.tokens.outerjoin(schema.staff, account))
            .where(table.hash == _hash(token), table.revoked_at.is_(None))
        )
        with self._store.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.disabled or (row.expires_at is not None and row.expires_at <= now):
            return None
        return Holder(row.name, row.role, row.kind, bool(row.must_change))

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

    def revoke(self, token: str, now: int) -> None:
        """End this one token."""
        table = schema.tokens
        with self._store.write() as connection:
            connection.execute(update(table).where(table.c.hash == _hash(token)).values(revoked_at=now))

    def revoke_all(self, name: str, kind: str, now: int, but: str = "") -> int:
        """End every token of this kind that a name holds, but this one; return how many."""
        table = schema.tokens
        query = update(table).where(
            table.c.name == name, table.c.kind == kind, table.c.revoked_at.is_(None), table.c.hash != _hash(but)
        )
        with self._store.write() as connection:
            return connection.execute(query.values(revoked_at=now)).rowcount
