"""What the doctor finds, and whom he looks at. A room that knows something about the machine gives him a `Look`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from lobby.config import Config

log = logging.getLogger(__name__)

State = Literal["good", "look", "broken"]
"""All is well; look at this before it becomes trouble; the branch cannot work, or not as it says it does."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at: what it is, how it is, a sentence about it, and what to do where something is."""

    subject: str
    state: State
    says: str
    do: str = ""


class Patient(msgspec.Struct, frozen=True):
    """A branch at `now` (ms UTC). `server` is the process that serves it, 0 where none runs. `host`, `port` and
    `certificate` (chain, key) are those of `serve`, the command that runs the server; `unit` and `backups` are the
    systemd units of the server and of its backups. A head office is looked at as a branch without services."""

    folder: Path
    config: Config
    now: int
    server: int = 0
    host: str = "127.0.0.1"
    port: int = 8080
    certificate: tuple[Path, Path] | None = None
    serve: str = "lobby serve"
    unit: str = "lobby-server"
    backups: str = "lobby-backup"


Look = Callable[[Patient], Iterable[Finding]]


def good(subject: str, says: str) -> Finding:
    """All is well."""
    return Finding(subject, "good", says)


def look(subject: str, says: str, do: str) -> Finding:
    """Somebody should look at this."""
    return Finding(subject, "look", says, do)


def broken(subject: str, says: str, do: str) -> Finding:
    """The branch cannot work so."""
    return Finding(subject, "broken", says, do)


def examine(patient: Patient, looks: Iterable[tuple[str, Look]]) -> Iterator[Finding]:
    """All findings of these looks, by what each looks at. One that fails is a finding too, and the others go on."""
    for subject, at in looks:
        try:
            yield from at(patient)
        except SQLAlchemyError:
            yield look(subject, "could not be looked at: the database cannot be read.", "See what is said of it.")
        except Exception as fault:  # a mistake of ours in one look must not keep the others from being taken
            log.exception("looking at %s failed", subject)
            said = f"could not be looked at: {type(fault).__name__}: {fault}".splitlines()[0]
            yield look(subject, said, "Report this as a mistake of the program.")


def span(seconds: float) -> str:
    """A length of time as a person says it: `3 minutes`, `2 days`."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * size or (unit == "minute" and seconds >= size):
            count = round(seconds / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{max(0, seconds):.3g} seconds"


def size(bytes_: float) -> str:
    """An amount of data as a person says it: `3.2 GB`."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if bytes_ >= step:
            return f"{bytes_ / step:.3g} {unit}"
    return f"{bytes_:.0f} bytes"
