"""Promises that hold as often as they say: split-conformal bounds over the last resolved tickets.

The score of a ticket is how far its wait was above the bound that was foreseen for it. The bound promised to the next
one is raised by the score that the wanted share of the last `window` tickets stayed under (Vovk, Gammerman & Shafer
2005; Lei et al. 2018): the k-th smallest of n with k = ceil((n + 1) coverage).

Leavers are censored, not absent: one who left after w seconds would have waited longer than w, nobody knows how much.
Their score is "more than this", and the share under a score is the product-limit estimate (Kaplan & Meier 1958), which
is the plain share where nobody left.

The level follows the drift: after each resolved ticket the wanted share moves by `gamma` times the miss beyond what was
wanted (adaptive conformal inference; Gibbs & Candes 2021), so that a day unlike the ones before is caught up with. A
leaver who left within the bound says nothing of it, and moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import inf


class Conformal:
    """Bounds above which a share of 1 - `coverage` of the scores is wanted."""

    def __init__(self, coverage: float, *, window: int = 600, gamma: float = 0.01) -> None:
        self.coverage = coverage
        self.window = window
        self.gamma = gamma
        self.level = coverage
        self._recent: deque[tuple[float, bool]] = deque()
        self._ascending: list[tuple[float, bool]] = []

    def __len__(self) -> int:
        return len(self._recent)

    def learn(self, score: float, *, left: bool = False) -> None:
        """A resolved ticket's score, in the order of resolution; `left`: its own would have been larger."""
        if len(self) and (score > self.bound() or not left):
            missed = score > self.bound()
            self.level += self.gamma * (missed - (1 - self.coverage))
            self.level = min(max(self.level, 0.5), 0.995)
        entry = (score, left)
        self._recent.append(entry)
        insort(self._ascending, entry)
        if len(self._recent) > self.window:
            del self._ascending[bisect_left(self._ascending, self._recent.popleft())]

    def bound(self) -> float:
        """The score that holds with the wanted share; the largest seen where there are too few; inf for none."""
        if not self._ascending:
            return inf
        at_risk, under = len(self._ascending), 1.0
        allowed = 1 - self.level * (1 + 1 / at_risk)
        for score, left in self._ascending:
            if not left:
                under *= 1 - 1 / at_risk
                if under <= allowed + 1e-12:
                    return score
            at_risk -= 1
        return self._ascending[-1][0]
