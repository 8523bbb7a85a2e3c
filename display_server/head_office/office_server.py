"""Everything that one head office's server is made of, put together in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import current_app

from display_server.branch_server import wall_clock
from lobby.brake import Brake
from lobby.errors import LobbyError
from lobby.head_office.folds import Folds
from lobby.head_office.office_file import load
from lobby.head_office.office_store import TRAIL, office_store
from lobby.records.acts import Acts
from lobby.records.received import Received
from lobby.records.staff import FIRST, Staff
from lobby.records.tokens import Tokens

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often what has arrived is folded."""


def _plainly(work: Callable[[], Any]) -> Any:
    return work()


class OfficeServer:
    """One head office, its database, and who may use it. `taking` runs what a branch's parcel asks of the database,
    `commits` and `offload` what people ask; in tests they simply run it."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], int] = wall_clock,
        taking: Callable[[Callable[[], Any]], Any] = _plainly,
        commits: Callable[[Callable[[], Any]], Any] = _plainly,
        offload: Callable[[Callable[[], Any]], Any] = _plainly,
    ) -> None:
        self.folder = folder
        self.office = load(folder)
        self.clock = clock
        self.taking = taking
        self.commits = commits
        self.offload = offload
        self.store = office_store(folder, self.office)
        self.received = Received(self.store)
        self.folds = Folds(self.store, clock)
        self.staff = Staff(self.store)
        self.tokens = Tokens(self.store)
        self.acts = Acts(self.store, TRAIL)
        self.brake = Brake()

    def look(self) -> None:
        """Fold what has arrived. What cannot be done now is done at the next look."""
        try:
            self.folds.look()
        except LobbyError as refusal:
            log.warning("what has arrived cannot be looked at: %s", refusal)

    def first_administrator(self) -> str | None:
        """On the very first start: make an administrator and return the one-time password."""
        return self.staff.add(FIRST, "Administrator", "administrator", self.clock()) if self.staff.empty() else None

    def close(self) -> None:
        """Keep snapshots, close the database."""
        self.folds.close()
        self.store.close()


def office_server() -> OfficeServer:
    """The head office's server behind the running app."""
    return cast(OfficeServer, current_app.extensions["head_office"])
