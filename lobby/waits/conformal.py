"""Bounds that hold as often as they say: split-conformal, over the last resolved tickets.

The score of a ticket is its wait less what was foreseen for it. To what is foreseen for the next one the score is added
that the wanted share of the last `window` tickets stayed under (Vovk, Gammerman & Shafer 2005; Lei et al. 2018): the
k-th smallest of n with k = ceil((n + 1) share).

Leavers are censored, not absent: one who left after w seconds would have waited longer than w, nobody knows how much.
Their score is "more than this", and the share under a score is the product-limit estimate (Kaplan & Meier 1958), which
is the plain share where nobody left.

The level follows the drift: with each ticket that was called it moves by `gamma` times the difference of what was
wanted and what was (adaptive conformal inference; Gibbs & Candes 2021). Leavers do not move it: one who had waited past
the bound is known to be over it, one who left before is not known to be under it, and to count the first alone would
push the level above what is wanted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from math import ceil, inf

LOWEST, HIGHEST = 0.02, 0.98


class Conformal:
    """The score under which a `share` of the tickets stays."""

    def __init__(self, share: float, *, window: int = 600, gamma: float = 0.01) -> None:
        self.share, self.window, self.gamma = share, window, gamma
        self.level = share
        self._recent: deque[tuple[float, bool]] = deque()
        self._called: list[float] = []
        self._left: list[float] = []
        self._bound: float | None = None

    def __len__(self) -> int:
        return len(self._recent)

    def learn(self, score: float, *, left: bool = False) -> None:
        """A resolved ticket's score, in the order of resolution; `left`: its own would have been larger."""
        if self._recent and not left:
            within = score <= self.bound()
            self.level = min(max(self.level + self.gamma * (self.share - within), LOWEST), HIGHEST)
        insort(self._left if left else self._called, score)
        self._recent.append((score, left))
        if len(self._recent) > self.window:
            oldest, gone = self._recent.popleft()
            among = self._left if gone else self._called
            del among[bisect_left(among, oldest)]
        self._bound = None

    def bound(self) -> float:
        """The score to add; the largest seen where there are too few to say, inf where there is none."""
        if self._bound is None:
            self._bound = self._quantile()
        return self._bound

    def _quantile(self) -> float:
        """The first score at which the product-limit estimate of the share above it is low enough. Between two leavers
        that share falls by the same step with each score."""
        count = len(self._recent)
        if not count:
            return inf
        enough = 1 - self.level * (count + 1) / count
        above, at_risk, passed = 1.0, count, 0
        for leaver in (*self._left, inf):
            until = bisect_right(self._called, leaver)
            steps = max(1, ceil(at_risk * (1 - enough / above) - 1e-9))
            if steps <= until - passed:
                return self._called[passed + steps - 1]
            above *= 1 - (until - passed) / at_risk
            at_risk -= until - passed + 1
            passed = until
            if not at_risk:
                break
        return max(*self._called[-1:], *self._left[-1:], -inf)
