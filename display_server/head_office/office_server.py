"""Everything that one head office's server is made of, put together in one place."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

from flask import current_app

from display_server.branch_server import wall_clock
from display_server.gate.holders import Holders
from display_server.gate.limits import Limits
from display_server.operating.pulse import Pulse, touch
from display_server.operating.seen import LastActs
from display_server.running.threads import Runs, plainly
from display_server.single_sign_on.provider import Provider
from lobby.access import BRANCH
from lobby.brake import Brake
from lobby.errors import LobbyError, TooManyRequests
from lobby.head_office.folds import Folds
from lobby.head_office.office_file import load
from lobby.head_office.office_kept import NAME
from lobby.head_office.office_store import TRAIL, office_store
from lobby.records.acts import Acts
from lobby.records.received import Received
from lobby.records.same_look import SameLook
from lobby.records.staff import FIRST, Staff
from lobby.records.tokens import Holder, Tokens

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often what has arrived is folded."""

AT_ONCE = 8
"""Parcels of one branch that may be under way. It sends one after the other, and some that were cut off may still be
waited for; whoever has stolen its token does not fill the memory with more."""

LATE_S = 60
"""After so long without a look the page shows what was; a first look at years of journals takes longer."""


class OfficeServer:
    """One head office, its database, and who may use it. `taking` runs what parcels and all tokens ask of the database,
    `commits` and `offload` what people ask, `outside` what waits for another machine; in tests they simply run it."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], int] = wall_clock,
        taking_only: bool = False,
        taking: Runs = plainly,
        commits: Runs = plainly,
        offload: Runs = plainly,
        outside: Runs = plainly,
    ) -> None:
        self.folder = folder
        self.taking_only = taking_only
        self.config = load(folder)
        self.clock = clock
        self.taking = taking
        self.commits = commits
        self.offload = offload
        self.outside = outside
        self.store = office_store(folder, self.config)
        self.received = Received(self.store, self._set_aside)
        self.folds = Folds(self.store, clock)
        self.staff = Staff(self.store)
        self.tokens = Tokens(self.store)
        self.acts = Acts(self.store, TRAIL)
        self.brake = Brake()
        self.limits = Limits(clock, self.config.server.requests_per_s)
        provider = self.config.single_sign_on
        self.single_sign_on: Provider | None = Provider(provider, clock) if provider is not None else None
        self.pulse = Pulse(lambda: 0, lambda: self.commits(lambda: touch(self.store)))
        self.looked_at = clock()
        self.last_acts = LastActs(self.store, TRAIL)
        self.refused_parcels = 0
        self._held = ExitStack()
        self._refused = SameLook()
        self._sending: Counter[str] = Counter()
        self._holders = Holders(self.tokens, clock, taking, commits)

    def holder(self, token: str) -> Holder:
        """Whom a token stands for, or `NotSignedIn`."""
        return self._holders.one(token)

    def holders(self, tokens: list[str]) -> list[Holder]:
        """Whomever these tokens stand for, without those that stand for nobody any more."""
        return self._holders.all(tokens)

    def used(self, tokens: list[str]) -> None:
        """Note that somebody is at these."""
        self._holders.used(tokens)

    def forget_holders(self) -> None:
        """Look every token up again: one was revoked, or a password changed."""
        self._holders.forget()

    def _set_aside(self, branch: str, first: int, last: int) -> None:
        rows = {"first": str(first), "last": str(last)}
        self.acts.note("head-office-set-aside", actor=branch, role=BRANCH, at=self.clock(), about=branch, **rows)

    @contextmanager
    def sending(self, branch: str) -> Iterator[None]:
        """While a parcel of this branch comes in and is taken; `TooManyRequests` where many are under way already."""
        if self._sending[branch] >= AT_ONCE:
            raise TooManyRequests(seconds=1)
        self._sending[branch] += 1
        try:
            yield
        finally:
            self._sending[branch] -= 1

    def note_refused(self, branch: str, refusal: LobbyError) -> None:
        """Write down that a parcel of this branch was refused, once in ten minutes for each kind of refusal."""
        self.refused_parcels += 1
        what, now = (branch, refusal.name), self.clock()
        if self._refused.has(what, now):
            return
        self._refused.add(what, now)
        log.warning("a parcel of %s was refused: %s", branch, refusal)
        line = partial(self.acts.note, "head-office-parcel-refused", actor=branch, role=BRANCH, at=now, about=branch)
        with suppress(LobbyError):  # the branch is refused whether it can be written down or not
            self.commits(partial(line, why=refusal.name))

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

    def claim(self, spawn: Callable[[Callable[[], None]], object]) -> None:
        """On PostgreSQL, have it known that this server looks at what arrives, or that it takes beside the one that
        does: `BranchLocked` where another looks already. `spawn` runs what holds on to that on a thread of its own,
        until `close`."""
        if not self.store.is_postgresql:
            return
        from lobby.records.serving import Serving  # needs PostgreSQL's driver, an extra

        name = f"{NAME} taking" if self.taking_only else NAME
        serving = Serving(self.store.url, name, shared=self.taking_only)
        self._held.callback(serving.close)
        spawn(serving.run)

    def close(self) -> None:
        """Keep snapshots, let another look, close the database."""
        self.folds.close()
        self._held.close()
        self.store.close()


def office_server() -> OfficeServer:
    """The head office's server behind the running app."""
    return cast(OfficeServer, current_app.extensions["head_office"])
