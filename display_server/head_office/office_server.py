"""Everything that one head office's server is made of, put together in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import current_app

from display_server.branch_server import HOLDER_CACHE_MS, wall_clock
from display_server.gate.limits import Limits
from display_server.operating.pulse import Pulse, touch
from lobby.access import BRANCH
from lobby.brake import Brake
from lobby.errors import LobbyError, NotSignedIn
from lobby.head_office.folds import Folds
from lobby.head_office.office_file import load
from lobby.head_office.office_store import TRAIL, office_store
from lobby.records.acts import Acts
from lobby.records.received import Received
from lobby.records.staff import FIRST, Staff
from lobby.records.tokens import PAIRING, Holder, Tokens

log = logging.getLogger(__name__)

MOST_HOLDERS = 50_000

LOOK_S = 2.0
"""How often what has arrived is folded."""

LATE_S = 60
"""After so long without a look the page shows what was; a first look at years of journals takes longer."""

REQUESTS_PER_S = 100.0
"""Of each token: a branch that catches up sends some ten parcels a second."""


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
        taking_only: bool = False,
        taking: Callable[[Callable[[], Any]], Any] = _plainly,
        commits: Callable[[Callable[[], Any]], Any] = _plainly,
        offload: Callable[[Callable[[], Any]], Any] = _plainly,
    ) -> None:
        self.folder = folder
        self.taking_only = taking_only
        self.office = load(folder)
        self.clock = clock
        self.taking = taking
        self.commits = commits
        self.offload = offload
        self.store = office_store(folder, self.office)
        self.received = Received(self.store, self._set_aside)
        self.folds = Folds(self.store, clock)
        self.staff = Staff(self.store)
        self.tokens = Tokens(self.store)
        self.acts = Acts(self.store, TRAIL)
        self.brake = Brake()
        self.limits = Limits(clock, REQUESTS_PER_S)
        self.pulse = Pulse(lambda: 0, lambda: self.commits(lambda: touch(self.store)))
        self.looked_at = clock()
        self._holders: dict[str, tuple[int, Holder]] = {}

    def holder(self, token: str) -> Holder:
        """Whom a token stands for, or `NotSignedIn`. A good one is not looked up again for a few seconds."""
        now = self.clock()
        known = self._holders.get(token)
        if known is not None and known[0] > now:
            return known[1]
        self._holders.pop(token, None)
        found: Holder | None = self.offload(lambda: self.tokens.holder(token, now)) if token else None
        if found is None or found.kind == PAIRING:
            raise NotSignedIn()
        if len(self._holders) > MOST_HOLDERS:
            self._holders.clear()
        self._holders[token] = (now + HOLDER_CACHE_MS, found)
        return found

    def forget_holders(self) -> None:
        """Look every token up again: one was revoked, or a password changed."""
        self._holders.clear()

    def _set_aside(self, branch: str, first: int, last: int) -> None:
        rows = {"first": str(first), "last": str(last)}
        self.acts.note("head-office-set-aside", actor=branch, role=BRANCH, at=self.clock(), about=branch, **rows)

    def look(self) -> None:
        """Fold what has arrived. What cannot be done now is done at the next look."""
        try:
            self.folds.look()
            self.looked_at = self.clock()
        except LobbyError as refusal:
            log.warning("what has arrived cannot be looked at: %s", refusal)
        except Exception:  # nor may a fault of ours freeze what people look at
            log.exception("looking at what has arrived")

    def unseen_s(self) -> int:
        """Seconds since what has arrived was looked at; 0 where another server looks."""
        return 0 if self.taking_only else max(0, self.clock() - self.looked_at) // 1000

    def is_behind(self) -> bool:
        """Whether what people see is older than it may be."""
        return self.unseen_s() > LATE_S

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
