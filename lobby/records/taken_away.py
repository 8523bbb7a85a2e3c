"""What was taken away since a backup was made stays away when it is brought back: words that were erased, tokens that
were ended, accounts that were closed. A later state of the same branch says what that is: its former database, or else
the newest good backup beside. Of words the lists of erasures say it too (`lobby.records.erasures`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import Connection, delete, select, update

from lobby.errors import LobbyError
from lobby.records import schema
from lobby.records.anchor import goes_on, read_anchor
from lobby.records.archive import BadBackup, Manifest
from lobby.records.backup import backups
from lobby.records.erasures import bring, erased, list_of
from lobby.records.store import Store

PORTION = 500

_people, _tokens, _staff = schema.people.c, schema.tokens.c, schema.staff.c


class NotTheFormer(Exception):
    """What was named as the former database does not hold what the backup has: it says nothing of what came after."""


class TakenAway(msgspec.Struct, frozen=True):
    """How many private texts, tokens and accounts; known is what went until `known_at` (ms UTC), by the newer backup
    `newer` if one says so; `known`: all of it, from the former database. Lists of erasures know of words until
    `erased_until` (ISO; empty: there are none)."""

    words: int
    tokens: int
    accounts: int
    known_at: int
    known: bool
    newer: str = ""
    erased_until: str = ""

    def sentences(self, *, damaged: bool = False) -> Iterator[str]:
        """What a person should know, a line each; `damaged`: the former database was named and cannot be read."""
        since = f"{datetime.fromtimestamp(self.known_at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        yield f"taken away again: {self.words} private texts, {self.tokens} tokens, {self.accounts} accounts"
        if damaged:
            yield "the former database is damaged: it does not say what was taken away"
        if self.newer:
            yield f"what was taken away until {since} is so again, as {self.newer} has it"
        if self.erased_until:
            yield f"words are erased as listed; the last line of the list is of {self.erased_until}"
        if not self.known:
            yield (
                f"Not known here is what was taken away after {since}"
                f"{', but for the words that are listed' if self.erased_until else ''}: erase once more what customers "
                "asked you to, and end the tokens and accounts that were ended."
            )


def take_away(
    folder: Path,
    path: Path,
    manifest: Manifest,
    at: int,
    former: Store | None,
    lists: Iterable[Path],
    unpacked: Callable[[Path, Path], tuple[Manifest, object]],
) -> TakenAway:
    """Take away from what was unpacked into `folder`, from the backup at `path`, what is gone since; `at` in ms UTC.
    `former` is the old database (`NotTheFormer` where it is another), `lists` are lists of erasures or folders where
    one lies, besides that of `path`; `BadBackup` where one cannot be read. `unpacked` unpacks another backup."""
    anchor = read_anchor(manifest.anchor)
    with closing(Store.in_folder(folder)) as store:
        if former is not None:
            if not goes_on(former, anchor):
                raise NotTheFormer("the former database does not go on from this backup: it is another, or older")
            known_at, newer, gone = at, "", _as_in(store, former, anchor.branch, at)
        else:
            known_at, newer, gone = _as_in_a_newer(store, folder, path, manifest, at, unpacked)
        own = list_of(manifest.branch, folder)
        for place in (path.parent, *lists):
            listed = list_of(manifest.branch, place) if place.is_dir() else place
            try:
                bring(listed, own)
            except OSError as fault:
                raise BadBackup(f"the list {listed} cannot be read: {fault.strerror or fault}") from None
        said = erased([own])
        with store.write() as connection:
            words = gone[0] + _erase(connection, anchor.branch, said.references)
        store.scrub()
    return TakenAway(words, *gone[1:], known_at, former is not None, newer, said.until)


def _as_in_a_newer(
    store: Store,
    folder: Path,
    path: Path,
    manifest: Manifest,
    at: int,
    unpacked: Callable[[Path, Path], tuple[Manifest, object]],
) -> tuple[int, str, tuple[int, int, int]]:
    """By the newest backup beside `path` that is whole, and goes on from it in truth: clocks may have been wrong."""
    anchor = read_anchor(manifest.anchor)
    for newer in reversed([one for one in backups(path.parent, manifest.branch) if one.name > path.name]):
        with TemporaryDirectory(dir=folder.parent) as place:
            try:
                made, _ = unpacked(newer, Path(place))
                with closing(Store.in_folder(Path(place))) as later:
                    if goes_on(later, anchor):
                        return made.at, newer.name, _as_in(store, later, anchor.branch, at)
            except (BadBackup, LobbyError):
                continue
    return manifest.at, "", (0, 0, 0)


def _as_in(store: Store, later: Store, branch: str, at: int) -> tuple[int, int, int]:
    """Words, tokens and accounts that `later`, which goes on from `store`, has no more or has ended."""
    with later.read() as connection:
        known = set(connection.execute(select(_people.reference).where(_people.branch == branch)).scalars())
        ended = {row.hash: row.revoked_at for row in connection.execute(select(_tokens.hash, _tokens.revoked_at))}
        at_work = set(connection.execute(select(_staff.username).where(_staff.disabled.is_(False))).scalars())
    with store.write() as connection:
        kept = set(connection.execute(select(_people.reference).where(_people.branch == branch)).scalars())
        words = _erase(connection, branch, kept - known)
        own = connection.execute(select(_tokens.hash).where(_tokens.revoked_at.is_(None))).scalars()
        stale = [one for one in own if ended.get(one, at) is not None]
        for one in stale:
            values = {"revoked_at": ended.get(one, at)}
            connection.execute(update(schema.tokens).where(_tokens.hash == one).values(values))
        left = update(schema.staff).where(_staff.disabled.is_(False), _staff.username.not_in(at_work))
        accounts = connection.execute(left.values(disabled=True)).rowcount
    return words, len(stale), accounts


def _erase(connection: Connection, branch: str, references: Collection[str]) -> int:
    gone, wanted = 0, sorted(references)
    for begin in range(0, len(wanted), PORTION):
        portion = _people.reference.in_(wanted[begin : begin + PORTION])
        gone += connection.execute(delete(schema.people).where(_people.branch == branch, portion)).rowcount
    return gone
