"""Staff who sign in, with a password (argon2id) or by single sign-on. There is no default password: the first is
random, for one use. Whoever comes by single sign-on has none, and is known by the provider's own name for them, the
subject."""

from __future__ import annotations

import re
import secrets
from functools import cache
from typing import Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lobby.errors import BadUserName, PasswordTooWeak, UnknownUser, UserNameTaken, WrongPassword
from lobby.records import schema
from lobby.records.passwords import SHORTEST, refuse_weak
from lobby.records.store import Store

FIRST = "admin"
"""The user name of the administrator that the first start makes."""

NO_PASSWORD = ""
"""Of whoever comes by single sign-on: no password has this hash."""

LONGEST_NAME = 64

DAY_MS = 24 * 3600 * 1000

_USER_NAME = re.compile(rf"[\w.@+-]{{1,{LONGEST_NAME}}}")
_hasher = PasswordHasher()


@cache
def unknown() -> str:
    """The hash that is checked when the user is unknown, so that the answer takes as long. It takes a tenth of a second
    to make, and not every command signs somebody in; the server makes it at its start."""
    return _hasher.hash(secrets.token_hex(8))


def refuse_odd(username: str) -> None:
    """Refuse a user name with `BadUserName` that nobody could type as it stands: blanks, or signs that none shows."""
    if not _USER_NAME.fullmatch(username):
        raise BadUserName(length=LONGEST_NAME)


class Member(msgspec.Struct, frozen=True):
    """One of the staff. `must_change` until a one-time password was replaced, or one that is too old. `subject` is the
    single sign-on's name for them; empty where they sign in with a password."""

    username: str
    name: str
    role: str
    must_change: bool
    subject: str = ""


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
        self._insert(row)
        return password

    def add_subject(self, subject: str, username: str, name: str, role: str, now: int) -> None:
        """Add a member who comes by single sign-on. Refused with `UserNameTaken` where it is another's."""
        row = {"username": username, "name": name, "role": role, "subject": subject, "changed_at": now}
        self._insert(row | {"password": NO_PASSWORD, "must_change": False, "disabled": False})

    def by_subject(self, subject: str) -> tuple[Member, bool] | None:
        """Whom single sign-on knows by this subject, and whether they were taken out."""
        with self._store.read() as connection:
            row = connection.execute(_members().where(schema.staff.c.subject == subject)).first()
        return (_member(row), row.disabled) if row is not None else None

    def link(self, username: str, subject: str, now: int) -> None:
        """Have a member come by single sign-on from now on, and by password no more."""
        self._set(username, subject=subject, password=NO_PASSWORD, must_change=False, changed_at=now)

    def place(self, username: str, role: str, name: str = "") -> None:
        """Give a member another role, and another name where there is one."""
        self._set(username, role=role, **({"name": name} if name else {}))

    def any_named(self, username: str) -> Member | None:
        """The member with this user name, whether they may sign in or were taken out."""
        with self._store.read() as connection:
            row = connection.execute(_members().where(schema.staff.c.username == username)).first()
        return _member(row) if row is not None else None

    def named(self, username: str) -> Member | None:
        """The member with this user name who may sign in."""
        return next((one for one in self.members() if one.username == username), None)

    def reset(self, username: str, now: int, *, one_time: bool = False) -> str:
        """Give a member a new random password, which is returned."""
        password = secrets.token_urlsafe(9)
        self._set(username, password=_hasher.hash(password), must_change=one_time, changed_at=now)
        return password

    def disable(self, username: str, now: int) -> None:
        """Let a member sign in no more. The name stays taken: the journal knows it."""
        self._set(username, disabled=True, changed_at=now)

    def _insert(self, row: dict[str, Any]) -> None:
        """One of two that add the same name at once is refused."""
        try:
            with self._store.write() as connection:
                connection.execute(insert(schema.staff), row)
        except IntegrityError:
            raise UserNameTaken(user=str(row["username"])) from None

    def _set(self, username: str, **values: object) -> None:
        table = schema.staff
        query = update(table).where(table.c.username == username).values(**values)
        with self._store.write() as connection:
            if not connection.execute(query).rowcount:
                raise UnknownUser(user=username)

    def check(self, username: str, password: str, now: int = 0, days: int = 0) -> Member:
        """The member with this password, or `WrongPassword`, which never says which of the two was wrong. A password
        that is older than `days` at `now` (ms UTC; 0 days: never) must be changed; a hash that was made with weaker
        parameters than those of today is made anew."""
        table = schema.staff.c
        with self._store.read() as connection:
            row = connection.execute(
                _members().add_columns(table.password, table.changed_at).where(table.username == username)
            ).first()
        good = row is not None and not row.disabled
        try:
            _hasher.verify(row.password if row is not None and good and row.password else unknown(), password)
        except (VerificationError, InvalidHashError):
            raise WrongPassword() from None
        if row is None or not good:
            raise WrongPassword()
        if _hasher.check_needs_rehash(row.password):
            self._set(username, password=_hasher.hash(password))
        if days and not row.must_change and now - row.changed_at > days * DAY_MS:
            self._set(username, must_change=True)
            return msgspec.structs.replace(_member(row), must_change=True)
        return _member(row)

    def renewed(self, username: str, old: str, new: str) -> str:
        """The hash of a new password, slow to make. Refused when the old one is wrong, or the new one the same or one
        that others would guess."""
        self.check(username, old)
        if new == old:
            raise PasswordTooWeak(length=SHORTEST)
        refuse_weak(new, username)
        return _hasher.hash(new)

    def keep(self, username: str, renewed: str, now: int) -> None:
        """Replace the password by one that `renewed` has hashed."""
        self._set(username, password=renewed, must_change=False, changed_at=now)

    def members(self) -> list[Member]:
        """Whoever may sign in, by user name."""
        table = schema.staff.c
        with self._store.read() as connection:
            rows = connection.execute(_members().where(table.disabled.is_(False)).order_by(table.username)).all()
        return [_member(row) for row in rows]


def _members() -> Select[Any]:
    table = schema.staff.c
    return select(table.username, table.name, table.role, table.must_change, table.subject, table.disabled)


def _member(row: Row[Any]) -> Member:
    return Member(row.username, row.name, row.role, row.must_change, row.subject or "")
