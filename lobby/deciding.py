"""Commands are decided on the branch as it will be once all that was decided before them is durable."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from lobby.answering import answer, foreseen
from lobby.chance import Chance
from lobby.command_shape import private_words
from lobby.errors import BadField, LobbyError, NotARehearsal
from lobby.pending import Pending
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.appointments import CODE_LENGTH, LETTERS
from lobby.queue.branch import Branch
from lobby.queue.counter_decisions import call_by_itself
from lobby.queue.decisions import decide
from lobby.queue.given import Given
from lobby.queue.reasons import apart
from lobby.queue.recording import settled
from lobby.records.entries import PrivateNote, Receipt
from lobby.waits.telling import in_minutes

SET_BACK_MS = 1000
"""A clock that is behind the journal by more than this has been set back."""

_encode = msgspec.json.Encoder().encode


class Deciding:
    """The tentative branch, and what decides on it. The desk's lock is held for all of it."""

    def __init__(self, branch: Branch, clock: Callable[[], int]) -> None:
        self.branch = branch.copy()
        self._clock = clock
        self._clock_read = branch.at
        self._chance = Chance()

    def begin_again(self, branch: Branch, under_way: Iterable[Pending] = ()) -> None:
        """Stand on this one from now, and on what of those is decided; all else that was decided is forgotten."""
        self.branch = branch.copy()
        for recorded in [recorded for pending in under_way for recorded in pending.recorded]:
            self.branch.apply(recorded)

    def decide(self, pending: Pending) -> None:
        """Decide and apply. A refusal leaves the branch untouched; it is the command's error."""
        try:
            self._decide(pending)
        except LobbyError as refusal:
            pending.error = refusal

    def _decide(self, pending: Pending) -> None:
        branch = self.branch
        command, reason = apart(settled(branch, pending.command), branch.setup)
        prelude, at = self._time(pending.at, command)
        said, record = private_words(command)
        pending.notes = [
            PrivateNote(self._chance.octets(8).hex() if body else "", type(command).__name__, at, body)
            for body in (said or reason, record)
        ]
        note, private = (one.reference for one in pending.notes)
        token, wait = "", None
        if isinstance(command, c.Issue | c.CheckIn):
            token, wait = self._chance.token(9), foreseen(branch, command, at)
        elif isinstance(command, c.Book):
            token = self._new_code()
        promised = in_minutes(wait.low_s, wait.high_s, about=wait.about) if wait is not None else None
        basis = wait.basis if wait is not None else None
        given = Given(at, pending.actor, token, promised, basis, note, private, reference=self._new_code())
        made = decide(branch, command, given)
        self._record(pending, at, [(pending.actor.name, event) for event in ([*prelude, *made] if made else [])])
        own = len(pending.recorded)
        while (call := call_by_itself(branch, at)) is not None:
            self._record(pending, at, [call])
        pending.notes = [one for one in pending.notes if one.body] if made else []
        given_out = command.token if isinstance(command, c.HandIn) else token
        pending.answer = answer(branch, command, pending.recorded, own, at, given_out)
        pending.receipt = Receipt(branch.seq, pending.key, pending.fingerprint, at, _encode(pending.answer))

    def _new_code(self) -> str:
        return self._chance.letters(LETTERS, CODE_LENGTH)

    def _record(self, pending: Pending, at: int, made: list[tuple[str, e.Event]]) -> None:
        """Apply what (actor, event) say to the branch."""
        for actor, event in made:
            recorded = e.Recorded(self.branch.seq + 1, at, actor, event)
            pending.recorded.append(recorded)
            self.branch.apply(recorded)

    def _time(self, asked: int | None, command: c.Command) -> tuple[list[e.Event], int]:
        """The time of this command, and the record of a clock that was set back, once until it has caught up. That of
        another process may be ahead of it: the journal's time waits, but nobody has set anything back."""
        branch = self.branch
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
