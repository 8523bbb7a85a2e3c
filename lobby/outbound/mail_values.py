"""`[mail]` of the branch file: through which server reports are mailed, and to whom. See `lobby.config`."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import msgspec

from lobby.branch_file.toml_values import Values

ADDRESS = re.compile(r"[^@\s<>,;:\"\x00-\x1f\x7f]+@[^@\s<>,;:\"\x00-\x1f\x7f]+", re.ASCII)
HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+")
_LONGEST_PASSWORD = 4096


class BadPassword(Exception):
    """The password file cannot be used; the sentence says why, and nothing of what is in it."""


class MailSetup(msgspec.Struct, frozen=True):
    """A mail server (SMTP) and the addresses that reports go from and to. Without a `user` nobody signs in. `starttls`:
    the connection is made secret before anything is said. `anchors`: the anchor of each day is mailed too."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password_file: Path | None = None
    starttls: bool = True
    anchors: bool = False

    @property
    def password(self) -> str:
        """Read anew each time; `BadPassword` when it cannot be. Empty without a file."""
        return read_password(self.password_file) if self.password_file is not None else ""


class MailValues(Values):
    """Reads `[mail]`; a relative `password_file` lies in `folder`, the data folder."""

    def mail(self, table: dict[str, Any], folder: Path) -> MailSetup:
        where = "mail"
        self.known(table, where, ("server", "from", "to", "user", "password_file", "starttls", "anchors"))
        host, port = self._server(table, where)
        to = self.texts(table, "to", where)
        if not to and "mail.to" not in {mistake.where for mistake in self.mistakes}:
            self.wrong(f"{where}.to", 'is missing; write ["manager@bank.example"]')
        for place, address in enumerate(to):
            self._address(address, f"{where}.to")
            if address.casefold() in map(str.casefold, to[:place]):
                self.wrong(f"{where}.to", f"names {address!r} twice")
        sender = self.text(table, "from", where)
        if sender:
            self._address(sender, f"{where}.from")
        starttls, anchors = self.yes(table, "starttls", where, True), self.yes(table, "anchors", where, False)
        return MailSetup(host, port, sender, to, *self._login(table, where, folder, starttls), starttls, anchors)

    def _server(self, table: dict[str, Any], where: str) -> tuple[str, int]:
        server = self.text(table, "server", where)
        host, _, port = server.rpartition(":")
        if server and not (HOST.fullmatch(host) and re.fullmatch(r"[0-9]{1,5}", port)):
            self.wrong(f"{where}.server", 'must be a host and a port, such as "mail.bank.example:587"')
            return "", 0
        if server and not 0 < int(port) < 65536:
            self.wrong(f"{where}.server", "has no port from 1 to 65535")
            return "", 0
        return host.strip("[]"), int(port or 0)

    def _address(self, address: str, where: str) -> None:
        if not ADDRESS.fullmatch(address):
            self.wrong(where, f"{address!r} is not a mail address; write one such as manager@bank.example")
        elif not address.isascii():
            self.wrong(where, f"{address!r} may hold Latin letters only; such a domain has a name with xn-- for mail")

    def _login(self, table: dict[str, Any], where: str, folder: Path, starttls: bool) -> tuple[str, Path | None]:
        user, named = self.text(table, "user", where, ""), self.text(table, "password_file", where, "")
        if bool(user) != bool(named):
            self.wrong(f"{where}.password_file", "and user belong together; write both or none")
            return user, None
        if not named:
            return "", None
        if not starttls:
            self.wrong(f"{where}.starttls", "must be true where a password is sent")
        path = folder / named
        try:
            read_password(path)
        except BadPassword as wrong:
            self.wrong(f"{where}.password_file", str(wrong))
        return user, path


def read_password(path: Path) -> str:
    """The one line in a file that only its owner may read, or `BadPassword`."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise BadPassword("may be read by others; make it its owner's alone: chmod 600")
            password = file.read(_LONGEST_PASSWORD).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadPassword("is not UTF-8 text") from None
    except OSError as error:
        raise BadPassword(f"cannot be read: {error.strerror}") from None
    if not password or "\n" in password:
        raise BadPassword("must hold one line, the password")
    return password
