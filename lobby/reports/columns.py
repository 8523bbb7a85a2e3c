"""What is over as columns of numbers, so that the figures of a year cost little more than reading it.

A column holds one value for each row: times in ms UTC and `NEVER` where there was none, `NOBODY` for no counter, codes
that index the names beside them. Rows are in the order of `PastDay.steps`: the steps of a visit follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay, PastStep, Span
from lobby.queue.ticket import State

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

NEVER = NOBODY = -1
STATES = tuple(State)
PREDICTORS = ("median_s", "ql_s", "qlm_s", "les_s", "hol_s", "recent_s")
"""The fields of `Basis` that foretell one wait; the others are parts of a range, or counts."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts: for each row an index into `names`."""

    codes: Ints
    names: tuple[str, ...]

    def code(self, name: str) -> int:
        """The index of `name`; one that no row has where it does not occur."""
        return self.names.index(name) if name in self.names else NOBODY

    def at(self, rows: Ints | Flags) -> Coded:
        return Coded(self.codes[rows], self.names)


@dataclass(frozen=True, slots=True)
class StepColumns:
    """One row for each step. `visit` is the row of its visit, `first` marks the first step of each; `handled_ms` is
    `NEVER` for a step that was not served to its end."""

    visit: Ints
    first: Flags
    service: Coded
    ended: Coded
    counter: Ints
    teller: Coded
    started_at: Ints
    handled_ms: Ints


@dataclass(frozen=True, slots=True)
class VisitColumns:
    """One row for each visit. `day` indexes the days; `called_at`, `last_called_at` and `ended_at` are of its first
    step, `ended` is of its last; `state` indexes `STATES`; promises in seconds, `NEVER` without one; `basis` has a
    column for each of `PREDICTORS`, not a number where it was not known."""

    day: Ints
    ticket: Sequence[str]
    number: Sequence[str]
    service: Coded
    language: Coded
    priority: Coded
    appointment: Flags
    state: Ints
    ended: Coded
    arrived_at: Ints
    called_at: Ints
    last_called_at: Ints
    ended_at: Ints
    started: Flags
    transferred: Flags
    promise_low_s: Ints
    promise_high_s: Ints
    promise_about: Flags
    told_low_s: Ints
    told_high_s: Ints
    told_at: Ints
    basis: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """One row for each span of a counter; `end` is `NEVER` while it goes on."""

    day: Ints
    kind: Coded
    counter: Ints
    teller: Coded
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Columns:
    """A period. `days` come without their steps and spans, which are in the columns."""

    days: tuple[PastDay, ...]
    steps: StepColumns
    visits: VisitColumns
    spans: SpanColumns


@dataclass(frozen=True, slots=True)
class RawSteps:
    """Steps as lists of plain values, one list a column and None replaced by `NEVER`; `day` indexes the days, `basis`
    may be left out for all but first steps."""

    day: Sequence[int]
    ticket: Sequence[str]
    number: Sequence[str]
    step: Sequence[int]
    service: Sequence[str]
    language: Sequence[str]
    priority: Sequence[str]
    appointment: Sequence[int]
    arrived_at: Sequence[int]
    called_at: Sequence[int]
    last_called_at: Sequence[int]
    started_at: Sequence[int]
    ended_at: Sequence[int]
    parked_ms: Sequence[int]
    ended: Sequence[str]
    counter: Sequence[int]
    teller: Sequence[str]
    state: Sequence[str]
    promise_low_s: Sequence[int]
    promise_high_s: Sequence[int]
    promise_about: Sequence[int]
    told_low_s: Sequence[int]
    told_high_s: Sequence[int]
    told_at: Sequence[int]


def columns_of(days: Iterable[PastDay]) -> Columns:
    """The columns of these days, which are in order of time."""
    known = tuple(days)
    rows = [(index, step) for index, day in enumerate(known) for step in day.steps]
    spans = [(index, span) for index, day in enumerate(known) for span in day.spans]
    raw = RawSteps(*_transposed([_plain(index, step) for index, step in rows], len(RawSteps.__slots__)))
    return columns(
        tuple(msgspec.structs.replace(day, steps=(), spans=()) for day in known),
        raw,
        [step.basis for _, step in rows if step.step == 0],
        _transposed([_plain_span(index, span) for index, span in spans], 6),
    )


def columns(
    days: tuple[PastDay, ...], raw: RawSteps, bases: Sequence[Basis | None], spans: Sequence[Sequence[Any]]
) -> Columns:
    """The columns from plain values; `bases` has one entry for each first step, `spans` day, kind, counter, teller,
    start and end."""
    step = _ints(raw.step)
    first = step == 0
    heads = np.flatnonzero(first)
    visit = np.cumsum(first) - 1
    lasts = np.append(heads[1:], len(step)) - 1 if len(heads) else heads
    service, ended = _coded(raw.service), _coded(raw.ended)
    called, started, ends = _ints(raw.called_at), _ints(raw.started_at), _ints(raw.ended_at)
    whole = (started != NEVER) & (ends != NEVER)
    whole &= (ended.codes == ended.code("finished")) | (ended.codes == ended.code("transferred"))
    return Columns(
        days=days,
        steps=StepColumns(
            visit=visit,
            first=first,
            service=service,
            ended=ended,
            counter=_ints(raw.counter),
            teller=_coded(raw.teller),
            started_at=started,
            handled_ms=np.where(whole, ends - started - _ints(raw.parked_ms), NEVER),
        ),
        visits=VisitColumns(
            day=_ints(raw.day)[heads],
            ticket=[raw.ticket[row] for row in heads.tolist()],
            number=[raw.number[row] for row in heads.tolist()],
            service=service.at(heads),
            language=_coded(raw.language).at(heads),
            priority=_coded(raw.priority).at(heads),
            appointment=_ints(raw.appointment)[heads] > 0,
            state=_among(raw.state, STATES)[heads],
            ended=ended.at(lasts),
            arrived_at=_ints(raw.arrived_at)[heads],
            called_at=called[heads],
            last_called_at=_ints(raw.last_called_at)[heads],
            ended_at=ends[heads],
            started=_any(started != NEVER, visit, len(heads)),
            transferred=_any(ended.codes == ended.code("transferred"), visit, len(heads)),
            promise_low_s=_ints(raw.promise_low_s)[heads],
            promise_high_s=_ints(raw.promise_high_s)[heads],
            promise_about=_ints(raw.promise_about)[heads] > 0,
            told_low_s=_ints(raw.told_low_s)[heads],
            told_high_s=_ints(raw.told_high_s)[heads],
            told_at=_ints(raw.told_at)[heads],
            basis={name: _foretold(name, bases) for name in PREDICTORS},
        ),
        spans=SpanColumns(
            day=_ints(spans[0]),
            kind=_coded(spans[1]),
            counter=_ints(spans[2]),
            teller=_coded(spans[3]),
            start=_ints(spans[4]),
            end=_ints(spans[5]),
        ),
    )


def count(flags: Flags) -> int:
    """How many rows are marked."""
    return int(np.count_nonzero(flags))


def groups(codes: Ints, wanted: int) -> list[Ints]:
    """For each code from 0 up to `wanted` the rows that have it, in order."""
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(wanted + 1))
    return [order[bounds[code] : bounds[code + 1]] for code in range(wanted)]


def _plain(day: int, step: PastStep) -> tuple[Any, ...]:
    promise, told = step.promise, step.told
    return (
        day, step.ticket, step.number, step.step, step.service, step.language, step.priority, step.appointment,
        step.arrived_at, _or_never(step.called_at), _or_never(step.last_called_at), _or_never(step.started_at),
        _or_never(step.ended_at), step.parked_ms, step.ended, _or_never(step.counter), step.teller, step.state,
        NEVER if promise is None else promise.low_s, NEVER if promise is None else promise.high_s,
        promise is not None and promise.about,
        NEVER if told is None else told.low_s, NEVER if told is None else told.high_s, _or_never(step.told_at),
    )  # fmt: skip


def _plain_span(day: int, span: Span) -> tuple[Any, ...]:
    return day, span.kind, span.counter, span.teller, span.start, _or_never(span.end)


def _or_never(value: int | None) -> int:
    return NEVER if value is None else value


def _transposed(rows: list[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _ints(values: Sequence[int]) -> Ints:
    return np.asarray(values, dtype=np.int64)


def _coded(values: Sequence[str]) -> Coded:
    names = tuple(sorted(set(values)))
    return Coded(_among(values, names), names)


def _among(values: Sequence[str], names: tuple[str, ...]) -> Ints:
    place = {name: index for index, name in enumerate(names)}
    return np.fromiter(map(place.__getitem__, values), np.int64, len(values))


def _any(flags: Flags, visit: Ints, visits: int) -> Flags:
    return np.bincount(visit[flags], minlength=visits) > 0


def _foretold(name: str, bases: Sequence[Basis | None]) -> Floats:
    return np.array([None if basis is None else getattr(basis, name) for basis in bases], dtype=np.float64)
