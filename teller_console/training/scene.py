"""What goes on in the lesson at this moment, and how it is told to the trainee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lobby.errors import N_
from lobby.words import Words
from lobby.words import words as words_of
from teller_console.training.situations import Situation


class Phase(Enum):
    """The value is what the trainee is told; a customer who is served speaks for themselves."""

    BEGINNING = N_("Welcome. The first customer is on the way.")
    WAITING = N_("A customer is waiting. Space calls the next one.")
    CALLED = N_("The customer stands before you. S starts.")
    NOBODY = N_("Nobody comes to your counter.")
    SERVING = N_("Customer: %(words)s")
    PARKED = N_("The customer will be back. K takes them up again.")
    DARK = N_("The power is gone. Go on: what you press and type is kept, and sent once when the branch is back.")
    OVER = N_("That was the last customer. Ctrl+Q: see how it went.")
    BROKEN = N_("The practice branch cannot go on. Ctrl+Q: see how it went so far.")


@dataclass(frozen=True, slots=True)
class Scene:
    """The `number`th situation of `total`; `language` is the customer's, `turn` counts the services of the visit from
    0."""

    phase: Phase = Phase.BEGINNING
    number: int = 0
    total: int = 0
    situation: Situation | None = None
    language: str = ""
    turn: int = 0

    def title(self, words: Words) -> str:
        """Empty before the first and after the last customer."""
        if self.situation is None:
            return ""
        return f"{self.number}/{self.total}  {words(self.situation.title)}"

    def told(self, words: Words) -> str:
        """What happens; a customer's words in the customer's language."""
        if self.phase is not Phase.SERVING or self.situation is None:
            return words(self.phase.value)
        says = self.situation.says
        spoken = words_of(self.language)(says[min(self.turn, len(says) - 1)]) if says else "..."
        return words(self.phase.value, words=f"“{spoken}”")

    def hint(self, words: Words) -> str:
        """What the trainee could do now; empty where `told` says it already."""
        if self.situation is None or self.phase not in (Phase.NOBODY, Phase.SERVING):
            return ""
        return words(self.situation.hint)
