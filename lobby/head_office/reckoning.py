"""Reports of a chain, reckoned from the days that are over in each branch, as the head office's database has them."""

from __future__ import annotations

from collections.abc import Callable

from lobby.head_office.office_file import Office
from lobby.records.journal import Journal
from lobby.records.received import Received
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.asked import Asked
from lobby.reports.chain import ChainFigures, ChainSums, chain_setup


class ChainReckoning:
    """Reports over all branches in a store."""

    def __init__(self, store: Store, office: Office) -> None:
        self._store = store
        self._office = office
        self.setups = Received(store).setups()

    def bring_up_to_date(self, told: Callable[[str], None]) -> None:
        """Make rows of the days that are over and are none yet, branch by branch; `told` hears of each. The running
        server does it as they arrive."""
        for branch, setup in self.setups.items():
            told(branch)
            Visits(self._store, branch).project(Journal(self._store, branch), setup)

    def days(self) -> list[str]:
        """The ISO dates of the business days that are over in any branch, in order."""
        return sorted({day for branch in self.setups for day in Visits(self._store, branch).known()})

    def period(self, asked: Asked, at: int) -> ChainFigures | None:
        """The figures of these business days at `at` (ms UTC); None where nothing is known of any."""
        office = self._office
        first, last = asked.first.isoformat(), asked.last.isoformat()
        setup = chain_setup(office.names, office.languages, office.zone, office.service_level_s, self.setups)
        sums = ChainSums(setup, at)
        for branch, offered in self.setups.items():
            sums.add(offered, Visits(self._store, branch).columns(first, last))
        return sums.figures(first, last)
