"""Which of a branch's printers takes the next slip: the first that can. Each later one is a spare for those before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How a printer stands. `trouble` is why it cannot print, empty when it can; `hopeless` where only a change of the
    set-up can help; `job_since` when it took the slip in hand (`time.monotonic()`), None without one."""

    trouble: str = ""
    hopeless: bool = False
    job_since: float | None = None

    def can_print(self, now: float, slow_s: float) -> bool:
        """Whether slips may wait for it; not while one slip has kept it for longer than `slow_s` seconds."""
        return not self.trouble and (self.job_since is None or now - self.job_since <= slow_s)


def on_duty(standings: Sequence[Standing], now: float, slow_s: float) -> int | None:
    """The place of the first printer that can print; None when none can."""
    return next((place for place, standing in enumerate(standings) if standing.can_print(now, slow_s)), None)


@dataclass(frozen=True, slots=True)
class Outage:
    """Since when no printer can print (`time.monotonic()`), and whether that can pass by itself."""

    since: float
    hopeless: bool

    def is_over_patience(self, now: float, patience_s: float) -> bool:
        """Whether slips should no longer wait for its end."""
        return self.hopeless or now - self.since >= patience_s


def outage(before: Outage | None, standings: Sequence[Standing], now: float, slow_s: float) -> Outage | None:
    """The outage that there is now, given the one that was; None while some printer can print."""
    if on_duty(standings, now, slow_s) is not None:
        return None
    return Outage(before.since if before else now, all(standing.hopeless for standing in standings))
