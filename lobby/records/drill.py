"""A backup tried out: unpacked to a scratch place, checked, folded, and held against the live branch. What reports read
is made anew from the backup's journal and compared with what the live branch has, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.records.anchor import HASH_BITS, Anchor, read_anchor
from lobby.records.archive import Manifest
from lobby.records.groups import grouped
from lobby.records.journal import Journal
from lobby.records.restore import unpacked
from lobby.records.store import Store
from lobby.records.verdict import Verdict
from lobby.records.verify import JOURNAL, TRAIL, hash_at
from lobby.records.visits import DayEvents, Visits, by_day


class Drilled(msgspec.Struct, frozen=True):
    """What a drill found. `went_on`: journal and trail of the live branch begin with those of the backup; `folds`: its
    journal gives the very state that its snapshot holds (None: it holds none); `days`: of how many days the figures
    were compared, `other` those (ISO dates) whose figures differ."""

    path: Path
    manifest: Manifest
    verdict: Verdict
    went_on: bool
    rows_since: int
    folds: bool | None
    days: int
    other: tuple[str, ...]

    @property
    def good(self) -> bool:
        return self.verdict.whole and self.went_on and self.folds is not False and not self.other

    def sentences(self) -> Iterator[str]:
        """What a person should know, a line each."""
        made = datetime.fromtimestamp(self.manifest.at / 1000, UTC)
        files, same = len(self.manifest.members) - 1, self.days - len(self.other)
        yield f"{self.path.name}, made {made:%Y-%m-%d %H:%M} UTC: every byte is as it was made"
        yield f"it holds the database and {files} files of the branch's folder"
        yield from (f"in the backup: {one}" for one in self.verdict.sentences())
        yield (
            f"the live branch goes on from it, {self.rows_since} rows further"
            if self.went_on
            else "the live branch has another journal or audit trail than the backup"
        )
        if self.folds is not None:
            yield f"its journal {'gives' if self.folds else 'does not give'} the state that its snapshot holds"
        yield f"figures made anew from it are the live branch's own on {same} of {self.days} days that are over"
        yield from (f"the figures of {day} differ" for day in self.other)


def drill(path: Path, live: Store, setup: Setup, scratch: Path) -> Drilled:
    """Try the backup at `path` out in the empty folder `scratch`, beside the branch with this setup, which may be open;
    `BadBackup` when it cannot be used at all."""
    manifest, verdict = unpacked(path, scratch)
    anchor = read_anchor(manifest.anchor)
    store = Store.in_folder(scratch)
    try:
        days, other = _compared(Journal(store, setup.id), live, setup)
        return Drilled(
            path,
            manifest,
            verdict,
            _goes_on(live, anchor),
            Journal(live, setup.id).head()[0] - anchor.journal_seq,
            _folds(Journal(store, setup.id), setup),
            days,
            other,
        )
    finally:
        store.close()


def _goes_on(live: Store, anchor: Anchor) -> bool:
    """Whether the live chains have the rows that the anchor saw."""
    seen = ((JOURNAL, anchor.journal_seq, anchor.journal_hash), (TRAIL, anchor.trail_seq, anchor.trail_hash))
    return all(
        (found := hash_at(live, chain, anchor.branch, seq)) is not None and grouped(found, HASH_BITS) == hashed
        for chain, seq, hashed in seen
    )


def _folds(journal: Journal, setup: Setup) -> bool | None:
    snapshot = journal.snapshots.newest()
    if snapshot is None:
        return None
    branch = Branch(snapshot.setup)
    for recorded in journal.stream(limit=snapshot.seq):
        branch.apply(recorded)
    return branch == snapshot


def _compared(journal: Journal, live: Store, setup: Setup) -> tuple[int, tuple[str, ...]]:
    """How many days that are over both have, and which of them differ. A day that the live branch made into rows under
    other settings is made anew from its own journal before it is said to differ."""
    known = groupby(Visits(live, setup.id).days(), key=lambda day: day.day)
    rows = {day: list(several) for day, several in known}
    days, other = 0, []
    for one in by_day(journal, setup, 0):
        if not one.over:
            continue
        folded = one.folded()
        days += 1
        if folded not in rows.get(folded.day, ()) and folded != _made_anew(live, setup, one):
            other.append(folded.day)
    return days, tuple(other)


def _made_anew(live: Store, setup: Setup, day: DayEvents) -> PastDay | None:
    same = Journal(live, setup.id).read(day.opened_seq - 1, day.last_seq - day.opened_seq + 1)
    return DayEvents(day.setup, same, over=True).folded() if same else None
