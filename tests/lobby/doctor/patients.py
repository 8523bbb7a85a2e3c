"""Branches for the doctor to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from lobby.config import load
from lobby.doctor.finding import Finding, Look, Patient
from tests.builders import TUESDAY


def a_patient(folder: Path, store: Path | None = None, *, add: str = "", **given: Any) -> Patient:
    """The example branch in `folder`, with the tables of `store`, and `add` at the end of its file."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (folder / "branch.toml").write_text(example + add, encoding="utf-8")
    if store is not None:
        shutil.copy(store / "lobby.db", folder / "lobby.db")
    (folder / "branch.toml").chmod(0o600)
    return Patient(folder, load(folder), **{"now": TUESDAY} | given)


def told(look: Look, patient: Patient) -> list[tuple[str, str]]:
    """(state, sentence) of each finding."""
    return [(one.state, one.says) for one in look(patient)]


def states(found: Iterable[Finding]) -> list[str]:
    return [one.state for one in found]


def everything_in(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Each file with what is in it, and its rights; not what SQLite notes of its readers in memory."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {path: (path.read_bytes(), path.stat().st_mode) for path in files}
