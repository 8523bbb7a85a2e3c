"""Group commit: callers who come while a commit is under way share the next one.

There is no committer of its own. Whoever finds no commit under way leads one, and hands the lead to the first of those
who came meanwhile. It needs locks and events only, so threads and greenlets do equally.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from lobby.errors import StorageBusy

log = logging.getLogger(__name__)


class Place:
    """One caller's place in a commit. Its owner waits in `GroupCommit.stay`; others may wait for `done`. `error` is
    what the caller is told instead of an answer."""

    __slots__ = ("_called", "done", "error", "gone", "leads")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.leads = False
        self.gone = False
        self.error: BaseException | None = None
        self._called = threading.Event()


T = TypeVar("T", bound=Place)


class GroupCommit(Generic[T]):
    """`commit` writes a batch durably, without the lock; `settle` takes note of how it went (None, or what it raised),
    with the lock held; `after` runs without the lock, once a batch. Where a commit failed, whoever joined the next one
    meanwhile is of the batch: what was decided for them may rest on it."""

    def __init__(
        self,
        lock: threading.Lock,
        commit: Callable[[list[T]], None],
        settle: Callable[[list[T], BaseException | None], None],
        after: Callable[[], None],
    ) -> None:
        self._lock = lock
        self._commit = commit
        self._settle = settle
        self._after = after
        self._queue: list[T] = []
        self._busy = False
        self._shared = False

    @property
    def idle(self) -> bool:
        """Whether no commit is under way and nobody waits for one."""
        return not self._busy

    def enter(self, place: T) -> None:
        """Join the next commit. Call with the lock held, then `stay` without it."""
        self._queue.append(place)
        if not self._busy:
            self._busy = place.leads = True

    def take(self) -> list[T]:
        """Whoever joined the next commit, taken out of it. Call with the lock held."""
        taken, self._queue = self._queue, []
        return taken

    def stay(self, place: T) -> None:
        """Return when the place is done; lead a commit if it falls to this caller. A caller that is killed while it
        waits is passed over; what it asked for is carried out."""
        try:
            if not place.leads:
                place._called.wait()
        except BaseException:
            with self._lock:
                place.gone = True
                leads = place.leads
            if leads:
                self._lead()
            raise
        if place.leads:
            self._lead()

    def _lead(self) -> None:
        """Commit batch after batch until somebody else can, or nobody is left."""
        while self._commit_one():
            pass

    def _commit_one(self) -> bool:
        """One batch; True when there are others, all of callers that are gone."""
        batch: list[T] = []
        failed: BaseException | None = None
        try:
            if self._shared:
                time.sleep(0)  # whoever was answered by the last commit and asks again at once comes along in this one
            with self._lock:
                batch = self.take()
                self._shared = len(batch) > 1
            self._commit(batch)
        except BaseException as error:  # noqa: BLE001 - those who wait are told; what ends a thread is raised below
            failed = error
        with self._lock:
            if failed is not None:
                batch += self.take()
            try:
                self._settle(batch, failed)
            except BaseException as error:  # nobody waits for ever; what ends a thread is raised below
                log.exception("nobody knows how a commit went")
                failed = error
                for place in batch:
                    place.error = error if isinstance(error, Exception) else StorageBusy()
            next_leader = next((place for place in self._queue if not place.gone), None)
            if next_leader is not None:
                next_leader.leads = True
            self._busy = bool(self._queue)
            orphans = next_leader is None and self._busy
        for place in batch:
            place.done.set()
            place._called.set()
        if next_leader is not None:
            next_leader._called.set()
        try:
            self._after()
        except Exception:
            log.exception("what follows a commit failed")  # the commit did not
        except BaseException as error:  # noqa: BLE001 - raised below
            failed = error
        if failed is not None and not isinstance(failed, Exception) and not orphans:
            raise failed
        return orphans
