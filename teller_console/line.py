"""The rules of following, of docs/sockets.md, without the wire: what to take, what to drop, when to ask again.

A snapshot says where we are. The next event is taken, an older one dropped, a later one means a gap; so does a beat
that is ahead. Another epoch means that the server was restarted. While we are not sure, nobody is told that we are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

SILENCE_S = 3.0
"""Without any message for so long we are not sure."""

ASK_AGAIN_S = 1.0
"""A question that stays without answer is asked again after this."""


class Verdict(Enum):
    TAKE = auto()
    DROP = auto()
    ASK = auto()


@dataclass
class Line:
    """Where a follower stands. `now` is any steady clock, seconds."""

    epoch: str = ""
    seq: int | None = None
    in_step: bool = False
    heard_at: float = 0.0
    asked_at: float | None = None

    def snapshot(self, epoch: str, seq: int, now: float) -> None:
        self.epoch, self.seq, self.in_step = epoch, seq, True
        self.heard_at, self.asked_at = now, None

    def event(self, seq: int, now: float) -> Verdict:
        self.heard_at = now
        if self.seq is None:
            return Verdict.DROP
        if seq <= self.seq:
            return Verdict.DROP
        if seq == self.seq + 1:
            self.seq = seq
            return Verdict.TAKE
        return self._ask(now)

    def beat(self, epoch: str, seq: int, now: float) -> Verdict:
        """TAKE: we are where the server is."""
        self.heard_at = now
        if self.seq is None:
            return Verdict.DROP
        if epoch != self.epoch:
            self.epoch = epoch
            self.asked_at = None
            return self._ask(now)
        if seq > self.seq:
            return self._ask(now)
        self.in_step, self.asked_at = True, None
        return Verdict.TAKE

    def lost(self) -> None:
        """The wire is gone."""
        self.in_step, self.asked_at = False, None

    def sure(self, now: float) -> bool:
        return self.in_step and now - self.heard_at < SILENCE_S

    def _ask(self, now: float) -> Verdict:
        if self.asked_at is not None and now - self.asked_at < ASK_AGAIN_S:
            return Verdict.DROP
        self.in_step, self.asked_at = False, now
        return Verdict.ASK
