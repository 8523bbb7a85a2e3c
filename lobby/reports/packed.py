"""A day as lists, one for each field of its steps and spans: small to keep, and quick to read as columns.

Steps are kept under the names of the fields of `PastStep`; a promise and a basis are taken apart into a list for each
of their own fields, `promise_low_s` or `basis_ahead`. What is the same for the whole day is not repeated.
"""

from __future__ import annotations

from typing import Any

import msgspec

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay, PastStep, Span

NESTED: dict[str, type[msgspec.Struct]] = {"promise": Promise, "told": Promise, "basis": Basis}
CERTAIN = {"promise": "low_s", "told": "low_s", "basis": "ahead"}
"""The field of each that is never None, unless there is none at all."""

PLAIN = tuple(name for name in PastStep.__struct_fields__ if name != "day" and name not in NESTED)
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
    for name, kind in NESTED.items():
        found = [getattr(step, name) for step in day.steps]
        for field in kind.__struct_fields__:
            steps[f"{name}_{field}"] = [None if one is None else getattr(one, field) for one in found]
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
    for name, kind in NESTED.items():
        rows = zip(*(day.steps[f"{name}_{field}"] for field in kind.__struct_fields__), strict=True)
        there = day.steps[f"{name}_{CERTAIN[name]}"]
        made[name] = [None if one is None else kind(*row) for one, row in zip(there, rows, strict=True)]
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
