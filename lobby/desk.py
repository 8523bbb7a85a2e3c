"""The desk of a branch: the one place where commands become events.

Lock, decide, append, apply, wake the followers. Commands are decided one after the other on a tentative branch
(`lobby.deciding`) and share a durable commit with whoever comes meanwhile (`lobby.group_commit`). Only then are their
events applied to the branch that everyone reads, the callers answered and the followers woken. If the commit fails, the
tentative branch is thrown away and every caller who stood on it is told.

Nothing here knows threads from greenlets; `offload` says how to run a commit (the server hands it to a native thread,
so that its loop goes on).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from lobby.answering import same_answer, token_in
from lobby.deciding import Deciding
from lobby.door import Answer
from lobby.errors import Invalid, KeyReused, LobbyError, StorageBusy
from lobby.group_commit import GroupCommit, Place
from lobby.local_door import LocalDoor
from lobby.pending import Pending, written
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor
from lobby.queue.outlook import Outlook
from lobby.queue.services import Setup
from lobby.records.entries import News, Stale
from lobby.records.journal import Journal

T = TypeVar("T")

log = logging.getLogger(__name__)

TAIL = 2000
"""Events kept in memory for followers and for screens that resync."""

SNAPSHOT_EVERY = 5000
TURNS = 5
"""How often a turn is asked for, for one commit."""

RECEIPTS_MS = 48 * 3600 * 1000

_encode = msgspec.json.Encoder().encode


def _clock() -> int:
    return time.time_ns() // 1_000_000


def _at_once(work: Callable[[], T]) -> T:
    return work()


class Desk:
    """One branch in this process. Safe to call from many threads or greenlets."""

    def __init__(
        self,
        setup: Setup,
        journal: Journal,
        *,
        clock: Callable[[], int] = _clock,
        offload: Callable[[Callable[[], Any]], Any] = _at_once,
    ) -> None:
        self.setup = setup
        self.journal = journal
        self._clock = clock
        self._offload = offload
        self._lock = threading.Lock()
        self._branch = self._read()
        self._deciding = Deciding(self._branch, clock)
        self._commits = GroupCommit(self._lock, self._commit, self._settle, self._after_commit)
        self._contended = False
        self._doubtful = False
        self._in_flight: dict[str, Pending] = {}
        self._wake: list[Callable[[], None]] = []
        self._woken_seq = self._branch.seq
        self._snapshot_seq = journal.snapshots.read_seq

    def _read(self) -> Branch:
        """The branch as its journal has it; its receipts and newest events are remembered."""
        branch = self.journal.replay(self.setup)
        receipts = self.journal.receipts(min(self._clock(), branch.at) - RECEIPTS_MS)
        recent = min(TAIL, branch.seq)  # and no further: what another process writes now comes by `_take_in`
        self._tail = deque(self.journal.read(branch.seq - recent, recent), maxlen=TAIL)
        self._receipts = {receipt.key: receipt for receipt in receipts}
        return branch

    # -- reading: always the committed branch

    @property
    def seq(self) -> int:
        return self._branch.seq

    @property
    def state(self) -> Branch:
        """The committed branch. Read it, never change it; other threads than the server's loop use `view`."""
        return self._branch

    def view(self, make: Callable[[Branch, int], T]) -> T:
        """What `make(branch, now)` sees of the committed branch while nothing changes it."""
        with self._lock:
            return make(self._branch, self.now())

    def use(self, setup: Setup) -> None:
        """Go on with another setup: the same branch, with other texts."""
        with self._lock:
            if setup == self.setup:
                return
            self.setup = setup
            for branch in (self._branch, self._deciding.branch):
                branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)

    def foresee(self, outlook: Outlook) -> None:
        """Go on with this outlook: what newcomers are promised rests on it, and what is shown to who waits."""
        with self._lock:
            for branch in (self._branch, self._deciding.branch):
                branch.outlook = outlook

    def now(self) -> int:
        """The branch's time, ms UTC: the clock, never before the last event; the last event's own in a rehearsal."""
        if self._branch.rehearsal:
            return self._branch.at
        return max(self._clock(), self._branch.at)

    def events(self, after: int = 0, limit: int = 1000) -> list[e.Recorded]:
        """Events with `seq > after` in order, from memory when they are recent."""
        with self._lock:
            tail = list(self._tail)
        if tail and tail[0].seq <= after + 1:
            return tail[after + 1 - tail[0].seq :][:limit]
        if not tail or after >= tail[-1].seq:
            return []
        return self.journal.read(after, min(limit, tail[-1].seq - after))

    def follow(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each commit. It must return at once and never fail: set an event, and read with
        `events` from your own cursor somewhere else."""
        self._wake.append(wake)

    def token_of(self, reference: str) -> str:
        """What opens the page of today's ticket with this id, for a copy of its slip; empty where no answer that is
        kept says it."""
        with self._lock:
            ticket, receipts = self._branch.tickets.get(reference), list(self._receipts.values())
        return token_in(receipts, ticket) if ticket is not None else ""

    def door(self, actor: Actor) -> LocalDoor:
        return LocalDoor(self, actor)

    # -- writing

    def catch_up(self) -> None:
        """Take in what other processes have written. Waits for the database; `LobbyError` when it is away."""
        look = Place()
        with self._lock:
            self._commits.enter(look)
        self._commits.stay(look)
        if look.error is not None:
            raise look.error

    def submit(self, command: c.Command, *, key: str, actor: Actor, at: int | None = None) -> Answer:
        """See `Door.submit`. Keys are the actor's own: two devices never share one."""
        if "\0" in key:  # PostgreSQL would refuse a NUL, and with it all who share the commit
            raise Invalid()
        key = f"{len(actor.name)}:{actor.name}/{key}"
        fingerprint = sha256(type(command).__name__.encode() + _encode(command)).digest()
        with self._lock:
            receipt = self._receipts.get(key)
            if receipt is not None:
                return same_answer(receipt, fingerprint)
            under_way = self._in_flight.get(key)
            if under_way is None:
                mine = Pending(command, key, fingerprint, actor, at)
                try:
                    self._deciding.decide(mine)
                except Exception:  # a fault of ours, which may have left half a decision
                    self._deciding.begin_again(self._branch, self._in_flight.values())
                    raise
                self._commits.enter(mine)
                self._in_flight[key] = mine
            elif under_way.fingerprint != fingerprint:
                raise KeyReused()
        if under_way is not None:
            under_way.done.wait()
            return under_way.outcome()
        self._commits.stay(mine)
        return mine.outcome()

    def close(self) -> None:
        """Keep a snapshot for a fast start."""
        if self._branch.seq > self._snapshot_seq:
            self._keep_snapshot(self._branch)
            self._snapshot_seq = self._branch.seq

    # -- committing

    def _commit(self, batch: list[Place]) -> None:
        """Append the batch durably. One with nothing to write looks whether its refusals rest on all that there is."""
        left = written(batch)
        if left.receipts and not self._contended:
            with suppress(Stale):
                self._offload(partial(self.journal.append, *left))
                return
        elif not left.receipts:
            news = self._offload(partial(self.journal.news, self._branch.seq))
            if not news:
                return
            self._decide_anew(batch, news)
            if not written(batch).receipts:
                return
        self._commit_in_turn(batch)

    def _commit_in_turn(self, batch: list[Place]) -> None:
        """Another process writes too: wait until it is this one's turn, which no other can take, and decide on what was
        written before it. As long as that is so, nothing is tried without. Only a command on the machine, which does
        not know of turns, can come between."""
        for _ in range(TURNS):
            with suppress(Stale):
                return self._try_in_turn(batch)
        raise StorageBusy()

    def _try_in_turn(self, batch: list[Place]) -> None:
        turn = self._offload(self.journal.turn)
        try:
            news = self._offload(partial(turn.news, self._branch.seq))
            self._contended = bool(news)
            self._decide_anew(batch, news)
            left = written(batch)
            if left.receipts:
                self._offload(partial(turn.append, *left))
        finally:
            self._offload(turn.end)

    def _decide_anew(self, batch: list[Place], news: News) -> None:
        """Take in what others wrote, and decide again what stood on the branch without it."""
        with self._lock:
            self._take_in(news)
            batch += self._commits.take()
            for place in batch:
                if isinstance(place, Pending):
                    self._decide_again(place)

    def _decide_again(self, pending: Pending) -> None:
        pending.forget()
        receipt = self._receipts.get(pending.key)
        if receipt is None:
            self._deciding.decide(pending)
            return
        try:
            pending.answer = same_answer(receipt, pending.fingerprint)
        except LobbyError as refusal:
            pending.error = refusal

    def _take_in(self, news: News) -> None:
        """Make what another process wrote part of what everyone reads; all that is undecided stands on it from now."""
        known, in_step = self._branch, self._deciding.branch.seq == self._branch.seq
        undecided = any(pending.recorded for pending in self._in_flight.values())
        for receipt in news.receipts:
            self._receipts.setdefault(receipt.key, receipt)
        self._make_known(news.recorded)
        if undecided or not in_step or self._branch is not known:  # what was read anew may have more than the news
            self._deciding.begin_again(self._branch)
            return
        for recorded in news.recorded:
            self._deciding.branch.apply(recorded)

    def _settle(self, batch: list[Place], failed: BaseException | None) -> None:
        """Make the batch what everyone reads; or throw away all that was decided since the last commit, refusals too:
        they may rest on it."""
        asked = [place for place in batch if isinstance(place, Pending)]
        for pending in asked:
            self._in_flight.pop(pending.key, None)
        if failed is not None:
            for place in batch:
                place.error = failed if isinstance(failed, Exception) else StorageBusy()
        durable: list[e.Recorded] = []
        for pending in asked:
            if pending.error is None and pending.receipt is not None:
                durable += pending.recorded
                self._receipts[pending.key] = pending.receipt
        self._make_known(durable)
        if failed is not None:
            self._deciding.begin_again(self._branch)

    def _make_known(self, durable: Sequence[e.Recorded]) -> None:
        """Apply to what everyone reads. Where a fault of ours leaves that half changed, the journal says how it is."""
        if not self._doubtful:
            self._doubtful = True
            try:
                for recorded in durable:
                    self._branch.apply(recorded)
                    self._tail.append(recorded)
                self._doubtful = False
                return
            except Exception:
                log.exception("what is durable could not be applied; the branch is read from its journal")
        branch = self._read()
        branch.outlook = self._branch.outlook
        self._branch, self._doubtful = branch, False

    def _after_commit(self) -> None:
        """Wake the followers if anything happened; keep a snapshot now and then."""
        if self._woken_seq != self._branch.seq:
            self._woken_seq = self._branch.seq
            for wake in self._wake:
                wake()
        with self._lock:
            if self._branch.seq - self._snapshot_seq < SNAPSHOT_EVERY:
                return
            self._snapshot_seq = self._branch.seq
            snapshot = self._branch.copy()
            oldest = snapshot.at - RECEIPTS_MS
            self._receipts = {key: receipt for key, receipt in self._receipts.items() if receipt.at >= oldest}
        self._offload(lambda: self._keep_snapshot(snapshot))

    def _keep_snapshot(self, snapshot: Branch) -> None:
        """A snapshot only makes the next start faster: that it cannot be kept stops nobody."""
        try:
            self.journal.snapshots.keep(snapshot)
            if not snapshot.rehearsal:
                self.journal.forget_receipts(snapshot.at - 7 * RECEIPTS_MS)
        except LobbyError as refusal:
            log.warning("no snapshot kept: %s", refusal)
        except Exception:  # nor does a fault of ours
            log.exception("no snapshot kept")
