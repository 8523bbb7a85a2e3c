"""A backup becomes a branch again, in a place where nothing is.

What was taken away since the backup was made stays away, as far as the former database can still be read: words that
were erased, tokens that were ended, staff who left. Nobody is signed in in a restored branch.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select, update

from lobby.config import FILE
from lobby.records import schema
from lobby.records.acts import Acts
from lobby.records.anchor import read_anchor
from lobby.records.archive import DATABASE, FILES, BadBackup, Manifest, make_durable, read_archive
from lobby.records.copying import copy_rows, rows_of
from lobby.records.not_written import named as written
from lobby.records.store import Store
from lobby.records.tokens import DEVICE
from lobby.records.verdict import Verdict, verdict

SQLITE = "sqlite"
"""Says that the rows go into the file in the data folder."""

PORTION = 500

_NAMES_DATABASE = re.compile(r"\s*(database|shared)\s*=")


class NotEmpty(Exception):
    """There is something already where a branch is to be restored."""


class TakenAway(NamedTuple):
    """What the former database had no more, or had ended: how many private texts, tokens and accounts."""

    words: int = 0
    tokens: int = 0
    accounts: int = 0


class Restored(msgspec.Struct, frozen=True):
    """What became of a restore. `database` is where the rows are, empty for the file in the folder; `named` what the
    branch file that was restored says."""

    manifest: Manifest
    verdict: Verdict
    database: str
    named: str
    taken_away: TakenAway


def unpacked(path: Path, into: Path) -> tuple[Manifest, Verdict]:
    """Unpack a backup into an empty folder as a branch's data folder, and examine its records; `BadBackup` when they
    are not what the manifest's anchor says."""
    manifest = read_archive(path, into)
    if not (into / FILES / FILE).is_file():
        raise BadBackup(f"{path} is no backup of a branch: it has no {FILE}")
    for inside in sorted((into / FILES).iterdir()):
        inside.rename(into / inside.name)
    (into / FILES).rmdir()
    store = Store.in_folder(into)
    try:
        found = verdict(store, manifest.branch, [read_anchor(manifest.anchor)])
    finally:
        store.close()
    if not all(held.agrees for held in found.anchors):
        raise BadBackup(f"{path} is not as it was made: " + "; ".join(found.sentences()))
    return manifest, found


def restore(
    path: Path, folder: Path, at: int, *, actor: str, role: str, database: str = "", former: Store | None = None
) -> Restored:
    """Make the backup at `path` the branch in `folder`, which is not there or empty: `NotEmpty` otherwise. The rows go
    to the database that the branch file names, or to `database` (an address, or `SQLITE`), which must have none of
    this branch. `former`: what is left of the branch's old database. Whole, or nothing is there afterwards."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty; a branch is restored into a new folder")
    with written(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            whole = Path(scratch) / "branch"
            whole.mkdir(mode=0o700)
            manifest, found = unpacked(path, whole)
            named = _database_named(whole)
            target = named if not database else "" if database == SQLITE else database
            taken = _prepare(whole, manifest, at, actor, role, former)
            if target:
                _move_rows(whole, target, manifest.branch)
            elif named and _forget_database(whole):
                named = ""
            if folder.exists():
                folder.rmdir()
            whole.rename(folder)
            make_durable(folder)
            make_durable(folder.parent)
    return Restored(manifest, found, target, named, taken)


def _prepare(folder: Path, manifest: Manifest, at: int, actor: str, role: str, former: Store | None) -> TakenAway:
    store = Store.in_folder(folder)
    try:
        anchor = read_anchor(manifest.anchor)
        rows = {"journal": str(anchor.journal_seq), "trail": str(anchor.trail_seq), "made": str(manifest.at)}
        Acts(store, manifest.branch).note("backup-restored", actor=actor, role=role, at=at, **rows)
        with store.write() as connection:
            connection.execute(delete(schema.tokens).where(schema.tokens.c.kind != DEVICE))
        taken = _taken_away(store, former, manifest.branch, at) if former is not None else TakenAway()
        store.scrub()
    finally:
        store.close()
    return taken


def _taken_away(store: Store, former: Store, branch: str, at: int) -> TakenAway:
    people, tokens, staff = schema.people.c, schema.tokens.c, schema.staff.c
    with former.read() as old:
        known = set(old.execute(select(people.reference).where(people.branch == branch)).scalars())
        ended = {row.hash: row.revoked_at for row in old.execute(select(tokens.hash, tokens.revoked_at))}
        at_work = set(old.execute(select(staff.username).where(staff.disabled.is_(False))).scalars())
    with store.write() as new:
        erased = sorted(set(new.execute(select(people.reference)).scalars()) - known)
        for begin in range(0, len(erased), PORTION):
            new.execute(delete(schema.people).where(people.reference.in_(erased[begin : begin + PORTION])))
        own = new.execute(select(tokens.hash).where(tokens.revoked_at.is_(None))).scalars()
        stale = [one for one in own if ended.get(one, at) is not None]
        for one in stale:
            new.execute(update(schema.tokens).where(tokens.hash == one).values(revoked_at=ended.get(one, at)))
        left = update(schema.staff).where(staff.disabled.is_(False), staff.username.not_in(at_work))
        accounts = new.execute(left.values(disabled=True)).rowcount
    return TakenAway(len(erased), len(stale), accounts)


def _move_rows(folder: Path, database: str, branch: str) -> None:
    """Put the rows into another database; the file in the folder is gone afterwards."""
    target, source = Store(database, upgrade=False), Store.in_folder(folder)
    try:
        if rows_of(target, branch):
            raise NotEmpty(f"the database has rows of {branch} already; restore into one that has none")
        copy_rows(source, target, branch)
    finally:
        source.close()
        target.close()
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()


def _forget_database(folder: Path) -> bool:
    """Take out of the branch file which database it names, for the rows are in the folder: a copy that is opened must
    not reach the branch that lives. False where the file is written so that this is left to a person."""
    file = folder / FILE
    text = file.read_text(encoding="utf-8-sig")
    left = "".join(line for line in text.splitlines(keepends=True) if not _NAMES_DATABASE.match(line))
    wanted = tomllib.loads(text)
    for name in ("database", "shared"):
        wanted["server"].pop(name, None)
    try:
        done = tomllib.loads(left) == wanted
    except tomllib.TOMLDecodeError:
        return False
    if done:
        file.write_text(left, encoding="utf-8")
    return done


def _database_named(folder: Path) -> str:
    """What `[server] database` of the branch file says; the rest of the file is not asked: it may name what this
    machine has not."""
    try:
        server = tomllib.loads((folder / FILE).read_text(encoding="utf-8-sig")).get("server", {})
    except (OSError, ValueError) as fault:
        raise BadBackup(f"the branch file in the backup cannot be read: {fault}") from None
    named = server.get("database", "") if isinstance(server, dict) else ""
    return named if isinstance(named, str) else ""
