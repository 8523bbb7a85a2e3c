"""A day as lists, one for each field of its steps and spans: small to keep, and quick to read as columns.

Steps are kept under the names of the fields of `PastStep`; a promise becomes its bounds and whether it said "about",
a basis the list of its values. What is the same for the whole day is not repeated.
"""

from __future__ import annotations

from typing import Any

import msgspec

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay, PastStep, Span

PLAIN = tuple(name for name in PastStep.__struct_fields__ if name not in {"day", "promise", "told", "basis"})
PROMISES = ("promise", "told")
BOUNDS = Promise.__struct_fields__
BASIS = Basis.__struct_fields__
SPAN = Span.__struct_fields__


class PackedDay(msgspec.Struct, frozen=True):
    """A `PastDay`; `steps` and `spans` have a list under each name."""

    day: str
    start: int
    end: int
    at: int
    closed: bool
    steps: dict[str, list[Any]]
    spans: dict[str, list[Any]]
    services_at: dict[int, tuple[str, ...]] = {}
    lists_taken: int = 0
    ratings: dict[int, int] = {}


def packed(day: PastDay) -> PackedDay:
    """The day as lists."""
    steps = {name: [getattr(step, name) for step in day.steps] for name in PLAIN}
    for name in PROMISES:
        told = [getattr(step, name) for step in day.steps]
        for bound in BOUNDS:
            steps[f"{name}_{bound}"] = [None if one is None else getattr(one, bound) for one in told]
    steps["basis"] = [None if step.basis is None else msgspec.structs.astuple(step.basis) for step in day.steps]
    return PackedDay(
        day=day.day,
        start=day.start,
        end=day.end,
        at=day.at,
        closed=day.closed,
        steps=steps,
        spans={name: [getattr(span, name) for span in day.spans] for name in SPAN},
        services_at=day.services_at,
        lists_taken=day.lists_taken,
        ratings=day.ratings,
    )


def unpacked(day: PackedDay) -> PastDay:
    """The day as it was."""
    made = {name: day.steps[name] for name in PLAIN}
    for name in PROMISES:
        bounds = zip(*(day.steps[f"{name}_{bound}"] for bound in BOUNDS), strict=True)
        made[name] = [None if one[0] is None else Promise(*one) for one in bounds]
    made["basis"] = [None if one is None else Basis(*one) for one in day.steps["basis"]]
    rows = zip(*(made[name] for name in PastStep.__struct_fields__[1:]), strict=True)
    return msgspec.structs.replace(
        bare(day),
        steps=tuple(PastStep(day.day, *row) for row in rows),
        spans=tuple(Span(*row) for row in zip(*(day.spans[name] for name in SPAN), strict=True)),
    )


def bare(day: PackedDay) -> PastDay:
    """The day as it was, without its steps and spans."""
    return PastDay(
        day=day.day,
        start=day.start,
        end=day.end,
        at=day.at,
        closed=day.closed,
        services_at=day.services_at,
        lists_taken=day.lists_taken,
        ratings=day.ratings,
    )
