"""A backup tried out: unpacked to a scratch place, checked, folded, and held against the live branch. What reports read
is made anew from the backup's journal and compared with what the live branch has, day by day."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.records.anchor import goes_on, read_anchor
from lobby.records.archive import Manifest
from lobby.records.journal import Journal
from lobby.records.kept import A_BRANCH, Kept
from lobby.records.restore import unpacked
from lobby.records.store import Store
from lobby.records.verdict import Verdict
from lobby.records.verdicts import Verdicts
from lobby.records.visits import DayEvents, Visits, by_day

log = logging.getLogger(__name__)


class Drilled(msgspec.Struct, frozen=True):
    """What a drill found. `parted`: the ids whose live chains do not begin with those of the backup, `replaced` those
    where that is known and meant; `unread`, of several branches, those whose journal this version cannot fold, nor can
    the live server; `folds`: the journals give the very states that their snapshots hold (None: there is none); `days`:
    of how many days the figures were compared, `other` those whose figures differ (ISO dates; of several branches with
    the id before)."""

    path: Path
    manifest: Manifest
    noun: str
    verdict: Verdict | Verdicts
    parted: tuple[str, ...]
    replaced: tuple[str, ...]
    unread: tuple[str, ...]
    rows_since: int
    folds: bool | None
    days: int
    other: tuple[str, ...]

    @property
    def went_on(self) -> bool:
        """Whether what lives goes on from the backup."""
        return not self.parted

    @property
    def good(self) -> bool:
        return self.verdict.whole and self.went_on and self.folds is not False and not self.other

    def sentences(self) -> Iterator[str]:
        """What a person should know, a line each."""
        made = datetime.fromtimestamp(self.manifest.at / 1000, UTC)
        files, same = len(self.manifest.members) - 1, self.days - len(self.other)
        yield f"{self.path.name}, made {made:%Y-%m-%d %H:%M} UTC: every byte is as it was made"
        yield f"it holds the database and {files} files of the {self.noun}'s folder"
        yield from (f"in the backup: {one}" for one in self.verdict.sentences())
        if self.parted:
            yield f"the live {self.noun} has another journal or audit trail than the backup: {', '.join(self.parted)}"
        else:
            yield f"the live {self.noun} goes on from it, {self.rows_since} rows further"
        for id in self.replaced:
            yield f"the journal of {id} gave way to another since, and was not compared"
        for id in self.unread:
            yield f"the journal of {id} cannot be read by this version, and no figures were made of it"
        if self.folds is not None:
            yield f"its journal {'gives' if self.folds else 'does not give'} the state that its snapshot holds"
        yield f"figures made anew from it are the live {self.noun}'s own on {same} of {self.days} days that are over"
        yield from (f"the figures of {day} differ" for day in self.other)


def drill(path: Path, live: Store, setups: Mapping[str, Setup], scratch: Path, kept: Kept = A_BRANCH) -> Drilled:
    """Try the backup at `path` out in the empty folder `scratch`, beside the database that lives and may be open, whose
    branches have these setups, by id; `BadBackup` when it cannot be used at all."""
    manifest, verdict = unpacked(path, scratch, kept)
    anchors = [read_anchor(one) for one in (manifest.anchor, *manifest.anchors)]
    replaced = {one.branch for one in anchors} & set(kept.replaced(live, manifest.at))
    still = [one for one in anchors if one.branch not in replaced]
    store = Store.in_folder(scratch)
    try:
        folds: set[bool | None] = set()
        days, other, unread = 0, [], []
        for id in (one.branch for one in still if one.branch in setups):
            journal = Journal(store, id)
            try:
                compared, differ = _compared(journal, live, setups[id])
                folds.add(_folds(journal))
            except Exception:
                if len(anchors) == 1 or _can_be_read(journal, setups[id]):  # then it is what lives
                    raise
                unread.append(id)
                continue
            days += compared
            other += [f"{id} {day}" if len(anchors) > 1 else day for day in differ]
        return Drilled(
            path,
            manifest,
            kept.noun,
            verdict,
            tuple(one.branch for one in still if not goes_on(live, one)),
            tuple(sorted(replaced)),
            tuple(unread),
            sum(Journal(live, one.branch).head()[0] - one.journal_seq for one in still),
            None if folds <= {None} else False not in folds,
            days,
            tuple(other),
        )
    finally:
        store.close()


def _can_be_read(journal: Journal, setup: Setup) -> bool:
    try:
        for day in by_day(journal, setup, 0):
            day.folded()
        _folds(journal)
    except Exception:  # what one branch has sent keeps nobody from trying the others
        log.exception("the journal of %s cannot be read by this version", setup.id)
        return False
    return True


def _folds(journal: Journal) -> bool | None:
    snapshot = journal.snapshots.newest()
    if snapshot is None:
        return None
    branch = Branch(snapshot.setup)
    branch.outlook = snapshot.outlook  # which a server foresaw, and no event tells
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
