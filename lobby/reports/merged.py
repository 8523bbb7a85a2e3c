"""Columns of many branches as one: what figures over a whole chain are reckoned from.

Every visit, step and span counts as it is, so that a mean over the chain is a mean over its customers, and a percentile
one of all waits; nothing is averaged twice. Ticket numbers and what promises rested on are left out: no figure of a
chain asks for them, and they are most of the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from lobby.reports.columns import Coded, Columns, SpanColumns, StepColumns, VisitColumns, columns_of

C = TypeVar("C", StepColumns, VisitColumns, SpanColumns)

LEFT_OUT = ("ticket", "number", "basis")


def merged(parts: Sequence[Columns]) -> Columns:
    """All rows of these parts, in their order; the days of one part follow those of the one before."""
    if not parts:
        return columns_of(())
    first_days = np.cumsum([0, *(len(part.days) for part in parts)])
    first_visits = np.cumsum([0, *(len(part.visits.state) for part in parts)])
    return Columns(
        days=tuple(day for part in parts for day in part.days),
        steps=_joined([part.steps for part in parts], visit=lambda n: first_visits[n]),
        visits=_joined([part.visits for part in parts], day=lambda n: first_days[n]),
        spans=_joined([part.spans for part in parts], day=lambda n: first_days[n]),
    )


def light(columns: Columns) -> Columns:
    """The same without what no figure of a chain asks for."""
    return replace(columns, visits=replace(columns.visits, ticket=(), number=(), basis={}))


def _joined(parts: Sequence[C], **shifted: Callable[[int], Any]) -> C:
    """Column by column; one that indexes rows of another table is shifted by where that part of it begins."""
    found: dict[str, Any] = {}
    for field in fields(parts[0]):
        name = field.name
        values = [getattr(part, name) for part in parts]
        if name in LEFT_OUT:
            found[name] = {} if name == "basis" else ()
        elif isinstance(values[0], Coded):
            found[name] = _recoded(values)
        elif name in shifted:
            found[name] = np.concatenate([value + shifted[name](n) for n, value in enumerate(values)])
        else:
            found[name] = np.concatenate(values)
    return type(parts[0])(**found)


def _recoded(parts: Sequence[Coded]) -> Coded:
    """One column of texts, with the names of all."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    place = {name: index for index, name in enumerate(names)}
    codes = [np.array([place[name] for name in part.names], dtype=np.int64)[part.codes] for part in parts]
    return Coded(np.concatenate(codes), names)
