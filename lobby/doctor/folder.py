"""The data folder: whose it is, who may read it, and whether another account left files in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lobby.doctor.finding import Finding, Patient, broken, good, look

MINE = "folder"


def look_at_folder(patient: Patient) -> Iterator[Finding]:
    """Rights of the folder and of what lies in it."""
    folder = patient.folder
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            do = "dmesg says why; then: mount -o remount,rw"
            yield broken(MINE, f"{folder} lies on a disk that can only be read.", do)
        else:
            yield broken(MINE, f"{folder} may not be written by this account.", f"chown -R lobby: {folder}")
        return
    own = folder.stat()
    if own.st_mode & 0o007:
        yield broken(MINE, f"{folder} is open to every account of this machine.", f"chmod 700 {folder}")
    elif own.st_mode & 0o070:
        yield look(MINE, f"{folder} is open to a group.", f"chmod 700 {folder}, unless the group is meant.")
    strange = [path for path in _files(folder) if path.lstat().st_uid != own.st_uid]
    if strange:
        named = ", ".join(str(path.relative_to(folder)) for path in strange[:3])
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
        yield broken(
            MINE,
            f"{named}{more}: of another account than the folder, so the server may fail to write.",
            f"chown -R --reference={folder} {folder}",
        )
    locked = [path for path in _secrets(folder) if path not in strange and not os.access(path, os.R_OK | os.W_OK)]
    for path in locked:
        yield broken(MINE, f"{path.name} may not be written by this account.", f"chmod 600 {path}")
    open_ = [path for path in _secrets(folder) if path.stat().st_mode & 0o077]
    for path in open_:
        yield look(MINE, f"{path.name} may be read by others.", f"chmod 600 {path}")
    if not strange and not locked and not open_ and not own.st_mode & 0o077:
        yield good(MINE, f"{folder} is its account's alone.")


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)


def _secrets(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.suffix == ".db" and stat.S_ISREG(path.stat().st_mode):
            yield path
