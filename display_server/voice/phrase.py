"""What is said: "Ticket number. A. 0. 4. 7. Please go to counter 3.", made of clips that each language has once.

A number is spoken sign by sign, as it is read on a screen ("0 4 7" and not "forty-seven"). The way to the counter is
one clip a counter, because languages put the number in different places. The sentences are those of the catalogue.
"""

from __future__ import annotations

from lobby.queue.services import Setup
from lobby.words import words

AGAIN, NUMBER = "again", "number"
PAUSE_AFTER_S = {AGAIN: 0.25, NUMBER: 0.15, "letter": 0.12, "digit": 0.1, "counter": 0.0}
"""Seconds of silence behind a clip, by its kind."""

BEFORE_COUNTER_S = 0.3


def clips_of(number: str, counter: int, *, again: bool) -> tuple[tuple[str, float], ...]:
    """The clips of one call in their order, each with the pause behind it (seconds)."""
    signs = [f"letter-{sign}" if sign.isalpha() else f"digit-{sign}" for sign in number.upper() if sign.isalnum()]
    names = [*([AGAIN] if again else []), NUMBER, *signs]
    spoken = [(name, PAUSE_AFTER_S[name.partition("-")[0]]) for name in names]
    return (*spoken[:-1], (names[-1], BEFORE_COUNTER_S), (f"counter-{counter}", PAUSE_AFTER_S["counter"]))


def texts(setup: Setup, language: str) -> dict[str, str]:
    """What each clip of a language says, by the clip's name: all that the branch's numbers and counters need."""
    say = words(language)
    letters = sorted({sign for service in setup.services.values() for sign in service.prefix.upper() if sign.isalpha()})
    return {
        AGAIN: say("Called again"),
        NUMBER: say("Ticket number"),
        **{f"letter-{letter}": letter for letter in letters},
        **{f"digit-{digit}": str(digit) for digit in range(10)},
        **{
            f"counter-{counter}": say("Please go to counter %(counter)s", counter=counter)
            for counter in sorted(setup.counters)
        },
    }
