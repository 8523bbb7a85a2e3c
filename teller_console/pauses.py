"""How long to wait before trying again what has failed."""

from __future__ import annotations

import random


class Pauses:
    """Each pause is twice as long as the one before, the longest `longest_s`, and each by chance up to a quarter longer
    or shorter: the consoles of a branch do not all come back to a restarted server in the same moment."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._next_s = first_s

    def next(self) -> float:
        """Seconds."""
        pause, self._next_s = self._next_s, min(2 * self._next_s, self._longest_s)
        return pause * random.uniform(0.75, 1.25)

    def begin_again(self) -> None:
        """It succeeded, or somebody waits for it: the next pause is the first."""
        self._next_s = self._first_s
