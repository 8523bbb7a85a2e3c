"""How it went, as customers say it: the five answers, and what was good or could be better, from a few choices.

A customer says first how it was and then, if they like, what about; 4 and 5 are asked what was good, the others what
could be better. The same code stands for the same thing on both sides, so that they can be held against each other.
"""

from __future__ import annotations

import msgspec

from lobby.care.templates import Named
from lobby.errors import N_

RATING_NAMES = {5: N_("Very good"), 4: N_("Good"), 3: N_("All right"), 2: N_("Not good"), 1: N_("Bad")}
"""The five answers, the best first."""
GOOD_FROM = 4
"""Answers from here on say that it was good."""
BAD_UP_TO = 2
"""Answers up to here say that it was bad: what is written beside them waits for somebody who leads."""

ENOUGH_OF_ONE = 10
"""No figure of the answers about one colleague where there are fewer: it would tell who said what, and one bad morning
would stand for a person."""

WHAT_WAS_GOOD, WHAT_COULD_BE_BETTER = N_("What was good?"), N_("What could be better?")

GOOD = {
    "wait": N_("A short wait"),
    "staff": N_("Kind staff"),
    "answer": N_("Clear answers"),
    "done": N_("Everything done in one visit"),
    "place": N_("A pleasant branch"),
}
"""What was good, where the branch does not choose."""

BAD = {
    "wait": N_("The wait was long"),
    "staff": N_("I was not treated well"),
    "answer": N_("I did not get a clear answer"),
    "done": N_("I have to come again"),
    "place": N_("The branch itself"),
}
"""What could be better, where the branch does not choose."""


class Choices(msgspec.Struct, frozen=True):
    """What may be chosen, in the order shown. Codes with no names have ours. None: as for every service."""

    good: tuple[Named, ...] | None = None
    bad: tuple[Named, ...] | None = None


class FeedbackSetup(msgspec.Struct, frozen=True):
    """The choices of the branch: for every service, and those of its own that a service has, by its code."""

    good: tuple[Named, ...] = tuple(Named(code) for code in GOOD)
    bad: tuple[Named, ...] = tuple(Named(code) for code in BAD)
    services: dict[str, Choices] = {}

    def choices(self, service: str, good: bool) -> tuple[Named, ...]:
        """What may be chosen after a visit for `service` (empty: not known which)."""
        own = self.services.get(service, Choices())
        if good:
            return self.good if own.good is None else own.good
        return self.bad if own.bad is None else own.bad

    def names(self, good: bool) -> dict[str, dict[str, str]]:
        """The branch's own names, by language, of all that any customer may choose, by its code; those for every
        service go before a service's own."""
        found: dict[str, dict[str, str]] = {}
        for service in ("", *self.services):
            for one in self.choices(service, good):
                found.setdefault(one.code, one.names)
        return found


def was_good(rating: int) -> bool:
    """Whether this answer is asked what was good, and not what could be better."""
    return rating >= GOOD_FROM
