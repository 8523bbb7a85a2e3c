"""The machine: versions, and how many connections the server may have."""

from __future__ import annotations

import platform
import re
import resource
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from lobby.doctor.finding import Finding, Patient, good, look

VERSIONS, FILES = "versions", "open files"
ENOUGH_FILES = 4096
"""Each screen and each phone is a connection, and a WebSocket is two files."""

OLDEST_SQLITE = (3, 37, 0)


def look_at_versions(patient: Patient) -> Iterator[Finding]:
    """What runs here."""
    known = f"lobby {version('branch-lobby')}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield look(VERSIONS, f"{known}: this SQLite is old.", "Use Debian 12 or later.")
    else:
        yield good(VERSIONS, f"{known}.")


def look_at_files(patient: Patient) -> Iterator[Finding]:
    """How many files the server may have open, or this account where none runs."""
    most = _limit(patient.server)
    says = f"The server may have {most} open files."
    if most < ENOUGH_FILES:
        yield look(FILES, says, "Give its unit LimitNOFILE=65536.")
    else:
        yield good(FILES, says)


def _limit(process: int) -> int:
    try:
        limits = Path(f"/proc/{process}/limits").read_text() if process else ""
    except OSError:
        limits = ""
    found = re.search(r"^Max open files\s+\d+\s+(\d+)", limits, re.MULTILINE)
    return int(found[1]) if found else resource.getrlimit(resource.RLIMIT_NOFILE)[1]
