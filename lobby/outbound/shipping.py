"""The courier to the head office: takes the branch's journal there, complete and in order.

The head office says what it holds, the branch sends what follows; see `lobby.records.parcels`. So there is no cursor to
keep: after a cut, a restart, or a parcel that came twice, the next answer says where to go on. Nothing is skipped, and
nothing of what waits is lost as long as the journal is there.

    heard of          an empty parcel goes now and then, so that the head office knows that the branch is well
    patient           after a failure, pauses grow to five minutes; an hour of them is an alert (`head_office_late`)
    never a fork      where the head office holds another version of a row, nothing goes over it: `head_office_forked`

Personal data is not in the journal and never leaves; see `lobby.records.people`. Nothing here knows threads from
greenlets; `offload` says how to work with the disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Protocol

import msgspec

from lobby.errors import LobbyError
from lobby.outbound.sending import Outcome
from lobby.queue.services import Setup
from lobby.records.chain import GENESIS
from lobby.records.entries import Entry
from lobby.records.parcels import MOST_ROWS, Parcel, Standing, fitting, mark_of, packed, read_answer, setup_text

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
PAUSES_S = (1.0, 5.0, 15.0, 60.0, 300.0)
"""After the first failure in a row, the second, ...; then the last of them again and again."""

JITTER = 0.2
"""Each pause is longer or shorter by up to this share, so that after a cut branches do not knock all at once."""

GATHER_S = 0.5
"""A pause after each waking, so that the events of a busy branch travel together."""

LATE_MS = 3600 * 1000
LATE, FORKED = "head_office_late", "head_office_forked"
"""Problems of the alerts."""

Notify = Callable[[str, bool, str], None]
"""Raise (True) or resolve an alert of this problem; the last is its detail."""


class Rows(Protocol):
    """The part of a journal that is sent."""

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[Entry]: ...
    def head(self) -> tuple[int, bytes]: ...


class Line(Protocol):
    """Takes a packed parcel to the head office once; how that went, and the answer's body. Never raises."""

    def __call__(self, parcel: bytes) -> tuple[Outcome, bytes]: ...


class Shipping:
    """The courier of one branch. `step` and `run` belong to one thread (or greenlet); `stop` may be called from any."""

    def __init__(
        self,
        journal: Rows,
        setup: Callable[[], Setup],
        line: Line,
        *,
        notify: Notify,
        clock: Callable[[], int],
        chance: Callable[[], float],
        live: Callable[[], bool] = lambda: True,
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        self._journal = journal
        self._setup = setup
        self._line = line
        self._notify = notify
        self._clock = clock
        self._chance = chance
        self._live = live
        self._offload = offload
        self._standing: Standing | None = None
        self._tries = 0
        self._failing_since = 0
        self._told: str | None = None
        self.stopping = False

    def run(self, wait: Callable[[float], bool], rest: Callable[[float], Any]) -> None:
        """Ship until `stop`. `wait` sleeps so many seconds or until woken, and says whether it was; `rest` sleeps."""
        while not self.stopping:
            try:
                pause_s = self.step()
            except LobbyError as refusal:  # the branch's own database
                log.warning("the head office waits: %s", refusal)
                pause_s = HEARTBEAT_S
            except Exception:  # nor may a fault of ours end shipping until the next start
                log.exception("shipping to the head office")
                pause_s = HEARTBEAT_S
            if not self.stopping and wait(pause_s) and not self.stopping:
                rest(GATHER_S)

    def stop(self) -> None:
        """End `run` after the parcel that is under way. Whoever waits in `wait` must be woken too."""
        self.stopping = True

    def step(self) -> float:
        """Send all that has not arrived, but nothing of a rehearsal. Returns the seconds until it is worth looking
        again."""
        while not self.stopping and self._live():
            parcel: Parcel = self._offload(self._next)
            outcome, body = self._line(self._offload(lambda: packed(parcel)))  # noqa: B023  # runs at once
            standing = _standing(body) if outcome.delivered else None
            if standing is None:
                return self._failed(outcome if not outcome.delivered else Outcome(False, "answered something else"))
            self._tries = self._failing_since = 0
            self._tell(FORKED if standing.forked else "", f"row {standing.forked}" if standing.forked else "")
            before, self._standing = self._standing, standing
            if standing == before and parcel.rows and standing.seq == parcel.after:
                return self._failed(Outcome(False, "took nothing of what was sent"))
            if standing == before or (before is not None and standing.seq == parcel.head):
                return HEARTBEAT_S  # all has arrived, or a person must look
        return HEARTBEAT_S

    def _next(self) -> Parcel:
        """What to send now: nothing but a greeting before the head office has said what it holds."""
        head, head_hash = self._journal.head()
        at = self._standing
        if at is None:
            return Parcel(0, GENESIS, head, self._clock())
        text = setup_text(self._setup())
        setup = "" if mark_of(text) == at.setup_mark else text
        if at.seq > head:
            return Parcel(head, head_hash, head, self._clock(), lost=True, setup=setup)
        found = self._journal.entries(max(0, at.seq - 1), MOST_ROWS + 1)
        own = next(found).hash if at.seq else GENESIS
        rows = fitting(islice(found, MOST_ROWS)) if own == at.hash else ()
        return Parcel(at.seq, own, head, self._clock(), rows, setup=setup)

    def _failed(self, outcome: Outcome) -> float:
        """Try again after a pause. What the head office said last may be old by then; its next answer is not."""
        now = self._clock()
        self._failing_since = self._failing_since or now
        log.log(logging.WARNING if self._tries == 0 else logging.DEBUG, "to the head office: %s", outcome.problem)
        if now - self._failing_since >= LATE_MS:
            self._tell(LATE, outcome.problem)
        pause_s = PAUSES_S[min(self._tries, len(PAUSES_S) - 1)] * (1 + JITTER * (2 * self._chance() - 1))
        self._tries += 1
        return max(pause_s, min(outcome.retry_after_s, PAUSES_S[-1]))

    def _tell(self, problem: str, detail: str = "") -> None:
        """Have exactly this alert raised; none when all is well. Those of an earlier run of the server are resolved."""
        if problem == self._told:
            return
        for other in {LATE, FORKED} - {problem}:
            self._notify(other, False, "")
        if problem:
            self._notify(problem, True, detail)
        self._told = problem


def _standing(body: bytes) -> Standing | None:
    try:
        return read_answer(body)
    except (msgspec.DecodeError, ValueError):
        return None
