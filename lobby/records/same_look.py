"""Who looks at the very same thing again shortly after has looked once: a page that is shown anew, a program that asks
every second, say nothing new of anybody and do not fill the audit trail."""

from __future__ import annotations

from collections.abc import Hashable

SAME_LOOK_MS = 10 * 60_000
MOST = 1000


class SameLook:
    """The looks of the last ten minutes in this process; `look` names who sees what."""

    def __init__(self) -> None:
        self._at: dict[Hashable, int] = {}

    def has(self, look: Hashable, now: int) -> bool:
        """Whether the trail has this look already; `now` in ms UTC."""
        before = self._at.get(look)
        return before is not None and 0 <= now - before < SAME_LOOK_MS

    def add(self, look: Hashable, now: int) -> None:
        """The trail has it now."""
        if len(self._at) >= MOST:
            self._at.clear()
        self._at[look] = now
