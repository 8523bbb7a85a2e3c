"""A courier takes what one webhook wants from the journal to its receiver: in order, each event until it is delivered.

    at least once    the cursor moves after the receiver has answered 2xx; a crash in between sends again, same id
    in order         an event that cannot be delivered holds back those after it; nothing is skipped
    patient          pauses grow from seconds to an hour; after three days, or on 410 Gone, the webhook is stopped

Two alerts tell the branch: `webhook_late` after an hour without success, `webhook_stopped` at the end of patience. A
stopped webhook begins again with `lobby webhooks replay`. Nothing of a rehearsal is ever sent.

Nothing here knows threads from greenlets; `offload` says how to work with the disk, as it does for the desk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Set
from typing import Any, Protocol

import msgspec

from lobby.errors import LobbyError
from lobby.outbound.cursors import Cursor, Cursors
from lobby.outbound.messages import TYPES, Message, body, message_id, references
from lobby.outbound.sending import Outcome
from lobby.outbound.signing import BadSecret, headers, read_secrets
from lobby.outbound.undoing import Events, as_message
from lobby.outbound.values import Webhook
from lobby.records.people import Look

log = logging.getLogger(__name__)

PAUSES_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""After the first failure, the second, ...; then the last of them again and again."""

JITTER = 0.2
"""Each pause is longer or shorter by up to this share, so that branches do not knock all at once."""

LONGEST_ASKED_S = 6 * 3600.0
"""A receiver's own Retry-After is kept up to this long."""

LATE_MS = 3600 * 1000
PATIENCE_MS = 3 * 24 * 3600 * 1000

IDLE_S = 30.0
"""How soon a courier looks again when nobody wakes it: a replay may have been asked for by another process."""

GATHER_S = 0.2
"""A pause after each waking, so that a busy branch is read in portions."""

BATCH = 500

LATE, STOPPED = "webhook_late", "webhook_stopped"
"""Problems of the alerts."""

Notify = Callable[[str, bool, str], None]
"""Raise (True) or resolve an alert of this problem; the last is its detail."""


PROGRAM = "program"
"""The role of a webhook in the audit trail."""

ReadWords = Callable[[Set[str], Look], dict[str, str]]
"""Gives private words by reference, and has the audit trail say so; see `People.read`."""


class Post(Protocol):
    """Sends once; see `sending.Sender.post`."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome: ...


class Courier:
    """One webhook's courier. `step` and `run` belong to one thread (or greenlet); `stop` may be called from any."""

    def __init__(
        self,
        webhook: Webhook,
        branch: str,
        events: Events,
        cursors: Cursors,
        read: ReadWords,
        post: Post,
        *,
        notify: Notify,
        clock: Callable[[], int],
        chance: Callable[[], float],
        live: Callable[[], bool] = lambda: True,
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        self.webhook = webhook
        self._branch = branch
        self._events = events
        self._cursors = cursors
        self._read_words = read
        self._post = post
        self._notify = notify
        self._clock = clock
        self._chance = chance
        self._live = live
        self._offload = offload
        self._stopping = False
        self._told: str | None = None
        self._looked = (-1, -1)

    def begin(self, seq: int) -> None:
        """Begin after event `seq`, unless this webhook has begun already: a new one gets no history."""
        if self._cursors.get(self.webhook.name) is None:
            self._cursors.put(self.webhook.name, Cursor(seq), None)

    def run(self, wait: Callable[[float], bool]) -> None:
        """Deliver until `stop`. `wait` sleeps so many seconds or until woken, and says whether it was."""
        while not self._stopping:
            try:
                pause_s = self.step()
            except LobbyError as refusal:
                log.warning("webhook %s waits: %s", self.webhook.name, refusal)
                pause_s = IDLE_S
            except Exception:  # nor may one end deliveries until the next start
                log.exception("webhook %s", self.webhook.name)
                pause_s = IDLE_S
            if not self._stopping and wait(pause_s) and not self._stopping:
                time.sleep(GATHER_S)

    def stop(self) -> None:
        """End `run` after the attempt that is under way. Whoever waits in `wait` must be woken too."""
        self._stopping = True

    def step(self) -> float:
        """Deliver all that is due. Returns the seconds until it is worth looking again."""
        while not self._stopping:
            cursor: Cursor | None = self._offload(lambda: self._cursors.get(self.webhook.name))
            if cursor is None or not self._live():
                return IDLE_S
            if cursor.stopped:
                self._tell(STOPPED, cursor.problem)
                return IDLE_S
            if pause_s := cursor.pause(self._clock()):
                return min(pause_s, IDLE_S)
            after = self._from(cursor)
            batch: list[Message] = self._offload(lambda: self._read(after))  # noqa: B023  # runs at once
            if not self._deliver(batch, cursor) and len(batch) < BATCH:
                return IDLE_S
        return 0.0

    def _from(self, cursor: Cursor) -> int:
        """After which event to look: what was looked at and is not wanted is not read again."""
        known, looked_at = self._looked
        return looked_at if known == cursor.seq else cursor.seq

    def _read(self, after: int) -> list[Message]:
        return [as_message(self._branch, recorded, self._events) for recorded in self._events.read(after, BATCH)]

    def _deliver(self, batch: list[Message], cursor: Cursor) -> bool:
        """Deliver what is wanted of it, in order; True when the cursor must be read anew."""
        for message in batch:
            if TYPES.get(type(message.event)) not in self.webhook.types:
                continue
            if self._stopping:
                return True
            after = self._attempt(message, cursor)
            if not self._put(after, cursor) or after.tries:
                return True
            cursor = after
        if batch:
            self._looked = (cursor.seq, batch[-1].seq)
        if len(batch) == BATCH and cursor.seq < batch[-1].seq:
            passed = msgspec.structs.replace(cursor, seq=batch[-1].seq)
            return self._put(passed, cursor)
        return False

    def _put(self, cursor: Cursor, instead_of: Cursor) -> bool:
        kept: bool = self._offload(lambda: self._cursors.put(self.webhook.name, cursor, instead_of))
        return kept

    def _attempt(self, message: Message, cursor: Cursor) -> Cursor:
        """Send one message once. Returns where the webhook stands afterwards."""
        now = self._clock()
        try:
            outcome = self._send(message, now)
        except LobbyError:
            raise
        except Exception:  # a fault of ours is a failure like others: logged, tried again, and people are told
            log.exception("webhook %s, event %d", self.webhook.name, message.seq)
            outcome = Outcome(False, "a fault of ours; the log says more")
        if outcome.delivered:
            self._tell("")
            return Cursor(message.seq, sent_at=now)
        return self._failed(outcome, message.seq, cursor, now)

    def _send(self, message: Message, now: int) -> Outcome:
        def prepared() -> tuple[bytes, dict[str, str]]:
            keys = read_secrets(self.webhook.secret_file)
            sent = body(self._branch, message, self._words(message, now).get if self.webhook.include_private else None)
            return sent, headers(keys, message_id(self._branch, message.seq), now // 1000, sent)

        try:
            sent, signed = self._offload(prepared)
        except BadSecret as wrong:
            return Outcome(False, f"the secret file {wrong}")
        return self._post(self.webhook.url, sent, signed)

    def _words(self, message: Message, now: int) -> dict[str, str]:
        look = Look("words-sent", self.webhook.name, PROGRAM, now, str(message.seq))
        return self._read_words(references(message.event), look)

    def _failed(self, outcome: Outcome, seq: int, cursor: Cursor, now: int) -> Cursor:
        since = cursor.failing_since or now
        log.warning("webhook %s, event %d not delivered: %s", self.webhook.name, seq, outcome.problem)
        pause_s = PAUSES_S[min(cursor.tries, len(PAUSES_S) - 1)] * (1 + JITTER * (2 * self._chance() - 1))
        stopped = outcome.gone or now - since >= PATIENCE_MS
        if stopped:
            self._tell(STOPPED, outcome.problem)
        elif now - since >= LATE_MS:
            self._tell(LATE, outcome.problem)
        return Cursor(
            cursor.seq,
            tries=cursor.tries + 1,
            failing_since=since,
            tried_at=now,
            pause_s=max(pause_s, min(outcome.retry_after_s, LONGEST_ASKED_S)),
            stopped=stopped,
            problem=outcome.problem,
            sent_at=cursor.sent_at,
        )

    def _tell(self, problem: str, detail: str = "") -> None:
        """Have exactly this alert raised; none when all is well. Those of an earlier run of the server are resolved."""
        if problem == self._told:
            return
        for other in {LATE, STOPPED} - {problem}:
            self._notify(other, False, "")
        if problem:
            self._notify(problem, True, detail)
        self._told = problem
