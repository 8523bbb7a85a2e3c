"""What the teller asked for and the branch has not answered yet.

A sent call cannot be unsent, so each intention gets its idempotency key when the key is pressed, and keeps it until an
answer comes: over a lost line, a slow server, a second attempt. The same command pressed again while it is on its way
is the same intention. Intentions go out one after the other, in the order of the keys.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field

from lobby.queue.commands import Command


@dataclass(frozen=True)
class Intention:
    """A command, and the key under which it is carried out at most once."""

    command: Command
    key: str = field(default_factory=lambda: secrets.token_hex(16))


class Outbox:
    """Intentions in the order in which they were meant. One teller's; it outlives a screen."""

    def __init__(self) -> None:
        self._waiting: deque[Intention] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def head(self) -> Intention | None:
        """The one to send now."""
        return self._waiting[0] if self._waiting else None

    @property
    def commands(self) -> list[Command]:
        return [intention.command for intention in self._waiting]

    def add(self, command: Command) -> Intention | None:
        """A new intention; None when the last one here is the same."""
        if self._waiting and self._waiting[-1].command == command:
            return None
        intention = Intention(command)
        self._waiting.append(intention)
        return intention

    def answered(self, intention: Intention) -> None:
        """It was carried out or refused: it is not sent again."""
        if intention in self._waiting:
            self._waiting.remove(intention)
