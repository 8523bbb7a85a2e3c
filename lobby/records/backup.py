"""A backup of a branch, made while it is open: its rows as they stand at one moment, and the files of its folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from lobby.records.archive import DATABASE, ENDING, FILES, FORMAT, Manifest, write_archive
from lobby.records.copying import copy_file, copy_rows
from lobby.records.erasures import bring, list_of
from lobby.records.kept import A_BRANCH, Kept
from lobby.records.not_written import named
from lobby.records.store import HEAD, Store
from lobby.records.verdict import Verdict
from lobby.records.verdicts import Verdicts, anchors_now, examined

NOT_KEPT = ("lobby.db", "lobby.db-wal", "lobby.db-shm", "server.lock")
"""The database, which is copied apart, and what belongs to a running server."""

NOT_KEPT_FROM = ("spool.db", "printed")
"""Slips on their way to paper and pictures of printed ones: nobody wants them printed again after a restore."""


SCRATCH = ".backup-"
STALE_S = 24 * 3600
"""No backup takes so long: what is there longer was left behind."""


class Backup(msgspec.Struct, frozen=True):
    """A backup that was made, and whether the records in it are whole."""

    path: Path
    manifest: Manifest
    verdict: Verdict | Verdicts


def make_backup(folder: Path, store: Store, branch: str, to: Path, at: int, kept: Kept = A_BRANCH) -> Backup:
    """Write a backup of the branch (or of what `kept` says, named so) into the folder `to`, which is made when it is
    not there; `at` in ms UTC. The records in it are checked before it gets its name, and the list of erasures lies
    beside it afterwards. `NotWritten` when there is no room."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    target = to / f"{branch}-{moment:%Y%m%dT%H%M%SZ}{ENDING}"
    with named(to):
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(to, at)
        with TemporaryDirectory(prefix=SCRATCH, dir=to) as scratch:
            copied = _copied(store, kept.rows(branch), Path(scratch) / DATABASE)
            copy = Store.in_folder(Path(scratch))
            try:
                chains = kept.chains(copy, branch)
                found = examined(copy, chains)
                anchor, *further = map(str, anchors_now(copy, chains, at))
            finally:
                copy.close()
            manifest = Manifest(FORMAT, branch, at, HEAD, version("branch-lobby"), anchor, {}, anchors=tuple(further))
            members = [(DATABASE, copied), *_files(folder, to)]
            made = Backup(target, write_archive(target, manifest, members), found)
            bring(list_of(branch, folder), list_of(branch, to))
            return made


def backups(folder: Path, branch: str) -> list[Path]:
    """The backups of a branch in a folder, the oldest first."""
    return sorted(path for path in folder.glob(f"{branch}-*{ENDING}") if _is_of(path.name, branch))


def forget_old(folder: Path, branch: str, keep: int, made: Path) -> list[Path]:
    """Delete all backups of the branch but the one that was `made` now and the youngest others, `keep` (1 or more)
    together; which they were. One that was made while the clock was wrong may look younger, and drives none out."""
    others = [path for path in backups(folder, branch) if path != made]
    old = others[: len(others) - (keep - 1)]
    for path in old:
        path.unlink()
    return old


def _sweep(to: Path, at: int) -> None:
    """Delete what a backup that was killed has left: it holds what customers wrote."""
    for left in (*to.glob(f"{SCRATCH}*"), *to.glob(f".*{ENDING}.partial")):
        if at / 1000 - left.stat().st_mtime > STALE_S:
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _is_of(name: str, branch: str) -> bool:
    moment = name.removeprefix(f"{branch}-").removesuffix(ENDING)  # another branch's id may begin like ours
    return len(moment) == len("20261122T173004Z") and moment[8] == "T" and "-" not in moment


def _copied(store: Store, branch: str, target: Path) -> Path:
    if not store.is_postgresql:
        copy_file(Path(str(store.url.database)), target)
        return target
    new = Store.in_folder(target.parent)
    try:
        copy_rows(store, new, branch)
        new.scrub()
    finally:
        new.close()
    return target


def _files(folder: Path, to: Path) -> Iterator[tuple[str, Path]]:
    """The folder's own files, with their names in the archive; no backups of backups."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        top = here == folder
        folders[:] = sorted(
            name for name in folders if not (here / name).samefile(to) and not (top and name.startswith(NOT_KEPT_FROM))
        )
        for name in sorted(names):
            skipped = top and (name in NOT_KEPT or name.startswith(NOT_KEPT_FROM))
            path = here / name
            nowhere = path.is_symlink() and not path.exists()  # a link that cannot be followed is named as left out
            if not skipped and (path.is_file() or nowhere) and not name.endswith((".partial", ".new")):
                yield f"{FILES}/{path.relative_to(folder).as_posix()}", path
        for name in folders:
            if (here / name).is_symlink():  # so is a folder that lies elsewhere
                yield f"{FILES}/{(here / name).relative_to(folder).as_posix()}", here / name
