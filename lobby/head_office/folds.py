"""The branches of a chain, folded from the journals that have arrived: what the head office's page shows, and the days
that are over as rows for its reports.

A branch's journal is folded here by the very code that folds it there, so that a figure is the same in both places. A
snapshot is kept now and then, so that a start does not read years.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lobby.errors import StorageDamaged
from lobby.queue.branch import Branch
from lobby.queue.events import DayClosed, DayOpened
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.received import Arrived, Received
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.chain_now import ChainNow, DaySoFar, Heard, branch_now, chain_now, day_so_far

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 20_000
"""Events of a branch between two snapshots."""


class Fold(NamedTuple):
    """A branch as its journal leaves it so far; what it was set up with, and where its last snapshot was."""

    branch: Branch
    so_far: DaySoFar
    setup_mark: str
    kept_seq: int


class Folds:
    """The folds of all branches in a store. `look` belongs to one thread; what it has made may be read from any."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._received = Received(store)
        self._folds: dict[str, Fold] = {}
        self._unreadable: set[str] = set()
        self.now: ChainNow = chain_now((), clock())

    def look(self) -> bool:
        """Fold what has arrived since the last look; whether anything had."""
        arrived = self._received.branches()
        news = [one for one in arrived if one.setup_mark and not self._is_current(one)]
        setups = self._received.setups([one.branch for one in news]) if news else {}
        for one in news:
            self._fold(one, setups[one.branch])
        self.now = self._as_it_is(arrived)
        return bool(news)

    def close(self) -> None:
        """Keep snapshots for a fast start."""
        for id, fold in self._folds.items():
            if fold.branch.seq > fold.kept_seq:
                Journal(self._store, id).save_snapshot(fold.branch)

    def _is_current(self, one: Arrived) -> bool:
        fold = self._folds.get(one.branch)
        if one.branch in self._unreadable:
            return True
        return fold is not None and fold.branch.seq == one.seq and fold.setup_mark == one.setup_mark

    def _fold(self, one: Arrived, setup: Setup) -> None:
        """Bring one branch up to date. A journal that this version cannot read is left alone, and named."""
        journal = Journal(self._store, one.branch)
        fold = self._folds.get(one.branch)
        branch = fold.branch if fold is not None else journal.load_snapshot() or Branch(setup)
        kept_seq = fold.kept_seq if fold is not None else branch.seq
        branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)
        day_went_by = fold is None
        try:
            for recorded in journal.stream(branch.seq, one.seq - branch.seq):
                branch.apply(recorded)
                day_went_by |= isinstance(recorded.event, DayOpened | DayClosed)
            if day_went_by:
                Visits(self._store, one.branch).project(journal, branch.setup)
        except (StorageDamaged, LookupError, ValueError):
            log.exception("the journal of %s cannot be read by this version", one.branch)
            self._unreadable.add(one.branch)
            return
        if branch.seq - kept_seq >= SNAPSHOT_EVERY:
            journal.save_snapshot(branch)
            kept_seq = branch.seq
        self._folds[one.branch] = Fold(branch, day_so_far(branch), one.setup_mark, kept_seq)

    def _as_it_is(self, arrived: Sequence[Arrived]) -> ChainNow:
        now = self._clock()
        lines = []
        for one in arrived:
            fold = self._folds.get(one.branch)
            heard = Heard(one.heard_at, one.behind, one.forked, one.branch not in self._unreadable)
            known = (fold.branch, fold.so_far) if fold is not None else (None, None)
            lines.append(branch_now(one.branch, heard, now, *known))
        return chain_now(lines, now)
