"""The desk of a branch: the one place where commands become events.

Lock, decide, append, apply, wake the followers. Commands are decided one after the other on a tentative branch and
share a durable commit with whoever comes meanwhile (`lobby.group_commit`). Only then are their events applied to the
branch that everyone reads, the callers answered and the followers woken. If the commit fails, the tentative branch is
thrown away and every caller who stood on it is told.

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
from typing import Any, NamedTuple, TypeVar

import msgspec

from lobby.care.events import AboutComplaint, AboutFollowUp
from lobby.care.views import complaint_view, follow_up_view
from lobby.chance import Chance
from lobby.command_shape import private_words
from lobby.door import Answer
from lobby.errors import BadField, Invalid, KeyReused, LobbyError, NotARehearsal, StorageBusy
from lobby.group_commit import GroupCommit, Turn
from lobby.local_door import LocalDoor
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.appointments import CODE_LENGTH, LETTERS, read_code
from lobby.queue.branch import Branch
from lobby.queue.counter_decisions import call_by_itself
from lobby.queue.decisions import Actor, Given, decide
from lobby.queue.leases import Lease, leases_of
from lobby.queue.outlook import Joining, Outlook
from lobby.queue.recording import settled
from lobby.queue.services import Setup
from lobby.records.journal import Journal, News, PrivateNote, Receipt, Stale
from lobby.views import (
    counter_view,
    issued_view,
    ticket_view,
)
from lobby.waits.telling import in_minutes, joining

T = TypeVar("T")

log = logging.getLogger(__name__)

TAIL = 2000
"""Events kept in memory for followers and for screens that resync."""

SNAPSHOT_EVERY = 5000
TURNS = 5
"""How often a turn is asked for, for one commit."""

RECEIPTS_MS = 48 * 3600 * 1000
SET_BACK_MS = 1000
"""A clock that is behind the journal by more than this has been set back."""

_encode = msgspec.json.Encoder().encode
_decode_answer = msgspec.json.Decoder(Answer).decode


def _clock() -> int:
    return time.time_ns() // 1_000_000


def _at_once(work: Callable[[], T]) -> T:
    return work()


class _Pending(Turn):
    """A command that is decided and waits for its commit; or that was refused, and waits until it is sure that no other
    process has written what would allow it."""

    __slots__ = ("actor", "answer", "at", "command", "fingerprint", "key", "notes", "receipt", "recorded")

    def __init__(self, command: c.Command, key: str, fingerprint: bytes, actor: Actor, at: int | None) -> None:
        super().__init__()
        self.command = command
        self.key = key
        self.fingerprint = fingerprint
        self.actor = actor
        self.at = at
        self.recorded: list[e.Recorded] = []
        self.notes: list[PrivateNote] = []
        self.receipt: Receipt | None = None
        self.answer: Answer | None = None


class _Written(NamedTuple):
    """What a batch writes."""

    recorded: list[e.Recorded]
    receipts: list[Receipt]
    notes: list[PrivateNote]


def _written(batch: Sequence[Turn]) -> _Written:
    accepted = [(p, p.receipt) for p in batch if isinstance(p, _Pending) and p.receipt is not None]
    return _Written(
        [recorded for pending, _ in accepted for recorded in pending.recorded],
        [receipt for _, receipt in accepted],
        [note for pending, _ in accepted for note in pending.notes],
    )


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
        self._chance = Chance()
        self._branch = journal.replay(setup)
        self._tentative = self._branch.copy()
        self._commits = GroupCommit(self._lock, self._commit, self._settle, self._after_commit)
        self._contended = False
        self._clock_read = self._branch.at
        self._in_flight: dict[str, _Pending] = {}
        self._receipts = {r.key: r for r in journal.receipts(min(clock(), self._branch.at) - RECEIPTS_MS)}
        recent = min(TAIL, self._branch.seq)  # and no further: what another process writes now comes by `_take_in`
        self._tail: deque[e.Recorded] = deque(journal.read(self._branch.seq - recent, recent), maxlen=TAIL)
        self._wake: list[Callable[[], None]] = []
        self._snapshot_seq = self._woken_seq = self._branch.seq

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
            for branch in (self._branch, self._tentative):
                branch.setup = setup.with_more(branch.rehearsal_services, branch.rehearsal_counters)

    def foresee(self, outlook: Outlook) -> None:
        """Go on with this outlook: what newcomers are promised rests on it, and what is shown to who waits."""
        with self._lock:
            for branch in (self._branch, self._tentative):
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
        return self.journal.read(after, limit)

    def follow(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each commit. It must return at once and never fail: set an event, and read with
        `events` from your own cursor somewhere else."""
        self._wake.append(wake)

    def door(self, actor: Actor) -> LocalDoor:
        return LocalDoor(self, actor)

    # -- writing

    def catch_up(self) -> None:
        """Take in what other processes have written. Waits for the database; `LobbyError` when it is away."""
        look = Turn()
        with self._lock:
            self._commits.enter(look)
        self._commits.stay(look)
        if look.error is not None:
            raise look.error

    def submit(self, command: c.Command, *, key: str, actor: Actor, at: int | None = None) -> Answer:
        """See `Door.submit`. Keys are the actor's own: two devices never share one."""
        if not key.isprintable():  # PostgreSQL would refuse a NUL, and with it all who share the commit
            raise Invalid()
        key = f"{len(actor.name)}:{actor.name}/{key}"
        fingerprint = sha256(type(command).__name__.encode() + _encode(command)).digest()
        with self._lock:
            receipt = self._receipts.get(key)
            if receipt is not None:
                return _same_answer(receipt, fingerprint)
            under_way = self._in_flight.get(key)
            if under_way is None:
                mine = _Pending(command, key, fingerprint, actor, at)
                self._decide_or_refuse(mine)
                self._commits.enter(mine)
                self._in_flight[key] = mine
            elif under_way.fingerprint != fingerprint:
                raise KeyReused()
        if under_way is not None:
            under_way.done.wait()
            return _outcome(under_way)
        self._commits.stay(mine)
        return _outcome(mine)

    def close(self) -> None:
        """Keep a snapshot for a fast start."""
        if self._branch.seq > self._snapshot_seq:
            self._keep_snapshot(self._branch)
            self._snapshot_seq = self._branch.seq

    # -- deciding; all of it with the lock held

    def _decide_or_refuse(self, pending: _Pending) -> None:
        try:
            self._decide(pending)
        except LobbyError as refusal:
            pending.error = refusal

    def _decide(self, pending: _Pending) -> None:
        """Decide on the tentative branch and apply there. A refusal leaves it untouched."""
        branch, command = self._tentative, settled(self._tentative, pending.command)
        prelude, at = self._time(pending.at, command)
        pending.notes = [
            PrivateNote(self._chance.octets(8).hex() if body else "", type(command).__name__, at, body)
            for body in private_words(command)
        ]
        note, private = (one.reference for one in pending.notes)
        token, foreseen = "", None
        if isinstance(command, c.Issue | c.CheckIn):
            token, foreseen = self._chance.token(9), _foreseen(branch, command, at)
        elif isinstance(command, c.Book):
            token = self._new_code()
        promised = in_minutes(foreseen.low_s, foreseen.high_s, about=foreseen.about) if foreseen is not None else None
        basis = foreseen.basis if foreseen is not None else None
        given = Given(at, pending.actor, token, promised, basis, note, private, reference=self._new_code())
        made = decide(branch, command, given)
        self._record(pending, at, [(pending.actor.name, event) for event in ([*prelude, *made] if made else [])])
        own = len(pending.recorded)
        while (call := call_by_itself(branch, at)) is not None:
            self._record(pending, at, [call])
        pending.notes = [one for one in pending.notes if one.body] if made else []
        pending.answer = _answer(branch, command, pending.recorded, own, at)
        pending.receipt = Receipt(branch.seq, pending.key, pending.fingerprint, at, _encode(pending.answer))

    def _new_code(self) -> str:
        return self._chance.letters(LETTERS, CODE_LENGTH)

    def _record(self, pending: _Pending, at: int, made: list[tuple[str, e.Event]]) -> None:
        """Apply what (actor, event) say to the tentative branch."""
        for actor, event in made:
            recorded = e.Recorded(self._tentative.seq + 1, at, actor, event)
            pending.recorded.append(recorded)
            self._tentative.apply(recorded)

    def _decide_again(self, pending: _Pending) -> None:
        pending.recorded, pending.notes, pending.receipt, pending.error = [], [], None, None
        receipt = self._receipts.get(pending.key)
        if receipt is None:
            self._decide_or_refuse(pending)
            return
        try:
            pending.answer = _same_answer(receipt, pending.fingerprint)
        except LobbyError as refusal:
            pending.error = refusal

    def _time(self, asked: int | None, command: c.Command) -> tuple[list[e.Event], int]:
        """The time of this command, and the record of a clock that was set back, once until it has caught up. That of
        another process may be ahead of it: the journal's time waits, but nobody has set anything back."""
        branch = self._tentative
        if asked is not None:
            if not branch.rehearsal and not isinstance(command, c.StartRehearsal):
                raise NotARehearsal()
            if asked > c.LATEST:
                raise BadField(field="at", problem="this time is outside the calendar")
            return [], max(asked, branch.at, 0)
        if branch.rehearsal:
            return [], branch.at
        now = self._clock()
        behind = branch.at - now
        self._clock_read = max(self._clock_read, now)
        if min(behind, self._clock_read - now) <= SET_BACK_MS:
            return [], max(now, branch.at)
        return ([] if branch.set_back_at == branch.at else [e.ClockSetBack(behind)]), branch.at

    def _take_in(self, news: News) -> None:
        """Make what another process wrote part of what everyone reads; all that is undecided stands on it from now."""
        undecided = self._tentative.seq != self._branch.seq
        for recorded in news.recorded:
            self._branch.apply(recorded)
            self._tail.append(recorded)
            if not undecided:
                self._tentative.apply(recorded)
        if undecided:
            self._tentative = self._branch.copy()
        for receipt in news.receipts:
            self._receipts.setdefault(receipt.key, receipt)

    # -- committing

    def _commit(self, batch: list[Turn]) -> None:
        """Append the batch durably. One with nothing to write looks whether its refusals rest on all that there is."""
        written = _written(batch)
        if written.receipts and not self._contended:
            with suppress(Stale):
                self._offload(partial(self.journal.append, *written))
                return
        elif not written.receipts:
            news = self._offload(partial(self.journal.news, self._branch.seq))
            if not news:
                return
            self._decide_anew(batch, news)
            if not _written(batch).receipts:
                return
        self._commit_in_turn(batch)

    def _commit_in_turn(self, batch: list[Turn]) -> None:
        """Another process writes too: wait until it is this one's turn, which no other can take, and decide on what was
        written before it. As long as that is so, nothing is tried without. Only a command on the machine, which does
        not know of turns, can come between."""
        for _ in range(TURNS):
            with suppress(Stale):
                return self._try_in_turn(batch)
        raise StorageBusy()

    def _try_in_turn(self, batch: list[Turn]) -> None:
        turn = self._offload(self.journal.turn)
        try:
            news = self._offload(partial(turn.news, self._branch.seq))
            self._contended = bool(news)
            self._decide_anew(batch, news)
            written = _written(batch)
            if written.receipts:
                self._offload(partial(turn.append, *written))
        finally:
            self._offload(turn.end)

    def _decide_anew(self, batch: list[Turn], news: News) -> None:
        """Take in what others wrote, and decide again what stood on the branch without it."""
        with self._lock:
            self._take_in(news)
            batch += self._commits.take()
            for pending in batch:
                if isinstance(pending, _Pending):
                    self._decide_again(pending)

    def _settle(self, batch: list[Turn], failed: BaseException | None) -> list[Turn]:
        """Make the batch what everyone reads; or throw away all that was decided since the last commit, refusals too:
        they may rest on it."""
        if failed is not None:
            batch = [*batch, *self._commits.take()]
            self._tentative = self._branch.copy()
            for turn in batch:
                turn.error = failed if isinstance(failed, Exception) else StorageBusy()
        for pending in batch:
            if not isinstance(pending, _Pending):
                continue
            self._in_flight.pop(pending.key, None)
            if pending.error is None and pending.receipt is not None:
                for recorded in pending.recorded:
                    self._branch.apply(recorded)
                self._tail.extend(pending.recorded)
                self._receipts[pending.key] = pending.receipt
        return batch

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
            self.journal.save_snapshot(snapshot)
            if not snapshot.rehearsal:
                self.journal.forget_receipts(snapshot.at - 7 * RECEIPTS_MS)
        except LobbyError as refusal:
            log.warning("no snapshot kept: %s", refusal)
        except Exception:
            log.exception("no snapshot kept")


def _outcome(pending: _Pending) -> Answer:
    """What the caller is told of a command that is done."""
    if pending.error is not None:
        raise pending.error
    assert pending.answer is not None
    return pending.answer


def _service(branch: Branch, command: c.Issue | c.CheckIn) -> str:
    """The service that is asked for; empty for an appointment that is not known."""
    if isinstance(command, c.Issue):
        return command.service
    found = branch.appointments.get(read_code(command.code))
    return found.service if found is not None else ""


def _foreseen(branch: Branch, command: c.Issue | c.CheckIn, at: int) -> Joining | None:
    """What a new customer is told rests on. Nothing when a new day begins with them: nobody has opened a counter. Who
    comes in time for an appointment has its time, and no promise: it is not the wait of those without one."""
    service = _service(branch, command)
    slot = _slot(branch, command)
    if slot is not None and at <= slot + branch.setup.rules.appointment_grace_s * 1000:
        return None
    if service not in branch.setup.services or not branch.day_start <= at < branch.day_end:
        return None
    return joining(branch, service, at)


def _slot(branch: Branch, command: c.Issue | c.CheckIn) -> int | None:
    """The appointment that the number is for, ms UTC."""
    if isinstance(command, c.Issue):
        return command.appointment
    found = branch.appointments.get(read_code(command.code))
    return found.slot if found is not None else None


def _same_answer(receipt: Receipt, fingerprint: bytes) -> Answer:
    if receipt.fingerprint != fingerprint:
        raise KeyReused()
    return _decode_answer(receipt.answer)


def _answer(branch: Branch, command: c.Command, all_recorded: list[e.Recorded], own: int, at: int) -> Answer:
    """What the caller is told, from the branch right after the command; the first `own` events are the command's."""
    recorded, last = all_recorded[:own], all_recorded[-1].seq if all_recorded else 0
    ticket = counter = why = None
    events = [r.event for r in reversed(recorded) if not isinstance(r.event, e.TicketHandedInLate)]  # that is no ticket
    reference = next((event.ticket for event in events if hasattr(event, "ticket")), None)
    if reference in branch.tickets:
        found = branch.tickets[reference]
        prints = isinstance(command, c.Issue | c.CheckIn | c.HandIn | c.Reprint)
        ticket = issued_view(branch, found) if prints else ticket_view(branch, found)
    if isinstance(command, c.CounterCommand):
        counter = counter_view(branch, branch.counter(command.counter))
    if isinstance(command, c.CallNext | c.CallTicket | c.WaitForNext) and counter is not None:
        why = counter.why
    leases: tuple[Lease, ...] = ()
    if isinstance(command, c.LeaseNumbers):
        leases = tuple(one for one in leases_of(branch, command.service, command.holder) if one.until > at)
    appointment = complaint = follow_up = None
    for event in events:  # the command's first counts, which comes last here
        if isinstance(event, e.AppointmentBooked):
            appointment = branch.appointments[event.code]
        elif isinstance(event, AboutComplaint):
            complaint = branch.care.complaints.get(event.complaint)
        elif isinstance(event, AboutFollowUp):
            follow_up = branch.care.follow_ups.get(event.follow_up)
    setup = branch.setup
    return Answer(
        last,
        ticket,
        counter,
        why,
        leases,
        appointment,
        complaint_view(complaint, at, setup.care, setup.calendar) if complaint is not None else None,
        follow_up_view(follow_up, at, setup.care, setup.calendar) if follow_up is not None else None,
    )
