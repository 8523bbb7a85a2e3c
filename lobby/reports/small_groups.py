"""What a head office is not shown, because it would be told of single people.

How long services took and what counters did with their time are figures of those who worked there. Of fewer than
`COLLEAGUES` they are left out: of a branch, of a service, of a day and of the whole chain. Where that leaves out one
branch alone, what is missing could be reckoned from the sums of the chain; so the branch with the next fewest
colleagues is left out too. What a few complaints are about points at whom they are about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec
import numpy as np

from lobby.reports.columns import Coded, Columns
from lobby.reports.judged import ALL, Rows
from lobby.reports.scopes import BranchFigures, DayLine, ServiceFigures
from lobby.reports.spread import FEW
from lobby.reports.work import CounterFigures, HandlingFigures, TimeFigures

COLLEAGUES = 3
"""Of fewer no figure of work is shown."""

F = TypeVar("F", bound=BranchFigures)
_replace = msgspec.structs.replace


def apart(columns: Columns, branch: str) -> Columns:
    """The same with tellers who are not taken for namesakes of another branch."""
    return replace(columns, steps=replace(columns.steps, teller=_apart(columns.steps.teller, branch)))


def colleagues(columns: Columns, steps: Rows = ALL) -> int:
    """How many tellers these steps were given by."""
    teller = columns.steps.teller
    return len(np.setdiff1d(teller.codes[steps], [teller.code("")]))


def too_small(tellers: Mapping[str, int]) -> tuple[str, ...]:
    """The branches whose figures of work are left out, by how many tellers each has."""
    ordered = sorted(tellers, key=lambda branch: (tellers[branch], branch))
    small = sum(count < COLLEAGUES for count in tellers.values())
    return tuple(sorted(ordered[: 2 if small == 1 else small]))


def without_work(figures: F) -> F:
    """The figures of a branch, or of all, without those of work."""
    hidden: F = _replace(
        figures,
        handling=_steps_only(figures.handling),
        visit_handling_mean_s=None,
        time=_staffed_only(figures.time),
        counters=CounterFigures(counters_open=None, counters_serving=None),
    )
    return hidden


def without_few_complaints(figures: F) -> F:
    """The figures of a branch without what its complaints are about, where they are few."""
    complaints = figures.complaints
    if (complaints.complaints_received or 0) >= FEW:
        return figures
    hidden: F = _replace(figures, complaints=_replace(complaints, complaints_categories={}))
    return hidden


def of_services(services: Sequence[ServiceFigures], columns: Columns) -> tuple[ServiceFigures, ...]:
    """Services without their handling times where few gave them."""
    given = columns.steps.service
    return tuple(
        _replace(one, handling=_steps_only(one.handling))
        if colleagues(columns, given.codes == given.code(one.key)) < COLLEAGUES
        else one
        for one in services
    )


def of_day(line: DayLine, tellers: int) -> DayLine:
    """A day without what counters did with their time, where few worked on it."""
    return _replace(line, time=_staffed_only(line.time)) if tellers < COLLEAGUES else line


def _steps_only(handling: HandlingFigures) -> HandlingFigures:
    return _replace(handling, handling_mean_s=None, handling_median_s=None, handling_p90_s=None)


def _staffed_only(time: TimeFigures) -> TimeFigures:
    return _replace(time, break_s=None, serving_s=None, occupancy=None, per_hour=None)


def _apart(teller: Coded, branch: str) -> Coded:
    return Coded(teller.codes, tuple(f"{branch}/{name}" if name else "" for name in teller.names))
