"""The branch's time on this machine, whose own clock may be wrong: the last time told, and how long ago that was."""

from __future__ import annotations

import time
from collections.abc import Callable


class BranchClock:
    """Counts on from the last `tell` by a steady clock (seconds)."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._at = 0
        self._told = steady()

    def tell(self, at: int) -> None:
        """The branch said that it is `at`, ms UTC."""
        self._at = at
        self._told = self._steady()

    def now(self) -> int:
        """ms UTC."""
        return self._at + int((self._steady() - self._told) * 1000)
