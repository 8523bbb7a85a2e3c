"""Which words were erased, noted outside the database, so that a backup that is brought back brings none of them back.

    2026-11-22T17:30:04Z 3f0a9c51d2e84b77

are the moment and the reference under which the words stood: a random number, which says nothing of anybody. The list
lies in the branch's data folder, beside its backups, and where the branch file says (`[retention] erasures_to`), which
should be another machine: there it goes on when this one is lost. What retention erases is not in it, for it goes again
at the next start.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lobby.errors import StorageFull

_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [0-9a-zA-Z]{1,32}", re.ASCII)

log = logging.getLogger(__name__)


def list_of(branch: str, folder: Path) -> Path:
    """Where the list of a branch lies in a folder."""
    return folder / f"{branch}.erased.txt"


class Erased(msgspec.Struct, frozen=True):
    """What lists say: the references, and the moment of the last line (ISO; empty where there is none)."""

    references: frozenset[str] = frozenset()
    until: str = ""


class Erasures:
    """The list of one branch in its data folder, and in the folder `also`."""

    def __init__(self, folder: Path, branch: str, also: str = "") -> None:
        self._path = list_of(branch, folder)
        self._also = list_of(branch, Path(also)) if also else None

    def note(self, references: Iterable[str]) -> None:
        """Note durably that what is under these references goes now. `StorageFull` where that cannot be; a second place
        that cannot be written gets the lines with the next ones, and the log has a warning."""
        moment = f"{datetime.fromtimestamp(time.time(), UTC):%Y-%m-%dT%H:%M:%SZ}"
        try:
            _append(self._path, [f"{moment} {reference}" for reference in sorted(references)])
        except OSError as fault:
            raise StorageFull() from fault
        if self._also is not None:
            try:
                bring(self._path, self._also)
            except OSError as fault:
                log.warning("the list of erasures cannot be written at %s: %s", self._also, fault.strerror or fault)


def bring(source: Path, target: Path) -> None:
    """Have a list hold what another has; `OSError` when it cannot be written."""
    there = set(_lines(target))
    _append(target, [line for line in _lines(source) if line not in there])


def erased(paths: Iterable[Path]) -> Erased:
    """What these lists say together; one that is not there says nothing, `OSError` where one cannot be read."""
    lines = [line for path in paths for line in _lines(path)]
    moments, references = zip(*(line.split() for line in lines), strict=True) if lines else ((), ())
    return Erased(frozenset(references), max(moments, default=""))


def _lines(path: Path) -> list[str]:
    """The lines of a list, without what a crash has left half written."""
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if _LINE.fullmatch(line)]


def _append(path: Path, lines: list[str]) -> None:
    """Several processes may write one list: each piece goes to its end at once, and begins a line of its own."""
    if not lines:
        return
    content = "".join(f"\n{line}" for line in lines).encode() + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
