"""Which counters were open when on a day that is over, breaks left out."""

from __future__ import annotations

from collections.abc import Iterable

from lobby.queue.past import BREAK, OPEN, PastDay
from lobby.queue.services import Setup
from lobby.waits.came import wall_s
from lobby.waits.day_run import Roster

Stretch = tuple[float, float]
"""From, until: seconds since midnight."""


def roster_of(day: PastDay, setup: Setup) -> Roster:
    """The day's roster; a counter gave what it gave when it was last open."""
    open_: dict[int, list[Stretch]] = {}
    away: dict[int, list[Stretch]] = {}
    for span in day.spans:
        into = {OPEN: open_, BREAK: away}.get(span.kind)
        if into is not None:
            end = day.at if span.end is None else span.end
            into.setdefault(span.counter, []).append(
                (wall_s(setup, day.day, span.start), wall_s(setup, day.day, end))
            )
    spans = {counter: tuple(without(joined(own), away.get(counter, ()))) for counter, own in sorted(open_.items())}
    built = {counter: place.services for counter, place in setup.counters.items()}
    return Roster(spans, {counter: day.services_at.get(counter, built.get(counter, ())) for counter in spans})


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, without overlaps."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `stretches` when `taken` is taken out."""
    left = list(stretches)
    for start, end in taken:
        left = [
            part
            for first, last in left
            for part in ((first, min(last, start)), (max(first, end), last))
            if part[0] < part[1]
        ]
    return left
