"""The other processes of one branch, where its file says that several share its database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from lobby.desk import Desk
from lobby.records.duty import Duty, SharedDuty
from lobby.records.store import Store

if TYPE_CHECKING:
    from lobby.records.following import Following


class OtherProcesses:
    """Who else serves the branch whose database this is. `are_allowed` says whether anybody may, by the branch file;
    `duty` is what one process does for all."""

    def __init__(self, store: Store, branch: str, *, are_allowed: bool) -> None:
        self.are_allowed = are_allowed and store.is_postgresql
        self.duty: Duty = SharedDuty(store, branch) if self.are_allowed else Duty()
        self._store, self._branch = store, branch
        self._following: Following | None = None
        self._held = ExitStack()

    def stand_beside(self, desk: Desk, spawn: Callable[[Callable[[], None]], object]) -> None:
        """Work beside them, or have it known that nobody may (`BranchLocked` when somebody does): `spawn` runs what
        follows them on a thread (or greenlet) of its own, until `close`."""
        if not self._store.is_postgresql:
            return
        from lobby.records.following import Following  # needs PostgreSQL's driver, an extra
        from lobby.records.serving import Serving

        serving = Serving(self._store.url, self._branch, shared=self.are_allowed)
        self._held.callback(serving.close)
        spawn(serving.run)
        if not isinstance(self.duty, SharedDuty):
            return
        self._following = Following(self._store, desk.journal, desk.catch_up)
        spawn(self._following.run)
        spawn(self.duty.run)

    def close(self) -> None:
        """Let them go on with what this one did for all."""
        self.duty.stop()
        if self._following is not None:
            self._following.stop()
        self._held.close()
