"""A backup becomes a branch again, in a place where nothing is.

What was taken away since the backup was made stays away (`lobby.records.taken_away`). Nobody is signed in in a restored
branch.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import delete

from lobby.records import schema
from lobby.records.acts import Acts
from lobby.records.anchor import read_anchor
from lobby.records.archive import DATABASE, FILES, BadBackup, Manifest, make_durable, read_archive
from lobby.records.copying import copy_rows, rows_of
from lobby.records.kept import A_BRANCH, Kept
from lobby.records.not_written import named as written
from lobby.records.store import Store
from lobby.records.taken_away import TakenAway, take_away
from lobby.records.tokens import DEVICE
from lobby.records.verdict import Verdict
from lobby.records.verdicts import Verdicts, examined

SQLITE = "sqlite"
"""Says that the rows go into the file in the data folder."""

_NAMES_DATABASE = re.compile(r"\s*(database|shared)\s*=")


class NotEmpty(Exception):
    """There is something already where a branch is to be restored."""


class Restored(msgspec.Struct, frozen=True):
    """What became of a restore. `database` is where the rows are, empty for the file in the folder; `named` what the
    file that was restored says."""

    manifest: Manifest
    verdict: Verdict | Verdicts
    database: str
    named: str
    taken_away: TakenAway


def unpacked(path: Path, into: Path, kept: Kept = A_BRANCH) -> tuple[Manifest, Verdict | Verdicts]:
    """Unpack a backup into an empty folder as a data folder, and examine its records; `BadBackup` when they are not
    what the manifest's anchors say."""
    manifest = read_archive(path, into)
    if not (into / FILES / kept.file).is_file():
        raise BadBackup(f"{path} is no backup of a {kept.noun}: it has no {kept.file}")
    for inside in sorted((into / FILES).iterdir()):
        inside.rename(into / inside.name)
    (into / FILES).rmdir()
    store = Store.in_folder(into)
    try:
        chains = kept.chains(store, manifest.branch)
        found = examined(store, chains, [read_anchor(one) for one in (manifest.anchor, *manifest.anchors)])
    finally:
        store.close()
    if not found.agrees:
        raise BadBackup(f"{path} is not as it was made: " + "; ".join(found.sentences()))
    return manifest, found


def restore(
    path: Path,
    folder: Path,
    at: int,
    *,
    actor: str,
    role: str,
    database: str = "",
    former: Store | None = None,
    lists: Iterable[Path] = (),
    kept: Kept = A_BRANCH,
) -> Restored:
    """Make the backup at `path` the branch (or what `kept` says) in `folder`, which is not there or empty: `NotEmpty`
    otherwise. The rows go to the database that the file names, or to `database` (an address, or `SQLITE`), which must
    have none of this branch. `former`: what is left of its old database; `lists`: lists of erasures, or folders where
    one lies, besides that of `path`; see `take_away`. Whole, or nothing is there afterwards."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty; a {kept.noun} is restored into a new folder")
    with written(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            whole = Path(scratch) / "branch"
            whole.mkdir(mode=0o700)
            manifest, found = unpacked(path, whole, kept)
            named = _database_named(whole, kept)
            target = named if not database else "" if database == SQLITE else database
            _begin_again(whole, manifest, at, actor, role, kept)
            taken = take_away(whole, path, manifest, at, former, lists, partial(unpacked, kept=kept))
            if target:
                _move_rows(whole, target, manifest.branch, kept)
            elif named and _forget_database(whole, kept):
                named = ""
            if folder.exists():
                folder.rmdir()
            whole.rename(folder)
            make_durable(folder)
            make_durable(folder.parent)
    return Restored(manifest, found, target, named, taken)


def _begin_again(folder: Path, manifest: Manifest, at: int, actor: str, role: str, kept: Kept) -> None:
    store, own = Store.in_folder(folder), kept.own(manifest.branch)
    try:
        anchor = read_anchor(manifest.anchor)
        rows = {"journal": str(anchor.journal_seq), "trail": str(anchor.trail_seq), "made": str(manifest.at)}
        Acts(store, own).note("backup-restored", actor=actor, role=role, at=at, **rows)
        with store.write() as connection:
            connection.execute(delete(schema.tokens).where(schema.tokens.c.kind != DEVICE))
    finally:
        store.close()


def _move_rows(folder: Path, database: str, name: str, kept: Kept) -> None:
    """Put the rows into another database; the file in the folder is gone afterwards."""
    target, source = Store(database, upgrade=False), Store.in_folder(folder)
    serving = None
    try:
        if rows_of(target, kept.rows(name)):
            raise NotEmpty(f"the database has rows of {name} already; restore into one that has none")
        if target.is_postgresql:
            from lobby.records.serving import Serving  # needs the driver, an extra

            serving = Serving(target.url, name, shared=False)  # no server of this branch runs meanwhile
        kept.prepare(target, folder)
        copy_rows(source, target, kept.rows(name))
    finally:
        if serving is not None:
            serving.close()
        source.close()
        target.close()
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()


def _forget_database(folder: Path, kept: Kept) -> bool:
    """Take out of the file which database it names, for the rows are in the folder: a copy that is opened must
    not reach the branch that lives. False where the file is written so that this is left to a person."""
    file = folder / kept.file
    text = file.read_text(encoding="utf-8-sig")
    left = "".join(line for line in text.splitlines(keepends=True) if not _NAMES_DATABASE.match(line))
    wanted = tomllib.loads(text)
    for name in ("database", "shared"):
        wanted[kept.table].pop(name, None)
    try:
        done = tomllib.loads(left) == wanted
    except tomllib.TOMLDecodeError:
        return False
    if done:
        file.write_text(left, encoding="utf-8")
    return done


def _database_named(folder: Path, kept: Kept) -> str:
    """What the file says as `database`; the rest of the file is not asked: it may name what this
    machine has not."""
    try:
        table = tomllib.loads((folder / kept.file).read_text(encoding="utf-8-sig")).get(kept.table, {})
    except (OSError, ValueError) as fault:
        raise BadBackup(f"{kept.file} in the backup cannot be read: {fault}") from None
    named = table.get("database", "") if isinstance(table, dict) else ""
    return named if isinstance(named, str) else ""
