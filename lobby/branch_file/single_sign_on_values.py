"""`[single_sign_on]` of the branch file: by which provider of the bank people sign in (OpenID Connect), and which of
its groups have which role here. See `lobby.config`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lobby.access import STAFF
from lobby.branch_file.toml_values import Values
from lobby.outbound.mail_values import BadPassword, read_password

KEYS = (
    "issuer",
    "client_id",
    "client_secret_file",
    "client_secret_env",
    "name",
    "scopes",
    "role_claim",
    "username_claim",
    "passwords",
    "roles",
)
ISSUER = re.compile(r"https://[^\s?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^\s?#]*)?")


class SingleSignOn(msgspec.Struct, frozen=True):
    """The provider, and what is taken from it. The `secret` lies in a file that only its owner may read, or in a
    variable of the environment. `names`, by language, is what the button says; `roles`, the first that fits counting,
    the values of `role_claim` that have each role (`a.b`: `b` within `a`). Without `passwords` nobody but an
    administrator signs in with one: that is the way in while the provider is away."""

    issuer: str
    client_id: str
    roles: Mapping[str, tuple[str, ...]]
    secret_file: Path | None = None
    secret_env: str = ""
    names: Mapping[str, str] = {}
    scopes: tuple[str, ...] = ("openid", "profile")
    role_claim: str = "groups"
    username_claim: str = "preferred_username"
    passwords: bool = True

    @property
    def secret(self) -> str:
        """Read anew each time; `BadPassword` when it cannot be."""
        if self.secret_file is not None:
            return read_password(self.secret_file)
        found = os.environ.get(self.secret_env, "")
        if not found:
            raise BadPassword(f"the environment has no {self.secret_env}")
        return found

    def role(self, values: list[str]) -> str:
        """The first role that one of these values of the claim has; empty without one."""
        return next((role for role, wanted in self.roles.items() if set(wanted) & set(values)), "")


class SingleSignOnValues(Values):
    """Reads `[single_sign_on]`; a relative `client_secret_file` lies in `folder`, the data folder."""

    def single_sign_on(
        self, table: dict[str, Any], folder: Path, languages: tuple[str, ...], staff: Sequence[str] = STAFF
    ) -> SingleSignOn:
        """`staff` are the roles that a person may have there."""
        where = "single_sign_on"
        self.known(table, where, KEYS)
        issuer = self.text(table, "issuer", where)
        if issuer and not ISSUER.fullmatch(issuer):
            self.wrong(f"{where}.issuer", 'must be an address such as "https://login.bank.example/staff"')
        scopes = self.texts(table, "scopes", where, ("openid", "profile"))
        if "openid" not in scopes:
            self.wrong(f"{where}.scopes", 'must hold "openid"')
        file, variable = self._secret(table, where, folder)
        return SingleSignOn(
            issuer,
            self.text(table, "client_id", where),
            self._roles(table, where, staff),
            file,
            variable,
            self.names(table, where, languages) if "name" in table else {},
            scopes,
            self.text(table, "role_claim", where, "groups"),
            self.text(table, "username_claim", where, "preferred_username"),
            self.yes(table, "passwords", where, True),
        )

    def _secret(self, table: dict[str, Any], where: str, folder: Path) -> tuple[Path | None, str]:
        named = self.text(table, "client_secret_file", where, "")
        variable = self.text(table, "client_secret_env", where, "")
        if bool(named) == bool(variable):
            self.wrong(f"{where}.client_secret_file", "or client_secret_env is needed, one of the two")
        if not named:
            return None, variable
        path = folder / named
        try:
            read_password(path)
        except BadPassword as wrong:
            self.wrong(f"{where}.client_secret_file", str(wrong))
        return path, ""

    def _roles(self, table: dict[str, Any], where: str, staff: Sequence[str]) -> dict[str, tuple[str, ...]]:
        roles = self.table(table, "roles", f"{where}.")
        self.known(roles, f"{where}.roles", staff)
        if not roles:
            self.wrong(f"{where}.roles", f'is missing; write {staff[0]} = ["the-group-of-{staff[0]}s"]')
        return {role: self.texts(roles, role, f"{where}.roles") for role in roles}
