"""What the teller asked for and the branch has not answered yet.

A sent call cannot be unsent, so each intention gets its idempotency key when the key is pressed, and keeps it until an
answer comes: over a lost line, a slow server, a second attempt, a console that was killed. The same command pressed
again while it is on its way is the same intention. Intentions go out one after the other, in the order of the keys.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lobby.queue.commands import Command


@dataclass(frozen=True)
class Intention:
    """A command, and the key under which it is carried out at most once."""

    command: Command
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def _nowhere() -> None:
    """Where nothing outlives the process."""


class Outbox:
    """Intentions in the order in which they were meant. One teller's; it outlives a screen, and the process too where
    `keep` and `settle` write it down."""

    def __init__(self, keep: Callable[[], None] = _nowhere, settle: Callable[[], None] = _nowhere) -> None:
        self._waiting: deque[Intention] = deque()
        self._keep = keep
        self.settle = settle
        """Returns when all that was added is written down; from any thread but the screen's."""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def head(self) -> Intention | None:
        """The one to send now."""
        return self._waiting[0] if self._waiting else None

    @property
    def intentions(self) -> list[Intention]:
        return list(self._waiting)

    @property
    def commands(self) -> list[Command]:
        return [intention.command for intention in self._waiting]

    def add(self, command: Command) -> Intention | None:
        """A new intention; None when the last one here is the same."""
        if self._waiting and self._waiting[-1].command == command:
            return None
        intention = Intention(command)
        self._waiting.append(intention)
        self._keep()
        return intention

    def answered(self, intention: Intention) -> None:
        """It was carried out or refused: it is not sent again."""
        if intention in self._waiting:
            self._waiting.remove(intention)
            self._keep()

    def take_up(self, intentions: Iterable[Intention]) -> None:
        """Go on with what was left, before anything else."""
        self._waiting.extendleft(reversed(list(intentions)))

    def forget(self) -> None:
        self._waiting.clear()
