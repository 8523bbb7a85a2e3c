"""The figures of a whole chain over any business days: of all its branches together, and of each beside the others.

A business day is each branch's own, by its own clock; only days that are over count. One target of the service level is
taken for all, so that branches can be compared whatever each of them promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np

from lobby.queue.services import Rules, Setup
from lobby.reports.by_chance import Against, ByDay, against_others
from lobby.reports.by_scope import branch_figures, class_figures, language_figures, service_figures
from lobby.reports.cases import NO_CASES, Cases, together
from lobby.reports.columns import Columns, groups
from lobby.reports.judged import Judged
from lobby.reports.merged import light, merged
from lobby.reports.pareto import Part, pareto
from lobby.reports.scopes import BranchFigures, DayLine, GroupFigures, ServiceFigures
from lobby.reports.shares_by_day import shares_by_day
from lobby.reports.small_groups import (
    COLLEAGUES,
    apart,
    colleagues,
    left_out,
    of_days,
    of_services,
    without_categories,
    without_work,
)
from lobby.reports.spread import FEW
from lobby.reports.visit_columns import visit_figures
from lobby.reports.work import time_figures


class Together(BranchFigures, frozen=True, kw_only=True):
    """All of a branch (`scope` branch) as its own report has it, or of the whole chain (`scope` chain); `days` on how
    many business days anything happened, of a chain summed over its branches. `against` has for each key of `COMPARED`
    how the branch differs from all others together, where there are any."""

    days: int
    against: dict[str, Against] = msgspec.field(default_factory=dict)


class ChainFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a chain over the business days from `first` to `last` (ISO dates); `day` is the one date, or both
    with a slash. `categories` is what complaints were about. `missing` are branches of which nothing is known in this
    time: it may not have arrived yet. Of `late` ones something is, but perhaps not all; of `replaced` ones, rows of
    this time gave way to another version; `small` ones have no figures of work (`lobby.reports.small_groups`)."""

    names: dict[str, str]
    day: str
    first: str
    last: str
    zone: str
    at: int
    service_level_target_s: float
    overall: Together
    branches: tuple[Together, ...]
    services: tuple[ServiceFigures, ...]
    languages: tuple[GroupFigures, ...]
    classes: tuple[GroupFigures, ...]
    by_day: tuple[DayLine, ...]
    categories: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    small: tuple[str, ...] = ()


def chain_setup(
    names: dict[str, str], languages: tuple[str, ...], zone: str, service_level_s: float, setups: Mapping[str, Setup]
) -> Setup:
    """The chain as if it were one branch: every service and class that any branch has, as the first that has it names
    them; and one target of the service level."""
    offered = [setups[branch] for branch in sorted(setups)]
    return Setup(
        id="",
        names=names,
        languages=languages,
        zone=zone,
        services={code: one for setup in reversed(offered) for code, one in setup.services.items()},
        counters={},
        priorities={code: one for setup in reversed(offered) for code, one in setup.priorities.items()},
        rules=Rules(service_level_s=service_level_s),
    )


class ChainSums:
    """Takes the rows of one branch after the other, and gives the figures of all. `at` (ms UTC) is the present."""

    def __init__(self, setup: Setup, at: int) -> None:
        self._setup = setup
        self._at = at
        self._parts: list[Columns] = []
        self._cases: list[Cases] = []
        self._branches: list[Together] = []
        self._shares: list[dict[str, ByDay]] = []
        self._tellers: dict[str, frozenset[str]] = {}
        self._complaints: dict[str, list[str]] = {}
        self._categories: dict[str, dict[str, str]] = {}
        self._missing: list[str] = []
        self._late: list[str] = []
        self._replaced: list[str] = []

    def add(
        self, branch: Setup, rows: Columns, cases: Cases = NO_CASES, *, late: bool = False, replaced: bool = False
    ) -> None:
        """The rows of a branch, days that are over, and the cases of this time; no rows where nothing is known of it.
        `late`: some may be still to come; `replaced`: others were here in their place."""
        if replaced:
            self._replaced.append(branch.id)
        if rows.days and late:
            self._late.append(branch.id)
        if not rows.days:
            self._missing.append(branch.id)
            return
        part = apart(light(rows), branch.id)
        self._parts.append(part)
        self._cases.append(cases)
        self._tellers[branch.id] = colleagues(part)
        self._complaints[branch.id] = [f"{branch.id}/{one.reference}" for one in cases.complaints or ()]
        self._categories |= {one.code: one.names for one in branch.care.complaints.categories}
        judged = Judged(part, msgspec.structs.replace(self._setup, id=branch.id, names=branch.names), self._at)
        self._shares.append(shares_by_day(judged))
        self._branches.append(_together(judged, cases, self._at))

    def figures(self, first: str, last: str) -> ChainFigures | None:
        """The report of the business days from `first` to `last` (ISO), of which the rows are; None without any."""
        if not self._parts:
            return None
        setup = self._setup
        judged = Judged(merged(self._parts), setup, self._at)
        cases = together(self._cases)
        overall = msgspec.structs.replace(_together(judged, cases, self._at), scope="chain")
        small = left_out(self._tellers, COLLEAGUES)
        few = left_out(self._complaints, FEW)
        categories = pareto((one.category for one in cases.complaints or ()), self._categories)
        if len(colleagues(judged.rows)) < COLLEAGUES:
            overall = without_work(overall)
        if len(cases.complaints or ()) < FEW:
            overall, categories = without_categories(overall), ()
        lines = [without_work(one) if one.key in small else one for one in self._compared()]
        return ChainFigures(
            names=setup.names,
            day=first if first == last else f"{first}/{last}",
            first=first,
            last=last,
            zone=setup.zone,
            at=self._at,
            service_level_target_s=setup.rules.service_level_s,
            overall=overall,
            branches=tuple(without_categories(one) if one.key in few else one for one in lines),
            services=of_services(service_figures(judged), judged.rows),
            languages=language_figures(judged),
            classes=class_figures(judged),
            by_day=_by_day(judged),
            categories=categories,
            missing=tuple(self._missing),
            late=tuple(self._late),
            replaced=tuple(self._replaced),
            small=small,
        )

    def _compared(self) -> Iterator[Together]:
        """Each branch beside all others."""
        if len(self._branches) == 1:
            yield from self._branches
            return
        for one, against in zip(self._branches, against_others(self._shares), strict=True):
            yield msgspec.structs.replace(one, against=against)


def _together(judged: Judged, cases: Cases, now: int) -> Together:
    return Together(**msgspec.structs.asdict(branch_figures(judged, cases, now)), days=len(judged.rows.days))


def _by_day(judged: Judged) -> tuple[DayLine, ...]:
    """By date, of all branches that had this business day."""
    rows = judged.rows
    dates = sorted({day.day for day in rows.days})
    place = {date: index for index, date in enumerate(dates)}
    date_of = np.array([place[day.day] for day in rows.days], dtype=np.int64)
    visits, spans, steps = (
        groups(date_of[days], len(dates))
        for days in (rows.visits.day, rows.spans.day, rows.visits.day[rows.steps.visit])
    )
    lines = [
        DayLine(
            scope="day",
            key=date,
            visits=visit_figures(judged, visits[index]),
            time=time_figures(judged, spans[index], steps[index]),
        )
        for index, date in enumerate(dates)
    ]
    return of_days(lines, {date: colleagues(rows, steps[index]) for index, date in enumerate(dates)})
