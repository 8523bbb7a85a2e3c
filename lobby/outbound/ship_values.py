"""`[head_office]` of the branch file: where the branch's journal is sent. See `lobby.config`."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from lobby.branch_file.toml_values import Values
from lobby.outbound.values import what_is_wrong

_LONGEST_TOKEN = 4096


class BadToken(Exception):
    """The token file cannot be used; the sentence says why, and nothing of what is in it."""


class HeadOffice(msgspec.Struct, frozen=True):
    """The address of the head office's server, and the file with the token that it gave this branch."""

    url: str
    token_file: Path

    @property
    def token(self) -> str:
        """Read anew each time, so that it can be replaced; `BadToken` when it cannot be."""
        return read_token(self.token_file)


class HeadOfficeValues(Values):
    """Reads `[head_office]`; a relative `token_file` lies in `folder`, the data folder."""

    def head_office(self, table: dict[str, Any], folder: Path) -> HeadOffice:
        where = "head_office"
        self.known(table, where, ("url", "token_file"))
        url = self.text(table, "url", where)
        if url and (wrong := what_is_wrong(url)):
            self.wrong(f"{where}.url", wrong)
        named = self.text(table, "token_file", where)
        path = folder / named
        if named:
            try:
                read_token(path)
            except BadToken as wrong_token:
                self.wrong(f"{where}.token_file", str(wrong_token))
        return HeadOffice(url.rstrip("/"), path)


def read_token(path: Path) -> str:
    """The token in a file that only its owner may read, or `BadToken`."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise BadToken("may be read by others; make it its owner's alone: chmod 600")
            token = file.read(_LONGEST_TOKEN).decode("ascii").strip()
    except UnicodeDecodeError:
        raise BadToken("holds no token") from None
    except OSError as error:
        raise BadToken(f"cannot be read: {error.strerror}") from None
    if not token or not token.isprintable() or " " in token:
        raise BadToken("holds no token; `lobby head-office add-branch` prints one")
    return token
