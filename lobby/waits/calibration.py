"""What a newcomer is promised: the range that has held, learnt from the tickets that are resolved.

`foresee` turns what is known at issue (`Basis`) into a range, `learn` takes what became of a ticket, in the order in
which tickets are resolved. Three stages, each resting on the one before:

1 the raw range: the simulation's quantiles; without it the queue-length formula's mean, spread as an exponential wait;
2 the correction (`lobby.waits.correction`), once `ENOUGH` tickets are resolved, fitted anew when they have grown by
  a half: `due` says so, and whoever has a second to spare calls `fit`;
3 the conformal bounds (`lobby.waits.conformal`) on whatever came before: by service where a service has enough, and
  apart for those who are foreseen to be called at once.

The upper end is the promise: nine of ten are called before it; one of ten is called before the lower end. Until
`SURE_FROM` tickets are resolved, a range is "about".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from math import ceil, inf
from typing import NamedTuple

from lobby.queue.outlook import Basis
from lobby.queue.past import PastStep
from lobby.waits.conformal import Conformal
from lobby.waits.correction import HIGH, LOW, Correction, Resolved, corrected

SURE_FROM = 100
ENOUGH = 500
GROWN = 1.5
REMEMBERED = 12_000
"""A correction is fitted to this many of the latest tickets."""

OF_ITS_OWN = 150
"""Scores from which on a service has bounds of its own."""

AT_ONCE_S = 30.0
"""Who is foreseen to be called within this time is bounded apart: these promises are nearly always kept, and would hide
that others are not."""

FEWEST = 10
"""Scores below which bounds say nothing."""

EXPONENTIAL = (0.105, 0.693, 2.303)
"""The 10 %, 50 % and 90 % points of an exponential wait of mean 1."""


class ForeseenWait(NamedTuple):
    """A wait in seconds: 10 %, 50 % and (promised) 90 % are called before. `about`: too little was seen to be sure."""

    low_s: float
    median_s: float
    high_s: float
    about: bool


class _Bounds:
    """What is added to the low and the high end: seconds, or shares of the raw high end where services that wait
    differently long are `together`."""

    def __init__(self, *, together: bool = False) -> None:
        self.together = together
        self.low, self.high = Conformal(LOW), Conformal(HIGH)

    def learn(self, low_s: float, high_s: float, waited_s: float, left: bool) -> None:
        unit_s = self._unit_s(high_s)
        self.low.learn((waited_s - low_s) / unit_s, left=left)
        self.high.learn((waited_s - high_s) / unit_s, left=left)

    def moved(self, low_s: float, high_s: float) -> tuple[float, float]:
        """Both ends; as they are while there is too little to say."""
        if len(self.high) < FEWEST:
            return low_s, high_s
        unit_s = self._unit_s(high_s)
        return low_s + self.low.bound() * unit_s, high_s + self.high.bound() * unit_s

    def _unit_s(self, high_s: float) -> float:
        return max(high_s, AT_ONCE_S) if self.together else 1.0


class Calibration:
    """Learns ticket by ticket. Can be pickled; nothing in it is shared with another one."""

    def __init__(self) -> None:
        self._resolved: deque[Resolved] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._next_fit = ENOUGH
        self._correction: Correction | None = None
        self._all = _Bounds(together=True)
        self._at_once = _Bounds()
        self._by_service: dict[str, _Bounds] = {}

    @property
    def due(self) -> bool:
        """Whether there is enough to learn the correction, or to learn it again."""
        return self._count >= self._next_fit

    def foresee(self, basis: Basis, service: str) -> ForeseenWait:
        """The range for one who joins `service` with this `basis`."""
        return self.foresee_all([(basis, service)])[0]

    def foresee_all(self, asked: Sequence[tuple[Basis, str]]) -> list[ForeseenWait]:
        """The ranges for many, quicker than one by one."""
        return [
            self._bounded(*raw, service) for raw, (_, service) in zip(self._raw_all(asked), asked, strict=True)
        ]  # fmt: skip

    def learn(self, basis: Basis, service: str, waited_s: float, left: bool) -> None:
        """A ticket that was promised on `basis` was called after `waited_s`, or `left` uncalled after as long."""
        self.learn_all([Resolved(basis, service, waited_s, left)])

    def learn_all(self, resolved: Sequence[Resolved]) -> None:
        """Many tickets in the order in which they were resolved, quicker than one by one; nothing is fitted."""
        raws = self._raw_all([(one.basis, one.service) for one in resolved])
        for (low, _, high), one in zip(raws, resolved, strict=True):
            if high < AT_ONCE_S:
                self._at_once.learn(low, high, one.waited_s, one.left)
                continue
            self._all.learn(low, high, one.waited_s, one.left)
            self._by_service.setdefault(one.service, _Bounds()).learn(low, high, one.waited_s, one.left)
        self._resolved.extend(resolved)
        self._count += len(resolved)

    @property
    def remembered(self) -> list[Resolved]:
        """What a correction would be fitted to now."""
        return list(self._resolved)

    @property
    def until_due(self) -> int:
        """How many more tickets make a fit due."""
        return max(0, self._next_fit - self._count)

    def fit(self) -> None:
        """Learn the correction from what is remembered. A second or two for ten thousand tickets."""
        self._next_fit = ceil(max(self._count, ENOUGH) * GROWN)
        if sum(not one.left for one in self._resolved) >= ENOUGH // 2:
            self._correction = corrected(self._resolved)

    def _raw_all(self, asked: Sequence[tuple[Basis, str]]) -> list[tuple[float, float, float]]:
        if self._correction is None or not asked:
            return [_raw(basis) for basis, _ in asked]
        return [(low, median, high) for low, median, high in self._correction.of(asked).tolist()]

    def _bounded(self, low: float, median: float, high: float, service: str) -> ForeseenWait:
        own = self._by_service.get(service)
        bounds = own if own is not None and len(own.high) >= OF_ITS_OWN else self._all
        if high < AT_ONCE_S:
            bounds = self._at_once
        low, high = bounds.moved(low, high)
        high = max(high, 0.0)
        low = min(max(low, 0.0), high)
        return ForeseenWait(low, min(max(median, low), high), high, self._count < SURE_FROM)


def calibrated(steps: Iterable[PastStep]) -> Calibration:
    """All that was promised on a basis, learnt in the order in which it was resolved, and corrected with what came
    before each. Who asked for a few minutes is censored from then on, as who left is; later steps of a visit had no
    promise."""
    resolved = []
    for step in sorted(steps, key=_resolved_at):
        if step.basis is not None and not step.step and _resolved_at(step) < inf:
            waited_s = max(0.0, (_resolved_at(step) - step.since) / 1000)
            left = step.called_at is None or step.held_at is not None
            resolved.append(Resolved(step.basis, step.service, waited_s, left))
    return learnt_from(resolved)


def learnt_from(resolved: Sequence[Resolved]) -> Calibration:
    """These tickets learnt in their order, each foreseen with nothing but those before it."""
    calibration = Calibration()
    while resolved:
        some = calibration.until_due
        calibration.learn_all(resolved[:some])
        resolved = resolved[some:]
        if calibration.due:
            calibration.fit()
    return calibration


def _resolved_at(step: PastStep) -> float:
    """ms UTC; inf while it waits."""
    return inf if step.resolved_at is None else step.resolved_at


def _raw(basis: Basis) -> tuple[float, float, float]:
    if basis.median_s is not None and basis.q10_s is not None and basis.q90_s is not None:
        return basis.q10_s, basis.median_s, basis.q90_s
    mean = next((mean for mean in (basis.qlm_s, basis.ql_s, basis.recent_s) if mean is not None), 0.0)
    low, median, high = EXPONENTIAL
    return low * mean, median * mean, high * mean
