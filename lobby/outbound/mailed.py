"""Which reports were mailed, kept in the data folder, so that none is mailed twice.

One line of JSON for each thing that happened, the last one counts: `begun` is written, durably, before a mail goes out,
`sent` or `refused` after it. A report that was begun and never ended may have been mailed, so nobody mails it again by
itself. Whoever holds the file is alone: of two commands at the same time the second sees what the first has done.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

FILE = "mailed.jsonl"

State = Literal["begun", "sent", "refused"]


class Noted(msgspec.Struct, frozen=True):
    """At `at` (ms UTC), the mail of `report` to `to` was begun, sent or refused."""

    report: str
    to: str
    state: State
    at: int


class Mailed:
    """The file, held from `with` on."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._last: dict[tuple[str, str], State] = {}

    def __enter__(self) -> Mailed:
        self._file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def state(self, report: str, to: str) -> State | None:
        """What became of this report for this recipient; None when it was never begun."""
        return self._last.get((report, to))

    def note(self, report: str, to: Iterable[str], state: State, at: int) -> None:
        """Keep durably what happened."""
        lines = [Noted(report, one, state, at) for one in to]
        if not lines:
            return
        os.write(self._file, b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        os.fsync(self._file)
        self._last |= {(line.report, line.to): line.state for line in lines}

    def _read(self) -> None:
        """A line that a power cut has torn was never acted upon: it is left as it is, and counts for nothing."""
        content = self._path.read_bytes()
        for line in content.splitlines():
            try:
                noted = msgspec.json.decode(line, type=Noted)
            except msgspec.DecodeError:
                continue
            self._last[noted.report, noted.to] = noted.state
        if content and not content.endswith(b"\n"):
            os.write(self._file, b"\n")
