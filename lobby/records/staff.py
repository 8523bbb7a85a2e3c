"""Staff who sign in with a password (argon2id). There is no default password: the first is random, for one use."""

from __future__ import annotations

import secrets

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import func, insert, select, update

from lobby.errors import BadField, PasswordTooWeak, WrongPassword
from lobby.records import schema
from lobby.records.store import Store

SHORTEST = 10
FIRST = "admin"
"""The user name of the administrator that the first start makes."""

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex(8))
"""Checked when the user is unknown, so that the answer takes as long."""


class Member(msgspec.Struct, frozen=True):
    """One of the staff. `must_change` until a one-time password was replaced."""

    username: str
    name: str
    role: str
    must_change: bool


class Staff:
    """The accounts of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def empty(self) -> bool:
        with self._store.read() as connection:
            return not connection.execute(select(func.count()).select_from(schema.staff)).scalar_one()

    def add(self, username: str, name: str, role: str, now: int, *, one_time: bool = True) -> str:
        """Add a member with a random password, to be replaced at the first sign-in when it is `one_time`; it is
        returned and never kept in clear."""
        password = secrets.token_urlsafe(9)
        row = {
            "username": username,
            "name": name,
            "role": role,
            "password": _hasher.hash(password),
            "must_change": one_time,
            "disabled": False,
            "changed_at": now,
        }
        with self._store.write() as connection:
            taken = select(schema.staff.c.username).where(schema.staff.c.username == username)
            if connection.execute(taken).first():
                raise BadField(field="username", problem="this user name is taken")
            connection.execute(insert(schema.staff), row)
        return password

    def reset(self, username: str, now: int, *, one_time: bool = False) -> str:
        """Give a member a new random password, which is returned."""
        password = secrets.token_urlsafe(9)
        self._set(username, password=_hasher.hash(password), must_change=one_time, changed_at=now)
        return password

    def disable(self, username: str, now: int) -> None:
        """Let a member sign in no more. The name stays taken: the journal knows it."""
        self._set(username, disabled=True, changed_at=now)

    def _set(self, username: str, **values: object) -> None:
        table = schema.staff
        query = update(table).where(table.c.username == username).values(**values)
        with self._store.write() as connection:
            if not connection.execute(query).rowcount:
                raise BadField(field="username", problem="nobody has this user name")

    def check(self, username: str, password: str) -> Member:
        """The member with this password, or `WrongPassword`, which never says which of the two was wrong."""
        table = schema.staff.c
        query = select(table.username, table.name, table.role, table.must_change, table.password).where(
            table.username == username, table.disabled.is_(False)
        )
        with self._store.read() as connection:
            row = connection.execute(query).first()
        try:
            _hasher.verify(row.password if row else _nobody, password)
        except VerificationError:
            raise WrongPassword() from None
        if row is None:
            raise WrongPassword()
        return Member(row.username, row.name, row.role, row.must_change)

    def renewed(self, username: str, old: str, new: str) -> str:
        """The hash of a new password, slow to make. Refused when the old one is wrong, or the new one too short or
        the same."""
        self.check(username, old)
        if len(new) < SHORTEST or new == old:
            raise PasswordTooWeak(length=SHORTEST)
        return _hasher.hash(new)

    def keep(self, username: str, renewed: str, now: int) -> None:
        """Replace the password by one that `renewed` has hashed."""
        self._set(username, password=renewed, must_change=False, changed_at=now)

    def members(self) -> list[Member]:
        """Whoever may sign in, by user name."""
        table = schema.staff.c
        query = (
            select(table.username, table.name, table.role, table.must_change)
            .where(table.disabled.is_(False))
            .order_by(table.username)
        )
        with self._store.read() as connection:
            return [Member(*row) for row in connection.execute(query)]
