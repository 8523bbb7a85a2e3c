"""What a newcomer is promised: the range that has held, learnt from the tickets that are resolved.

`foresee` turns what is known at issue (`Basis`) into a range; `learn` takes what became of a ticket. The upper end is
one-sided: nine of ten are called before it. One of ten is called before the lower end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lobby.queue.outlook import Basis
from lobby.queue.past import PastStep
from lobby.waits.conformal import Conformal

COVERAGE = 0.9
"""The share that is called before the upper end of what was promised; as many are called after the lower end."""

SURE_FROM = 100
"""Resolved tickets from which on a range no longer says "about"."""


class Foresight(NamedTuple):
    """A wait in seconds: 10 %, 50 % and (promised) 90 % are called before. `about`: too little was seen to be sure."""

    low_s: float
    median_s: float
    high_s: float
    about: bool


class Calibration:
    """Learns ticket by ticket, in the order in which they are resolved. Can be pickled and copied."""

    def __init__(self) -> None:
        self._high = Conformal(COVERAGE)
        self._low = Conformal(COVERAGE)

    def foresee(self, basis: Basis, service: str) -> Foresight:
        """The range for one who joins `service` with this `basis`."""
        low, median, high = _raw(basis)
        about = len(self._high) < SURE_FROM
        if len(self._high) >= 9:
            high += self._high.bound()
            low -= self._low.bound()
        high = max(high, 0.0)
        low = min(max(low, 0.0), high)
        return Foresight(low, min(max(median, low), high), high, about)

    def learn(self, basis: Basis, service: str, waited_s: float, left: bool) -> None:
        """A ticket that was promised on `basis` was called after `waited_s`, or `left` after so long uncalled."""
        low, _, high = _raw(basis)
        self._high.learn(waited_s - high, left=left)
        if not left:
            self._low.learn(low - waited_s)


def calibrated(steps: Iterable[PastStep]) -> Calibration:
    """All that was promised on a basis, in the order in which it was resolved."""
    resolved = []
    for step in steps:
        if step.basis is None or step.step > 0:
            continue
        at = step.called_at if step.called_at is not None else step.ended_at
        if at is not None:
            resolved.append((at, step))
    resolved.sort(key=lambda item: item[0])
    calibration = Calibration()
    for at, step in resolved:
        waited_s = max(0, at - step.since) / 1000
        calibration.learn(step.basis, step.first_service, waited_s, step.called_at is None)  # type: ignore[arg-type]
    return calibration


def _raw(basis: Basis) -> tuple[float, float, float]:
    """Low, median and high of the best predictor at hand, before any calibration."""
    if basis.median_s is not None and basis.q90_s is not None:
        return basis.q10_s or 0.0, basis.median_s, basis.q90_s
    mean = next((m for m in (basis.qlm_s, basis.ql_s, basis.recent_s) if m is not None), 0.0)
    return 0.1 * mean, 0.7 * mean, 2.3 * mean
