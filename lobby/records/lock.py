"""One server for one data folder: an advisory lock that the operating system lets go of when the process ends. Those
that PostgreSQL lets go of when a session ends are known there by a number."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path

from lobby.errors import BranchLocked

TABLES = ("tables",)
"""Names the lock that each server on a database shares, and that whoever changes the tables has alone."""


class FolderLock:
    """Held from construction to `release`; `BranchLocked` when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise BranchLocked(path=str(folder)) from None

    def release(self) -> None:
        os.close(self._file)


def lock_key(*words: str) -> int:
    """The number of PostgreSQL's advisory lock on these words: 64 bits with a sign."""
    return int.from_bytes(sha256("\0".join(("lobby", *words)).encode()).digest()[:8], "big", signed=True)
