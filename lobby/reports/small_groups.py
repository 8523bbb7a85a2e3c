"""What a head office is not shown, because it would be told of single people.

How long services took and what counters did with their time are figures of those who worked there. Of fewer than
`COLLEAGUES` they are left out: of a branch, of a service, of a day and of the whole chain. What is missing could be
reckoned from the sums of the chain; so where those that are left out are too few even together, those with the next
fewest are left out too. What a few complaints are about points at whom they are about: the same holds of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec
import numpy as np

from lobby.reports.columns import Coded, Columns
from lobby.reports.judged import ALL, Rows
from lobby.reports.scopes import BranchFigures, DayLine, ServiceFigures
from lobby.reports.work import CounterFigures, HandlingFigures, TimeFigures

COLLEAGUES = 3
"""Of fewer no figure of work is shown."""

F = TypeVar("F", bound=BranchFigures)
_replace = msgspec.structs.replace


def apart(columns: Columns, branch: str) -> Columns:
    """The same with tellers who are not taken for namesakes of another branch."""
    return replace(columns, steps=replace(columns.steps, teller=_apart(columns.steps.teller, branch)))


def colleagues(columns: Columns, steps: Rows = ALL) -> frozenset[str]:
    """The tellers by whom these steps were given."""
    teller = columns.steps.teller
    return frozenset(teller.names[code] for code in np.unique(teller.codes[steps])) - {""}


def left_out(groups: Mapping[str, Collection[str]], least: int) -> tuple[str, ...]:
    """The groups of which nothing is told, by who or what is in each: those of fewer than `least`, and as many of the
    next smallest as it takes for `least` to be among them all."""
    ordered = sorted(groups, key=lambda group: (len(groups[group]), group))
    few = sum(len(group) < least for group in groups.values())
    while few < len(ordered) and 0 < len(set().union(*(groups[one] for one in ordered[:few]))) < least:
        few += 1
    return tuple(sorted(ordered[:few]))


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


def without_categories(figures: F) -> F:
    """The figures of a branch, or of all, without what the complaints are about."""
    hidden: F = _replace(figures, complaints=_replace(figures.complaints, complaints_categories={}))
    return hidden


def of_services(services: Sequence[ServiceFigures], columns: Columns) -> tuple[ServiceFigures, ...]:
    """Services without their handling times where few gave them."""
    given = columns.steps.service
    few = left_out({one.key: colleagues(columns, given.codes == given.code(one.key)) for one in services}, COLLEAGUES)
    return tuple(_replace(one, handling=_steps_only(one.handling)) if one.key in few else one for one in services)


def of_days(lines: Sequence[DayLine], tellers: Mapping[str, Collection[str]]) -> tuple[DayLine, ...]:
    """Days, by date, without what counters did with their time where few of these `tellers` worked."""
    few = left_out(tellers, COLLEAGUES)
    return tuple(_replace(line, time=_staffed_only(line.time)) if line.key in few else line for line in lines)


def _steps_only(handling: HandlingFigures) -> HandlingFigures:
    return _replace(handling, handling_mean_s=None, handling_median_s=None, handling_p90_s=None)


def _staffed_only(time: TimeFigures) -> TimeFigures:
    return _replace(time, break_s=None, serving_s=None, occupancy=None, per_hour=None)


def _apart(teller: Coded, branch: str) -> Coded:
    return Coded(teller.codes, tuple(f"{branch}/{name}" if name else "" for name in teller.names))
