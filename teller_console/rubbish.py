"""When rubbish is collected: between the keys. The garbage collector stops everything, and left to itself it does so in
the middle of a repaint, for half as long as one takes."""

from __future__ import annotations

import gc

RARELY = (50_000, 20, 100)
"""Thresholds of the collector for a teller who never pauses, and for a key that is held down."""

THOROUGHLY = 60
"""So often, counted in lulls, everything is looked through and not only what is young."""


class Rubbish:
    """From its making on the collector runs when `collect` is called, and by itself only rarely."""

    def __init__(self) -> None:
        gc.set_threshold(*RARELY)
        self._lulls = 0

    def collect(self) -> None:
        """Nobody waits just now. Takes up to some ten milliseconds."""
        self._lulls += 1
        gc.collect(2 if self._lulls % THOROUGHLY == 0 else 1)
