"""Trying again what got no answer."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

from teller_console.pauses import Pauses

LONGEST_S = 4.0

KEY_S = 0.25
"""A key that is held down has it tried no more often than this."""


class Again:
    """Tries `attempt` again after pauses that grow from `first_s` on, by timers of a screen; a key cuts one short."""

    def __init__(self, screen: MessagePump, attempt: Callable[[], object], first_s: float) -> None:
        self._screen, self._attempt = screen, attempt
        self._pauses = Pauses(first_s, LONGEST_S)
        self._timer: Timer | None = None
        self._failed_at = 0.0

    @property
    def waits(self) -> bool:
        """It has failed and will be tried after the pause."""
        return self._timer is not None

    def later(self) -> None:
        """It has failed."""
        self._stop()
        self._failed_at = time.monotonic()
        self._timer = self._screen.set_timer(self._pauses.next(), self._try)

    def hurry(self) -> None:
        """Somebody waits for it."""
        if self.waits and time.monotonic() - self._failed_at >= KEY_S:
            self._pauses.begin_again()
            self._try()

    def over(self) -> None:
        """It has succeeded, or may from now on."""
        self._stop()
        self._pauses.begin_again()

    def _try(self) -> None:
        self._stop()
        self._attempt()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
