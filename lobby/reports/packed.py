"""A day as columns, one for each field of its steps and spans: small to keep, and quick to read.

Steps are kept under the names of the fields of `PastStep`; a promise and a basis are taken apart into a column for each
of their own fields, `promise_low_s` or `basis_ahead`. What is the same for the whole day is not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay, PastOpinion, PastStep, Span

NUMBER = np.dtype("<f8")
"""64-bit floats, not a number for None: exact for whole numbers up to 2**53, for times in ms up to the year 287396."""

NESTED: dict[str, type[msgspec.Struct]] = {"promise": Promise, "told": Promise, "basis": Basis}
CERTAIN = {"promise": "low_s", "told": "low_s", "basis": "ahead"}
"""The field of each that is never None, unless there is none at all."""


class Rows(msgspec.Struct, frozen=True):
    """`numbers` as the bytes of `NUMBER`, `texts` as they are; a column under each name."""

    numbers: dict[str, bytes]
    texts: dict[str, list[str]]


class PackedDay(msgspec.Struct, frozen=True):
    """A `PastDay` with its steps and spans as columns."""

    day: str
    start: int
    end: int
    at: int
    closed: bool
    steps: Rows
    spans: Rows
    services_at: dict[int, tuple[str, ...]] = {}
    lists_taken: int = 0
    handed_in_late: int = 0
    opinions: tuple[PastOpinion, ...] = ()


def packed(day: PastDay) -> PackedDay:
    """The day as columns."""
    steps = _rows(day.steps, STEP)
    for name, kind in NESTED.items():
        found = [getattr(step, name) for step in day.steps]
        for field in kind.__struct_fields__:
            values = [None if one is None else getattr(one, field) for one in found]
            steps.numbers[f"{name}_{field}"] = _bytes(values)
    return PackedDay(
        day=day.day,
        start=day.start,
        end=day.end,
        at=day.at,
        closed=day.closed,
        steps=steps,
        spans=_rows(day.spans, SPAN),
        services_at=day.services_at,
        lists_taken=day.lists_taken,
        handed_in_late=day.handed_in_late,
        opinions=day.opinions,
    )


def unpacked(day: PackedDay) -> PastDay:
    """The day as it was."""
    columns = {name: _values(day.steps, name, kind) for name, kind in STEP.items()}
    for name, struct in NESTED.items():
        fields = [_values(day.steps, f"{name}_{field}", kind) for field, kind in _kinds(struct).items()]
        there = fields[struct.__struct_fields__.index(CERTAIN[name])]
        columns[name] = [
            None if one is None else struct(*row) for one, row in zip(there, zip(*fields, strict=True), strict=True)
        ]
    steps = zip(*(columns[name] for name in PastStep.__struct_fields__[1:]), strict=True)
    spans = zip(*(_values(day.spans, name, kind) for name, kind in SPAN.items()), strict=True)
    return msgspec.structs.replace(
        bare(day), steps=tuple(PastStep(day.day, *row) for row in steps), spans=tuple(Span(*row) for row in spans)
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
        handed_in_late=day.handed_in_late,
        opinions=day.opinions,
    )


def _kinds(struct: type[msgspec.Struct]) -> dict[str, Callable[[Any], Any]]:
    """For each field what its values are: texts, or numbers of which kind. Optional ones are whole numbers, but for
    the seconds of a basis."""
    found: dict[str, Callable[[Any], Any]] = {}
    for field in msgspec.structs.fields(struct):
        found[field.name] = field.type if field.type in {str, bool, int} else float if struct is Basis else int
    return found


STEP = {name: kind for name, kind in _kinds(PastStep).items() if name != "day" and name not in NESTED}
SPAN = _kinds(Span)


def _rows(rows: Sequence[PastStep | Span], kinds: dict[str, Callable[[Any], Any]]) -> Rows:
    columns = {name: [getattr(row, name) for row in rows] for name in kinds}
    return Rows(
        numbers={name: _bytes(values) for name, values in columns.items() if kinds[name] is not str},
        texts={name: values for name, values in columns.items() if kinds[name] is str},
    )


def _bytes(values: Iterable[float | None]) -> bytes:
    return np.array(values, dtype=NUMBER).tobytes()


def _values(rows: Rows, name: str, kind: Callable[[Any], Any]) -> list[Any]:
    if kind is str:
        return rows.texts[name]
    return [None if value != value else kind(value) for value in np.frombuffer(rows.numbers[name], NUMBER).tolist()]
