"""Breaks where they hurt least: for each counter the start, of all that the day allows, without which the fewest first
waits are kept beyond their limit, on the same courses of the day. One counter after the other, each knowing the breaks
that are placed already; then each once more, knowing all others.

Who works longer than six hours has a right to a break (Directive 2003/88/EC, article 4); how long it is, law and
contract of the place say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from lobby.queue.services import Setup
from lobby.waits.planning.day_run import Day, Effect, Outcome, Roster, effect, run
from lobby.waits.planning.stretches import Stretch, without

LONG_S = 6 * 3600.0
"""A counter that is open for longer in one go gets a break."""

EDGE_S = 2 * 3600.0
"""Not so soon after its opening, and not so shortly before its end."""

GRID_S = 1800.0
AT_ONCE = 3
"""Of so many open counters one may rest at a time. When a crowd comes that is late anyway, breaks seem to cost nothing;
but the crowd sees empty counters."""


class Break(msgspec.Struct, frozen=True):
    """A counter's break, minutes since midnight, and what it changes: fewer first waits kept, given the other breaks.
    `worst`: at its worst time of those allowed it would change this."""

    counter: int
    start_min: int
    end_min: int
    effect: Effect
    worst: Effect


def breaks_of(day: Day, setup: Setup, roster: Roster, closes_s: float, length_s: float = 1800.0) -> tuple[Break, ...]:
    """A break for each counter that is open for long, in order of time. `closes_s`: when the branch closes; who stays
    for the last customers has the break before."""
    possible = {counter: list(_starts(spans, closes_s, length_s)) for counter, spans in roster.spans.items()}
    possible = {counter: starts for counter, starts in possible.items() if starts}
    chosen: dict[int, float] = {}
    placed: dict[int, Break] = {}
    for _ in range(2 if len(possible) > 1 else 1):
        for counter in sorted(
            possible, key=lambda one: (len(roster.services.get(one, ())) or len(setup.services), one)
        ):
            others = {other: start for other, start in chosen.items() if other != counter}
            before = run(day, setup, _resting(roster, others, length_s))
            tried = {
                start: run(day, setup, _resting(roster, others | {counter: start}, length_s))
                for start in _not_too_many(possible[counter], roster, others, length_s)
            }
            middle = sum(possible[counter]) / len(possible[counter])
            ranked = sorted(tried, key=lambda start: (*_hurts(tried[start]), abs(start - middle)))
            chosen[counter] = ranked[0]
            placed[counter] = Break(
                counter,
                int(ranked[0] // 60),
                int((ranked[0] + length_s) // 60),
                effect(tried[ranked[0]], before),
                effect(tried[ranked[-1]], before),
            )
    return tuple(sorted(placed.values(), key=lambda one: (one.start_min, one.counter)))


def _starts(spans: tuple[Stretch, ...], closes_s: float, length_s: float) -> Iterator[float]:
    for start, end in spans:
        last = min(end, closes_s)
        if last - start > LONG_S:
            at = -(-(start + EDGE_S) // GRID_S) * GRID_S
            while at + length_s <= last - EDGE_S:
                yield at
                at += GRID_S


def _not_too_many(starts: list[float], roster: Roster, others: Mapping[int, float], length_s: float) -> list[float]:
    """The starts at which no more than one counter of `AT_ONCE` rests; all, where there is none such."""

    def fits(start: float) -> bool:
        resting = 1 + sum(abs(other - start) < length_s for other in others.values())
        open_ = sum(any(first <= start < last for first, last in spans) for spans in roster.spans.values())
        return resting <= max(1, open_ // AT_ONCE)

    return [start for start in starts if fits(start)] or starts


def _hurts(outcome: Outcome) -> tuple[float, float]:
    """Less is better: those who are kept beyond their limit, then how long everybody waits."""
    return round(float((outcome.judged - outcome.kept).sum()), 3), round(float(outcome.wait_s.mean()), 1)


def _resting(roster: Roster, starts: Mapping[int, float], length_s: float) -> Roster:
    spans = {
        counter: tuple(without(list(own), [(starts[counter], starts[counter] + length_s)]))
        if counter in starts
        else own
        for counter, own in roster.spans.items()
    }
    return Roster(spans, roster.services)
