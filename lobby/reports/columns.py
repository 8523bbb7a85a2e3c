"""What is over as columns of numbers, so that the figures of a year cost little more than reading it.

A column holds one value for each row: times in ms UTC and `NEVER` where there was none, `NOBODY` for no counter, codes
that index the names beside them. Rows are in the order of `PastDay.steps`: the steps of a visit follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lobby.queue.past import PastDay
from lobby.queue.ticket import State
from lobby.reports.packed import NUMBER, PackedDay, Rows, bare, packed

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
    held_at: Ints
    held_until: Ints
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


def columns_of(days: Iterable[PastDay]) -> Columns:
    """The columns of these days, which are in order of time."""
    return columns(map(packed, days))


def columns(days: Iterable[PackedDay]) -> Columns:
    """The same, with one day in memory at a time beside its columns."""
    known: list[PastDay] = []
    steps, spans = _Gathered(), _Gathered()
    for day in days:
        known.append(bare(day))
        steps.add(day.steps)
        spans.add(day.spans)
    return Columns(
        days=tuple(known),
        steps=_steps(steps),
        visits=_visits(steps),
        spans=SpanColumns(
            day=spans.day(),
            kind=spans.text("kind"),
            counter=spans.number("counter"),
            teller=spans.text("teller"),
            start=spans.number("start"),
            end=spans.number("end"),
        ),
    )


class _Gathered:
    """The rows of several days together."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self._numbers: dict[str, list[bytes]] = {}
        self._lengths: list[int] = []

    def add(self, rows: Rows) -> None:
        for name, numbers in rows.numbers.items():
            self._numbers.setdefault(name, []).append(numbers)
        for name, texts in rows.texts.items():
            self.texts.setdefault(name, []).extend(texts)
        self._lengths.append(len(next(iter(rows.texts.values()))))

    def day(self) -> Ints:
        """For each row the index of its day."""
        return np.repeat(np.arange(len(self._lengths)), self._lengths)

    def exact(self, name: str) -> Floats:
        """A column of numbers, not a number for None."""
        return np.frombuffer(b"".join(self._numbers.get(name, ())), NUMBER)

    def number(self, name: str) -> Ints:
        """A column of whole numbers, `NEVER` for None."""
        found = self.exact(name)
        return np.where(np.isnan(found), NEVER, found).astype(np.int64)

    def text(self, name: str) -> Coded:
        values = self.texts.get(name, [])
        names = tuple(sorted(set(values)))
        return Coded(_among(values, names), names)


def count(flags: Flags) -> int:
    """How many rows are marked."""
    return int(np.count_nonzero(flags))


def distinct(ascending: Ints) -> int:
    """How many different values there are; equal ones stand together."""
    return count(ascending[1:] != ascending[:-1]) + 1 if len(ascending) else 0


def groups(codes: Ints, wanted: int) -> list[Ints]:
    """For each code from 0 up to `wanted` the rows that have it, in order."""
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(wanted + 1))
    return [order[bounds[code] : bounds[code + 1]] for code in range(wanted)]


def _steps(steps: _Gathered) -> StepColumns:
    first, ended = steps.number("step") == 0, steps.text("ended")
    started, ends = steps.number("started_at"), steps.number("ended_at")
    whole = (started != NEVER) & (ends != NEVER)
    whole &= (ended.codes == ended.code("finished")) | (ended.codes == ended.code("transferred"))
    return StepColumns(
        visit=np.cumsum(first) - 1,
        first=first,
        service=steps.text("service"),
        ended=ended,
        counter=steps.number("counter"),
        teller=steps.text("teller"),
        started_at=started,
        handled_ms=np.where(whole, ends - started - steps.number("parked_ms"), NEVER),
    )


def _visits(steps: _Gathered) -> VisitColumns:
    first, ended = steps.number("step") == 0, steps.text("ended")
    heads, visit = np.flatnonzero(first), np.cumsum(first) - 1
    lasts = np.append(heads[1:], len(first)) - 1 if len(heads) else heads

    def number(name: str) -> Ints:
        return steps.number(name)[heads]

    def text(name: str) -> Coded:
        return steps.text(name).at(heads)

    return VisitColumns(
        day=steps.day()[heads],
        ticket=list(compress(steps.texts.get("ticket", ()), first)),
        number=list(compress(steps.texts.get("number", ()), first)),
        service=text("service"),
        language=text("language"),
        priority=text("priority"),
        appointment=number("appointment") > 0,
        state=_among(steps.texts.get("state", ()), STATES)[heads],
        ended=ended.at(lasts),
        arrived_at=number("arrived_at"),
        called_at=number("called_at"),
        last_called_at=number("last_called_at"),
        ended_at=number("ended_at"),
        started=_any(steps.number("started_at") != NEVER, visit, len(heads)),
        transferred=_any(ended.codes == ended.code("transferred"), visit, len(heads)),
        promise_low_s=number("promise_low_s"),
        promise_high_s=number("promise_high_s"),
        promise_about=number("promise_about") > 0,
        told_low_s=number("told_low_s"),
        told_high_s=number("told_high_s"),
        told_at=number("told_at"),
        held_at=number("held_at"),
        held_until=number("held_until"),
        basis={name: steps.exact(f"basis_{name}")[heads] for name in PREDICTORS},
    )


def _among(values: Sequence[str], names: tuple[str, ...]) -> Ints:
    place = {name: index for index, name in enumerate(names)}
    return np.fromiter(map(place.__getitem__, values), np.int64, len(values))


def _any(flags: Flags, visit: Ints, visits: int) -> Flags:
    return np.bincount(visit[flags], minlength=visits) > 0
