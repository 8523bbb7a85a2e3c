"""The branches of a chain, folded from the journals that have arrived: what the head office's page shows, and the days
that are over as rows for its reports.

A branch's journal is folded here by the very code that folds it there, so that a figure is the same in both places. A
snapshot is kept now and then, so that a start does not read years.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from lobby.errors import StorageAway, StorageBusy, StorageFull
from lobby.queue.branch import Branch
from lobby.queue.events import DayClosed, DayOpened
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.received import Arrived, Received
from lobby.records.set_aside import forget_from, set_aside
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.cases import Cases, cases_in
from lobby.reports.chain_now import BranchNow, ChainNow, DaySoFar, Heard, branch_now, chain_now, day_so_far

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 20_000
"""Events of a branch between two snapshots."""


class Fold(NamedTuple):
    """A branch as its journal leaves it so far; what it was set up with, when rows of it were last set aside, and where
    its last snapshot was."""

    branch: Branch
    so_far: DaySoFar
    setup_mark: str
    set_aside_at: int
    kept_seq: int


class Folds:
    """The folds of all branches in a store: how they are `now`, and the `cases` of each by its id. `look` belongs to
    one thread; what it has made may be read from any."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._received = Received(store)
        self._folds: dict[str, Fold] = {}
        self._unreadable: dict[str, tuple[str, int]] = {}
        self.cases: dict[str, Cases] = {}
        self._stopped = False
        self.now: ChainNow = chain_now((), clock())

    def look(self) -> bool:
        """Fold what has arrived since the last look; whether anything had."""
        arrived = self._received.branches()
        news = [one for one in arrived if one.setup_mark and not self._is_current(one)]
        setups = self._received.setups([one.branch for one in news]) if news else {}
        for one in news:
            if self._stopped:
                return True
            self._fold(one, setups[one.branch])
        self.now = self._as_it_is(arrived)
        return bool(news)

    def stop(self) -> None:
        """Have a look that is under way end after the branch that it is at: the first may take long."""
        self._stopped = True

    def close(self) -> None:
        """Keep snapshots for a fast start."""
        for id, fold in self._folds.items():
            if fold.branch.seq > fold.kept_seq:
                Journal(self._store, id).snapshots.keep(fold.branch)

    def _is_current(self, one: Arrived) -> bool:
        fold, mark = self._folds.get(one.branch), (one.setup_mark, one.set_aside_at)
        if self._unreadable.get(one.branch) == mark:
            return True
        return fold is not None and fold.branch.seq == one.seq and (fold.setup_mark, fold.set_aside_at) == mark

    def _fold(self, one: Arrived, setup: Setup) -> None:
        """Bring one branch up to date. A journal or setup that this version cannot read is left alone, and named; it
        holds up no other branch, whatever is wrong with it."""
        fold = self._folds.pop(one.branch, None)
        try:
            if fold is not None and fold.set_aside_at != one.set_aside_at:
                self._forget(one)
                self.cases.pop(one.branch, None)
                fold = None
            self._folds[one.branch] = self._folded(one, setup, fold)
            self.cases[one.branch] = cases_in(self._folds[one.branch].branch.care)
            self._unreadable.pop(one.branch, None)
        except (StorageAway, StorageBusy, StorageFull):
            raise
        except Exception:  # what one branch has sent keeps nobody from the figures of the others
            log.exception("the journal of %s cannot be read by this version", one.branch)
            self._unreadable[one.branch] = (one.setup_mark, one.set_aside_at)
            self.cases.pop(one.branch, None)

    def _folded(self, one: Arrived, setup: Setup, fold: Fold | None) -> Fold:
        journal = Journal(self._store, one.branch)
        branch = fold.branch if fold is not None else journal.snapshots.newest() or Branch(setup)
        kept_seq = fold.kept_seq if fold is not None else branch.seq
        branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)
        day_went_by = fold is None
        for recorded in journal.stream(branch.seq, one.seq - branch.seq):
            branch.apply(recorded)
            day_went_by |= isinstance(recorded.event, DayOpened | DayClosed)
        if day_went_by:
            Visits(self._store, one.branch).project(journal, branch.setup)
        if branch.seq - kept_seq >= SNAPSHOT_EVERY:
            journal.snapshots.keep(branch)
            kept_seq = branch.seq
        so_far = day_so_far(branch)
        return Fold(branch, so_far, one.setup_mark, one.set_aside_at, kept_seq)

    def _forget(self, one: Arrived) -> None:
        """Rows of this branch were set aside: what was made of them meanwhile, by a look that had begun before, goes
        too."""
        first = max(aside.first for aside in set_aside(self._store, one.branch))
        with self._store.write() as connection:
            forget_from(connection, one.branch, first)

    def _as_it_is(self, arrived: Sequence[Arrived]) -> ChainNow:
        now = self._clock()
        return chain_now([self._line(one, now) for one in arrived], now)

    def _line(self, one: Arrived, now: int) -> BranchNow:
        fold = self._folds.get(one.branch)
        heard = Heard(one.heard_at, one.behind, one.forked, one.branch not in self._unreadable, one.ahead_ms)
        if fold is not None:
            try:
                return branch_now(one.branch, heard, now, fold.branch, fold.so_far)
            except (LookupError, ValueError, OverflowError):  # a zone or a clock that there is none of
                heard = msgspec.structs.replace(heard, readable=False)
        return branch_now(one.branch, heard, now, None, None)
