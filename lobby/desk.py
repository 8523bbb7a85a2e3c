"""The desk of a branch: the one place where commands become events.

Lock, decide, append, apply, wake the followers. Commands that arrive while a commit is under way are decided one after
the other on a tentative branch and share the next commit: whoever finds no commit under way leads one, and hands the
lead to the first of those who came meanwhile. Only when the commit is durable are its events applied to the branch
that everyone reads, the callers answered and the followers woken. If it fails, the tentative branch is thrown away
and every caller who stood on it is told.

Nothing here knows threads from greenlets: locks come from `threading`, and `offload` says how to run the commit (the
server hands it to a native thread, so that its loop goes on).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from lobby.door import Answer, Why
from lobby.errors import KeyReused, LobbyError, NotARehearsal
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor, Given, decide
from lobby.queue.services import Setup
from lobby.records.journal import Journal, PrivateNote, Receipt, Stale
from lobby.views import (
    BoardView,
    BranchView,
    QueueView,
    TicketView,
    board_view,
    branch_view,
    counter_view,
    issued_view,
    queue_view,
    ticket_view,
)
from lobby.waits.estimate import estimate, promise

T = TypeVar("T")

TAIL = 2000
"""Events kept in memory for followers and for screens that resync."""

SNAPSHOT_EVERY = 5000
RECEIPTS_MS = 48 * 3600 * 1000
SET_BACK_MS = 1000
"""A clock that is behind the journal by more than this has been set back."""

_encode = msgspec.json.Encoder().encode
_decode_answer = msgspec.json.Decoder(Answer).decode


def _clock() -> int:
    return time.time_ns() // 1_000_000


def _at_once(work: Callable[[], T]) -> T:
    return work()


class _Pending:
    """A command that is decided and waits for its commit."""

    __slots__ = (
        "actor",
        "answer",
        "at",
        "command",
        "done",
        "error",
        "fingerprint",
        "key",
        "leads",
        "notes",
        "receipt",
        "recorded",
    )

    def __init__(self, command: c.Command, key: str, fingerprint: bytes, actor: Actor, at: int | None) -> None:
        self.command = command
        self.key = key
        self.fingerprint = fingerprint
        self.actor = actor
        self.at = at
        self.recorded: list[e.Recorded] = []
        self.notes: list[PrivateNote] = []
        self.answer: Answer | None = None
        self.receipt: Receipt | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.done = threading.Event()


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
        self._branch = journal.replay(setup)
        self._tentative = self._branch.copy()
        self._queue: list[_Pending] = []
        self._in_flight: dict[str, _Pending] = {}
        self._committing = False
        self._receipts = {r.key: r for r in journal.receipts(min(clock(), self._branch.at) - RECEIPTS_MS)}
        self._tail: deque[e.Recorded] = deque(journal.read(max(0, self._branch.seq - TAIL)), maxlen=TAIL)
        self._wake: list[Callable[[], None]] = []
        self._snapshot_seq = self._branch.seq
        self._set_back = False

    # -- reading: always the committed branch

    @property
    def seq(self) -> int:
        return self._branch.seq

    @property
    def state(self) -> Branch:
        """The committed branch. Read it, never change it."""
        return self._branch

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
        return self.journal.read(after, limit)

    def follow(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each commit. It must return at once and never fail: set an event, and read with
        `events` from your own cursor somewhere else."""
        self._wake.append(wake)

    def door(self, actor: Actor) -> LocalDoor:
        return LocalDoor(self, actor)

    # -- writing

    def submit(self, command: c.Command, *, key: str, actor: Actor, at: int | None = None) -> Answer:
        """See `Door.submit`. Keys are the actor's own: two devices never collide."""
        key = f"{actor.name}/{key}"
        fingerprint = sha256(type(command).__name__.encode() + _encode(command)).digest()
        with self._lock:
            receipt = self._receipts.get(key)
            if receipt is not None:
                return _same_answer(receipt, fingerprint)
            pending = self._in_flight.get(key)
            first = pending is None
            if pending is None:
                pending = _Pending(command, key, fingerprint, actor, at)
                self._decide(pending)
                self._queue.append(pending)
                self._in_flight[key] = pending
            elif pending.fingerprint != fingerprint:
                raise KeyReused()
            leads = first and not self._committing
            if leads:
                self._committing = True
        if leads:
            self._lead()
        else:
            pending.done.wait()
            if first and pending.leads:
                self._lead()
        if pending.error is not None:
            raise pending.error
        assert pending.answer is not None
        return pending.answer

    def close(self) -> None:
        """Keep a snapshot for a fast start."""
        if self._branch.seq > self._snapshot_seq:
            self.journal.save_snapshot(self._branch)
            self._snapshot_seq = self._branch.seq

    def _decide(self, pending: _Pending) -> None:
        """Decide on the tentative branch and apply there. A refusal leaves it untouched."""
        branch, command = self._tentative, pending.command
        prelude, at = self._time(pending.at, command)
        note = getattr(command, "note", "")
        reference = secrets.token_hex(8) if note else ""
        issuing = isinstance(command, c.Issue)
        given = Given(
            at=at,
            actor=pending.actor,
            token=secrets.token_urlsafe(9) if issuing else "",
            promise=promise(estimate(branch, command.service))
            if isinstance(command, c.Issue) and command.service in branch.setup.services
            else None,
            note=reference,
        )
        made = decide(branch, command, given)
        made = [*prelude, *made] if made else []
        seq = branch.seq
        pending.recorded = [e.Recorded(seq + n, at, pending.actor.name, event) for n, event in enumerate(made, 1)]
        pending.notes = [PrivateNote(reference, type(command).__name__, at, note)] if note else []
        for recorded in pending.recorded:
            branch.apply(recorded)
        pending.answer = _answer(branch, command, pending.recorded)
        if made:
            pending.receipt = Receipt(branch.seq, pending.key, pending.fingerprint, at, _encode(pending.answer))
        self._set_back = self._set_back or bool(prelude and made)

    def _time(self, asked: int | None, command: c.Command) -> tuple[list[e.Event], int]:
        """The time of this command, and the record of a clock that was set back."""
        branch = self._tentative
        if asked is not None:
            if not branch.rehearsal and not isinstance(command, c.StartRehearsal):
                raise NotARehearsal()
            return [], max(asked, branch.at)
        if branch.rehearsal:
            return [], branch.at
        now = self._clock()
        behind = branch.at - now
        if behind <= SET_BACK_MS:
            self._set_back = False
            return [], max(now, branch.at)
        return ([] if self._set_back else [e.ClockSetBack(behind)]), branch.at

    def _lead(self) -> None:
        """Commit what is queued, tell its callers, and pass the lead on."""
        time.sleep(0)  # whoever was answered by the last commit and asks again at once comes along in this one
        with self._lock:
            batch, self._queue = self._queue, []
        error: BaseException | None = None
        try:
            self._commit(batch)
        except BaseException as failed:
            error = failed
        with self._lock:
            if error is None:
                for pending in batch:
                    self._accept(pending)
                told = batch
            else:
                told = [*batch, *self._queue]
                self._queue = []
                self._tentative = self._branch.copy()
                for pending in told:
                    pending.error = pending.error or error
            for pending in told:
                self._in_flight.pop(pending.key, None)
            snapshot = self._snapshot_due()
            if self._queue:
                self._queue[0].leads = True
                told = [*told, self._queue[0]]
            else:
                self._committing = False
        for pending in told:
            pending.done.set()
        for wake in self._wake:
            wake()
        if snapshot is not None:
            self._offload(lambda: self.journal.save_snapshot(snapshot))
            if not snapshot.rehearsal:
                self._offload(lambda: self.journal.forget_receipts(snapshot.at - 7 * RECEIPTS_MS))
        if error is not None and not isinstance(error, Exception):
            raise error

    def _commit(self, batch: list[_Pending]) -> None:
        """Append the batch durably. When another process wrote first, catch up and decide all of it again."""
        while True:
            accepted = [p for p in batch if p.error is None]
            recorded = [r for p in accepted for r in p.recorded]
            receipts = [p.receipt for p in accepted if p.receipt is not None]
            notes = [note for p in accepted for note in p.notes]
            if not recorded:
                return
            try:
                self._offload(lambda: self.journal.append(recorded, receipts, notes))  # noqa: B023  # runs before the next turn
                return
            except Stale:
                with self._lock:
                    self._catch_up()
                    batch += self._queue
                    self._queue = []
                    for pending in batch:
                        self._decide_again(pending)

    def _catch_up(self) -> None:
        """Take in what another process wrote."""
        self.journal.catch_up()
        for recorded in self.journal.read(self._branch.seq):
            self._branch.apply(recorded)
            self._tail.append(recorded)
        for receipt in self.journal.receipts(self._branch.at - RECEIPTS_MS):
            self._receipts.setdefault(receipt.key, receipt)
        self._tentative = self._branch.copy()

    def _decide_again(self, pending: _Pending) -> None:
        pending.recorded, pending.notes, pending.receipt, pending.error = [], [], None, None
        receipt = self._receipts.get(pending.key)
        try:
            if receipt is not None:
                pending.answer = _same_answer(receipt, pending.fingerprint)
            else:
                self._decide(pending)
        except LobbyError as refusal:
            pending.error = refusal

    def _accept(self, pending: _Pending) -> None:
        if pending.error is not None or not pending.recorded:
            return
        for recorded in pending.recorded:
            self._branch.apply(recorded)
        self._tail.extend(pending.recorded)
        if pending.receipt is not None:
            self._receipts[pending.key] = pending.receipt

    def _snapshot_due(self) -> Branch | None:
        if self._branch.seq - self._snapshot_seq < SNAPSHOT_EVERY:
            return None
        self._snapshot_seq = self._branch.seq
        return self._branch.copy()


class LocalDoor:
    """The desk for one actor; a `Door`."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        return self._desk.submit(command, key=key, actor=self._actor, at=at)

    def branch(self) -> BranchView:
        return branch_view(self._desk.state, self._desk.now())

    def board(self) -> BoardView:
        return board_view(self._desk.state, self._desk.now())

    def queue(self) -> QueueView:
        return queue_view(self._desk.state, self._desk.now())

    def ticket(self, reference: str) -> TicketView:
        state = self._desk.state
        return ticket_view(state, state.ticket(reference))

    def events(self, after: int = 0, limit: int = 1000) -> list[e.Recorded]:
        return self._desk.events(after, limit)


def _same_answer(receipt: Receipt, fingerprint: bytes) -> Answer:
    if receipt.fingerprint != fingerprint:
        raise KeyReused()
    return _decode_answer(receipt.answer)


def _answer(branch: Branch, command: c.Command, recorded: list[e.Recorded]) -> Answer:
    """What the caller is told, from the branch right after the command."""
    ticket = counter = why = None
    reference = next((r.event.ticket for r in reversed(recorded) if hasattr(r.event, "ticket")), None)
    if reference is not None:
        found = branch.tickets[reference]
        prints = isinstance(command, (c.Issue, c.Reprint))
        ticket = issued_view(branch, found) if prints else ticket_view(branch, found)
    if isinstance(command, c.CounterCommand):
        counter = counter_view(branch, branch.counter(command.counter))
    called = recorded[-1].event if recorded else None
    if isinstance(called, e.TicketCalled):
        why = Why(called.rule, called.waited_s, called.target_s, called.index, called.runner_up, called.reason)
    return Answer(recorded[-1].seq if recorded else 0, ticket, counter, why)
