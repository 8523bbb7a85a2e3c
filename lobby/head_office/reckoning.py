"""Reports of a chain, reckoned from the days that are over in each branch, as the head office's database has them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from lobby.errors import StorageAway, StorageBusy, StorageFull
from lobby.head_office.kept_cases import kept_cases
from lobby.head_office.office_file import Office
from lobby.queue.services import Setup, business_day, day_of
from lobby.records.journal import Journal
from lobby.records.received import LATEST, Arrived, Received
from lobby.records.set_aside import set_aside
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.asked import Asked
from lobby.reports.cases import UNKNOWN, Cases
from lobby.reports.chain import ChainFigures, ChainSums, chain_setup
from lobby.reports.chain_now import SILENT_MS
from lobby.reports.columns import Columns

log = logging.getLogger(__name__)

NO_BRANCH: Mapping[str, Cases] = MappingProxyType({})


class ChainReckoning:
    """Reports over all branches in a store. `known` are the cases of those that somebody has folded already, by id; of
    all others they are read."""

    def __init__(self, store: Store, office: Office, known: Mapping[str, Cases] = NO_BRANCH) -> None:
        self._store = store
        self._office = office
        self._known = known
        self.setups = Received(store).setups()
        self._arrived = {one.branch: one for one in Received(store).branches()}

    def bring_up_to_date(self, told: Callable[[str], None]) -> None:
        """Make rows of the days that are over and are none yet, branch by branch; `told` hears of each. The running
        server does it as they arrive."""
        for branch, setup in self.setups.items():
            told(branch)
            try:
                Visits(self._store, branch).project(Journal(self._store, branch), setup)
            except (StorageAway, StorageBusy, StorageFull):
                raise
            except Exception:  # what one branch has sent keeps nobody from the figures of the others
                log.exception("the journal of %s cannot be read by this version", branch)

    def days(self) -> list[str]:
        """The ISO dates of the business days that are over in any branch, in order."""
        return sorted({day for branch in self.setups for day in Visits(self._store, branch).known()})

    def period(self, asked: Asked, at: int) -> ChainFigures | None:
        """The figures of these business days at `at` (ms UTC); None where nothing is known of any."""
        office = self._office
        first, last = asked.first.isoformat(), asked.last.isoformat()
        setup = chain_setup(office.names, office.languages, office.zone, office.service_level_s, self.setups)
        sums = ChainSums(setup, at)
        asides = set_aside(self._store)
        for branch, offered in self.setups.items():
            rows = Visits(self._store, branch).columns(first, last)
            try:
                start, end = day_of(offered, first).start, day_of(offered, last).end
                over = min(end, _over(offered, rows, at))
            except (LookupError, ValueError, OSError):  # a zone that there is none of
                start, end, over = 0, LATEST, LATEST
            replaced = any(one.branch == branch and one.since < end and one.until >= start for one in asides)
            cases = self._known.get(branch) or kept_cases(self._store, branch)
            late = cases is UNKNOWN or not _complete(self._arrived[branch], end, at)
            sums.add(offered, rows, cases.since(start, at).within(start, over), late=late, replaced=replaced)
        return sums.figures(first, last)


def _over(setup: Setup, rows: Columns, at: int) -> int:
    """Up to when (ms UTC) days are over at `at`: to the end of the present one where `rows` have it, else to its
    beginning."""
    today = business_day(setup, at)
    return today.end if rows.days and rows.days[-1].day >= today.date else today.start


def _complete(one: Arrived, end: int, at: int) -> bool:
    """Whether all has arrived at `at` that a branch had recorded before `end` (both ms UTC): for rows arrive in order,
    a later one is here, or the branch has said that there are no more."""
    said = one.heard_at >= min(end, at - SILENT_MS) and not one.behind and not one.forked
    return one.at >= end or said
