"""How a lesson went: for each situation what was done and what is missing, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from teller_console.training.situations import Expected, Situation
from teller_console.training.visit import Visit

SOON_S = 30.0
"""A customer who walks over is greeted within this time after the call."""

LONG = 1.5
"""A visit that takes so many times the service's mean is worth a remark."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One situation. Times in seconds, None where there is nothing to measure; `mean_s` is what the branch reckons with
    for the service."""

    situation: Situation
    done: tuple[Expected, ...]
    missing: tuple[Expected, ...]
    start_s: float | None
    handling_s: float | None
    mean_s: float

    @property
    def slow_start(self) -> bool:
        return self.situation.comes and self.start_s is not None and self.start_s > SOON_S

    @property
    def long(self) -> bool:
        """Never because the power was gone."""
        return not self.situation.power_cut and self.handling_s is not None and self.handling_s > LONG * self.mean_s


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole lesson; `planned` is how many situations it had."""

    met: tuple[Feedback, ...]
    planned: int

    @property
    def done(self) -> int:
        return sum(len(one.done) for one in self.met)

    @property
    def expected(self) -> int:
        return sum(len(one.done) + len(one.missing) for one in self.met)


def feedback(situation: Situation, visit: Visit, mean_s: float) -> Feedback:
    """What to say about one visit."""
    return Feedback(
        situation,
        tuple(one for one in situation.expected if one.met(visit)),
        tuple(one for one in situation.expected if not one.met(visit)),
        visit.call_to_start_s,
        visit.handling_s,
        mean_s,
    )


def lesson(taught: Iterable[tuple[Situation, Visit]], mean_s: dict[str, float], planned: int) -> Lesson:
    """What to say about all visits that took place; `mean_s` by service. Who was never called is no fault."""
    met = tuple(feedback(one, visit, mean_s[one.service]) for one, visit in taught if visit.was_called)
    return Lesson(met, planned)
