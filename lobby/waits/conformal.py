"""Bounds that hold as often as they say: split-conformal, over the last resolved tickets.

The score of a ticket is its wait less what was foreseen for it. To what is foreseen for the next one the score is added
that the wanted share of the last `window` tickets stayed under (Vovk, Gammerman & Shafer 2005; Lei et al. 2018): the
k-th smallest of n with k = ceil((n + 1) share).

Leavers are censored, not absent: one who left after w seconds would have waited longer than w, nobody knows how much.
Their score is "more than this", and the share under a score is the product-limit estimate (Kaplan & Meier 1958), which
is the plain share where nobody left.

The level follows the drift: with each ticket of which it is known whether its wait was within the bound, it moves by
`gamma` times the difference from what was wanted (adaptive conformal inference; Gibbs & Candes 2021). Of a leaver that
is known only when the leaver had already waited longer.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import inf

LOWEST, HIGHEST = 0.02, 0.98


class Conformal:
    """The score under which a `share` of the tickets stays."""

    def __init__(self, share: float, *, window: int = 600, gamma: float = 0.01) -> None:
        self.share, self.window, self.gamma = share, window, gamma
        self.level = share
        self._recent: deque[tuple[float, bool]] = deque()
        self._ascending: list[tuple[float, bool]] = []
        self._bound: float | None = None

    def __len__(self) -> int:
        return len(self._recent)

    def learn(self, score: float, *, left: bool = False) -> None:
        """A resolved ticket's score, in the order of resolution; `left`: its own would have been larger."""
        if self._recent and (not left or score > self.bound()):
            within = score <= self.bound()
            self.level = min(max(self.level + self.gamma * (self.share - within), LOWEST), HIGHEST)
        insort(self._ascending, (score, left))
        self._recent.append((score, left))
        if len(self._recent) > self.window:
            del self._ascending[bisect_left(self._ascending, self._recent.popleft())]
        self._bound = None

    def bound(self) -> float:
        """The score to add; the largest seen where there are too few to say, inf where there is none."""
        if self._bound is None:
            self._bound = self._quantile()
        return self._bound

    def _quantile(self) -> float:
        count, over = len(self._ascending), 1.0
        enough = 1 - self.level * (count + 1) / count if count else 0.0
        for rank, (score, left) in enumerate(self._ascending):
            if not left:
                over *= 1 - 1 / (count - rank)
                if over <= enough + 1e-9:
                    return score
        return self._ascending[-1][0] if count else inf
